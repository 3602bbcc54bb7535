"""Annotations of a contract's module, said in another module: which names that one must import."""

from __future__ import annotations

import ast
import builtins
import sys
from copy import deepcopy
from typing import TYPE_CHECKING

from hotplug.authoring.sources import Imported
from hotplug.errors import BuildError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from hotplug.authoring.sources import Source

ANY = Imported("typing", "Any")


class Names:
    """The names of a module that is being written.

    Args:
        home: The module that the contract is asked for by: what it offers is imported from there.
        taken: Names that the module binds itself.
    """

    def __init__(self, home: str, taken: Iterable[str]) -> None:
        self._home = home
        self._imports: dict[str, Imported] = {}
        self._taken = set(taken)

    def need(self, wanted: Imported, *, preferred: str | None = None) -> str:
        """Have something imported, and return the name that it has then."""
        for local, each in self._imports.items():
            if each[:2] == wanted[:2]:
                return local
        local = preferred or wanted.name or wanted.module.partition(".")[0]
        while local in self._taken or local in self._imports:
            local = f"{local}_"
        self._imports[local] = wanted
        return local

    def any(self) -> ast.expr:
        """Return the annotation ``Any``."""
        return ast.Name(self.need(ANY))

    def lines(self) -> list[str]:
        """Return the import statements, sorted, with what is for type checkers at their end."""
        ordinary = {local: each for local, each in self._imports.items() if not each.for_checkers}
        lines = _statements(ordinary)
        only = {local: each for local, each in self._imports.items() if each.for_checkers}
        if only:
            if "TYPE_CHECKING" not in ordinary:
                lines = _statements({**ordinary, "TYPE_CHECKING": Imported("typing", "TYPE_CHECKING")})
            lines += ["", "if TYPE_CHECKING:", *(f"    {each}" for each in _statements(only) if each)]
        return lines

    def translated(
        self,
        node: ast.expr,
        source: Source,
        given: Mapping[str, ast.expr],
        *,
        local: Iterable[str] = (),
        value: bool = False,
    ) -> ast.expr:
        """Return an expression of a contract's module as it reads here.

        Args:
            node: The expression.
            source: The module that it stands in.
            given: What stands in the place of a type variable.
            local: Names that mean the same here, such as a method's own type parameters.
            value: Whether it is a value, in which a string is a string, and no annotation.
        """
        return _Translation(self, source, given, frozenset(local)).visit(node if value else _unquoted(node))

    def of(self, name: str, source: Source) -> str:
        """Return the name that a name of a contract's module has here.

        Raises:
            BuildError: If nothing tells what it stands for.
        """
        imported = source.imports.get(name)
        if imported is not None:
            return self.need(imported, preferred=name if imported.name != name else None)
        if name in source.definitions or hasattr(source.module, name):
            value: object = getattr(source.module, name, None)
            offered = value is not None and getattr(sys.modules.get(self._home), name, None) is value
            home = self._home if offered else source.module.__name__
            missing = not hasattr(source.module, name)
            return self.need(Imported(home, name, for_checkers=missing), preferred=name)
        if hasattr(builtins, name):
            return name
        raise BuildError(
            f"{source.module.__name__} does not tell what {name!r} stands for",
            remedy="write the plugin by hand, or have the contract say it more simply",
        )


class _Translation(ast.NodeTransformer):
    def __init__(self, names: Names, source: Source, given: Mapping[str, ast.expr], local: frozenset[str]) -> None:
        self._names, self._source, self._given, self._local = names, source, given, local

    def visit(self, node: ast.AST) -> ast.expr:
        found: ast.expr = super().visit(node)
        return found

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if node.id in self._local:
            return ast.Name(node.id)
        given = self._given.get(node.id)
        return given if given is not None else ast.Name(self._names.of(node.id, self._source))

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        if isinstance(node.value, ast.Name) and node.value.id in self._given:
            return self._names.any()  # P.args and P.kwargs of a class's ParamSpec
        if isinstance(node.value, ast.Name) and node.value.id not in self._local:
            self._import_submodule(node)
        return ast.Attribute(self.visit(node.value), node.attr)

    def visit_Starred(self, node: ast.Starred) -> ast.expr:
        return ast.Starred(self.visit(node.value))

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        name = _last(node.value)
        if name == "Literal":
            return ast.Subscript(self.visit(node.value), node.slice)
        if name == "Annotated" and isinstance(node.slice, ast.Tuple):
            return self.visit(node.slice.elts[0])  # what else it says is for its reader
        return ast.Subscript(self.visit(node.value), self.visit(node.slice))

    def visit_Lambda(self, node: ast.Lambda) -> ast.expr:
        arguments = node.args
        every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
        own = self._local | {each.arg for each in every if each is not None}
        inside = _Translation(self._names, self._source, self._given, own)
        return ast.Lambda(arguments, inside.visit(node.body))

    def _import_submodule(self, node: ast.Attribute) -> None:
        """Note that ``import a.b`` binds ``a``; what is written here needs ``a.b``."""
        assert isinstance(node.value, ast.Name)  # noqa: S101
        imported = self._source.imports.get(node.value.id)
        if imported is None or imported.name is not None:
            return
        module = f"{imported.module}.{node.attr}"
        if module in sys.modules and node.value.id == imported.module:
            self._names.need(Imported(module, None, imported.for_checkers), preferred=module)


def _last(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _unquoted(node: ast.expr) -> ast.expr:
    """Return an annotation without the quotes of forward references: none are needed here."""

    class Unquoting(ast.NodeTransformer):
        def visit_Constant(self, node: ast.Constant) -> ast.AST:
            if not isinstance(node.value, str):
                return node
            try:
                found: ast.AST = self.visit(ast.parse(node.value.strip(), mode="eval").body)
            except SyntaxError:
                return node
            return found

        def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
            if _last(node.value) == "Literal":
                return node
            if _last(node.value) == "Annotated" and isinstance(node.slice, ast.Tuple):
                first: ast.AST = self.visit(node.slice.elts[0])
                return first
            return self.generic_visit(node)

    found: ast.expr = Unquoting().visit(deepcopy(node))
    return found


def _statements(imports: Mapping[str, Imported]) -> list[str]:
    modules: list[str] = []
    members: dict[str, list[str]] = {}
    for local, (module, name, _) in imports.items():
        if name is None:
            modules.append(f"import {module}" if local == module else f"import {module} as {local}")
        else:
            members.setdefault(module, []).append(name if local == name else f"{name} as {local}")
    lines = {each.split()[1]: each for each in sorted(modules)}
    sections: list[list[str]] = [[], []]
    for statement in lines.values():
        sections[_section(statement.split()[1])].append(statement)
    for module in sorted(members):
        plain = sorted((each for each in members[module] if " as " not in each), key=_order)
        renamed = [f"from {module} import {each}" for each in sorted(members[module]) if " as " in each]
        sections[_section(module)] += (_from(module, plain) if plain else []) + renamed
    return [line for at, part in enumerate(filter(None, sections)) for line in ([""] * bool(at) + part)]


def _from(module: str, names: list[str]) -> list[str]:
    line = f"from {module} import {', '.join(names)}"
    if len(line) <= 84:  # noqa: PLR2004  (88 but for the indentation under TYPE_CHECKING)
        return [line]
    return [f"from {module} import (", *(f"    {each}," for each in names), ")"]


def _section(module: str) -> int:
    return module.partition(".")[0] not in sys.stdlib_module_names


def _order(name: str) -> tuple[int, bool, str]:
    """Sort as Ruff and isort do: constants, classes, then all else."""
    return (0 if name.isupper() and len(name) > 1 else 1 if name[:1].isupper() else 2), name[:1] != "_", name
