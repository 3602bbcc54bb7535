"""Names that leave the process: another one cannot import a module by the name that it has in this one."""

from __future__ import annotations

import ast
import os
import re
from typing import TYPE_CHECKING

from hotplug.artifacts.hazards.found import Hazard

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hotplug.artifacts.hazards.source import Module, Spot

RULE = "child-process"
_PROGRAM = "install the plugin; a file that imports none of your modules can be run by its path"
_SPAWN = "the start method 'fork', threads, or install the plugin"
_METHODS = frozenset({"multiprocessing.get_context", "multiprocessing.set_start_method"})
_DEFAULT = frozenset(
    {"multiprocessing.Process", "multiprocessing.Pool", "multiprocessing.pool.Pool"}
    | {"concurrent.futures.ProcessPoolExecutor", "concurrent.futures.process.ProcessPoolExecutor"}
)
_SHELLS = ("os.system", "os.popen", "subprocess.")


def hazards(module: Module) -> Iterator[Hazard]:
    """Yield where a module hands names of the plugin's modules to another process."""
    for spot in module.spots:
        words = _words(spot)
        own = _program(module, spot, words)
        if own is not None:
            yield _hazard(module, words[0], f"another process cannot import {own}", _PROGRAM)
    for call, name, _ in module.calls:
        given = [*call.args, *(each.value for each in call.keywords if each.arg in ("method", "mp_context"))]
        first = given[0].value if given and isinstance(given[0], ast.Constant) else None
        if name in _METHODS and first in ("spawn", "forkserver"):
            message = f"processes started by {first!r} cannot import your functions and classes"
            yield _hazard(module, call, message, _SPAWN)
        elif name in _DEFAULT and not any(each.arg == "mp_context" for each in call.keywords) and not _forks():
            message = f"{name.rpartition('.')[2]} starts processes that cannot import your functions and classes"
            yield _hazard(module, call, message, _SPAWN)
        elif name.startswith(_SHELLS) and call.args:
            command = _command(module, call.args[0], spot_of=_)
            match = re.search(r"\bpython[\d.]*['\"]?(?: -\w)* -m (?P<name>[\w.]+)", command)
            if match is not None and module.owns(match["name"]):
                yield _hazard(module, call, f"another process cannot import {match['name']}", _PROGRAM)


def _hazard(module: Module, node: ast.AST, message: str, instead: str) -> Hazard:
    return Hazard(RULE, module.path, getattr(node, "lineno", None), message, instead)


def _words(spot: Spot) -> list[ast.expr]:
    node = spot.node
    if isinstance(node, ast.List | ast.Tuple):
        return node.elts
    return node.args if isinstance(node, ast.Call) else []


def _program(module: Module, spot: Spot, words: list[ast.expr]) -> str | None:
    """Return the name of the plugin's module that the arguments of an interpreter name."""
    for index, word in enumerate(words[:-1]):
        option = word.value if isinstance(word, ast.Constant) else None
        if option not in ("-m", "-c") or not any(_is_python(each, spot) for each in words[:index]):
            continue
        text = module.text(words[index + 1]) or ""
        if option == "-m":
            return text if module.owns(text) else None
        imported = re.findall(r"(?:^|[;\n])\s*(?:import|from)\s+([\w.]+)", text)
        return next((each for each in imported if module.owns(each)), None)
    return None


def _is_python(node: ast.expr, spot: Spot) -> bool:
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str) and os.path.basename(node.value).startswith("python")
    return spot.scope.dotted(node) == "sys.executable"


def _command(module: Module, node: ast.expr, spot_of: Spot) -> str:
    if not isinstance(node, ast.JoinedStr):
        return module.text(node) or ""
    parts = [each.value if isinstance(each, ast.FormattedValue) else each for each in node.values]
    return "".join("python" if _is_python(each, spot_of) else module.text(each) or "\0" for each in parts)


def _forks() -> bool:
    """Tell whether this interpreter forks where nobody says otherwise: the child knows what its parent does."""
    import multiprocessing

    return multiprocessing.get_all_start_methods()[0] == "fork"
