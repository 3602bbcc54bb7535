"""Faults in the calls of an inline plugin: what they raise, what is large or deep or broken off half way.

Where each fault has its test: `test_faults_inline`.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import sys
import threading
import traceback
import weakref
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

import hotplug
from hotplug.testing import PluginMaker

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

PATIENCE = 10.0


RAISES = """
import contextlib
class Own(Exception):
    def __reduce__(self): raise TypeError("is not copied")
    def __copy__(self): raise TypeError("is not copied")
class Worst(BaseException): pass
error = Own("own")
def own(): raise error
def worst(): raise Worst("worst")
def group(): raise ExceptionGroup("two", [ValueError(1), error])
def chained():
    try: own()
    except Own as cause: raise KeyError("chained") from cause
def exits(): raise SystemExit(3)
def interrupts(): raise KeyboardInterrupt
def mute():
    class Mute(Exception):
        def __str__(self): raise ZeroDivisionError
    raise Mute
"""


@pytest.mark.parametrize("call", ["own", "worst", "group", "chained", "exits", "interrupts", "mute"])
def test_what_a_call_raises_arrives_as_it_is(call: str, make_plugin: PluginMaker) -> None:
    with hotplug.open(make_plugin.module("raises.py", RAISES)) as plugin:
        function: Any = plugin.lookup(call)
        error, own = plugin.lookup("raises:error"), plugin.lookup("Own")
        expected: Any = {
            "group": ExceptionGroup, "chained": KeyError, "exits": SystemExit, "interrupts": KeyboardInterrupt,
            "own": own, "worst": plugin.lookup("raises:Worst"), "mute": Exception,
        }[call]  # fmt: skip
        with pytest.raises(expected) as caught:
            function()
        assert not isinstance(caught.value, hotplug.PluginError)
        assert [frame.name for frame in traceback.extract_tb(caught.tb)][1] == call  # nothing lies in between
        if call == "group":
            assert caught.value.exceptions[1] is error
            assert caught.value.split(own)[0].exceptions == (error,)
        if call in ("own", "chained"):
            assert error in (caught.value, caught.value.__cause__)
        if call == "exits":
            assert caught.value.code == 3
        del caught, function, own
        vars(plugin.lookup("raises:"))["error"].__traceback__ = None
        assert plugin.lookup("raises:contextlib") is contextlib


@pytest.mark.parametrize("size", [0, 1, 100 * 2**20])
def test_values_of_any_size_pass_as_they_are(size: int, make_plugin: PluginMaker) -> None:
    source = (
        "held = []\ndef same(value):\n    held.append(value)\n    return value\ndef make(n): return bytearray(n)"
    )
    with hotplug.open(make_plugin.module("large.py", source)) as plugin:
        same: Any = plugin.lookup("same")
        make: Any = plugin.lookup("make")
        value = make(size)
        assert same(value) is value
        assert plugin.lookup("held", list[Any])[0] is value
        assert len(value) == size


def calls(again: Callable[[], object]) -> object:
    return again()


def test_recursion_to_the_end_of_the_stack_leaves_all_sound(make_plugin: PluginMaker) -> None:
    source = """
    import importlib
    def deep(n=0): return deep(n + 1)
    def through(callback): return callback(lambda: through(callback))
    def late(depth):
        if depth: return late(depth - 1)
        import own.words
        return importlib.import_module("own.words").said
    """
    path = make_plugin.folder("own", {"__init__.py": source, "words.py": "said = 'words'"})
    with hotplug.open(path) as plugin:
        deep: Any = plugin.lookup("deep")
        through: Any = plugin.lookup("through")
        for call in (deep, lambda: through(calls)):
            with pytest.raises(RecursionError):
                call()
        late: Any = plugin.lookup("late")
        with pytest.raises(RecursionError):
            late(sys.getrecursionlimit())
        # an import that the end of the stack cuts off, wherever it does, can be done again
        for depth in range(sys.getrecursionlimit() - 120, sys.getrecursionlimit(), 7):
            with contextlib.suppress(RecursionError, ImportError):
                late(depth)
            for each in [name for name in sys.modules if name.endswith(".words") and "__hp" in name]:
                del sys.modules[each]
        assert late(0) == "words"
        with pytest.raises(ModuleNotFoundError):
            __import__("own")


def test_callbacks_raise_re_enter_and_outlive_their_call(make_plugin: PluginMaker) -> None:
    source = """
    kept = []
    def call(callback, *given):
        kept.append(callback)
        try: return callback(*given)
        finally: kept.append("after")
    def again(): return kept[0](1)
    """
    path = make_plugin.module("calls.py", source)

    class Ours(BaseException):
        pass

    error = Ours()

    def raises() -> None:
        raise error

    def enters(depth: int) -> Any:
        if not depth:
            return "bottom"
        with hotplug.open(path) as inner:
            nested: Any = inner.lookup("call")
            assert inner == plugin
            return nested(enters, depth - 1)

    plugin = hotplug.open(path)
    call: Any = plugin.lookup("call")
    again: Any = plugin.lookup("again")
    kept: Any = plugin.lookup("calls:kept")
    assert call(enters, 5) == "bottom"
    with pytest.raises(Ours) as caught:
        call(raises)
    assert caught.value is error
    assert kept[-1] == "after"
    assert again() == "bottom"
    assert call(plugin.close).unloaded is False  # a callback may close it: the call goes on
    assert again
    with pytest.raises(hotplug.PluginClosed):
        plugin.lookup("call")


def test_generators_that_are_abandoned_half_way_end_where_they_are_dropped(make_plugin: PluginMaker) -> None:
    source = """
    ended = []
    def count():
        try:
            yield from range(9)
        finally:
            ended.append("count")
            import json
    class Steps:
        def __iter__(self): return self
        def __next__(self): return 1
        def __del__(self): ended.append("steps")
    async def ticks():
        try:
            yield 1
            yield 2
        finally:
            ended.append("ticks")
    """
    plugin = hotplug.open(make_plugin.module("own.py", source))
    ended, count, ticks, steps = (
        plugin.lookup(f"own:{name}", Any) for name in ("ended", "count", "ticks", "Steps")
    )
    running = count()
    assert next(running) == 0
    del running
    gc.collect()
    assert ended == ["count"]
    held = steps()
    assert next(held) == 1

    async def first() -> int:
        async with contextlib.aclosing(ticks()) as stream:
            async for each in stream:
                return int(each)
        raise AssertionError

    assert asyncio.run(first()) == 1
    assert ended == ["count", "ticks"]
    later = count()
    next(later)
    plugin.close()
    assert next(later) == 1
    later.close()  # after the plugin was closed, too
    del held
    gc.collect()
    assert ended == ["count", "ticks", "count", "steps"]


def test_tasks_are_cancelled_before_and_during(make_plugin: PluginMaker) -> None:
    source = """
    import asyncio
    seen = []
    async def work(started):
        seen.append("began")
        started.set()
        try: await asyncio.Event().wait()
        except asyncio.CancelledError:
            seen.append("cancelled")
            from own import words
            seen.append(words.said)
            raise
    async def stubborn(started):
        started.set()
        try: await asyncio.Event().wait()
        except asyncio.CancelledError: return "stayed"
    """

    async def main() -> list[object]:
        work, stubborn = (plugin.lookup(f"own:{name}", Any) for name in ("work", "stubborn"))
        before: asyncio.Future[object] = asyncio.ensure_future(work(asyncio.Event()))
        before.cancel()
        results: list[object] = [*await asyncio.gather(before, return_exceptions=True)]
        for function in (work, stubborn):
            started = asyncio.Event()
            during: asyncio.Future[object] = asyncio.ensure_future(function(started))
            await started.wait()
            during.cancel()
            results += await asyncio.gather(during, return_exceptions=True)
        return results

    with hotplug.open(make_plugin.folder("own", {"__init__.py": source, "words.py": "said = 'late'"})) as plugin:
        first, second, third = asyncio.run(main())
        assert isinstance(first, asyncio.CancelledError)
        assert isinstance(second, asyncio.CancelledError)
        assert third == "stayed"
        assert plugin.lookup("own:seen") == ["began", "cancelled", "late"]


def test_many_threads_on_many_plugins_of_one_name_each_get_their_own(make_plugin: PluginMaker) -> None:
    count = 8
    source = """
    import importlib
    def work(number):
        from own import words
        late = importlib.import_module(f"own.late{number % 4}")
        return words.said, late.words is words, late.__name__
    """
    late: dict[str, str | bytes] = {f"late{number}.py": "from own import words" for number in range(4)}
    paths = [
        make_plugin.folder(f"{number}/own", {"__init__.py": source, "words.py": f"said = {number}", **late})
        for number in range(count)
    ]
    plugins = [hotplug.open(path) for path in paths]
    together = threading.Barrier(count * 4)

    def work(job: int) -> object:
        function: Any = plugins[job % count].lookup("work")
        together.wait(PATIENCE)
        return [function(number)[:2] for number in range(20)]

    with ThreadPoolExecutor(count * 4) as pool:
        results = list(pool.map(work, range(count * 4)))
    assert results == [[(job % count, True)] * 20 for job in range(count * 4)]
    for plugin in plugins:
        plugin.close()


def test_a_call_goes_on_while_another_thread_closes_the_plugin(make_plugin: PluginMaker) -> None:
    source = f"""
    import threading
    from . import words
    inside, go = threading.Event(), threading.Event()
    def work():
        inside.set()
        go.wait({PATIENCE})
        found = [words.said]
        try: from . import late
        except Exception as error: found.append(type(error).__name__)
        return found
    """
    files = {"__init__.py": source, "words.py": "said = 'still'", "late.py": make_plugin.tripwire("late")}
    plugin = hotplug.open(make_plugin.folder("own", files))
    work, inside, go = (plugin.lookup(f"own:{name}", Any) for name in ("work", "inside", "go"))
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(work)
        assert inside.wait(PATIENCE)
        report = plugin.close()
        go.set()
        assert running.result(PATIENCE) == ["still", "PluginClosed"]
    assert any(line.startswith("thread ") and line.endswith(", running work") for line in report.survivors)
    assert not make_plugin.ran("late")


def test_a_timer_and_a_handler_of_the_hosts_class_that_are_left_are_told(make_plugin: PluginMaker) -> None:
    source = """
    import logging, threading
    calls = []
    def tick(): calls.append(1)
    class Note: pass
    timer = threading.Timer(3600, tick)
    timer.name = "ticks"
    timer.start()
    handler = logging.StreamHandler()
    handler.note = Note()
    logging.getLogger("of.the.host").addHandler(handler)
    """
    theirs = logging.getLogger("of.the.host")
    plugin = hotplug.open(make_plugin.module("own.py", source))
    timer = plugin.lookup("own:timer", threading.Timer)
    note = weakref.ref(plugin.lookup("own:handler", logging.Handler).note)  # type: ignore[attr-defined]
    report = plugin.close()
    timer.cancel()
    timer.join(PATIENCE)
    (handler,) = theirs.handlers
    theirs.removeHandler(handler)
    assert any("thread 'ticks'" in line for line in report.survivors), report.survivors
    assert any("own.Note" in line for line in report.survivors), report.survivors
    assert not report.unloaded
    assert note() is not None
    del handler
    del logging.root.manager.loggerDict["of.the.host"]
