"""The command ``hotplug``: one file for each of its commands, loaded when the command is named.

What lives here: reading arguments, and writing results and errors for people. What must not: any work that a
program could want to do without the command line. Until a command runs, nothing but click is loaded.
"""

from __future__ import annotations

import importlib
import sys
from io import TextIOWrapper

import click

from hotplug.cli.reporting import Reported, debug_option

_COMMANDS = (
    *("build", "check", "disable", "doctor", "enable", "inspect"),
    *("list", "lock", "new", "open", "verify"),
)
"""The commands, each the name of a module here which holds a `click.Command` called ``command``."""


class _Commands(Reported, click.Group):
    """Loads a command's module when it is asked for, and reports what it raises in words for people."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"{__name__}.{cmd_name}").command
        return command


@click.group("hotplug", cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="hotplug")
@debug_option
def main() -> None:
    """Find, check, try and make plugins of Python programs.

    Which plugins a command is about is said by a policy file (--policy, HOTPLUG_POLICY, or hotplug.toml in the
    working folder), or by --group and --path.

    \b
    Exit codes of every command:
      0    fine
      1    refused, or failed; the reason is on standard error
      2    wrong usage
      3    undecided (check)
      130  interrupted
    """  # noqa: D301 - click's own mark for lines that stay as they are
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal that lacks the letters shows their numbers
