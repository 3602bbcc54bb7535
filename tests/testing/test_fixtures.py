from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from typing import TYPE_CHECKING

import hotplug.testing
from hotplug.testing import Host, PluginMaker

if TYPE_CHECKING:
    from pathlib import Path


def run_pytest(folder: Path, source: str) -> str:
    """Run pytest on one file, in a process of its own, and return what it printed."""
    (folder / "test_suite.py").write_text(textwrap.dedent(source))
    command = [sys.executable, "-m", "pytest", "-p", "hotplug.testing.fixtures", "-p", "no:cacheprovider", "-rA"]
    done = subprocess.run(
        [*command, "-c", os.devnull, "--rootdir", str(folder), str(folder / "test_suite.py")],
        # else the installed hotplug would register the same fixtures once more
        env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_ADDOPTS": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + done.stderr


def test_the_maker_works_in_the_tests_own_folder(make_plugin: PluginMaker, tmp_path: Path) -> None:
    assert isinstance(make_plugin, PluginMaker)
    assert make_plugin.root == tmp_path.resolve()


def test_host_unchanged_is_the_state_before_the_test(host_unchanged: Host) -> None:
    assert host_unchanged.modules["sys"] is sys


def test_installations_end_with_the_test(tmp_path: Path) -> None:
    output = run_pytest(
        tmp_path,
        """
        import importlib.util
        import sys

        def test_one(make_plugin, host_unchanged):
            make_plugin.installed("french-for-a-test", {"french_for_a_test.py": ""})
            import french_for_a_test

        def test_two():
            assert importlib.util.find_spec("french_for_a_test") is None
        """,
    )
    assert "2 passed" in output


def test_a_test_that_leaves_something_fails_and_the_next_does_not(tmp_path: Path) -> None:
    output = run_pytest(
        tmp_path,
        """
        import sys
        import pytest

        @pytest.fixture(autouse=True)
        def _early(monkeypatch):
            monkeypatch.setenv("EARLY", "yes")

        @pytest.fixture(autouse=True)
        def _unchanged(host_unchanged):
            return host_unchanged

        def test_leaves_something():
            sys.path.insert(0, "/left/behind")

        def test_is_clean():
            assert "/left/behind" not in sys.path

        def test_patches_and_brings_back(monkeypatch):
            monkeypatch.syspath_prepend("/left/behind")
        """,
    )
    assert "the test left its interpreter changed:\n  sys.path gained ['/left/behind']" in output
    assert "ERROR at teardown of test_leaves_something" in output
    assert "3 passed, 1 error" in output


def test_an_artifact_that_cannot_be_had_here_skips(tmp_path: Path) -> None:
    output = run_pytest(
        tmp_path,
        """
        from hotplug.testing.broken import places

        def test_unreadable(make_plugin, monkeypatch):
            monkeypatch.setattr(places, "_readable", lambda path: True)
            make_plugin.broken("unreadable")
        """,
    )
    assert "1 skipped" in output
    assert "this user can read every file" in output


def test_the_fixtures_load_nothing_but_pytest() -> None:
    program = (
        "import pytest, sys\nbefore = set(sys.modules)\nimport hotplug.testing.fixtures\n"
        "print(sorted(set(sys.modules) - before))"
    )
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert done.stdout == "['hotplug', 'hotplug.testing', 'hotplug.testing.fixtures']\n"


def test_every_public_name_is_there() -> None:
    for name in hotplug.testing.__all__:
        assert getattr(hotplug.testing, name) is not None
    assert not hasattr(hotplug.testing, "no_such_name")
