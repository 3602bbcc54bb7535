"""Warnings of what works where the plugin is installed, and does not in a private namespace: both are tried."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PART = """
import logging
import warnings

class Thing:
    pass

def hello():
    return "hello"

def warn():
    warnings.warn("now")

log = logging.getLogger(__name__)
"""


class Situation(NamedTuple):
    rule: str
    answers: str
    source: str


FAILING = {
    "spawned pool": Situation(
        "child-process",
        "'hello'",
        """
import multiprocessing
from own.part import hello

def probe():
    context = multiprocessing.get_context("spawn")  # warned
    with context.Pool(1) as pool:
        return pool.apply_async(hello).get(timeout=3)
""",
    ),
    "executor of a forkserver": Situation(
        "child-process",
        "'hello'",
        """
import multiprocessing as mp
from concurrent.futures import ProcessPoolExecutor
from own.part import hello

def probe():
    with ProcessPoolExecutor(1, mp_context=mp.get_context("forkserver")) as pool:  # warned
        return pool.submit(hello).result(10)
""",
    ),
    "python -m": Situation(
        "child-process",
        "'tool'",
        """
import subprocess, sys

def probe():
    command = [sys.executable, "-m", "own.tool"]  # warned
    return subprocess.run(command, capture_output=True, text=True).stdout.strip()
""",
    ),
    "python -m by __name__": Situation(
        "child-process",
        "'tool'",
        """
import subprocess, sys

def probe():
    command = (sys.executable, "-u", "-m", f"{__name__}.tool")  # warned
    return subprocess.run(command, capture_output=True, text=True).stdout.strip()
""",
    ),
    "python -c": Situation(
        "child-process",
        "'hello'",
        """
import subprocess, sys

def probe():
    command = [sys.executable, "-c", "import sys; from own.part import hello; print(hello())"]  # warned
    return subprocess.run(command, capture_output=True, text=True).stdout.strip()
""",
    ),
    "python -m in a shell": Situation(
        "child-process",
        "'tool'",
        """
import subprocess, sys

def probe():
    return subprocess.getoutput(f"'{sys.executable}' -m own.tool")  # warned
""",
    ),
    "shelve": Situation(
        "pickle",
        "'Thing'",
        """
import shelve, subprocess, sys
from own.part import Thing

def probe():
    with shelve.open("shelf") as shelf:  # warned
        shelf["thing"] = Thing()
    read = "import shelve; print(type(shelve.open('shelf')['thing']).__name__)"
    return subprocess.run([sys.executable, "-c", read], capture_output=True, text=True).stdout.strip()
""",
    ),
    "a pickle that it does not read": Situation(
        "pickle",
        "'Thing'",
        """
import pickle, subprocess, sys
from own.part import Thing

def probe():
    with open("kept", "wb") as file:
        pickle.dump(Thing(), file)  # warned
    read = "import pickle; print(type(pickle.load(open('kept', 'rb'))).__name__)"
    return subprocess.run([sys.executable, "-c", read], capture_output=True, text=True).stdout.strip()
""",
    ),
    "_pickle": Situation(
        "pickle",
        "'Thing'",
        r"""
import _pickle

def probe():
    return type(_pickle.loads(b"cown.part\nThing\n)\x81.")).__name__  # warned
""",
    ),
    "a new builtin": Situation(
        "builtins",
        "'hey'",
        """
import builtins

def probe():
    builtins.shout = lambda: "hey"  # warned
    return shout()
""",
    ),
    "a builtin replaced": Situation(
        "builtins",
        "42",
        """
import builtins

def probe():
    builtins.len = lambda value: 42  # warned
    return len([])
""",
    ),
    "setattr on builtins": Situation(
        "builtins",
        "'hey'",
        """
import builtins

def probe():
    setattr(builtins, "shout", lambda: "hey")  # warned
    vars(builtins)["cry"] = shout  # warned
    return cry()
""",
    ),
    "gettext.install": Situation(
        "builtins",
        "'word'",
        """
import gettext

gettext.install("own")  # warned

def probe():
    return _("word")
""",
    ),
    "builtins.__import__": Situation(
        "builtins",
        "['own.part']",
        """
import builtins

asked = []
former = builtins.__import__

def noting(name, *arguments):
    if name.startswith("own."):
        asked.append(name)
    return former(name, *arguments)

def probe():
    builtins.__import__ = noting  # warned
    import own.part
    return asked
""",
    ),
    "the name of an own module": Situation(
        "own-name",
        "'own.part.x'",
        """
from . import part as p

def probe():
    return p.__name__ + ".x"  # warned
""",
    ),
    "inspect.getmodule": Situation(
        "own-name",
        "'part'",
        """
import inspect
from own.part import hello

def probe():
    return inspect.getmodule(hello).__name__.removeprefix("own.")  # warned
""",
    ),
    "the name in a spec": Situation(
        "own-name",
        "'own.x'",
        """
def probe():
    return f"{__spec__.name}.x"  # warned
""",
    ),
    "what a class is shown as": Situation(
        "own-name",
        "True",
        """
from own.part import Thing

def probe():
    return str(Thing) == "<class 'own.part.Thing'>"  # warned
""",
    ),
    "sys.modules by getattr": Situation(
        "own-name",
        "True",
        """
import sys
import own.part

def probe():
    return "own.part" in getattr(sys, "modules") and "own.part" in vars(sys)["modules"]  # warned
""",
    ),
    "attrgetter": Situation(
        "own-name",
        "'own.part'",
        """
from operator import attrgetter
from own.part import Thing

def probe():
    return attrgetter("__module__")(Thing)  # warned
""",
    ),
    "a filter for own modules": Situation(
        "own-name",
        "'raised'",
        r"""
import warnings
from own.part import warn

def probe():
    warnings.filterwarnings("error", module=r"own\.part")  # warned
    try:
        warn()
    except UserWarning:
        return "raised"
""",
    ),
    "a level for own loggers": Situation(
        "logger-name",
        "10",
        """
import logging
from own.part import log

def probe():
    logging.getLogger("own").setLevel(logging.DEBUG)  # warned
    return log.getEffectiveLevel()
""",
    ),
    "a logging filter": Situation(
        "logger-name",
        "True",
        """
import logging
from own.part import log

def probe():
    return bool(logging.Filter("own").filter(log.makeRecord(log.name, 10, "", 1, "", (), None)))  # warned
""",
    ),
    "a configuration of loggers": Situation(
        "logger-name",
        "10",
        """
import logging.config
from own.part import log

def probe():
    logging.config.dictConfig({
        "version": 1,
        "disable_existing_loggers": False,
        "loggers": {
            "own": {"level": "DEBUG"},  # warned
        },
    })
    return log.getEffectiveLevel()
""",
    ),
}
INSTALLED = "import own; print(repr(own.probe()))"
PRIVATE = "import hotplug; print(repr(hotplug.open({path!r}).lookup('own:probe')()))"


@pytest.mark.parametrize("name", FAILING)
def test_what_is_warned_of_works_installed_and_fails_in_private(
    name: str, own: Callable[[str, str], Path], behave: Callable[..., str], warned: Callable[[Path], list[object]]
) -> None:
    situation = FAILING[name]
    folder = own(situation.source, PART)
    assert behave(INSTALLED, path=folder.parent) == situation.answers
    assert behave(PRIVATE.format(path=str(folder))) != situation.answers
    lines = situation.source.removeprefix("\n").splitlines()
    expected = [(situation.rule, number) for number, line in enumerate(lines, 1) if line.endswith("# warned")]
    found = warned(folder)
    assert list(dict.fromkeys(found)) == expected
