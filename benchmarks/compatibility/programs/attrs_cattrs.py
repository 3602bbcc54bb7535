"""Makes classes with slots and validators, and structures them from and to plain data; two wheels."""

from __future__ import annotations

import enum
import pickle
from typing import Optional, Union

import attr
from attrs import Factory, define, evolve, field, frozen, resolve_types, validators
from cattrs import Converter, transform_error
from cattrs.errors import ClassValidationError
from cattrs.gen import make_dict_unstructure_fn, override
from cattrs.preconf.json import make_converter

WHEELS = ("attrs==25.4.0", "cattrs==25.3.0")


class Color(enum.Enum):
    RED = "red"
    BLUE = "blue"


@define
class Point:
    x: int = field(validator=validators.instance_of(int), converter=int)
    y: int = 0
    color: Color = Color.RED


@frozen(order=True, kw_only=True)
class Shape:
    name: str
    points: list[Point] = Factory(list)
    inner: Optional[Shape] = None
    either: Union[Point, None] = None


def run() -> str:
    point = Point("3", color=Color.BLUE)
    shape = Shape(name="s", points=[point, Point(1)], inner=Shape(name="t"))
    lines = [repr(point), repr(evolve(shape, name="u")), str(hasattr(point, "__dict__"))]
    lines.append(str(pickle.loads(pickle.dumps(shape)) == shape))
    resolve_types(Shape)
    lines.append(str(attr.fields(Shape).inner.type == Optional[Shape]))
    try:
        point.z = 1
    except AttributeError as error:
        lines.append(str(error))
    try:
        validators.in_([1, 2])(None, attr.fields(Point).y, 3)
    except ValueError as error:
        lines.append(str(error)[:40])
    converter = Converter()
    plain = converter.unstructure(shape)
    lines += [str(plain), str(converter.structure(plain, Shape) == shape)]
    hook = make_dict_unstructure_fn(Point, converter, y=override(rename="why"), _cattrs_omit_if_default=True)
    converter.register_unstructure_hook(Point, hook)
    lines.append(str(converter.unstructure(point)))
    try:
        converter.structure({"name": 1, "points": [{"x": "no"}], "inner": {"points": 3}}, Shape)
    except ClassValidationError as error:
        lines += transform_error(error)
    lines.append(make_converter().dumps(point))
    return "\n".join(lines)
