"""What stands under a name, as it was found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotplug.contract.callables import code_of
from hotplug.contract.reflection import MISSING, code_place

if TYPE_CHECKING:
    from hotplug.contract.callables import Reading
    from hotplug.contract.terms import Term

METHOD, ATTRIBUTE, PROPERTY = "method", "attribute", "property"


class Found:
    """What a name stands for where it was found.

    Attributes:
        kind: METHOD, PROPERTY or ATTRIBUTE.
        signatures: Of something callable: its signatures, bound as they are when it is reached this way.
        term: The type that reading it gives; None where only the object itself is known.
        write: The type that may be assigned to it; None where assignment is refused.
        value: The object itself, where it could be had without running code; else MISSING.
        owner: The class that declares it, for what its type parameters stand for.
        class_variable: Whether it is declared a ClassVar; None where nothing is declared.
        on_class: Whether the class itself has it, rather than each instance.
        raw: What the namespace holds, to say where it stands.
        declared_only: Whether there is a declaration but no value (yet).
    """

    __slots__ = (
        "class_variable", "declared_only", "first", "kind", "on_class", "owner", "raw", "signatures", "term",
        "value", "write",
    )  # fmt: skip

    def __init__(
        self,
        kind: str,
        *,
        signatures: Reading | None = None,
        term: Term | None = None,
        write: Term | None = None,
        value: object = MISSING,
        owner: type | None = None,
        class_variable: bool | None = None,
        on_class: bool = False,
        raw: object = MISSING,
        declared_only: bool = False,
        first: Term | None = None,
    ) -> None:
        self.kind = kind
        self.signatures = signatures
        self.term = term
        self.write = write
        self.value = value
        self.owner = owner
        self.class_variable = class_variable
        self.on_class = on_class
        self.raw = raw
        self.declared_only = declared_only
        # The annotation of the method's first parameter, which may say for which Self it is meant.
        self.first = first

    def place(self) -> str | None:
        """Return ``file:line`` of what was found, or None where nothing says."""
        code = code_of(self.raw) if self.raw is not MISSING else None
        return None if code is None else code_place(code)
