"""Faults in the calls of a plugin in a process, and where each has its test.

| fault | test |
| --- | --- |
| a call raises; raises BaseException; an exception that cannot be copied; an exception group | `test_kitchen_errors` |
| returns the wrong type; circular, unserialisable or subclassed values | `test_kitchen_data` |
| integers out of range, NaN, lone surrogates | `test_kitchen_data`: they arrive as they are |
| 0 bytes to 100 MB | `test_kitchen_data`: 10 MB, in full by `make soak` |
| recursion to the end of the stack, across the boundary too | `test_calls_endings` |
| endless loop, sleep, a long call in C, with a deadline | `test_calls_deadlines` |
| memory bomb in a call, with a deadline and bounded | here |
| a callback that raises | `test_kitchen_errors` |
| a callback that re-enters, is called after its call ended, from a thread of the plugin's own | `test_kitchen_references` |
| a callback that is called after the plugin was closed; the end of a lent object that calls the plugin | here |
| a generator abandoned half way | `test_kitchen_streams`, `test_kitchen_async` |
| cancel before and during | `test_kitchen_async`; Ctrl-C in a call, in a callback: here |
| many threads at once, on one plugin and on many | `test_calls_endings`, here |
| used after close, closed twice, closed during a call | `test_calls_endings`, `test_kitchen_async` |
| os._exit, SIGKILL, SIGSEGV, closes its descriptors; garbage on the wire | `test_calls_endings` |
"""  # noqa: E501  (a table)

from __future__ import annotations

import gc
import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

import hotplug

from .conftest import PATIENCE, SOON, Told

if TYPE_CHECKING:
    from .conftest import Open

SOURCE = """
import resource, threading, time

def add(one: int, two: int = 1) -> int: return one + two
def bounded() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
def bomb() -> None:
    held = []
    while True: held.append(bytes(1 << 24))
def slow_bomb() -> None:
    held = []
    while True: held.append(object())
def sleep(begun: Callable[[], None]) -> None:
    begun()
    time.sleep(1000)
def call(function: Callable[[], object]) -> object: return function()
held = []
def keep(function: Callable[[], object]) -> None: held.append(function)
def drop() -> None: held.clear()
def keeps_calling(function: Callable[[int], object], begun: Callable[[], None]) -> None:
    def run():
        number = 0
        while True:
            function(number)
            number += 1
            if number == 10: begun()
    threading.Thread(target=run, daemon=True).start()
class Ends:
    def __init__(self, call): self.call = call
    def __call__(self): return 1
    def __del__(self): self.call()
def ends(function: Callable[[], object]) -> Callable[[], object]: return Ends(function)
"""


def look(plugin: hotplug.Plugin, name: str) -> Any:
    return plugin.lookup(name)


def test_a_bounded_memory_bomb_is_a_memory_error(opened: Open) -> None:
    plugin = opened(SOURCE)
    look(plugin, "bounded")()
    with pytest.raises(MemoryError):
        look(plugin, "bomb")()
    assert look(plugin, "add")(1) == 2


def test_a_memory_bomb_ends_at_its_deadline(opened: Open) -> None:
    plugin = opened(SOURCE)
    look(plugin, "bounded")()
    with hotplug.deadline(SOON), pytest.raises(hotplug.DeadlineExceeded, match="slow_bomb.. did not end"):
        look(plugin, "slow_bomb")()


def test_ctrl_c_in_a_call_ends_it_over_there(opened: Open) -> None:
    plugin = opened(SOURCE)
    sleep, add = look(plugin, "sleep"), look(plugin, "add")
    main = threading.get_ident()

    def begun() -> None:
        threading.Thread(target=lambda: signal.pthread_kill(main, signal.SIGINT)).start()

    def ask() -> None:
        sleep(begun)

    with pytest.raises(KeyboardInterrupt):
        ask()
    assert add(1) == 2


def test_ctrl_c_in_a_callback_comes_back_through_the_plugin(opened: Open) -> None:
    plugin = opened(SOURCE)
    call, add = look(plugin, "call"), look(plugin, "add")

    def interrupted() -> None:
        signal.raise_signal(signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        call(interrupted)
    assert add(1) == 2


def test_the_end_of_a_host_s_object_may_call_the_plugin(opened: Open) -> None:
    plugin = opened(SOURCE)
    keep, drop, add = look(plugin, "keep"), look(plugin, "drop"), look(plugin, "add")
    told = Told()

    class Ends:
        def __call__(self) -> None: ...

        def __del__(self) -> None:
            told(str(add(20, 22)))

    with hotplug.deadline(PATIENCE):
        keep(Ends())
        drop()
        add(1)
        gc.collect()
        assert told.wait() == ["42"]
        assert add(1) == 2


def test_the_end_of_a_plugin_s_object_may_call_the_host(opened: Open) -> None:
    plugin = opened(SOURCE)
    ends, add = look(plugin, "ends"), look(plugin, "add")
    told = Told()
    with hotplug.deadline(PATIENCE):
        proxy = ends(lambda: told(str(add(20, 22))))
        assert proxy() == 1
        del proxy
        assert told.wait() == ["42"]
        assert add(1) == 2


def test_a_plugin_s_thread_that_calls_back_while_it_is_closed_is_no_matter(opened: Open) -> None:
    plugin = opened(SOURCE)
    begun, numbers = Told(), list[int]()
    look(plugin, "keeps_calling")(numbers.append, lambda: begun("begun"))
    begun.wait()
    assert plugin.close().unloaded
    count = len(numbers)
    assert numbers == list(range(count))


def test_many_threads_ask_many_plugins(opened: Open) -> None:
    functions = [look(opened(SOURCE, f"one{number}"), "add") for number in range(4)]

    def many(number: int) -> bool:
        return all(functions[each % 4](number, each) == number + each for each in range(40))

    with ThreadPoolExecutor(32) as pool:
        assert all(pool.map(many, range(32), timeout=PATIENCE * 3))


def test_callbacks_of_many_threads_run_on_the_threads_that_called(opened: Open) -> None:
    call = look(opened(SOURCE, concurrency=4), "call")

    def own(_: int) -> bool:
        here = threading.get_ident()
        return all(call(threading.get_ident) == here for _ in range(20))

    with ThreadPoolExecutor(16) as pool:
        assert all(pool.map(own, range(16), timeout=PATIENCE * 3))
