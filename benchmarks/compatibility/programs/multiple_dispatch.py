"""Dispatches functions and methods on the types of their arguments, some of them given as text."""

from __future__ import annotations

from typing import Union

from multimethod import multimethod
from multipledispatch import dispatch
from plum import Dispatcher as Plum
from plum import NotFoundLookupError, parametric

WHEELS = ("plum-dispatch==2.10.1", "multimethod==2.1", "multipledispatch==1.0.0")
NEEDS = ("beartype==0.23.1", "rich==15.0.0", "typing-extensions==4.16.0")


plum = Plum()


class Shape:
    pass


class Circle(Shape):
    pass


@plum
def area(a: Shape, b: int) -> str:
    return "shape int"


@plum
def area(a: "Circle", b: Union[int, str]) -> str:  # noqa: F811
    return "circle either"


@plum
def area(a: list[int], b) -> int:  # noqa: F811
    """The third."""
    return len(a)


class Box:
    @plum
    def put(self, other: "Box") -> str:
        return "box"

    @plum
    def put(self, other: int) -> str:  # noqa: F811
        return "int"


@parametric
class Par:
    def __init__(self, *a):
        self.a = a


@multimethod
def joined(a: int, b: Shape):
    return "int shape"


@multimethod
def joined(a: int, b: "Circle"):  # noqa: F811
    return "int circle"


@multimethod
def joined(a: list[int], b: object):  # noqa: F811
    return "list"


@dispatch(int, (int, str))
def old(a, b):
    return "int either"


@dispatch(object, object)
def old(a, b):  # noqa: F811
    return "objects"


def run() -> str:
    lines = [area(Shape(), 1), area(Circle(), "x"), str(area([1, 2], None)), Box().put(Box()), Box().put(3)]
    try:
        area("no", "no")
    except NotFoundLookupError as error:
        lines.append(str(error).splitlines()[0])
    lines.append(str(Par[int] is Par[int]) + repr(type(Par(1)).__name__))
    lines += [joined(1, Shape()), joined(1, Circle()), joined([1], 2)]
    try:
        joined("a", "b")
    except Exception as error:
        lines.append(f"{type(error).__name__} {error}")
    lines += [old(1, "a"), old([], {}), old.__name__, str(len(old.funcs))]
    lines.append(str(len(joined)))
    lines.append(area.__qualname__ + area.__module__ + str(len(area.methods)))
    return "\n".join(lines)
