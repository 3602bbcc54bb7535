"""The greeter's languages in this process and in a worker of their own: the same words, whatever brings them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from hotplug.build import build_wheel
from hotplug.testing import PluginMaker

GREETER = Path(__file__).parents[2] / "greeter"
SPOKEN = {
    "english": "Hello Universe",
    "chinese": "你好宇宙",
    "swedish": "Hejsan Världen!",
    "russian": "Здравствуй, вселенная!",
}
BOUNDARIES = ("inline", "process")
TELLS = """
import os
import sys

class Where:
    def greet(self) -> str:
        place = "process" if "hotplug.boundaries.process.inside.serving" in sys.modules else "inline"
        return f"{place} {__name__} {os.path.dirname(__file__)}"

Greeter = Where()
"""


def greet(
    *arguments: str | Path, home: Path, site: Path | None = None, variables: dict[str, str] | None = None
) -> tuple[int, str, str]:
    """Run the greeter, where asked with one more folder of installed distributions."""
    environment = {**os.environ, "XDG_DATA_HOME": str(home), "HOTPLUG_CACHE": str(home / "cache")}
    environment.pop("GREETER_PLUGINS", None)
    environment |= {"PYTHONPATH": str(site)} if site is not None else {}
    done = subprocess.run(
        [sys.executable, "-m", "greeter", *map(str, arguments)],
        capture_output=True,
        encoding="utf-8",
        env=environment | (variables or {}),
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder into which the greeter's own wheel is installed, with the languages that it carries."""
    folder = tmp_path_factory.mktemp("built")
    wheel = build_wheel(GREETER, folder / "dist")
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target"]
    subprocess.run([*command, str(folder / "site"), wheel], check=True)
    return folder / "site"


@pytest.mark.parametrize("boundary", BOUNDARIES)
@pytest.mark.parametrize("language", SPOKEN)
def test_all_are_spoken_from_a_checkout(language: str, boundary: str, tmp_path: Path) -> None:
    said = greet(language, "--boundary", boundary, home=tmp_path)
    assert said == (0, f"{SPOKEN[language]}\n", "")


@pytest.mark.parametrize("boundary", BOUNDARIES)
@pytest.mark.parametrize("language", SPOKEN)
def test_all_are_spoken_from_the_built_wheel(language: str, boundary: str, built: Path, tmp_path: Path) -> None:
    said = greet(language, "--boundary", boundary, site=built, home=tmp_path)
    assert said == (0, f"{SPOKEN[language]}\n", "")
    _, listed, _ = greet("--list", "--boundary", boundary, site=built, home=tmp_path)
    assert str(built / "greeter" / "carried") in listed


@pytest.mark.parametrize("boundary", BOUNDARIES)
def test_an_unknown_language_is_not_spoken(boundary: str, tmp_path: Path) -> None:
    assert greet("klingon", "--boundary", boundary, home=tmp_path) == (
        1,
        "don't speak that language\n",
        "languages spoken: chinese, english, russian, swedish\n",
    )


@pytest.mark.parametrize("boundary", BOUNDARIES)
def test_an_installed_language_runs_by_its_real_name(
    boundary: str, make_plugin: PluginMaker, tmp_path: Path
) -> None:
    make_plugin.installed(
        "where", {"where.py": TELLS}, entry_points={"greeter.plugins": {"where": "where:Greeter"}}
    )
    site = make_plugin.root / "site-0"
    said = greet("where", "--boundary", boundary, site=site, home=tmp_path)
    assert said == (0, f"{boundary} where {site}\n", "")


@pytest.mark.parametrize("boundary", BOUNDARIES)
def test_a_wheel_runs_from_the_cache(boundary: str, make_plugin: PluginMaker, tmp_path: Path) -> None:
    points = {"greeter.plugins": {"where": "where:Greeter"}}
    wheel = make_plugin.wheel("where", {"where.py": TELLS}, entry_points=points, into="plugins")
    status, out, err = greet("where", "--boundary", boundary, "--plugins", wheel.parent, home=tmp_path)
    assert (status, err) == (0, "")
    assert out.startswith(f"{boundary} where {tmp_path / 'cache'}{os.sep}")


DANISH = """
import os
import sys
print("no words", file=sys.stderr)
{start}
class Danish:
    def greet(self) -> str:
        {call}
Greeter = Danish()
"""
ENDINGS = {
    "at its call": ("", "os._exit(3)", "exited with status 3; Greeter.greet() has no answer"),
    "at its start": ("os._exit(3)", "return ''", "exited with status 3; its start has no answer"),
    "in native code": ("", "os.abort()", "was ended by SIGABRT; Greeter.greet() has no answer"),
}


@pytest.mark.parametrize("when", ENDINGS)
def test_a_language_that_crashes_its_worker_is_told_in_a_line(
    when: str, make_plugin: PluginMaker, tmp_path: Path
) -> None:
    start, call, how = ENDINGS[when]
    module = make_plugin.module("plugins/danish.py", DANISH.format(start=start, call=call))
    line = f"danish: its worker process {how}\n"
    crash = ("danish", "--boundary", "process", "--plugins", module.parent)
    assert greet(*crash, home=tmp_path) == (1, "", line)
    status, _, err = greet(*crash, "--debug", home=tmp_path)
    assert status == 1
    assert "hotplug.danish: no words\n" in err
    assert f"hotplug.errors.PluginCrashed: {line}" in err


@pytest.mark.parametrize("boundary", BOUNDARIES)
def test_a_language_that_raises_is_told_in_a_line(boundary: str, make_plugin: PluginMaker, tmp_path: Path) -> None:
    source = "class Danish:\n    def greet(self) -> str:\n        raise ValueError('no words')\nGreeter = Danish()"
    module = make_plugin.module("plugins/danish.py", source)
    said = greet("danish", "--boundary", boundary, "--plugins", module.parent, home=tmp_path)
    assert said == (1, "", "danish: its greet() raised ValueError: no words\n")


@pytest.mark.parametrize("boundary", BOUNDARIES)
def test_a_language_that_raises_what_is_no_exception_is_told_in_a_line_too(
    boundary: str, make_plugin: PluginMaker, tmp_path: Path
) -> None:
    source = (
        "class Odd(BaseException): ...\n"
        "class Danish:\n    def greet(self) -> str:\n        raise Odd('no words')\nGreeter = Danish()"
    )
    module = make_plugin.module("plugins/danish.py", source)
    odd = ("danish", "--boundary", boundary, "--plugins", module.parent)
    status, out, err = greet(*odd, home=tmp_path)
    assert (status, out, err.count("\n")) == (1, "", 1)
    assert "Odd: no words" in err
    status, _, err = greet(*odd, "--debug", home=tmp_path)
    assert status == 1
    assert "Traceback (most recent call last):\n" in err
    assert "raise Odd('no words')" in err


def test_what_a_language_prints_in_its_worker_is_no_part_of_the_greeting(
    make_plugin: PluginMaker, tmp_path: Path
) -> None:
    module = make_plugin.module("plugins/where.py", f"print('loading')\n{TELLS}")
    where = ("where", "--boundary", "process", "--plugins", module.parent)
    assert greet(*where, home=tmp_path) == (0, f"process where {module.parent}\n", "")
    assert greet(*where, "--debug", home=tmp_path)[2] == "hotplug.where: loading\n"


def test_to_debug_a_language_runs_inline_whatever_the_command_says(
    make_plugin: PluginMaker, tmp_path: Path
) -> None:
    module = make_plugin.module("plugins/where.py", TELLS)
    where = ("where", "--boundary", "process", "--plugins", module.parent)
    said = greet(*where, home=tmp_path, variables={"HOTPLUG_BOUNDARY": "inline"})
    assert said == (0, f"inline where {module.parent}\n", "")
