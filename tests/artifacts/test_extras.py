"""Requirements with extras: what an installed distribution declares for them is needed too."""

from __future__ import annotations

import os

import pytest

import hotplug
from hotplug.testing import PluginMaker

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

MORE = 'websockets>=10.4; extra == "standard"'


def reasons(make_plugin: PluginMaker, *requires: str, provides: Mapping[str, str] | None = None) -> list[str]:
    """Return why a wheel with these requirements does not fit; nothing if it opens."""
    path = make_plugin.wheel("picky", {"picky.py": make_plugin.tripwire("picky")}, requires=requires)
    before = make_plugin.runs("picky")
    try:
        hotplug.open(path, provides=provides).close()
    except hotplug.CompatibilityError as error:
        assert make_plugin.runs("picky") == before
        return list(error.reasons)
    return []


def test_what_an_extra_of_the_hosts_distribution_needs_is_needed(make_plugin: PluginMaker) -> None:
    make_plugin.installed("uvicorn", {"uvicorn.py": ""}, requires=["click>=999", MORE])
    assert reasons(make_plugin, "uvicorn[standard]>=0.2") == [
        "it needs uvicorn[standard]>=0.2, which needs websockets>=10.4, which is not installed"
    ]
    assert reasons(make_plugin, "uvicorn>=0.2") == []
    make_plugin.installed("websockets", {"websockets.py": ""}, version="9.0")
    assert reasons(make_plugin, "uvicorn[standard]>=0.2") == [
        "it needs uvicorn[standard]>=0.2, which needs websockets>=10.4, installed is websockets 9.0"
    ]
    make_plugin.installed("websockets", {"websockets.py": ""}, version="10.4")
    assert reasons(make_plugin, "uvicorn[standard]>=0.2") == []


@pytest.mark.parametrize("spelling", ["Some-Extra", "some_extra", "some.extra"])
def test_an_extra_is_known_in_any_spelling(spelling: str, make_plugin: PluginMaker) -> None:
    make_plugin.installed("big", {"big.py": ""}, requires=['nowhere; extra == "some-extra"'])
    assert reasons(make_plugin, f"big[{spelling}]") == [
        f"it needs big[{spelling}], which needs nowhere, which is not installed"
    ]


@pytest.mark.parametrize(
    ("marker", "needed"),
    [
        ("extra == 'more' and python_version >= '3'", True),
        ("extra == 'more' and python_version < '3'", False),
        ("extra == 'other'", False),
        ("extra == 'more' or extra == 'other'", True),
        ("python_version >= '3'", False),  # needed in any case: the installer's affair
        ("extra != 'more'", False),
    ],
)
def test_markers_are_evaluated_with_the_extra(marker: str, needed: bool, make_plugin: PluginMaker) -> None:
    make_plugin.installed("big", {"big.py": ""}, requires=[f"nowhere>=1; {marker}", "elsewhere"])
    expected = ["it needs big[more], which needs nowhere>=1, which is not installed"] if needed else []
    assert reasons(make_plugin, "big[more]") == expected


def test_an_extra_that_is_not_declared_needs_nothing(make_plugin: PluginMaker) -> None:
    make_plugin.installed("big", {"big.py": ""}, requires=[MORE])
    assert reasons(make_plugin, "big[none]") == []


def test_extras_of_extras_are_followed_and_the_chain_is_named(make_plugin: PluginMaker) -> None:
    make_plugin.installed("one", {"one.py": ""}, requires=["two[b]; extra == 'a'"])
    make_plugin.installed("two", {"two.py": ""}, requires=["three>=3; extra == 'b'", "four; extra == 'b'"])
    start = "it needs one[a], which needs two[b], which needs"
    assert reasons(make_plugin, "one[a]") == [
        f"{start} three>=3, which is not installed",
        f"{start} four, which is not installed",
    ]


def test_a_circle_of_extras_comes_to_an_end(make_plugin: PluginMaker) -> None:
    make_plugin.installed("one", {"one.py": ""}, requires=["two[b]; extra == 'a'", "x1; extra == 'a'"])
    make_plugin.installed("two", {"two.py": ""}, requires=["one[A]; extra == 'b'", "x2; extra == 'b'"])
    assert reasons(make_plugin, "one[a]", "two[b]") == [
        "it needs one[a], which needs two[b], which needs x2, which is not installed",
        "it needs one[a], which needs x1, which is not installed",
    ]


def test_all_of_a_distribution_means_each_of_its_extras(make_plugin: PluginMaker) -> None:
    requires = ["big[a,b]; extra == 'all'", "needs-a; extra == 'a'", "needs-b; extra == 'b'"]
    make_plugin.installed("big", {"big.py": ""}, requires=requires)
    start = "it needs big[all], which needs big[a,b], which needs"
    assert reasons(make_plugin, "big[all]") == [
        f"{start} needs-a, which is not installed",
        f"{start} needs-b, which is not installed",
    ]


def test_an_extra_of_the_plugins_own_name_is_its_own(make_plugin: PluginMaker) -> None:
    requires = ["Picky[a]; python_version >= '3'", "nowhere>=1; extra == 'a'", "elsewhere; extra == 'b'"]
    assert reasons(make_plugin, *requires) == [
        f"it needs {requires[0]}, which needs nowhere>=1, which is not installed"
    ]
    assert reasons(make_plugin, "picky[b]", *requires[1:]) == [
        "it needs picky[b], which needs elsewhere, which is not installed"
    ]


def test_an_extra_that_leads_back_to_the_plugin_is_met_by_it(make_plugin: PluginMaker) -> None:
    make_plugin.installed("big", {"big.py": ""}, requires=["picky>=7; extra == 'plugins'"])
    assert reasons(make_plugin, "big[plugins]") == []


def test_what_the_host_provides_has_all_its_extras(make_plugin: PluginMaker) -> None:
    make_plugin.installed("uvicorn", {"uvicorn.py": ""}, requires=[MORE])
    assert reasons(make_plugin, "uvicorn[standard]>=0.2", provides={"uvicorn": "1.0"}) == []
    assert reasons(make_plugin, "uvicorn[standard]>=2", provides={"uvicorn": "1.0"}) == [
        "it needs uvicorn[standard]>=2, the host gives uvicorn 1.0"
    ]
    assert reasons(make_plugin, "uvicorn[standard]", provides={"websockets": "11"}) == []


def test_a_requirement_of_an_extra_that_is_none_is_a_reason(make_plugin: PluginMaker) -> None:
    make_plugin.installed("big", {"big.py": ""}, requires=["!", "a; os_name ~= 'posix' and extra == 'more'"])
    invalid, undecided = reasons(make_plugin, "big[more]")
    assert invalid.startswith("it needs big[more], whose requirement '!' is not valid: ")
    assert undecided.startswith("it needs big[more], whose requirement \"a; os_name ~= 'posix' and extra == ")


def test_everything_that_is_missing_is_said_with_its_way_out(make_plugin: PluginMaker) -> None:
    make_plugin.installed("big", {"big.py": ""}, requires=["tool>=2; extra == 'more'"])
    make_plugin.installed("old", {"old.py": ""}, version="1.0")
    for name, version in (("tool", "1.0"), ("tool", "2.5"), ("tool", "2.0"), ("old", "2.0"), ("lonely", "1.0")):
        make_plugin.wheel(name, {f"{name}.py": ""}, version=version)
    make_plugin.wheel("odd", {"odd.py": ""}).rename(make_plugin.root / "odd-odd-py3-none-any.whl")
    found = reasons(make_plugin, "big[more]", "old>=2", "lonely>=3", "odd", "none")
    way_out = "{0} lies beside it: pip install " + str(make_plugin.root) + "/{0}"
    assert found == [
        f"it needs {each}"
        for each in (
            "big[more], which needs tool>=2, which is not installed; "
            + way_out.format("tool-2.5-py3-none-any.whl"),
            "old>=2, installed is old 1.0; " + way_out.format("old-2.0-py3-none-any.whl"),
            "lonely>=3, which is not installed",
            "odd, which is not installed",
            "none, which is not installed",
        )
    ]


def test_a_folder_that_cannot_be_listed_has_no_siblings(
    make_plugin: PluginMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = make_plugin.wheel("picky", {"picky.py": ""}, requires=["none"])
    real = os.listdir

    def listdir(folder: str) -> list[str]:
        if folder == str(path.parent):
            raise PermissionError
        return real(folder)

    monkeypatch.setattr(os, "listdir", listdir)
    with pytest.raises(hotplug.CompatibilityError, match="it needs none, which is not installed$"):
        hotplug.open(path)
