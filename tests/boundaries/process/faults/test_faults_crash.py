"""What ends a worker in its work, floods, forks or cuts it off: the host is told, and goes on."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Any

import psutil  # type: ignore[import-untyped]
import pytest

import hotplug

from .contract import Asks, Loops

if TYPE_CHECKING:
    Open = Callable[..., hotplug.Plugin]
    Poll = Callable[[Callable[[], object], str], None]

PATIENCE = 20.0
AGAIN = "open the plugin again: values of this one stay without answer"

ENDS = """
import ctypes, os, signal, sys, threading, time
from collections.abc import Callable
def square(number: int) -> int: return number * number
def pid() -> int: return os.getpid()
def exits(code: int) -> None: os._exit(code)
def in_thread(code: int) -> None:
    threading.Thread(target=os._exit, args=(code,)).start()
    time.sleep(600)
def kills(number: int) -> None:
    print("last words", file=sys.stderr, flush=True)
    os.kill(os.getpid(), number)
def faults() -> None: ctypes.string_at(0)
def closes() -> None: os.closerange(3, 1000)
def waits(told: Callable[[], None]) -> None:
    told()
    time.sleep(600)
"""


def crash(call: Callable[[], object]) -> hotplug.PluginCrashed:
    with pytest.raises(hotplug.PluginCrashed) as caught:
        call()
    assert caught.value.phase == "call"
    assert caught.value.remedy == AGAIN
    return caught.value


@pytest.mark.parametrize(
    ("name", "argument", "how", "code", "number", "said"),
    [
        ("exits", 0, "exited with status 0", 0, None, ""),
        ("exits", 7, "exited with status 7", 7, None, ""),
        ("in_thread", 7, "exited with status 7", 7, None, ""),
        ("kills", 9, "was ended by SIGKILL", None, 9, "\n  | last words"),
        ("kills", 15, "was ended by SIGTERM", None, 15, "\n  | last words"),
        ("faults", None, "was ended by SIGSEGV", None, 11, "\n  | Fatal Python error: Segmentation fault\n  |  "),
        ("closes", None, "exited with status 1", 1, None, "\n  | hotplug: the plugin closed the worker's conn"),
    ],
)
def test_what_ends_the_worker_in_a_call_is_told_to_the_caller_and_ever_after(
    opened: Open, name: str, argument: int | None, how: str, code: int | None, number: int | None, said: str
) -> None:
    plugin = opened(ENDS)
    ends: Any = plugin.lookup(name)
    square: Any = plugin.lookup("square")
    assert square(3) == 9
    error = crash(lambda: ends(argument) if argument is not None else ends())
    assert error.reason.startswith(f"its worker process {how}; {name}() has no answer{said}")
    assert (error.exit_code, error.signal, error.plugin) == (code, number, "eng")
    for ask, what in (
        (lambda: square(3), "square()"),
        (lambda: plugin.lookup("square"), "the lookup of 'square'"),
        (plugin.symbols, "its symbols"),
    ):
        later = crash(ask)
        assert later.reason.startswith(f"its worker process {how}; {what} has no answer")
        assert later is not error
    again = opened(ENDS)  # of the same artifact
    assert again != plugin
    assert again.lookup("square", Callable[[int], int])(4) == 16
    crash(lambda: square(3))
    report = plugin.close()
    assert report == hotplug.CloseReport(unloaded=True, reason=f"its worker had ended before: it {how}")


ASKS = """
import asyncio, time
class Asks:
    @property
    def size(self) -> int: return 3
    def waits(self, told):
        told()
        time.sleep(600)
    async def rests(self, told):
        await told()
        await asyncio.sleep(600)
    def counts(self, told):
        yield 1
        told()
        time.sleep(600)
        yield 2
asks = Asks()
"""


def test_every_kind_of_call_in_flight_is_told_at_once(opened: Open) -> None:
    plugin = opened(ASKS + "import os\npid = os.getpid()", concurrency=2)
    asks = plugin.lookup("asks", Asks)
    pid = plugin.lookup("pid", int)
    begun = threading.Semaphore(0)
    counts = asks.counts(begun.release)
    assert next(counts) == 1

    async def rests() -> None:
        async def told() -> None:
            begun.release()

        await asks.rests(told)

    with ThreadPoolExecutor(5) as pool:
        calls: dict[str, Any] = {
            "Asks.waits()": pool.submit(asks.waits, begun.release),
            "iterator.__next__()": pool.submit(next, counts),
            "Asks.rests()": pool.submit(asyncio.run, rests()),
        }
        for _ in calls:
            assert begun.acquire(timeout=PATIENCE)
        calls["Asks.size"] = pool.submit(lambda: asks.size)  # waits for a connection
        os.kill(pid, signal.SIGKILL)
        for name, call in calls.items():
            error = call.exception(PATIENCE)
            assert isinstance(error, hotplug.PluginCrashed), (name, error)
            assert error.signal == signal.SIGKILL
            assert error.reason.partition("; ")[2].startswith(name.partition(".")[0]), (name, error)
    crash(lambda: next(counts))
    crash(lambda: asks.size)


def test_a_worker_killed_while_nobody_asks_is_told_to_who_asks_next(opened: Open, poll: Poll) -> None:
    plugin = opened(ENDS)
    square: Any = plugin.lookup("square")
    pid: Any = plugin.lookup("pid")
    process = psutil.Process(pid())
    process.kill()
    poll(lambda: not process.is_running(), "the worker is to be reaped")
    assert "was ended by SIGKILL; square() has no answer" in crash(lambda: square(3)).reason


def test_a_worker_that_ends_in_a_callback_is_told_to_the_callback_s_caller(opened: Open) -> None:
    plugin = opened(ENDS)
    pid: Any = plugin.lookup("pid")
    waits: Any = plugin.lookup("waits", Callable[[Callable[[], None]], None])
    number = pid()
    inner: list[hotplug.PluginCrashed] = []

    def kills() -> None:
        os.kill(number, signal.SIGKILL)
        inner.append(crash(pid))  # it asks by the same connection

    assert "SIGKILL; waits() has no answer" in crash(lambda: waits(kills)).reason
    assert "SIGKILL; pid() has no answer" in inner[0].reason


def test_a_zygote_that_is_killed_takes_its_workers_along_and_another_comes(opened: Open, poll: Poll) -> None:
    plugin, other = opened(ENDS), opened(ENDS, "other")
    pids: list[Any] = [each.lookup("pid") for each in (plugin, other)]
    numbers = [each() for each in pids]
    zygote = psutil.Process(numbers[0]).parent()
    assert zygote is not None
    workers = [psutil.Process(each) for each in numbers]
    zygote.kill()
    poll(lambda: not any(each.is_running() for each in workers), "the workers are to end with it")
    for each in pids:
        assert "was ended by SIGKILL" in str(crash(each)) or "nobody can tell how" in str(crash(each))
    again: Any = opened(ENDS).lookup("square")
    assert again(5) == 25


def test_a_crash_loop_leaves_nothing(opened: Open, running: Callable[[], list[str]], poll: Poll) -> None:
    opened(ENDS)
    files = len(os.listdir("/proc/self/fd"))
    threads = threading.active_count()
    for number in range(10):
        plugin = opened(ENDS)
        ends: Any = plugin.lookup("exits")
        assert crash(partial(ends, number)).exit_code == number
    poll(lambda: not running(), "the workers are to be gone")
    for _ in range(10):
        with pytest.raises(hotplug.PluginCrashed):
            opened("import os\nos._exit(1)", "loop")
    poll(lambda: threading.active_count() == threads, "no thread more")
    poll(lambda: len(os.listdir("/proc/self/fd")) <= files, "no file more, though none was closed")


LOOPS = """
import asyncio, sys
from hotplug.boundaries.process.meeting import Meeting
sys.excepthook = lambda *_: 1 // 0
def broken(*_): raise ZeroDivisionError
async def raises(kind): raise kind
class Loops:
    async def stops(self):
        asyncio.get_running_loop().stop()
        return 1
    async def exits(self):
        self.kept = asyncio.create_task(raises(SystemExit))
        await asyncio.sleep(0)
        return 2
    async def interrupts(self):
        self.kept = asyncio.create_task(raises(KeyboardInterrupt))
        await asyncio.sleep(0)
        return 3
    async def breaks(self):
        Meeting.told = broken
        raise ValueError
    async def adds(self, one, other): return one + other
loops = Loops()
"""


def test_what_a_plugin_does_to_its_event_loop_keeps_nobody_waiting(opened: Open) -> None:
    plugin = opened(LOOPS, deadline=PATIENCE)
    loops = plugin.lookup("loops", Loops)
    answers = [asyncio.run(call()) for call in (loops.stops, loops.exits, loops.interrupts)]
    assert answers == [1, 2, 3]
    assert asyncio.run(loops.adds(1, 3)) == 4
    error = crash(lambda: asyncio.run(loops.breaks()))
    assert "closed its connection to the host; Loops.breaks() has no answer" in error.reason
    assert "ended, nobody" not in error.reason


FORKS = """
import os, signal, sys, subprocess, time
def forks() -> int: return os.fork()
def forks_and_raises() -> None:
    if not os.fork(): raise SystemExit(3)
    raise ValueError("the parent's")
def square(number: int) -> int: return number * number
def leaves(how: str) -> int:
    reading, writing = os.pipe()
    if not os.fork():
        if how == "daemon":
            os.setsid()
            if os.fork(): os._exit(0)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        os.write(writing, b"%d" % os.getpid())
        while True: time.sleep(600)
    return int(os.read(reading, 100))
def starts() -> int:
    return subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True).pid
"""


def test_a_fork_of_the_worker_answers_nothing(opened: Open) -> None:
    plugin = opened(FORKS)
    forks: Any = plugin.lookup("forks")
    raises: Any = plugin.lookup("forks_and_raises")
    square: Any = plugin.lookup("square")
    children = [forks() for _ in range(5)]
    assert len(set(children)) == 5
    assert 0 not in children
    assert square(3) == 9
    for _ in range(3):
        with pytest.raises(ValueError, match="the parent's"):
            raises()
    assert square(4) == 16
    assert plugin.close() == hotplug.CloseReport(unloaded=True)


@pytest.mark.parametrize("ends", ["close", "kill"])
def test_what_the_worker_started_ends_with_it(opened: Open, ends: str, until_gone: Callable[..., None]) -> None:
    plugin = opened(FORKS)
    leaves: Any = plugin.lookup("leaves")
    starts: Any = plugin.lookup("starts")
    children = [psutil.Process(each) for each in (leaves("child"), leaves("daemon"), starts())]
    if ends == "close":
        assert plugin.close() == hotplug.CloseReport(unloaded=True)
    else:
        worker = children[0].parent()
        assert worker is not None
        worker.kill()
        crash(starts)
    until_gone(*children)


FLOODS = r"""
import os, sys, threading
def square(number: int) -> int: return number * number
def floods(lines: int) -> int:
    for number in range(lines):
        print("line", number)
        os.write(2, b"\xff\x1b[2J half")
    return lines
def forever() -> None:
    def flood():
        while True: os.write(1, b"all work and no play\n" * 3000)
    threading.Thread(target=flood, daemon=True).start()
def says() -> None:
    os.write(1, b"\x1b]0;title\x07 \x00\xfe binary\r\nhalf a line")
    os.write(2, b"\x9b31m\xe2\x98\x83\n")
def silent() -> None:
    for file in (0, 1, 2): os.close(file)
    print("to nobody", flush=True)
"""


def test_a_flood_disturbs_no_answer(opened: Open, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "hotplug.eng")
    plugin = opened(FLOODS, concurrency=2)
    floods: Any = plugin.lookup("floods")
    square: Any = plugin.lookup("square")
    forever: Any = plugin.lookup("forever")
    assert floods(20_000) == 20_000
    forever()
    assert [square(number) for number in range(500)] == [number * number for number in range(500)]
    plugin.close()
    lines = [each.getMessage() for each in caplog.records if each.name == "hotplug.eng"]
    assert "line 0" in lines
    assert lines[-1].startswith("... ")
    assert lines[-1].endswith(" lines dropped")
    assert all(line.isprintable() for line in lines)


def test_bytes_escapes_and_half_lines_are_harmless(opened: Open, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "hotplug.eng")
    plugin = opened(FLOODS)
    says: Any = plugin.lookup("says")
    says()
    plugin.close()
    lines = {each.getMessage() for each in caplog.records if each.name == "hotplug.eng"}
    assert lines == {r"\x1b]0;title\x07 \x00\xfe binary", "half a line", "\\x9b31m☃"}


def test_escapes_in_what_a_crash_tells_are_harmless(opened: Open) -> None:
    source = r"import os; os.write(2, b'\x1b[2J\x1b]0;title\x07 \xff\n'); os._exit(2)"
    with pytest.raises(hotplug.PluginCrashed) as caught:
        opened(source)
    assert r"| \x1b[2J\x1b]0;title\x07 \xff" in str(caught.value)
    assert caught.value.output == (r"\x1b[2J\x1b]0;title\x07 \xff",)


def test_a_plugin_that_closes_its_streams_answers_on(opened: Open) -> None:
    plugin = opened(FLOODS)
    silent: Any = plugin.lookup("silent")
    square: Any = plugin.lookup("square")
    with pytest.raises(OSError, match="Bad file descriptor"):
        silent()
    assert square(6) == 36
    assert plugin.close().unloaded
