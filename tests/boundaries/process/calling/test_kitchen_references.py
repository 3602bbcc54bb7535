"""What stays where it is: Protocols, callables, context managers, ABCs; lent in both directions."""

from __future__ import annotations

import contextlib
import gc
import inspect
import pickle
import threading
import weakref
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

import hotplug

from .conftest import Told
from .contract import Calls, Checkable, Drawer, References, Spoon, Tool

if TYPE_CHECKING:
    from collections.abc import Generator

    from .conftest import Open, Wait

SOURCE = """
import contextlib, gc, threading

class OwnSpoon:
    def __init__(self, name): self.name, self.stirred = name, 0
    def stir(self, times):
        self.stirred += times
        return self.stirred

class OwnTool(Tool):
    def use(self, on): return f"own {on}"

class OwnShelf:
    def __init__(self): self.items = []
    def put(self, item):
        self.items.append(item)
        return len(self.items)
    def take(self): return self.items.pop()

class Costs:
    def __init__(self): self.read = 0
    @property
    def costly(self):
        self.read += 1
        return self.read
    def cheap(self): return 1

class Refers:
    def __init__(self):
        self.held, self.function, self.costs = None, None, Costs()
    def same(self, spoon): return spoon
    def keep(self, spoon): self.held = spoon
    def kept(self): return self.held
    def stir_all(self, spoons): return [each.stir(1) for each in spoons]
    def sorted_out(self, drawer):
        drawer.rest.insert(0, drawer.first)
        drawer.by_name["first"] = drawer.first.stir
        return drawer
    def own_spoon(self, name): return OwnSpoon(name)
    def spoons(self, number): return [OwnSpoon(str(each)) for each in range(number)]
    def is_own(self, spoon): return type(spoon) is OwnSpoon
    def rename(self, spoon, name):
        before, spoon.name = spoon.name, name
        return before
    def adder(self, first): return lambda second: first + second
    def apply(self, function, value): return function(value)
    def later(self, function): self.function = function
    def now(self, value): return self.function(value)
    def from_a_thread(self, function, value):
        found = []
        thread = threading.Thread(target=lambda: found.append(function(value)))
        thread.start()
        thread.join()
        return found[0]
    @contextlib.contextmanager
    def lit(self, swallow):
        try:
            yield "light"
        except LookupError:
            if not swallow:
                raise
    def within(self, context, failing):
        with context as bound:
            if failing:
                raise KeyError("inside")
        return f"after {bound}"
    @contextlib.asynccontextmanager
    async def async_lit(self):
        try:
            yield "async light"
        except LookupError:
            pass
    def tool(self): return OwnTool()
    def with_tool(self, tool): return tool.use("it")
    def shelf(self): return OwnShelf()
    def checkable(self): return self.costs
    def reads(self): return self.costs.read
    def lent(self):
        gc.collect()
        return sum(type(each) is OwnSpoon for each in gc.get_objects())

references = Refers()

class Called:
    motto = "eat"
    served = 0
    def greet(self, name, times=2, *, loud=False):
        self.served += 1
        return f"{'HELLO' if loud else 'hello'} {name} {times}"
    def variadic(self, *args, **options): return [str(args), str(sorted(options.items()))]
    def positional(self, one, /, two=7): return one + two
    def keyword(self, *, must, may=5): return must, may
    def mutate(self, given):
        given.append(1)
        return len(given)
calls = Called()
"""


@pytest.fixture(scope="module")
def plugin(shared: Open) -> hotplug.Plugin:
    return shared("references", SOURCE)


@pytest.fixture
def references(plugin: hotplug.Plugin) -> References:
    return plugin.lookup("references", References)


@pytest.fixture
def calls(plugin: hotplug.Plugin) -> Calls:
    return plugin.lookup("calls", Calls)


class HostSpoon:
    def __init__(self, name: str = "host") -> None:
        self.name = name
        self.stirred = 0

    def stir(self, times: int) -> int:
        self.stirred += times
        return self.stirred


# calls and members


def test_defaults_belong_to_the_plugin_and_arguments_stay_as_they_were_given(calls: Calls) -> None:
    assert calls.greet("a") == "hello a 2"
    assert calls.greet("a", loud=True) == "HELLO a 2"
    assert calls.greet(name="a", times=1) == "hello a 1"
    assert calls.variadic() == ["()", "[]"]
    assert calls.variadic(1, 2, a="b") == ["(1, 2)", "[('a', 'b')]"]
    assert calls.positional(1) == 8
    assert calls.positional(1, two=2) == 3
    assert calls.keyword(must=1) == (1, 5)
    assert calls.keyword(must=1, may=None) == (1, None)


@pytest.mark.parametrize(
    ("member", "args", "named", "message"),
    [
        ("greet", (), {}, "Calls.greet() missing 1 required positional argument: 'name'"),
        ("greet", ("a", 1, True), {}, "Calls.greet() takes from 2 to 3 positional arguments but 4 were given"),
        ("greet", ("a",), {"loudly": 1}, "Calls.greet() got an unexpected keyword argument 'loudly'"),
        ("positional", (), {"one": 1}, "Calls.positional() got some positional-only arguments passed as keyword"),
        ("keyword", (), {}, "Calls.keyword() missing 1 required keyword-only argument: 'must'"),
    ],
)
def test_a_call_that_no_signature_admits_is_a_type_error(
    member: str, args: tuple[Any, ...], named: dict[str, Any], message: str, calls: Calls
) -> None:
    with pytest.raises(TypeError) as caught:
        getattr(calls, member)(*args, **named)
    assert message in str(caught.value)


def test_arguments_that_a_plugin_changes_are_copies(calls: Calls) -> None:
    given = [0]
    assert calls.mutate(given) == 2
    assert given == [0]


def test_attributes_are_read_and_written_over_there(calls: Calls) -> None:
    assert calls.motto == "eat"
    calls.motto = "drink"
    assert calls.motto == "drink"
    calls.motto = "eat"
    served = calls.served
    calls.greet("a")
    assert calls.served == served + 1
    with pytest.raises(AttributeError):
        calls.served = 3  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
    with pytest.raises(AttributeError):
        calls.other = 3  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
    with pytest.raises(hotplug.TransferError, match="Calls.motto: "):
        calls.motto = 3  # type: ignore[assignment]  # pyright: ignore[reportAttributeAccessIssue]


def test_a_proxy_looks_as_the_contract_does(calls: Calls) -> None:
    assert dir(calls) == ["greet", "keyword", "motto", "mutate", "positional", "served", "variadic"]
    assert repr(calls) == "<Calls of references, in another process>"
    assert type(calls).__name__ == "Calls"
    assert type(calls).__doc__ == Calls.__doc__
    greet = calls.greet
    assert inspect.signature(greet) == inspect.signature(Calls.greet).replace(
        parameters=list(inspect.signature(Calls.greet).parameters.values())[1:]
    )
    assert (greet.__name__, greet.__doc__) == ("greet", "Greet somebody.")
    assert vars(type(calls))["served"].__doc__ == "How many were served."
    assert not callable(calls)
    for copied in (pickle.dumps, __import__("copy").copy, __import__("copy").deepcopy):
        with pytest.raises(TypeError, match="cannot be copied: it lives in another process"):
            copied(calls)


def test_isinstance_does_not_ask_the_worker(references: References) -> None:
    costs = references.checkable()
    before = references.reads()
    assert isinstance(costs, Checkable)
    assert issubclass(type(references.tool()), Tool)
    assert not isinstance(references.own_spoon("a"), Checkable)
    assert references.reads() == before
    assert costs.costly == before + 1


# references


def test_a_lookup_is_the_same_object_while_it_is_held(plugin: hotplug.Plugin) -> None:
    assert plugin.lookup("references", References) is plugin.lookup("references", References)
    with hotplug.open(plugin.artifact.path, boundary="process") as other:
        assert other == plugin
        assert other.lookup("calls", Calls) is plugin.lookup("calls", Calls)


def test_a_reference_that_comes_home_is_the_same_object(references: References) -> None:
    spoon, own = HostSpoon(), references.own_spoon("own")
    assert references.same(spoon) is spoon
    assert references.same(own) is own
    assert references.is_own(own)
    assert not references.is_own(spoon)
    references.keep(spoon)
    assert references.kept() is spoon
    references.keep(own)
    assert references.kept() is own
    references.keep(None)
    assert references.kept() is None


def test_a_host_s_object_is_called_over_there_and_stays_itself(references: References) -> None:
    spoons: list[Spoon] = [HostSpoon(), references.own_spoon("own"), HostSpoon()]
    assert references.stir_all(spoons) == [1, 1, 1]
    assert references.stir_all(spoons) == [2, 2, 2]
    assert spoons[0].stir(1) == 3
    assert references.rename(spoons[0], "new") == "host"
    assert spoons[0].name == "new"


def test_references_cross_inside_containers_and_fields(references: References) -> None:
    first, second = HostSpoon("first"), references.own_spoon("second")
    drawer = references.sorted_out(Drawer("left", first, [second], {"own": lambda value: -value}))
    assert drawer.first is first
    assert drawer.rest == [first, second]
    assert drawer.by_name["own"](3) == -3
    assert drawer.by_name["first"](4) == 4
    assert first.stirred == 4
    assert [each.name for each in references.spoons(3)] == ["0", "1", "2"]


def test_an_object_that_does_not_fit_is_refused_with_its_place(references: References) -> None:
    lacking: Any = object()
    with pytest.raises(hotplug.TransferError, match=r"References.stir_all\(spoons\)\[1\]"):
        references.stir_all([HostSpoon(), lacking])
    with pytest.raises(hotplug.TransferError, match=r"References.sorted_out\(drawer\).rest\[0\]"):
        references.sorted_out(Drawer("a", HostSpoon(), [lacking]))


def test_a_callable_is_called_on_either_side(references: References) -> None:
    add = references.adder(1)
    assert add(2) == 3
    assert references.apply(add, 4) == 5
    assert references.apply(lambda value: value * 2, 4) == 8
    assert references.apply(references.adder(10), 4) == 14


def test_a_callback_that_answers_what_it_must_not_is_named(references: References) -> None:
    def words(value: int) -> int:
        return str(value)  # type: ignore[return-value]  # pyright: ignore[reportReturnType]

    said = r"References\.{}\(function\)\(\): a value of the exact class str does not fit int$"
    with pytest.raises(hotplug.TransferError, match=said.format("apply")):
        references.apply(words, 4)
    references.later(words)
    with pytest.raises(hotplug.TransferError, match=said.format("later")):
        references.now(4)
    with pytest.raises(hotplug.TransferError, match=r"References\.adder\(\)\(0\): a value of the exact class str"):
        references.adder(1)("2")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def test_a_callback_re_enters_as_deep_as_it_likes(references: References) -> None:
    def fibonacci(number: int) -> int:
        if number < 2:
            return number
        return references.apply(fibonacci, number - 1) + references.apply(fibonacci, number - 2)

    assert fibonacci(9) == 34


def test_a_callback_is_called_after_its_call_ended(references: References) -> None:
    threads: list[int] = []

    def function(value: int) -> int:
        threads.append(threading.get_ident())
        return value + 1

    references.later(function)
    assert references.now(1) == 2
    held = weakref.ref(function)
    del function
    assert held() is not None
    references.later(lambda value: value)
    assert references.now(3) == 3
    gc.collect()
    assert held() is None
    assert threads == [threading.get_ident()]


def test_a_thread_of_the_plugin_s_own_calls_back(references: References) -> None:
    threads: list[int] = []

    def function(value: int) -> int:
        threads.append(threading.get_ident())
        return references.apply(lambda given: given * 2, value)

    # what the callback asks in turn is met by the plugin's thread that waits for it
    assert references.from_a_thread(function, 3) == 6
    assert threads != [threading.get_ident()]


# context managers


def test_a_context_manager_is_entered_and_left_over_there(references: References) -> None:
    with references.lit(swallow=False) as bound:
        assert bound == "light"
    with references.lit(swallow=True):
        raise KeyError("swallowed")


def test_a_body_that_raises_gets_its_own_exception_back(references: References) -> None:
    for error in (LookupError("told"), ZeroDivisionError("not told"), KeyboardInterrupt()):
        with pytest.raises(type(error)) as caught, references.lit(swallow=False):
            raise error
        assert caught.value is error


def test_a_host_s_context_manager_is_entered_over_there(references: References) -> None:
    seen: list[object] = []

    @contextlib.contextmanager
    def context(*, swallow: bool) -> Generator[str]:
        try:
            yield "host"
        except KeyError as error:
            seen.append(error.args[0])
            if not swallow:
                raise

    assert references.within(context(swallow=True), failing=False) == "after host"
    assert references.within(context(swallow=True), failing=True) == "after host"
    with pytest.raises(KeyError, match="inside"):
        references.within(context(swallow=False), failing=True)
    assert seen == ["inside", "inside"]


def test_a_host_s_context_manager_that_fails_in_leaving_returns_its_own_error(references: References) -> None:
    error = RuntimeError("leaving")

    @contextlib.contextmanager
    def context() -> Generator[str]:
        try:
            yield "host"
        finally:
            raise error

    with pytest.raises(RuntimeError) as caught:
        references.within(context(), failing=True)
    assert caught.value is error


# ABCs and generics


def test_an_abc_is_a_contract_and_its_proxy_an_instance(references: References) -> None:
    class HostTool(Tool):
        def use(self, on: str) -> str:
            return f"host {on}"

    tool = references.tool()
    assert isinstance(tool, Tool)
    assert tool.use("a") == "own a"
    assert tool.use.__doc__ == "Use it."
    assert references.with_tool(tool) == "own it"
    assert references.with_tool(HostTool()) == "host it"


def test_a_generic_protocol_is_held_to_its_argument(references: References) -> None:
    shelf = references.shelf()
    assert shelf.put(3) == 1
    assert shelf.take() == 3
    wrong: Any = "x"
    with pytest.raises(hotplug.TransferError, match=r"Shelf.put\(item\)"):
        shelf.put(wrong)


# memory


def test_what_is_dropped_is_let_go_of_on_both_sides(references: References) -> None:
    base = references.lent()
    spoons = references.spoons(50)
    assert references.lent() == base + 50
    del spoons[10:]
    assert references.lent() == base + 10
    spoons.clear()
    assert references.lent() == base
    lent = [HostSpoon() for _ in range(50)]
    gone = [weakref.ref(each) for each in lent]
    references.stir_all(list(lent))
    lent.clear()
    references.now(1)  # the worker tells with its next message what it has dropped
    gc.collect()
    assert not [each for each in gone if each() is not None]


def test_many_references_lent_and_dropped_leave_nothing(references: References) -> None:
    base = references.lent()
    function = references.adder(1)
    owner: Any = type(function).__dict__["__hotplug_far__"].__get__(function).owner
    held = len(owner.lending)
    for _ in range(100):
        references.spoons(10)
        references.stir_all([HostSpoon() for _ in range(10)])
        references.apply(references.adder(1), 1)
    assert references.lent() == base
    references.now(1)
    assert len(owner.lending) <= held


def test_what_was_lent_by_a_call_that_was_not_sent_is_let_go_of(references: References) -> None:
    wrong: Any = "x"
    refused: list[Callable[[Callable[[int], int]], object]] = [
        lambda function: references.apply(function, wrong),
        lambda function: references.sorted_out(Drawer("a", HostSpoon(), [wrong], {"own": function})),
        lambda function: _too_late(lambda: references.apply(function, 1)),
    ]
    for ask in refused:
        gone = _lent_by(ask)
        gc.collect()
        assert gone() is None


def _too_late(call: Callable[[], object]) -> None:
    with hotplug.deadline(0):
        call()


def _lent_by(ask: Callable[[Callable[[int], int]], object]) -> weakref.ref[Any]:
    spoon = HostSpoon()
    with contextlib.suppress(hotplug.TransferError, hotplug.DeadlineExceeded):
        ask(spoon.stir)
    return weakref.ref(spoon)


def test_a_proxy_that_goes_while_its_number_is_on_the_way_does_no_harm(references: References) -> None:
    references.keep(references.own_spoon("kept"))
    failed: list[BaseException] = []

    def take_and_drop() -> None:
        try:
            for _ in range(100):
                kept = references.kept()
                assert kept is not None
                assert kept.name == "kept"
        except BaseException as error:  # noqa: BLE001 - told below
            failed.append(error)

    threads = [threading.Thread(target=take_and_drop) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert not failed


# without a contract


def test_without_a_contract_the_symbol_s_own_annotations_serve(opened: Open, until: Wait) -> None:
    plugin = opened(
        """
        __all__ = ["add", "person", "limit", "Person", "module", "odd"]
        import json as module
        class Person:
            name: str = "Ada"
            def greet(self, whom: str, *, loud: bool = False) -> str:
                "Greet."
                return f"{self.name} greets {whom}"
            def untyped(self, value): return [value]
        person, limit = Person(), {"a": [1, 2]}
        def add(one: int, two: int = 2) -> int: return one + two
        def odd(value: Person) -> None: ...
        """
    )
    add: Any = plugin.lookup("add")
    person: Any = plugin.lookup("person")
    assert (add(1), add(1, two=5)) == (3, 6)
    assert str(inspect.signature(add)) == "(one, two=Ellipsis)"
    with pytest.raises(hotplug.TransferError, match=r"add\(one\)"):
        add("x")
    assert person.greet("Bo") == "Ada greets Bo"
    assert person.untyped((1, "a")) == [(1, "a")]
    assert person.name == "Ada"
    assert plugin.lookup("limit") == {"a": [1, 2]}
    assert plugin.lookup("person") is person
    for name, reason in [
        ("Person", "is a class, which does not cross"),
        ("module", "is a module, which does not cross"),
        ("odd", "cannot cross by its own annotations"),
    ]:
        with pytest.raises(hotplug.TransferError, match=reason):
            plugin.lookup(name)
    made = plugin.lookup("Person", Callable[[], Any])
    with pytest.raises(hotplug.TransferError, match="Person"):
        made()


@pytest.mark.parametrize("told", [Told()])
def test_a_bound_method_of_the_host_is_a_callable(told: Told, references: References) -> None:
    spoon = HostSpoon()
    assert references.apply(spoon.stir, 5) == 5
    assert spoon.stirred == 5
