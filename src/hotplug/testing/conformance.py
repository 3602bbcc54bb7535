"""The test that an author writes in one line: is this a plugin that its host can use?

    from greeter import Greeter
    from hotplug.testing import contract_test

    test_plugin = contract_test(Greeter)

Each step is a test of its own, for the source and once more for the wheel that is built from it. A step whose
groundwork failed is skipped, so that one fault is one failure.
"""

from __future__ import annotations

import os
import sys
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import hotplug
from hotplug.errors import ArtifactError, CompatibilityError, PluginError, PluginRaised

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path
    from typing import Literal

    import pytest
    from typing_extensions import TypeForm

    from hotplug.artifacts.artifact import Artifact

    Boundary = Literal["inline", "process"]

_PROJECT = "pyproject.toml"


def contract_test(
    contract: TypeForm[Any],
    symbol: str | None = None,
    *,
    source: str | os.PathLike[str] | None = None,
    group: str | None = None,
    use: Callable[[Any], object] | None = None,
    boundaries: Sequence[Boundary] = ("inline", "process"),
    allow: Sequence[str] = (),
    provides: Mapping[str, str] | None = None,
) -> Callable[..., None]:
    """Return a test for pytest: that a plugin can be read, fits, opens, satisfies its contract and leaves nothing.

    It is several tests, by the names of their steps:

    - ``reads``: there is something that can be opened; where ``group`` is given, it offers itself there.
    - ``hazards``: its source does nothing that a private namespace does not hold.
    - ``fits``: this interpreter, and what is installed, are what it needs.
    - ``inline``, ``process``: it opens there, the symbol is found and satisfies the contract.
    - ``leaves-nothing``: opened, used and closed over and over, it leaves nothing behind.
    - ``builds``: of a project, its build backend makes a wheel; and the same steps again for that.

    A step is skipped where its groundwork fails: ``builds`` is that of every other step with the wheel, ``reads``
    of those below it, ``fits`` of those that run the plugin, ``inline`` of ``leaves-nothing``. ``hazards`` is
    groundwork of none: what it warns of may work all the same, so the plugin is run, and does what was warned of.

    The user's cache, and hotplug's variables in the environment, are put aside meanwhile.

    Args:
        contract: The type that the host expects.
        symbol: What the host looks up; without it, what the entry points in ``group`` name, else the contract's
            name.
        source: The project, folder, file or wheel, relative to the file of the test. Without it, the nearest
            folder above that has a pyproject.toml.
        group: The entry point group in which it must offer itself.
        use: Called with each value that was looked up, on both sides of a boundary; what it raises fails the test.
        boundaries: Where it must work. Without "inline", there are no hazards, and leaks are not looked for.
        allow: Rules of warnings that are known and accepted, as ``hotplug check`` names them.
        provides: Distributions that the host gives; see :func:`hotplug.open`.

    Raises:
        TypeError: If the contract has no name, and neither symbol nor group is given.
    """
    import pytest

    if not isinstance(symbol or group or getattr(contract, "__name__", None), str):
        raise TypeError(f"{contract!r} has no name: say which symbol the host looks up (symbol=…)")
    here = os.path.dirname(os.path.abspath(sys._getframe(1).f_code.co_filename))  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
    path = _project_above(here) if source is None else os.path.normpath(os.path.join(here, source))
    asked = _Asked(contract, symbol, group, use, tuple(boundaries), frozenset(allow), dict(provides or {}))
    subjects = {"": _Subject(path, asked)}
    if os.path.isfile(os.path.join(path, _PROJECT)):
        subjects = {"source-": _Subject(path, asked), "wheel-": _Subject(path, asked, built=True)}
    tries = {f"{prefix}{step}": (subject, step) for prefix, subject in subjects.items() for step in subject.steps}

    @pytest.mark.parametrize(("subject", "step"), tries.values(), ids=tries)
    def test(
        subject: _Subject, step: str, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from hotplug.testing.isolation import own_variables

        folder = tmp_path_factory.mktemp("contract")
        for name in own_variables(os.environ):
            monkeypatch.delenv(name)
        monkeypatch.setenv("HOTPLUG_CACHE", str(folder / "cache"))
        monkeypatch.setattr(sys, "path", [each for each in sys.path if not subject.hides(each)])
        for needed in subject.needed(step):
            failure = subject.failure(needed, folder)
            if failure:
                said = str(failure).partition("\n")[0] or type(failure).__name__
                pytest.skip(f"not tried, since {needed!r} fails: {said}")
        failure = subject.failure(step, folder)
        if isinstance(failure, PluginRaised):
            pytest.fail(f"{failure}\n{failure.traceback}", pytrace=False)
        if isinstance(failure, PluginError):
            pytest.fail(str(failure), pytrace=False)
        if failure is not None:  # the plugin's own, or of `use`
            raise failure

    test.__doc__ = f"Whether {path} is a plugin that its host can use."
    return test


contract_test.__test__ = False  # type: ignore[attr-defined]  # whatever names of tests a project collects


class _Asked(NamedTuple):
    contract: Any
    symbol: str | None
    group: str | None
    use: Callable[[Any], object] | None
    boundaries: tuple[Boundary, ...]
    allow: frozenset[str]
    provides: dict[str, str]


class _Subject:
    """The plugin as source, or as the wheel that is built from it, and what came of each step with it."""

    def __init__(self, path: str, asked: _Asked, *, built: bool = False) -> None:
        self._source = path
        self._path = path
        self._asked = asked
        self._failures: dict[str, Exception | None] = {}
        inline = "inline" in asked.boundaries
        self._tries: dict[str, Callable[[Path], None]] = {
            **({"builds": self._builds} if built else {}),
            "reads": self._reads,
            **({"hazards": self._hazards} if inline else {}),
            "fits": self._fits,
            **({"inline": partial(self._opens, "inline")} if inline else {}),
            **({"process": partial(self._opens, "process")} if "process" in asked.boundaries else {}),
            **({"leaves-nothing": self._leaves_nothing} if inline else {}),
        }
        self.steps = tuple(self._tries)

    def hides(self, entry: str) -> bool:
        """Tell whether an entry of ``sys.path`` leads to the source: a wheel must not find there what it lacks."""
        roots = {os.path.realpath(self._source), os.path.realpath(os.path.join(self._source, "src"))}
        return "builds" in self._tries and os.path.realpath(entry) in roots

    def needed(self, step: str) -> list[str]:
        """Return the steps that must succeed before another is worth trying, in their order."""
        ground = [each for each in _GROUND.get(step, ()) if each in self._tries]
        return [*(["builds"] if "builds" in self._tries and step != "builds" else []), *ground]

    def failure(self, step: str, folder: Path) -> Exception | None:
        """Return why a step fails, None if it does not. It is tried once."""
        if step not in self._failures:
            try:
                self._tries[step](folder)
            except Exception as error:  # noqa: BLE001  (whatever it is, it is told as this step's)
                self._failures[step] = error
            else:
                self._failures[step] = None
        return self._failures[step]

    def _builds(self, folder: Path) -> None:
        from hotplug.build import build_wheel

        self._path = str(build_wheel(self._source, folder / "wheels"))

    def _reads(self, folder: Path) -> None:
        del folder
        artifact = _located(self._path)
        artifact.tree()
        self._symbols()

    def _hazards(self, folder: Path) -> None:
        del folder
        from hotplug.artifacts.hazards import hazards

        artifact = _located(self._path)
        found = [each for each in hazards(artifact) if each.rule not in self._asked.allow]
        if found:
            root = artifact.tree().root + os.sep
            lines = (
                f"\n  - {each.rule}: {each.message}  ({each.file.removeprefix(root)}:{each.line or 1})"
                f"\n    instead: {each.instead}"
                for each in found
            )
            raise ArtifactError(
                f"does what a private namespace does not hold:{''.join(lines)}",
                plugin=artifact.name,
                remedy=f"change it, or accept it: contract_test(…, allow={sorted({each.rule for each in found})})",
            )

    def _fits(self, folder: Path) -> None:
        del folder
        from hotplug.artifacts.compatibility import objections

        artifact = _located(self._path)
        reasons = objections(artifact, self._asked.provides, inline="inline" in self._asked.boundaries)
        if reasons:
            raise CompatibilityError(reasons, plugin=artifact.name)

    def _opens(self, boundary: Boundary, folder: Path) -> None:
        del folder
        with hotplug.open(self._path, boundary=boundary, provides=self._asked.provides) as plugin:
            self._use(plugin)

    def _leaves_nothing(self, folder: Path) -> None:
        del folder
        from hotplug.testing.leaks import leaks

        found = leaks(self._path, self._use, provides=self._asked.provides)
        if found:
            raise PluginError(str(found))

    def _use(self, plugin: hotplug.Plugin) -> None:
        for symbol in self._symbols():
            value: object = plugin.lookup(symbol, self._asked.contract)
            if self._asked.use is not None:
                self._asked.use(value)

    def _symbols(self) -> list[str]:
        asked = self._asked
        if asked.group is None:
            return [asked.symbol or asked.contract.__name__]
        metadata = _located(self._path).metadata
        named = [point.reference for point in metadata.entry_points if point.group == asked.group]
        if not named:
            groups = sorted({point.group for point in metadata.entry_points})
            raise ArtifactError(
                f"declares no entry point in the group {asked.group!r}; "
                f"it has {'groups ' + ', '.join(groups) if groups else 'no entry points at all'}",
                plugin=metadata.name,
                remedy=f'pyproject.toml: [project.entry-points."{asked.group}"], below it: name = "module:symbol"',
            )
        return [asked.symbol] if asked.symbol else named


_GROUND = {
    "hazards": ("reads",),
    "fits": ("reads",),
    "inline": ("reads", "fits"),
    "process": ("reads", "fits"),
    "leaves-nothing": ("reads", "fits", "inline"),
}


def _located(path: str) -> Artifact:
    from hotplug.artifacts import locate

    return locate(path)


def _project_above(folder: str) -> str:
    """Return the nearest folder that has a pyproject.toml; where none has, the folder itself."""
    here = folder
    while not os.path.isfile(os.path.join(here, _PROJECT)):
        above = os.path.dirname(here)
        if above == here:
            return folder
        here = above
    return here
