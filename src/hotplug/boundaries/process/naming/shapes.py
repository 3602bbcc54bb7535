"""Shapes as data, and back: what a worker says of its types is believed in no word that was not checked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotplug.boundaries.process.naming.agreement import agrees, disagreement
from hotplug.boundaries.process.naming.nodes import Impossible, Reader, node_data
from hotplug.boundaries.process.naming.unnameable import Unnameable
from hotplug.contract.reflection import derives
from hotplug.contract.shapes.shape import (
    NEVER,
    Choice,
    Enumeration,
    Field,
    Function,
    Interface,
    Member,
    Node,
    OneOf,
    Parameter,
    Ref,
    Refusal,
    Shape,
    Shapes,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from hotplug.boundaries.process.naming.data import Data

_PARTS = 4
_MOST_BRANCHES = 10_000


def shapes_data(shapes: Shapes) -> Data:
    """Return shapes as data; of their classes the names."""
    return [
        node_data(shapes.root),
        [[name, node_data(each)] for name, each in shapes.definitions.items()],
        [[each.path, each.reason] for each in shapes.refusals],
        list(shapes.classes),
    ]


def shapes_of_data(data: object, find: Callable[[str], type | None]) -> Shapes:
    """Return the shapes that data describes.

    Args:
        data: What the other side said: anything.
        find: Returns the class of a name, None where there is none. Of data whose class is not there, or has
            other contents than the other side says, the result has a refusal, where it is first used.

    Raises:
        Unnameable: If the data describes no shapes.
    """
    try:
        shapes, names = _read(data)
        _check_whole(shapes)
    except RecursionError:
        raise Unnameable("the types of the other side's values have no end", None) from None
    except Impossible as problem:
        raise Unnameable(f"what the other side says of its types cannot be read: {problem}", None) from None
    return _with_classes(shapes, {name: cls for name in names if (cls := find(name)) is not None})


def _read(data: object) -> tuple[Shapes, list[str]]:
    reader = Reader()
    root, pairs, refused, names = reader.items(data, _PARTS)
    definitions: dict[str, Shape] = {}
    for each in reader.items(pairs):
        name, shape = reader.items(each, 2)
        if not reader.text(name).isprintable():  # a class is made that is called so
            raise Impossible("a type has no name that can be printed")
        definitions[reader.text(name)] = reader.shape(shape, definition=True)
    refusals = [Refusal(*map(reader.text, reader.items(each, 2))) for each in reader.items(refused)]
    shapes = Shapes(reader.shape(root), definitions, tuple(refusals))
    if not reader.refs <= definitions.keys():
        raise Impossible("a type is named and not described")
    return shapes, [reader.text(each) for each in reader.items(names)]


def _check_whole(shapes: Shapes) -> None:
    """Refuse what a node cannot be beside the definitions: a union of itself, a member that its enum has not."""
    pending: list[Node] = [shapes.root, *shapes.definitions.values()]
    while pending:
        node = pending.pop()
        pending += node.children()
        if isinstance(node, OneOf):
            _count(node, shapes, {})
            if sum(shapes.is_reference(each) for each in node.branches) > 1:
                raise Impossible("a value may be either of two references")
        elif isinstance(node, Choice):
            for kind, name in node.options:
                enum = shapes.definitions.get(kind)
                if enum is not None and not (isinstance(enum, Enumeration) and name in dict(enum.members)):
                    raise Impossible("a value is listed that its enum has not")


def _count(shape: Shape, shapes: Shapes, known: dict[str, int]) -> int:
    """Return how many branches a union has, those of unions in it included; one without end is a RecursionError.

    What is asked of a union is asked of all of them: one that has more of them than it has words is a trap.
    """
    if isinstance(shape, Ref):
        if shape.name not in known:
            known[shape.name] = _count(shapes.definitions[shape.name], shapes, known)
        return known[shape.name]
    found = sum(_count(each, shapes, known) for each in shape.branches) if isinstance(shape, OneOf) else 1
    if found > _MOST_BRANCHES:
        raise Impossible("a union has too many branches")
    return found


def _with_classes(shapes: Shapes, found: Mapping[str, type]) -> Shapes:
    """Return the shapes with the classes that are what their definitions say."""
    classes = {
        name: cls
        for name, cls in found.items()
        if not _is_abc(shapes.definitions.get(name), cls)
        and (agrees(name, cls, shapes) if name in shapes.definitions else _may_be_raised(cls))
    }
    reasons = {
        name: reason
        for name, shape in shapes.definitions.items()
        if (reason := disagreement(name, shape, found, agreed=name in classes)) is not None
    }
    if not reasons:
        return Shapes(shapes.root, shapes.definitions, shapes.refusals, classes)
    places = dict(_places(shapes))
    refusals = [Refusal(places.get(name, ""), reason) for name, reason in reasons.items()]
    definitions = {**shapes.definitions, **dict.fromkeys(reasons, NEVER)}
    return Shapes(shapes.root, definitions, (*shapes.refusals, *refusals), classes)


def _is_abc(shape: Shape | None, cls: type) -> bool:
    """Tell whether the class is an ABC, with which nothing is registered because a worker names it."""
    return isinstance(shape, Interface) and vars(cls).get("_is_protocol") is not True


def _may_be_raised(cls: type) -> bool:
    """Tell whether the other side may have such an exception raised here: none that would end this program."""
    return derives(cls, Exception) and not (derives(cls, StopIteration) or derives(cls, StopAsyncIteration))


def _places(shapes: Shapes) -> Iterator[tuple[str, str]]:
    """Yield each definition's name, with the path at which it is first used."""
    seen: set[str] = set()
    pending: list[tuple[str, Node]] = [("", shapes.root)]
    while pending:
        path, node = pending.pop(0)
        named = [node.name] if isinstance(node, Ref) else ()
        if isinstance(node, Choice):
            named = [kind for kind, _ in node.options if kind in shapes.definitions]
        for name in named:
            if name not in seen:
                seen.add(name)
                yield name, path
                pending.append((path, shapes.definitions[name]))
        pending += [(_path(path, node, each), each) for each in node.children()]


def _path(path: str, node: Node, child: Node) -> str:
    if isinstance(child, Member | Field):
        return f"{path}.{child.name}" if path else child.name
    if isinstance(child, Parameter):
        return f"{path}({child.name})"
    return f"{path}.return" if isinstance(node, Function) else path
