"""The source of the modules in which a contract is written: what a name in them stands for."""

from __future__ import annotations

import ast
import importlib
import inspect
import sys
from typing import TYPE_CHECKING, NamedTuple

from hotplug.errors import BuildError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import ModuleType

_WRITTEN_IN = {"collections.abc": "_collections_abc"}
_DEFINING = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


class Imported(NamedTuple):
    """An import that binds a name.

    Attributes:
        module: The absolute name of the module.
        name: What is imported from it; None for the module itself.
        for_checkers: Whether it stands under ``if TYPE_CHECKING``.
    """

    module: str
    name: str | None
    for_checkers: bool = False


class Source:
    """One module's source.

    Attributes:
        module: The module, imported.
        imports: The imports of its top level, by the name that they bind.
        definitions: The other statements of its top level that bind a name, by that name.
    """

    def __init__(self, module: ModuleType) -> None:
        self.module = module
        self.imports: dict[str, Imported] = {}
        self.definitions: dict[str, ast.stmt] = {}
        self._stars: list[str] = []
        try:
            tree = ast.parse(inspect.getsource(module))
        except (OSError, TypeError, SyntaxError) as error:
            raise BuildError(
                f"stubs are written from the source of {module.__name__}, which cannot be read: {error}",
                remedy="write the plugin by hand: the documentation for authors says how",
            ) from error
        self._read(tree.body, for_checkers=False)

    @classmethod
    def of(cls, name: str) -> Source:
        """Return the source of a module that is imported, or can be."""
        name = _WRITTEN_IN.get(name, name)
        known = _read.get(name)
        module = sys.modules.get(name) or importlib.import_module(name)
        if known is None or known.module is not module:
            known = _read[name] = cls(module)
        return known

    def follow(self, name: str) -> tuple[Source, str]:
        """Return the module in which a name is defined, and its name there, through imports of other modules."""
        imported = self.origin(name)
        seen = {self.module.__name__}
        source: Source = self
        while imported is not None and imported.name is not None and imported.module not in seen:
            seen.add(imported.module)
            source, name = Source.of(imported.module), imported.name
            imported = source.origin(name)
        return source, name

    def origin(self, name: str) -> Imported | None:
        """Return the import that binds a name, a star import too; None where the module defines it itself."""
        if name in self.imports or name in self.definitions:
            return self.imports.get(name)
        stars = (each for each in self._stars if hasattr(sys.modules.get(each), name))
        return next((Imported(each, name) for each in stars), None)

    def find_class(self, qualified_name: str) -> ast.ClassDef | None:
        """Return the definition of a class, also of one in a class; None if there is none to be seen."""
        found: ast.stmt | None = None
        inside: Iterable[ast.stmt] = self.definitions.values()
        for part in qualified_name.split("."):
            found = next((each for each in inside if isinstance(each, ast.ClassDef) and each.name == part), None)
            if not isinstance(found, ast.ClassDef):
                return None
            inside = list(unfolded(found.body))
        return found if isinstance(found, ast.ClassDef) else None

    def _read(self, body: Iterable[ast.stmt], *, for_checkers: bool) -> None:
        for each in body:
            if isinstance(each, ast.Import):
                for alias in each.names:
                    bound = alias.asname or alias.name.partition(".")[0]
                    module = alias.name if alias.asname else bound
                    self.imports[bound] = Imported(module, None, for_checkers)
            elif isinstance(each, ast.ImportFrom):
                origin = self._absolute(each)
                for alias in each.names:
                    if alias.name == "*":
                        self._stars.append(origin)
                    else:
                        self.imports[alias.asname or alias.name] = Imported(origin, alias.name, for_checkers)
            elif isinstance(each, ast.If):
                self._read(each.body, for_checkers=for_checkers or "TYPE_CHECKING" in ast.unparse(each.test))
                self._read(each.orelse, for_checkers=for_checkers)
            elif isinstance(each, ast.Try):
                for part in (each.body, *(handler.body for handler in each.handlers), each.orelse, each.finalbody):
                    self._read(part, for_checkers=for_checkers)
            else:
                for name in _bound(each):
                    self.definitions.setdefault(name, each)

    def _absolute(self, statement: ast.ImportFrom) -> str:
        if not statement.level:
            return statement.module or ""
        package: str = self.module.__package__ or self.module.__name__
        parts = package.split(".")
        base = parts[: len(parts) - statement.level + 1]
        return ".".join([*base, *filter(None, [statement.module])])


_read: dict[str, Source] = {}


def unfolded(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield the statements of a class's body, those under ``if`` too."""
    for each in body:
        if isinstance(each, ast.If):
            yield from unfolded([*each.body, *each.orelse])
        else:
            yield each


def _bound(statement: ast.stmt) -> Iterator[str]:
    if isinstance(statement, _DEFINING):
        yield statement.name
    elif isinstance(statement, ast.Assign):
        yield from (each.id for each in statement.targets if isinstance(each, ast.Name))
    elif isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
        yield statement.target.id
    elif type(statement).__name__ == "TypeAlias":  # Python 3.12
        name: object = getattr(statement, "name", None)
        if isinstance(name, ast.Name):
            yield name.id
