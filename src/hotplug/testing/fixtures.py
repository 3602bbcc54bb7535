"""The pytest fixtures; pytest loads this module in every run where hotplug is installed, so it loads nothing.

`make_plugin` is a `hotplug.testing.PluginMaker` in the test's ``tmp_path``. `host_unchanged` fails a test
that leaves something behind in the interpreter; to have it in every test of a suite, write into its
conftest.py:

    @pytest.fixture(autouse=True)
    def _host_unchanged(host_unchanged):
        return host_unchanged

`no_leaks` is `hotplug.testing.leaks` as an assertion: it fails the test with what grew.

`isolated_catalog` is what `hotplug.testing.isolated` gives, over the test's `make_plugin`.
"""

from __future__ import annotations

import pytest

TYPE_CHECKING = False
if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from hotplug.plugin import Plugin
    from hotplug.testing.host import Host
    from hotplug.testing.isolation import CatalogMaker
    from hotplug.testing.maker import PluginMaker


@pytest.hookimpl(tryfirst=True)
def pytest_fixture_setup(fixturedef: pytest.FixtureDef[object], request: pytest.FixtureRequest) -> None:
    """Let `host_unchanged` look before every other fixture of a test begins, and after each has cleaned up."""
    name = "host_unchanged"
    if fixturedef.scope == "function" and fixturedef.argname != name and name in request.fixturenames:
        request.getfixturevalue(name)


@pytest.fixture
def make_plugin(tmp_path: Path) -> Iterator[PluginMaker]:
    """Make plugins on the spot: folders, files, projects, wheels, installed ones, broken ones."""
    from hotplug.testing.maker import PluginMaker

    with PluginMaker(tmp_path) as maker:
        yield maker


@pytest.fixture
def isolated_catalog(make_plugin: PluginMaker, monkeypatch: pytest.MonkeyPatch) -> Iterator[CatalogMaker]:
    """Make catalogs over what `make_plugin` makes in ``plugins``, untouched by all else that there is.

    See `hotplug.testing.isolated`. What the test then sets in the environment counts.
    """
    import os

    from hotplug.catalog import installed
    from hotplug.testing.isolation import CatalogMaker, environment

    made = CatalogMaker(make_plugin)
    monkeypatch.setattr(installed, "folders", made.sites)
    for name, value in environment(make_plugin.root, os.environ).items():
        if value is None:
            monkeypatch.delenv(name)
        else:
            monkeypatch.setenv(name, value)
    yield made
    made.close()


@pytest.fixture
def host_unchanged() -> Iterator[Host]:
    """Fail the test if modules, ``sys.path``, import hooks or threads are not as they were before it.

    What differs is brought back, but for threads, so that the next test starts from the same state.
    """
    from hotplug.testing.host import Host

    before = Host.now()
    yield before
    differences = before.restore()
    if differences:
        pytest.fail("the test left its interpreter changed:\n  " + "\n  ".join(differences), pytrace=False)


@pytest.fixture
def no_leaks() -> Callable[..., None]:
    """Open, use and close a plugin over and over, and fail the test if something grows or is left."""
    from hotplug.testing.leaks import CYCLES, leaks

    def no_leaks(
        source: str | os.PathLike[str], use: Callable[[Plugin], object] | None = None, *, cycles: int = CYCLES
    ) -> None:
        found = leaks(source, use, cycles=cycles)
        if found:
            pytest.fail(str(found), pytrace=False)

    return no_leaks
