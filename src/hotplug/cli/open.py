"""``hotplug open``: open a plugin, look a symbol up, call it, and print what it returns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, cast

import click

from hotplug.cli.catalogs import catalog_options
from hotplug.cli.reporting import apart, debug_option, is_debugged, json_option, write_json
from hotplug.errors import PluginError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TextIO

    from hotplug.catalog import Entry
    from hotplug.cli.catalogs import Selection
    from hotplug.plugin import Boundary, Plugin

_FRAMES = 3
"""How much of the traceback of a plugin's exception is shown."""


class _Asked(NamedTuple):
    """What is looked up, and how.

    Attributes:
        symbol: What is looked up.
        members: The attributes that are followed from there.
        form: The contract that the symbol must satisfy; None where there is none.
    """

    symbol: str
    members: tuple[str, ...]
    form: object | None


@click.command(
    "open",
    short_help="Open a plugin, call a symbol of it, and print the result.",
)
@click.argument("plugin", metavar="NAME|PATH")
@click.argument("symbol", required=False)
@click.argument("arguments", nargs=-1, metavar="[ARG]...", type=click.UNPROCESSED)
@catalog_options
@click.option("--installed", is_flag=True, help="NAME is that of an installed distribution.")
@click.option("--boundary", type=click.Choice(["inline", "process"]), help="Where its code runs; inline, else.")
@click.option("--deadline", type=float, metavar="SECONDS", help="How long a call may take; in a process.")
@json_option
@debug_option
@click.pass_context
def command(
    ctx: click.Context,
    plugin: str,
    symbol: str | None,
    arguments: tuple[str, ...],
    selection: Selection,
    *,
    installed: bool,
    boundary: Boundary | None,
    deadline: float | None,
    as_json: bool,
) -> None:
    """Open a plugin, look SYMBOL up, call it with the arguments, and print what it returns.

    This runs the plugin's code. NAME is a name in the catalog; PATH a folder, a .py file or a wheel.

    SYMBOL is a name that the plugin exports (Greeter), one with members (Greeter.greet), or module:name. Without
    it the symbols are listed. What cannot be called is printed as it is. An argument is read as JSON where it is
    JSON, else it is a text; '"1"' is the text 1. Write -- before arguments that begin with a dash. With a
    contract, the symbol that is offered must satisfy it.

    A coroutine is awaited, and what an iterator yields is printed item by item. With --json, what the plugin
    itself prints goes to standard error.

    \b
    Exit codes:
      0    done
      1    it is refused, or it raised, crashed or took too long
      2    wrong usage
      130  interrupted
    """  # noqa: D301 - click's own mark for lines that stay as they are
    entry = None if installed else selection.entry(plugin)
    form = _form(entry, selection)
    with (
        apart(as_json) as out,
        _opened(plugin, entry, selection, boundary=boundary, deadline=deadline, installed=installed) as handle,
    ):
        if boundary is not None and handle.boundary != boundary:
            click.echo(f"hotplug: {plugin} runs {handle.boundary}: that was decided elsewhere", err=True)
        if symbol is None:
            _list(handle, out, as_json=as_json)
            return
        asked = _asked(symbol, entry, selection, form)
        try:
            value = _value(handle, asked, arguments)
            _print(value, handle, symbol, out, as_json=as_json)
        except (PluginError, click.ClickException, click.exceptions.Exit, KeyboardInterrupt):
            raise
        except SystemExit as error:
            click.echo(f"hotplug: {plugin}: {symbol} ended the program, with status {error.code!r}", err=True)
            ctx.exit(1)
        except BaseException as error:
            if is_debugged(ctx) or isinstance(error, BrokenPipeError) or _is_of_output(error):
                raise
            _tell(error, plugin, symbol)
            ctx.exit(1)


def _form(entry: Entry | None, selection: Selection) -> object | None:
    """Import the contract, where one applies: the one that was named, or that of the entry's catalog."""
    reference = selection.contract if entry is not None else selection.given_contract
    if reference is None:
        return None
    from hotplug.cli.contract import imported

    return imported(reference).form


def _opened(
    plugin: str,
    entry: Entry | None,
    selection: Selection,
    *,
    boundary: Boundary | None,
    deadline: float | None,
    installed: bool,
) -> Plugin:
    from hotplug.artifacts.installed import installed as find_installed
    from hotplug.plugin import open as open_plugin
    from hotplug.policy import Limits

    if deadline is not None and boundary == "inline":
        raise click.UsageError("--deadline: an inline plugin is not interrupted; use --boundary process")
    try:
        limits = None if deadline is None else Limits(deadline=deadline)
    except ValueError as error:
        raise click.BadParameter(f"--deadline: {error}") from error
    where: Boundary | None = "process" if deadline is not None else boundary
    if entry is not None:
        with selection.catalog(boundary=where, limits=limits) as catalog:
            if deadline is not None and catalog.boundary(entry.name) != "process":
                raise click.UsageError("--deadline: the policy, or HOTPLUG_BOUNDARY, has this plugin run inline")
            return catalog.open(entry.name)
    source = find_installed(plugin) if installed else plugin
    return open_plugin(source, boundary=where, limits=limits, provides=selection.provides)


def _asked(symbol: str, entry: Entry | None, selection: Selection, form: object | None) -> _Asked:
    """Return what is looked up; a contract is what the symbol that is offered must satisfy, not its members."""
    if form is None:
        return _Asked(symbol, (), None)
    module, colon, path = symbol.rpartition(":")
    offered = entry.symbol if entry is not None else None
    home = (offered or selection.symbol or "").rpartition(":")[2]
    inside = path == home or path.startswith(f"{home}.")
    same = not colon or offered is None or offered.rpartition(":")[0] == module
    if home and inside and same:
        members = tuple(filter(None, path[len(home) :].split(".")))
        return _Asked(offered or f"{module}{colon}{home}", members, form)
    return _Asked(symbol, (), None if entry is not None else form)


def _list(handle: Plugin, out: TextIO, *, as_json: bool) -> None:
    symbols = handle.symbols()
    if as_json:
        write_json({"plugin": handle.name, "version": handle.version, "symbols": list(symbols)}, out)
        return
    from hotplug.cli.reporting import printable_line

    for each in symbols:
        click.echo(printable_line(each))
    click.echo(f"{handle.name} exports {len(symbols)}; name one to call it", err=True)


def _value(handle: Plugin, asked: _Asked, arguments: tuple[str, ...]) -> Any:
    if asked.form is None:
        found: Any = handle.lookup(asked.symbol)
    else:
        found = handle.lookup(asked.symbol, cast("type[Any]", asked.form))
    for each in asked.members:
        found = getattr(found, each)
    if not callable(found):
        if arguments:
            raise click.UsageError("it is no function: it takes no arguments")
        return found
    if isinstance(found, type) and not arguments:
        return found
    result = found(*(_argument(each) for each in arguments))
    if _can(result, "__await__"):
        import asyncio

        return asyncio.run(_awaited(result))
    return result


def _can(value: object, method: str) -> bool:
    kind: object = type(value)
    return hasattr(kind, method)


async def _awaited(result: Any) -> Any:
    return await result


def _argument(text: str) -> object:
    import json

    try:
        value: object = json.loads(text)
    except ValueError:
        return text
    return value


def _print(value: Any, handle: Plugin, symbol: str, out: TextIO, *, as_json: bool) -> None:
    if _can(value, "__anext__"):
        value = _items(value)
    is_stream = _can(value, "__next__")
    if as_json:
        given = list(value) if is_stream else value
        data = {"plugin": handle.name, "version": handle.version, "symbol": symbol, "result": _plain(given)}
        write_json(data, out)
        return
    if not is_stream:
        if value is not None:
            click.echo(_shown(value))
        return
    for each in value:
        click.echo(_shown(each))


def _items(stream: Any) -> Iterator[Any]:
    """Yield what an asynchronous iterator yields."""
    import asyncio

    with asyncio.Runner() as runner:
        while True:
            try:
                yield runner.run(_next(stream))
            except StopAsyncIteration:
                return


async def _next(stream: Any) -> Any:
    return await anext(stream)


def _shown(value: Any) -> str:
    from hotplug.errors import printable

    return printable(str.__str__(value) if isinstance(value, str) else repr(value))


def _plain(value: Any) -> Any:
    """Return a value as JSON can have it; what it cannot have as its text."""
    import json

    import msgspec

    try:
        plain = msgspec.to_builtins(value, str_keys=True, enc_hook=repr)
        json.dumps(plain, allow_nan=False)
    except (TypeError, ValueError, RecursionError):  # keys of another kind, no number, a circle
        return repr(value)
    return plain


def _tell(error: BaseException, plugin: str, symbol: str) -> None:
    """Say what a plugin raised, with the end of its traceback."""
    import traceback

    from hotplug.errors import printable

    try:
        lines = traceback.format_exception_only(error)
    except Exception as failure:  # noqa: BLE001  (the plugin's own __str__)
        lines = [f"{type(error).__name__} (its __str__ raised {type(failure).__name__})\n"]
    click.echo(printable(f"hotplug: {plugin}: {symbol} raised {''.join(lines).rstrip()}"), err=True)
    frames = [each for each in traceback.extract_tb(error.__traceback__) if not _is_ours(each.filename)]
    for frame in frames[-_FRAMES:]:
        click.echo(printable(f"  {frame.filename}:{frame.lineno}, in {frame.name}"), err=True)
    whose = "it is the plugin's own code that raised: tell its author; " if frames else ""
    click.echo(f"  {whose}--debug shows the whole traceback", err=True)


def _is_of_output(error: BaseException) -> bool:
    """Tell whether it was raised where the result is written, and not by the plugin."""
    trace = error.__traceback__ if isinstance(error, OSError) else None
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return trace is not None and trace.tb_frame.f_code is click.echo.__code__


def _is_ours(filename: str) -> bool:
    import os

    import hotplug

    return filename.startswith(os.path.dirname(hotplug.__file__) + os.sep)
