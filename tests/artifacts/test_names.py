"""What a module binds, read from its file: of a large one it is remembered, as long as the file is the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from hotplug import ArtifactError
from hotplug.artifacts import exports, memory

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the files that are parsed; every file is old."""
    monkeypatch.setattr(memory, "_RACY", -(10**18))
    paths: list[str] = []
    real = exports.bound_names

    def watched(source: bytes, path: str) -> tuple[str, ...]:
        paths.append(path)
        return real(source, path)

    monkeypatch.setattr(exports, "bound_names", watched)
    return paths


def test_a_large_file_is_parsed_once_for_each_of_its_contents(tmp_path: Path, parsed: list[str]) -> None:
    path = tmp_path / "large.py"
    filling = "#" * (1 << 18)
    path.write_text(f"Greeter = one = 1\n{filling}\n")
    for _ in range(3):
        assert exports.names_in(str(path)) == ("Greeter", "one")
    assert len(parsed) == 1
    path.write_text(f"two = 1\n{filling}\n")
    for _ in range(3):
        assert exports.names_in(str(path)) == ("two",)
    assert len(parsed) == 2
    path.write_text(filling)
    for _ in range(3):
        assert exports.names_in(str(path)) == ()
    path.write_text(f"def (\n{filling}\n")
    for _ in range(2):
        with pytest.raises(ArtifactError):
            exports.names_in(str(path))
    path.unlink()
    with pytest.raises(ArtifactError, match="cannot be read"):
        exports.names_in(str(path))


def test_a_small_file_is_not_worth_it(tmp_path: Path, parsed: list[str], empty_cache: Path) -> None:
    path = tmp_path / "small.py"
    path.write_text("Greeter = 1\n")
    for _ in range(3):
        assert exports.names_in(str(path)) == ("Greeter",)
    assert len(parsed) == 3
    assert not list(empty_cache.iterdir())
