"""A pin: the digest that an artifact must have, held to the bytes that are there."""

from __future__ import annotations

from hotplug.errors import TrustError
from hotplug.trust.verified import Verified, reading

TYPE_CHECKING = False
if TYPE_CHECKING:
    import os

    from hotplug.artifacts.artifact import Artifact

_ALGORITHM = "sha256:"
_DIGITS = 64
_HEX = frozenset("0123456789abcdef")


def checked_pin(pin: object) -> str:
    """Return a digest, if it is of the form that digests have.

    Raises:
        TypeError: If it is not a str.
        ValueError: If it is of another form.
    """
    if not isinstance(pin, str):
        raise TypeError(f"a pin is a digest in a str, not {pin!r}")
    digits = pin.removeprefix(_ALGORITHM)
    if not pin.startswith(_ALGORITHM) or len(digits) != _DIGITS or not _HEX.issuperset(digits):
        raise ValueError(f"a pin is 'sha256:' and 64 hexadecimal digits in lower case, not {pin!r}")
    return pin


def pinned(source: str | os.PathLike[str] | Artifact, pin: str) -> Verified:
    """Return an artifact, as a copy of the bytes that are there, if these have the pinned digest.

    Args:
        source: A path, or an artifact.
        pin: The digest.

    Raises:
        TypeError: If the pin is not a str; nothing was read.
        ValueError: If it is no digest; nothing was read.
        ArtifactError: If the artifact cannot be read, or is damaged.
        TrustError: If it has another digest; nothing of it was interpreted.
    """
    expected = checked_pin(pin)
    bytes_read = reading(source)
    if bytes_read.digest != expected:
        raise differs(bytes_read.path, expected, bytes_read.digest)
    return bytes_read.verified()


def differs(path: str, expected: str, found: str) -> TrustError:
    """Return the error for an artifact with another digest than the pinned one."""
    return TrustError(
        f"is not what was pinned\n  pinned: {expected}\n  found:  {found}",
        expected=expected,
        found=found,
        plugin=path,
        remedy="fetch it again from where you trust it; if the change is meant, pin what was found",
    )


def digest_of(source: str | os.PathLike[str] | Artifact) -> str:
    """Return the digest of an artifact's bytes, computed anew.

    Raises:
        ArtifactError: If it cannot be read.
    """
    return reading(source).digest
