"""Warnings as authors meet them: with a contract and without, grouped, in JSON; and what is not warned of."""

from __future__ import annotations

import json
import multiprocessing
from typing import TYPE_CHECKING, Any

import pytest

from hotplug.cli import main

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from hotplug.testing import PluginMaker

    Run = Callable[..., "tuple[int, str, str]"]
    Warned = Callable[[Path], list[tuple[str, int | None]]]

FRENCH = """
class French:
    def greet(self) -> str:
        return "Bonjour l'univers"

Greeter = French()
"""
PATCHED = f"import json\n{FRENCH}\njson.dumps = repr\n"


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def command(*arguments: str | Path) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as caught:
            main(["check", *map(str, arguments)], prog_name="hotplug")
        out, err = capsys.readouterr()
        assert isinstance(caught.value.code, int)
        return caught.value.code, out, err

    return command


def test_without_a_contract_there_are_only_warnings(make_plugin: PluginMaker, run: Run) -> None:
    path = make_plugin.module("patched.py", PATCHED)
    code, out, err = run(path)
    assert (code, err) == (0, "")
    assert out.splitlines() == [
        "1 warning: a private namespace does not hold this",
        "host-patch:",
        f"  - json.dumps is replaced at import, for the whole process, and stays so after close  ({path}:9)",
        "  instead: put back what was there, in an atexit handler: it is run at close",
    ]


def test_with_a_contract_they_come_after_the_verdict(make_plugin: PluginMaker, run: Run) -> None:
    code, out, _ = run(make_plugin.module("patched.py", PATCHED), "--contract", "greeter:Greeter")
    assert code == 0
    assert out.startswith("Greeter (an instance of patched.French) satisfies greeter.Greeter\n1 warning: ")


def test_a_refusal_stays_one(make_plugin: PluginMaker, run: Run) -> None:
    path = make_plugin.module("patched.py", PATCHED.replace("-> str", "-> bytes"))
    assert run(path, "--contract", "greeter:Greeter")[0] == 1


@pytest.mark.parametrize(("source", "expected"), [(PATCHED, 1), (FRENCH, 0)])
def test_strict_refuses_what_is_warned_of(source: str, expected: int, make_plugin: PluginMaker, run: Run) -> None:
    assert run(make_plugin.module("strict.py", source), "--strict")[0] == expected


def test_nothing_to_warn_of_is_one_short_line(make_plugin: PluginMaker, run: Run) -> None:
    assert run(make_plugin.module("french.py", FRENCH)) == (0, "french: no warnings\n", "")


@pytest.mark.parametrize("name", ["eng", "chi", "swe", "ru"])
def test_the_four_greeters_have_none(name: str, run: Run, pytestconfig: pytest.Config) -> None:
    assert run(pytestconfig.rootpath / "greeter/plugins" / name)[1].endswith(": no warnings\n")


def test_json_has_every_one_of_them(make_plugin: PluginMaker, run: Run) -> None:
    path = make_plugin.module("many.py", "import os\n" + "".join(f"os.environ['A{n}'] = ''\n" for n in range(20)))
    data: Any = json.loads(run(path, "--json")[1])
    assert data["results"] == []
    assert [each["line"] for each in data["warnings"]] == list(range(2, 22))
    assert data["warnings"][0] == {
        "rule": "outlives-close",
        "file": str(path),
        "line": 2,
        "message": "os.environ['A0'] is set at import, and stays so",
        "instead": "leave it to the host, or put it back in an atexit handler: that is run at close",
    }


def test_a_reader_is_shown_a_few_of_a_file(make_plugin: PluginMaker, run: Run) -> None:
    path = make_plugin.module("many.py", "import os\n" + "".join(f"os.environ['A{n}'] = ''\n" for n in range(20)))
    lines = run(path)[1].splitlines()
    assert lines[0] == "20 warnings: a private namespace does not hold this"
    assert lines[-2] == f"  - and 15 more in {path}: --json lists them"
    assert len(lines) == 9


def test_native_code_has_no_line(make_plugin: PluginMaker, run: Run) -> None:
    wheel = make_plugin.wheel("fast", {"fast/__init__.py": "", "fast/_fast.so": b"\x7fELF"})
    code, out, _ = run(wheel)
    assert code == 0
    assert f"native code: a private namespace is refused  ({wheel.name}/fast/_fast.so)\n" in out
    assert "instead: open it with boundary='process', or install it and open it with hotplug.installed()" in out


@pytest.mark.parametrize("kind", ["project", "package", "module", "wheel", "installed"])
def test_every_kind_of_artifact_is_read(kind: str, make_plugin: PluginMaker, run: Run) -> None:
    files = {"own/__init__.py": "", "own/deep/er.py": PATCHED}
    if kind == "installed":
        make_plugin.installed("own", files)
    made: dict[str, Callable[[], list[str | Path]]] = {
        "project": lambda: [make_plugin.project("own", {f"src/{path}": text for path, text in files.items()})],
        "package": lambda: [make_plugin.folder("own", {path[4:]: text for path, text in files.items()})],
        "module": lambda: [make_plugin.module("own.py", PATCHED)],
        "wheel": lambda: [make_plugin.wheel("own", files)],
        "installed": lambda: ["own", "--installed"],
    }
    data: Any = json.loads(run(*made[kind](), "--json")[1])
    assert [(each["rule"], each["line"]) for each in data["warnings"]] == [("host-patch", 9)]


def test_a_module_that_is_not_python_is_passed_over(make_plugin: PluginMaker, run: Run) -> None:
    folder = make_plugin.folder("own", {"__init__.py": PATCHED, "template.py": "{{ name }} = \n"})
    assert run(folder)[0] == 0


def test_a_root_module_that_is_not_python_is_a_broken_artifact(make_plugin: PluginMaker, run: Run) -> None:
    path = make_plugin.module("broken.py", "def\n")
    code, _, err = run(path)
    assert code == 1
    assert f"({path}:1)" in err


def test_a_symbol_without_a_contract_is_wrong_usage(make_plugin: PluginMaker, run: Run) -> None:
    code, _, err = run(make_plugin.module("french.py", FRENCH), "--symbol", "Greeter")
    assert code == 2
    assert "--symbol needs --contract" in err


def test_nothing_of_the_plugin_runs(make_plugin: PluginMaker, run: Run) -> None:
    run(make_plugin.module("wired.py", make_plugin.tripwire("wired")))
    assert not make_plugin.ran("wired")


EXECUTOR = "from concurrent.futures import ProcessPoolExecutor\nPOOL = ProcessPoolExecutor()\n"


@pytest.mark.parametrize(("default", "expected"), [("fork", []), ("forkserver", [("child-process", 2)])])
def test_processes_are_warned_of_where_they_do_not_fork(
    default: str,
    expected: list[object],
    make_plugin: PluginMaker,
    warned: Warned,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(multiprocessing, "get_all_start_methods", lambda: [default])
    assert warned(make_plugin.module("pool.py", EXECUTOR)) == expected


def test_monkey_patches_of_others_are_the_hosts(make_plugin: PluginMaker, warned: Warned) -> None:
    path = make_plugin.module("green.py", "from gevent import monkey\nmonkey.patch_all()\n")
    assert warned(path) == [("host-patch", 2)]


HELD = {
    "what is its own": "import own.part\nfrom own import part\nown.part.x = 1\nsetattr(part, 'z', 3)\n",
    "its own lists": "import sys\nsys.path = [*sys.path, 'x']\nsys.modules['own.x'] = None\n",
    "a local of that name": "import json\ndef f(json):\n    json.dumps = None\n",
    "an object of the host's": "from host import settings\nsettings.debug = True\n",
    "what only runs as a program": "import os\nif __name__ == '__main__':\n    os.chdir('/')\n",
    "what only runs for checkers": "import os, typing\nif typing.TYPE_CHECKING:\n    os.chdir('/')\n",
    "another Python": "import os, sys\nif sys.version_info < (3, 0):\n    os.chdir('/')\n",
    "another system": (
        "import os, sys\ndef f():\n    if not sys.platform.startswith('win32'):\n        return\n"
        "    sys.stdout = None\nif os.name == 'nt':\n    os.chdir('/')\n"
        "IS_PYPY = False\nif IS_PYPY:\n    os.chdir('/')\n"
    ),
    "what a child process begins with": (
        "import signal, subprocess\ndef f():\n    signal.signal(2, print)\nsubprocess.Popen([], preexec_fn=f)\n"
    ),
    "where something is missing": "import os\ntry:\n    import x\nexcept ImportError:\n    os.fork = None\n",
    "when it is called": "import os\ndef main():\n    os.environ['A'] = 'x'\n    os.chdir('/')\n",
    "a generator": "import os\ndef main():\n    os.chdir('/')\n    yield\nmain()\n",
    "put back at once": (
        "import sys\ndef quiet():\n    former = sys.stdout\n    sys.stdout = None\n"
        "    try:\n        print()\n    finally:\n        sys.stdout = former\n"
    ),
    "a context manager": (
        "import sys\nclass Quiet:\n    def __enter__(self):\n        self.out = sys.stdout\n"
        "        sys.stdout = None\n"
        "    def __exit__(self, *_):\n        sys.stdout = self.out\n"
    ),
    "filters in their context": "import warnings as w\nwith w.catch_warnings():\n    w.simplefilter('ignore')\n",
    "filters for its own": "import warnings\nclass Old(Warning): pass\nwarnings.simplefilter('always', Old)\n",
    "filters for its own in a module": (
        "import warnings\nfrom .part import Old\nwarnings.filterwarnings('ignore', '', Old, 'json')\n"
    ),
    "filters for its modules": "import warnings\nwarnings.filterwarnings('ignore', module=__name__)\n",
    "its own logger": "import logging as l\nl.getLogger(__name__).addHandler(l.StreamHandler())\n",
    "its own handler": "import logging\nfrom .part import H\nlogging.getLogger().addHandler(H())\n",
    "the locale asked for": "import locale\nlocale.setlocale(locale.LC_ALL)\n",
    "codecs": "import codecs\ncodecs.register(lambda name: None)\n",
    "pickles of its own": "import pickle\ndef f(x, y):\n    pickle.dump(x, y)\n    return pickle.load(y)\n",
    "another's program": "import sys\nCOMMAND = [sys.executable, '-m', 'pip', 'install', 'own']\n",
    "an option": "import argparse\nargparse.ArgumentParser().add_argument('-m', 'own')\n",
    "its file as a program": "import sys\nCOMMAND = [sys.executable, __file__]\n",
    "forked processes": "import multiprocessing\nmultiprocessing.get_context('fork').Pool(1)\n",
    "names that find": "import importlib\nfrom own import part as p\nimportlib.import_module(p.__name__)\n",
    "names that are compared": "from own import part as p\nSAME = p.__name__ == 'own.part'\n",
    "slices of names": "def f(x):\n    return x.__module__[len('own.'):]\n",
    "imports by builtins": "import builtins\npart = builtins.__import__('own.part')\n",
    "code with builtins": "import builtins\nexec('import own.part', {'__builtins__': builtins})\n",
    "changed and changed back": (
        "import os\ndef start():\n    here = os.getcwd()\n    os.chdir('/')\n    os.chdir(here)\nstart()\n"
    ),
    "switched off and on": "import gc\ngc.disable()\ngc.enable()\n",
    "a thread on first use": "import threading\ndef f():\n    threading.Thread(target=print).start()\n",
}


@pytest.mark.parametrize("name", HELD)
def test_what_is_held_is_not_warned_of(
    name: str, own: Callable[[str, str], Path], warned: Callable[[Path], object]
) -> None:
    assert warned(own(HELD[name], "")) == []
