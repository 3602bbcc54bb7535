"""Runs a group of commands with options, prompts, files and completion in the test runner."""

import click
from click.shell_completion import ShellComplete
from click.testing import CliRunner

WHEELS = ("click==8.1.8",)


@click.group(context_settings={"auto_envvar_prefix": "TOOL"})
@click.option("--debug/--no-debug", default=False, help="Say more.")
@click.version_option("1.2")
@click.pass_context
def tool(context, debug):
    """A tool with commands."""
    context.obj = {"debug": debug}


@tool.command()
@click.argument("names", nargs=-1, required=True)
@click.option("--count", type=click.IntRange(1, 3), default=1, show_default=True)
@click.option("--color", type=click.Choice(["red", "blue"], case_sensitive=False))
@click.pass_obj
def greet(settings, names, count, color):
    """Greet people."""
    for name in names * count:
        click.secho(f"Hello {name} {settings['debug']}", fg=color)


@tool.command()
@click.option("--secret", prompt=True, confirmation_prompt=True, hide_input=True)
@click.argument("file", type=click.File("w"))
def store(secret, file):
    """Store a secret."""
    file.write(secret[::-1])
    click.echo(f"stored {len(secret)}")


def run() -> str:
    runner = CliRunner()
    lines = []
    for arguments, text in (
        (["--help"], None),
        (["--debug", "greet", "a", "b", "--count", "2", "--color", "RED"], None),
        (["greet", "a", "--count", "9"], None),
        (["gret"], None),
        (["--version"], None),
        (["greet", "--help"], None),
    ):
        result = runner.invoke(tool, arguments, input=text, color=True, prog_name="tool")
        lines.append(f"{result.exit_code}: {result.output}")
    with runner.isolated_filesystem():
        result = runner.invoke(tool, ["store", "out.txt"], input="abc\nabc\n", prog_name="tool")
        with open("out.txt", encoding="utf-8") as file:
            lines.append(f"{result.output} {file.read()}")
    completion = ShellComplete(tool, {}, "tool", "_TOOL_COMPLETE")
    lines.append(str([item.value for item in completion.get_completions(["greet"], "--co")]))
    return "\n".join(lines)
