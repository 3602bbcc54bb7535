"""What can go wrong with a plugin, one class for each kind of failure.

Every error names the plugin, the phase in which it failed and, where there is one, the way out. The text of
an error is written for the person who reads it on a terminal: first what is wrong, then what to do about it.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Self

    from hotplug.boundaries.report import CloseReport
    from hotplug.contract import Report


class PluginError(Exception):
    """A plugin could not be found, read, opened, used or closed.

    Args:
        reason: What is wrong, in one sentence or a few lines.
        plugin: The plugin's name, or the artifact's path where no name is known yet.
        remedy: The way out: what the reader can do next.

    Attributes:
        phase: The step that failed: "find", "read", "build", "check", "open", "lookup", "call" or "close".
        outdated: Whether the artifact was replaced while it was opened, or since: opening it again may help.
    """

    phase: str = "open"
    outdated: bool = False

    def __init__(self, reason: str, *, plugin: str | None = None, remedy: str | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.plugin = plugin
        self.remedy = remedy

    def __str__(self) -> str:
        """Return the text for the reader: the plugin, the reason and the way out."""
        text = f"{printable(self.plugin, keep='')}: {self.reason}" if self.plugin else self.reason
        return printable(f"{text}\n  {self.remedy}" if self.remedy else text)

    def again(self) -> Self:
        """Return an error that says the same, to be raised once more: an exception belongs to one traceback."""
        from copy import copy

        other = copy(self)
        other.__cause__ = self.__cause__
        return other

    def __reduce__(self) -> tuple[object, ...]:
        """Copy and pickle by state, whatever the arguments of a subclass are."""
        return _rebuild, (type(self), self.args, self.__dict__)


def _rebuild(kind: type[PluginError], args: tuple[object, ...], state: dict[str, object]) -> PluginError:
    error = kind.__new__(kind, *args)
    error.__dict__.update(state)
    return error


class ArtifactError(PluginError):
    """The artifact is missing, unreadable, damaged, or nothing that can be opened."""

    phase = "read"


class BuildError(PluginError):
    """A plugin's source could not be built; nothing was left in the output folder.

    Args:
        reason: What is wrong, in one sentence or a few lines.
        plugin: The source's path.
        remedy: The way out: what the reader can do next.
        output: All that the build backend printed, where one ran.
    """

    phase = "build"

    def __init__(
        self, reason: str, *, plugin: str | None = None, remedy: str | None = None, output: str = ""
    ) -> None:
        super().__init__(reason, plugin=plugin, remedy=remedy)
        self.output = output


class TrustError(PluginError):
    """The artifact is not the one that was pinned or locked, or nobody can tell; nothing of it ran.

    Args:
        reason: What is wrong, in one sentence or a few lines.
        expected: The digest that the pin or the lock names, None where it names none.
        found: The digest of what is there, None where nothing is.
        plugin: The plugin's name, or the artifact's path.
        remedy: The way out.
    """

    phase = "check"

    def __init__(
        self,
        reason: str,
        *,
        expected: str | None = None,
        found: str | None = None,
        plugin: str | None = None,
        remedy: str | None = None,
    ) -> None:
        super().__init__(reason, plugin=plugin, remedy=remedy)
        self.expected = expected
        self.found = found


class CompatibilityError(PluginError):
    """The artifact does not fit this host; ``.reasons`` holds every reason, found before any of its code ran."""

    phase = "check"

    def __init__(self, reasons: Iterable[str], *, plugin: str | None = None, remedy: str | None = None) -> None:
        self.reasons = tuple(reasons)
        text = (
            f" {self.reasons[0]}" if len(self.reasons) == 1 else "".join(f"\n  - {each}" for each in self.reasons)
        )
        super().__init__(f"does not fit this host:{text}", plugin=plugin, remedy=remedy)


class PolicyError(PluginError):
    """What was asked for is not allowed, or cannot be had in this process."""

    phase = "check"


class PluginDisabled(PluginError):
    """The plugin was disabled: by the policy's file, or by a variable of the environment.

    Args:
        by: By what: a file and its line, or a variable.
        plugin: The plugin's name.
        remedy: The way out.
    """

    phase = "check"

    def __init__(self, by: str, *, plugin: str | None = None, remedy: str | None = None) -> None:
        super().__init__(f"is disabled by {by}", plugin=plugin, remedy=remedy)
        self.by = by


class ActivationError(PluginError):
    """The plugin's code could not be started; nothing that hotplug made for it is left.

    Attributes:
        report: What survives all the same (threads, for example), or None where there was nothing to close.
    """

    phase = "open"
    report: CloseReport | None = None


class SymbolNotFound(PluginError, LookupError):
    """The plugin exports no symbol of that name."""

    phase = "lookup"


class ContractError(PluginError):
    """The symbol's value does not satisfy the contract; ``.report`` lists every difference."""

    phase = "lookup"

    def __init__(
        self, reason: str, *, report: Report, plugin: str | None = None, remedy: str | None = None
    ) -> None:
        super().__init__(reason, plugin=plugin, remedy=remedy)
        self.report = report


class PluginNotFound(PluginError, KeyError):
    """A catalog offers no plugin of that name."""

    phase = "find"


class PluginClosed(PluginError):
    """The plugin, or this handle on it, was closed."""

    phase = "lookup"


class TransferError(PluginError):
    """A value, or every value of a contract's type, cannot cross the boundary between host and plugin."""

    phase = "call"


class PluginRaised(PluginError):
    """The plugin's code raised an exception that does not cross as itself.

    Args:
        kind: The exception's class, ``module.Class``; a builtin one without its module.
        said: What it says.
        traceback: Its traceback on the other side, as Python prints it.
        plugin: The plugin's name.
    """

    phase = "call"

    def __init__(self, kind: str, said: str, *, traceback: str = "", plugin: str | None = None) -> None:
        super().__init__(f"raised {kind}{': ' if said else ''}{said}", plugin=plugin)
        self.kind = kind
        self.said = said
        self.traceback = traceback


class PluginCrashed(PluginError):
    """The plugin's worker process has ended though nobody closed it; the host saw it end.

    Args:
        reason: How it ended, and what it was doing.
        exit_code: The status that it exited with, None where a signal ended it or nobody could tell.
        signal: The number of the signal that ended it, None where none did.
        output: The last lines that it wrote to stderr.
        plugin: The plugin's name.
        remedy: The way out.
    """

    phase = "call"

    def __init__(
        self,
        reason: str,
        *,
        exit_code: int | None = None,
        signal: int | None = None,
        output: Iterable[str] = (),
        plugin: str | None = None,
        remedy: str | None = None,
    ) -> None:
        super().__init__(reason, plugin=plugin, remedy=remedy)
        self.exit_code = exit_code
        self.signal = signal
        self.output = tuple(output)


class DeadlineExceeded(PluginError, TimeoutError):
    """A call, a start or an item of a stream took longer than the host allowed it."""

    phase = "call"


def absolute(path: str | os.PathLike[str], kind: type[PluginError] = PluginError) -> str:
    """Return a path that somebody named, made absolute as ``os.path.abspath`` does it.

    Args:
        path: The path.
        kind: The class of the error.

    Raises:
        PluginError: If it is relative, and the working folder is not there any more; of that class.
    """
    try:
        return os.path.abspath(path)
    except OSError as error:
        gone = "is not there any more" if isinstance(error, FileNotFoundError) else f"is hidden: {error.strerror}"
        raise kind(
            f"is looked for in the working folder, which {gone}",
            plugin=os.fsdecode(path),
            remedy="change to a folder that is there (cd), or name the whole path",
        ) from error


def printable(text: str, *, keep: str = "\n") -> str:
    """Return a text that a terminal only shows: what would steer it, or has no code, stands as its number."""
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() or each in keep else ascii(each)[1:-1] for each in text)


def logger_of(plugin: str) -> str:
    """Return the name of a plugin's logger: below no other plugin's, and on one line of a log."""
    return "hotplug." + printable(plugin.replace(".", "_"), keep="")


_WAYS_OUT = {
    "ArtifactError": "mend it, or name another one",
    "BuildError": "mend its source, and build it again",
    "CompatibilityError": "get a version of it that is made for this host, or give the host what it needs",
    "TrustError": "name another file, or see to it that this one can be read and written",
    "PolicyError": "hotplug doctor tells what works here",
    "SymbolNotFound": "hotplug inspect tells what it exports",
    "ContractError": "its author has to change that; hotplug check tells the file and line of each difference",
    "ActivationError": "it is the plugin's own code that failed: tell its author",
    "PluginRaised": "it is the plugin's own code that failed: tell its author",
    "DeadlineExceeded": "give it longer; if it should not take that long, tell its author",
    "TransferError": "its contract cannot be used in a process: open it inline, or have its author change that",
}

_SYSTEMS_WAYS_OUT = {
    "EACCES": "ask its owner for the right to, or name another place",
    "EPERM": "ask its owner for the right to, or name another place",
    "EROFS": "name a place that can be written to",
    "ENOSPC": "make room there, or name another place",
    "EDQUOT": "make room there, or name another place",
    "EFBIG": "raise the limit of the size of files (ulimit -f)",
}
"""What to do about what the operating system refuses, by its name for that."""


def way_out(error: PluginError) -> str | None:
    """Return what a reader can do next: what the error says of it, else what holds for its cause or its kind."""
    if error.remedy:
        return error.remedy
    if isinstance(error.__cause__, OSError) and (said := system_way_out(error.__cause__)):
        return said
    kinds = (each.__name__ for each in type(error).__mro__)
    return next((_WAYS_OUT[each] for each in kinds if each in _WAYS_OUT), None)


def system_way_out(error: OSError) -> str | None:
    """Return what a reader can do about what the operating system refused, None where that is not known."""
    from errno import errorcode

    number = OSError.__dict__["errno"].__get__(error)  # whatever a plugin's class below it would say
    return _SYSTEMS_WAYS_OUT.get(errorcode.get(number, "")) if type(number) is int else None


def nearest(name: str, known: Iterable[str], *, cutoff: float = 0.6) -> str:
    """Return the words ``, did you mean 'this' or 'that'?``; empty where nothing known is like the name."""
    from difflib import get_close_matches

    by_lower = {each.lower(): each for each in known}
    near = get_close_matches(name.lower(), by_lower, n=3, cutoff=cutoff)
    return f", did you mean {' or '.join(repr(by_lower[each]) for each in near)}?" if near else ""
