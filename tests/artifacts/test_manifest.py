"""A wheel that lies unpacked is known by its manifest: nothing of it is worked out again."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

from hotplug.artifacts import File, locate, unpacking, wheel
from hotplug.testing import PluginMaker

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hotplug.artifacts import Tree

FILES = {"sly/__init__.py": "value = 1", "sly/späte 1.py": "value = 2", "_sly.py": "", "portion/deep/it.py": ""}


def opened(path: Path) -> Tree:
    tree = locate(path).tree()
    assert isinstance(tree.files, wheel.Files)
    return tree


def test_a_manifest_tells_what_unpacking_found(make_plugin: PluginMaker) -> None:
    path = make_plugin.wheel("sly", FILES)
    tree = opened(path)
    assert dict(tree.tops) == {"_sly": "_sly.py", "portion": "portion", "sly": "sly"}
    assert tree.root_module == "sly"
    assert tree.code == os.path.join(os.path.dirname(tree.root), "code")
    assert set(FILES) < set(tree.files)
    assert len(tree.files) == len(list(tree.files)) == len(FILES) + 3
    for name, file in tree.files.items():
        place = Path(tree.root, name)
        status = place.stat()
        assert file.stamp == (
            *(status.st_dev, status.st_ino, status.st_size),
            *(status.st_mtime_ns, status.st_ctime_ns),
        )
        assert subprocess.check_output(["sha256sum", "-b", "--", place]).split()[0].decode() == file.sha256


def test_files_are_a_mapping_by_path(make_plugin: PluginMaker) -> None:
    files = opened(make_plugin.wheel("sly", FILES)).files
    assert "sly/__init__.py" in files
    assert "sly" not in files
    assert files.get("sly/other.py") is None
    with pytest.raises(KeyError, match=r"sly/other\.py"):
        files["sly/other.py"]
    assert [*files.keys()] == [*files] == [path for path, _ in files.items()]
    assert [file.stamp for file in files.values()] == [files[path].stamp for path in files]


@pytest.mark.parametrize(
    "stamp", [(2**64 - 1, 2**128 - 1, 2**64 - 1, 2**63 - 1, -(2**63)), (0, 0, 0, 0, 0), (1, 2, 3, -4, 5)]
)
def test_any_stamp_is_kept(stamp: tuple[int, int, int, int, int], tmp_path: Path) -> None:
    files = {"a.py": File((1, 1, 1, 1, 1), "00" * 32), "b.py": File(stamp, "ab" * 32)}
    (tmp_path / "manifest").write_bytes(unpacking.manifest_text(["2", wheel.NO_ROOT], files))
    tree = wheel.read_tree(str(tmp_path), "sha256:x")
    assert tree is not None
    assert (tree.tops, tree.root_module, list(tree.files)) == ({}, None, ["a.py", "b.py"])
    assert (tree.files["b.py"].stamp, tree.files["b.py"].sha256) == (stamp, "ab" * 32)


def test_an_artifact_without_a_single_root_is_remembered_as_such(make_plugin: PluginMaker) -> None:
    path = make_plugin.wheel("many", {"one.py": "", "two.py": ""})
    for _ in range(2):
        tree = opened(path)
        assert tree.root_module is None
        assert dict(tree.tops) == {"one": "one.py", "two": "two.py"}
        assert locate(path).root_source() is None


def test_the_second_start_works_nothing_out(make_plugin: PluginMaker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hotplug.artifacts.memory._RACY", -(10**18))
    path = make_plugin.wheel("sly", FILES, requires_python=">=3.11", requires=["none>=1; extra == 'some'"])
    code = """
    import sys
    from hotplug.artifacts import locate, memory
    from hotplug.artifacts.compatibility import objections
    memory._RACY = -(10**18)
    artifact = locate(sys.argv[1])
    tree = artifact.tree()
    assert not objections(artifact, {}), objections(artifact, {})
    print(tree.root_module, artifact.digest()[:7], *sorted(each.rpartition(".")[2] for each in sys.modules
        if each.startswith("hotplug.artifacts.")))
    print(*sorted({each.partition(".")[0] for each in sys.modules} & {"zlib", "zipfile", "hashlib", "packaging",
        "pathlib", "installer", "tempfile", "shutil", "json", "dataclasses", "importlib.metadata", "typing"}))
    """
    command = [sys.executable, "-I", "-S", "-c", f"import sys; sys.path += {sys.path!r}{dedent(code)}"]
    subprocess.run([*command, path], check=True)
    done = subprocess.run([*command, path], check=True, capture_output=True, text=True)
    first, second, _ = done.stdout.split("\n")
    assert first == "sly sha256: asking compatibility memory wheel"
    assert not second


def test_a_wheel_in_which_nothing_can_be_imported_is_refused_each_time(make_plugin: PluginMaker) -> None:
    path = make_plugin.wheel("empty", {"empty.txt": ""})
    for _ in range(2):
        with pytest.raises(Exception, match="holds no Python module"):
            locate(path).tree()
