"""What hotplug reads itself, for speed, is held to the libraries that read it slowly."""

from __future__ import annotations

import os
import string
import sys
from configparser import ConfigParser
from email.parser import Parser
from importlib.metadata import PathDistribution
from pathlib import Path
from tempfile import TemporaryDirectory

import platformdirs
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name, parse_wheel_filename
from packaging.version import Version

from hotplug.artifacts import Declared, normalised
from hotplug.artifacts.metadata import EntryPoint, Metadata, compose, headers_of, parse, parse_entry_points
from hotplug.artifacts.requirement import only_for_extra, plain_requirement, satisfies
from hotplug.artifacts.wheel_name import parse_name
from hotplug.errors import ArtifactError
from hotplug.light import user_folder

releases = st.lists(st.integers(0, 12), min_size=1, max_size=4).map(lambda parts: ".".join(map(str, parts)))
versions = st.one_of(
    releases, st.builds("".join, st.tuples(releases, st.sampled_from(["rc1", ".post2", ".dev3", "+local", "a1"])))
)
comparisons = st.builds(
    "".join,
    st.tuples(
        st.sampled_from([">=", "<=", "==", "!=", "~=", ">", "<", "==="]), st.sampled_from(["", " "]), releases
    ),
)
specifiers = st.lists(comparisons, max_size=3).map(", ".join).filter(lambda text: _valid(f"a{text}"))
names = st.from_regex(r"[A-Za-z0-9]([A-Za-z0-9._-]{0,8}[A-Za-z0-9])?", fullmatch=True)
words = (
    st.text(string.ascii_letters + string.digits + " .,;:-_äß中", min_size=1, max_size=20)
    .map(str.strip)
    .filter(bool)
)


def _valid(requirement: str) -> bool:
    try:
        Requirement(requirement)
    except InvalidRequirement:
        return False
    return True


@given(versions, specifiers)
@example("1.0", "~=1.0")
@example("1", ">=1.0.0,<2")
@example("2.0.post1", ">2.0")
def test_a_version_satisfies_what_packaging_says(version: str, specifier: str) -> None:
    assert satisfies(version, specifier) == SpecifierSet(specifier).contains(Version(version), prereleases=True)


@pytest.mark.parametrize(("version", "specifier"), [("one", ">=1"), ("1.0", ">=one"), ("1.0", "=>1")])
def test_what_is_no_version_raises(version: str, specifier: str) -> None:
    with pytest.raises(ValueError, match="one|=>1"):
        satisfies(version, specifier)


@given(names, specifiers)
def test_a_plain_requirement_is_what_packaging_reads(name: str, specifier: str) -> None:
    plain = plain_requirement(f"{name}{specifier}")
    required = Requirement(f"{name}{specifier}")
    if plain is None:
        assert "===" in specifier or "~=" in specifier or required.extras
    else:
        assert plain[0] == canonicalize_name(required.name)
        assert SpecifierSet(plain[1]) == required.specifier


@pytest.mark.parametrize(
    "text", ["a[b]", "a; os_name == 'posix'", "a @ file:///b", "a >= 1.*", "a (>=1)", "", "-a", "a >= 1rc1"]
)
def test_what_is_not_plain_is_left_to_packaging(text: str) -> None:
    assert plain_requirement(text) is None


@given(names, names, st.sampled_from(["'", '"']), st.sampled_from(["", " "]), names)
def test_a_requirement_of_an_extra_alone_is_what_packaging_reads(
    name: str, extra: str, quote: str, space: str, other: str
) -> None:
    text = f"{name}>=1{space};{space}extra{space}=={space}{quote}{extra}{quote}"
    marker = Requirement(text).marker
    assert marker is not None
    assert only_for_extra(text) == (f"{name}>=1", extra)
    assert not marker.evaluate({"extra": ""})
    for each in (extra, other):
        assert marker.evaluate({"extra": each}) == (normalised(each) == normalised(extra))


@pytest.mark.parametrize(
    "marker",
    [
        "extra != 'b'",
        "extra == ''",
        "'b' == extra",
        "extra == 'b' and os_name == 'posix'",
        "extra == 'b' or 'c' == 'c'",
        "extra == 'b",
        "os_name == 'b'",
        "(extra == 'b')",
        "extra === 'b'",
    ],
)
def test_a_marker_that_says_more_is_left_to_packaging(marker: str) -> None:
    assert only_for_extra(f"a; {marker}") is None
    assert only_for_extra("a") is None


@given(names)
def test_names_are_normalised_as_packaging_does(name: str) -> None:
    assert normalised(name) == canonicalize_name(name)


@given(
    st.lists(st.tuples(st.sampled_from(["Summary", "Requires-Dist", "X-Other"]), words), max_size=6),
    st.sampled_from(["\n", "\r\n", "\r"]),
)
def test_headers_are_read_as_email_does(headers: list[tuple[str, str]], end: str) -> None:
    pairs = [("Name", "a"), ("Version", "1"), *headers]
    text = "".join(f"{key}: {value}{end}" for key, value in pairs)
    message = Parser().parsestr(text)
    found = parse(headers_of(f"{text}{end}Requires-Dist: of the body{end}"), fallback_name="")
    assert (found.name, found.version) == (message["Name"], message["Version"])
    assert found.summary == message["Summary"]
    assert list(found.requires) == (message.get_all("Requires-Dist") or [])


def test_a_folded_header_is_one_value() -> None:
    found = parse("Summary: one\n  two\n\tthree\nName:\n a\nRequires-Dist:\n b\n >=1", fallback_name="")
    assert (found.summary, found.name, found.requires) == ("one two three", "a", ("b >=1",))


@given(
    st.dictionaries(
        st.from_regex(r"[a-z][a-z.]{0,8}", fullmatch=True),
        st.dictionaries(
            st.from_regex(r"[a-z][\w.-]{0,8}", fullmatch=True),
            st.from_regex(r"[a-z]{1,5}(:[a-z]{1,5})?( ?\[[a-z]{1,3}\])?", fullmatch=True),
            max_size=3,
        ),
        max_size=3,
    )
)
def test_entry_points_are_read_as_importlib_metadata_does(groups: dict[str, dict[str, str]]) -> None:
    lines = ["# a comment", ""]
    for group, points in groups.items():
        lines += [f"[{group}]", *(f"{name} = {value}" for name, value in points.items()), ""]
    text = "\n".join(lines)
    with TemporaryDirectory() as folder:
        (Path(folder) / "entry_points.txt").write_text(text)
        reference = PathDistribution(Path(folder)).entry_points
    assert {(point.group, point.name, point.value) for point in parse_entry_points(text)} == {
        (point.group, point.name, point.value) for point in reference
    }
    config = ConfigParser(delimiters=("=",), strict=False)
    config.optionxform = str  # type: ignore[assignment, method-assign]
    config.read_string(text)
    assert {point.group for point in parse_entry_points(text)} <= set(config.sections())


@given(
    st.builds(
        Metadata,
        names,
        st.none() | versions,
        st.none() | words,
        st.none() | specifiers.filter(bool),
        st.lists(names).map(tuple),
        entry_points=st.lists(st.builds(EntryPoint, names, names, names)).map(tuple),
    )
)
def test_what_is_composed_is_parsed_again(metadata: Metadata) -> None:
    again = parse(compose(metadata), fallback_name="other")
    summary = None if metadata.summary is None else " ".join(metadata.summary.split())
    expected = Metadata(
        metadata.name,
        metadata.version,
        summary,
        metadata.requires_python,
        metadata.requires,
        entry_points=metadata.entry_points,
    )
    assert again == expected
    assert hash(again) == hash(expected)
    assert repr(again) == repr(expected)


anything = st.text(st.sampled_from("a :;=[]#\0\n\r\t\v\f\x1c\x85\u2028é\udc80") | st.characters())
declarations = st.builds(
    Metadata,
    anything,
    st.none() | anything,
    st.none() | anything,
    st.none() | anything,
    st.lists(anything).map(tuple),
    entry_points=st.lists(st.builds(EntryPoint, names, names, names)).map(tuple),
)


@given(declarations)
@example(Metadata("a", requires=("one\n", "two")))
def test_nothing_that_is_declared_gets_lost_in_the_text(metadata: Metadata) -> None:
    again = parse(compose(metadata), fallback_name="other")
    assert [bool(each) for each in again.requires] == [bool(each.strip()) for each in metadata.requires]
    assert (again.requires_python is None) == (metadata.requires_python is None)
    assert again.entry_points == metadata.entry_points


@given(declarations)
@example(Metadata(" a  b "))
def test_what_an_artifact_tells_of_its_text_is_what_the_text_means(metadata: Metadata) -> None:
    for declared in (Declared(compose(metadata), "other"), Declared(compose(metadata), "other", metadata)):
        assert declared.name == declared.metadata.name
        needs = len(declared.metadata.requires) + (declared.metadata.requires_python is not None)
        assert len(declared.asks().splitlines()) == needs


def test_comments_and_what_is_no_offer_are_passed_over() -> None:
    assert parse_entry_points("x = y:z\n# one\n[a]\n; two\nb = c:d\nno sense") == [EntryPoint("a", "b", "c:d")]


@pytest.mark.parametrize(
    "name",
    [
        "eng-1.0-py3-none-any.whl",
        "a_b-1.0-1build-py2.py3-none-any.whl",
        "x-2.0+l.1-cp311-abi3-linux_x86_64.macosx_11_0_arm64.whl",
    ],
)
def test_the_name_of_a_wheel_is_split_as_packaging_does(name: str) -> None:
    distribution, version, _, tags = parse_wheel_filename(name)
    found = parse_name(name)
    assert canonicalize_name(found.distribution) == distribution
    assert Version(found.version) == version
    assert set(found.tags) == {str(tag) for tag in tags}


@pytest.mark.parametrize(
    "name", ["eng.whl", "eng-1.0.whl", "a-b-c-d-e-f-g.whl", "a--py3-none-any.whl", "a-1-py3-none-any\n.whl"]
)
def test_what_is_not_the_name_of_a_wheel_is_refused(name: str) -> None:
    with pytest.raises(ArtifactError, match="is not the name of a wheel"):
        parse_name(name)


@pytest.mark.parametrize(
    "variables",
    [
        {},
        {"XDG_CACHE_HOME": "/c", "XDG_CONFIG_HOME": "/e", "XDG_DATA_HOME": "/d"},
        {"XDG_CACHE_HOME": " ", "XDG_CONFIG_HOME": "rel", "XDG_DATA_HOME": "rel/ative"},
    ],
)
def test_folders_are_those_of_platformdirs(variables: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert user_folder("cache", "some") == platformdirs.user_cache_dir("some", appauthor=False)
    assert user_folder("config", "some") == platformdirs.user_config_dir("some", appauthor=False)
    assert user_folder("data", "some") == platformdirs.user_data_dir("some", appauthor=False)
    monkeypatch.setattr(sys, "platform", "darwin")
    assert (
        os.path.basename(user_folder("config", "some")) == os.path.basename(user_folder("data", "some")) == "some"
    )
