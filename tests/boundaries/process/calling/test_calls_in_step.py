"""A connection stays in step: whatever leaves the wait for an answer, no call ever gets the answer of another."""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

import hotplug
from hotplug import DeadlineExceeded
from hotplug.boundaries.process.channel import Channel
from hotplug.boundaries.process.conversation import Conversation
from hotplug.boundaries.process.messages import GET, PONG, RESULT

if TYPE_CHECKING:
    from hotplug.testing import PluginMaker

PLUGIN = """
import signal
from collections.abc import Callable

class Enough(Exception): pass

def stop(*_): raise Enough("enough")

def impatient(callback: Callable[[], str]) -> str:
    signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, 0.05)
    try:
        return callback()
    except Enough:
        return "left"
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)

def again(callback: Callable[[int], int], depth: int) -> int:
    return callback(depth)

def same(text: str) -> str:
    return text

def big(callback: Callable[[], bytes]) -> int:
    return len(callback())

def stuck(callback: Callable[[], bytes]) -> int:
    import os
    os.kill(os.getpid(), signal.SIGSTOP)
    return len(callback())
"""


@pytest.fixture
def plugin(make_plugin: PluginMaker) -> hotplug.Plugin:
    return hotplug.open(make_plugin.module("step.py", PLUGIN), boundary="process")


def test_a_plugin_that_leaves_a_callback_gets_its_own_answers_afterwards(plugin: hotplug.Plugin) -> None:
    left = threading.Event()
    with plugin:
        impatient = plugin.lookup("impatient", Callable[[Callable[[], str]], str])
        same = plugin.lookup("same", Callable[[str], str])

        def slow() -> str:
            left.wait(0.3)  # nobody sets it: longer than the plugin's patience
            return "too late"

        assert impatient(slow) == "left"
        assert [same(each) for each in "abc"] == list("abc")


def test_ctrl_c_at_any_moment_keeps_the_worker_and_its_answers(plugin: hotplug.Plugin) -> None:
    with plugin:
        same = plugin.lookup("same", Callable[[str], str])
        own, arrived, done = os.getpid(), threading.Event(), threading.Event()

        def interrupting() -> None:
            while not done.is_set():
                arrived.wait()
                arrived.clear()
                if not done.is_set():
                    os.kill(own, signal.SIGINT)

        thread = threading.Thread(target=interrupting)
        thread.start()
        try:
            for count in range(60):
                with pytest.raises(KeyboardInterrupt):  # noqa: PT012 - it comes wherever it comes
                    arrived.set()
                    while True:
                        same(str(count))
                assert same(f"after {count}") == f"after {count}"
        finally:
            done.set()
            arrived.set()
            thread.join()


def test_calls_that_go_to_and_fro_without_end_are_a_recursion_error(plugin: hotplug.Plugin) -> None:
    with plugin:
        again = plugin.lookup("again", Callable[[Callable[[int], int], int], int])
        same = plugin.lookup("same", Callable[[str], str])

        def back(depth: int) -> int:
            return again(back, depth + 1)

        with pytest.raises(Exception, match="recursion"):
            back(0)
        assert [same(each) for each in "abc"] == list("abc")


@pytest.mark.parametrize("frames", range(8))  # in one more round trip the host is as many deeper
def test_wherever_the_stack_ends_the_worker_and_its_answers_are_kept(frames: int, plugin: hotplug.Plugin) -> None:
    with plugin:
        again = plugin.lookup("again", Callable[[Callable[[int], int], int], int])
        same = plugin.lookup("same", Callable[[str], str])

        def back(depth: int) -> int:
            return again(back, depth + 1)

        def below(left: int) -> int:
            return below(left - 1) if left else back(0)

        with pytest.raises(RecursionError):
            below(frames)
        assert [same(each) for each in "abc"] == list("abc")


def test_a_deadline_bounds_the_answer_of_a_callback_too(plugin: hotplug.Plugin) -> None:
    with plugin:
        stuck = plugin.lookup("stuck", Callable[[Callable[[], bytes]], int])
        with (
            pytest.raises(DeadlineExceeded, match=r"stuck\(\) did not end before its deadline"),
            hotplug.deadline(0.5),
        ):
            stuck(lambda: bytes(10_000_000))


def test_large_answers_of_callbacks_arrive(plugin: hotplug.Plugin) -> None:
    with plugin, hotplug.deadline(60):
        big = plugin.lookup("big", Callable[[Callable[[], bytes]], int])
        assert big(lambda: bytes(10_000_000)) == 10_000_000


def test_an_answer_that_nobody_waits_for_any_more_is_dropped_though_it_comes_after_all_is_in_step() -> None:
    here, there = map(Channel, socket.socketpair())

    def other() -> None:
        ping: Any = there.receive(None)[0]
        there.send([PONG, ping[1], 1], [], None)  # it still does what nobody waits for
        there.send([RESULT, "old"], [], None)
        there.receive(None)
        there.send([RESULT, "new"], [], None)

    session: Any = SimpleNamespace(dropped=[], meeting=None)
    current: Any = SimpleNamespace(conversation=None)
    conversation = Conversation(here, session, current)
    conversation.owing = 1
    thread = threading.Thread(target=other)
    thread.start()
    try:
        conversation.settle(time.monotonic() + 60)
        assert conversation.ask([GET, 0, "words", None], [], time.monotonic() + 60)[1] == "new"
    finally:
        here.shut()
        thread.join()
        here.close()
        there.close()
