"""``hotplug check``: does a plugin satisfy a contract, and what of it does a private namespace not hold?

Both are answered from its source, without running it.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

from hotplug.cli.contract import import_contract
from hotplug.cli.reporting import debug_option

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from hotplug.artifacts import Tree
    from hotplug.artifacts.artifact import Artifact
    from hotplug.artifacts.hazards import Hazard
    from hotplug.cli.contract import Contract
    from hotplug.contract.static.presentation import Result

_EXIT = {"satisfied": 0, "refused": 1, "undecided": 3}
_SCRIPTS = frozenset({"console_scripts", "gui_scripts"})
_INSTALL = "pip install mypy"


@click.command("check", short_help="Check that a plugin satisfies a contract.")
@click.argument("source", type=click.Path())
@click.option(
    "--contract",
    metavar="MODULE:NAME",
    callback=import_contract,
    help="The contract, as the host imports it, such as greeter:Greeter. Without it, there are only warnings.",
)
@click.option(
    "--symbol",
    metavar="NAME",
    help="The symbol: NAME of the root module, or MODULE:NAME. Without it, what the artifact's entry points "
    "name, else the contract's own name.",
)
@click.option("--installed", is_flag=True, help="SOURCE is the name of an installed distribution.")
@click.option("--json", "as_json", is_flag=True, help="Write JSON, for programs.")
@click.option(
    "--strict",
    is_flag=True,
    help="Ask mypy and pyright too, whichever are installed, and refuse what is warned of.",
)
@debug_option
@click.pass_context
def command(
    ctx: click.Context,
    *,
    source: str,
    contract: Contract | None,
    symbol: str | None,
    installed: bool,
    as_json: bool,
    strict: bool,
) -> None:
    """Check that the plugin in SOURCE satisfies a contract, without running it.

    SOURCE is a project or package folder, an import root, a .py file or a wheel. Its source is read, never
    imported; the contract is imported, with the standard library, and nothing else. What a private namespace
    does not hold is warned of, also where no contract is given.

    \b
    Exit codes:
      0  satisfied, also with warnings; without a contract: read
      1  refused, or the artifact is broken; with --strict: or there are warnings
      2  wrong usage
      3  undecided: the source does not tell; not a yes
    """  # noqa: D301 - click's own mark for lines that stay as they are
    from hotplug.artifacts import locate
    from hotplug.artifacts.hazards import hazards
    from hotplug.artifacts.installed import installed as find_installed
    from hotplug.cli.progress import working

    if symbol is not None and contract is None:
        raise click.UsageError("--symbol needs --contract: it says what is checked against it")
    if strict and contract is not None:
        _demand_a_checker()
    with working(f"reading {source}"):
        artifact = find_installed(source) if installed else locate(source)
        results = [] if contract is None else _results(artifact, contract, symbol, strict=strict)
        warnings = hazards(artifact)
    _write(results, warnings, artifact, as_json=as_json)
    ctx.exit(_EXIT["refused" if strict and warnings else _worst(results)])


def _results(artifact: Artifact, contract: Contract, symbol: str | None, *, strict: bool) -> list[Result]:
    tree = artifact.tree()
    asked = symbols(artifact, tree, contract, symbol)
    return [_checked(each, contract, tree, artifact.name, strict=strict) for each in asked]


def _worst(results: list[Result]) -> str:
    answers = {each.answer for each in results}
    worst = next((each for each in ("refused", "undecided") if each in answers), "satisfied")
    if worst == "satisfied" and any(one.answer == "failed" for each in results for one in each.opinions):
        return "undecided"
    return worst


def _demand_a_checker() -> None:
    from hotplug.contract.static.checkers import installed_checkers

    if not installed_checkers():
        raise click.UsageError(f"--strict needs mypy or pyright, and neither is installed: {_INSTALL}")


def symbols(artifact: Artifact, tree: Tree, contract: Contract, given: str | None) -> list[str]:
    """Return the references to check: what was asked for, what the entry points name, or the contract's name."""
    if given is not None:
        return [given]
    groups: dict[str, list[str]] = {}
    for point in artifact.metadata.entry_points:
        if point.group not in _SCRIPTS and point.reference.partition(".")[0].partition(":")[0] in tree.tops:
            groups.setdefault(point.group, []).append(point.reference)
    named = {group for group in groups if group.replace("-", "_").partition(".")[0] in contract.packages}
    fitting = named or set(groups)
    if len(fitting) == 1:
        return list(dict.fromkeys(groups[fitting.pop()]))
    return [contract.path.rpartition(".")[2]]


def _checked(symbol: str, contract: Contract, tree: Tree, plugin: str, *, strict: bool) -> Result:
    from hotplug.contract.static.checkers import ask
    from hotplug.contract.static.presentation import Result
    from hotplug.contract.static.sources import Sources
    from hotplug.contract.static.verdict import check_source
    from hotplug.errors import SymbolNotFound

    module, colon, path = symbol.partition(":")
    if not colon:
        if tree.root_module is None:
            raise SymbolNotFound(
                f"does not tell which of its top-level names is the root: {', '.join(tree.tops)}",
                plugin=plugin,
                remedy=f"name it with its module: --symbol {next(iter(tree.tops), 'module')}:{symbol}",
            )
        module, path = tree.root_module, symbol
    elif module.partition(".")[0] not in tree.tops:
        raise SymbolNotFound(
            f"has no module {module!r} of its own; its top-level names are {', '.join(tree.tops)}", plugin=plugin
        )
    sources = Sources(tree.root, tree.tops, tree.files, plugin=plugin)
    verdict = check_source(sources, module, path, contract.form, packages=contract.packages, exported=not colon)
    opinions = ask((module, path), (contract.module, contract.path), _places(contract, tree)) if strict else ()
    return Result(f"{module}:{path}", contract.reference, verdict, opinions)


def _places(contract: Contract, tree: Tree) -> Mapping[str, str]:
    """Return where each top-level name lies that a type checker must find."""
    found: dict[str, str] = {}
    for name in contract.packages:
        file: object = getattr(sys.modules.get(name), "__file__", None)
        if isinstance(file, str):
            found[name] = os.path.dirname(file) if os.path.basename(file) == "__init__.py" else file
    for name, path in tree.tops.items():
        found[name] = os.path.join(tree.root, *path.split("/")) if path else tree.root
    return found


def _write(results: list[Result], warnings: list[Hazard], artifact: Artifact, *, as_json: bool) -> None:
    from hotplug.cli import hazards
    from hotplug.contract.static.presentation import as_data, as_text

    short = _shortener(artifact)
    if as_json:
        import json

        data = {
            "artifact": artifact.path,
            "results": [as_data(each, short) for each in results],
            "warnings": hazards.as_data(warnings, short),
        }
        click.echo(json.dumps(data, indent=2, ensure_ascii=False))
        return
    for each in results:
        click.echo(as_text(each, short))
    if warnings:
        click.echo(hazards.as_text(warnings, short))
    elif not results:
        click.echo(f"{artifact.name}: no warnings")


def _shortener(artifact: Artifact) -> Callable[[str], str]:
    """Return what makes paths below the artifact's root readable."""
    from hotplug.contract.static.presentation import shorten

    here = os.getcwd()
    root = artifact.tree().root
    shown = f"{root}{os.sep}"
    if artifact.kind == "wheel":
        shown = f"{os.path.basename(artifact.path)}/"
    elif shown.startswith(f"{here}{os.sep}"):
        shown = shown[len(here) + 1 :]
    return shorten(root, shown)
