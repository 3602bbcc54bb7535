"""What the source does not tell, and the two faces that it gets: the worst that it could be, and the best."""

from __future__ import annotations

import enum
import typing


class Face(enum.Enum):
    """What is assumed of everything unknown.

    WORST: it is of a type of its own that nothing else fits, so a yes holds whatever it really is.
    BEST: it is Any, so a no holds whatever it really is.
    """

    WORST = "worst"
    BEST = "best"


class Unknown:
    """A value or type that the source does not tell.

    Args:
        reason: Why it is not told: ``value computed by a call of make()``.
        place: Where, ``file:line``.
        foreign: Whether it cannot be an object of the plugin's own, so that what is done to it changes none.
        plain: Whether it is certainly no descriptor: a class that holds it hands out the value itself.
        kind: The class of which it certainly is an instance, or None.
    """

    __slots__ = ("_opaque", "foreign", "kind", "place", "plain", "reason")

    def __init__(
        self, reason: str, place: str, *, foreign: bool = False, plain: bool = False, kind: type | None = None
    ) -> None:
        self.reason = reason
        self.place = place
        self.foreign = foreign
        self.plain = plain
        self.kind = kind
        self._opaque: type | None = None

    def as_type(self, face: Face) -> object:
        """Return what stands for it where a type is wanted."""
        return typing.Any if face is Face.BEST else self._worst()

    def as_value(self) -> object:
        """Return what stands for it at its worst where a value is wanted."""
        made: object = self._worst()()
        return made

    def as_anything(self) -> object:
        """Return what stands for it at its best in a class: an attribute that is Any, and takes Any."""
        cls = type(f"<{self.reason}>", (), {"__module__": "builtins", "unknown": self})
        _make_descriptor(cls, typing.Any)
        return cls()

    def _worst(self) -> type:
        if self._opaque is None:
            bases = () if self.kind is None or self.kind not in _OPEN else (self.kind,)
            opaque: type = type(f"<{self.reason}>", bases, {"__module__": "builtins", "unknown": self})
            if not self.plain:
                # It might be a descriptor, which decides for itself what reading and writing it means.
                _make_descriptor(opaque, opaque)
            self._opaque = opaque
        return self._opaque

    def __str__(self) -> str:
        return f"{self.reason}  ({self.place})"


_OPEN: frozenset[type] = frozenset({int, str, float, bytes, list, dict, set, tuple})
"""The builtin classes of which an unknown value may be an instance; the others cannot be derived from."""


def _make_descriptor(cls: type, form: object) -> None:
    def get(self: object, instance: object, owner: object = None) -> object:
        del instance, owner
        return self

    def put(self: object, instance: object, value: object) -> None:
        del self, instance, value

    get.__annotations__ = {"return": form}
    put.__annotations__ = {"value": form, "return": None}
    type.__setattr__(cls, "__get__", get)
    type.__setattr__(cls, "__set__", put)
