"""Iterators and generators cross item by item, in both directions; what is not used any more ends over there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import hotplug

from .conftest import Told
from .contract import Streams

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from .conftest import Open

SOURCE = """
class Source:
    def __init__(self): self.made = 0
    def count(self, to, ended):
        try:
            for number in range(to):
                yield number
        finally:
            ended("count")
    def talk(self, ended):
        said = ""
        try:
            while said != "bye":
                try:
                    said = str((yield said))
                except KeyError as error:
                    said = f"caught {error.args[0]}"
        finally:
            ended("talk")
        return 1.5
    def again(self):
        return Again()
    def fails(self, after):
        yield from range(after)
        raise ValueError("no more")
    def total(self, numbers): return sum(numbers)
    def first(self, numbers): return next(numbers)
    def converse(self, other):
        said = [next(other), other.send(1), other.throw(KeyError("k"))]
        try:
            other.send(0)
        except StopIteration as end:
            said.append(str(end.value))
        return said
    async def async_count(self, to, ended):
        try:
            for number in range(to):
                yield number
        finally:
            ended("async_count")
    async def async_talk(self):
        got = 0
        while True:
            try:
                got = yield f"got {got}"
            except KeyError:
                got = -1
    async def async_total(self, numbers):
        return sum([each async for each in numbers])

class Again:
    def __iter__(self): return iter([1, 2, 3])

source = Source()
"""


@pytest.fixture(scope="module")
def streams(shared: Open) -> Streams:
    return shared("streams", SOURCE).lookup("source", Streams)


def test_an_iterator_gives_item_after_item_and_then_stays_at_its_end(streams: Streams) -> None:
    told = Told()
    numbers = streams.count(3, told)
    assert iter(numbers) is numbers
    assert next(numbers) == 0
    assert not told
    assert list(numbers) == [1, 2]
    assert told == ["count"]
    with pytest.raises(StopIteration):
        next(numbers)


def test_an_iterator_that_is_abandoned_half_way_is_ended_over_there(streams: Streams) -> None:
    told = Told()
    numbers = streams.count(1000, told)
    assert next(numbers) == 0
    del numbers
    assert told.wait() == ["count"]


def test_an_iterator_that_fails_says_so_and_has_ended(streams: Streams) -> None:
    numbers = streams.fails(1)
    assert next(numbers) == 0
    with pytest.raises(ValueError, match="no more"):
        next(numbers)
    assert list(numbers) == []


def test_an_iterable_makes_a_new_stream_each_time(streams: Streams) -> None:
    again = streams.again()
    assert list(again) == list(again) == [1, 2, 3]
    assert not hasattr(again, "__next__")


def test_a_generator_is_sent_to_thrown_at_and_returns(streams: Streams) -> None:
    told = Told()
    talk = streams.talk(told)
    assert next(talk) == ""
    assert talk.send("hello") == "hello"
    assert talk.throw(KeyError("k")) == "caught k"
    with pytest.raises(StopIteration) as end:
        talk.send("bye")
    assert end.value.value == 1.5
    assert told == ["talk"]


def delegated(talk: Generator[str, int | str, float]) -> Generator[str, int | str, float]:
    return (yield from talk)


def test_a_generator_can_be_delegated_to(streams: Streams) -> None:
    talk = delegated(streams.talk(Told()))
    assert next(talk) == ""
    assert talk.send(3) == "3"
    assert talk.throw(KeyError(4)) == "caught 4"
    with pytest.raises(ZeroDivisionError):
        talk.throw(ZeroDivisionError("not caught"))


def test_what_is_thrown_and_not_caught_is_the_same_object_again(streams: Streams) -> None:
    class OwnError(Exception):
        pass

    talk, error = streams.talk(Told()), OwnError("of the host")
    next(talk)
    with pytest.raises(OwnError) as caught:
        talk.throw(error)
    assert caught.value is error


def test_a_generator_that_is_closed_or_abandoned_ends_over_there(streams: Streams) -> None:
    told = Told()
    talk = streams.talk(told)
    next(talk)
    talk.close()
    assert told == ["talk"]
    talk.close()
    with pytest.raises(StopIteration):
        next(talk)
    talk = streams.talk(told)
    next(talk)
    del talk
    assert told.wait(2) == ["talk", "talk"]


def numbers_of(told: Told, *numbers: int) -> Iterator[int]:
    try:
        yield from numbers
    finally:
        told("host")


def test_a_host_s_iterator_is_read_over_there(streams: Streams) -> None:
    told = Told()
    assert streams.total(numbers_of(told, 1, 2, 3)) == 6
    assert streams.total(iter([])) == 0
    assert told == ["host"]


def test_a_host_s_iterator_that_fails_returns_its_error_to_the_caller(streams: Streams) -> None:
    error = LookupError("in the host")

    def failing() -> Iterator[int]:
        yield 1
        raise error

    with pytest.raises(LookupError) as caught:
        streams.total(failing())
    assert caught.value is error


def test_a_host_s_iterator_that_is_abandoned_over_there_is_let_go_of(streams: Streams) -> None:
    told = Told()
    assert streams.first(numbers_of(told, 1, 2, 3)) == 1
    streams.total(iter([]))  # the worker tells with its next message what it has dropped
    assert told.wait() == ["host"]


def test_a_host_s_generator_is_sent_to_and_thrown_at_over_there(streams: Streams) -> None:
    def other() -> Generator[str, int, float]:
        got = yield "begin"
        try:
            yield f"got {got}"
        except KeyError as error:
            yield f"caught {error.args[0]}"
        return 2.5

    assert streams.converse(other()) == ["begin", "got 1", "caught k", "2.5"]


def test_an_item_of_the_wrong_type_is_refused_with_its_place(streams: Streams) -> None:
    with pytest.raises(hotplug.TransferError, match="iterator.__next__"):
        streams.total(iter(["x"]))  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
