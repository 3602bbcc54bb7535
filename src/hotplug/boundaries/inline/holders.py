"""Who holds a value: the way to it from a name of the host's.

The host is walked from its modules and its running calls, as the garbage collector walks it, until something of
the plugin is met; what lies behind that is not looked at. So what is found is what keeps the rest alive, each by
one of the shortest ways. Nothing of either is run: no attribute is asked for, and values are compared by identity.
"""

from __future__ import annotations

import gc
import sys
import threading
import time
from collections import deque
from functools import partial
from itertools import chain, compress, pairwise
from operator import is_not
from types import (
    BuiltinMethodType,
    CellType,
    FrameType,
    FunctionType,
    MemberDescriptorType,
    MethodType,
    ModuleType,
    TracebackType,
)

from hotplug.boundaries.inline.calls import all_running_calls, local_variables
from hotplug.boundaries.inline.owning import (
    class_variables,
    described,
    full_name,
    is_one_of,
    letters,
    mro_of,
    named_in,
    variables_of,
)
from hotplug.light import cast

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any

    from hotplug.boundaries.inline.owning import Owner

_PATIENCE = 1.0
"""Seconds for the walk; a host with a million objects takes one."""
_STEPS = 12
_MANY = 200
_LONG = 40
_DICT: Any = dict
_OURS = ("hotplug.boundaries", "hotplug.plugin")


class Walk:
    """A walk through all that the host can reach otherwise than by way of a plugin.

    Args:
        owner: Tells what is the plugin's.
    """

    def __init__(self, owner: Owner) -> None:
        self.found: list[object] = []
        self.complete = True
        self._names: dict[int, str] = {}
        self._from: dict[int, object] = {}
        self._owner = owner
        tells = owner.teller()
        start: list[object] = []
        for value, name in (*self._modules(), *self._running()):
            if id(value) not in self._from and gc.is_tracked(value):
                self._names[id(value)] = name
                self._from[id(value)] = None
                (self.found if tells(value) else start).append(value)
        self._kept = [start]  # what was seen stays alive, or its identity would pass to something else
        self._go(self._from, tells)

    def behind(self, values: Iterable[object]) -> dict[int, object]:
        """Return what values hold that the host does not hold otherwise, by identity, and they themselves."""
        met: dict[int, object] = {}
        start = [each for each in values if met.setdefault(id(each), None) is None]
        self._kept.append(start)
        self._go(met, lambda value: id(value) in self._from)
        return met

    def unseen_holders(self, values: list[object]) -> Iterator[tuple[object, str]]:
        """Yield those of some values that are held by what no name of the host's leads to, and what that is."""
        inner = self.behind(values)
        own = {id(each) for each in (values, inner, self._from, self._kept, self.found, *self._kept)}
        some = values[:_MANY]
        for holder in gc.get_referrers(*some):
            if id(holder) in inner or id(holder) in own or holder is some or type(holder) is FrameType:
                continue
            held = {id(each) for each in referents(holder)}
            for each in some:
                if id(each) in held:
                    yield each, f"{_article(holder)} that no module leads to"

    def forget(self) -> None:
        """Let go of all that was seen, calls that are running among it: they would keep it until they end."""
        for level in self._kept:
            level.clear()
        self._from.clear()
        self.found.clear()

    def reaches(self, value: object) -> bool | None:
        """Tell whether the host can reach a value; None if the walk took too long to know."""
        return True if id(value) in self._from else False if self.complete else None

    def way_to(self, value: object) -> str:
        """Return how the host reaches a value that was found, as ``app.registry.HANDLERS['english']``."""
        steps = deque([value])
        while len(steps) < _STEPS and (parent := self._from[id(steps[0])]) is not None:
            steps.appendleft(parent)
        first = steps[0]
        text = self._names.get(id(first)) or f"an instance of {full_name(type(first))}"
        way = list(steps)
        before: object = None
        for holder, held in pairwise(way):
            text = _named(holder) or text
            text += _step(before, holder, held)
            before = holder
        return text

    def _go(self, known: dict[int, object], ends_at: Callable[[object], bool]) -> None:
        end = time.monotonic() + _PATIENCE
        level = self._kept[-1]
        while level:
            following: list[object] = []
            for count, holder in enumerate(level):
                for each in referents(holder):
                    if id(each) in known or not gc.is_tracked(each):
                        continue
                    known[id(each)] = holder
                    if not ends_at(each):
                        following.append(each)
                    elif known is self._from:
                        self.found.append(each)
                if count % 1000 == 0 and time.monotonic() > end:
                    self.complete = False
                    return
            self._kept.append(following)
            level = following

    def _modules(self) -> list[tuple[object, str]]:
        """Return the variables of the host's modules, those of the standard library last."""
        found: list[tuple[object, str]] = []
        owned = self._owner.has_module
        for name, module in sys.modules.copy().items():
            variables = variables_of(module)
            if variables is not None and not owned(name) and not owned(named_in(variables)):
                found.append((variables, name))
        return sorted(found, key=lambda each: each[1].partition(".")[0] in sys.stdlib_module_names)

    def _running(self) -> Iterator[tuple[object, str]]:
        """Yield what the calls that are running hold, but for those of the plugin and of what unloads it."""
        error = sys.exc_info()[1]
        if error is not None:
            yield error, "the exception that is being handled"
        for frame in all_running_calls():
            module = letters(named_in(frame.f_globals))
            if not module.startswith(_OURS) and not self._owner.has_frame(frame):
                yield frame.f_globals, module
                for name, value in local_variables(frame):
                    yield value, f"the local variable {name} of {module}.{frame.f_code.co_qualname}"


def referents(holder: object) -> list[object]:
    """Return what an object refers to.

    Of a module these are its variables alone. An extension module may show more to the garbage collector, such as
    objects that it keeps for later use and that nobody holds: to take hold of one, and let go, breaks ``_asyncio``
    of Python 3.12.
    """
    if issubclass(type(holder), ModuleType):
        variables = variables_of(cast("ModuleType", holder))
        return [] if variables is None else [variables]
    return gc.get_referents(holder)


def _named(holder: object) -> str | None:
    """Return what a holder is called, if it has a name of its own: then how it was come to says less."""
    cls = type(holder)
    if issubclass(cls, dict) and _is_namespace(holder):
        return letters(named_in(holder))
    if cls is FunctionType or issubclass(cls, type):
        return described(holder).partition(" ")[2]
    if issubclass(cls, threading.Thread):
        return f"thread {letters((variables_of(holder) or {}).get('_name'))!r}"
    return None


def _is_namespace(table: object) -> bool:
    return bool(_DICT.__contains__(table, "__builtins__"))


def _step(before: object, holder: object, held: object) -> str:
    """Return what is added to a holder's name to name what it holds."""
    cls = type(holder)
    if issubclass(cls, dict):
        return _entry(before, cast("dict[object, object]", holder), held)
    if is_one_of(cls, (list, tuple, deque)):
        places = [index for index, each in enumerate(cast("list[object]", holder)) if each is held]
        inside = before is not None and (type(before) is FunctionType or issubclass(type(before), type))
        return f"[{places[0]}]" if places and not inside else ""
    if is_one_of(cls, (BuiltinMethodType, CellType, MethodType, ModuleType, TracebackType)):
        return ""
    if cls is FunctionType:
        return _of_function(cast("FunctionType", holder), held)
    if variables_of(holder) is held:
        return ""
    variables = class_variables(cast("type", holder)) if issubclass(cls, type) else variables_of(holder) or {}
    for name, value in list(variables.items()):
        if value is held:
            return f".{letters(name)}"
    for base in mro_of(cls):
        for name, member in class_variables(base).items():
            if type(member) is MemberDescriptorType:
                try:
                    if member.__get__(holder) is held:
                        return f".{letters(name)}"
                except AttributeError:
                    continue
    if issubclass(cls, BaseException):
        return " (its traceback)" if type(held) is TracebackType else ""
    return "" if issubclass(cls, type) else f" (in a {letters(cls.__name__)})"


def _entry(before: object, table: dict[object, object], held: object) -> str:
    entries: list[tuple[object, object]] = list(_DICT.copy(table).items())
    for key, value in entries:
        if value is held:
            attribute = before is None or _is_home(before, table) or _is_namespace(table)
            return f".{letters(key)}" if attribute else f"[{_key(key)}]"
        if key is held:
            return " (as a key)"
    return ""


def _is_home(holder: object, table: object) -> bool:
    cls = type(holder)
    if issubclass(cls, type):
        return any(each is table for each in gc.get_referents(class_variables(cast("type", holder))))
    return variables_of(holder) is table


def _of_function(function: FunctionType, held: object) -> str:
    if held is function.__closure__ or type(held) is CellType:
        return " (in a variable that it closes over)"
    if held is function.__defaults__ or held is function.__kwdefaults__:
        return " (as a default)"
    return ""


def _article(value: object) -> str:
    name = full_name(type(value))
    return f"an {name}" if name[0] in "aeiou" else f"a {name}"


def _key(key: object) -> str:
    if is_one_of(type(key), (str, int, bytes, bool, float, type(None))):
        text = repr(key)
        return text if len(text) <= _LONG else f"{text[:_LONG]}…"
    return full_name(cast("type", key)) if issubclass(type(key), type) else "…"


def held_unseen(values: list[object]) -> list[object]:
    """Return those of some values that are held more often than the garbage collector knows: by native code."""
    seen = dict.fromkeys(map(id, values), 0)
    holders = tracked()
    tuples: dict[int, object] = {}
    while holders:
        for each in referents(holders.pop()):
            if id(each) in seen:
                seen[id(each)] += 1
            if type(each) is tuple and id(each) not in tuples:  # pyright: ignore[reportUnknownArgumentType]
                tuples[id(each)] = each  # pyright: ignore[reportUnknownArgumentType]
                holders.append(each)  # pyright: ignore[reportUnknownArgumentType]
    tuples.clear()
    usual = next(sys.getrefcount(each) for each in [[None]])
    return [each for each in values if sys.getrefcount(each) - usual >= seen[id(each)]]


def tracked() -> list[object]:
    """Return all objects that the garbage collector knows, but for tuples, which are found in what holds them.

    A tuple that another thread is making of an iterator is there already, and making it fails if somebody else
    holds it. So none is touched, and no other thread runs meanwhile: it is one call, of C alone, and at its end
    nothing else holds them.
    """
    every: list[object] = []
    steps: Iterator[object] = chain(
        map(every.extend, map(gc.get_objects, (None,))),
        compress(every, map(partial(is_not, tuple), map(type, every))),
        map(list.clear, (every,)),  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]
    )
    enabled = gc.isenabled()
    gc.disable()  # it would run finalizers
    try:
        met = list(steps)
    finally:
        if enabled:
            gc.enable()
    found = met[1:-1]  # but for what the first step and the last one return
    met.clear()  # it has met itself
    return found
