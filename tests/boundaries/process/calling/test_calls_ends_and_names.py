"""What a host's end, a second symbol of one contract, a script and a failed start look like from outside."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

import hotplug
from hotplug import DeadlineExceeded

if TYPE_CHECKING:
    from pathlib import Path

    from hotplug.testing import PluginMaker

TWO = """
import time
def first() -> None: time.sleep(1000)
def second() -> None: time.sleep(1000)
"""


def run(script: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, script], capture_output=True, text=True, timeout=60, check=False)


def test_symbols_of_one_contract_keep_their_names(make_plugin: PluginMaker) -> None:
    from collections.abc import Callable

    with hotplug.open(make_plugin.module("two.py", TWO), boundary="process") as plugin:
        form = Callable[[], None]
        values = [plugin.lookup(each, form) for each in ("first", "second")]
        assert [repr(each) for each in values] == [
            f"<{name} of two, in another process>" for name in ("first", "second")
        ]
        with (
            pytest.raises(DeadlineExceeded, match=r"two: second\(\) did not end before its deadline"),
            hotplug.deadline(0.5),
        ):
            values[1]()


def test_a_plugin_that_is_open_when_the_host_ends_cleans_up(make_plugin: PluginMaker, tmp_path: Path) -> None:
    make_plugin.module("tidy.py", "import atexit\natexit.register(print, 'swept')\ndef f() -> int: return 1\n")
    script = tmp_path / "host.py"
    script.write_text(
        "import logging, sys\n"
        "import hotplug\n"
        "logging.basicConfig(level='INFO', stream=sys.stdout)\n"
        f"plugin = hotplug.open({str(tmp_path / 'tidy.py')!r}, boundary='process')\n"
        "print(plugin.lookup('f')())\n"
    )
    done = run(script)
    assert (done.stdout.split(), done.returncode) == (["1", "INFO:hotplug.tidy:swept"], 0), done.stderr


def test_a_plugin_may_import_the_scripts_own_declarations(make_plugin: PluginMaker, tmp_path: Path) -> None:
    make_plugin.module("shop.py", "from __main__ import Item\n\ndef first() -> Item:\n    return Item('bread')\n")
    script = tmp_path / "host.py"
    script.write_text(
        "import dataclasses\n"
        "from collections.abc import Callable\n"
        "import hotplug\n"
        "@dataclasses.dataclass\n"
        "class Item:\n"
        "    name: str\n"
        f"with hotplug.open({str(tmp_path / 'shop.py')!r}, boundary='process') as plugin:\n"
        "    print(plugin.lookup('first', Callable[[], Item])())\n"
    )
    done = run(script)
    assert (done.stdout, done.returncode) == ("Item(name='bread')\n", 0), done.stderr


def test_the_traceback_of_a_failed_start_comes_along(make_plugin: PluginMaker) -> None:
    path = make_plugin.module("broken.py", "def deep():\n    return 1 / 0\ndeep()\n")
    with pytest.raises(hotplug.ActivationError) as caught:
        hotplug.open(path, boundary="process")
    told = str(caught.value.__cause__)
    assert "in deep" in told
    assert "ZeroDivisionError: division by zero" in told
    assert "hotplug" not in told.partition("Traceback")[2]


def test_a_host_that_ends_and_starts_no_threads_any_more_lets_its_plugins_clean_up(
    make_plugin: PluginMaker, tmp_path: Path
) -> None:
    """As Python 3.12 does at its end, whatever the service thread has to do then."""
    make_plugin.module(
        "tidy.py",
        "import atexit, time\natexit.register(print, 'swept')\natexit.register(time.sleep, 0.3)\n"
        "def f() -> int: return 1\n",
    )
    script = tmp_path / "host.py"
    script.write_text(
        "import atexit, logging, sys, threading\n"
        "import hotplug\n"
        "logging.basicConfig(level='INFO', stream=sys.stdout)\n"
        f"plugin = hotplug.open({str(tmp_path / 'tidy.py')!r}, boundary='process')\n"
        "print(plugin.lookup('f')())\n"
        'def no_thread(self): raise RuntimeError("can\'t start new thread at interpreter shutdown")\n'
        "atexit.register(setattr, threading.Thread, 'start', no_thread)\n"
    )
    done = run(script)
    assert (done.stdout.split(), done.returncode) == (["1", "INFO:hotplug.tidy:swept"], 0), done.stderr
    assert not done.stderr
