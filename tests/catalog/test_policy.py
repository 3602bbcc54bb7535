"""What a policy decides of a catalog: places, who is enabled, boundaries, limits; what the environment does."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

import hotplug
from greeter import Greeter
from hotplug import Catalog, Limits, PluginDisabled, PluginNotFound, Policy, PolicyError, TrustError
from hotplug.policy.editing import set_enabled
from hotplug.policy.file import PluginPolicy
from hotplug.testing import PluginMaker

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path

GROUP = "greeter.plugins"


def speaking(words: str) -> str:
    return f"class Greeting:\n    def greet(self) -> str: return {words!r}\nGreeter = Greeting()\n"


@pytest.fixture
def file(tmp_path: Path, make_plugin: PluginMaker) -> Path:
    """A policy in a folder with a few plugins, which says only where they are."""
    for name in ("french", "russian", "english"):
        make_plugin.module(f"p/{name}.py", speaking(name))
    make_plugin.module("last/english.py", speaking("host's english"))
    path = tmp_path / "hotplug.toml"
    path.write_text('paths = ["p"]\n')
    return path


def catalog(file: Path | Policy, **options: object) -> Catalog[Greeter]:
    options = {"installed": False, **options}
    return Catalog(GROUP, Greeter, policy=file, **options)  # type: ignore[arg-type]


def test_a_disabled_plugin_is_shown_and_not_loaded_and_no_other_has_its_name(file: Path) -> None:
    with file.open("a") as more:
        more.write("[plugins.english]\nenabled = false\n")
    with catalog(file, fallback=[file.parent / "last"]) as found:
        by = f"{file}, line 3"
        assert [(each.name, each.status) for each in found.entries()] == [
            ("english", f"disabled: by {by}"),
            ("french", "ready"),
            ("russian", "ready"),
            ("english", f"disabled: by {by}"),
        ]
        for ask in (found.load, found.open, found.reload):
            with pytest.raises(PluginDisabled) as caught:
                ask("english")
            assert str(caught.value) == (f"english: is disabled by {by}\n  hotplug enable --policy {file} english")
        assert list(found) == ["english", "french", "russian"]
        assert not found["english"].ready
        loads = found.load_all()
        assert (list(loads.loaded), list(loads.failed)) == (["french", "russian"], [])
        assert {name: error.by for name, error in loads.disabled.items()} == {"english": by}


def test_the_environment_disables_too(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOTPLUG_DISABLE", " french,, klingon")
    with Catalog(GROUP, Greeter, paths=[file.parent / "p"], installed=False) as found:
        assert found["french"].status == "disabled: by HOTPLUG_DISABLE"
        with pytest.raises(PluginDisabled, match="french: is disabled by HOTPLUG_DISABLE\n  take it out of"):
            found.load("french")
        assert found.load("russian").greet() == "russian"
        assert found.unmatched() == {"klingon": "HOTPLUG_DISABLE"}


def test_names_are_compared_exactly(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOTPLUG_DISABLE", "French")
    with catalog(file) as found:
        assert found.load("french").greet() == "french"
        assert list(found.unmatched()) == ["French"]


def test_safe_mode_offers_only_the_fallback(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOTPLUG_SAFE_MODE", "1")
    with catalog(file, fallback=[file.parent / "last"]) as found:
        assert [(each.name, each.status) for each in found.entries()] == [
            ("english", "disabled: by HOTPLUG_SAFE_MODE"),
            ("french", "disabled: by HOTPLUG_SAFE_MODE"),
            ("russian", "disabled: by HOTPLUG_SAFE_MODE"),
            ("english", "ready"),
        ]
        assert found.load("english").greet() == "host's english"
        for name in ("french", "klingon"):
            with pytest.raises(PluginDisabled, match=f"{name}: is disabled by HOTPLUG_SAFE_MODE\n  unset"):
                found.load(name)
        with pytest.raises(PluginDisabled):
            found.reload("french")
        with pytest.raises(PluginNotFound):
            found["klingon"]


def test_in_safe_mode_installed_plugins_are_named_and_not_read(
    make_plugin: PluginMaker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_plugin.installed("site", {"s.py": speaking("s")}, entry_points={GROUP: {"norse": "s:Greeter"}})
    monkeypatch.setenv("HOTPLUG_SAFE_MODE", "1")
    with Catalog(GROUP, Greeter) as found:
        assert found["norse"].status == "disabled: by HOTPLUG_SAFE_MODE"
        assert found["norse"].version is None
        with pytest.raises(PluginDisabled):
            found.load("norse")


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("HOTPLUG_SAFE_MODE", "yes", "HOTPLUG_SAFE_MODE is 'yes' in the environment\n  set it to 1, or unset it"),
        (
            "HOTPLUG_DISABLE",
            "*",
            "HOTPLUG_DISABLE is '*' in the environment, and takes names\n  HOTPLUG_SAFE_MODE=1",
        ),
    ],
)
def test_values_that_mean_nothing_are_refused(
    variable: str, value: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(PolicyError) as caught:
        Catalog(GROUP, Greeter)
    assert str(caught.value).startswith(said)


@pytest.mark.parametrize("value", ["", "0"])
def test_values_that_mean_no(value: str, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOTPLUG_SAFE_MODE", value)
    monkeypatch.setenv("HOTPLUG_DISABLE", " , ")
    with catalog(file) as found:
        assert found.load("french").greet() == "french"


def test_the_policys_places_come_around_the_hosts(file: Path, make_plugin: PluginMaker, tmp_path: Path) -> None:
    for folder in ("a", "b", "c", "d"):
        for name in "abcd"[: ord(folder) - ord("a") + 1]:
            make_plugin.module(f"{folder}/{name}.py", speaking(f"{folder} {name}"))
    file.write_text('paths = ["a"]\nfallback = ["d"]\n')
    with catalog(file, paths=[tmp_path / "b"], fallback=[tmp_path / "c"]) as found:
        assert [found.load(name).greet() for name in "abcd"] == ["a a", "b b", "c c", "d d"]


def test_relative_paths_are_those_of_the_file_wherever_one_is(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    found = Catalog(GROUP, Greeter, policy=file.name, installed=False)
    monkeypatch.chdir("/")
    assert found.load("french").greet() == "french"
    assert not found.refresh()
    found.close()


def test_boundaries_are_mixed_and_limits_are_merged(file: Path) -> None:
    with file.open("a") as more:
        more.write(
            '[limits]\ndeadline = 5\n[plugins.french]\nboundary = "process"\nlimits = { concurrency = 2 }\n'
            '[plugins.russian]\nboundary = "inline"\n'
        )
    with catalog(file) as found:
        french, russian = found.open("french"), found.open("russian")
        assert (french.boundary, russian.boundary) == ("process", "inline")
        wanted = Limits(deadline=5.0, concurrency=2)
        with hotplug.open(french.artifact, boundary="process", limits=wanted) as same:
            assert french == same
        assert found.load("french").greet() == "french"
    for each in (french, russian):
        each.close()


def test_what_the_policy_does_not_bound_the_argument_does(file: Path) -> None:
    file.write_text('paths = ["p"]\nlimits = { deadline = 5 }\nplugins.russian.boundary = "inline"\n')
    with catalog(file, boundary="process", limits=Limits(start=20, deadline=1)) as found:
        french, russian = found.open("french"), found.open("russian")
        wanted = Limits(start=20, deadline=5)
        with hotplug.open(french.artifact, boundary="process", limits=wanted) as same:
            assert french == same
        assert russian.boundary == "inline"
    for each in (french, russian):
        each.close()


def test_native_code_is_judged_by_the_plugins_own_boundary(
    file: Path, make_plugin: PluginMaker, tmp_path: Path
) -> None:
    for name in ("there", "here"):
        make_plugin.wheel(name, {f"{name}.py": speaking(name), f"{name}_native.so": ""}, into="p")
    file.write_text('paths = ["p"]\n[plugins.there]\nboundary = "process"\n')
    with catalog(file) as found:
        assert found["there"].status == "ready"
        assert "native modules" in found["here"].status


@pytest.mark.parametrize(
    ("text", "options", "said"),
    [
        ('group = "other"\n', {}, "line 1: is for plugins of the group 'other', this host's are of the group 'gr"),
        ("[plugins.french.limits]\ndeadline = 1\n", {}, "line 1: an inline plugin has no limits"),
        ('boundary = "inline"\nboundary = "process"\n', {}, "line 2, column 21: is no TOML: Cannot overwrite"),
    ],
)
def test_a_policy_that_cannot_be_followed_is_refused(
    text: str, options: dict[str, object], said: str, file: Path
) -> None:
    file.write_text(text)
    with pytest.raises(PolicyError) as caught:
        catalog(file, **options)
    assert f"{file}, {said}" in str(caught.value)


def test_a_refresh_reads_the_policy_anew_and_touches_nothing_that_is_loaded(file: Path) -> None:
    found = catalog(file, fallback=[file.parent / "last"])
    value = found.load("french")
    assert sorted(found) == ["english", "french", "russian"]
    file.write_text('paths = ["p"]\n[plugins.french]\nenabled = false\n')
    assert found.refresh() == ((), (), ("french",))
    assert found.load("french") is value
    with pytest.raises(PluginDisabled):
        found.reload("french")
    assert found.load("french") is value
    file.write_text('# another line\npaths = ["p"]\n[plugins.french]\nenabled = false\n')
    assert not found.refresh()
    file.write_text('paths = ["p"]\n[plugins.french]\nboundary = "process"\n')
    assert found.refresh() == ((), (), ("french",))
    assert found.reload("french") is not value
    file.write_text('paths = ["nowhere"]\n')
    assert found.refresh() == ((), ("french", "russian"), ("english",))
    file.write_text("paths = [\n")
    with pytest.raises(PolicyError, match="line 2: is no TOML"):
        found.refresh()
    assert found.load("english").greet() == "host's english"
    file.unlink()
    with pytest.raises(PolicyError, match="there is no such file"):
        found.refresh()
    found.close()


def test_what_was_loaded_before_it_was_disabled_is_among_the_loaded_ones(file: Path) -> None:
    with catalog(file) as found:
        value = found.load("french")
        file.write_text('paths = ["p"]\nplugins.french.enabled = false\nplugins.english.enabled = false\n')
        assert "french" in found.refresh().changed
        loads = found.load_all()
        assert loads.loaded["french"] is value
        assert (list(loads.disabled), list(loads.failed)) == (["english"], [])
        found.unload("french")
        assert sorted(found.load_all().disabled) == ["english", "french"]


def test_a_policy_of_the_program_needs_no_file(file: Path) -> None:
    policy = Policy(paths=(str(file.parent / "p"),), plugins={"french": PluginPolicy(enabled=False)})
    with catalog(policy) as found:
        assert found["french"].status == "disabled: by the host's policy"
        assert not found.refresh()


def test_nothing_of_a_disabled_plugin_is_opened(file: Path) -> None:
    with file.open("a") as more:
        more.write("[plugins.french]\nenabled = false\n")
    with catalog(file) as found:
        os.rename(file.parent / "p" / "french.py", file.parent / "kept")
        os.mkfifo(file.parent / "p" / "french.py")  # who opens it waits for ever
        assert found["french"].disabled
        with pytest.raises(PluginDisabled):
            found.load("french")


def test_a_broken_artifact_can_be_disabled_by_the_name_that_it_is_shown_under(file: Path) -> None:
    (file.parent / "p" / "german-1.0-py3-none-any.whl").write_text("no wheel")
    with catalog(file) as found:
        assert found["german"].status.startswith("refused")
    with file.open("a") as more:
        more.write("[plugins.german]\nenabled = false\n")
    with catalog(file) as found:
        assert found["german"].disabled
        assert found.unmatched() == {}


def test_a_pin_of_the_policy_is_held_to(file: Path) -> None:
    with catalog(file) as found:
        artifact = found["french"].artifact
        assert artifact is not None
        digest = artifact.digest()
    file.write_text(f'paths = ["p"]\nplugins.french.pin = "{digest}"\nplugins.russian.pin = "{digest}"\n')
    with catalog(file) as found:
        assert found.load("french").greet() == "french"
        with pytest.raises(TrustError):
            found.load("russian")


def test_in_safe_mode_nothing_outside_of_the_fallback_is_opened(file: Path) -> None:
    folder = file.parent / "p"
    (folder / "project").mkdir()
    (folder / "project" / "pyproject.toml").write_text("[project]\nname = 'project'\n")
    (folder / "broken-1.0-py3-none-any.whl").write_text("no wheel")
    code = (
        "import sys; from greeter import Greeter; import hotplug\n"
        "found = hotplug.Catalog('greeter.plugins', Greeter, policy=sys.argv[1], fallback=[sys.argv[2]])\n"
        "opened = []\n"
        "sys.addaudithook(lambda event, args: opened.append(str(args[0])) if event == 'open' else None)\n"
        "print(sum(each.disabled for each in found.entries()), found.load('english').greet())\n"
        "print(*(each for each in opened if each.startswith(sys.argv[3])), file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(file), str(file.parent / "last"), str(folder)],
        env={**os.environ, "HOTPLUG_SAFE_MODE": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "5 host's english\n"
    assert done.stderr == "\n"


def test_a_policy_that_changes_while_threads_load(file: Path) -> None:
    texts = [f'paths = ["p"]\nplugins.{name}.enabled = false\n' for name in ("french", "russian")]
    file.write_text(texts[0])
    found = catalog(file)
    seen: set[str] = set()
    done = threading.Event()

    def load(name: str) -> None:
        while not done.is_set():
            try:
                assert found.load(name).greet() == name
                found.unload(name)
                seen.add(f"{name} loaded")
            except PluginDisabled:
                seen.add(f"{name} disabled")

    with ThreadPoolExecutor(4) as pool:
        threads = [pool.submit(load, name) for name in ("french", "russian") * 2]
        try:
            number = 0
            while len(seen) < 4 and number < 10_000:
                number += 1
                draft = file.with_suffix(".draft")
                draft.write_text(texts[number % 2])
                os.replace(draft, file)
                assert found.refresh().changed == ("french", "russian")
        finally:
            done.set()
        for thread in threads:
            thread.result()
    found.close()
    assert len(seen) == 4


@pytest.mark.parametrize("name", ["a.b", 'quo"te', "it's", "-x", "\x1b[31mred", "é"])
def test_odd_names_are_disabled_and_shown_safely(name: str, file: Path) -> None:
    (file.parent / "p" / f"{name}.py").write_text(speaking(name))
    set_enabled(file, name, False)
    with catalog(file) as found:
        assert found[name].disabled
        with pytest.raises(PluginDisabled) as caught:
            found.load(name)
        said = str(caught.value)
        assert "\x1b" not in said
        assert f"{file}, line 4" in said
        assert found.unmatched() == {}


def test_what_the_policy_names_and_nobody_is(file: Path) -> None:
    set_enabled(file, "frensh", False)
    with catalog(file) as found:
        assert found.unmatched() == {"frensh": f"{file}, line 3"}
