"""The small interface behind which every boundary runs a plugin."""

from __future__ import annotations

from typing import Protocol

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hotplug.boundaries.report import CloseReport


class Instance(Protocol):
    """The running code of one plugin."""

    @property
    def ended(self) -> bool:
        """Return whether it has ended though nobody stopped it, for good."""
        ...

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

    def resolve_as(self, symbol: str, contract: object) -> object:
        """Return the value of a symbol, which satisfies the contract.

        Raises:
            SymbolNotFound: If there is none of that name.
            ContractError: If it does not satisfy the contract.
            TransferError: If it cannot cross the boundary.
        """
        ...

    def stop(self, timeout: float | None) -> CloseReport:
        """Run the plugin's own clean-up, let go of all that was made for it, and tell what is left.

        Args:
            timeout: Seconds in which calls that are running may end before; None waits for none.
        """
        ...
