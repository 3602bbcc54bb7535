"""What tests of remembered verdicts have in common."""

from __future__ import annotations

import pytest

from hotplug.artifacts import needs


@pytest.fixture(autouse=True)
def old_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every file be old enough to be remembered; its time of change cannot be set back."""
    monkeypatch.setattr("hotplug.artifacts.memory._RACY", -(10**18))


@pytest.fixture
def decided(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list to which the name of each artifact is added whose needs are looked into."""
    seen: list[str] = []
    real = needs.Needs.unmet

    def unmet(self: needs.Needs) -> list[str]:
        seen.append(self.artifact.name)
        return real(self)

    monkeypatch.setattr(needs.Needs, "unmet", unmet)
    return seen
