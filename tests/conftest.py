"""What every test has: a cache of its own, and a look at what it left in the interpreter."""

from __future__ import annotations

import os
import signal

import pytest
from hypothesis import settings

# an example may take as long as it takes on a busy machine
settings.register_profile("untimed", settings.default, deadline=None)
settings.load_profile("untimed")

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path

    from hotplug.testing import Host


# what a machine tells every program of how to print; tests read what programs print
for told in (
    *("CI", "BUILD_NUMBER", "GITHUB_ACTIONS"),
    *("COLUMNS", "LINES", "FORCE_COLOR", "NO_COLOR", "PY_COLORS", "TTY_COMPATIBLE"),
    *("PYTHONUNBUFFERED", "PYTEST_ADDOPTS"),
):
    os.environ.pop(told, None)

os.umask(os.umask(0o077) | 0o022)  # others could write into the caches that tests make: those are not used

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # as a shell starts what it does not wait for; tests send Ctrl-C to themselves and to what they start
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def host_stays_as_it_was(host_unchanged: Host) -> Host:
    return host_unchanged


@pytest.fixture(autouse=True)
def empty_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a cache folder that no other test has seen."""
    folder = tmp_path_factory.mktemp("cache")
    monkeypatch.setenv("HOTPLUG_CACHE", str(folder))
    monkeypatch.setattr("hotplug.artifacts.unpacking._temporary", None)
    return folder
