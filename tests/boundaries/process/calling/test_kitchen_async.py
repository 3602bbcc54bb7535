"""Async members, iterators and generators: awaited in the host, run on one event loop of the worker."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any

import pytest

import hotplug

from .conftest import PATIENCE, SOON, Told
from .contract import Asynchronous, Streams
from .test_kitchen_streams import SOURCE as STREAMS

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Coroutine

    from .conftest import Open

SOURCE = """
import asyncio, os, threading, time

class Works:
    def __init__(self):
        self.arrived, self.all = 0, None
    async def add(self, one, two):
        await asyncio.sleep(0)
        return one + two
    async def meet(self, number):
        # ends once so many are here at the same time
        self.all = self.all or asyncio.Event()
        self.arrived += 1
        if self.arrived == number:
            self.all.set()
        await self.all.wait()
        self.arrived -= 1
        if not self.arrived:
            self.all = None
        return number
    async def fail(self):
        await asyncio.sleep(0)
        raise KeyError("async")
    async def ask(self, function, value):
        return function(value)
    async def await_for(self, other, value):
        return await other.add(value, 1) + other.plain(1)
    async def forever(self, ended):
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            ended("cancelled")
            raise
    async def deaf(self):
        while True:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                pass
    async def die(self):
        os._exit(7)
    def plain(self, value):
        return value + 10
works = Works()
"""


@pytest.fixture(scope="module")
def plugin(shared: Open) -> hotplug.Plugin:
    opened = shared("asynchronous", SOURCE + STREAMS)
    opened.lookup("works", Asynchronous)  # has a thread of the host that listens, from here on
    return opened


@pytest.fixture
def works(plugin: hotplug.Plugin) -> Asynchronous:
    return plugin.lookup("works", Asynchronous)


@pytest.fixture
def streams(plugin: hotplug.Plugin) -> Streams:
    return plugin.lookup("source", Streams)


def run(main: Coroutine[Any, Any, object]) -> None:
    async def bounded() -> None:
        await asyncio.wait_for(main, PATIENCE)

    asyncio.run(bounded())


def test_a_member_is_awaited(works: Asynchronous) -> None:
    async def main() -> None:
        assert await works.add(1, 2) == 3
        assert works.plain(1) == 11
        with pytest.raises(KeyError, match="async"):
            await works.fail()

    run(main())
    run(main())  # on another event loop
    assert works.plain(2) == 12


def test_many_are_awaited_at_once(works: Asynchronous) -> None:
    async def main() -> None:
        met = await asyncio.gather(*(works.meet(100) for _ in range(100)))
        assert met == [100] * 100
        sums = await asyncio.gather(*(works.add(each, each) for each in range(200)))
        assert sums == list(range(0, 400, 2))

    run(main())


def test_a_callback_is_called_from_an_async_member(works: Asynchronous) -> None:
    async def main() -> None:
        assert await works.ask(lambda value: value * 2, 21) == 42

    run(main())


class Host:
    """The host's own side of the contract."""

    async def add(self, one: int, two: int) -> int:
        await asyncio.sleep(0)
        return one * 100 + two

    async def meet(self, number: int) -> int:
        return number

    async def fail(self) -> None: ...
    async def ask(self, function: Callable[[int], int], value: int) -> int:
        return function(value)

    async def await_for(self, other: Asynchronous, value: int) -> int:
        return await other.add(value, value)

    async def forever(self, ended: Callable[[str], None]) -> None: ...
    async def deaf(self) -> None: ...
    async def die(self) -> None: ...

    def plain(self, value: int) -> int:
        return value + 1000


def test_a_callback_s_own_error_returns_unchanged_through_an_async_member(works: Asynchronous) -> None:
    error = RuntimeError("of the host")

    def failing(_: int) -> int:
        raise error

    async def main() -> None:
        with pytest.raises(RuntimeError) as caught:
            await works.ask(failing, 1)
        assert caught.value is error

    run(main())


def test_a_host_s_async_member_is_awaited_over_there(works: Asynchronous) -> None:
    async def main() -> None:
        assert await works.await_for(Host(), 7) == 1702
        assert await works.await_for(works, 7) == 19

    run(main())


def test_a_task_that_is_cancelled_is_cancelled_over_there(works: Asynchronous) -> None:
    told = Told()

    async def main() -> None:
        task = asyncio.create_task(works.forever(told))
        await asyncio.sleep(0)  # it was asked for, and not yet begun over there
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await asyncio.to_thread(told.wait)
        assert await works.add(1, 2) == 3

    run(main())
    assert told == ["cancelled"]


def test_an_async_iterator_gives_item_after_item(streams: Streams) -> None:
    told = Told()

    async def main() -> None:
        assert [each async for each in streams.async_count(3, told)] == [0, 1, 2]
        numbers = streams.async_count(1000, told)
        assert await anext(numbers) == 0
        del numbers
        await asyncio.to_thread(told.wait, 2)

    run(main())
    assert told == ["async_count"] * 2


def test_an_async_generator_is_sent_to_thrown_at_and_closed(streams: Streams) -> None:
    async def main() -> None:
        talk = streams.async_talk()
        assert await anext(talk) == "got 0"
        assert await talk.asend(5) == "got 5"
        assert await talk.athrow(KeyError("k")) == "got -1"
        await talk.aclose()
        with pytest.raises(StopAsyncIteration):
            await anext(talk)

    run(main())


def test_a_host_s_async_iterator_is_read_over_there(streams: Streams) -> None:
    async def numbers() -> AsyncIterator[int]:
        for each in (1, 2, 3):
            await asyncio.sleep(0)
            yield each

    async def main() -> None:
        assert await streams.async_total(numbers()) == 6

    run(main())


def test_a_deadline_ends_what_is_awaited(works: Asynchronous) -> None:
    told = Told()

    async def main() -> None:
        with hotplug.deadline(SOON), pytest.raises(hotplug.DeadlineExceeded) as caught:
            await works.forever(told)
        assert caught.value.reason == "Asynchronous.forever() did not end before its deadline"
        assert await works.add(1, 2) == 3

    run(main())
    assert told.wait() == ["cancelled"]


def test_a_worker_whose_task_does_not_end_at_its_deadline_is_ended(opened: Open) -> None:
    works = opened(SOURCE, "deaf").lookup("works", Asynchronous)

    async def main() -> None:
        with hotplug.deadline(SOON), pytest.raises(hotplug.DeadlineExceeded, match="its worker was ended"):
            await works.deaf()
        with pytest.raises(hotplug.PluginCrashed, match="did not stop when it was asked to"):
            await works.add(1, 2)

    run(main())


def test_a_crash_is_told_to_all_who_await(opened: Open) -> None:
    works = opened(SOURCE, "dies").lookup("works", Asynchronous)

    async def main() -> None:
        waiting = [asyncio.create_task(works.meet(99)) for _ in range(5)]
        with pytest.raises(hotplug.PluginCrashed, match="Asynchronous.die.. has no answer") as caught:
            await works.die()
        assert caught.value.exit_code == 7
        for each in waiting:
            with pytest.raises(hotplug.PluginCrashed, match="exited with status 7"):
                await each

    run(main())


def test_closing_tells_all_who_await(opened: Open) -> None:
    plugin = opened(SOURCE, "closing")
    works = plugin.lookup("works", Asynchronous)

    async def main() -> None:
        waiting = asyncio.create_task(works.meet(99))
        assert await works.add(1, 2) == 3
        await asyncio.to_thread(plugin.close)
        with pytest.raises(hotplug.PluginClosed, match="Asynchronous.meet.. has no answer"):
            await waiting
        with pytest.raises(hotplug.PluginClosed, match="Asynchronous.add.. has no answer"):
            await works.add(1, 2)

    run(main())


def until_closing(plugin: hotplug.Plugin) -> None:
    with contextlib.suppress(hotplug.PluginClosed):
        while plugin.symbols():
            pass


def test_closing_with_a_timeout_lets_what_is_awaited_end(opened: Open) -> None:
    plugin = opened(SOURCE, "ending")
    works = plugin.lookup("works", Asynchronous)
    asked, closing = Told(), Told()

    def answered(value: int) -> int:
        asked("asked")
        closing.wait()
        return value

    async def main() -> None:
        waiting = asyncio.create_task(works.ask(answered, 5))
        await asyncio.to_thread(asked.wait)
        closed = asyncio.create_task(asyncio.to_thread(plugin.close, timeout=PATIENCE))
        await asyncio.to_thread(until_closing, plugin)
        closing("closing")
        report = await closed
        assert await waiting == 5
        assert report.reason == ""

    run(main())
