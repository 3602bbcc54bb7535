from __future__ import annotations

import email
import re
import zipfile
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st
from installer.sources import WheelFile

from hotplug.build.wheel import Wheel
from hotplug.errors import BuildError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import random

FRENCH = Wheel(
    name="Greeter.French",
    version="1.0.0",
    files={"french.py": b"class Greeter: ...\n", "french_words/__init__.py": b""},
    entry_points={"greeter.plugins": {"french": "french:Greeter"}, "a.first": {"b": "french", "a": "french"}},
    requires=("hotplug-greeter>=1,<2", 'tomli; python_version < "3.11"'),
    requires_python=">=3.11",
    summary="Speaks français.",
)

PARTS = st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="/\\"), min_size=1, max_size=9)
PATHS = st.lists(
    PARTS.filter(lambda part: part not in {".", ".."} and part.isprintable()), min_size=1, max_size=3
).map("/".join)


def read(wheel: Wheel) -> zipfile.ZipFile:
    return zipfile.ZipFile(BytesIO(wheel.to_bytes()))


def test_the_file_name_is_normalised_as_the_specification_has_it() -> None:
    assert FRENCH.filename == "greeter_french-1.0.0-py3-none-any.whl"
    assert Wheel(name="a", version="1.0-post1", files={}).filename == "a-1.0.post1-py3-none-any.whl"


def test_record_is_last_and_files_are_sorted() -> None:
    with read(FRENCH) as archive:
        names = archive.namelist()
    assert names[:2] == ["french.py", "french_words/__init__.py"]
    assert [name.partition("/")[2] for name in names[2:]] == ["METADATA", "WHEEL", "entry_points.txt", "RECORD"]
    assert {name.partition("/")[0] for name in names[2:]} == {"greeter_french-1.0.0.dist-info"}


def test_metadata_says_what_was_given() -> None:
    with read(FRENCH) as archive:
        metadata = email.message_from_bytes(archive.read(f"{FRENCH.dist_info}/METADATA"))
    assert metadata["Name"] == "Greeter.French"
    assert metadata["Version"] == "1.0.0"
    assert metadata["Requires-Python"] == ">=3.11"
    assert metadata.get_all("Requires-Dist") == list(FRENCH.requires)


def test_entry_points_are_sorted_groups_of_sorted_names() -> None:
    with read(FRENCH) as archive:
        text = archive.read(f"{FRENCH.dist_info}/entry_points.txt").decode()
    assert text == "[a.first]\na = french\nb = french\n\n[greeter.plugins]\nfrench = french:Greeter\n"


def test_a_platform_tag_makes_it_platlib_and_is_spelled_out() -> None:
    wheel = Wheel(name="a", version="1", files={}, tag="py2.py3-none-linux_x86_64")
    with read(wheel) as archive:
        text = archive.read(f"{wheel.dist_info}/WHEEL").decode()
    assert "Root-Is-Purelib: false\nTag: py2-none-linux_x86_64\nTag: py3-none-linux_x86_64\n" in text


def test_every_member_has_the_same_time_and_mode(monkeypatch: pytest.MonkeyPatch) -> None:
    with read(FRENCH) as archive:
        assert {each.date_time for each in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {each.external_attr >> 16 for each in archive.infolist()} == {0o100644}
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    with read(FRENCH) as archive:
        assert {each.date_time for each in archive.infolist()} == {(2023, 11, 14, 22, 13, 20)}


@pytest.mark.parametrize(("seconds", "year"), [("0", 1980), ("99999999999", 2107), ("", 1980)])
def test_a_time_that_a_zip_cannot_hold_becomes_the_nearest(
    monkeypatch: pytest.MonkeyPatch, seconds: str, year: int
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", seconds)
    with read(FRENCH) as archive:
        assert archive.infolist()[0].date_time[0] == year


def test_a_time_that_is_no_number_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "yesterday")
    with pytest.raises(BuildError, match="SOURCE_DATE_EPOCH is 'yesterday', not a number of seconds"):
        FRENCH.to_bytes()


@given(files=st.dictionaries(PATHS, st.binary(max_size=30), max_size=6), seed=st.randoms(use_true_random=False))
def test_the_order_of_the_files_does_not_matter(files: dict[str, bytes], seed: random.Random) -> None:
    shuffled = list(files.items())
    seed.shuffle(shuffled)
    first = Wheel(name="a", version="1", files=files).to_bytes()
    assert Wheel(name="a", version="1", files=dict(shuffled)).to_bytes() == first


@given(files=st.dictionaries(PATHS, st.binary(max_size=30), max_size=6))
def test_installer_finds_record_and_contents_to_agree(files: dict[str, bytes]) -> None:
    wheel = Wheel(name="a", version="1", files=files)
    with TemporaryDirectory() as folder:
        path = Path(folder, wheel.filename)
        path.write_bytes(wheel.to_bytes())
        with WheelFile.open(path) as opened:
            opened.validate_record(validate_contents=True)
            found = {entry[0]: stream.read() for entry, stream, _ in opened.get_contents()}
    assert {name: found[name] for name in files} == files


@pytest.mark.parametrize("name", ["a\nb.txt", "a\u2028b.txt", "a\x85b.txt", "a\0b.txt"])
def test_a_file_name_that_cannot_be_printed_is_in_no_wheel(name: str) -> None:
    with pytest.raises(BuildError, match="the file name .* holds what cannot be printed") as caught:
        Wheel(name="a", version="1", files={name: b""}).to_bytes()
    assert repr(name) in str(caught.value)


def test_installer_validates_the_record(tmp_path: Path) -> None:
    path = tmp_path / FRENCH.filename
    path.write_bytes(FRENCH.to_bytes())
    with WheelFile.open(path) as wheel:
        wheel.validate_record(validate_contents=True)


@pytest.mark.parametrize("name", ["", "-a", "a b", "français", "a\n", "../a"])
def test_a_name_that_no_distribution_may_have_is_refused(name: str) -> None:
    with pytest.raises(BuildError, match="cannot name a distribution"):
        Wheel(name=name, version="1", files={})


def test_a_version_that_is_none_is_refused() -> None:
    with pytest.raises(BuildError, match=re.escape("'one' is not a version (PEP 440)")):
        Wheel(name="a", version="one", files={})


def test_a_line_break_cannot_smuggle_a_header_in() -> None:
    with pytest.raises(BuildError, match="a line break in the metadata"):
        Wheel(name="a", version="1", files={}, summary="nice\nRequires-Dist: evil")
    with pytest.raises(BuildError, match="a line break in the metadata"):
        Wheel(name="a", version="1", files={}, entry_points={"g": {"n": "a\n[h]"}})


def test_the_metadata_is_not_for_the_source_to_write() -> None:
    with pytest.raises(BuildError, match="for the writer"):
        Wheel(name="a", version="1", files={"a-1.dist-info/RECORD": b""}).to_bytes()


def test_a_file_name_that_is_not_unicode_is_named() -> None:
    with pytest.raises(BuildError, match=re.escape(r"b'a\xff.py' is not Unicode")):
        Wheel(name="a", version="1", files={"a\udcff.py": b""}).to_bytes()
