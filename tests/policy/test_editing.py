"""Enabling and disabling in the file: what somebody wrote there stays, and nothing is half done."""

from __future__ import annotations

import pytest

from hotplug.policy.editing import set_enabled
from hotplug.policy.file import Policy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "hotplug.toml"


def test_a_file_that_is_not_there_is_made(tmp_path: Path) -> None:
    path = tmp_path / "config" / "greeter" / "hotplug.toml"
    assert set_enabled(path, "russian", False)
    assert path.read_text() == "[plugins.russian]\nenabled = false\n"
    assert set_enabled(path, "russian", True)
    assert Policy.read(path).of("russian").enabled
    assert not set_enabled(path, "russian", True)


def test_what_stands_there_stays(path: Path) -> None:
    path.write_text('# ours\npaths = ["plugins"]  # theirs\n\n[plugins.french]  # why\nboundary = "process"\n')
    set_enabled(path, "french", False)
    assert path.read_text() == (
        '# ours\npaths = ["plugins"]  # theirs\n\n[plugins.french]  # why\nboundary = "process"\nenabled = false\n'
    )
