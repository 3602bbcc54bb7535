"""Wheels from strangers: what lies inside them, what they say of it, and what reading it may cost."""

from __future__ import annotations

import os
import struct
import tracemalloc
import unicodedata
import warnings
import zipfile
from io import BytesIO

import pytest

import hotplug
from hotplug.artifacts import members as members_module
from hotplug.artifacts import zipped
from hotplug.build.wheel import Wheel, record
from hotplug.testing import PluginMaker

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

INFO = "sly-1.0.dist-info"
RECORD = f"{INFO}/RECORD"
SOURCE = b"value = 1\n"


def members(**files: bytes) -> dict[str, bytes]:
    """Return the members of a sound wheel, by name."""
    return Wheel(name="sly", version="1.0", files={"sly.py": SOURCE, **files}).members()


def recorded(changed: dict[str, bytes]) -> dict[str, bytes]:
    """Return the members with a RECORD that vouches for them."""
    rest = {name: content for name, content in changed.items() if name != RECORD}
    return {**rest, RECORD: record(rest, RECORD)}


def packed(entries: Iterable[tuple[str, bytes]], method: int = zipfile.ZIP_STORED) -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        for name, content in entries:
            archive.writestr(zipfile.ZipInfo(name), content, method)
    return buffer.getvalue()


def written(folder: Path, data: bytes | dict[str, bytes]) -> Path:
    path = folder / "sly-1.0-py3-none-any.whl"
    path.write_bytes(packed(data.items()) if isinstance(data, dict) else data)
    return path


def refusal(path: Path) -> str:
    """Return the reason why it is not opened."""
    with pytest.raises(hotplug.ArtifactError) as caught:
        hotplug.open(path)
    return caught.value.reason


def declaring(data: bytes, name: str, **fields: int) -> bytes:
    """Return a zip file whose directory says something else of a member (section 4.3.12 of PKWARE's APPNOTE)."""
    places = {"method": (10, "<H"), "packed": (20, "<I"), "size": (24, "<I")}
    changed = bytearray(data)
    start = data.rindex(b"PK\x01\x02", 0, data.rindex(name.encode()))
    for field, value in fields.items():
        place, form = places[field]
        struct.pack_into(form, changed, start + place, value)
    return bytes(changed)


def damaged(data: bytes, name: str, at: int, junk: bytes) -> bytes:
    """Return a zip file with other bytes at a place in the packed data of a member."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        start = archive.getinfo(name).header_offset + 30 + len(name) + at
    return data[:start] + junk + data[start + len(junk) :]


@pytest.mark.parametrize("name", ["sly.py", f"{INFO}/METADATA"])
@pytest.mark.parametrize(
    ("method", "at", "junk"),
    [
        (zipfile.ZIP_LZMA, 4, b"\xff"),  # properties that no coder has
        (zipfile.ZIP_LZMA, 2, b"\x01"),  # properties that are too short
        (zipfile.ZIP_LZMA, 11, b"\xff" * 8),
        (zipfile.ZIP_BZIP2, 0, b"junk"),
        (zipfile.ZIP_DEFLATED, 0, b"\xff" * 4),
        (zipfile.ZIP_STORED, 0, b"x"),
    ],
)
def test_damage_in_any_compression_is_called_damage(
    name: str, method: int, at: int, junk: bytes, tmp_path: Path
) -> None:
    path = written(tmp_path, damaged(packed(members().items(), method), name, at, junk))
    with pytest.raises(hotplug.ArtifactError) as caught:
        hotplug.open(path)
    assert caught.value.reason.startswith("is damaged, or not a wheel: ")
    assert (caught.value.plugin, caught.value.remedy) == (str(path), "fetch or build it again")


@pytest.mark.parametrize("method", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2, zipfile.ZIP_DEFLATED])
def test_any_compression_that_zipfile_knows_is_opened(method: int, tmp_path: Path) -> None:
    with hotplug.open(written(tmp_path, packed(members().items(), method))) as plugin:
        assert plugin.lookup("value") == 1


def test_an_unknown_compression_is_called_damage(tmp_path: Path) -> None:
    path = written(tmp_path, declaring(packed(members().items()), "sly.py", method=99))
    assert refusal(path) == "is damaged, or not a wheel: That compression method is not supported"


def test_a_record_with_a_field_without_end_is_refused(tmp_path: Path) -> None:
    changed = members()
    changed[RECORD] += b"x" * 200_000 + b",,\n"
    assert refusal(written(tmp_path, changed)).startswith("its RECORD cannot be read: field larger than")


@pytest.mark.parametrize("algorithm", ["md5", "sha1", "shake_128", "sha224"])
def test_a_record_that_vouches_by_a_weak_or_odd_hash_is_refused(algorithm: str, tmp_path: Path) -> None:
    changed = members()
    changed[RECORD] = changed[RECORD].replace(b"sly.py,sha256=", f"sly.py,{algorithm}=".encode())
    assert refusal(written(tmp_path, changed)) == (
        f"its RECORD vouches for sly.py by {algorithm}, which is not safe"
    )


def test_a_file_without_a_hash_in_the_record_is_refused(tmp_path: Path) -> None:
    changed = members()
    lines = [b"sly.py,," if line.startswith(b"sly.py,") else line for line in changed[RECORD].splitlines()]
    changed[RECORD] = b"\n".join(lines)
    assert refusal(written(tmp_path, changed)) == "holds sly.py, which its RECORD does not vouch for"


def test_a_size_that_differs_from_the_record_is_refused(tmp_path: Path) -> None:
    changed = members()
    changed[RECORD] = changed[RECORD].replace(f",{len(SOURCE)}\n".encode(), b",11\n", 1)
    assert refusal(written(tmp_path, changed)) == "does not match its RECORD: sly.py has 10 bytes"


def test_the_record_is_that_of_the_wheel_wherever_another_one_lies(tmp_path: Path) -> None:
    nested = f"pkg/{RECORD}"
    sound = members(**{nested: b"", f"pkg/{INFO}/METADATA": b"Name: other\n"})
    first = {nested: b"", **{name: content for name, content in sound.items() if name != nested}}
    with hotplug.open(written(tmp_path, first)) as plugin:
        assert plugin.lookup("sly:value") == 1
    changed = {**first, "sly.py": b"value = 2\n"}
    vouching = record({name: content for name, content in changed.items() if name not in (RECORD, nested)}, nested)
    assert refusal(written(tmp_path, {**changed, nested: vouching})) == (
        f"does not match its RECORD: {nested} has {len(vouching)} bytes"
    )
    unlisted = [line for line in sound[RECORD].splitlines() if not line.startswith(nested.encode())]
    found = {**changed, nested: vouching, RECORD: b"\n".join(unlisted)}
    assert refusal(written(tmp_path, found)) == f"holds {nested}, which its RECORD does not vouch for"


def test_libraries_of_the_data_folder_land_beside_the_others_and_scripts_do_not(tmp_path: Path) -> None:
    data = "sly-1.0.data"
    files = {
        f"{data}/purelib/pure.py": b"value = 2\n",
        f"{data}/platlib/deep/plat.py": b"value = 3\n",
        f"{data}/scripts/run.py": b"value = 4\n",
        f"{data}/data/share/words.txt": b"",
        f"{data}/headers/sly.h": b"",
    }
    with hotplug.open(written(tmp_path, members(**files))) as plugin:
        assert [plugin.lookup(f"{name}:value") for name in ("sly", "pure", "deep.plat")] == [1, 2, 3]
        landed = {name for name in plugin.artifact.tree().files if not name.startswith(INFO)}
    assert landed == {"sly.py", "pure.py", "deep/plat.py"}
    unlisted = {**members(), f"{data}/scripts/run.py": b"value = 4\n"}
    assert refusal(written(tmp_path, unlisted)) == (
        f"holds {data}/scripts/run.py, which its RECORD does not vouch for"
    )


def test_two_members_for_one_place_are_refused(tmp_path: Path) -> None:
    path = written(tmp_path, members(**{"sly-1.0.data/purelib/sly.py": b"value = 2\n"}))
    assert refusal(path) == "holds two files for sly.py"


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("sly\n.py", "holds a path with control characters, 'sly\\n.py'"),
        ("sl\x1b[2Jy.py", "holds a path with control characters, 'sl\\x1b[2Jy.py'"),
        ("./it.py", "holds a path that leaves its folder or goes in circles, './it.py'"),
        ("a//it.py", "holds a path that leaves its folder or goes in circles, 'a//it.py'"),
        ("sly-1.0.data/purelib/../../../it.py", "holds a path that leaves its folder or goes in circles, "),
        ("/etc/it.py", "holds an absolute or foreign path, '/etc/it.py'"),
    ],
)
def test_a_member_with_a_dangerous_name_is_refused(name: str, reason: str, tmp_path: Path) -> None:
    assert refusal(written(tmp_path, recorded({**members(), name: b""}))).startswith(reason)


def test_a_name_that_goes_on_after_a_nul_is_refused(tmp_path: Path) -> None:
    data = packed(recorded({**members(), "it.py#.txt": b""}).items()).replace(b"it.py#.txt", b"it.py\0.txt")
    assert refusal(written(tmp_path, data)).startswith("holds a path with control characters, 'it.py\\x00.txt'")


def test_folders_that_are_listed_as_members_are_passed_over(tmp_path: Path) -> None:
    with hotplug.open(written(tmp_path, {"pkg/": b"", **members(**{"pkg/it.py": b""})})) as plugin:
        assert plugin.lookup("sly:value") == 1


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"other-1.0.dist-info/METADATA": b""}, "holds 2 .dist-info folders; a wheel holds one"),
        ({"Name": b"other"}, "holds other-1.0.dist-info, of another distribution than its file name"),
    ],
)
def test_a_wheel_holds_the_metadata_of_one_distribution_its_own(
    more: dict[str, bytes], reason: str, tmp_path: Path
) -> None:
    if "Name" in more:
        found = Wheel(name="other", version="1.0", files={"sly.py": SOURCE}).members()
    else:
        found = recorded({**members(), **more})
    assert refusal(written(tmp_path, found)) == reason


@pytest.mark.parametrize(
    ("file", "limit"),
    [("METADATA", 4194304), ("WHEEL", 4194304), ("entry_points.txt", 4194304), ("RECORD", 33554432)],
)
def test_metadata_without_end_is_refused(file: str, limit: int, tmp_path: Path) -> None:
    huge = {**members(), f"{INFO}/{file}": b"\n" * (limit + 1)}
    path = written(tmp_path, packed(huge.items(), zipfile.ZIP_DEFLATED))
    assert refusal(path) == f"its {INFO}/{file} is larger than {limit} bytes"


def test_a_bomb_that_understates_itself_uses_no_memory(make_plugin: PluginMaker) -> None:
    path = make_plugin.broken("bomb_understated")
    tracemalloc.start()
    try:
        with pytest.raises(hotplug.ArtifactError, match="is damaged, or not a wheel"):
            hotplug.open(path)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 32 * 1024**2  # of 1 GiB; the wheel itself is 1 MiB


def test_more_than_four_gib_are_refused_however_loosely_packed(tmp_path: Path) -> None:
    data = packed(members(**{"data.bin": b"", "more.bin": b""}).items())
    for name in ("data.bin", "more.bin"):
        data = declaring(data, name, size=0x9000_0000, packed=0x9000_0000)
    with pytest.raises(
        hotplug.ArtifactError, match=r"to 48\d{8} bytes: a plugin does not need that, a zip bomb does"
    ):
        hotplug.open(written(tmp_path, data))


def test_only_what_is_both_large_and_tightly_packed_is_a_bomb(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(members_module, "_RATIO_FREE", 1_000_000)
    monkeypatch.setattr(members_module, "_RATIO_LIMIT", 100)
    loose = bytes(range(256)) * 8000  # packs to a hundredth of a hundredth, unless it is stored
    for size, method, opens in (
        (900_000, zipfile.ZIP_DEFLATED, True),
        (2_000_000, zipfile.ZIP_STORED, True),
        (2_000_000, zipfile.ZIP_DEFLATED, False),
    ):
        path = written(tmp_path, packed(members(**{"data.bin": loose[:size]}).items(), method))
        if opens:
            hotplug.open(path).close()
        else:
            assert "a zip bomb does" in refusal(path)


def aliased(data: bytes, name: str, target: str) -> bytes:
    """Return a zip file whose directory says that a member lies where another one does, as one of its size."""
    changed = bytearray(data)
    with zipfile.ZipFile(BytesIO(data)) as archive:
        found = archive.getinfo(target)
    entry = data.rindex(b"PK\x01\x02", 0, data.rindex(name.encode()))
    for place, value in (
        (16, found.CRC),
        (20, found.compress_size),
        (24, found.file_size),
        (42, found.header_offset),
    ):
        struct.pack_into("<I", changed, entry + place, value)
    return bytes(changed)


def test_members_that_share_their_bytes_are_refused(tmp_path: Path) -> None:
    data = packed(recorded(members(**{"a.bin": bytes(99), "b.bin": bytes(99)})).items())
    assert refusal(written(tmp_path, aliased(data, "b.bin", "a.bin"))) == (
        "holds b.bin in the same bytes as a.bin: a zip bomb does that"
    )


def test_a_member_whose_bytes_hold_the_next_member_is_refused(tmp_path: Path) -> None:
    data = packed(members(**{"a.bin": bytes(99), "b.bin": bytes(99)}).items())
    grown = declaring(data, "a.bin", packed=200, size=200)  # as far as into what b.bin is
    assert refusal(written(tmp_path, grown)) == "holds b.bin in the same bytes as a.bin: a zip bomb does that"


def test_a_member_that_goes_on_into_the_directory_is_refused(tmp_path: Path) -> None:
    rest = {name: content for name, content in members().items() if name != RECORD}
    data = packed([*rest.items(), (RECORD, members()[RECORD])])
    grown = declaring(data, RECORD, packed=4000, size=4000)
    assert refusal(written(tmp_path, grown)) == f"is damaged: {RECORD} goes on into the list of members"


def test_a_member_that_overstates_its_size_is_damaged(tmp_path: Path) -> None:
    data = packed(members(**{"a.bin": bytes(99)}).items(), zipfile.ZIP_DEFLATED)
    assert refusal(written(tmp_path, declaring(data, "a.bin", size=100))).startswith(
        "is damaged, or not a wheel: "
    )


def test_more_members_than_a_plugin_has_are_refused_before_they_are_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(members_module, "_COUNT_LIMIT", 5)
    path = written(tmp_path, members(a=b""))
    hotplug.open(path).close()
    path = written(tmp_path, members(a=b"", b=b""))
    with monkeypatch.context() as patched:
        patched.setattr(zipped, "ZipFile", None)
        assert refusal(path) == "holds more than 5 members"


@pytest.mark.parametrize("name", ["a/" * 600 + "it.py", "a" * 256 + ".py", "é" * 128 + "/it.py"])
def test_a_path_that_no_file_system_takes_is_refused(name: str, tmp_path: Path) -> None:
    path = written(tmp_path, recorded({**members(), name: b""}))
    assert refusal(path) == f"holds a path that is too long, {name[:80] + '…'!r}"


@pytest.mark.parametrize(
    ("first", "second", "reason"),
    [
        ("a.py", "a.py/b.py", "holds a.py as a file and as a folder"),
        ("a", "a/b/c.py", "holds a as a file and as a folder"),
        ("sly-1.0.data/purelib/a", "a/b.py", "holds a as a file and as a folder"),
        ("sly-1.0.data/purelib/a.py", "sly-1.0.data/platlib/a.py", "holds two files for a.py"),
    ],
)
def test_two_members_for_one_place_are_refused_wherever_they_stand(
    first: str, second: str, reason: str, tmp_path: Path
) -> None:
    found = {"a!": b"", "a-b": b"", first: b"", second: b"", "a.pyx": b""}
    assert refusal(written(tmp_path, members(**found))) == reason


def on_a_forgetful_file_system(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let files be found under names that differ from theirs in case and in composition, as on macOS."""
    real = os.path.join

    def join(path: str, *parts: str) -> str:
        return real(path, *(unicodedata.normalize("NFD", part).casefold() for part in parts))

    monkeypatch.setattr("hotplug.artifacts.zipped.os.path.join", join)


@pytest.mark.parametrize(
    ("first", "second"),
    [("pkg/news.py", "pkg/News.py"), ("pkg/caf\u00e9.py", "pkg/cafe\u0301.py"), ("pkg/news", "PKG/NEWS/it.py")],
)
def test_names_that_the_file_system_takes_for_one_are_refused(first: str, second: str, tmp_path: Path) -> None:
    path = written(tmp_path, members(**{first: b"first", second: b"second"}))
    target = tmp_path / "target"
    target.mkdir()
    with pytest.MonkeyPatch.context() as patched:
        on_a_forgetful_file_system(patched)
        with pytest.raises(hotplug.ArtifactError) as caught:
            zipped.extract(path.read_bytes(), str(path), str(target))
    assert caught.value.reason == (
        f"holds {max(first, second)} and a name that this file system takes for the same: "
        "they differ in the case, or in the writing, of a letter"
    )
    hotplug.open(path).close()  # here they are two


def test_a_record_of_many_files_is_read(tmp_path: Path) -> None:
    files = {f"pkg/{'x' * 200}{number}.txt": b"" for number in range(18_000)}
    found = members(**files)
    assert len(found[RECORD]) > 4 * 1024**2
    text, native = zipped.declared(packed(found.items()), "sly-1.0-py3-none-any.whl")
    assert text.startswith("Metadata-Version")
    assert native == ()
