from __future__ import annotations

import os
import re
import stat
import zipfile
import zlib
from typing import TYPE_CHECKING

import pytest
from installer.exceptions import InstallerError
from installer.sources import WheelFile
from packaging.tags import sys_tags
from packaging.utils import parse_wheel_filename

from hotplug.errors import ArtifactError, CompatibilityError
from hotplug.testing import BROKEN, Fault
from hotplug.testing.broken.archives import ARCHIVES, GIBIBYTE_CRC32
from hotplug.testing.broken.unsuitable import UNSUITABLE

if TYPE_CHECKING:
    from hotplug.testing import PluginMaker

WANTED = [
    "missing",
    "empty",
    "garbage",
    "truncated",
    "junk_after_magic",
    "directory.whl",
    "symlink_loop",
    "nul_in_path",
    "unreadable",
    "shared_library",
    "core_wasm",
    "wrong_tag",
    "wrong_architecture",
    "record_mismatch",
    "traversal",
    "absolute_path",
    "link_in_zip",
    "duplicate_names",
    "bomb",
]
SOUND = ("wheel_name", "renamed", *(fault.kind for fault in UNSUITABLE))
"""The wheels whose contents nobody can object to."""


def test_the_faults_of_artifacts_are_all_there() -> None:
    assert set(WANTED) <= set(BROKEN)


@pytest.mark.parametrize("kind", BROKEN)
def test_it_is_made_and_none_of_it_runs(make_plugin: PluginMaker, kind: str) -> None:
    path = make_plugin.broken(kind)
    assert path.is_relative_to(make_plugin.root)
    assert kind in {"missing", "nul_in_path"} or os.path.lexists(path)
    assert not make_plugin.ran(kind)
    assert BROKEN[kind].kind == kind
    assert BROKEN[kind].what
    re.compile(BROKEN[kind].reason)


def test_an_explanation_is_the_class_and_the_reason_not_the_path() -> None:
    fault = BROKEN["traversal"]
    path = "holds a path that leaves its folder, '../escaped.py'"
    assert fault.explained_by(ArtifactError(path))
    assert not fault.explained_by(CompatibilityError([path]))
    assert not fault.explained_by(ArtifactError("is damaged", plugin=path))


@pytest.mark.parametrize("kind", SOUND)
def test_only_its_name_or_its_demands_are_wrong(make_plugin: PluginMaker, kind: str) -> None:
    path = make_plugin.broken(kind)
    if kind in ("wheel_name", "renamed"):
        path = path.rename(path.with_name("broken-1.0-py3-none-any.whl"))
    with WheelFile.open(path) as wheel:
        wheel.validate_record(validate_contents=True)


@pytest.mark.parametrize("kind", [each for each in UNSUITABLE if "tag" in each.kind or "wrong" in each.kind])
def test_a_tag_that_does_not_fit_here(make_plugin: PluginMaker, kind: Fault) -> None:
    tags = parse_wheel_filename(make_plugin.broken(kind.kind).name)[3]
    assert tags.isdisjoint(sys_tags())


def test_a_native_module_fits_here(make_plugin: PluginMaker) -> None:
    tags = parse_wheel_filename(make_plugin.broken("native_module").name)[3]
    assert not tags.isdisjoint(sys_tags())


@pytest.mark.parametrize(
    "kind", ["record_mismatch", "record_unlisted", "record_garbage", "no_record", "no_dist_info", "renamed"]
)
def test_installer_refuses_it_too(make_plugin: PluginMaker, kind: str) -> None:
    def validate() -> None:
        with WheelFile.open(make_plugin.broken(kind)) as wheel:
            wheel.validate_record(validate_contents=True)

    with pytest.raises((InstallerError, AssertionError, KeyError)):
        validate()


@pytest.mark.parametrize("kind", ["empty", "garbage", "truncated", "junk_after_magic"])
def test_it_is_no_zip_file(make_plugin: PluginMaker, kind: str) -> None:
    path = make_plugin.broken(kind)
    with pytest.raises(zipfile.BadZipFile):
        zipfile.ZipFile(path)


@pytest.mark.parametrize(
    ("kind", "member"),
    [
        ("traversal", "../escaped.py"),
        ("traversal_inside", "broken/../../escaped.py"),
        ("traversal_backslash", "..\\escaped.py"),
        ("drive_path", "C:/escaped.py"),
        ("file_as_folder", "broken.py/inside.py"),
    ],
)
def test_the_dangerous_path_is_in_the_zip(make_plugin: PluginMaker, kind: str, member: str) -> None:
    with zipfile.ZipFile(make_plugin.broken(kind)) as archive:
        assert member in archive.namelist()


def test_the_absolute_path_stays_in_the_makers_folder(make_plugin: PluginMaker) -> None:
    with zipfile.ZipFile(make_plugin.broken("absolute_path")) as archive:
        assert any(name.startswith(str(make_plugin.root)) for name in archive.namelist())


def test_the_link_is_a_link(make_plugin: PluginMaker) -> None:
    with zipfile.ZipFile(make_plugin.broken("link_in_zip")) as archive:
        assert stat.S_ISLNK(archive.getinfo("broken_link.py").external_attr >> 16)


def test_the_second_of_two_names_is_the_one_with_teeth(make_plugin: PluginMaker) -> None:
    with zipfile.ZipFile(make_plugin.broken("duplicate_names")) as archive:
        first, second = (each for each in archive.infolist() if each.filename == "broken.py")
        assert b"HARMLESS" in archive.read(first)
        assert make_plugin.tripwire("duplicate_names").encode() == archive.read(second)


def test_the_bomb_is_small_and_unpacks_to_what_it_declares(make_plugin: PluginMaker) -> None:
    path = make_plugin.broken("bomb")
    size = checksum = 0
    with zipfile.ZipFile(path) as archive, archive.open("broken_data.bin") as member:
        while block := member.read(2**24):
            size, checksum = size + len(block), zlib.crc32(block, checksum)
    assert path.stat().st_size < 2 * 1024**2
    assert (size, checksum) == (1024**3, GIBIBYTE_CRC32)


def test_the_understated_bomb_declares_little(make_plugin: PluginMaker) -> None:
    with zipfile.ZipFile(make_plugin.broken("bomb_understated")) as archive:
        assert archive.getinfo("broken_data.bin").file_size == 1000


@pytest.mark.parametrize(("kind", "error"), [("bad_checksum", zipfile.BadZipFile), ("encrypted", RuntimeError)])
def test_a_member_that_cannot_be_read(make_plugin: PluginMaker, kind: str, error: type[Exception]) -> None:
    with zipfile.ZipFile(make_plugin.broken(kind)) as archive, pytest.raises(error, match=r"broken\.py"):
        archive.read("broken.py")


@pytest.mark.parametrize("fault", ARCHIVES, ids=lambda fault: fault.kind)
def test_every_other_member_of_the_archive_is_sound(make_plugin: PluginMaker, fault: Fault) -> None:
    with zipfile.ZipFile(make_plugin.broken(fault.kind)) as archive:
        for name in archive.namelist():
            if ".dist-info/" in name:
                assert archive.read(name)


def test_nobody_can_read_the_unreadable(make_plugin: PluginMaker) -> None:
    path = make_plugin.broken("unreadable")
    with pytest.raises(PermissionError):
        path.read_bytes()


def test_the_pipe_would_block(make_plugin: PluginMaker) -> None:
    assert stat.S_ISFIFO(make_plugin.broken("fifo").stat().st_mode)
