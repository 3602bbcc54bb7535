"""Pickles functions, classes and modules by value, and reads them with the standard library."""

import pickle
import sys

import cloudpickle

WHEELS = ("cloudpickle==3.1.1",)

OFFSET = 5


def added(number):
    return number + OFFSET


def run() -> str:
    import dataclasses
    import enum
    import typing

    T = typing.TypeVar("T")

    def outer(factor):
        def inner(number):
            return helper(number) * factor

        def helper(number):
            return number + 1

        return inner

    @dataclasses.dataclass
    class Point:
        x: int
        y: int = 0

        def __add__(self, other):
            return Point(self.x + other.x, self.y + other.y)

    class Color(enum.Enum):
        RED = 1

    lines = [
        str(pickle.loads(cloudpickle.dumps(outer(3)))(4)),
        str(pickle.loads(cloudpickle.dumps(added))(1)),
        str(pickle.loads(cloudpickle.dumps(Point(1, 2))) + Point(1, 1)),
        str(pickle.loads(cloudpickle.dumps(Color.RED)) is Color.RED),
        str(pickle.loads(cloudpickle.dumps(lambda *, a=1, **k: (a, k)))(b=2)),
        str(pickle.loads(cloudpickle.dumps(T)) is T),
        str(pickle.loads(cloudpickle.dumps(cloudpickle)) is cloudpickle),
        str(pickle.loads(cloudpickle.dumps(cloudpickle.CloudPickler)) is cloudpickle.CloudPickler),
    ]
    module = sys.modules[added.__module__]
    cloudpickle.register_pickle_by_value(module)
    data = cloudpickle.dumps(added)
    cloudpickle.unregister_pickle_by_value(module)
    module.OFFSET = 100
    lines.append(f"{pickle.loads(data)(1)} {added(1)}")
    module.OFFSET = 5
    lines.append(str(cloudpickle.list_registry_pickle_by_value()))

    class Base:
        def who(self):
            return "base"

    class Child(Base):
        __slots__ = ("a",)

        def who(self):
            return f"child of {super().who()}"

        @property
        def size(self):
            return len(self.who())

    twin = pickle.loads(cloudpickle.dumps(Child))
    lines.append(f"{twin().who()} {twin().size} {twin is Child}")
    return "\n".join(lines)
