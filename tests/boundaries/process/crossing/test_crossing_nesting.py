"""Containers without an end, and containers that another thread changes: refused, or as they were."""

from __future__ import annotations

import collections
import sys
import threading
from typing import TYPE_CHECKING, Any

import pytest

from hotplug.boundaries.process.crossing import Misfit
from hotplug.boundaries.process.crossing.several import copied
from hotplug.boundaries.process.crossing.wire import class_of

from . import kitchen
from .conftest import Message, crossed, plan_of, refused, same
from .kitchen import Json, Knot, Link, Node, Queues, Rows, Sets, Tuples

if TYPE_CHECKING:
    from collections.abc import Callable


def _endless(kind: str) -> Any:
    held: Any = {} if kind == "dict" else []
    if kind == "dict":
        held["a"] = [held]
    else:
        held.append(held)
    return held


def test_what_contains_itself_is_refused() -> None:
    endless = Node(1)
    endless.children.append(Node(2, [endless]))
    for value, form in (
        (_endless("list"), Any),
        (_endless("dict"), Any),
        (_endless("list"), Json),
        (_endless("dict"), Json),
        ((_endless("list"),), tuple[Any, ...]),
        (endless, Node),
        ([endless], list[Node]),
    ):
        assert "it contains itself" in refused(value, form, kitchen).reason
    assert len(refused(_endless("list"), Any).path) < 200


@pytest.mark.parametrize("depth", [400, 5_000, 100_000])
def test_what_is_nested_too_deeply_is_refused(depth: int) -> None:
    value: Any = None
    tree = Node(0)
    for _ in range(depth):
        value, tree = ([value], tree) if depth > 5_000 else ([value], Node(1, [tree]))
    for held, form in ((value, Any), (value, Json), ({1: (value,)}, Any), (tree, Node)):
        if held is tree and depth > 5_000:
            continue
        assert "nested too deeply" in refused(held, form, kitchen).reason


DEEPER: list[tuple[object, Callable[[Any], Any], Callable[[Any], Any]]] = [
    (Any, lambda inner: [inner], lambda wire: [10, [wire]]),
    (Any, lambda inner: {1: inner}, lambda wire: [14, [1, wire]]),
    (Queues, lambda inner: collections.deque([inner]), lambda wire: [1, [None, [wire]]]),
    (Sets, lambda inner: frozenset([inner]), lambda wire: [1, [wire]]),
    (Rows, lambda inner: (inner, 1), lambda wire: [1, [wire, 1]]),
    (Tuples, lambda inner: (inner,), lambda wire: [1, [wire]]),
    (Node, lambda inner: Node(1, [inner] if inner else []), lambda wire: [1, [wire] if wire else []]),
    (Link, Link, lambda wire: [[0, wire] if wire else None]),
    (Knot, lambda inner: {"following": inner or {}}, lambda wire: {"following": wire or {}}),
]


@pytest.mark.parametrize(("form", "wrap", "wrap_wire"), DEEPER, ids=[f"{each[0]!s:.30}" for each in DEEPER])
def test_each_kind_of_container_tells_when_it_is_nested_too_deeply(
    form: object, wrap: Callable[[Any], Any], wrap_wire: Callable[[Any], Any]
) -> None:
    plan, value, wire = plan_of(form, kitchen), wrap(None), wrap_wire(None)
    codec = plan.codec(plan.shapes.root)
    for _ in range(10):
        value, wire = wrap(value), wrap_wire(wire)
    assert codec.out(value, Message()) == wire
    assert same(codec.back(wire, Message()), value)
    for _ in range(3_000):
        value, wire = wrap(value), wrap_wire(wire)
    with pytest.raises(Misfit, match="nested too deeply"):
        codec.out(value, Message())
    with pytest.raises(Misfit, match="nested too deeply"):
        codec.back(wire, Message())


def test_a_container_that_changes_while_it_is_copied_is_refused() -> None:
    numbers = dict.fromkeys(range(10))

    def changing(held: dict[int, None]) -> list[int]:
        return [len(held) for each in held if held.setdefault(each + 100) is None]

    with pytest.raises(Misfit, match="it changed while it was copied"):
        copied(changing, numbers)


def _change(held: Any) -> None:
    """Let the container grow to twice its size, then empty it."""
    if len(held) > 2000:
        held.clear()
    elif class_of(held) is set:
        held.add(len(held))
    elif class_of(held) is dict:
        held[str(len(held)) if "0" in held else len(held)] = [1]
    else:
        held.append(1)


CHANGING: list[tuple[object, Any]] = [
    (list[int | str], list(range(1000))),
    (set[int], set(range(1000))),
    (dict[int, list[int]], {each: [each] for each in range(1000)}),
    (dict[str | int, list[int]], {str(each): [each] for each in range(1000)}),
    (collections.deque[int], collections.deque(range(1000))),
    (Any, list(range(1000))),
]


@pytest.mark.parametrize(("form", "made"), CHANGING, ids=["list", "set", "dict", "text dict", "deque", "untyped"])
def test_what_another_thread_changes_crosses_as_it_was_or_is_refused(form: object, made: Any) -> None:
    stop = threading.Event()

    def work() -> None:
        while not stop.is_set():
            _change(made)

    thread = threading.Thread(target=work)
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    thread.start()
    try:
        for _ in range(50):
            try:
                assert type(crossed(made, form)) is type(made)
            except Misfit as problem:
                assert "changed" in problem.reason  # noqa: PT017 - either is right
    finally:
        stop.set()
        thread.join()
        sys.setswitchinterval(before)
