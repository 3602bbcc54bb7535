"""Whether a change is taken back: an author who saves what was there, and sets it again, needs no warning."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hotplug.artifacts.hazards.source import Spot

_RESTORING = re.compile(
    r"exit__$|restore|undo|un_?patch|uninstall|unset|deactivate|stop|reset|disable|deinit|unload|revert|tear_?down"
    r"|close|cancel|clean|finish"
)
"""What functions are called that put things back."""


def puts_back(value: ast.expr, spot: Spot, saved: set[str]) -> bool:
    """Tell whether a place sets again what was there before.

    Args:
        value: What is set.
        spot: The place.
        saved: The expressions in which what was there is kept, as they are written.
    """
    if isinstance(value, ast.Call) and ast.unparse(value.func).endswith("cast"):
        value = value.args[-1]
    choices = value.values if isinstance(value, ast.BoolOp) else [value]
    if any(ast.unparse(each) in saved for each in choices):
        return True
    if _RESTORING.search(getattr(spot.function, "name", "")):
        return True
    return any(
        isinstance(each, ast.Try) and any(spot.node in ast.walk(last) for last in each.finalbody)
        for each in spot.around
    )
