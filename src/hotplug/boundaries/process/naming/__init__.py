"""What a contract is called, so that another interpreter knows what is meant: type forms and shapes as plain data.

A class goes by its module and its qualified name, everything else as a tree of lists, strings and numbers. The
host writes a contract down (`form_data`), the worker makes the live form of it (`form_of`), by importing; a
contract in a script comes from the script's declarations, of which only those that it needs run. In the other
direction nothing is imported and nothing runs: what a worker says of shapes (`shapes_of_data`) is checked down to
the last word, and its classes are looked up among what the host has (`known_class`).

What does not live here: how values cross, and whether the two sides agree (`wire_fingerprint`).
"""

from __future__ import annotations

from hotplug.boundaries.process.naming.forms import form_data
from hotplug.boundaries.process.naming.live import form_of
from hotplug.boundaries.process.naming.places import imported_class, known_class
from hotplug.boundaries.process.naming.script import script_data, take_script
from hotplug.boundaries.process.naming.shapes import shapes_data, shapes_of_data
from hotplug.boundaries.process.naming.unnameable import Unnameable

__all__ = [
    "Unnameable",
    "form_data",
    "form_of",
    "imported_class",
    "known_class",
    "script_data",
    "shapes_data",
    "shapes_of_data",
    "take_script",
]
