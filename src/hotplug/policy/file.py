"""What the operator of a host decided, as it stands in a file: ``hotplug.toml``.

Here live what such a file means and where it is found. How its text is read, and what is refused of it, is in
``hotplug.policy.reading``; how it is changed in ``hotplug.policy.editing``.
"""

from __future__ import annotations

import os
from types import MappingProxyType
from typing import NamedTuple

from hotplug.errors import PolicyError, absolute
from hotplug.light import may_be_there

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Literal, Self

    Boundary = Literal["inline", "process"]

NAME = "hotplug.toml"
"""How the file is called."""

_NOTHING: Mapping[str, float] = MappingProxyType({})
_NAMELESS: Mapping[str, PluginPolicy] = MappingProxyType({})
_NO_VERSIONS: Mapping[str, str] = MappingProxyType({})


class PluginPolicy(NamedTuple):
    """What was decided about one plugin; what is None, or not in ``limits``, was not.

    Attributes:
        enabled: Whether it may be loaded.
        boundary: Where it runs.
        limits: The bounds of its worker that are given, by the names of :class:`hotplug.Limits`.
        pin: The digest that its artifact must have.
        config: What it is to be configured with, as it stands in the file.
    """

    enabled: bool = True
    boundary: Boundary | None = None
    limits: Mapping[str, float] = _NOTHING
    pin: str | None = None
    config: Mapping[str, object] | None = None


class Policy(NamedTuple):
    """What a policy file says; what is None or empty, it does not say.

    Attributes:
        path: The file, absolute; empty for a policy that a program made.
        group: The entry point group that it is for.
        contract: An object reference to the type that plugins must satisfy, for who has not named one.
        symbol: What an artifact without entry points must export.
        paths: Folders to be searched first, absolute.
        fallback: Folders to be searched last, absolute.
        installed: Whether installed distributions are searched.
        lock: The lock, absolute.
        boundary: Where plugins run, unless one has its own.
        limits: The bounds of all that run in a process, unless one has its own.
        provides: Distributions that the host gives to plugins, name and version.
        plugins: What was decided about single ones, by the name that a catalog has for them.
        source: The file's text.
    """

    path: str = ""
    group: str | None = None
    contract: str | None = None
    symbol: str | None = None
    paths: tuple[str, ...] = ()
    fallback: tuple[str, ...] = ()
    installed: bool | None = None
    lock: str | None = None
    boundary: Boundary | None = None
    limits: Mapping[str, float] = _NOTHING
    provides: Mapping[str, str] = _NO_VERSIONS
    plugins: Mapping[str, PluginPolicy] = _NAMELESS
    source: str = ""

    @classmethod
    def read(cls, path: str | os.PathLike[str]) -> Self:
        """Read a policy file.

        Raises:
            PolicyError: If it is not there, cannot be read, or says what nobody can follow: every such place is
                named with its line and the reason.
        """
        from hotplug.policy.reading import fields, text_of

        place = absolute(path, PolicyError)
        source = text_of(place)
        return cls(path=place, source=source, **fields(source, place))

    def of(self, name: str) -> PluginPolicy:
        """Return all that is decided about one plugin, by what it says of it and by what it says of all."""
        own = self.plugins.get(name, PluginPolicy())
        boundary = own.boundary or self.boundary
        return own._replace(
            boundary=boundary, limits={**self.limits, **own.limits} if boundary != "inline" else own.limits
        )

    def line(self, *keys: str) -> int | None:
        """Return the line of the file in which a key is given, or a table begins; None where nobody can tell."""
        from hotplug.policy.lines import line_of

        return line_of(self.source, keys)

    def place(self, *keys: str) -> str:
        """Return where a key stands, in words for a reader: ``/home/me/hotplug.toml, line 7``."""
        if not self.path:
            return "the host's policy"
        line = self.line(*keys)
        return self.path if line is None else f"{self.path}, line {line}"

    def __repr__(self) -> str:
        return f"<Policy {self.path or 'of the host'}, {len(self.plugins)} plugins>"


def located(given: str, file: str) -> str:
    """Return the path that a text in a policy file means: from the file's folder, with the user's home for ``~``.

    Args:
        given: The text.
        file: The policy file; empty for a policy that a program made, whose paths stay relative.

    Raises:
        ValueError: If it is no path.
    """
    if not given or "\0" in given:
        raise ValueError(f"is no path: it {'has a NUL in it' if given else 'is empty'}")
    return os.path.normpath(os.path.join(os.path.dirname(file), os.path.expanduser(given)))


def find(given: str | os.PathLike[str] | None = None, *, working_folder: bool) -> Policy | None:
    """Read the policy that applies: the one that was named, else that of ``HOTPLUG_POLICY``.

    Args:
        given: What the user named; must be there.
        working_folder: Whether a ``hotplug.toml`` in the working folder counts where neither names one.

    Returns:
        The policy; None where nothing names one.

    Raises:
        PolicyError: If it cannot be read; see :meth:`Policy.read`.
    """
    path = path_of(given, working_folder=working_folder)
    if path is None or (given is None and not os.environ.get("HOTPLUG_POLICY") and not may_be_there(path)):
        return None
    try:
        return Policy.read(path)
    except PolicyError as error:
        if given is None and os.environ.get("HOTPLUG_POLICY"):
            error.remedy = (
                f"{error.remedy}; HOTPLUG_POLICY names it" if error.remedy else "HOTPLUG_POLICY names it"
            )
        raise


def path_of(given: str | os.PathLike[str] | None = None, *, working_folder: bool) -> str | None:
    """Return the path of the policy that applies, whether it is there or not; see :func:`find`."""
    if given is not None:
        return absolute(given, PolicyError)
    named = os.environ.get("HOTPLUG_POLICY")
    if named:
        return absolute(named, PolicyError)
    return absolute(NAME, PolicyError) if working_folder else None
