"""Sources of plugins that misbehave when they are imported.

Each is the whole source of a module. `MISBEHAVING` holds by name those that an interpreter survives,
`FATAL` those that it does not, for tests that go over all.
"""

from __future__ import annotations

from types import MappingProxyType

RAISES = 'raise RuntimeError("raised at import")\n'
"""Raises an ordinary exception."""

EXITS = 'import sys\n\nsys.exit("exited at import")\n'
"""Raises SystemExit, as a script does that was not written to be imported."""

SYNTAX_ERROR = "def greet(:\n    return 1\n"
"""Is not Python; line 1 is to blame."""

MISSING_IMPORT = "import no_such_module_anywhere\n"
"""Imports what is not there."""

STARTS_THREAD = """\
import threading

stop = threading.Event()
thread = threading.Thread(target=stop.wait, name="left by a plugin", daemon=True)
thread.start()


def greet():
    return "started a thread"
"""
"""Starts a thread that lives until the module's ``stop`` is set."""

PRINTS = """\
import sys

print("printed at import")
print("complained at import", file=sys.stderr)


def greet():
    return "printed"
"""
"""Prints a line on each of stdout and stderr."""

REGISTERS_ATEXIT = """\
import atexit

cleaned = []
atexit.register(cleaned.append, "at exit")


def greet():
    return "registered"
"""
"""Registers a function with atexit, which appends to the module's list ``cleaned``."""

RAISES_LATE = """\
def greet():
    return "half a module"


raise RuntimeError("raised at the end of the import")
"""
"""Defines a symbol, then raises: the symbol must not be had."""

LOOPS = "while True:\n    pass\n"
"""Never ends."""

LEAVES = "import os\n\nos._exit(7)\n"
"""Ends its process with status 7, past everybody who would catch an exception."""

SEGFAULTS = "import ctypes\n\nctypes.string_at(0)\n"
"""Reads where there is nothing: its process ends by SIGSEGV."""

EATS_MEMORY = """\
eaten = []
while True:
    eaten.append(bytearray(b"x") * 2**24)
"""
"""Takes all the memory that it gets."""

MISBEHAVING = MappingProxyType(
    {
        "raises": RAISES,
        "exits": EXITS,
        "syntax_error": SYNTAX_ERROR,
        "missing_import": MISSING_IMPORT,
        "starts_thread": STARTS_THREAD,
        "prints": PRINTS,
        "registers_atexit": REGISTERS_ATEXIT,
        "raises_late": RAISES_LATE,
    }
)
"""The sources that an interpreter survives, by name."""

FATAL = MappingProxyType({"loops": LOOPS, "leaves": LEAVES, "segfaults": SEGFAULTS, "eats_memory": EATS_MEMORY})
"""Sources whose import no interpreter survives: to be looked at, or to be opened in a process."""
