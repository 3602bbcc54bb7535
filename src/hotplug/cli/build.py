"""``hotplug build``: a folder or a ``.py`` file becomes a wheel."""

from __future__ import annotations

import click

from hotplug.cli.reporting import debug_option


def _checked(ctx: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    """Take a malformed entry point for what it is: wrong usage."""
    del ctx, parameter
    if values:
        from hotplug.build.entry_points import EntryPoint
        from hotplug.errors import BuildError

        for value in values:
            try:
                EntryPoint.parse(value)
            except BuildError as error:
                raise click.BadParameter(str(error)) from error
    return values


@click.command("build")
@click.argument("source", type=click.Path())
@click.option("-o", "--out", required=True, type=click.Path(), help="The folder for the wheel; it is made.")
@click.option(
    "--entry-point",
    "entry_points",
    multiple=True,
    metavar="GROUP:NAME=REFERENCE",
    callback=_checked,
    help="Offer a symbol, such as greeter.plugins:french=french:Greeter. For a source without pyproject.toml.",
)
@debug_option
def command(source: str, out: str, entry_points: tuple[str, ...]) -> None:
    """Build a wheel from SOURCE, and print its path.

    A folder with pyproject.toml is built by its own build backend, which must be installed. A folder
    without one, or a .py file, becomes a wheel named after it. The same source gives the same bytes.

    \b
    Exit codes:
      0  built
      1  it cannot be built
      2  wrong usage
    """  # noqa: D301 - click's own mark for lines that stay as they are
    from hotplug.build import build_wheel

    click.echo(build_wheel(source, out, entry_points=entry_points))
