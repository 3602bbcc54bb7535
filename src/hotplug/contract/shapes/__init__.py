"""How the values of a contract cross a boundary: read from its types, written down, compared, asked of values.

`shape` says what can be said of a crossing; `reading` (with `classes`, `functions`, `containers`, `names`) makes
it of types; `fitting` says which values a shape fits and which branch of a union one takes. Nothing is encoded
here: the worker and the sandbox make their own plans of shapes.

The standard library only, nothing of hotplug, and relative imports: the folder also runs inside a guest, under
whatever name it has there.
"""

from __future__ import annotations

from .fitting import admitted, branch, fits, misfit
from .reading import shape_of, shapes_of
from .shape import (
    Array,
    Choice,
    Context,
    Enumeration,
    Field,
    Function,
    Integer,
    Interface,
    Items,
    Member,
    Never,
    OneOf,
    Pairs,
    Parameter,
    Plain,
    Raised,
    Record,
    Ref,
    Refusal,
    Shape,
    Shapes,
    Stream,
    Tuple,
    Untyped,
)

__all__ = [
    "Array",
    "Choice",
    "Context",
    "Enumeration",
    "Field",
    "Function",
    "Integer",
    "Interface",
    "Items",
    "Member",
    "Never",
    "OneOf",
    "Pairs",
    "Parameter",
    "Plain",
    "Raised",
    "Record",
    "Ref",
    "Refusal",
    "Shape",
    "Shapes",
    "Stream",
    "Tuple",
    "Untyped",
    "admitted",
    "branch",
    "fits",
    "misfit",
    "shape_of",
    "shapes_of",
]
