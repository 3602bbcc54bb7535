"""How the command says that something went wrong: in words on stderr, exit code 1, a traceback on request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from hotplug.errors import PluginError

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    _F = TypeVar("_F", bound=Callable[..., Any] | click.Command)

_DEBUG = "hotplug.debug"


class Reported(click.Command):
    """A command that turns a PluginError into its text; click itself ends with 2 for wrong usage."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command.

        Raises:
            PluginError: With ``--debug``, for Python to show the traceback.
            click.exceptions.Exit: With code 1, once the error is written.
        """
        try:
            return super().invoke(ctx)
        except PluginError as error:
            if ctx.find_root().meta.get(_DEBUG):
                click.echo(getattr(error, "output", ""), err=True, nl=False)  # all that a build backend printed
                raise
            click.echo(f"hotplug: {error}", err=True)
            ctx.exit(1)


def debug_option(command: _F) -> _F:
    """Add ``--debug`` to a command; it may stand before or after the command's name."""

    def remember(ctx: click.Context, parameter: click.Parameter, value: bool) -> None:
        del parameter
        if value:
            ctx.find_root().meta[_DEBUG] = True

    return click.option(
        "--debug", is_flag=True, expose_value=False, callback=remember, help="Show the traceback of an error."
    )(command)
