"""An installed distribution that is asked for as a copy of its own."""

from __future__ import annotations

import pytest

import hotplug
from hotplug.artifacts import locate
from hotplug.artifacts.compatibility import objections
from hotplug.artifacts.installed import installed
from hotplug.testing import PluginMaker

FILES: dict[str, str | bytes] = {
    "french/__init__.py": "value = 1",
    "french/fast.cpython-311-x86_64-linux-gnu.so": b"\x7fELF",
}


@pytest.mark.parametrize("editable", [False, True])
def test_a_private_copy_is_what_is_installed(editable: bool, make_plugin: PluginMaker) -> None:
    make_plugin.installed("french", FILES, editable=editable)
    shared, private = installed("french"), installed("French", private=True)
    assert (shared.kind, shared.private) == ("installed", False)
    assert (private.kind, private.private) == ("installed", True)
    assert (private.path, private.metadata, private.digest()) == (shared.path, shared.metadata, shared.digest())
    assert list(private.tree().files) == list(shared.tree().files)
    assert private.tree().root_module == shared.tree().root_module == "french"


@pytest.mark.parametrize("editable", [False, True])
def test_only_a_private_copy_may_have_no_extension_modules(editable: bool, make_plugin: PluginMaker) -> None:
    make_plugin.installed("french", FILES, editable=editable)
    assert installed("french").native() == ()
    assert objections(installed("french"), {}) == []
    private = installed("french", private=True)
    (module,) = private.native()
    assert module == "french/fast.cpython-311-x86_64-linux-gnu.so"
    assert objections(private, {}) == [
        f"it carries native modules ({module}), which cannot be private to a plugin: open it without private=True"
    ]


@pytest.mark.parametrize("private", [False, True])
def test_an_artifact_that_is_located_anew_is_as_private_as_before(private: bool, make_plugin: PluginMaker) -> None:
    make_plugin.installed("french", FILES)
    again = locate(installed("french", private=private))
    assert (again.kind, again.private) == ("installed", private)


def test_all_else_is_private(make_plugin: PluginMaker) -> None:
    paths = [
        make_plugin.module("a.py", ""),
        make_plugin.folder("b", {"__init__.py": ""}),
        make_plugin.wheel("c", {"c.py": ""}),
    ]
    assert [locate(path).private for path in paths] == [True] * 3


def test_native_modules_of_a_wheel_are_refused_with_the_way_out(make_plugin: PluginMaker) -> None:
    path = make_plugin.wheel("french", FILES)
    with pytest.raises(hotplug.CompatibilityError, match="install it and open it with hotplug.installed()"):
        hotplug.open(path)


def test_libraries_that_are_loaded_by_their_path_are_no_modules(make_plugin: PluginMaker) -> None:
    source = "import pathlib\nfound = pathlib.Path(__file__, '../bin/libvoice-0.x64.dll').resolve().read_bytes()\n"
    libraries = ("libvoice-0.x64.dll", "libvoice.dylib", "lib-voice.so")
    files: dict[str, str | bytes] = {f"french/bin/{name}": b"not even native" for name in libraries}
    with hotplug.open(make_plugin.wheel("french", {"french/__init__.py": source, **files})) as plugin:
        assert plugin.lookup("found") == b"not even native"
