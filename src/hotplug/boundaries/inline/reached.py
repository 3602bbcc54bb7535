"""What a plugin's rewritten source asks for: the names that the compiler of it and those who answer agree on."""

from __future__ import annotations

REACH = "__hotplug__"
"""The name, among a plugin's builtins, of the function that is asked for an attribute."""

GIVEN = "__hotplug_given__"
"""The name of the function that gives the host's own for such an attribute, where it is assigned to a module."""

NAMING = REAL, PRIVATE, EQUAL, UNEQUAL, AMONG, BEGINS, ITEM, GET = (
    "__hotplug_real__",
    "__hotplug_private__",
    "__hotplug_equal__",
    "__hotplug_unequal__",
    "__hotplug_among__",
    "__hotplug_begins__",
    "__hotplug_item__",
    "__hotplug_get__",
)
"""The names of the functions that tell private names from real ones: ``hotplug.boundaries.inline.naming``."""

REACHED = {
    "sys": ("modules", "path", "meta_path"),
    "importlib": ("import_module",),
    "importlib.util": ("find_spec", "spec_from_file_location"),
    "runpy": ("run_module", "run_path"),
    "pkgutil": ("get_data", "walk_packages"),
    "os": ("register_at_fork",),
}
"""The attributes that are asked of the namespace, by the module that they belong to."""
