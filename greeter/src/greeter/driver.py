"""The driver: takes a language as its argument, finds the plugin that speaks it, and greets."""

from __future__ import annotations

import argparse
import os
import sys
from functools import partial
from io import TextIOWrapper
from typing import cast

from greeter import Greeter, __version__
from hotplug import Catalog, ContractError, PluginCrashed, PluginDisabled, PluginError, PluginNotFound
from hotplug.errors import printable
from hotplug.light import may_be_there, user_folder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Literal

GROUP = "greeter.plugins"


def main(argv: Sequence[str] | None = None) -> int:
    """Greet, and return the exit status: 0, 1 for a language that cannot be spoken, 2 for wrong usage."""
    arguments = _parser().parse_args(argv)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal that lacks the letters shows their numbers
    for folder in arguments.plugins:
        if not os.path.isdir(folder):
            what = "is no folder, name the one that it lies in" if os.path.exists(folder) else "is not there"
            print(f"greeter: {printable(folder, keep='')} {what}", file=sys.stderr)
            return 1
    policy = _policy(arguments.policy)
    if arguments.boundary == "process" or policy is not None:
        _hear(debug=arguments.debug)
    try:
        with languages(arguments.plugins, boundary=arguments.boundary, policy=policy) as catalog:
            status = _list(catalog) if arguments.list else _greet(catalog, arguments.language)
        sys.stdout.flush()
    except PluginError as error:
        if arguments.debug:
            raise
        said = str(error)
        short = isinstance(error, PluginCrashed | PluginDisabled)
        print(said.partition("\n")[0] if short else said, file=sys.stderr)
        return 1
    except _Silent as error:
        cause = error.__cause__
        if arguments.debug and cause is not None:
            if isinstance(cause, SystemExit):  # it would end the program without a word
                raise
            raise cause from None
        print(printable(str(error)), file=sys.stderr)
        return 1
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # the interpreter flushes once more when it ends
        if not isinstance(error, BrokenPipeError):  # whoever reads has enough
            print(f"greeter: cannot write: {error.strerror}", file=sys.stderr)
        return 1
    return status


def _hear(*, debug: bool) -> None:
    """Show what a language prints in its worker, where that is asked for; else it is only to greet."""
    import logging

    if debug:
        logging.basicConfig(level=logging.INFO, format="%(name)s: %(message)s")
    else:
        logging.getLogger("hotplug").addHandler(logging.NullHandler())


class _Silent(Exception):
    """A language's own failure, in a line."""


def languages(
    folders: Sequence[str] = (),
    *,
    boundary: Literal["inline", "process"] | None = None,
    policy: str | None = None,
) -> Catalog[Greeter]:
    """Return the catalog of languages.

    Args:
        folders: Searched first; then those of ``GREETER_PLUGINS``, the user's own, what is installed, and at last
            the languages that the greeter itself brings.
        boundary: Where the languages run; see :func:`hotplug.open`.
        policy: The file of the operator's decisions, None where there is none.
    """
    environment = [each for each in os.environ.get("GREETER_PLUGINS", "").split(os.pathsep) if each]
    own = os.path.join(user_folder("data", "greeter"), "plugins")
    return Catalog(
        GROUP,
        Greeter,
        paths=[*folders, *environment, own],
        fallback=[_carried()],
        boundary=boundary,
        provides={"hotplug-greeter": __version__},
        policy=policy,
    )


def _policy(given: str | None) -> str | None:
    """Return the policy: what was named, else that of ``HOTPLUG_POLICY``, else the user's own if it is there."""
    named = os.environ.get("HOTPLUG_POLICY") if given is None else given
    if given is not None or named:
        return named
    own = os.path.join(user_folder("config", "greeter"), "hotplug.toml")
    return own if may_be_there(own) else None


def _greet(catalog: Catalog[Greeter], language: str) -> int:
    try:
        greeter = catalog.load(language)
    except PluginNotFound:
        entries = catalog.entries()
        spoken = ", ".join(entry.name for entry in entries if entry.ready)
        refused = ", ".join(entry.name for entry in entries if entry.error is not None and not entry.disabled)
        print("don't speak that language", flush=True)
        print(printable(f"languages spoken: {spoken or 'none'}", keep=""), file=sys.stderr)
        if refused:  # it may be what one of these speaks
            print(printable(f"refused: {refused}; --list says why", keep=""), file=sys.stderr)
        return 1
    except ContractError as error:
        print("unexpected type from module symbol", flush=True)
        print(error, file=sys.stderr)
        return 1
    try:
        words: object = cast("object", greeter.greet())  # without an annotation the contract cannot vouch for it
    except (PluginError, KeyboardInterrupt):  # of the worker that it runs in; of who watches
        raise
    except BaseException as error:  # the plugin's own: inline, it arrives as it was raised
        raise _Silent(f"{language}: its greet() raised {_name(type(error))}: {_said(error)}") from error
    if not isinstance(words, str):
        raise _Silent(f"{language}: greet() returned {_name(type(words))}, not words")
    print(str.__str__(words))
    return 0


def _said(error: BaseException) -> str:
    try:
        return str.__str__(str(error))
    except BaseException as failure:  # noqa: BLE001  (the plugin's own __str__)
        return f"(its __str__ raised {_name(type(failure))})"


def _name(cls: type) -> str:
    name: str = type.__dict__["__name__"].__get__(cls)  # whatever its metaclass would say
    return name


def _list(catalog: Catalog[Greeter]) -> int:
    for entry in catalog.entries():
        print(printable(f"{entry.name:<12} {entry.version or '-':<8} {entry.path}", keep=""))
        if not entry.ready:
            print(" " * 13 + printable(entry.status).replace("\n", "\n" + " " * 13))
    return 0


def _carried() -> str:
    """Return the folder of the languages that the greeter brings: wheels, in a checkout the source folders."""
    here = os.path.dirname(os.path.abspath(__file__))
    built = os.path.join(here, "carried")
    return built if os.path.isdir(built) else os.path.join(here, "..", "..", "plugins")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="greeter",
        description="Greet the universe in a language that a plugin speaks.",
        formatter_class=partial(argparse.HelpFormatter, width=0),  # adding an argument prints nothing
    )
    parser.add_argument("language", nargs="?", default="english", help="the language to greet in (english)")
    parser.add_argument(
        "--plugins", action="append", default=[], metavar="DIR", help="search this folder first; may be repeated"
    )
    parser.add_argument(
        "--list", action="store_true", help="list the languages, where each comes from and its state"
    )
    parser.add_argument(
        "--boundary",
        choices=("inline", "process"),
        help="run the language in this process (inline), or in a worker of its own",
    )
    parser.add_argument(
        "--policy", metavar="FILE", help="the policy file (HOTPLUG_POLICY, else hotplug.toml in the config folder)"
    )
    parser.add_argument(
        "--debug", action="store_true", help="show the traceback of an error, and what a worker prints"
    )
    parser.add_argument("--version", action="version", version=f"greeter {__version__}")
    # it asks for the width of the terminal, and imports much for that
    parser.formatter_class = argparse.HelpFormatter
    return parser
