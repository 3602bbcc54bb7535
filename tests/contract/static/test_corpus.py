"""The corpus of the check, its modules read as a plugin's source: what the source says, the check says too.

Twice: with contracts and values in one source, so that all of it is read; and with the contracts in a module of
the host's that is imported, as it is when a command checks a plugin.
"""

from __future__ import annotations

import ast
import importlib.util
import sys
import types
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple, cast

import pytest

from hotplug.contract import check
from hotplug.contract.static.sources import Sources
from hotplug.contract.static.unknown import Face, Unknown
from hotplug.contract.static.verdict import check_source
from hotplug.contract.static.world import World

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CORPUS = "corpus"
NEWEST = {"from_3_12_syntax": (3, 12), "from_3_13_defaults": (3, 13)}


class Stated(NamedTuple):
    line: int
    why: str
    value: ast.expr
    contract: ast.expr


def modules(root: Path) -> list[Path]:
    folder = root / "tests" / "contract" / CORPUS
    return [
        path
        for path in sorted(folder.glob("*.py"))
        if path.stem != "__init__"
        and not path.stem.startswith("sample_")
        and sys.version_info >= NEWEST.get(path.stem, (3, 11))
    ]


def stated_in(source: str) -> tuple[list[str], list[Stated]]:
    """Return a module's lines without its statements of situations, and these."""
    lines = (
        source.replace("from corpus import accept, refuse", "")
        .replace("from corpus import ", "import ")
        .splitlines()
    )
    found: list[Stated] = []
    for node in ast.parse(source).body:
        match node:
            case ast.Expr(
                value=ast.Call(func=ast.Name(id="accept" | "refuse"), args=[ast.Constant(value=why), value, form])
            ):
                found.append(Stated(node.lineno, str(why), value, form))
                for index in range(node.lineno - 1, node.end_lineno or node.lineno):
                    lines[index] = ""
            case _:
                continue
    return lines, found


def in_one_file(source: str) -> tuple[str, list[Stated]]:
    lines, found = stated_in(source)
    for each in found:
        lines[each.line - 1] = (
            f"V{each.line} = {ast.unparse(each.value)}; C{each.line} = {ast.unparse(each.contract)}"
        )
    return "\n".join(lines), found


def apart(source: str, name: str) -> tuple[str, str, list[Stated]]:
    """Return the host's source and the plugin's: what the contracts are made of is the host's."""
    lines, found = stated_in(source)
    body = ast.parse("\n".join(lines)).body
    named = {each.id for one in found for each in ast.walk(one.contract) if isinstance(each, ast.Name)}
    hosts: dict[int, set[str]] = {}
    changed = True
    while changed:
        changed = False
        for index, node in enumerate(body):
            bound = _bound(node)
            if index not in hosts and bound & named:
                hosts[index] = bound
                named |= {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
                changed = True
    imports = [ast.unparse(each) for each in body if isinstance(each, ast.Import | ast.ImportFrom)]
    host = [*imports, *[ast.unparse(body[index]) for index in sorted(hosts)]]
    host += [f"C{each.line} = {ast.unparse(each.contract)}" for each in found]
    plugin = list(lines)
    for index, bound in hosts.items():
        node = body[index]
        for line in range(min([node.lineno, *_decorators(node)]) - 1, node.end_lineno or node.lineno):
            plugin[line] = ""
        plugin[node.lineno - 1] = "; ".join(f"from {name} import {each}" for each in sorted(bound))
    for each in found:
        plugin[each.line - 1] = f"V{each.line} = {ast.unparse(each.value)}"
    return "\n".join(host), "\n".join(plugin), found


def _bound(node: ast.stmt) -> set[str]:
    match node:
        case ast.ClassDef(name=name) | ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
            return {name}
        case ast.Assign(targets=[ast.Name(id=name)]):
            return {name}
        case _ if type(node).__name__ == "TypeAlias":  # new in 3.12
            return {cast("ast.Name", getattr(node, "name")).id}  # noqa: B009
        case _:
            return set()


def _decorators(node: ast.stmt) -> list[int]:
    return [each.lineno for each in cast("list[ast.expr]", getattr(node, "decorator_list", []))]


@pytest.fixture
def loaded() -> Iterator[dict[str, types.ModuleType]]:
    made: dict[str, types.ModuleType] = {}
    yield made
    for name in [*made, "sample_options"]:
        sys.modules.pop(name, None)


def load(path: Path, made: dict[str, types.ModuleType]) -> types.ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = made[path.stem] = module
    spec.loader.exec_module(module)
    return module


def write(folder: Path, root: Path, **sources: str) -> None:
    sample = root / "tests" / "contract" / CORPUS / "sample_options.py"
    for name, text in {**sources, "sample_options": sample.read_text()}.items():
        (folder / f"{name}.py").write_text(text)


def test_what_is_read_in_one_file_is_what_the_check_says(
    tmp_path: Path,
    pytestconfig: pytest.Config,
    loaded: dict[str, types.ModuleType],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    root = pytestconfig.rootpath
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    counts: Counter[str] = Counter()
    for path in modules(root):
        name = f"one_{path.stem}"
        source, found = in_one_file(path.read_text())
        write(tmp_path, root, **{name: source})
        own = (name, "sample_options")
        sources = Sources(str(tmp_path), {each: f"{each}.py" for each in own}, {f"{each}.py" for each in own})
        answers = [_read(sources, name, found, face) for face in (Face.WORST, Face.BEST)]
        live = load(tmp_path / f"{name}.py", loaded)
        for each, worst, best in zip(found, *answers, strict=True):
            answer = "satisfied" if worst else "refused" if best is False else "undecided"
            accepted = bool(check(vars(live)[f"V{each.line}"], vars(live)[f"C{each.line}"]))
            assert answer in {"undecided", "satisfied" if accepted else "refused"}, f"{path.stem}: {each.why}"
            counts[answer] += 1
    assert counts.total() > 600
    assert counts["undecided"] < counts.total() / 50, counts


def _read(sources: Sources, name: str, found: list[Stated], face: Face) -> list[bool | None]:
    world = World(sources, face, frozenset())
    answers: list[bool | None] = []
    with world.reading():
        space = world.load(name)
        for each in found:
            value, form = space.names[f"V{each.line}"], space.names[f"C{each.line}"]
            if isinstance(value, types.ModuleType):
                value = world.presented(value)
            told = not isinstance(value, Unknown) and not isinstance(form, Unknown)
            answers.append(bool(check(value, form)) if told else None)
    assert not world.disturbances
    return answers


def test_what_is_read_against_the_hosts_contracts_is_what_the_check_says(
    tmp_path: Path,
    pytestconfig: pytest.Config,
    loaded: dict[str, types.ModuleType],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    root = pytestconfig.rootpath
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    counts: Counter[str] = Counter()
    for path in modules(root):
        host, name = f"host_{path.stem}", f"plugin_{path.stem}"
        of_host, of_plugin, found = apart(path.read_text(), host)
        write(tmp_path, root, **{host: of_host, name: of_plugin})
        contracts = load(tmp_path / f"{host}.py", loaded)
        sources = Sources(str(tmp_path), {name: f"{name}.py"}, {f"{name}.py"})
        packages = frozenset({host, "sample_options"})
        found = found[:: 4 if len(found) > 30 else 1]  # each is read on its own, which takes its time
        answers = [
            check_source(
                sources, name, f"V{each.line}", vars(contracts)[f"C{each.line}"], packages=packages
            ).answer
            for each in found
        ]
        live = load(tmp_path / f"{name}.py", loaded)
        for each, answer in zip(found, answers, strict=True):
            accepted = bool(check(vars(live)[f"V{each.line}"], vars(contracts)[f"C{each.line}"]))
            assert answer in {"undecided", "satisfied" if accepted else "refused"}, f"{path.stem}: {each.why}"
            counts[answer] += 1
    assert counts.total() > 100
    assert counts["undecided"] < counts.total() / 5, counts
