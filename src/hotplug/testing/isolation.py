"""A catalog over made plugins and nothing else: for the tests of hosts.

What a host finds on one machine it does not find on another: distributions that offer themselves, plugins in the
user's folders, variables of the environment, what a cache remembers. All of that is put aside, for catalogs that a
test makes and for those that the host's own code makes meanwhile.
"""

from __future__ import annotations

import os
import site
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any, TypeVar
from unittest import mock

from hotplug.catalog import Catalog
from hotplug.catalog import installed as installed_module

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping
    from pathlib import Path

    from typing_extensions import TypeForm

    from hotplug.testing.maker import PluginMaker

    T = TypeVar("T")

PLUGINS = "plugins"
"""The folder below the maker's that a catalog searches, unless it is told others."""


class CatalogMaker:
    """Makes catalogs over what a `PluginMaker` made, and closes them at the end.

    Args:
        maker: The maker of plugins.
    """

    def __init__(self, maker: PluginMaker) -> None:
        self._maker = maker
        self._opened = ExitStack()

    @property
    def folder(self) -> Path:
        """The folder that is searched: ``plugins`` below the maker's."""
        return self._maker.root / PLUGINS

    def __call__(self, group: str, contract: TypeForm[T], **options: Any) -> Catalog[T]:
        """Return a catalog of `folder`, and of what the maker has installed.

        Args:
            group: The entry point group.
            contract: The type that every plugin's symbol must satisfy.
            options: All else that :class:`hotplug.Catalog` takes; with ``paths`` other folders.
        """
        options.setdefault("paths", [self.folder])
        return self._opened.enter_context(Catalog(group, contract, **options))

    def sites(self) -> list[str]:
        """Return the folders of what the maker has installed, as they stand on ``sys.path``."""
        return [str(each.site) for each in reversed(self._maker.installations)]

    def close(self) -> None:
        """Close every catalog, the last one first."""
        self._opened.close()


@contextmanager
def isolated(maker: PluginMaker) -> Generator[CatalogMaker]:
    """Put aside what is installed, the user's folders, the environment and the cache; give what makes catalogs.

    Catalogs find among the installed distributions those that the maker has installed, whoever makes them: the
    host's own code too. Every ``HOTPLUG_`` variable is unset. The cache is a folder of the maker's, and so are the
    user's home and folders of data, configuration and caches. What plugins require is looked for as ever.

    Args:
        maker: The maker of plugins.
    """
    made = CatalogMaker(maker)
    with mock.patch.object(installed_module, "folders", made.sites), mock.patch.dict(os.environ):
        for name, value in environment(maker.root, os.environ).items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
        try:
            yield made
        finally:
            made.close()


def environment(root: Path, given: Mapping[str, str]) -> dict[str, str | None]:
    """Return what is other in an isolated environment; None is a variable that is not there."""
    home = root / ".home"
    return {
        **dict.fromkeys(own_variables(given), None),
        "HOTPLUG_CACHE": str(root / ".cache"),
        "HOME": str(home),
        "USERPROFILE": str(home),
        "XDG_CACHE_HOME": str(home / ".cache"),
        "XDG_CONFIG_HOME": str(home / ".config"),
        "XDG_DATA_HOME": str(home / ".local" / "share"),
        # what is installed for the user alone is found by a child as it is found here
        "PYTHONUSERBASE": site.getuserbase(),
    }


def own_variables(given: Mapping[str, str]) -> list[str]:
    """Return the variables of an environment that hotplug reads."""
    return [name for name in given if name.startswith("HOTPLUG_")]
