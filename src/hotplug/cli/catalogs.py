"""How a command gets its catalog: from a policy file, and from what the command line adds to it.

The policy file is the one of ``--policy``, else that of ``HOTPLUG_POLICY``, else ``hotplug.toml`` in the working
folder. ``--group`` and ``--contract`` take the place of the file's; ``--path`` and ``--fallback`` come after its
folders; ``--no-installed`` and ``--provides`` are added to what it says.
"""

from __future__ import annotations

import functools
import os
import shlex
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

import click

from hotplug.cli.contract import well_formed
from hotplug.errors import TrustError, absolute

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import TypeVar

    from hotplug.catalog import Catalog, Entry
    from hotplug.plugin import Boundary
    from hotplug.policy import Limits
    from hotplug.policy.file import Policy

    _F = TypeVar("_F", bound=Callable[..., Any])

_NO_SYMBOL = " "
"""A symbol that no source binds: where none is known, only entry points are offered."""
_LOCK = "hotplug.lock"
_WHICH = (
    "Name their entry point group (--group greeter.plugins), or a policy file "
    "(--policy, HOTPLUG_POLICY, or hotplug.toml in the working folder)"
)
_FILES = (".whl", ".py")
_FOLDER = click.Path(exists=True, file_okay=False)


class Selection:
    """The catalog that a command is about, as the command line and the policy file name it.

    Args:
        policy: The policy file that was named.
        group: The entry point group that was named.
        contract: The contract that was named, ``module:Name``; it is imported only where a command needs it.
        paths: Folders that were named.
        fallback: Folders that were named.
        installed: Whether installed distributions are searched.
        provides: Distributions that the host gives.
    """

    def __init__(
        self,
        *,
        policy: str | None,
        group: str | None,
        contract: str | None,
        paths: tuple[str, ...],
        fallback: tuple[str, ...],
        installed: bool,
        provides: Mapping[str, str],
    ) -> None:
        self.given_policy = policy
        self.given_contract = contract
        self._group = group
        self._paths = paths
        self._fallback = fallback
        self._installed = installed
        self._provides = provides

    @cached_property
    def policy(self) -> Policy | None:
        """Return the policy file, None where there is none.

        Raises:
            PolicyError: If it cannot be read.
        """
        from hotplug.policy.file import find

        return find(self.given_policy, working_folder=True)

    @property
    def group(self) -> str | None:
        """Return the entry point group, None where nobody names one."""
        return self._group or (self.policy.group if self.policy else None)

    @property
    def contract(self) -> str | None:
        """Return the contract's reference, None where nobody names one."""
        return self.given_contract or (self.policy.contract if self.policy else None)

    @property
    def provides(self) -> dict[str, str]:
        """Return the distributions that the host gives."""
        from hotplug.catalog.decisions import provided

        return dict(provided(self._provides, self.policy.provides if self.policy else {}))

    @property
    def symbol(self) -> str | None:
        """Return what an artifact without entry points must export to be offered."""
        if self.policy and self.policy.symbol:
            return self.policy.symbol
        return self.contract.rpartition(":")[2].rpartition(".")[2] if self.contract else None

    def catalog(
        self,
        form: object = object,
        *,
        boundary: Boundary | None = None,
        limits: Limits | None = None,
        locked: bool = True,
    ) -> Catalog[Any]:
        """Return the catalog.

        Args:
            form: The contract; without it nothing can be loaded, and no contract needs to be imported.
            boundary: Where plugins run, where the policy does not say it.
            limits: Their bounds, where the policy does not say them.
            locked: Whether the lock that the policy names counts.

        Raises:
            click.UsageError: If nobody names a group.
            PolicyError: If the policy file cannot be read.
        """
        from hotplug.catalog import Catalog

        if self.group is None:
            raise click.UsageError(f"which plugins? {_WHICH}")
        return Catalog(
            self.group,
            cast("type[Any]", form),
            paths=self._paths,
            installed=self._installed,
            fallback=self._fallback,
            symbol=self.symbol or _NO_SYMBOL,
            boundary=boundary,
            limits=limits,
            provides=self._provides,
            policy=self._amended(locked=locked),
        )

    def boundary(self, name: str) -> Boundary | None:
        """Return where a plugin of the catalog runs; None where that is left to the host."""
        return self._unlocked.boundary(name)

    @cached_property
    def _unlocked(self) -> Catalog[Any]:
        return self.catalog(locked=False)

    def _amended(self, *, locked: bool) -> Policy | None:
        """Return the policy, with what the command line puts in the place of what it says."""
        policy = self.policy
        if policy is None:
            return None
        return policy._replace(
            group=self.group,
            installed=policy.installed if self._installed else False,
            lock=policy.lock if locked else None,
        )

    def folders_beside(self, policy: Policy) -> dict[str, list[str]]:
        """Return the folders that were named on the command line and are not in a policy, by the policy's keys."""
        every = {"paths": (self._paths, policy.paths), "fallback": (self._fallback, policy.fallback)}
        beside = {key: [absolute(each) for each in named] for key, (named, _) in every.items()}
        beside = {key: [each for each in beside[key] if each not in own] for key, (_, own) in every.items()}
        return {key: folders for key, folders in beside.items() if folders}

    def command(self, name: str, *more: tuple[str, str | None]) -> str:
        """Return a command with the options that say which catalog is meant, as they were given.

        Args:
            name: The command's name.
            more: Other options, each with its value; left out where that is None.
        """
        options = (
            *(("--policy", self.given_policy), ("--group", self._group), ("--contract", self.given_contract)),
            *(("--path", each) for each in self._paths),
            *(("--fallback", each) for each in self._fallback),
            *(("--provides", f"{each}={version}") for each, version in self._provides.items()),
            *more,
        )
        words = [word for option, value in options if value is not None for word in (option, value)]
        return shlex.join(["hotplug", name, *words, *(() if self._installed else ("--no-installed",))])

    def lock_place(self, given: str | None) -> str:
        """Return the path of the lock, whether it is there or not.

        It is the one that was named, else the policy's, else ``hotplug.lock`` beside the policy file, or in the
        working folder.
        """
        if given is not None:
            return absolute(given, TrustError)
        policy = self.policy
        if policy is not None and policy.lock is not None:
            return absolute(policy.lock, TrustError)
        return os.path.join(os.path.dirname(policy.path), _LOCK) if policy else absolute(_LOCK, TrustError)

    def entry(self, name: str) -> Entry | None:
        """Return the entry that an argument NAME|PATH means; None where it is a path.

        What looks like a path is one: with a separator, ``.whl`` or ``.py`` at its end, or a folder's name where
        there is no catalog. Anything else is first a name in the catalog.

        Raises:
            PluginNotFound: If it is neither a name of the catalog nor a path at which there is something.
            click.UsageError: If there is nothing at that path, and nobody names a group.
        """
        if os.sep in name or name.endswith(_FILES) or name in {os.curdir, os.pardir}:
            return None
        if self.group is None:
            if os.path.lexists(name):
                return None
            raise click.UsageError(
                f"{name!r} is no file or folder. If it is the name of a plugin, which plugins? {_WHICH}"
            )
        with self.catalog() as catalog:
            from hotplug.errors import PluginNotFound

            try:
                return catalog[name]
            except PluginNotFound:
                if os.path.lexists(name):
                    return None
                raise


def catalog_options(function: _F) -> _F:
    """Add the options that say which catalog is meant; the command gets a `Selection` as ``selection``."""

    @functools.wraps(function)
    def command(
        *arguments: Any,
        policy: str | None,
        group: str | None,
        contract: str | None,
        paths: tuple[str, ...],
        fallback: tuple[str, ...],
        no_installed: bool,
        provides: dict[str, str],
        **others: Any,
    ) -> Any:
        selection = Selection(
            policy=policy,
            group=group,
            contract=contract,
            paths=paths,
            fallback=fallback,
            installed=not no_installed,
            provides=provides,
        )
        return function(*arguments, selection=selection, **others)

    options = [
        click.option(
            "--policy",
            type=click.Path(),
            metavar="FILE",
            help="The policy file; else HOTPLUG_POLICY, else hotplug.toml in the working folder.",
        ),
        click.option("--group", metavar="GROUP", help="The entry point group, such as greeter.plugins."),
        click.option(
            "--contract",
            metavar="MODULE:NAME",
            callback=well_formed,
            help="The contract, such as greeter:Greeter.",
        ),
        click.option(
            "--path", "paths", multiple=True, type=_FOLDER, metavar="DIR", help="A folder of plugins; repeatable."
        ),
        click.option(
            "--fallback", multiple=True, type=_FOLDER, metavar="DIR", help="One that is searched last; repeatable."
        ),
        click.option("--no-installed", is_flag=True, help="Leave installed distributions out."),
        click.option(
            "--provides",
            multiple=True,
            metavar="NAME=VERSION",
            callback=_versions,
            help="A distribution that the host gives to plugins; repeatable.",
        ),
    ]
    for option in reversed(options):
        command = option(command)
    return command  # type: ignore[return-value]  # pyright: ignore[reportReturnType]


def _versions(ctx: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    del ctx, parameter
    found: dict[str, str] = {}
    for value in values:
        name, equals, version = value.partition("=")
        if not (name and equals and version.strip("=")):
            raise click.BadParameter(f"{value!r} is not NAME=VERSION, such as hotplug-greeter=1.4")
        found[name] = version.strip("=")
    return found
