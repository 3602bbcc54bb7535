"""Many who open, close and call at once; what a closed plugin says; what one leaves behind."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

import hotplug
from hotplug.boundaries.process import instance
from hotplug.testing import PluginMaker

from .contract import Closes

if TYPE_CHECKING:
    Open = Callable[..., hotplug.Plugin]

PATIENCE = 20.0

WORKS = """
import asyncio, os, time
from collections.abc import Awaitable, Callable, Iterator
def pid() -> int: return os.getpid()
def square(number: int) -> int: return number * number
class Works:
    def calls(self, given: Callable[[], int]) -> int: return given()
    def counts(self) -> Iterator[int]:
        yield 1
        yield 2
    async def adds(self, one: int, two: int) -> int: return one + two
    async def rests(self, told: Callable[[], None]) -> None:
        told()
        await asyncio.sleep(600)
    def waits(self, told: Callable[[], None]) -> None:
        told()
        time.sleep(600)
works = Works()
"""


def closed(call: Callable[[], object]) -> str:
    with pytest.raises(hotplug.PluginClosed) as caught:
        call()
    assert caught.value.plugin == "eng"
    return caught.value.reason


def test_64_threads_open_at_once_and_there_is_one_worker(make_plugin: PluginMaker) -> None:
    path = make_plugin.module("eng.py", f"{make_plugin.tripwire('eng')}\n{WORKS}")
    barrier = threading.Barrier(64)

    def opens(number: int) -> tuple[int, int]:
        barrier.wait(PATIENCE)
        with hotplug.open(path, boundary="process", limits=hotplug.Limits(concurrency=2)) as plugin:
            square: Any = plugin.lookup("square")
            pid: Any = plugin.lookup("pid")
            found = pid(), square(number)
            barrier.wait(PATIENCE)
        return found

    with ThreadPoolExecutor(64) as pool:
        found = list(pool.map(opens, range(64), timeout=60))
    assert [each for _, each in found] == [number * number for number in range(64)]
    assert len({pid for pid, _ in found}) == 1
    assert make_plugin.runs("eng") == 1


def test_64_threads_open_what_cannot_start_and_each_has_an_error_of_its_own(make_plugin: PluginMaker) -> None:
    path = make_plugin.module("eng.py", "import os\nos._exit(3)")

    def opens(_: int) -> hotplug.PluginCrashed:
        with pytest.raises(hotplug.PluginCrashed) as caught:
            hotplug.open(path, boundary="process")
        return caught.value

    with ThreadPoolExecutor(64) as pool:
        errors = list(pool.map(opens, range(64), timeout=60))
    assert {each.exit_code for each in errors} == {3}
    assert len({id(each) for each in errors}) == 64


def test_threads_that_open_and_close_at_once_never_see_half_a_plugin(make_plugin: PluginMaker) -> None:
    path = make_plugin.module("eng.py", WORKS)

    def cycles(number: int) -> set[int]:
        pids: set[int] = set()
        for count in range(12):
            with hotplug.open(path, boundary="process") as plugin:
                square: Any = plugin.lookup("square")
                assert square(number + count) == (number + count) ** 2
                pids.add(plugin.lookup("pid", Callable[[], int])())
        return pids

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(cycles, range(8), timeout=60))
    assert all(found)


def test_an_open_in_the_middle_of_a_close_waits_and_gets_a_worker_of_its_own(make_plugin: PluginMaker) -> None:
    going, go = (make_plugin.root / name for name in ("going", "go"))
    for each in (going, go):
        os.mkfifo(each)
    source = f"""
    {make_plugin.tripwire("eng").strip()}
    import atexit, os
    @atexit.register
    def slow():
        if os.path.exists({str(going)!r}):
            open({str(going)!r}, "w").close()
            open({str(go)!r}).close()
    """
    path = make_plugin.module("eng.py", source)
    first = hotplug.open(path, boundary="process")
    with ThreadPoolExecutor(2) as pool:
        report = pool.submit(first.close)
        going.read_text()  # its exit handler runs
        second = pool.submit(hotplug.open, path, boundary="process")
        assert not second.done()
        assert make_plugin.runs("eng") == 1
        going.unlink()
        go.write_text("")
        assert report.result(PATIENCE) == hotplug.CloseReport(unloaded=True)
        other = second.result(PATIENCE)
    assert (make_plugin.runs("eng"), other == first) == (2, False)
    other.close()


def test_a_closed_plugin_says_so_whatever_is_asked(opened: Open) -> None:
    plugin = opened(WORKS)
    square: Any = plugin.lookup("square")
    works = plugin.lookup("works", Closes)
    counts = works.counts()
    assert (next(counts), works.calls(lambda: 7), asyncio.run(works.adds(1, 2))) == (1, 7, 3)
    assert plugin.close() == plugin.close() == hotplug.CloseReport(unloaded=True)
    assert closed(lambda: square(3)) == "was closed: square() has no answer"
    assert closed(lambda: works.calls(lambda: 7)) == "was closed: Closes.calls() has no answer"
    assert closed(lambda: next(counts)) == "was closed: iterator.__next__() has no answer"
    assert closed(lambda: asyncio.run(works.adds(1, 2))) == "was closed: Closes.adds() has no answer"
    assert closed(lambda: plugin.lookup("square")) == "this handle was closed, it cannot look up 'square'"
    assert closed(plugin.symbols) == "this handle was closed, it cannot list its symbols"
    assert repr(square) == "<square of eng, in another process>"


def test_a_handle_that_is_closed_leaves_the_others(opened: Open) -> None:
    one, other = opened(WORKS), opened(WORKS)
    square: Any = one.lookup("square")
    assert one.close() == hotplug.CloseReport(unloaded=False, still_open=1, reason="1 other handle keeps it open")
    assert square(3) == 9
    assert other.lookup("square", Callable[[int], int])(4) == 16
    assert other.close().unloaded
    assert closed(lambda: square(3)) == "was closed: square() has no answer"


def test_calls_in_flight_are_told_that_it_was_closed(opened: Open) -> None:
    plugin = opened(WORKS, concurrency=2)
    works = plugin.lookup("works", Closes)
    begun = threading.Semaphore(0)

    async def rests() -> None:
        await works.rests(begun.release)

    with ThreadPoolExecutor(4) as pool:
        calls = [pool.submit(works.waits, begun.release) for _ in range(2)]
        calls.append(pool.submit(asyncio.run, rests()))
        for _ in calls:
            assert begun.acquire(timeout=PATIENCE)
        calls.append(pool.submit(works.waits, begun.release))  # for which there is no connection
        report = plugin.close()
        assert report == hotplug.CloseReport(
            unloaded=True, reason="calls were in flight: its worker was ended, its exit handlers did not run"
        )
        for each in calls:
            error = each.exception(PATIENCE)
            assert isinstance(error, hotplug.PluginClosed)
            assert "was closed: Closes." in error.reason


def test_a_close_with_a_timeout_lets_calls_end_and_begins_none(opened: Open) -> None:
    plugin = opened(WORKS)
    works = plugin.lookup("works", Closes)
    begun, go = threading.Event(), threading.Event()

    def given() -> int:
        begun.set()
        assert go.wait(PATIENCE)
        return 7

    with ThreadPoolExecutor(2) as pool:
        call = pool.submit(works.calls, given)
        assert begun.wait(PATIENCE)
        report = pool.submit(plugin.close, timeout=PATIENCE)
        go.set()
        assert call.result(PATIENCE) == 7
        assert report.result(PATIENCE) == hotplug.CloseReport(unloaded=True)


def test_a_plugin_that_is_closed_by_its_own_callback(opened: Open) -> None:
    plugin = opened(WORKS)
    works = plugin.lookup("works", Closes)
    reports: list[hotplug.CloseReport] = []

    def given() -> int:
        reports.append(plugin.close())
        return 7

    assert closed(lambda: works.calls(given)) == "was closed: Closes.calls() has no answer"
    assert reports[0].unloaded
    assert "calls were in flight" in reports[0].reason


def test_a_close_while_threads_call_is_an_answer_or_an_error_for_each(opened: Open) -> None:
    for _ in range(5):
        plugin = opened(WORKS, concurrency=3)
        square: Any = plugin.lookup("square")
        calling = threading.Barrier(7)

        def calls(number: int, square: Any = square, calling: threading.Barrier = calling) -> str:
            calling.wait(PATIENCE)
            while True:
                try:
                    assert square(number) == number * number
                except hotplug.PluginClosed as error:
                    return error.reason

        with ThreadPoolExecutor(6) as pool:
            said = [pool.submit(calls, number) for number in range(6)]
            calling.wait(PATIENCE)
            assert plugin.close(timeout=0.01).unloaded
            assert {each.result(PATIENCE) for each in said} == {"was closed: square() has no answer"}


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("import atexit, time\natexit.register(time.sleep, 600)", "did not end within 0.2 s, and was ended"),
        ("import threading\nthreading.Thread(target=threading.Event().wait).start()", "did not end within 0.2 s"),
        ("import atexit, os\natexit.register(os._exit, 5)", "exited with status 5"),
        ("import atexit, os\natexit.register(os.abort)", "was ended by SIGABRT"),
        ("import atexit, os\natexit.register(os.kill, os.getpid(), 9)", "was ended by SIGKILL"),
    ],
    ids=["slow", "thread", "status", "abort", "kill"],
)
def test_a_shutdown_that_is_slow_or_fails_is_reported(
    opened: Open, source: str, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if "did not end" in why:
        monkeypatch.setattr(instance, "_TO_END", 0.2)
    report = opened(source).close()
    assert report.unloaded
    assert report.reason.startswith(f"its worker {why}")


def test_what_a_plugin_leaves_behind_is_not_in_the_host(opened: Open) -> None:
    source = """
    import builtins, faulthandler, gc, locale, logging, os, signal, sys, threading, time, warnings
    class Handler(logging.Handler):
        def emit(self, record): raise SystemExit
    logging.getLogger().addHandler(Handler())
    logging.disable(logging.CRITICAL)
    signal.signal(signal.SIGTERM, lambda *_: None)
    signal.signal(signal.SIGUSR2, signal.SIG_IGN)
    signal.setitimer(signal.ITIMER_REAL, 600)
    threading.Thread(target=threading.Event().wait, daemon=True, name="left").start()
    threading.Timer(600, print).daemon = True
    timer = threading.Timer(600, print); timer.daemon = True; timer.start()
    threading.excepthook = sys.excepthook = sys.unraisablehook = None
    os.environ["LEFT"] = "behind"
    os.chdir("/")
    os.umask(0)
    builtins.left = 1
    warnings.simplefilter("error")
    gc.disable()
    sys.path.clear()
    sys.setrecursionlimit(100_000)
    def square(number: int) -> int: return number * number
    """
    numbers = [each for each in signal.valid_signals() if each not in {signal.SIGKILL, signal.SIGSTOP}]

    def state() -> list[object]:
        return [
            *(list(logging.getLogger().handlers), logging.root.manager.disable),
            *([signal.getsignal(each) for each in numbers], signal.getitimer(signal.ITIMER_REAL)),
            *(
                [each for each in threading.enumerate() if "hotplug" not in each.name],
                threading.excepthook,
                sys.excepthook,
                sys.unraisablehook,
            ),
            *(dict(os.environ), os.getcwd(), list(sys.path), sys.getrecursionlimit()),
        ]

    before = state()
    plugin = opened(source)
    square: Any = plugin.lookup("square")
    assert square(5) == 25
    assert plugin.close() == hotplug.CloseReport(unloaded=True)
    assert state() == before


def test_a_plugin_that_ignores_the_signal_of_the_cancel_is_ended(opened: Open) -> None:
    source = """
    import signal, time
    signal.signal(signal.SIGUSR2, signal.SIG_IGN)
    def waits() -> None: time.sleep(600)
    """
    waits: Any = opened(source).lookup("waits")
    with hotplug.deadline(0.5), pytest.raises(hotplug.DeadlineExceeded, match="its worker was ended"):
        waits()
    with pytest.raises(hotplug.PluginCrashed, match=r"waits\(\) was not answered in time, and did not stop when"):
        waits()
