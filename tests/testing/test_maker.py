from __future__ import annotations

import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from installer.sources import WheelFile

from hotplug.build import build_wheel
from hotplug.errors import BuildError
from hotplug.testing import PluginMaker

if TYPE_CHECKING:
    from pathlib import Path

POINTS = {"greeter.plugins": {"french": "french:Greeter"}}


def test_a_folder_holds_what_the_literal_says(make_plugin: PluginMaker) -> None:
    folder = make_plugin.folder("one/french", {"__init__.py": "x = 1\n", "deep/er/data.bin": b"\0\r\n"})
    assert folder == make_plugin.root / "one" / "french"
    assert (folder / "__init__.py").read_bytes() == b"x = 1\n"
    assert (folder / "deep" / "er" / "data.bin").read_bytes() == b"\0\r\n"


def test_text_between_triple_quotes_is_dedented(make_plugin: PluginMaker) -> None:
    path = make_plugin.module(
        "french.py",
        """
        def greet():
            return "Bonjour, 世界"
        """,
    )
    assert path.read_text(encoding="utf-8").startswith('def greet():\n    return "Bonjour, 世界"\n')


def test_making_it_again_changes_it_in_place(make_plugin: PluginMaker) -> None:
    first = make_plugin.module("french.py", "x = 1")
    assert make_plugin.module("french.py", "x = 2") == first
    assert first.read_text() == "x = 2"


@pytest.mark.parametrize("name", ["../outside.py", "a/../../outside.py", "/outside.py"])
def test_nothing_is_made_outside(make_plugin: PluginMaker, name: str) -> None:
    with pytest.raises(ValueError, match=r"outside\.py' is outside of the maker's folder"):
        make_plugin.module(name, "")


def test_a_wheel_is_sound_and_carries_what_was_asked(make_plugin: PluginMaker) -> None:
    path = make_plugin.wheel(
        "greeter-french",
        {"french.py": "x = 1"},
        version="1.2",
        entry_points=POINTS,
        requires=["hotplug-greeter>=1", "not a requirement!"],
        requires_python=">=99",
        summary="French.",
        tag="py2.py3-none-any",
        into="plugins",
    )
    assert path == make_plugin.root / "plugins" / "greeter_french-1.2-py2.py3-none-any.whl"
    with WheelFile.open(path) as wheel:
        wheel.validate_record(validate_contents=True)
        text = wheel.read_dist_info("METADATA")
    assert "Requires-Dist: not a requirement!\n" in text
    assert "Requires-Python: >=99\n" in text
    assert "Summary: French.\n" in text


def test_a_wheel_of_an_impossible_name_is_refused(make_plugin: PluginMaker) -> None:
    with pytest.raises(BuildError, match="cannot name a distribution"):
        make_plugin.wheel("not a name", {})


@pytest.mark.parametrize("top", ["", "src/"])
def test_a_project_can_be_built(make_plugin: PluginMaker, tmp_path: Path, top: str) -> None:
    project = make_plugin.project(
        "greeter-french",
        {f"{top}french.py": "", f"{top}words/__init__.py": "", "README.md": "", "tests/test_it.py": ""},
        version="2.0",
        entry_points=POINTS,
        requires=["packaging"],
        requires_python=">=3.11",
        into="projects",
    )
    assert project == make_plugin.root / "projects" / "greeter-french"
    with zipfile.ZipFile(build_wheel(project, tmp_path / "out")) as wheel:
        names = {name for name in wheel.namelist() if ".dist-info/" not in name}
        metadata = wheel.read("greeter_french-2.0.dist-info/METADATA").decode()
    assert names == {"french.py", "words/__init__.py"}
    assert "Requires-Python: >=3.11\n" in metadata
    assert "Requires-Dist: packaging\n" in metadata


def test_two_makers_in_one_folder_make_the_same_wheel(make_plugin: PluginMaker) -> None:
    first = make_plugin.wheel("french", {"french.py": "", "a.py": ""}, into="1").read_bytes()
    assert make_plugin.wheel("french", {"a.py": "", "french.py": ""}, into="2").read_bytes() == first


def test_a_tripwire_counts_its_runs_and_leaves_no_name(make_plugin: PluginMaker) -> None:
    path = make_plugin.module("french.py", make_plugin.tripwire() + "x = 1\n")
    assert not make_plugin.ran()
    program = f"import runpy\nprint([name for name in runpy.run_path({str(path)!r}) if name[0] != '_'])"
    for runs in (1, 2):
        done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
        assert done.stdout == "['x']\n"
        assert make_plugin.ran()
        assert make_plugin.runs() == runs
    assert not make_plugin.ran("another")


@given(
    name=st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="/"), min_size=1, max_size=20)
)
def test_a_tripwire_is_a_line_of_python_whatever_the_folder_is_called(
    tmp_path_factory: pytest.TempPathFactory, name: str
) -> None:
    maker = PluginMaker(tmp_path_factory.mktemp("maker") / f"x{name}")
    line = maker.tripwire()
    assert len(line.splitlines()) == 1
    exec(line, {})  # noqa: S102  (a source line is what it is)
    assert maker.runs() == 1


def test_plugins_can_be_made_without_pytest(tmp_path: Path) -> None:
    with PluginMaker(tmp_path / "made") as maker:
        assert maker.module("french.py", "").exists()
        maker.installed("french", {"french.py": ""})
        assert str(maker.root / "site-0") in sys.path
    assert str(maker.root / "site-0") not in sys.path


def test_making_a_plugin_runs_none_of_it(make_plugin: PluginMaker) -> None:
    source = make_plugin.tripwire()
    make_plugin.folder("a", {"__init__.py": source})
    make_plugin.module("a.py", source)
    make_plugin.project("b", {"b.py": source})
    make_plugin.wheel("c", {"c.py": source})
    make_plugin.installed("d", {"d.py": source})
    make_plugin.installed("e", {"e.py": source}, editable=True)
    assert not make_plugin.ran()
