"""The command that makes the lock of a catalog: its policy, and what only the host knows of where it searches.

See ``docs/decisions/0025-a-lock-is-of-what-the-host-searches.md``.
"""

from __future__ import annotations

import os
from shlex import quote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from hotplug.catalog.decisions import Arguments
    from hotplug.policy.file import Policy


def command(given: Arguments, policy: Policy | None) -> str:
    """Return ``hotplug lock`` with every option that it needs to find what a catalog finds.

    Args:
        given: What the catalog was made with.
        policy: What its policy says, None where it has none.
    """
    from hotplug.policy.file import Policy

    words = [quote(word) for pair in _options(given, policy or Policy()) for word in pair if word]
    return " ".join(["hotplug lock", *words])


def _options(given: Arguments, policy: Policy) -> Iterator[tuple[str, str]]:
    if policy.path:
        yield "--policy", policy.path
    if policy.group is None:
        yield "--group", given.group
    if policy.contract is None and policy.symbol is None and given.contract:
        yield "--contract", given.contract
    for option, folders, named in (
        ("--path", given.paths, policy.paths),
        ("--fallback", given.fallback, policy.fallback),
    ):
        for folder in folders:
            if folder not in named and os.path.isdir(folder):  # the command takes none that is not there
                yield option, folder
    if policy.installed is None and not given.installed:
        yield "--no-installed", ""
    for name, version in given.provides.items():
        if name not in policy.provides:
            yield "--provides", f"{name}={version}"
    lock = given.lock if given.lock is None or isinstance(given.lock, str) else given.lock.path
    if policy.lock is None and lock:
        yield "-o", lock
