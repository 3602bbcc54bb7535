"""Requirements and pyproject.toml from people who mean no good, or mean something odd."""

from __future__ import annotations

import os

import pytest

import hotplug
from hotplug.artifacts import locate
from hotplug.testing import PluginMaker
from hotplug.trust.verified import reading

NOWHERE = "no-such-distribution-anywhere"


def reasons(make_plugin: PluginMaker, *requires: str) -> tuple[str, ...]:
    """Return why a wheel with these requirements does not fit; nothing if it opens."""
    path = make_plugin.wheel("picky", {"picky.py": make_plugin.tripwire("picky")}, requires=requires)
    try:
        hotplug.open(path).close()
    except hotplug.CompatibilityError as error:
        assert not make_plugin.ran("picky")
        return error.reasons
    return ()


@pytest.mark.parametrize(
    "marker",
    ["python_version < '3'", "extra == 'dev'", "sys_platform == 'plan9'", "'x' == os_name"],
)
def test_a_requirement_whose_marker_does_not_apply_is_none(marker: str, make_plugin: PluginMaker) -> None:
    assert reasons(make_plugin, f"{NOWHERE}>=2; {marker}") == ()


@pytest.mark.parametrize("marker", ["python_version >= '3'", "extra != 'dev'", "extra == ''"])
def test_a_requirement_whose_marker_applies_is_one(marker: str, make_plugin: PluginMaker) -> None:
    text = f"{NOWHERE}>=2; {marker}"
    assert reasons(make_plugin, text) == (f"it needs {text}, which is not installed",)


@pytest.mark.parametrize("marker", ["os_name ~= 'posix'", "python_version ~= 'a.b'"])
def test_a_comparison_without_meaning_is_a_reason(marker: str, make_plugin: PluginMaker) -> None:
    text = f"{NOWHERE}; {marker}"
    undecided, missing = reasons(make_plugin, text, f"{NOWHERE}>=1")
    assert undecided.startswith(f"its requirement {text!r} cannot be decided: Undefined ")
    assert missing == f"it needs {NOWHERE}>=1, which is not installed"


def test_parentheses_without_end_are_a_reason_in_a_line_that_can_be_read(make_plugin: PluginMaker) -> None:
    text = f"{NOWHERE}; {'(' * 5000}os_name == 'posix'{')' * 5000}"
    (reason,) = reasons(make_plugin, text)
    assert reason.startswith(f"its requirement {text[:200] + '…'!r} ")
    assert len(reason) < 500
    assert "\n" not in reason


def test_a_requirement_that_is_none_is_a_reason_beside_the_others(make_plugin: PluginMaker) -> None:
    first, second = reasons(make_plugin, "!", f"{NOWHERE}[extra]")
    assert first.startswith("its requirement '!' is not valid: ")
    assert second == f"it needs {NOWHERE}[extra], which is not installed"


def test_a_requirement_of_several_lines_hides_none_after_it(make_plugin: PluginMaker) -> None:
    project = f'[project]\nname = " odd\\n\\tname "\ndependencies = ["packaging\\n>=1\\n", "{NOWHERE}"]\n'
    folder = make_plugin.folder("picky", {"pyproject.toml": project, "src/picky.py": ""})
    for artifact in (locate(folder), reading(folder).verified()):
        assert artifact.name == artifact.metadata.name == "odd name"
        with pytest.raises(hotplug.CompatibilityError) as caught:
            hotplug.open(folder, pin=artifact.digest() if artifact.verified else None)
        assert caught.value.reasons == (f"it needs {NOWHERE}, which is not installed",)


@pytest.mark.parametrize("name", ["a  b.py", " a.py", "a\nb.py"])
def test_a_file_is_called_the_same_with_a_pin_and_without(name: str, make_plugin: PluginMaker) -> None:
    path = make_plugin.module(name, "")
    with hotplug.open(path) as plugin, hotplug.open(path, pin=plugin.digest) as pinned:
        assert plugin.name == pinned.name == pinned.artifact.metadata.name == name.removesuffix(".py")


def test_versions_that_are_none_are_a_reason(make_plugin: PluginMaker) -> None:
    path = make_plugin.wheel("picky", {"picky.py": ""}, requires=["my-host>=1"], requires_python="3 or so")
    with pytest.raises(hotplug.CompatibilityError) as caught:
        hotplug.open(path, provides={"my-host": "the newest"})
    python, host = caught.value.reasons
    assert python.startswith("its Requires-Python is not valid: ")
    assert host.startswith("it needs my-host>=1: ")
    assert "the newest" in host


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (f"x = {'[' * 5000}{']' * 5000}", "pyproject.toml is not valid TOML: "),
        (f"x = {'9' * 10_000}", "pyproject.toml is not valid TOML: "),
        (b"\xff\xfe", "pyproject.toml is not valid TOML: 'utf-8' codec can't decode"),
        ("x = 1\0", "pyproject.toml is not valid TOML: "),
        (
            "[project.entry-points.greeter.plugins]\na = 'b:c'",
            "project.entry-points.greeter.plugins in pyproject.toml must be a string; quote the name of a group",
        ),
        ("[[project]]\nname = 'a'", "project in pyproject.toml must be a table"),
        ("[project]\nentry-points = 3", "project.entry-points in pyproject.toml must be a table"),
        ("[project]\nversion = 1.0", "project.version in pyproject.toml must be a string"),
        ("[project]\ndependencies = [1]", "project.dependencies in pyproject.toml must be a string"),
    ],
)
def test_a_pyproject_that_cannot_be_read_is_refused(
    text: str | bytes, reason: str, make_plugin: PluginMaker
) -> None:
    path = make_plugin.folder("odd", {"odd.py": make_plugin.tripwire("odd"), "pyproject.toml": text})
    with pytest.raises(hotplug.ArtifactError) as caught:
        hotplug.open(path)
    assert caught.value.reason.startswith(reason)
    assert caught.value.plugin == "odd"
    assert not make_plugin.ran("odd")


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("pipe", "pyproject.toml is no regular file"),
        ("folder", "pyproject.toml is no regular file"),
        ("dangling", "pyproject.toml cannot be read: No such file or directory"),
        ("circle", "pyproject.toml cannot be read: Too many levels of symbolic links"),
    ],
)
def test_a_pyproject_that_is_no_file_is_refused(kind: str, reason: str, make_plugin: PluginMaker) -> None:
    path = make_plugin.folder("odd", {"odd.py": make_plugin.tripwire("odd")})
    place = path / "pyproject.toml"
    if kind == "pipe":
        os.mkfifo(place)  # whoever opened it would wait for ever
    elif kind == "folder":
        place.mkdir()
    else:
        place.symlink_to(place if kind == "circle" else path / "gone.toml")
    with pytest.raises(hotplug.ArtifactError) as caught:
        hotplug.open(path)
    assert (caught.value.reason, caught.value.plugin) == (reason, "odd")
    assert not make_plugin.ran("odd")


def test_an_installed_record_with_a_field_without_end_is_refused(make_plugin: PluginMaker) -> None:
    installation = make_plugin.installed("french", {"french.py": "value = 1"})
    with (installation.dist_info / "RECORD").open("a") as file:
        file.write("x" * 200_000)
    with pytest.raises(hotplug.ArtifactError, match="^french: its RECORD cannot be read: field larger than"):
        hotplug.open(hotplug.installed("french"))


@pytest.mark.parametrize("source", ["raise ValueError('half')", "import french.part\nraise SystemExit"])
def test_an_installed_distribution_that_fails_to_start_leaves_no_part_of_it(
    source: str, make_plugin: PluginMaker
) -> None:
    installation = make_plugin.installed("french", {"french/__init__.py": source, "french/part.py": ""})
    with pytest.raises(hotplug.ActivationError, match="^french: failed to start: (ValueError: half|SystemExit)"):
        hotplug.open(hotplug.installed("french"))
    package = installation.source / "french" / "__init__.py"
    package.write_text("from french.part import value")
    (installation.source / "french" / "part.py").write_text("value = 22")
    with hotplug.open(hotplug.installed("french")) as plugin:
        assert plugin.lookup("french:value") == 22


def test_what_stands_in_the_place_of_an_installed_distribution_does_not_run(make_plugin: PluginMaker) -> None:
    make_plugin.installed("french", {"french.py": "value = 1"})
    make_plugin.installed("impostor", {"french.py": make_plugin.tripwire("impostor")})
    with pytest.raises(hotplug.ActivationError, match="the name 'french' leads to .*, which is not part of it"):
        hotplug.open(hotplug.installed("french"))
    assert not make_plugin.ran("impostor")
