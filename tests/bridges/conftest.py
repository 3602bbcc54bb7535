"""A host of pluggy with a few hooks of every kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pluggy
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from hotplug import Catalog

PROJECT = "host"
spec = pluggy.HookspecMarker(PROJECT)


class Hooks:
    """What the host asks its plugins."""

    @spec
    def words(self, name: str) -> str:
        raise NotImplementedError

    @spec(firstresult=True)
    def first(self, name: str) -> str:
        raise NotImplementedError

    @spec(historic=True)
    def began(self, said: list[str]) -> None:
        raise NotImplementedError


@pytest.fixture
def manager() -> pluggy.PluginManager:
    manager = pluggy.PluginManager(PROJECT)
    manager.add_hookspecs(Hooks)
    return manager


@pytest.fixture
def folder(tmp_path: Path) -> Callable[..., Catalog[object]]:
    """Return what makes a catalog of the folder ``p``; a file is a plugin if it binds ``hookimpl``."""
    from hotplug import Catalog

    def make(**options: object) -> Catalog[object]:
        given = {"paths": [tmp_path / "p"], "installed": False, **options}
        return Catalog(f"{PROJECT}.plugins", object, **given)  # type: ignore[arg-type]

    return make
