"""Changes to a policy file that keep what somebody wrote there: comments, order, and the rest of it.

The file is changed in one step, under a lock, so of several who edit at once each finds what the others did.
"""

from __future__ import annotations

import os
import tomllib
from contextlib import contextmanager
from typing import TYPE_CHECKING

import tomlkit
from tomlkit.exceptions import TOMLKitError

from hotplug.errors import PolicyError, absolute
from hotplug.light import may_be_there
from hotplug.policy.file import Policy
from hotplug.policy.reading import fields, text_of
from hotplug.replacing import replace

if TYPE_CHECKING:
    from collections.abc import Generator, MutableMapping
    from typing import Any


def set_enabled(path: str | os.PathLike[str], name: str, enabled: bool) -> bool:
    """Write into a policy file whether a plugin is enabled; a file that is not there is made.

    Args:
        path: The file; where it is a link, what it leads to is changed.
        name: The name that a catalog has for the plugin.
        enabled: Whether it may be loaded.

    Returns:
        Whether that changed anything.

    Raises:
        PolicyError: If the file cannot be read or written, or is no policy; it is as it was.
    """
    place = absolute(path, PolicyError)
    target = os.path.realpath(place)
    if not name:
        raise PolicyError("a plugin has a name", remedy="name the one that is meant; `list` tells what there is")
    try:
        name.encode()
    except UnicodeEncodeError as error:
        remedy = "rename the plugin's file, or take it away"
        raise PolicyError(
            f"{name!r} is no text, no policy file can name it", plugin=name, remedy=remedy
        ) from error
    try:
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with _alone(os.path.dirname(target)):
            source = text_of(place) if may_be_there(target) else ""
            if Policy(**fields(source, place)).of(name).enabled is enabled:
                return False
            if os.path.exists(target) and not os.access(target, os.W_OK):
                raise PolicyError(f"{place}: is read-only", remedy="ask whoever owns it, or make it writable")
            replace(target, _edited(source, place, name, enabled=enabled).encode())
    except OSError as error:
        raise PolicyError(f"{place}: cannot be written: {error.strerror}") from error
    return True


def _edited(source: str, place: str, name: str, *, enabled: bool) -> str:
    wanted = _values(source)
    wanted.setdefault("plugins", {}).setdefault(name, {})["enabled"] = enabled
    try:
        document = tomlkit.parse(source)
        table: MutableMapping[str, Any] = document
        for key in ("plugins", name):
            if key not in table:
                table[key] = tomlkit.table(is_super_table=key == "plugins")
            table = table[key]
        table["enabled"] = enabled
        text = tomlkit.dumps(document)
        if _values(text) == wanted:
            return text
    except (TOMLKitError, tomllib.TOMLDecodeError) as error:
        raise PolicyError(_by_hand(place, name, enabled=enabled)) from error
    raise PolicyError(_by_hand(place, name, enabled=enabled))


def _values(text: str) -> dict[str, Any]:
    """Return what a document says, with numbers as they are written: ``nan`` is not equal to itself."""
    return tomllib.loads(text, parse_float=lambda written: (float, written))


def _by_hand(place: str, name: str, *, enabled: bool) -> str:
    return f"{place}: cannot be edited by a program; write enabled = {str(enabled).lower()} for {name!r} by hand"


@contextmanager
def _alone(folder: str) -> Generator[None]:
    """Keep others who edit a policy in a folder waiting; where the system has no such locks, nobody waits."""
    try:
        import fcntl
    except ImportError:
        yield
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
