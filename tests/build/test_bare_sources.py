from __future__ import annotations

import email
import os
import re
import shutil
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from hotplug.build import build_wheel
from hotplug.errors import ArtifactError, BuildError
from hotplug.testing.broken.contents import elf_header

if TYPE_CHECKING:
    from email.message import Message

    from hotplug.testing import PluginMaker


def contents(path: str) -> set[str]:
    with zipfile.ZipFile(path) as archive:
        return {name for name in archive.namelist() if ".dist-info/" not in name}


def metadata(path: str) -> Message:
    with zipfile.ZipFile(path) as archive:
        name = next(name for name in archive.namelist() if name.endswith("/METADATA"))
        return email.message_from_bytes(archive.read(name))


def test_a_file_becomes_a_wheel_named_after_it(make_plugin: PluginMaker, tmp_path: Path) -> None:
    source = make_plugin.module(
        "french.py", '"""Speaks French."""\n\n__version__ = "1.2"\n' + make_plugin.tripwire()
    )
    path = build_wheel(source, tmp_path / "out", entry_points=["greeter.plugins:french=french:Greeter"])
    assert path == str(tmp_path / "out" / "french-1.2-py3-none-any.whl")
    assert contents(path) == {"french.py"}
    assert metadata(path)["Summary"] == "Speaks French."
    with zipfile.ZipFile(path) as archive:
        points = archive.read("french-1.2.dist-info/entry_points.txt")
    assert points == b"[greeter.plugins]\nfrench = french:Greeter\n"
    assert not make_plugin.ran()


def test_a_folder_with_init_is_the_package_itself(make_plugin: PluginMaker, tmp_path: Path) -> None:
    files = {"__init__.py": "__version__: str = '2.0'", "words.txt": "bonjour", "tests/__init__.py": ""}
    path = build_wheel(make_plugin.folder("french", files), tmp_path / "out")
    assert Path(path).name == "french-2.0-py3-none-any.whl"
    assert contents(path) == {"french/__init__.py", "french/words.txt", "french/tests/__init__.py"}


def test_a_folder_without_init_is_an_import_root(make_plugin: PluginMaker, tmp_path: Path) -> None:
    files = {
        "french.py": "__version__ = '3'",
        "_words/__init__.py": "",
        "_words/data.json": "{}",
        "README.md": "# French",
        "tests/test_french.py": "",
        "docs/conf.py": "",
    }
    path = build_wheel(make_plugin.folder("My French Plugin", files), tmp_path / "out")
    assert Path(path).name == "my_french_plugin-3-py3-none-any.whl"
    assert contents(path) == {"french.py", "_words/__init__.py", "_words/data.json"}


@pytest.mark.parametrize(
    "source",
    [
        "",
        "__version__ = make()",
        "from .meta import __version__",
        "if 1:\n    __version__ = '9'",
        "__version__ = 9",
    ],
)
def test_a_version_that_is_not_spelled_out_is_0(make_plugin: PluginMaker, tmp_path: Path, source: str) -> None:
    path = build_wheel(make_plugin.module("french.py", source), tmp_path)
    assert Path(path).name == "french-0-py3-none-any.whl"


def test_a_version_that_is_none_is_refused(make_plugin: PluginMaker, tmp_path: Path) -> None:
    with pytest.raises(ArtifactError, match="its __version__, 'first', is not a version"):
        build_wheel(make_plugin.module("french.py", "__version__ = 'first'"), tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_what_is_no_source_stays_out(make_plugin: PluginMaker, tmp_path: Path) -> None:
    junk = [
        *(".git/config", ".env", "__pycache__/french.cpython-311.pyc", "old.pyc", ".mypy_cache/x.json"),
        *("venv/pyvenv.cfg", "venv/lib/site.py", "build/lib/french.py", "dist/french-0.tar.gz"),
        *("french.egg-info/PKG-INFO", "node_modules/x/index.js", ".hidden/x.py"),
    ]
    folder = make_plugin.folder("french", {"french.py": "", **dict.fromkeys(junk, "")})
    assert contents(build_wheel(folder, tmp_path / "out")) == {"french.py"}


def test_a_package_named_build_is_source(make_plugin: PluginMaker, tmp_path: Path) -> None:
    folder = make_plugin.folder("maker", {"__init__.py": "", "build/__init__.py": ""})
    assert contents(build_wheel(folder, tmp_path / "out")) == {"maker/__init__.py", "maker/build/__init__.py"}


@pytest.mark.parametrize("out", ["wheels", "."])
def test_wheels_of_earlier_builds_into_the_source_stay_out(
    make_plugin: PluginMaker, monkeypatch: pytest.MonkeyPatch, out: str
) -> None:
    folder = make_plugin.folder("french", {"__init__.py": ""})
    monkeypatch.chdir(folder)
    first = Path(build_wheel(".", out)).read_bytes()
    assert Path(build_wheel(".", out)).read_bytes() == first


def test_twice_the_same_bytes_from_two_places_and_times(make_plugin: PluginMaker, tmp_path: Path) -> None:
    first = make_plugin.folder("one/french", {"__init__.py": "", "b/c.py": "x = 1", "b/a.py": ""})
    second = tmp_path / "two" / "french"
    shutil.copytree(first, second)
    os.utime(second / "__init__.py", (1_000_000_000, 1_000_000_000))
    (second / "b" / "c.py").chmod(0o755)
    wheels = [build_wheel(first, tmp_path / "1"), build_wheel(second, tmp_path / "2")]
    assert Path(wheels[0]).read_bytes() == Path(wheels[1]).read_bytes()


def test_a_link_inside_is_what_it_points_to(make_plugin: PluginMaker, tmp_path: Path) -> None:
    folder = make_plugin.folder("french", {"__init__.py": "", "a.py": "x = 1\n"})
    (folder / "b.py").symlink_to("a.py")
    with zipfile.ZipFile(build_wheel(folder, tmp_path / "out")) as archive:
        assert archive.read("french/b.py") == b"x = 1\n"


@pytest.mark.parametrize(("kind", "reason"), [("link_out_of_folder", "leaves"), ("folder_loop", "leads back")])
def test_a_link_that_leaves_or_goes_round_is_refused(
    make_plugin: PluginMaker, tmp_path: Path, kind: str, reason: str
) -> None:
    with pytest.raises(ArtifactError, match=reason):
        build_wheel(make_plugin.broken(kind), tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_native_code_needs_a_project(make_plugin: PluginMaker, tmp_path: Path) -> None:
    folder = make_plugin.folder("fast", {"__init__.py": "", "_fast.so": elf_header()})
    with pytest.raises(ArtifactError, match=r"native code, fast/_fast\.so") as caught:
        build_wheel(folder, tmp_path / "out")
    assert "pyproject.toml" in (caught.value.remedy or "")


@pytest.mark.parametrize("name", ["französisch", "中文", "a+b"])
def test_a_name_that_cannot_be_a_distributions_says_how_to_go_on(
    make_plugin: PluginMaker, tmp_path: Path, name: str
) -> None:
    with pytest.raises(ArtifactError, match=f"its name, {re.escape(repr(name))}, cannot") as caught:
        build_wheel(make_plugin.folder(name, {"__init__.py": ""}), tmp_path / "out")
    assert "rename it" in (caught.value.remedy or "")


def test_a_file_name_that_is_no_module_name_becomes_one(make_plugin: PluginMaker, tmp_path: Path) -> None:
    path = build_wheel(make_plugin.module("my-french.py", ""), tmp_path / "out")
    assert contents(path) == {"my_french.py"}


def test_a_source_that_is_not_python_names_the_line(make_plugin: PluginMaker, tmp_path: Path) -> None:
    folder = make_plugin.folder("french", {"__init__.py": "", "words.py": "x = 1\ndef :\n"})
    with pytest.raises(ArtifactError, match=r"words\.py, line 2: invalid syntax"):
        build_wheel(folder, tmp_path / "out")


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("missing", "No such file"),
        ("empty_folder", "holds no Python module"),
        ("symlink_loop", "symbolic links"),
        ("nul_in_path", "null"),
        ("fifo", "neither a folder nor"),
        ("unknown", "neither a folder nor"),
        ("garbage", "is a wheel already"),
    ],
)
def test_what_cannot_be_built_is_refused_with_the_reason(
    make_plugin: PluginMaker, tmp_path: Path, kind: str, reason: str
) -> None:
    with pytest.raises(ArtifactError, match=reason):
        build_wheel(make_plugin.broken(kind), tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_setup_py_alone_is_told_what_it_lacks(make_plugin: PluginMaker, tmp_path: Path) -> None:
    folder = make_plugin.folder("old", {"setup.py": make_plugin.tripwire(), "old.py": ""})
    with pytest.raises(ArtifactError, match=r"has a setup\.py and no pyproject\.toml"):
        build_wheel(folder, tmp_path / "out")
    assert not make_plugin.ran()


def test_an_entry_point_to_a_module_that_is_not_there_leaves_no_wheel(
    make_plugin: PluginMaker, tmp_path: Path
) -> None:
    with pytest.raises(BuildError, match=r"names the module frensh, .* it holds french"):
        build_wheel(make_plugin.module("french.py", ""), tmp_path / "out", entry_points=["g:n=frensh:x"])
    assert not (tmp_path / "out").exists()


def test_an_output_folder_that_is_a_file_is_said(make_plugin: PluginMaker, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("")
    with pytest.raises(BuildError, match=r"cannot be written to .*out: File exists"):
        build_wheel(make_plugin.module("french.py", ""), tmp_path / "out")


def test_a_failed_write_leaves_the_earlier_wheel_and_nothing_else(
    make_plugin: PluginMaker, tmp_path: Path
) -> None:
    blocked = tmp_path / "out" / "french-0-py3-none-any.whl"
    blocked.mkdir(parents=True)
    with pytest.raises(BuildError, match="Is a directory"):
        build_wheel(make_plugin.module("french.py", ""), tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == [blocked]


def test_the_wheel_replaces_one_of_the_same_name(make_plugin: PluginMaker, tmp_path: Path) -> None:
    source = make_plugin.module("french.py", "x = 1")
    first = Path(build_wheel(source, tmp_path / "out")).read_bytes()
    make_plugin.module("french.py", "x = 2")
    assert Path(build_wheel(source, tmp_path / "out")).read_bytes() != first
    assert len(list((tmp_path / "out").iterdir())) == 1
