"""What every kind of artifact has in common."""

from __future__ import annotations

from typing import Protocol

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hotplug.artifacts import Tree
    from hotplug.artifacts.metadata import Metadata


class Artifact(Protocol):
    """What can be opened, as it was when it was located."""

    @property
    def kind(self) -> str:
        """Return "folder", "module", "wheel" or "installed"."""
        ...

    @property
    def private(self) -> bool:
        """Return whether it opens in a namespace of its own, rather than as a part of the host."""
        ...

    @property
    def verified(self) -> bool:
        """Return whether its files are a copy, held byte for byte to the digest that was asked for."""
        ...

    @property
    def path(self) -> str:
        """Return the absolute path with every link resolved; of an installed distribution its ``.dist-info``."""
        ...

    @property
    def name(self) -> str:
        """Return the name of its distribution, else of its folder or file."""
        ...

    @property
    def metadata(self) -> Metadata:
        """Return what it declares about itself."""
        ...

    def asks(self) -> str:
        """Return the lines of its metadata in which it asks something of its host; none if it asks nothing."""
        ...

    def digest(self) -> str:
        """Return its digest, ``sha256:`` and 64 hexadecimal digits."""
        ...

    def state(self) -> object:
        """Return what is another once its files were changed; read from their stamps, at little cost."""
        ...

    def native(self) -> tuple[str, ...]:
        """Return the paths of the extension modules that keep it from running in a private namespace."""
        ...

    def root_source(self) -> str | None:
        """Return the path of the root module's source, None where there is no single root or it has no file."""
        ...

    def tree(self) -> Tree:
        """Return its files, unpacked where they are packed."""
        ...
