"""Signatures as plain data, and how they read to an author."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotplug.contract.terms import ANY, AnyTerm, Term

if TYPE_CHECKING:
    from collections.abc import Hashable


class Parameter:
    """One named parameter.

    Attributes:
        name: The name; empty where the type form has none, as in ``Callable[[int], str]``.
        term: The annotation's type; Any where there is none.
        optional: Whether it has a default.
    """

    __slots__ = ("name", "optional", "term")

    def __init__(self, name: str, term: Term, *, optional: bool = False) -> None:
        self.name = name
        self.term = term
        self.optional = optional

    def with_term(self, term: Term) -> Parameter:
        """Return the same parameter with another type."""
        return Parameter(self.name, term, optional=self.optional)

    def __str__(self) -> str:
        text = self.name or "_"
        if not (isinstance(self.term, AnyTerm) and self.term.reason):
            text = f"{text}: {self.term}" if self.name else str(self.term)
        return f"{text} = ..." if self.optional else text


class Signature:
    """What a callable accepts and returns.

    Attributes:
        positional: The parameters that take positional arguments.
        only: How many of these, from the left, take positional arguments only.
        variadic: ``*args``, or None.
        keywords: The keyword-only parameters.
        extra: ``**kwargs``, or None.
        returns: The type of the call's value: for ``async def`` a Coroutine.
        gradual: Whether it is ``...``: any further parameters are as good as any other.
        rest: The ParamSpec whose parameters follow, or None.
        open: Whether type variables or Self may stand in it.
    """

    __slots__ = ("extra", "gradual", "keywords", "only", "open", "positional", "rest", "returns", "variadic")

    def __init__(  # noqa: PLR0917 - the order is that of a parameter list
        self,
        positional: tuple[Parameter, ...] = (),
        only: int = 0,
        variadic: Parameter | None = None,
        keywords: tuple[Parameter, ...] = (),
        extra: Parameter | None = None,
        returns: Term = ANY,
        *,
        gradual: bool = False,
        rest: Term | None = None,
        open: bool = True,  # noqa: A002 - the field's word for a term with free variables
    ) -> None:
        self.positional = positional
        self.only = only
        self.variadic = variadic
        self.keywords = keywords
        self.extra = extra
        self.returns = returns
        self.gradual = gradual
        self.rest = rest
        self.open = open

    def replaced(
        self,
        *,
        positional: tuple[Parameter, ...] | None = None,
        only: int | None = None,
        returns: Term | None = None,
    ) -> Signature:
        """Return the signature with other positional parameters, or another result."""
        return Signature(
            self.positional if positional is None else positional,
            self.only if only is None else only,
            self.variadic,
            self.keywords,
            self.extra,
            self.returns if returns is None else returns,
            gradual=self.gradual,
            rest=self.rest,
            open=self.open,
        )

    def bound(self) -> Signature | None:
        """Return the signature of the bound method, without its first parameter; None where there is none."""
        if self.positional:
            return self.replaced(positional=self.positional[1:], only=max(self.only - 1, 0))
        return self if self.variadic is not None or self.gradual or self.rest is not None else None

    def key(self) -> Hashable:
        """Return what identifies the signature."""
        return (
            tuple((each.name, each.term.key(), each.optional) for each in self.positional),
            self.only,
            self.variadic and self.variadic.term.key(),
            frozenset((each.name, each.term.key(), each.optional) for each in self.keywords),
            self.extra and self.extra.term.key(),
            self.returns.key(),
            self.gradual,
            self.rest and self.rest.key(),
        )

    def parameters_text(self) -> str:
        """Return the parameter list as a ``def`` would have it, in parentheses."""
        items: list[str] = []
        for index, each in enumerate(self.positional):
            items.append(str(each))
            if index + 1 == self.only and each.name:
                items.append("/")
        if self.variadic is not None:
            items.append(f"*{self.variadic}")
        elif self.keywords:
            items.append("*")
        items += [str(each) for each in self.keywords]
        if self.extra is not None:
            items.append(f"**{self.extra}")
        if self.rest is not None:
            items.append(f"**{self.rest}")
        elif self.gradual and self.variadic is None:
            items.append("...")
        return f"({', '.join(items)})"

    def as_callable(self) -> str:
        """Return it as a Callable type where that can say it, else as a ``def`` would."""
        plain = self.only == len(self.positional) and not self.keywords and self.variadic is None
        if plain and self.extra is None and self.rest is None:
            if self.gradual and not self.positional:
                return f"Callable[..., {self.returns}]"
            if not self.gradual and not any(each.optional for each in self.positional):
                listed = ", ".join([str(each.term) for each in self.positional])
                return f"Callable[[{listed}], {self.returns}]"
        return str(self)

    def __str__(self) -> str:
        text = self.parameters_text()
        if isinstance(self.returns, AnyTerm) and self.returns.reason:
            return text
        return f"{text} -> {self.returns}"
