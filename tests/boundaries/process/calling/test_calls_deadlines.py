"""Deadlines: the polite cancel, then the end of the worker; who is told what."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

import hotplug

from .conftest import PATIENCE, SOON, Told
from .contract import Streams
from .test_kitchen_streams import SOURCE as STREAMS

if TYPE_CHECKING:
    from collections.abc import Callable

    from .conftest import Open

SOURCE = """
import itertools, re, threading, time

ended = []
def sleep():
    try: time.sleep(1000)
    finally: ended.append("sleep")
def loop():
    while True: pass
def match(): re.match(r"(a?){40}a{40}", "a" * 40)
def lock(): threading.Lock().acquire() and threading.Event().wait()
def deaf():
    while True:
        try: time.sleep(1000)
        except BaseException: pass
def swallows():
    try: time.sleep(1000)
    except BaseException: return "late"
def native(): any(itertools.repeat(0))  # C that never looks for signals
def quick(value: int = 1) -> int: return value
def told() -> list[str]: return ended
def call(function: Callable[[], object]) -> object: return function()
def then_sleep(function: Callable[[], None]) -> None:
    function()
    time.sleep(1000)
def begin(begun: Callable[[str], None]) -> None:
    begun("begun")
    time.sleep(1000)
def remaining() -> float:
    from hotplug.policy import current_deadline
    due = current_deadline()
    return -1.0 if due is None else due - time.monotonic()
def items(slow_at: int) -> Iterator[int]:
    for each in range(slow_at): yield each
    time.sleep(1000)
def turn(begun: Callable[[str], None], go: Callable[[], None]) -> int:
    begun("begun")
    go()
    return 7
"""


@pytest.fixture(scope="module")
def plugin(shared: Open) -> hotplug.Plugin:
    opened = shared("deadlines", SOURCE + STREAMS)
    opened.lookup("source", Streams)  # has a thread of the host that listens for what is async, from here on
    return opened


@pytest.mark.parametrize("name", ["sleep", "loop", "match", "lock"])
def test_what_can_be_interrupted_ends_at_its_deadline_and_the_worker_lives(
    name: str, plugin: hotplug.Plugin
) -> None:
    function: Any = plugin.lookup(name)
    with hotplug.deadline(SOON), pytest.raises(hotplug.DeadlineExceeded) as caught:
        function()
    assert str(caught.value) == f"deadlines: {name}() did not end before its deadline"
    assert isinstance(caught.value, TimeoutError)
    told: Any = plugin.lookup("told")
    assert told() == (["sleep"] if name == "sleep" else told())


def test_what_is_answered_late_is_late_and_the_worker_lives(plugin: hotplug.Plugin) -> None:
    swallows: Any = plugin.lookup("swallows")
    with hotplug.deadline(SOON), pytest.raises(hotplug.DeadlineExceeded):
        swallows()
    quick: Any = plugin.lookup("quick")
    assert quick(5) == 5


@pytest.mark.parametrize("name", ["deaf", "native"])
def test_what_cannot_be_interrupted_ends_with_its_worker(name: str, opened: Open) -> None:
    plugin = opened(SOURCE)
    function: Any = plugin.lookup(name)
    quick: Any = plugin.lookup("quick")
    with hotplug.deadline(SOON), pytest.raises(hotplug.DeadlineExceeded) as caught:
        function()
    assert caught.value.reason == f"{name}() did not end before its deadline; its worker was ended"
    assert caught.value.remedy == "open the plugin again"
    with pytest.raises(hotplug.PluginCrashed) as told:
        quick()
    why = f"its worker process was ended since {name}() was not answered in time, and did not stop"
    assert told.value.reason.startswith(why)
    assert told.value.signal == 9
    assert plugin.close().reason.startswith("its worker had ended before: it was ended since")


def test_of_nested_deadlines_the_earlier_counts_and_is_passed_on(plugin: hotplug.Plugin) -> None:
    remaining: Any = plugin.lookup("remaining")
    assert remaining() == -1.0
    with hotplug.deadline(100):
        assert 90 < remaining() <= 100
        with hotplug.deadline(1000):
            assert remaining() <= 100
        with hotplug.deadline(50):
            assert remaining() <= 50
    assert remaining() == -1.0


def test_a_deadline_that_has_passed_is_exceeded_at_once(plugin: hotplug.Plugin) -> None:
    quick: Any = plugin.lookup("quick")
    with hotplug.deadline(0), pytest.raises(hotplug.DeadlineExceeded) as caught:
        quick()
    assert caught.value.reason == "quick() was not begun: its deadline had passed before"
    assert quick(3) == 3


def test_the_limits_deadline_counts_where_none_is_earlier(opened: Open) -> None:
    plugin = opened(SOURCE, deadline=SOON)
    sleep: Any = plugin.lookup("sleep")
    remaining: Any = plugin.lookup("remaining")
    with pytest.raises(hotplug.DeadlineExceeded, match="sleep.. did not end before its deadline"):
        sleep()
    with hotplug.deadline(100):
        assert 0 < remaining() <= SOON
    assert plugin.symbols()


def test_a_callback_within_a_deadline_is_not_interrupted_but_its_call_is_late(plugin: hotplug.Plugin) -> None:
    call: Any = plugin.lookup("call")
    then_sleep: Any = plugin.lookup("then_sleep")
    sleep: Any = plugin.lookup("sleep")
    ran = Told()

    def slow() -> None:
        due = time.monotonic() + 2 * SOON
        while time.monotonic() < due:
            pass
        ran("to its end")

    with hotplug.deadline(SOON), pytest.raises(hotplug.DeadlineExceeded, match="then_sleep.. did not end"):
        then_sleep(slow)
    assert ran == ["to its end"]
    inner: list[BaseException] = []

    def nested() -> None:
        with pytest.raises(hotplug.DeadlineExceeded) as caught, hotplug.deadline(SOON):
            sleep()
        inner.append(caught.value)

    call(nested)
    assert [str(each) for each in inner] == ["deadlines: sleep() did not end before its deadline"]
    assert call(lambda: 8) == 8


def test_an_item_of_a_stream_has_a_deadline(plugin: hotplug.Plugin) -> None:
    streams = plugin.lookup("source", Streams)
    slow: Any = plugin.lookup("items")
    items = slow(1)
    with hotplug.deadline(SOON):
        assert next(items) == 0
        with pytest.raises(hotplug.DeadlineExceeded, match=r"iterator.__next__\(\) did not end"):
            next(items)
    with pytest.raises(StopIteration):
        next(items)
    assert list(streams.again()) == [1, 2, 3]


def test_a_call_that_waits_for_the_connection_is_told_what_it_waited_for(plugin: hotplug.Plugin) -> None:
    turn: Any = plugin.lookup("turn")
    quick: Any = plugin.lookup("quick")
    begun, go = Told(), threading.Event()
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(turn, begun, lambda: go.wait(PATIENCE) and None)
        begun.wait()
        with hotplug.deadline(SOON), pytest.raises(hotplug.DeadlineExceeded) as caught:
            quick()
        assert caught.value.reason == (
            "quick() found no free connection before its deadline: other calls took all 1"
        )
        assert caught.value.remedy == "raise Limits(concurrency=...)"
        go.set()
        assert first.result(PATIENCE) == 7
    assert quick() == 1


def test_concurrent_calls_run_at_once_and_each_has_its_own_deadline(opened: Open) -> None:
    plugin = opened(SOURCE, concurrency=3)
    turn: Any = plugin.lookup("turn")
    loop: Any = plugin.lookup("loop")
    begun, barrier = Told(), threading.Barrier(3)

    def met() -> None:
        barrier.wait(PATIENCE)

    with ThreadPoolExecutor(3) as pool:
        assert [each.result(PATIENCE) for each in [pool.submit(turn, begun, met) for _ in range(3)]] == [7] * 3
        go = threading.Event()
        held = pool.submit(turn, begun, lambda: go.wait(PATIENCE) and None)
        begun.wait(4)

        def late(function: Callable[..., object], *args: object) -> str:
            with hotplug.deadline(SOON), pytest.raises(hotplug.DeadlineExceeded) as caught:
                function(*args)
            return caught.value.reason

        # two loops, on whichever threads
        reasons = [each.result(PATIENCE) for each in [pool.submit(late, loop) for _ in range(2)]]
        assert reasons == ["loop() did not end before its deadline"] * 2
        go.set()
        assert held.result(PATIENCE) == 7


def test_the_siblings_of_a_call_that_ended_the_worker_learn_why(opened: Open) -> None:
    plugin = opened(SOURCE, concurrency=3)
    begin: Any = plugin.lookup("begin")
    deaf: Any = plugin.lookup("deaf")
    begun = Told()
    with ThreadPoolExecutor(2) as pool:
        siblings = [pool.submit(begin, begun) for _ in range(2)]
        begun.wait(2)
        with hotplug.deadline(SOON), pytest.raises(hotplug.DeadlineExceeded, match="its worker was ended"):
            deaf()
        for each in siblings:
            with pytest.raises(hotplug.PluginCrashed) as caught:
                each.result(PATIENCE)
            assert "was ended since deaf() was not answered in time" in caught.value.reason
            assert "begin() has no answer" in caught.value.reason


def test_a_lookup_has_a_deadline(plugin: hotplug.Plugin) -> None:
    with hotplug.deadline(0), pytest.raises(hotplug.DeadlineExceeded, match="the lookup of 'quick'"):
        plugin.lookup("quick")
    assert plugin.lookup("quick")
