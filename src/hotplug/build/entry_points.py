"""Entry points as they are given to a build: ``GROUP:NAME=OBJECT_REFERENCE``.

The rules are those of https://packaging.python.org/specifications/entry-points/, the recommended ones.
"""

from __future__ import annotations

import keyword
import re
from typing import NamedTuple

from hotplug.errors import BuildError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Self

_GROUP = re.compile(r"\w+(\.\w+)*", re.ASCII)
_NAME = re.compile(r"[\w.-]+", re.ASCII)
_FORM = "the form is GROUP:NAME=MODULE:ATTRIBUTE, for example greeter.plugins:french=french:Greeter"


class EntryPoint(NamedTuple):
    """One entry point.

    Attributes:
        group: Whom it is offered to: ``greeter.plugins``.
        name: The name that it is offered under: ``french``.
        reference: Where it is: ``french:Greeter``, or a module alone.
    """

    group: str
    name: str
    reference: str

    @property
    def module(self) -> str:
        """The dotted name of the module that the reference begins with."""
        return self.reference.partition(":")[0]

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the entry point that a text describes.

        Raises:
            BuildError: If it is not of the form ``GROUP:NAME=OBJECT_REFERENCE``.
        """
        offer, equals, reference = (part.strip() for part in text.partition("="))
        group, colon, name = (part.strip() for part in offer.partition(":"))
        module, attribute_follows, attribute = (part.strip() for part in reference.partition(":"))
        if not (equals and colon):
            fault = "is not an entry point"
        elif not _GROUP.fullmatch(group):
            fault = f"has {group!r} for a group, which is not words with dots between them"
        elif not _NAME.fullmatch(name):
            fault = f"has {name!r} for a name, which is not of letters, digits, '_', '.' and '-'"
        elif not _is_dotted(module) or (attribute_follows and not _is_dotted(attribute)):
            fault = f"has {reference!r} for an object reference, which is not MODULE:ATTRIBUTE"
        else:
            return cls(group, name, f"{module}:{attribute}" if attribute_follows else module)
        raise BuildError(f"{text!r} {fault}", remedy=_FORM)


def grouped(points: Iterable[EntryPoint]) -> dict[str, dict[str, str]]:
    """Return entry points as group to name to reference.

    Raises:
        BuildError: If a name is there twice in one group.
    """
    groups: dict[str, dict[str, str]] = {}
    for group, name, reference in points:
        names = groups.setdefault(group, {})
        if names.setdefault(name, reference) != reference:
            raise BuildError(f"{group}:{name} is given twice, as {names[name]} and as {reference}")
    return groups


def check_modules(points: Iterable[EntryPoint], files: Mapping[str, bytes], *, plugin: str) -> None:
    """Check that the module of each entry point is among the files of a wheel.

    Raises:
        BuildError: If one is not: nobody could load it.
    """
    for point in points:
        place = point.module.replace(".", "/")
        if f"{place}.py" not in files and not any(path.startswith(f"{place}/") for path in files):
            tops = {path.partition("/")[0].removesuffix(".py") for path in files if path.endswith(".py")}
            raise BuildError(
                f"the entry point {point.group}:{point.name} names the module {point.module}, "
                f"which the wheel does not hold; it holds {', '.join(sorted(tops))}",
                plugin=plugin,
            )


def _is_dotted(text: str) -> bool:
    return all(part.isidentifier() and not keyword.iskeyword(part) for part in text.split("."))
