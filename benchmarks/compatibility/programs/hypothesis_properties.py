"""Runs properties, finds counterexamples, and draws from strategies that types and strings name."""

from __future__ import annotations

import dataclasses
import datetime
from typing import Optional

WHEELS = ("hypothesis==6.140.4",)


@dataclasses.dataclass
class Order:
    name: str
    count: int
    when: Optional[datetime.date] = None


def run() -> str:
    from hypothesis import HealthCheck, Phase, Verbosity, assume, example, find, given, note, settings
    from hypothesis import strategies as st
    from hypothesis.errors import InvalidArgument
    from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

    quiet = settings(
        database=None,
        derandomize=True,
        max_examples=60,
        deadline=None,
        print_blob=False,
        suppress_health_check=list(HealthCheck),
    )
    lines, seen = [], []

    @quiet
    @given(st.lists(st.integers()))
    def twice_reversed(numbers):
        seen.append(1)
        assert list(reversed(list(reversed(numbers)))) == numbers

    twice_reversed()
    lines.append(str(len(seen) >= 50))

    @quiet
    @given(st.integers(0, 1000), st.text(alphabet="ab"))
    @example(3, "a")
    def wrong(number, text):
        assume(text != "b")
        note(f"number {number}")
        assert number < 17

    try:
        wrong()
    except AssertionError as error:
        lines += [note.strip() for note in getattr(error, "__notes__", []) if "explicit" not in note]
    lines.append(str(find(st.lists(st.integers()), lambda numbers: sum(numbers) >= 10, settings=quiet)))
    lines.append(repr(st.builds(Order)))
    small = find(st.from_type(Order), lambda order: order.count > 2, settings=quiet)
    lines.append(repr(small))
    lines.append(find(st.from_regex(r"\A[a-c]{2,3}\Z"), lambda text: True, settings=quiet))

    @st.composite
    def pairs(draw):
        low = draw(st.integers(0, 9))
        return low, draw(st.integers(low, 9))

    lines.append(str(find(pairs(), lambda pair: pair[1] > 4, settings=quiet)))
    tree = st.recursive(st.booleans(), lambda inner: st.lists(inner, max_size=2))
    lines.append(str(find(tree, lambda value: isinstance(value, list) and len(value) == 2, settings=quiet)))

    class Counter(RuleBasedStateMachine):
        def __init__(self):
            super().__init__()
            self.count = 0

        @rule(by=st.integers(0, 3))
        def up(self, by):
            self.count += by

        @invariant()
        def small(self):
            assert self.count < 6

    try:
        run_state_machine_as_test(
            Counter, settings=settings(quiet, phases=[Phase.generate], verbosity=Verbosity.quiet)
        )
    except AssertionError as error:
        lines.append(f"broken {type(error).__name__}")
    try:
        st.integers(5, 1).validate()
    except InvalidArgument as error:
        lines.append(str(error))
    lines.append(str(settings.get_profile("default").max_examples))
    return "\n".join(lines)
