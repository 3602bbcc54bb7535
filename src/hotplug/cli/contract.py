"""The contract that is named on the command line, imported as the host's own code has it."""

from __future__ import annotations

import sys
from contextlib import redirect_stdout
from typing import NamedTuple

import click


class Contract(NamedTuple):
    """A contract.

    Attributes:
        reference: How it was named, ``greeter:Greeter``.
        module: The module that it was imported from.
        path: Its path in that module.
        form: The type form.
    """

    reference: str
    module: str
    path: str
    form: object

    @property
    def packages(self) -> frozenset[str]:
        """Return the top-level packages that it is part of."""
        home: object = getattr(self.form, "__module__", None)
        homes = [self.module, home if isinstance(home, str) else self.module]
        return frozenset({each.partition(".")[0] for each in homes} - {"builtins", "typing", "collections"})


def well_formed(ctx: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    """Check the form of a reference, and import nothing."""
    del ctx, parameter
    if value is not None:
        module, colon, path = value.partition(":")
        parts = [*module.split("."), *path.split(".")]
        if not (colon and all(each.isidentifier() for each in parts)):
            raise click.BadParameter(f"{value!r} is not an object reference such as greeter:Greeter")
    return value


def import_contract(ctx: click.Context, parameter: click.Parameter, value: str | None) -> Contract | None:
    """Import the contract for an option; one that is not there is wrong usage."""
    well_formed(ctx, parameter, value)
    return None if value is None else imported(value)


def imported(reference: str) -> Contract:
    """Import a contract; its module runs, and that is the host's code.

    Raises:
        click.BadParameter: If there is none of that name, or it is no type.
    """
    import importlib

    module, _, path = reference.partition(":")
    try:
        with redirect_stdout(sys.stderr):  # what it prints is no result
            found: object = importlib.import_module(module)
    except ModuleNotFoundError as error:
        raise click.BadParameter(
            f"{reference}: there is no module {error.name!r}; "
            "install the host beside hotplug, or put its folder on PYTHONPATH"
        ) from error
    except (Exception, SystemExit) as error:
        raise click.BadParameter(
            f"{reference}: importing {module} raises {type(error).__name__}: {error}"
        ) from error
    for name in path.split("."):
        try:
            found = getattr(found, name)
        except AttributeError as error:
            from hotplug.errors import nearest

            near = nearest(name, [each for each in dir(found) if each[:1] != "_"])
            raise click.BadParameter(f"{reference}: {module} has no {name!r}{near}") from error
    from hotplug.contract import check

    try:
        check(None, found)
    except TypeError as error:
        raise click.BadParameter(f"{reference}: {error}") from error
    return Contract(reference, module, path, found)
