"""The small interface behind which every boundary runs a plugin."""

from __future__ import annotations

from typing import Protocol

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hotplug.boundaries.report import CloseReport


class Instance(Protocol):
    """The running code of one plugin."""

    def symbols(self) -> tuple[str, ...]:
        """Return the public names that its root module exports, in order."""
        ...

    def resolve(self, symbol: str) -> object:
        """Return the value of a symbol.

        Raises:
            SymbolNotFound: If there is none of that name.
            ActivationError: If a module that the symbol names fails to start.
        """
        ...

    def readable(self, text: str) -> str:
        """Return a text with the plugin's modules under the names that its author gave them."""
        ...

    def stop(self) -> CloseReport:
        """Run the plugin's own clean-up, let go of all that was made for it, and tell what is left."""
        ...
