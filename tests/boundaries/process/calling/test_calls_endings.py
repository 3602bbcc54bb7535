"""The end of a plugin in a worker: closed, crashed, gone while it was asked; what is told to whom."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import struct
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import hotplug
from hotplug import plugin as opening

from .conftest import PATIENCE, SOON, Told
from .contract import Calls, Spoon, Streams
from .test_kitchen_references import SOURCE as REFERENCES
from .test_kitchen_streams import SOURCE as STREAMS

if TYPE_CHECKING:
    from collections.abc import Callable

    from hotplug.testing import PluginMaker

    from .conftest import Open, Wait

SOURCE = """
import atexit, ctypes, os, signal, sys, time

def add(one: int, two: int = 1) -> int: return one + two
def pid() -> int: return os.getpid()
def leave(code: int) -> None:
    print("first line\\nlast words \\x1b[31m", file=sys.stderr)
    os._exit(code)
def kill(number: int) -> None: os.kill(os.getpid(), number)
def segfault() -> None: ctypes.string_at(0)
def close_all() -> None: os.closerange(0, 1000)
def wait(begun: Callable[[], None]) -> None:
    begun()
    time.sleep(1000)
def turn(go: Callable[[], int]) -> int: return go() + 1
def then_leave(call: Callable[[], None]) -> None:
    call()
    os._exit(4)
def items(last: int) -> Iterator[int]:
    yield from range(last)
    os._exit(5)
def at_exit(path: str) -> None:
    atexit.register(lambda: open(path, "w").write("cleaned up"))
def slow_exit() -> None:
    atexit.register(time.sleep, 1000)
def deep() -> None: deep()
def deep_c() -> object:
    value = []
    for _ in range(200_000): value = [value]
    return repr(value)
def through(callback: Callable[[], object]) -> object: return callback()
def swap(code: bytes) -> None:
    "Write something into every socket that it has."
    import socket
    for each in range(3, 100):
        try:
            socket.socket(fileno=os.dup(each)).sendall(code)
        except OSError:
            pass
class Ladle:
    name = "own"
    def stir(self, times): return times
def spoon() -> Spoon: return Ladle()
"""

ASYNCHRONOUS = """
async def later(value: int) -> int: return value + 1
def aside(callback: Callable[[], int]) -> int:
    found = []
    in_a_thread(lambda: found.append(callback()))
    return found[0]
"""
NESTING = """
import struct, time
def nest() -> None:
    from hotplug.boundaries.process.inside import serving
    lines = serving._PREPARED.session.lines
    data = b"\\x91" * 100_000 + b"\\xc0"
    in_a_thread(lambda: lines._reverse.channel._socket.sendall(struct.pack("<QI", len(data), 0) + data))
    time.sleep(1000)
async def garbles() -> None:
    import asyncio
    from hotplug.boundaries.process.inside import serving
    serving._PREPARED.session.lines._link_channel._socket.sendall(struct.pack("<QI", 1, 0) + b"\\xc0")
    await asyncio.sleep(1000)
"""

OVERCOMMIT = Path("/proc/sys/vm/overcommit_memory")
AGAIN = "open the plugin again: values of this one stay without answer"


def look(plugin: hotplug.Plugin, name: str) -> Any:
    return plugin.lookup(name)


# crashes


def test_a_crash_tells_how_and_the_last_lines_of_stderr(opened: Open) -> None:
    plugin = opened(SOURCE)
    leave, add = look(plugin, "leave"), look(plugin, "add")
    with pytest.raises(hotplug.PluginCrashed) as caught:
        leave(3)
    error = caught.value
    assert (error.exit_code, error.signal, error.plugin, error.remedy) == (3, None, "plug", AGAIN)
    assert error.reason.startswith("its worker process exited with status 3; leave() has no answer\n")
    assert error.output == ("first line", "last words \\x1b[31m")
    assert "\x1b" not in str(error)
    with pytest.raises(hotplug.PluginCrashed) as again:
        add(1)
    assert again.value is not error
    assert again.value.exit_code == 3
    assert "add() has no answer" in again.value.reason
    with pytest.raises(hotplug.PluginCrashed, match="the lookup of 'add' has no answer"):
        plugin.lookup("add")


@pytest.mark.parametrize(
    ("call", "number"), [("kill", signal.SIGKILL), ("kill", signal.SIGTERM), ("segfault", signal.SIGSEGV)]
)
def test_a_crash_by_a_signal_names_it(call: str, number: signal.Signals, opened: Open) -> None:
    function = look(opened(SOURCE), call)
    with pytest.raises(hotplug.PluginCrashed, match=f"was ended by {number.name}; {call}") as caught:
        function(*([int(number)] if call == "kill" else []))
    assert (caught.value.exit_code, caught.value.signal) == (None, number)


def test_a_crashed_plugin_leaves_the_table(opened: Open) -> None:
    plugin = opened(SOURCE)
    add, leave = look(plugin, "add"), look(plugin, "leave")
    with pytest.raises(hotplug.PluginCrashed):
        leave(3)
    with hotplug.open(plugin.artifact.path, boundary="process") as other:
        assert other != plugin
        assert look(other, "add")(1) == 2
        with pytest.raises(hotplug.PluginCrashed):
            add(1)
        plugin.close()
        assert look(other, "add")(1) == 2
    with pytest.raises(hotplug.PluginClosed):
        add(1)


def test_a_crash_is_told_to_every_call_in_flight(opened: Open) -> None:
    plugin = opened(SOURCE, concurrency=4)
    wait, kill = look(plugin, "wait"), look(plugin, "kill")
    begun = Told()
    with ThreadPoolExecutor(3) as pool:
        waiting = [pool.submit(wait, lambda: begun("begun")) for _ in range(3)]
        begun.wait(3)
        with pytest.raises(hotplug.PluginCrashed):
            kill(9)
        for each in waiting:
            with pytest.raises(hotplug.PluginCrashed, match="SIGKILL; wait.. has no answer"):
                each.result(PATIENCE)


def test_a_crash_after_within_and_beside_a_callback_is_told(opened: Open) -> None:
    plugin = opened(SOURCE)
    then_leave, pid, through = look(plugin, "then_leave"), look(plugin, "pid"), look(plugin, "through")
    number = pid()
    with pytest.raises(hotplug.PluginCrashed, match="status 4; then_leave"):
        then_leave(lambda: None)

    plugin = opened(SOURCE)
    through, pid = look(plugin, "through"), look(plugin, "pid")
    number = pid()
    inner: list[str] = []

    def callback() -> object:
        os.kill(number, signal.SIGKILL)
        with pytest.raises(hotplug.PluginCrashed) as caught:
            pid()
        inner.append(caught.value.reason.splitlines()[0])
        return 1

    with pytest.raises(hotplug.PluginCrashed, match="SIGKILL; through"):
        through(callback)
    assert inner == ["its worker process was ended by SIGKILL; pid() has no answer"]


def test_a_crash_lets_go_of_every_connection_also_of_those_in_use(opened: Open, until: Wait) -> None:
    def sockets() -> int:
        found = 0
        for each in os.listdir("/proc/self/fd"):
            with contextlib.suppress(OSError):
                found += os.readlink(f"/proc/self/fd/{each}").startswith("socket:")
        return found

    keeps = opened(SOURCE)
    look(keeps, "pid")()
    before = sockets()
    plugin = opened(SOURCE + ASYNCHRONOUS, "crashing", concurrency=3)
    wait, kill, pid = look(plugin, "wait"), look(plugin, "kill"), look(plugin, "pid")
    aside, later = look(plugin, "aside"), look(plugin, "later")
    assert asyncio.run(later(3)) == 4
    assert aside(lambda: 5) == 5
    begun, left, go_on = Told(), Told(), threading.Event()

    def stay() -> None:
        begun("begun")
        go_on.wait(PATIENCE)
        left("left")

    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(wait, stay)
        begun.wait()
        with pytest.raises(hotplug.PluginCrashed):
            kill(9)
        until(lambda: sockets() == before + 1, "all but the connection whose callback still runs")
        go_on.set()
        with pytest.raises(hotplug.PluginCrashed):
            waiting.result(PATIENCE)
    until(lambda: sockets() == before, "that one too")
    assert left == ["left"]
    for _ in range(2):
        with pytest.raises(hotplug.PluginCrashed, match=r"SIGKILL; pid\(\) has no answer"):
            pid()
        with pytest.raises(hotplug.PluginCrashed, match=r"SIGKILL; later\(\) has no answer"):
            asyncio.run(later(3))
    assert plugin.close().reason == "its worker had ended before: it was ended by SIGKILL"


def test_what_a_thread_of_the_plugin_asks_and_nobody_can_answer_ends_the_worker(
    opened: Open, monkeypatch: pytest.MonkeyPatch, until: Wait
) -> None:
    told: list[type[BaseException]] = []

    def hook(given: threading.ExceptHookArgs) -> None:
        told.append(given.exc_type)

    monkeypatch.setattr(threading, "excepthook", hook)
    nest = look(opened(NESTING), "nest")
    said = r"own asked could not be answered \(RecursionError: .*\); nest\(\) has no answer"
    with pytest.raises(hotplug.PluginCrashed, match=said):
        nest()
    until(lambda: told == [RecursionError], "the thread that had to answer told nobody")


def test_a_crash_between_the_items_of_a_stream_is_told(opened: Open) -> None:
    items = look(opened(SOURCE), "items")(2)
    assert [next(items), next(items)] == [0, 1]
    for _ in range(2):
        with pytest.raises(hotplug.PluginCrashed, match=r"status 5; iterator.__next__\(\)"):
            next(items)


def test_a_plugin_that_closes_its_descriptors_is_ended_and_told_so(opened: Open) -> None:
    plugin = opened(SOURCE)
    close_all, add = look(plugin, "close_all"), look(plugin, "add")
    with pytest.raises(hotplug.PluginCrashed, match="close_all.. has no answer"):
        close_all()
    with pytest.raises(hotplug.PluginCrashed, match="add.. has no answer"):
        add(1)


def test_recursion_to_the_end_of_the_stack_leaves_the_worker_as_it_was(opened: Open) -> None:
    plugin = opened(SOURCE)
    deep, add, through = look(plugin, "deep"), look(plugin, "add"), look(plugin, "through")
    with pytest.raises(RecursionError):
        deep()

    def across() -> object:
        return through(across)

    with pytest.raises(Exception, match="recursion"):  # on which side it is met is a matter of a frame
        across()
    assert add(1) == 2
    deep_c = look(plugin, "deep_c")
    with pytest.raises((RecursionError, hotplug.PluginCrashed)):
        deep_c()


# hostile messages


GARBAGE = [
    b"\0" * 64,
    b"\xff" * 64,
    b"hello, this is no frame at all",
    (1).to_bytes(8, "little") + bytes(4) + b"\xc1",
    (3).to_bytes(8, "little") + bytes(4) + b"\x92\x05\xc0",
    (2).to_bytes(8, "little") + bytes(4) + b"\x91\x03",
    (4).to_bytes(8, "little") + bytes(4) + b"\x94\x03\xc0\xc0",
]


UNFINISHED = [
    (1 << 39).to_bytes(8, "little") + bytes(4),
    (1 << 30).to_bytes(8, "little") + bytes(4),
    (2).to_bytes(8, "little") + (1 << 19).to_bytes(4, "little") + bytes(64),
    b"\1",
]


@pytest.mark.parametrize("garbage", GARBAGE, ids=lambda each: str(each[:16]))
def test_garbage_on_the_wire_ends_the_worker_and_no_more(garbage: bytes, opened: Open) -> None:
    plugin = opened(SOURCE)
    swap, add = look(plugin, "swap"), look(plugin, "add")

    def ask() -> None:
        swap(garbage)
        add(1)
        add(1)

    with hotplug.deadline(PATIENCE), pytest.raises(hotplug.PluginError) as caught:
        ask()
    assert not isinstance(caught.value, hotplug.DeadlineExceeded)
    plugin.close()


@pytest.mark.parametrize("garbage", UNFINISHED, ids=lambda each: str(each[:16]))
def test_a_message_without_an_end_ends_its_worker_at_the_deadline(garbage: bytes, opened: Open) -> None:
    plugin = opened(SOURCE)
    swap = look(plugin, "swap")

    def ask() -> None:
        swap(garbage)
        swap(garbage)

    with hotplug.deadline(SOON), pytest.raises(hotplug.PluginError, match="its worker"):
        ask()
    with hotplug.deadline(PATIENCE), pytest.raises(hotplug.PluginCrashed):
        swap(garbage)


def test_garbage_in_place_of_an_awaited_answer_ends_the_worker_and_says_so(opened: Open) -> None:
    garbles = look(opened(NESTING), "garbles")
    said = r"was ended since it broke the protocol \(no envelope\); garbles\(\) has no answer"
    with pytest.raises(hotplug.PluginCrashed, match=said):
        asyncio.run(garbles())


@pytest.mark.skipif(
    OVERCOMMIT.exists() and OVERCOMMIT.read_text(encoding="ascii").strip() == "1",
    reason="the system promises memory that there is not",
)
def test_an_answer_that_there_is_no_memory_for_ends_its_worker_and_says_so(opened: Open) -> None:
    swap = look(opened(SOURCE), "swap")
    size = 1 << 40
    said = f"was ended since it sent {size - 4096 + 12} bytes at once, for which there is no memory here; swap"
    with pytest.raises(hotplug.PluginCrashed, match=said):
        swap(struct.pack("<QI", size, 0) + bytes(5000))


# closing


def test_a_closed_plugin_answers_nothing(opened: Open, tmp_path: Path) -> None:
    plugin = opened(SOURCE + REFERENCES + STREAMS)
    add, calls = look(plugin, "add"), plugin.lookup("calls", Calls)
    numbers = plugin.lookup("source", Streams).count(3, Told())
    spoon: Spoon = look(plugin, "spoon")()
    next(numbers)
    look(plugin, "at_exit")(str(tmp_path / "cleaned"))
    report = plugin.close()
    assert (report.unloaded, report.reason, report.survivors) == (True, "", ())
    assert (tmp_path / "cleaned").read_text() == "cleaned up"
    assert plugin.close() is report
    every: list[tuple[Callable[[], object], str]] = [
        (lambda: add(1), r"add\(\)"),
        (lambda: calls.greet("a"), r"Calls.greet\(\)"),
        (lambda: calls.motto, "Calls.motto"),
        (lambda: setattr(calls, "motto", "x"), "Calls.motto"),
        (lambda: next(numbers), r"iterator.__next__\(\)"),
        (lambda: spoon.stir(1), r"Spoon.stir\(\)"),
    ]
    for function, what in every:
        with pytest.raises(hotplug.PluginClosed, match=f"was closed: {what} has no answer"):
            function()
    with pytest.raises(hotplug.PluginClosed, match="this handle was closed"):
        plugin.lookup("add")
    assert repr(calls) == "<Calls of plug, in another process>"
    assert "greet" in dir(calls)


def test_closing_during_a_call_tells_it_at_once(opened: Open) -> None:
    plugin = opened(SOURCE)
    wait, add = look(plugin, "wait"), look(plugin, "add")
    begun = Told()
    with ThreadPoolExecutor(2) as pool:
        waiting = pool.submit(wait, lambda: begun("begun"))
        begun.wait()
        queued = pool.submit(add, 1)
        report = plugin.close()
        assert report.reason == "calls were in flight: its worker was ended, its exit handlers did not run"
        for each, what in ((waiting, "wait"), (queued, "add")):
            with pytest.raises(hotplug.PluginClosed, match=f"was closed: {what}.. has no answer"):
                each.result(PATIENCE)


def test_closing_with_a_timeout_lets_calls_end(opened: Open) -> None:
    plugin = opened(SOURCE)
    turn = look(plugin, "turn")
    begun, go = Told(), threading.Event()

    def wait() -> int:
        begun("begun")
        go.wait(PATIENCE)
        return 1

    with ThreadPoolExecutor(2) as pool:
        called = pool.submit(turn, wait)
        begun.wait()
        closed = pool.submit(plugin.close, timeout=PATIENCE)
        while _open(plugin):
            pass
        go.set()
        assert called.result(PATIENCE) == 2
        assert closed.result(PATIENCE).reason == ""


def _open(plugin: hotplug.Plugin) -> bool:
    return "open" in repr(plugin).split()


def test_closing_with_a_timeout_that_ends_is_as_without(opened: Open) -> None:
    plugin = opened(SOURCE)
    begun = Told()
    wait = look(plugin, "wait")
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(wait, lambda: begun("begun"))
        begun.wait()
        assert plugin.close(timeout=0.05).reason.startswith("calls were in flight")
        with pytest.raises(hotplug.PluginClosed):
            waiting.result(PATIENCE)


def test_closing_from_within_a_callback_ends_the_call(opened: Open) -> None:
    plugin = opened(SOURCE)
    turn = look(plugin, "turn")

    def close() -> int:
        assert plugin.close().reason.startswith("calls were in flight")
        return 1

    with pytest.raises(hotplug.PluginClosed, match="turn.. has no answer"):
        turn(close)


def test_64_threads_call_and_each_gets_its_own_answer(opened: Open) -> None:
    for concurrency in (1, 4):
        plugin = opened(SOURCE, f"many{concurrency}", concurrency=concurrency)
        add, through = look(plugin, "add"), look(plugin, "through")

        def many(number: int, add: Any = add, through: Any = through) -> bool:
            sums = [add(number, each) for each in range(30)]
            back = [through(lambda each=each: add(number, each)) for each in range(10)]
            return sums == [number + each for each in range(30)] and back == sums[:10]

        with ThreadPoolExecutor(64) as pool:
            assert all(pool.map(many, range(64), timeout=PATIENCE * 3))


def test_closing_while_64_threads_call_tells_each(opened: Open) -> None:
    plugin = opened(SOURCE, concurrency=4)
    add = look(plugin, "add")
    started = threading.Barrier(65)

    def many() -> str:
        started.wait(PATIENCE)
        try:
            while add(1) == 2:
                pass
        except hotplug.PluginClosed as error:
            return error.reason
        return "a wrong answer"

    with ThreadPoolExecutor(64) as pool:
        told = [pool.submit(many) for _ in range(64)]
        started.wait(PATIENCE)
        assert add(1) == 2
        plugin.close()
        assert {each.result(PATIENCE) for each in told} == {"was closed: add() has no answer"}


# where it runs


def test_a_process_has_limits_and_inline_there_are_none(make_plugin: PluginMaker) -> None:
    path = make_plugin.module("plain.py", "def pid() -> int:\n    import os\n    return os.getpid()")
    with pytest.raises(hotplug.PolicyError, match="an inline plugin has no limits\n  open it with boundary"):
        hotplug.open(path, limits=hotplug.Limits(deadline=1))
    with hotplug.open(path, boundary="process", limits=hotplug.Limits(deadline=PATIENCE)) as plugin:
        assert plugin.boundary == "process"
        assert look(plugin, "pid")() != os.getpid()
        with hotplug.open(path, boundary="process") as other:
            assert other != plugin


def test_the_environment_has_it_run_inline_to_debug(
    make_plugin: PluginMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = make_plugin.module("plain.py", "def pid() -> int:\n    import os\n    return os.getpid()")
    monkeypatch.setenv("HOTPLUG_BOUNDARY", "inline")
    with hotplug.open(path, boundary="process") as plugin:
        assert plugin.boundary == "inline"
        assert look(plugin, "pid")() == os.getpid()
    with (
        pytest.warns(RuntimeWarning, match="limits are not held to"),
        hotplug.open(path, boundary="process", limits=hotplug.Limits(deadline=1)) as plugin,
    ):
        assert plugin.boundary == "inline"
    monkeypatch.setenv("HOTPLUG_BOUNDARY", "process")
    with pytest.raises(hotplug.PolicyError, match="can only be inline"):
        hotplug.open(path)


def test_nothing_is_left_of_a_closed_plugin_in_the_table(opened: Open) -> None:
    plugin = opened(SOURCE)
    plugin.close()
    assert not [each for each in opening._loaded.values() if each.name == "plug"]  # pyright: ignore[reportPrivateUsage]
