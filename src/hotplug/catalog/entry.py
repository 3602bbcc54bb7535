"""What a catalog tells of one plugin, before any of its code runs."""

from __future__ import annotations

from hotplug.errors import PluginDisabled

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Final

    from hotplug.artifacts.artifact import Artifact
    from hotplug.errors import PluginError


class Facts:
    """What an artifact says of itself, read without running it.

    Args:
        artifact: What would be opened; None if it cannot be read.
        error: What ``load`` would raise; None if it can be opened as far as one can see without running it.
    """

    __slots__ = ("artifact", "error")

    def __init__(self, artifact: Artifact | None, error: PluginError | None = None) -> None:
        self.artifact: Final = artifact
        self.error: Final = error


class Entry:
    """One plugin under one name.

    What an installed distribution says of itself is read when it is asked for: there may be thousands.

    Attributes:
        name: The name that the host asks for.
        path: Where it lies.
        symbol: What would be looked up.
    """

    __slots__ = ("_facts", "_shadow", "name", "path", "state", "symbol")

    def __init__(
        self,
        name: str,
        path: str,
        symbol: str,
        facts: Facts | Callable[[Entry], Facts],
        *,
        state: object = None,
        shadow: str | None = None,
    ) -> None:
        self.name: Final = name
        self.path: Final = path
        self.symbol: Final = symbol
        self.state: Final = state
        """What is another once its files were changed."""
        self._shadow = shadow
        self._facts = facts

    @property
    def version(self) -> str | None:
        """Its version; None where the artifact does not tell."""
        artifact = self.artifact
        return None if artifact is None else artifact.metadata.version

    @property
    def summary(self) -> str | None:
        """Its one-line description; None where the artifact does not tell."""
        artifact = self.artifact
        return None if artifact is None else artifact.metadata.summary

    @property
    def artifact(self) -> Artifact | None:
        """What would be opened; None if it cannot be read."""
        return self.facts.artifact

    @property
    def error(self) -> PluginError | None:
        """What ``load`` would raise; None unless it is refused."""
        return self.facts.error

    @property
    def status(self) -> str:
        """``ready``, ``shadowed by`` a path, ``disabled:`` and by what, or ``refused:`` and why."""
        error = self.facts.error
        if isinstance(error, PluginDisabled):
            return f"disabled: by {error.by}"
        if error is not None:
            return f"refused: {error.reason}"
        return "ready" if self._shadow is None else f"shadowed by {self._shadow}"

    @property
    def ready(self) -> bool:
        """Whether it can be loaded by its name."""
        return self._shadow is None and self.facts.error is None

    @property
    def disabled(self) -> bool:
        """Whether the policy or the environment disables it; what its artifact says of itself is not read then."""
        return isinstance(self._facts, Facts) and isinstance(self._facts.error, PluginDisabled)

    @property
    def facts(self) -> Facts:
        """What its artifact says of itself; the first to ask has it read."""
        facts = self._facts
        if not isinstance(facts, Facts):
            facts = self._facts = facts(self)
        return facts

    @property
    def known(self) -> bool:
        """Whether its artifact was read."""
        return isinstance(self._facts, Facts)

    def shadowed(self, path: str) -> Entry:
        """Return what is shown of it where another artifact has won its name."""
        return Entry(self.name, self.path, self.symbol, self.facts, state=self.state, shadow=path)

    def refused(self, error: PluginError) -> Entry:
        """Return what is shown of it after it could not be opened."""
        return Entry(self.name, self.path, self.symbol, Facts(self.artifact, error), state=self.state)

    def __repr__(self) -> str:
        return f"<Entry {self.name} {self.status}, {self.path}>"
