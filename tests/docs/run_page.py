"""Runs the examples of one Markdown page, top to bottom, in the folder and interpreter that it is started in.

    python run_page.py PAGE

- ``python``: run in one namespace for the whole page. What it prints must be what the comments behind its
  ``print(...)`` calls say, or what the block after it says where that is marked ``<!-- prints -->``. Where that is
  marked ``<!-- raises -->``, the block must end with the exception that it shows.
- ``console``: every line that begins with ``$`` is run by the shell; what follows it is what a reader sees.
- A block marked ``<!-- file: PATH -->`` is written to that file instead, whatever its language.
- A block marked ``<!-- not run: REASON -->`` is passed over.

In what is expected ``...`` stands for anything: within a line for a part of it, as a line of its own for any
lines. Blocks of other languages must be ``text`` or ``toml``. The first example that does not hold ends the run
with exit code 1 and the page's line; a page that holds says how many were run, written and passed over.
"""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from contextlib import redirect_stdout
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

_FENCE = re.compile(r"^(?P<ticks>`{3,})(?P<language>\{?[\w-]*\}?)(?P<rest>.*)$")
_MARK = re.compile(r"^<!--\s*(?P<word>not run|file|prints|raises)(?::\s*(?P<value>.*?))?\s*-->$")
_PRINTED = re.compile(r"^\s*print\(.*\)  # (?P<text>.*)$")
_STILL = ("text", "toml", "mermaid")


class Block(NamedTuple):
    """A fenced block: the line of its fence, its language, its text, and the mark above it."""

    line: int
    language: str
    text: str
    mark: str
    value: str


class WrongExampleError(Exception):
    """An example does not do what the page says."""

    def __init__(self, block: Block, problem: str) -> None:
        super().__init__(f"line {block.line}: {problem}")


def blocks(text: str) -> Iterator[Block]:
    """Yield the fenced blocks of a page, not those of MyST's directives."""
    lines = text.splitlines()
    index = 0
    while index < len(lines):
        fence = _FENCE.match(lines[index])
        index += 1
        if fence is None:
            continue
        start = index
        while index < len(lines) and lines[index] != fence["ticks"]:
            index += 1
        above = _MARK.match(lines[start - 2]) if start > 1 else None
        body = "".join(f"{line}\n" for line in lines[start:index])
        index += 1
        if not fence["language"].startswith("{"):
            yield Block(start, fence["language"], body, *(above.group("word", "value") if above else ("", "")))


def matches(expected: str, actual: str) -> bool:
    """Tell whether a text is the expected one; ``...`` stands for anything."""
    pattern = ""
    for line in expected.rstrip().splitlines():
        if line.strip() == "...":
            pattern += r"(?:.*\n)*?"
        else:
            pattern += ".*".join(re.escape(part) for part in line.rstrip().split("...")) + "\n"
    lines = (line.rstrip() for line in actual.rstrip().splitlines())
    return re.fullmatch(pattern, "".join(f"{line}\n" for line in lines)) is not None


def run(text: str, page: str) -> dict[str, int]:
    """Run a page's blocks and return how many there were of each treatment.

    Raises:
        WrongExampleError: If one of them does not hold.
    """
    found = list(blocks(text))
    counts = {"run": 0, "written": 0, "passed over": 0}
    names: dict[str, object] = {"__name__": "__main__"}
    for block, after in zip(found, [*found[1:], None], strict=True):
        if block.mark == "not run":
            if not block.value:
                raise WrongExampleError(block, "is not run, and does not say why")
            counts["passed over"] += 1
        elif block.mark == "file":
            _write(block)
            counts["written"] += 1
        elif block.language == "python":
            _python(block, after if after and after.mark in ("prints", "raises") else None, names, page)
            counts["run"] += 1
        elif block.language == "console":
            _console(block)
            counts["run"] += 1
        elif block.language not in _STILL:
            raise WrongExampleError(block, f"nobody knows how to run {block.language!r}")
    return counts


def _write(block: Block) -> None:
    os.makedirs(os.path.dirname(block.value) or ".", exist_ok=True)
    with open(block.value, "w", encoding="utf-8") as file:
        file.write(block.text)


def _python(block: Block, after: Block | None, names: dict[str, object], page: str) -> None:
    code = compile("\n" * block.line + block.text, page, "exec", dont_inherit=True)  # our __future__ is not theirs
    printed = io.StringIO()
    raised: BaseException | None = None
    try:
        with redirect_stdout(printed):
            exec(code, names)  # noqa: S102  (that is what it is for)
    except Exception as error:  # noqa: BLE001  (compared below)
        raised = error
    if after is not None and after.mark == "raises":
        shown = f"{type(raised).__name__}: {raised}"
        if raised is None or not matches(after.text, shown):
            raise WrongExampleError(after, f"this should be raised:\n{after.text}\nthis was:\n{shown}") from raised
    elif raised is not None:
        raise WrongExampleError(block, f"raised {type(raised).__name__}: {raised}") from raised
    said = [match["text"] for match in map(_PRINTED.match, block.text.splitlines()) if match]
    expected = after.text if after is not None and after.mark == "prints" else "\n".join(said)
    if not matches(expected, printed.getvalue()):
        raise WrongExampleError(block, f"should print:\n{expected}\nprinted:\n{printed.getvalue()}")


def _console(block: Block) -> None:
    if not block.text.startswith("$ "):
        raise WrongExampleError(block, "does not begin with a command")
    for part in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
        command, _, expected = part.partition("\n")
        done = subprocess.run(
            ["sh", "-c", command],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            check=False,
        )
        if not matches(expected, done.stdout):
            raise WrongExampleError(block, f"$ {command}\nshould say:\n{expected}\nsaid:\n{done.stdout}")


def main(page: str) -> None:
    """Run a page and say what was done."""
    with open(page, encoding="utf-8") as file:
        text = file.read()
    sys.path[0] = os.getcwd()  # as in the reader's own interpreter; the runner's folder has no place there
    try:
        counts = run(text, page)
    except WrongExampleError as error:
        sys.exit(f"{page}, {error}")
    print(", ".join(f"{number} {what}" for what, number in counts.items()))  # noqa: T201  (what the test reads)


if __name__ == "__main__":
    main(sys.argv[1])
