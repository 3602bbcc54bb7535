"""From a source to a language that is spoken: built, installed with pip, found; and the greeter's own wheel."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from hotplug.build import build_wheel
from hotplug.testing import PluginMaker

GREETER = Path(__file__).parents[2] / "greeter"
FRENCH = 'class French:\n    def greet(self) -> str:\n        return "Bonjour Univers"\n\nGreeter = French()\n'


def pip_install(*wheels: str, target: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-deps",
        "--no-index",
        "--target",
        str(target),
    ]
    subprocess.run([*command, *wheels], check=True)


def greet(*arguments: str, site: Path, home: Path) -> tuple[int, str, str]:
    """Run the greeter with one more folder of installed distributions."""
    environment = {**os.environ, "PYTHONPATH": str(site), "XDG_DATA_HOME": str(home), "HOTPLUG_CACHE": str(home)}
    done = subprocess.run(
        [sys.executable, "-m", "greeter", *arguments],
        capture_output=True,
        encoding="utf-8",
        env=environment,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def test_a_bare_file_is_built_installed_and_spoken(make_plugin: PluginMaker, tmp_path: Path) -> None:
    source = make_plugin.module("french.py", FRENCH)
    wheel = build_wheel(source, tmp_path / "dist", entry_points=["greeter.plugins:french=french:Greeter"])
    pip_install(wheel, target=tmp_path / "site")
    assert greet("french", site=tmp_path / "site", home=tmp_path) == (0, "Bonjour Univers\n", "")
    status, listed, _ = greet("--list", site=tmp_path / "site", home=tmp_path)
    assert status == 0
    assert str(tmp_path / "site" / "french-0.dist-info") in listed


@pytest.mark.parametrize(
    ("project", "language", "words"),
    [("eng", "english", "Hello Universe"), ("ru", "russian", "Здравствуй, вселенная!")],
)
def test_our_own_languages_are_built_twice_the_same_installed_and_spoken(
    project: str, language: str, words: str, tmp_path: Path
) -> None:
    wheel = build_wheel(GREETER / "plugins" / project, tmp_path / "dist")
    again = build_wheel(GREETER / "plugins" / project, tmp_path / "again")
    assert Path(wheel).read_bytes() == Path(again).read_bytes()
    pip_install(wheel, target=tmp_path / "site")
    assert greet(language, site=tmp_path / "site", home=tmp_path) == (0, f"{words}\n", "")
    _, listed, _ = greet("--list", site=tmp_path / "site", home=tmp_path)
    assert f"{language:<12} 1.0      {tmp_path / 'site' / f'{project}-1.0.dist-info'}" in listed


def test_the_greeters_own_wheel_carries_the_four_languages(tmp_path: Path) -> None:
    wheel = build_wheel(GREETER, tmp_path / "dist")
    with zipfile.ZipFile(wheel) as archive:
        carried = sorted(
            os.path.basename(name) for name in archive.namelist() if name.startswith("greeter/carried/")
        )
    assert carried == [f"{name}-1.0-py3-none-any.whl" for name in ("chi", "eng", "ru", "swe")]
    pip_install(wheel, target=tmp_path / "site")
    for language, words in (("swedish", "Hejsan Världen!"), ("chinese", "你好宇宙")):
        assert greet(language, site=tmp_path / "site", home=tmp_path) == (0, f"{words}\n", "")
    _, listed, _ = greet("--list", site=tmp_path / "site", home=tmp_path)
    assert str(tmp_path / "site" / "greeter" / "carried" / "eng-1.0-py3-none-any.whl") in listed
