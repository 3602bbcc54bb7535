"""Does a symbol's value satisfy the contract that it was looked up with? Asked wherever the plugin runs."""

from __future__ import annotations

from hotplug.contract.plain import met_plainly
from hotplug.errors import ContractError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


def checked(
    value: object, contract: object, *, symbol: str, plugin: str, readable: Callable[[str], str] = str
) -> object:
    """Return the value of a symbol.

    Args:
        value: The value.
        contract: The type that it must satisfy, any type form.
        symbol: The symbol's name.
        plugin: The plugin's name, for messages.
        readable: Gives the plugin's modules the names that its author knows.

    Raises:
        ContractError: If the value does not satisfy the contract; the message names every difference.
    """
    if met_plainly(value, contract):
        return value
    from hotplug.contract import check

    report = check(value, contract, name=symbol.rpartition(":")[2] or symbol)
    if not report:
        raise ContractError(readable(str(report)), report=report, plugin=plugin)
    return value
