"""Plugins of a catalog in a PluginManager: those that can be are registered, of the others the reason is told."""

from __future__ import annotations

import re
import subprocess
import sys
import weakref
from collections.abc import Callable
from typing import Any

import pluggy
import pytest

import hotplug
from hotplug import Catalog
from hotplug.bridges.pluggy import register
from hotplug.events import Event, listen
from hotplug.testing import PluginMaker

Folder = Callable[..., Catalog[object]]
GROUP = "host.plugins"
HEAD = "import pluggy\nhookimpl = pluggy.HookimplMarker('host')\n"


def saying(words: str, options: str = "", before: str = "") -> str:
    return f"{HEAD}{before}\n@hookimpl{options}\ndef words(name):\n    return f'{words} {{name}}'\n"


def wheel(make: PluginMaker, name: str, source: str, reference: str = "", **options: Any) -> None:
    points = {GROUP: {name: reference or name}}
    make.wheel(name, {f"{name}.py": source}, entry_points=points, into="p", **options)


@pytest.fixture
def told() -> Any:
    events: list[Event] = []
    stop = listen(events.append)
    yield events
    stop()


def test_modules_and_objects_from_a_folder_of_wheels_are_called_as_plugins_are(
    make_plugin: PluginMaker, manager: pluggy.PluginManager, folder: Folder
) -> None:
    wheel(make_plugin, "french", saying("Bonjour"))
    wheel(make_plugin, "dutch", f"{HEAD}class Dutch:\n    @hookimpl\n    def words(self, name):\n        "
          "return 'Dag ' + name\nplugin = Dutch()\n", "dutch:plugin")  # fmt: skip
    with folder() as catalog, register(manager, catalog) as plugins:
        assert (list(plugins.plugins), plugins.failed, plugins.skipped) == (["dutch", "french"], {}, {})
        assert manager.hook.words(name="world") == ["Bonjour world", "Dag world"]
        assert dict(manager.list_name_plugin()) == plugins.plugins
        assert plugins.plugins["french"] is catalog.load("french")
    assert manager.list_name_plugin() == []
    assert manager.hook.words(name="world") == []


BROKEN = {
    "cannot be opened": (
        saying("x", before="raise ValueError('out of words')"),
        hotplug.ActivationError,
        "^failed to start: ValueError: out of words ",
    ),
    "exits": (
        saying("x", before="import sys; sys.exit(3)"),
        hotplug.ActivationError,
        "^failed to start: SystemExit: 3 ",
    ),
    "has no such symbol": (saying("x"), hotplug.SymbolNotFound, "'plugin'"),
    "does not fit the hooks": (
        f"{HEAD}@hookimpl\ndef words(name, volume): ...",
        hotplug.ActivationError,
        r"^does not fit the hooks of this host:\n(?s:.*)volume",
    ),
    "is a wrapper that does not yield": (
        f"{HEAD}@hookimpl(wrapper=True)\ndef words(name): ...",
        hotplug.ActivationError,
        "is not a generator function",
    ),
    "raises in a hook that is called at registration": (
        f"{HEAD}@hookimpl\ndef began(said): raise LookupError('late')",
        hotplug.ActivationError,
        "^cannot be registered: LookupError:\n  late$",
    ),
    "exits in a hook that is called at registration": (
        f"{HEAD}@hookimpl\ndef began(said): raise SystemExit('bye')",
        hotplug.ActivationError,
        "^cannot be registered: SystemExit:\n  bye$",
    ),
    "has a property that raises": (
        f"{HEAD}class P:\n    def __dir__(self): raise KeyError('dir')\nplugin = P()",
        hotplug.ActivationError,
        "^cannot be registered: KeyError:\n  'dir'$",
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", BROKEN)
def test_what_fails_is_left_out_told_and_unloaded_and_the_others_are_registered(
    kind: str,
    make_plugin: PluginMaker,
    manager: pluggy.PluginManager,
    folder: Folder,
    told: list[Event],
    caplog: pytest.LogCaptureFixture,
) -> None:
    source, error, reason = BROKEN[kind]
    said: list[str] = []
    manager.hook.began.call_historic(kwargs={"said": said})
    symbol = "bad:plugin" if "plugin =" in source or "symbol" in kind else "bad"
    caplog.set_level("INFO", "hotplug")
    wheel(make_plugin, "after", saying("Bonjour"))
    wheel(make_plugin, "bad", source, symbol)
    wheel(make_plugin, "zulu", saying("Sawubona"))
    with folder() as catalog:
        plugins = register(manager, catalog)
        assert list(plugins.plugins) == ["after", "zulu"]
        assert list(plugins.failed) == ["bad"]
        failure = plugins.failed["bad"]
        assert type(failure) is error
        assert failure.plugin == "bad"
        assert failure.remedy or error is not hotplug.ActivationError
        assert re.search(reason, failure.reason), failure.reason
        refused = [event for event in told if event.kind == "refused"]
        assert [(each.plugin, each.error, each.version) for each in refused] == [("bad", failure, "1.0")]
        assert "plugin bad 1.0 refused, " in caplog.text
        assert manager.hook.words(name="x") == ["Sawubona x", "Bonjour x"]
        assert [name for name, _ in manager.list_name_plugin()] == ["after", "zulu"]
        assert catalog.unload("bad").reason == "it was not loaded"
        assert list(plugins.close()) == ["zulu", "after"]


def test_a_broken_artifact_and_one_that_does_not_satisfy_the_contract_are_left_out(
    make_plugin: PluginMaker, manager: pluggy.PluginManager, folder: Folder, tmp_path: Any
) -> None:
    wheel(make_plugin, "good", saying("Bonjour"), "good:words")
    wheel(make_plugin, "bad", HEAD, "bad:words")
    wheel(make_plugin, "odd", "def words() -> int: ...", "odd:words")
    (tmp_path / "p" / "torn-1.0-py3-none-any.whl").write_bytes(b"PK\3\4junk")
    with Catalog(GROUP, Callable[[str], str], symbol="words", paths=[tmp_path / "p"], installed=False) as catalog:
        plugins = register(manager, catalog)
        assert {name: type(error) for name, error in plugins.failed.items()} == {
            "bad": hotplug.SymbolNotFound,
            "odd": hotplug.ContractError,
            "torn": hotplug.ArtifactError,
        }
        assert list(plugins.plugins) == ["good"]


def test_a_name_that_the_host_blocks_or_has_is_not_even_loaded(
    make_plugin: PluginMaker, manager: pluggy.PluginManager, folder: Folder
) -> None:
    for name in ("french", "dutch"):
        wheel(make_plugin, name, saying(name, before=make_plugin.tripwire(name)))
    manager.set_blocked("french")
    own = object()
    manager.register(own, "dutch")
    with folder() as catalog, register(manager, catalog) as plugins:
        assert plugins.skipped == {
            "dutch": "has the name of a plugin that the host has already",
            "french": "is blocked by the host",
        }
        assert (plugins.plugins, plugins.failed) == ({}, {})
        assert not plugins.add("french")
        manager.unblock("french")
        assert plugins.add("french")
        assert plugins.add("french")
        assert list(plugins.skipped) == ["dutch"]
    assert make_plugin.runs("french") == 1
    assert not make_plugin.ran("dutch")
    assert manager.list_name_plugin() == [("dutch", own)]


def test_what_the_operator_disables_is_skipped_and_a_policy_is_followed(
    make_plugin: PluginMaker, manager: pluggy.PluginManager, folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("french", "dutch", "swiss"):
        wheel(make_plugin, name, saying(name, before=make_plugin.tripwire(name)))
    policy = make_plugin.module(
        "hotplug.toml", '[plugins.dutch]\nenabled = false\n[plugins.swiss]\nboundary = "process"\n'
    )
    with folder(policy=policy) as catalog, register(manager, catalog) as plugins:
        assert list(plugins.plugins) == ["french"]
        assert plugins.skipped == {"dutch": f"is disabled by {policy}, line 2"}
        assert isinstance(plugins.failed["swiss"], hotplug.PolicyError)
    monkeypatch.setenv("HOTPLUG_SAFE_MODE", "1")
    with folder() as catalog, register(manager, catalog) as plugins:
        assert (plugins.plugins, plugins.failed) == ({}, {})
        assert set(plugins.skipped.values()) <= {"is disabled by HOTPLUG_SAFE_MODE"}
    assert [make_plugin.runs(name) for name in ("french", "dutch", "swiss")] == [1, 0, 0]


def test_one_object_under_two_names_is_registered_once(
    make_plugin: PluginMaker, manager: pluggy.PluginManager, folder: Folder
) -> None:
    points = {GROUP: {"one": "both", "two": "both"}}
    make_plugin.wheel("both", {"both.py": saying("Bonjour")}, entry_points=points, into="p")
    with folder() as catalog, register(manager, catalog) as plugins:
        assert list(plugins.plugins) == ["one"]
        assert plugins.failed["two"].reason.startswith(
            "cannot be registered: ValueError:\n  Plugin already registered"
        )
        assert manager.hook.words(name="x") == ["Bonjour x"]


def test_what_appears_later_is_added_and_what_was_removed_is_freed(
    make_plugin: PluginMaker, manager: pluggy.PluginManager, folder: Folder
) -> None:
    with folder() as catalog, register(manager, catalog) as plugins:
        wheel(make_plugin, "french", saying("Bonjour"))
        assert [plugins.add(name) for name in catalog.refresh().added] == [True]
        assert manager.hook.words(name="x") == ["Bonjour x"]
        module = weakref.ref(plugins.plugins["french"])
        report = plugins.remove("french")
        assert (report.unloaded, report.survivors) == (True, ())
        assert module() is None
        assert manager.hook.words(name="x") == []
        with pytest.raises(KeyError):
            plugins.remove("french")


def test_what_the_host_unregisters_itself_is_unloaded_at_the_end(
    make_plugin: PluginMaker, manager: pluggy.PluginManager, folder: Folder
) -> None:
    wheel(make_plugin, "french", saying("Bonjour"))
    with folder() as catalog:
        plugins = register(manager, catalog)
        manager.unregister(name="french")
        own = object()
        manager.register(own, "french")
        assert plugins.close()["french"].unloaded
        assert manager.get_plugin("french") is own


def test_an_unknown_hook_is_taken_away_before_the_host_would_end_over_it(
    make_plugin: PluginMaker, manager: pluggy.PluginManager, folder: Folder
) -> None:
    wheel(make_plugin, "bad", saying("x").replace("def words", "def wordz"))
    wheel(make_plugin, "fine", saying("x", "(optionalhook=True)").replace("def words", "def wordz"))
    wheel(make_plugin, "good", saying("Bonjour"))
    with folder() as catalog, register(manager, catalog) as plugins:
        with pytest.raises(pluggy.PluginValidationError, match="unknown hook 'wordz'"):
            manager.check_pending()
        plugins.check_pending()
        manager.check_pending()
        assert list(plugins.plugins) == ["fine", "good"]
        assert str(plugins.failed["bad"]) == (
            "bad: implements the hook 'wordz', which this host does not have, did you mean 'words'?\n"
            "  its author corrects the name, or marks it with optionalhook=True"
        )


def test_hooks_do_not_run_in_a_process_and_the_report_says_so(
    make_plugin: PluginMaker, manager: pluggy.PluginManager, folder: Folder
) -> None:
    wheel(make_plugin, "french", saying("Bonjour", before=make_plugin.tripwire()))
    (make_plugin.root / "p" / "torn-1.0-py3-none-any.whl").write_bytes(b"junk")
    with folder(boundary="process") as catalog, register(manager, catalog) as plugins:
        assert not make_plugin.ran()
        assert isinstance(plugins.failed["torn"], hotplug.ArtifactError)
        assert plugins.plugins == {}
        assert isinstance(plugins.failed["french"], hotplug.PolicyError)
        assert str(plugins.failed["french"]) == (
            "french: cannot be registered from a process: pluggy calls functions, and those of a module stay "
            "where the module is\n"
            '  run it inline (boundary="inline"), or give it a contract and call it without pluggy'
        )


def test_a_closed_catalog_is_no_failure_of_a_plugin(
    make_plugin: PluginMaker, manager: pluggy.PluginManager, folder: Folder
) -> None:
    wheel(make_plugin, "french", saying("Bonjour"))
    catalog = folder()
    catalog.close()
    with pytest.raises(hotplug.PluginClosed, match="the catalog was closed"):
        register(manager, catalog)


def test_ctrl_c_at_registration_passes_and_leaves_nothing_registered(
    make_plugin: PluginMaker, manager: pluggy.PluginManager, folder: Folder
) -> None:
    manager.hook.began.call_historic(kwargs={"said": []})
    wheel(make_plugin, "french", f"{HEAD}@hookimpl\ndef began(said): raise KeyboardInterrupt")
    with folder() as catalog:
        with pytest.raises(KeyboardInterrupt):
            register(manager, catalog)
        assert manager.list_name_plugin() == []
        assert catalog.unload("french").reason == "it was not loaded"


def test_ctrl_c_at_the_start_of_one_takes_those_before_it_away(
    make_plugin: PluginMaker, manager: pluggy.PluginManager, folder: Folder
) -> None:
    wheel(make_plugin, "dutch", saying("Dag"))
    wheel(make_plugin, "french", "raise KeyboardInterrupt")
    with folder() as catalog:
        with pytest.raises(KeyboardInterrupt):
            register(manager, catalog)
        assert manager.list_name_plugin() == []
        assert catalog.unload("dutch").reason == "it was not loaded"


def test_only_a_manager_is_registered_with(folder: Folder) -> None:
    with (
        folder() as catalog,
        pytest.raises(TypeError, match=r"^plugins are registered with a pluggy.PluginManager, "),
    ):
        register(3, catalog)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def test_the_bridge_needs_no_pluggy() -> None:
    program = (
        "import sys; sys.modules['pluggy'] = None; import hotplug.bridges.pluggy as b; print(b.register.__name__)"
    )
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert done.stdout == "register\n"
