"""Lines of Python laid out as Ruff and Black lay them out, so that a formatter finds nothing to do."""

from __future__ import annotations

import ast
import io
import tokenize
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

WIDTH = 88
"""The line length that Ruff and Black have where a project sets none."""
INDENT = "    "


def expression(node: ast.expr) -> str:
    """Return an expression as text, its strings in double quotes."""
    text = ast.unparse(ast.fix_missing_locations(node))
    if "'" not in text:
        return text
    pieces: list[str] = []
    at = 0
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.STRING and token.start[0] == 1:
            start, end = token.start[1], token.end[1]
            pieces += [text[at:start], _requoted(token.string)]
            at = end
    return "".join([*pieces, text[at:]])


def definition(head: str, parameters: Sequence[str], tail: str, depth: int) -> list[str]:
    """Return a ``def`` line, or as many as it takes.

    Args:
        head: What stands before the parenthesis.
        parameters: The parameters.
        tail: What stands behind it, the colon included.
        depth: How deep it is indented.
    """
    indent = INDENT * depth
    one = f"{indent}{head}({', '.join(parameters)}){tail}"
    if len(one) <= WIDTH or not parameters:
        return [one]
    inner = f"{indent}{INDENT}{', '.join(parameters)}"
    if len(inner) <= WIDTH and not {"*", "/"} & {parameters[-1][:1]}:
        return [f"{indent}{head}(", inner, f"{indent}){tail}"]
    return [f"{indent}{head}(", *(f"{indent}{INDENT}{each}," for each in parameters), f"{indent}){tail}"]


def docstring(text: str, depth: int) -> list[str]:
    """Return a docstring."""
    indent = INDENT * depth
    escaped = text.replace("\\", "\\\\").replace('"""', '\\"\\"\\"').strip()
    lines = [f"{indent}{line.rstrip()}" if line.strip() else "" for line in escaped.splitlines()]
    lines[0] = f'{indent}"""{lines[0].strip()}'
    if len(lines) > 1:
        return [*lines, f'{indent}"""']
    if lines[0].endswith('"'):
        lines[0] += " "
    return [f'{lines[0]}"""']


def _requoted(literal: str) -> str:
    prefix = literal[: len(literal) - len(literal.lstrip("rbuRBUfF"))]
    body = literal[len(prefix) :]
    if body[0] == "'" and body[:3] != "'''" and '"' not in body and "\\'" not in body:
        return f'{prefix}"{body[1:-1]}"'
    return literal
