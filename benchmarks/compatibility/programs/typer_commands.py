"""Runs commands that type hints describe, with enums, paths and help by rich."""

import enum
from pathlib import Path
from typing import Annotated, Optional

import typer
from typer.testing import CliRunner

WHEELS = ("typer==0.19.2",)


class Level(str, enum.Enum):
    low = "low"
    high = "high"


app = typer.Typer(help="A demo.", no_args_is_help=True)
users = typer.Typer()
app.add_typer(users, name="users", help="Manage users.")


@app.command()
def work(
    names: list[str],
    level: Annotated[Level, typer.Option(case_sensitive=False, help="How hard.")] = Level.low,
    where: Annotated[Optional[Path], typer.Argument(exists=False)] = None,
    times: Annotated[int, typer.Option(min=1, max=3)] = 1,
) -> None:
    """Do some work."""
    typer.echo(f"{names} {level.value} {where} {times}")


@users.command("add")
def add_user(name: str, admin: bool = False) -> None:
    """Add a user."""
    if name == "root":
        raise typer.BadParameter("is taken")
    if not typer.confirm(f"Add {name}?"):
        raise typer.Abort
    typer.secho(f"added {name} {admin}")


@app.callback()
def main(verbose: bool = False) -> None:
    """Main options."""


def run() -> str:
    runner = CliRunner(env={"COLUMNS": "80", "NO_COLOR": "1", "TERM": "dumb"})
    lines = []
    for arguments, text in (
        (["--help"], ""),
        (["work", "a", "b", "--level", "HIGH", "--times", "2"], ""),
        (["work", "a", "--level", "middle"], ""),
        (["users", "add", "zoe", "--admin"], "y\n"),
        (["users", "add", "zoe"], "n\n"),
        (["users", "add", "root"], ""),
        (["users", "--help"], ""),
    ):
        result = runner.invoke(app, arguments, input=text, prog_name="demo")
        lines.append(f"{result.exit_code}: {result.output}")
    return "\n".join(lines)
