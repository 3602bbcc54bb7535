from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from packaging.version import Version

from hotplug.build import build_wheel
from hotplug.errors import ArtifactError, BuildError

if TYPE_CHECKING:
    from hotplug.testing import PluginMaker

SOURCE = "class Greeter:\n    def greet(self) -> str:\n        return 'Bonjour Univers'\n"
POINTS = {"greeter.plugins": {"french": "french:Greeter"}}
IN_TREE = """
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
"""


def has_whole_setuptools() -> bool:
    """Before 70.1 it needs the distribution ``wheel`` to build one."""
    try:
        return Version(version("setuptools")) >= Version("70.1")
    except PackageNotFoundError:
        return False


def tree(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


def in_tree(make_plugin: PluginMaker, backend: str) -> Path:
    return make_plugin.folder("project", {"pyproject.toml": IN_TREE, "backend.py": backend})


@pytest.mark.parametrize("top", ["", "src/"])
def test_a_project_goes_through_its_backend(make_plugin: PluginMaker, tmp_path: Path, top: str) -> None:
    source = make_plugin.tripwire() + SOURCE
    project = make_plugin.project(
        "greeter-french",
        {f"{top}french.py": source},
        version="1.3",
        entry_points=POINTS,
        requires_python=">=3.11",
    )
    before = tree(project)
    path = build_wheel(project, tmp_path / "out")
    assert path == str(tmp_path / "out" / "greeter_french-1.3-py3-none-any.whl")
    with zipfile.ZipFile(path) as archive:
        assert archive.read("french.py").decode() == source
        assert b"french = french:Greeter" in archive.read("greeter_french-1.3.dist-info/entry_points.txt")
    assert tree(project) == before
    assert tree(tmp_path / "out") == {Path(path).name}
    assert not make_plugin.ran()


def test_twice_the_same_bytes(make_plugin: PluginMaker, tmp_path: Path) -> None:
    project = make_plugin.project("greeter-french", {"french.py": SOURCE}, entry_points=POINTS)
    first = Path(build_wheel(project, tmp_path / "1")).read_bytes()
    os.utime(project / "french.py", (1_000_000_000, 1_000_000_000))
    assert Path(build_wheel(project, tmp_path / "2")).read_bytes() == first


@pytest.mark.parametrize("given", [None, "1700000000"])
def test_the_backend_sees_a_fixed_date_unless_there_is_one(
    make_plugin: PluginMaker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: str | None
) -> None:
    if given:
        monkeypatch.setenv("SOURCE_DATE_EPOCH", given)
    project = in_tree(make_plugin, "import os\n\nraise ImportError(os.environ['SOURCE_DATE_EPOCH'])\n")
    with pytest.raises(BuildError, match=given or "315532800"):
        build_wheel(project, tmp_path / "out")


def test_a_missing_backend_names_the_install_command(make_plugin: PluginMaker, tmp_path: Path) -> None:
    files = {"pyproject.toml": "[build-system]\nrequires = ['no-such-backend>=2']\nbuild-backend = 'no_such'\n"}
    with pytest.raises(BuildError, match="its build requires no-such-backend>=2, not installed in") as caught:
        build_wheel(make_plugin.folder("project", files), tmp_path / "out")
    assert caught.value.remedy == "pip install 'no-such-backend>=2'"


def test_a_backend_of_another_version_is_named_with_the_one_that_is_there(
    make_plugin: PluginMaker, tmp_path: Path
) -> None:
    files = {"pyproject.toml": "[build-system]\nrequires = ['packaging<1']\nbuild-backend = 'x'\n"}
    with pytest.raises(BuildError, match=r"packaging<1, not installed in .* \(there is packaging \d") as caught:
        build_wheel(make_plugin.folder("project", files), tmp_path / "out")
    assert caught.value.remedy == "pip install 'packaging<1'"


def test_a_requirement_for_another_platform_is_not_asked_for(make_plugin: PluginMaker, tmp_path: Path) -> None:
    requires = "requires = ['no-such-backend; sys_platform == \"none\"', 'hatchling']"
    project = make_plugin.project("french", {"french.py": SOURCE})
    text = (project / "pyproject.toml").read_text().replace('requires = ["hatchling"]', requires)
    (project / "pyproject.toml").write_text(text)
    assert Path(build_wheel(project, tmp_path / "out")).exists()


def test_what_the_backend_asks_for_itself_is_checked_too(make_plugin: PluginMaker, tmp_path: Path) -> None:
    backend = "def get_requires_for_build_wheel(settings=None):\n    return ['no-such-tool']\n"
    with pytest.raises(BuildError, match="its build requires no-such-tool") as caught:
        build_wheel(in_tree(make_plugin, backend), tmp_path / "out")
    assert caught.value.remedy == "pip install no-such-tool"


def test_a_misspelled_backend_gives_its_name_and_the_reason(make_plugin: PluginMaker, tmp_path: Path) -> None:
    files = {"pyproject.toml": "[build-system]\nrequires = ['hatchling']\nbuild-backend = 'htachling.build'\n"}
    with pytest.raises(
        BuildError, match=r"htachling\.build cannot be imported: .*No module named 'htachling'"
    ) as caught:
        build_wheel(make_plugin.folder("project", files), tmp_path / "out")
    assert caught.value.remedy == "is the name right? If it is, pip install hatchling"


def test_a_failing_backend_is_quoted_and_nothing_is_lost(make_plugin: PluginMaker, tmp_path: Path) -> None:
    backend = """
        import sys

        def build_wheel(folder, settings=None, metadata=None):
            open(folder + "/half.whl", "w").close()
            for number in range(100):
                print("line", number)
            print("on stderr", file=sys.stderr)
            raise RuntimeError("the backend gave up")
    """
    with pytest.raises(BuildError, match="backend failed:") as caught:
        build_wheel(in_tree(make_plugin, backend), tmp_path / "out")
    assert "RuntimeError: the backend gave up" in str(caught.value)
    assert "the last 30 of" in str(caught.value)
    assert "line 0\n" in caught.value.output
    assert "on stderr\n" in caught.value.output
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("returned", "reason"),
    [
        ("a-1-py3-none-any.whl", "promised a-1-py3-none-any.whl and did not make it"),
        ("a.tar.gz", "not the name of a wheel"),
        ("../a-1-py3-none-any.whl", "not the name of a wheel"),
    ],
)
def test_a_backend_that_lies_is_caught(
    make_plugin: PluginMaker, tmp_path: Path, returned: str, reason: str
) -> None:
    backend = f"def build_wheel(folder, settings=None, metadata=None):\n    return {returned!r}\n"
    with pytest.raises(BuildError, match=reason):
        build_wheel(in_tree(make_plugin, backend), tmp_path / "out")


def test_a_backend_without_wheels_is_said(make_plugin: PluginMaker, tmp_path: Path) -> None:
    with pytest.raises(BuildError, match="has no attribute 'build_wheel'"):
        build_wheel(in_tree(make_plugin, ""), tmp_path / "out")


@pytest.mark.parametrize(
    ("pyproject", "reason"),
    [
        ("[project\n", "is not valid TOML"),
        ("[tool.ruff]\n", r"neither \[build-system\] nor \[project\]"),
        ("build-system = 1\n", "must be a table"),
        ("[build-system]\n", "requires in pyproject.toml must be there"),
        ("[build-system]\nrequires = [1]\n", "requires in pyproject.toml must be there"),
        ("[build-system]\nrequires = []\nbuild-backend = 1\n", "build-backend in pyproject.toml must be a string"),
        ("[build-system]\nrequires = []\nbackend-path = 'x'\n", "backend-path in pyproject.toml must be a list"),
        ("[build-system]\nrequires = ['!']\n", "requires '!', which is no requirement"),
    ],
)
def test_a_pyproject_that_does_not_tell_how_to_build_is_refused(
    make_plugin: PluginMaker, tmp_path: Path, pyproject: str, reason: str
) -> None:
    with pytest.raises(ArtifactError, match=reason):
        build_wheel(make_plugin.folder("project", {"pyproject.toml": pyproject, "a.py": ""}), tmp_path / "out")


@pytest.mark.skipif(not has_whole_setuptools(), reason="setuptools is not installed, or too old")
def test_without_a_build_system_setuptools_is_meant_and_leaves_nothing(
    make_plugin: PluginMaker, tmp_path: Path
) -> None:
    files = {"pyproject.toml": "[project]\nname = 'french'\nversion = '1'\n", "src/french/__init__.py": SOURCE}
    project = make_plugin.folder("project", files)
    before = tree(project)
    first = Path(build_wheel(project, tmp_path / "1")).read_bytes()
    assert Path(build_wheel(project, tmp_path / "2")).read_bytes() == first
    assert tree(project) == before


def test_entry_points_of_a_project_belong_into_its_pyproject(make_plugin: PluginMaker, tmp_path: Path) -> None:
    project = make_plugin.project("french", {"french.py": SOURCE})
    with pytest.raises(BuildError, match=r"stand in its pyproject\.toml") as caught:
        build_wheel(project, tmp_path / "out", entry_points=["greeter.plugins:french=french:Greeter"])
    assert caught.value.remedy == 'add: [project.entry-points."greeter.plugins"] with french = "french:Greeter"'


@pytest.mark.skipif(find_spec("pip") is None, reason="pip is not installed")
@pytest.mark.parametrize("kind", ["project", "module"])
def test_pip_installs_the_result(make_plugin: PluginMaker, tmp_path: Path, kind: str) -> None:
    if kind == "project":
        wheel = build_wheel(
            make_plugin.project("french", {"french.py": SOURCE}, entry_points=POINTS), tmp_path / "out"
        )
    else:
        point = "greeter.plugins:french=french:Greeter"
        wheel = build_wheel(make_plugin.module("french.py", SOURCE), tmp_path / "out", entry_points=[point])
    target = tmp_path / "target"
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install"]
    subprocess.run([*pip, "-q", "--no-deps", "--no-index", "--target", target, wheel], check=True)
    program = (
        "from importlib.metadata import entry_points\n"
        "print(entry_points(group='greeter.plugins')['french'].load()().greet())"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": str(target)},
        check=True,
        capture_output=True,
        text=True,
    )
    assert done.stdout == "Bonjour Univers\n"
