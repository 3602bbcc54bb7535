"""A contract's type form, made again in the worker of what the host wrote down."""

from __future__ import annotations

import typing
from typing import TYPE_CHECKING, Any, cast

from hotplug.boundaries.activation import kind_of, text_of
from hotplug.boundaries.process.naming.constants import bounds_of, constant_of
from hotplug.boundaries.process.naming.places import imported, imported_class
from hotplug.boundaries.process.naming.script import take_script
from hotplug.boundaries.process.naming.unnameable import Unnameable
from hotplug.light import import_module

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


def form_of(data: object) -> object:
    """Return the type form that `form_data` wrote down; the modules that it names are imported.

    Raises:
        Unnameable: If a class in it is not found here, or importing it fails.
    """
    tree, script = _items(data, 2)
    take_script(script)
    try:
        return _live(tree)
    except RecursionError:
        raise Unnameable("the type has no end", None) from None


def _live(tree: object) -> object:
    kind, *parts = _items(tree) or [None]
    making = _MAKING.get(kind) if type(kind) is str else None
    if making is None:
        raise _unreadable()
    try:
        return making(*parts)
    except Unnameable:
        raise
    except Exception as error:
        reason = f"a type of the contract cannot be made in the worker: {kind_of(error)}: {text_of(error)}"
        raise Unnameable(reason, None) from error


def _all(trees: object) -> list[object]:
    return [_live(each) for each in _items(trees)]


def _subscripted(origin: object, args: object) -> object:
    head: Any = _live(origin)
    live = _all(args)
    return head[live[0] if len(live) == 1 else tuple(live)]


def _named(place: object) -> object:
    return imported(_string(place))


def _text(text: object, module: object) -> object:
    if type(text) is not str:
        raise _unreadable()
    if module is None:
        return text
    if type(module) is not str:
        raise _unreadable()
    import_module(module)
    return typing.ForwardRef(text, module=module)


def _union(trees: object) -> object:
    return typing.Union[tuple(_all(trees))]  # noqa: UP007


def _option(tree: object) -> object:
    items = _items(tree)
    if items[:1] != ["member"]:
        return constant_of(tree)
    _, place, name = _items(tree, 3)
    return cast("Any", imported_class(_string(place)))[_string(name)]


def _literal(options: object) -> object:
    form: Any = typing.Literal
    return form[tuple(map(_option, _items(options)))]


def _metadata(tree: object) -> object:
    kind, said = _items(tree, 2)
    return bounds_of(said) if kind == "bounds" else constant_of(tree)


def _annotated(tree: object, beside: object) -> object:
    form: Any = typing.Annotated
    metadata = map(_metadata, _items(beside))
    live = _live(tree)
    return form[(live, *metadata)] if beside else live


def _starred(tree: object) -> object:
    (unpacked,) = cast("Iterable[object]", _live(tree))
    return unpacked


def _items(data: object, count: int | None = None) -> list[Any]:
    if isinstance(data, list):
        items: list[Any] = cast("list[object]", data)
        if count is None or len(items) == count:
            return items
    raise _unreadable()


def _string(data: object) -> str:
    if type(data) is not str:
        raise _unreadable()
    return data


def _unreadable() -> Unnameable:
    return Unnameable("the contract cannot be read as the host wrote it", None)


_MAKING: dict[str, Callable[..., object]] = {
    "none": lambda: None,
    "...": lambda: ...,
    "name": _named,
    "text": _text,
    "list": _all,
    "[]": _subscripted,
    "|": _union,
    "literal": _literal,
    "annotated": _annotated,
    "*": _starred,
}
