"""What a worker prints is logged line by line, bounded, and harmless."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

import pytest

from hotplug.boundaries.process.starting.lines import LAST, LONGEST, MOST, Budget, Lines

if TYPE_CHECKING:
    from collections.abc import Callable

    from boundaries.process.starting.conftest import Started

    Start = Callable[..., Started]

PATIENCE = 20.0


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture) -> Callable[..., list[str]]:
    """Return what gives the lines logged under a name, with a level or all."""
    caplog.set_level(logging.DEBUG)

    def logged(level: int = 0, name: str = "hotplug.eng") -> list[str]:
        return [
            record.getMessage()
            for record in caplog.records
            if record.name == name and level in {0, record.levelno}
        ]

    return logged


def wrote(one: Started, *said: tuple[int, int, bytes]) -> None:
    for file, times, data in said:
        one.say([file, times, data.decode("latin-1")])
        assert one.hear() == "written"


def finish(one: Started) -> None:
    one.wire.shutdown(1)
    assert one.end() == "exited with status 0"


def test_lines_are_logged_as_they_come(start: Start, how: str, logged: Callable[..., list[str]]) -> None:
    one = start("prints", how=how)
    wrote(one, (1, 1, b"to stdout\nand "), (2, 1, b"to stderr\r\n"), (1, 1, b"more\n\n"), (1, 1, b"half a line"))
    finish(one)
    assert logged(logging.INFO) == ["to stdout", "and more", "", "half a line"]
    assert logged(logging.WARNING) == ["to stderr"]
    assert one.worker.last_lines() == ("to stderr",)


def test_what_is_printed_at_the_end_is_logged(start: Start, how: str, logged: Callable[..., list[str]]) -> None:
    one = start("ends", how=how)
    one.say(["return", 0])
    one.end()
    assert logged(logging.INFO) == ["half a linea thread ends", "at exit"]
    assert logged(logging.WARNING) == ["last words"]


def test_print_writes_lines_of_utf_8_and_never_raises(
    start: Start, how: str, logged: Callable[..., list[str]]
) -> None:
    one = start("prints_text", how=how)
    assert one.end() == "exited with status 0"
    assert logged(logging.INFO) == ["föö \\udc80 \N{SNOWMAN}", "one line"]
    assert logged(logging.WARNING) == ["no newline"]


def test_bytes_and_escapes_are_harmless(start: Start, logged: Callable[..., list[str]]) -> None:
    one = start("prints")
    wrote(one, (1, 1, b"\x1b[2J\x1b]0;title\x07 \xff\xfe\0 \xe2\x98\x83\ttab\rback\n"), (2, 1, b"\x9b31m\n"))
    finish(one)
    assert logged(logging.INFO) == ["\\x1b[2J\\x1b]0;title\\x07 \\xff\\xfe\\x00 ☃\ttab\\rback"]
    assert one.worker.last_lines() == (r"\x9b31m",)


def test_a_plugin_s_name_is_one_component_of_its_logger(start: Start, logged: Callable[..., list[str]]) -> None:
    one = start("prints", plugin="a.b-c")
    wrote(one, (1, 1, b"x\n"))
    finish(one)
    assert logged(name="hotplug.a_b-c") == ["x"]


def test_a_long_line_is_logged_in_pieces(start: Start, logged: Callable[..., list[str]]) -> None:
    one = start("prints")
    wrote(one, (1, 3000, "é☃".encode()), (1, 1, b"\nnext\n"))
    finish(one)
    *pieces, last = logged(logging.INFO)
    assert last == "next"
    assert len(pieces) == 4
    assert "".join(pieces) == "é☃" * 3000


def test_a_flood_is_cut_and_counted(start: Start, logged: Callable[..., list[str]]) -> None:
    one = start("prints")
    total = 200_000
    wrote(one, (1, total // 2, b"one more\n"), (2, total // 2, b"and another\n"), (2, 1, b"the last\n"))
    finish(one)
    lines = logged()
    dropped = [line for line in lines if line.startswith("... ")]
    count = sum(int(line.split()[1]) for line in dropped)
    assert dropped
    assert dropped[-1] == f"... {dropped[-1].split()[1]} lines dropped"
    assert len(lines) - len(dropped) + count == total + 1
    assert one.worker.last_lines()[-2:] == ("and another", "the last")


def test_a_worker_that_floods_keeps_nobody_else_waiting(start: Start, how: str) -> None:
    flooding = start("floods", how=how)
    flooding.hear()
    for _ in range(5):
        one = start("ends")
        one.say(["exit", 3])
        assert one.end() == "exited with status 3"
    flooding.worker.kill()
    assert flooding.end() == "was ended by SIGKILL"
    assert len(flooding.worker.last_lines()) <= LAST
    assert max(map(len, flooding.worker.last_lines())) <= 500


@pytest.mark.parametrize("error", [ValueError("no"), SystemExit(3), KeyboardInterrupt()])
def test_a_handler_that_raises_ends_neither_thread(start: Start, error: BaseException, how: str) -> None:
    class Fails(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            seen.append(record.getMessage())
            raise error

    seen: list[str] = []
    logger, handler = logging.getLogger("hotplug.failing"), Fails()
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    try:
        one = start("prints", plugin="failing", how=how)
        wrote(one, (1, 1, b"a\n"), (1, 1, b"b\n"))
        finish(one)
    finally:
        logger.removeHandler(handler)
    assert seen == ["a", "b"]


def test_a_handler_that_waits_for_its_plugin_keeps_neither_from_going_on(
    start: Start, logged: Callable[..., list[str]]
) -> None:
    """A handler holds its lock while it calls the plugin, and the plugin prints more than a pipe holds."""

    class Calls(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            inside.set()
            wrote(one, (1, 100_000, b"from the plugin\n"))

    inside = threading.Event()
    one = start("prints")
    logger, handler = logging.getLogger("hotplug.eng"), Calls()
    other = logging.getLogger("other")
    other.addHandler(handler)
    try:
        thread = threading.Thread(target=other.warning, args=("call it",))
        thread.start()
        assert inside.wait(PATIENCE)
        logger.addHandler(handler)
        thread.join(PATIENCE)
        assert not thread.is_alive()
    finally:
        logger.removeHandler(handler)
        other.removeHandler(handler)
    one.worker.kill()
    assert one.end() == "was ended by SIGKILL"


def lines_of(*data: bytes, waiting: int = 0) -> tuple[list[bytes], Budget, Lines]:
    budget, found = Budget(lambda: waiting), list[bytes]()
    lines = Lines(budget, found.append, last=20)
    for each in data:
        lines.feed(each)
    return found, budget, lines


def test_lines_are_the_same_however_they_arrive() -> None:
    text = b"one\n\ntwo\nthree"
    for size in range(1, len(text) + 1):
        found, budget, lines = lines_of(*(text[at : at + size] for at in range(0, len(text), size)))
        assert found == [b"one", b"", b"two"]
        assert lines.last() == ("one", "two", "three")
        lines.end()
        assert found == [b"one", b"", b"two", b"three"]
        assert budget.dropped == 0


def test_a_flood_without_a_newline_is_bounded_too() -> None:
    found, budget, lines = lines_of(*[b"x" * 65536] * 200)
    lines.end()
    assert len(found) == MOST
    assert all(len(each) == LONGEST for each in found)
    assert len(found) + budget.dropped == 200 * 65536 // LONGEST


def test_what_a_logging_that_does_not_move_has_not_taken_is_bounded() -> None:
    found, budget, _ = lines_of(b"x\n" * 10, waiting=10**6)
    assert found == []
    assert budget.dropped == 10
