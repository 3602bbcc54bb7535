"""The declarations of a script: those that a class needs are run in their order, and no other statement.

A declaration is an import, a class, a function, a type alias, or a name that is given a value by no more than
literals, other names and calls of what makes types and plain values. Under an ``if`` that a type checker decides
too, or a ``try``, the declarations alone are taken. What the host's script does beside that (open plugins, serve,
print) is not done a second time.
"""

from __future__ import annotations

import ast
import builtins
from typing import TYPE_CHECKING

from hotplug.boundaries.activation import kind_of, text_of
from hotplug.boundaries.process.naming.needs import bound_by, needed_by
from hotplug.boundaries.process.naming.selection import declared
from hotplug.boundaries.process.naming.unnameable import Unnameable

if TYPE_CHECKING:
    from collections.abc import Iterable

_FILE = "__file__"


class Declarations:
    """The declarations of one script.

    Args:
        path: Its file.

    Raises:
        Unnameable: If it cannot be read.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        try:
            with open(path, "rb") as file:
                tree = ast.parse(file.read(), path)
        except (OSError, SyntaxError, ValueError) as error:
            raise Unnameable(f"the script {path} cannot be read: {text_of(error)}") from error
        self._whole = tree
        self._statements = list(declared(tree.body))
        self._binds = [bound_by(each) for each in self._statements]
        self._future = [each for each in self._statements if _is_future(each)]
        self._done: set[int] = set()

    def run(self, name: str, names: dict[str, object]) -> None:
        """Run the declaration of a name and what that needs, where it was not done yet.

        Args:
            name: The name.
            names: The globals.

        Raises:
            Unnameable: If the script does not declare it, or a declaration fails.
        """
        chosen = self._closure(name)
        if not any(name in self._binds[index] or "*" in self._binds[index] for index in chosen | self._done):
            raise Unnameable(self._why_not(name), "move it to the top level of the script, or into a module")
        if any(_FILE in needed_by(self._statements[index]) for index in chosen):
            names.setdefault(_FILE, self._path)
        for index in sorted(chosen - self._done):
            try:
                self._run(self._statements[index], names)
                self._done.add(index)
            except Exception as error:
                line = self._statements[index].lineno
                said = f"{kind_of(error)}: {text_of(error)}"
                raise Unnameable(
                    f"{name} is defined in the script {self._path}, of which a worker runs only declarations, and "
                    f"line {line} fails there: {said}"
                ) from error

    def _run(self, statement: ast.stmt, names: dict[str, object]) -> None:
        body = [*self._future, statement] if statement not in self._future else [statement]
        code = compile(ast.Module(body, []), self._path, "exec", dont_inherit=True)
        exec(code, names)  # noqa: S102  (what importing the script would do, but for what it does not declare)

    def _closure(self, name: str) -> set[int]:
        """Return the indices of the statements that bind a name, and of all that those need."""
        chosen: set[int] = set()
        wanted, seen = [name], {name}
        while wanted:
            each = wanted.pop()
            found = {index for index, names in enumerate(self._binds) if each in names}
            if not found and not hasattr(builtins, each):
                found = {index for index, names in enumerate(self._binds) if "*" in names}
            for index in found - chosen:
                chosen.add(index)
                more = needed_by(self._statements[index]) - seen
                seen |= more
                wanted += more
        return chosen

    def _why_not(self, name: str) -> str:
        if name in set(_all_bound(self._whole.body)):
            return (
                f"{name} is in the script {self._path}, but no declaration at its top level: a worker runs "
                "nothing else of a script"
            )
        return f"the script {self._path} declares no {name}"


def _all_bound(statements: Iterable[ast.stmt]) -> Iterable[str]:
    for each in statements:
        yield from bound_by(each)


def _is_future(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.ImportFrom) and statement.module == "__future__"
