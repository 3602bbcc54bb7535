"""Source that is rewritten stays what its author wrote: the same lines, in tracebacks, tools and coverage data.

Every module of the standard library is compiled as a plugin's would be.
"""

from __future__ import annotations

import ast
import dis
import inspect
import io
import linecache
import os
import pdb  # noqa: T100  (as a user has it)
import sys
import sysconfig
import textwrap
import traceback
import types
from pathlib import Path
from typing import Any

import pytest

import hotplug
from hotplug.boundaries.inline.bytecode import NAMING, REACH
from hotplug.boundaries.inline.rewriting import compiled
from hotplug.testing import PluginMaker

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

STANDARD = Path(sysconfig.get_path("stdlib"))
RAISING = ("CALL", "LOAD_ATTR", "LOAD_METHOD", "BINARY_", "IMPORT_", "STORE_")
FUNCTIONS = {REACH, *NAMING}


def codes(code: types.CodeType) -> Iterator[types.CodeType]:
    yield code
    for each in code.co_consts:
        if isinstance(each, types.CodeType):
            yield from codes(each)


def shape(code: types.CodeType) -> tuple[object, ...]:
    """Return what of a function cannot change: names, flags, arguments, and the lines that have code."""
    arguments = code.co_argcount, code.co_posonlyargcount, code.co_kwonlyargcount, code.co_varnames
    lines = {line for *_, line in code.co_lines() if line is not None}
    return (
        code.co_qualname,
        code.co_flags,
        arguments,
        code.co_firstlineno,
        code.co_freevars,
        code.co_cellvars,
        lines,
    )


def places(code: types.CodeType, operations: tuple[str, ...] = ("",)) -> set[tuple[int | None, int | None]]:
    """Return the first and last lines that tracebacks show for some operations."""
    return {
        (each.positions.lineno, each.positions.end_lineno)
        for each in dis.get_instructions(code)
        if each.positions is not None and each.opname.startswith(operations)
    }


def sources() -> Iterator[tuple[str, bytes]]:
    for path in sorted(STANDARD.rglob("*.py")):
        if not {"site-packages", "lib2to3", "__pycache__"} & set(path.parts):
            yield path.relative_to(STANDARD).as_posix(), path.read_bytes()


def corpus(part: int, parts: int) -> list[tuple[str, bytes]]:
    """Return every module, tests of the standard library's own only in full runs: they take a minute."""
    full = bool(os.environ.get("HOTPLUG_SOAK"))
    every = [
        each for each in sources() if full or ("test" not in each[0].partition("/")[0] and "/test" not in each[0])
    ]
    return every[part::parts]


@pytest.mark.parametrize("part", range(4))
def test_every_module_of_the_standard_library_has_the_lines_that_it_had(part: int) -> None:
    rewritten = 0
    for name, source in corpus(part, 4):
        try:
            with no_warnings():
                plain = compile(source, name, "exec", dont_inherit=True)
        except (SyntaxError, ValueError):
            with pytest.raises((SyntaxError, ValueError)):
                compiled(source, name, {"own"})
            continue
        with no_warnings():
            ours, _ = compiled(source, name, {name.partition("/")[0].removesuffix(".py")})
        before, after = list(codes(plain)), list(codes(ours))
        assert [each.co_qualname for each in before] == [each.co_qualname for each in after], name
        for one, other in zip(before, after, strict=True):
            assert shape(one) == shape(other), f"{name}:{one.co_firstlineno} {one.co_qualname}"
            assert one.co_filename == other.co_filename == name
            if not FUNCTIONS.isdisjoint(other.co_names):
                rewritten += 1
                assert places(one) >= places(other, RAISING), f"{name}:{one.co_firstlineno} {one.co_qualname}"
    assert rewritten  # else this test tells nothing


class no_warnings:  # noqa: N801  (a context manager)
    def __enter__(self) -> None:
        import warnings

        self._caught = warnings.catch_warnings()
        self._caught.__enter__()
        warnings.simplefilter("ignore")

    def __exit__(self, *error: object) -> None:
        self._caught.__exit__(None, None, None)


def test_what_has_nothing_to_rewrite_is_compiled_as_it_is() -> None:
    source = b"import json\ndef f(x):\n    return json.dumps(x).split()\n"
    assert compiled(source, "x.py", {"own"})[0] == compile(source, "x.py", "exec", dont_inherit=True)


@pytest.mark.parametrize(
    "source",
    [
        """
        match x:
            case sys.modules: pass
            case Thing(__name__='own'): pass
            case {'__module__': y}: pass

        """,
        "del sys.path[0], x.__module__, sys.modules['own']\n",
        "for x.__module__ in (): pass\nwith f() as x.__module__: pass\n",
        "x.__module__ += '.more'\nx: str = __name__\n(__name__)\n",
        "f'{__name__!r:>{len(__name__)}} {sys.modules[__name__]}'\n",
        "[__name__ for x in __name__ if __name__ == 'own']\nlambda x=__name__: x.__module__\n",
        "class X(metaclass=X, module=__name__):\n    __module__ = __module__\n",
        "global __name__\n__name__ = 'own'\nimport x as __name__\n",
        "def f():\n    global __module__\n    __module__ = __name__\n    del __module__\n",
        "async def f():\n    async with sys.modules: await x.__module__\n    yield __name__\n",
        "f(*sys.modules, **sys.path, module=sys.meta_path)\nsys.path[0:1] = sys.path\n",
        "a = b.__module__ = sys.path = __name__\n(x := __name__)\n",
        "x = {**y, '__module__': z, None: 1}\nsetattr(*x, '__module__', y)\ngetattr(x, '__name__', *y)\n",
        "startswith(__name__)\nget(__name__)\nx.get(*__name__)\n__name__.startswith(*x)\n__name__.startswith()\n",
        "'own' in 'own' == 'own' < __name__\n",
        "try: pass\nexcept* sys.modules: pass\n",
        "-__name__\nnot __name__ in x\nx if __name__ else __name__\n",
        "type(x)(__name__)[__name__][__name__:__name__, ...]\n",
    ],
)
def test_every_form_that_python_has_can_be_rewritten(source: str) -> None:
    source = textwrap.dedent(source)
    plain = compile(source, "x.py", "exec", dont_inherit=True)
    ours, _ = compiled(source.encode(), "x.py", {"own"})
    assert [shape(each) for each in codes(plain)] == [shape(each) for each in codes(ours)]


def test_source_that_cannot_be_walked_is_compiled_as_it_is() -> None:
    deep = b"x = __name__\nz = " + b"+".join([b"x"] * 900)
    code, whole = compiled(deep, "deep.py", {"own"})
    assert not whole
    assert code == compile(deep, "deep.py", "exec", dont_inherit=True)
    space: dict[str, Any] = {"__name__": "here"}
    exec(code, {**space, **dict.fromkeys(NAMING, str)}, space)  # noqa: S102
    assert (space["x"], space["z"]) == ("here", "here" * 900)


@pytest.mark.parametrize(
    "source", [b"x = __name__ +", b"__name__ = \0", b"# coding: nowhere\n__name__", b"\xff__name__"]
)
def test_what_is_not_python_is_told_as_the_compiler_tells_it(source: bytes) -> None:
    with pytest.raises((SyntaxError, ValueError)) as plain:
        compile(source, "bad.py", "exec", dont_inherit=True)
    with pytest.raises((SyntaxError, ValueError)) as ours:
        compiled(source, "bad.py", {"own"})
    assert (ours.type, str(ours.value)) == (plain.type, str(plain.value))


def test_encodings_and_future_statements_hold() -> None:
    source = "# -*- coding: latin-1 -*-\nfrom __future__ import annotations\nx: a.modules = 'é' + __name__\n"
    source += "def f(x: a.modules.T, *y: sys.path, **z: X.__module__) -> a.import_module: return __name__\n"
    space: dict[str, Any] = {"__name__": "here", **dict.fromkeys(NAMING, str)}
    exec(compiled(source.encode("latin-1"), "x.py", {"own"})[0], space)  # noqa: S102
    assert space["x"] == "éhere"
    assert space["__annotations__"] == {"x": "a.modules"}
    # the text of an annotation is there to be read
    texts = {"x": "a.modules.T", "y": "sys.path", "z": "X.__module__", "return": "a.import_module"}
    assert space["f"].__annotations__ == texts
    assert space["f"](1) == "here"


FAILS = """\
import sys

def fails():
    one = __name__
    found = sys.modules[
        __name__ + ".missing"
    ]
    return found
"""


def test_a_traceback_points_to_what_was_written(make_plugin: PluginMaker) -> None:
    path = make_plugin.module("own.py", FAILS)
    with hotplug.open(path) as plugin:
        fails: Any = plugin.lookup("fails")
        with pytest.raises(KeyError) as caught:
            fails()
        frames = [frame for frame in traceback.extract_tb(caught.tb) if frame.filename == str(path)]
        assert [(frame.lineno, frame.end_lineno, frame.line, frame.name) for frame in frames] == [
            (5, 7, "found = sys.modules[", "fails")
        ]
        assert inspect.getsource(fails) == FAILS.partition("\n\n")[2]
        assert inspect.getsourcefile(fails) == fails.__code__.co_filename == str(path)
    linecache.clearcache()


def test_a_tracer_sees_every_line_once_and_where_it_is(make_plugin: PluginMaker) -> None:
    path = make_plugin.module("own.py", FAILS.replace("__name__ +", "'json' or"))
    seen: list[tuple[str, int]] = []

    def trace(frame: types.FrameType, event: str, arg: object) -> Any:
        if frame.f_code.co_filename == str(path) and event == "line":
            seen.append((frame.f_code.co_name, frame.f_lineno))
        return trace

    with hotplug.open(path) as plugin:
        fails: Any = plugin.lookup("fails")
        former = sys.gettrace()
        sys.settrace(trace)
        try:
            fails()
        finally:
            sys.settrace(former)
        plain: dict[str, Any] = {"__name__": "own"}
        exec(compile(path.read_text(), str(path), "exec"), plain)  # noqa: S102
        ours, seen = seen, []
        sys.settrace(trace)
        try:
            plain["fails"]()
        finally:
            sys.settrace(former)
    assert ours == seen
    assert ours[0] == ("fails", 4)


def test_a_debugger_breaks_where_it_is_told(make_plugin: PluginMaker) -> None:
    path = make_plugin.module("own.py", FAILS.replace("__name__ +", "'json' or"))
    said = io.StringIO()
    with hotplug.open(path) as plugin:
        fails: Any = plugin.lookup("fails")
        debugger = pdb.Pdb(stdin=io.StringIO("c\np one\nc\n"), stdout=said, nosigint=True, readrc=False)
        assert debugger.set_break(str(path), 8) is None
        former = sys.gettrace()
        try:
            debugger.runcall(fails)
        finally:
            sys.settrace(former)
            debugger.clear_all_breaks()
    assert f"{path}(8)fails()" in said.getvalue()
    assert "-> return found" in said.getvalue()
    assert "'own'" in said.getvalue()
    linecache.clearcache()


def test_coverage_counts_the_lines_that_are_there(make_plugin: PluginMaker) -> None:
    path = make_plugin.module("own.py", FAILS)
    statements = {node.lineno for node in ast.walk(ast.parse(FAILS)) if isinstance(node, ast.stmt)}
    with hotplug.open(path) as plugin:
        module: Any = plugin.lookup("own:")
        loader = module.__spec__.loader
        assert loader.get_source("own") == FAILS
        lines = {line for code in codes(loader.get_code("own")) for *_, line in code.co_lines() if line}
    assert statements <= lines <= set(range(1, FAILS.count("\n") + 1))
