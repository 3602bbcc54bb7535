"""How the command says that something went wrong: in words on stderr, exit code 1, a traceback on request."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager, nullcontext, redirect_stdout
from io import StringIO
from typing import TYPE_CHECKING, Any

import click

from hotplug.errors import PluginError, printable, way_out

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from typing import TextIO, TypeVar

    _F = TypeVar("_F", bound=Callable[..., Any] | click.Command)

_DEBUG = "hotplug.debug"
_INTERRUPTED = 130  # as a shell has it of a command that Ctrl-C ended


class Reported(click.Command):
    """A command that turns a PluginError into its text; click itself ends with 2 for wrong usage."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command.

        Raises:
            PluginError: With ``--debug``, for Python to show the traceback.
            OSError: With ``--debug``, too; and where nobody reads on.
            click.exceptions.Exit: With code 1, once the error is written.
        """
        try:
            return self._invoke(ctx)
        except KeyboardInterrupt:
            click.echo("hotplug: interrupted", err=True)
            ctx.exit(_INTERRUPTED)
        except PluginError as error:
            if is_debugged(ctx):
                click.echo(getattr(error, "output", ""), err=True, nl=False)  # all that a build backend printed
                raise
            click.echo(f"hotplug: {error}", err=True)
            remedy = None if error.remedy else way_out(error)
            if remedy:
                click.echo(f"  {remedy}", err=True)
            ctx.exit(1)
        except OSError as error:  # a full disk, most often that which takes the output
            if isinstance(error, BrokenPipeError):  # click ends quietly where nobody reads on
                raise
            _write_no_more()
            if is_debugged(ctx):
                raise
            click.echo(f"hotplug: {_refusal(error)}", err=True)
            ctx.exit(1)

    def _invoke(self, ctx: click.Context) -> Any:
        result = super().invoke(ctx)
        if sys.stdout is not None:  # pyright: ignore[reportUnnecessaryComparison]  (a program that has none)
            sys.stdout.flush()  # here it can still be told that it cannot be written
        return result


def _refusal(error: OSError) -> str:
    """Return what is said of an error that nobody foresaw, with the way out."""
    if isinstance(error, FileNotFoundError) and not error.filename:
        try:
            os.getcwd()
        except FileNotFoundError:
            return "the working folder is not there any more\n  change to one that is (cd)"
    where = f"{error.filename}: " if error.filename else ""
    return f"the system refuses it: {printable_line(f'{where}{error.strerror or error}')}\n  --debug shows where"


def _write_no_more() -> None:
    """Throw away what standard output would not take, which the interpreter would try once more when it ends."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except AttributeError:  # there is none
        pass


def debug_option(command: _F) -> _F:
    """Add ``--debug`` to a command; it may stand before or after the command's name."""

    def remember(ctx: click.Context, parameter: click.Parameter, value: bool) -> None:
        del parameter
        if value:
            ctx.find_root().meta[_DEBUG] = True

    return click.option(
        "--debug", is_flag=True, expose_value=False, callback=remember, help="Show the traceback of an error."
    )(command)


def is_debugged(ctx: click.Context) -> bool:
    """Tell whether ``--debug`` was given."""
    return bool(ctx.find_root().meta.get(_DEBUG))


def is_watched(stream: TextIO | None) -> bool:
    """Tell whether a stream is a terminal; a program that was started without it has none."""
    return stream is not None and stream.isatty()


def json_option(command: _F) -> _F:
    """Add ``--json`` to a command."""
    return click.option("--json", "as_json", is_flag=True, help="Write JSON, for programs.")(command)


@contextmanager
def apart(wanted: bool) -> Generator[TextIO]:
    """Keep standard output for the result, if wanted: what others print meanwhile goes to standard error.

    Yields:
        Standard output.
    """
    out = sys.stdout or StringIO()  # whoever closed it wants to read nothing
    with redirect_stdout(sys.stderr) if wanted else nullcontext():
        yield out


def write_json(data: object, out: TextIO | None = None) -> None:
    """Write a value as JSON, to standard output if nothing else is said."""
    import json

    text = json.dumps(data, indent=2, ensure_ascii=False)
    click.echo(text.encode("utf-8", "backslashreplace").decode(), file=out)  # names of files may be no text


def printable_line(text: object) -> str:
    """Return a text on one line that a terminal only shows."""
    return printable(" ".join(str(text).split("\n")), keep="")
