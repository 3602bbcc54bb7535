"""Warnings of what stays after close: it does, and what is put back in an exit handler is not warned of."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


class Situation(NamedTuple):
    """A line at import, the state of the host that it changes, and what the host imported before.

    Attributes:
        rule: What warns of it.
        source: The plugin; its last line is warned of.
        state: An expression of the host's.
        first: What the host runs first.
        back: What puts it back, behind the source.
    """

    rule: str
    source: str
    state: str
    first: str = ""
    back: str = ""


OWN = "def own(*a): pass\n"
STAYING = {
    "a function": Situation(
        "host-patch",
        "import json\nformer = json.dumps\njson.dumps = lambda value: 'x'",
        "json.dumps([])",
        "import json",
        "def undo():\n    json.dumps = former",
    ),
    "setattr": Situation(
        "host-patch", "import json\nsetattr(json, 'dumps', repr)", "json.dumps(None)", "import json"
    ),
    "a class's": Situation(
        "host-patch",
        "from json import JSONEncoder\nJSONEncoder.default = lambda *a: 'x'",
        "json.JSONEncoder().default.__name__",
        "import json",
    ),
    "sys.excepthook": Situation(
        "host-patch",
        f"import sys\n{OWN}former = sys.excepthook\nsys.excepthook = own",
        "sys.excepthook",
        back="def undo():\n    sys.excepthook = former",
    ),
    "a signal handler": Situation(
        "outlives-close",
        f"import signal\n{OWN}former = signal.signal(signal.SIGTERM, own)",
        "signal.getsignal(signal.SIGTERM)",
        "import signal",
        "def undo():\n    signal.signal(signal.SIGTERM, former)",
    ),
    "a signal's default": Situation(
        "outlives-close",
        "import signal\nsignal.signal(signal.SIGPIPE, signal.SIG_DFL)",
        "signal.getsignal(signal.SIGPIPE)",
        "import signal",
    ),
    "settrace": Situation("outlives-close", f"import sys\n{OWN}sys.settrace(own)", "sys.gettrace()"),
    "setprofile": Situation(
        "outlives-close",
        f"import sys\n{OWN}sys.setprofile(own)",
        "sys.getprofile()",
        back="def undo():\n    sys.setprofile(None)",
    ),
    "threading.settrace": Situation(
        "outlives-close",
        f"import threading\n{OWN}threading.settrace(own)",
        "threading.gettrace()",
        "import threading",
    ),
    "threading.setprofile": Situation(
        "outlives-close",
        f"import threading\n{OWN}threading.setprofile(own)",
        "threading.getprofile()",
        "import threading",
    ),
    "an audit hook": Situation(
        "outlives-close",
        "import sys, os\nheard = []\n"
        "def hear(event, arguments, add=heard.append):\n    event == 'heard' and arguments[0].append(event)\n"
        "sys.addaudithook(hear)",
        "heard()",
        "import sys\ndef heard():\n    found = []\n    sys.audit('heard', found)\n    return found",
    ),
    "the working directory": Situation("outlives-close", "import os\nos.chdir('/')", "os.getcwd()", "import os"),
    "the umask": Situation(
        "outlives-close", "import os\nos.umask(0o12)", "open('/proc/self/status').read().split()[3]", "import os"
    ),
    "the locale": Situation(
        "outlives-close",
        "import locale\nlocale.setlocale(locale.LC_ALL, 'C.UTF-8')",
        "locale.setlocale(locale.LC_ALL)",
        "import locale\nlocale.setlocale(locale.LC_ALL, 'C')",
    ),
    "the environment": Situation(
        "outlives-close",
        "import os\nos.environ['OWN'] = 'x'",
        "os.environ.get('OWN')",
        "import os",
        "def undo():\n    del os.environ['OWN']",
    ),
    "a default in the environment": Situation(
        "outlives-close", "import os\nos.environ.setdefault('OWN', 'x')", "os.environ.get('OWN')", "import os"
    ),
    "several in the environment": Situation(
        "outlives-close", "import os\nos.environ.update(OWN='x')", "os.environ.get('OWN')", "import os"
    ),
    "by a function that is called": Situation(
        "outlives-close",
        "import os\ndef start():\n    os.environ['OWN'] = 'x'",
        "os.environ.get('OWN')",
        "import os",
        "start()",
    ),
    "a filter of warnings": Situation(
        "outlives-close",
        "import warnings\nwarnings.simplefilter('ignore')",
        "warnings.filters[:]",
        "import warnings",
    ),
    "a filter for a category": Situation(
        "outlives-close",
        "import warnings\nwarnings.filterwarnings('error', 'own', UserWarning)",
        "warnings.filters[:]",
        "import warnings",
    ),
    "the root logger's handler": Situation(
        "outlives-close",
        "import logging\nlogging.getLogger().addHandler(logging.StreamHandler())",
        "logging.root.handlers[:]",
        "import logging",
    ),
    "the root logger's level": Situation(
        "outlives-close",
        "import logging\nlogging.getLogger().setLevel(10)",
        "logging.root.level",
        "import logging",
    ),
    "another logger's handler": Situation(
        "outlives-close",
        "import logging\nlogging.getLogger('else').addHandler(logging.StreamHandler())",
        "logging.getLogger('else').handlers[:]",
        "import logging",
    ),
    "basicConfig": Situation(
        "outlives-close", "import logging\nlogging.basicConfig()", "logging.root.handlers[:]", "import logging"
    ),
    "captureWarnings": Situation(
        "outlives-close",
        "import logging\nlogging.captureWarnings(True)",
        "warnings.showwarning",
        "import logging, warnings",
    ),
    "disabled levels": Situation(
        "outlives-close", "import logging\nlogging.disable(10)", "logging.root.manager.disable", "import logging"
    ),
    "the recursion limit": Situation(
        "outlives-close", "import sys\nsys.setrecursionlimit(5000)", "sys.getrecursionlimit()"
    ),
    "the timeout of sockets": Situation(
        "outlives-close",
        "import socket\nsocket.setdefaulttimeout(3)",
        "socket.getdefaulttimeout()",
        "import socket",
    ),
    "the fault handler": Situation(
        "outlives-close",
        "import faulthandler\nfaulthandler.enable()",
        "faulthandler.is_enabled()",
        "import faulthandler",
    ),
    "the garbage collector": Situation("outlives-close", "import gc\ngc.disable()", "gc.isenabled()", "import gc"),
    "a thread": Situation(
        "thread-at-import",
        "import threading\ndef wait():\n    threading.Event().wait()\n"
        "threading.Thread(target=wait, daemon=True).start()",
        "threading.active_count()",
        "import threading",
    ),
    "a thread of an own class": Situation(
        "thread-at-import",
        "import threading as t\nclass Waiting(t.Thread):\n    def run(self):\n        t.Event().wait()\n"
        "waiting = Waiting(daemon=True)\nwaiting.start()",
        "threading.active_count()",
        "import threading",
    ),
    "a thread that is ended": Situation(
        "thread-at-import",
        "import threading\nend = threading.Event()\nwaiting = threading.Thread(target=end.wait, daemon=True)\n"
        "waiting.start()",
        "threading.active_count()",
        "import threading",
        "def undo():\n    end.set()\n    waiting.join()",
    ),
}
HOST = """
{first}
import hotplug, os, sys
before = {state}
hotplug.open({path!r}).close()
print("stays" if {state} != before else "gone", flush=True)
os._exit(0)
"""


def _stays(situation: Situation, path: Path, behave: Callable[..., str]) -> str:
    return behave(HOST.format(first=situation.first, state=situation.state, path=str(path)))


@pytest.mark.parametrize("name", STAYING)
def test_what_is_warned_of_stays_after_close(
    name: str, own: Callable[[str, str], Path], behave: Callable[..., str], warned: Callable[[Path], object]
) -> None:
    situation = STAYING[name]
    called = f"\n{situation.back}" if situation.back.endswith("()") else ""
    folder = own(situation.source + called, "")
    assert _stays(situation, folder, behave) == "stays"
    assert warned(folder) == [(situation.rule, len(situation.source.splitlines()))]


@pytest.mark.parametrize("name", [name for name, each in STAYING.items() if "undo" in each.back])
def test_what_is_put_back_is_not_warned_of(
    name: str, own: Callable[[str, str], Path], behave: Callable[..., str], warned: Callable[[Path], object]
) -> None:
    situation = STAYING[name]
    folder = own(f"import atexit\n{situation.source}\n@atexit.register\n{situation.back}\n", "")
    assert _stays(situation, folder, behave) == "gone"
    assert warned(folder) == []
