"""A plugin in a worker process, as the host has it."""

from __future__ import annotations

import socket
from functools import lru_cache
from time import monotonic
from typing import Any, cast

import msgspec

from hotplug.boundaries.process.asking import Asking
from hotplug.boundaries.process.crossing import Misfit, Plan
from hotplug.boundaries.process.inside.importing import modules_data
from hotplug.boundaries.process.life import Life
from hotplug.boundaries.process.messages import COMMAND, RESULT
from hotplug.boundaries.process.naming import Unnameable, form_data, known_class, shapes_of_data
from hotplug.boundaries.process.session import Carrier, Session
from hotplug.boundaries.process.starting import launch
from hotplug.boundaries.report import CloseReport
from hotplug.contract.shapes import Shapes, shapes_of
from hotplug.contract.shapes.shape import UNTYPED
from hotplug.errors import DeadlineExceeded, PluginError, TransferError
from hotplug.policy import Limits, current_deadline, earlier

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hotplug.artifacts.artifact import Artifact
    from hotplug.boundaries.process.session import Answer

_TO_END = 5.0  # seconds that the plugin's own clean-up may take
_DEFAULT = Limits()


class Process:
    """The running code of one plugin in a worker."""

    def __init__(self, artifact: Artifact, limits: Limits | None) -> None:
        limits = limits or _DEFAULT
        self._plugin = artifact.metadata.name
        due = earlier(current_deadline(), None if limits.start is None else monotonic() + limits.start)
        data = modules_data(artifact)
        self._session = Session(self._plugin, trusting=False, default=limits.deadline)
        self._untyped: dict[bytes, Plan] = {}
        pairs = [socket.socketpair() for _ in range(limits.concurrency + 2)]
        try:
            worker = launch(self._plugin, [theirs for _, theirs in pairs], until=due)
        except BaseException:
            for own, _ in pairs:
                own.close()
            raise
        *forward, reverse, link = (own for own, _ in pairs)
        self._asking = Asking(self._session, forward, reverse, link)
        self._session.lines = self._asking
        self._life = self._asking.life = Life(self._plugin, worker, self._asking.hang_up)
        try:
            self._command("start", [data], due, "its start")
        except BaseException as error:
            self._life.kill("was ended since it did not start")
            self._gone()
            if isinstance(error, DeadlineExceeded):
                raise DeadlineExceeded(
                    f"did not start within {limits.start:g} s"
                    if limits.start is not None
                    else "did not start before the deadline",
                    plugin=self._plugin,
                    remedy="give it more time: Limits(start=...)",
                ) from None
            if isinstance(error, PluginError):
                error.phase = "open"
            raise
        self._life.started = True

    @property
    def ended(self) -> bool:
        """Whether the worker has ended for good."""
        return self._life.over

    def symbols(self) -> tuple[str, ...]:
        """Return the public names that the root module exports."""
        names = self._command("symbols", [], self._session.due(), "its symbols")[1]
        if type(names) is not list or not all(type(each) is str for each in cast("list[object]", names)):
            raise TransferError("the worker did not send names of symbols", plugin=self._plugin)
        return tuple(cast("list[str]", names))

    def resolve(self, symbol: str) -> object:
        """Return the value of a symbol, or a proxy of it, as its own annotations say."""
        answer = self._look_up(symbol, None, None)
        wire, data = self._pair(answer)
        if data is None:
            return self._back(symbol, wire, _untyped, answer)
        key = msgspec.msgpack.encode(data)
        plan = self._untyped.get(key)
        if plan is None:
            plan = self._untyped[key] = Plan(shapes_of_data(data, known_class))
            _refuse(plan, symbol, self._plugin)
        return self._back(symbol, wire, plan, answer)

    def resolve_as(self, symbol: str, contract: object) -> object:
        """Return the value of a symbol, or a proxy of it, as the contract says."""
        try:
            plan, data, fingerprint = _planned_once(contract)
        except Unnameable as problem:
            raise TransferError(problem.reason, plugin=self._plugin, remedy=problem.remedy) from problem
        _refuse(plan, symbol, self._plugin)
        answer = self._look_up(symbol, data, fingerprint)
        wire, _ = self._pair(answer)
        return self._back(symbol, wire, plan, answer)

    def stop(self, timeout: float | None = None) -> CloseReport:
        """Let the plugin clean up and its worker end.

        Args:
            timeout: Seconds in which calls in flight may end; None ends them at once.
        """
        life, why = self._life, ""
        if life.over:
            why = "its worker had ended before"
        elif not self._asking.drained(timeout or 0.0):
            why = "calls were in flight: its worker was ended, its exit handlers did not run"
            life.closed = True
            life.kill("was closed")
        else:
            life.closed = True
            due = monotonic() + _TO_END
            answered = self._asking.last([COMMAND, "stop", [], None], due)
            ended = life.worker.wait(max(0.0, due - monotonic())) if answered else None
            if ended is None:
                why = f"its worker did not end within {_TO_END:g} s, and was ended"
                life.kill("was closed")
            elif ended.exit_code != 0:
                why = f"its worker {ended}"
        life.closed = True
        self._gone()
        return CloseReport(unloaded=True, reason=why)

    def _gone(self) -> None:
        self._life.worker.wait(_TO_END)
        self._asking.close()
        self._session.lending.clear()

    def _command(self, name: str, arguments: list[Any], due: float | None, what: str) -> Answer:
        answer = self._asking.ask([COMMAND, name, arguments, due], [], due, what)
        if answer[0] == RESULT:
            return answer
        try:
            error = self._session.made(answer, Carrier(self._session, segments=answer[2]))
        except Misfit as misfit:
            raise TransferError(f"{what}: {misfit}", plugin=self._plugin) from None
        raise error

    def _look_up(self, symbol: str, data: object, fingerprint: str | None) -> Answer:
        return self._command(
            "lookup", [symbol, data, fingerprint], self._session.due(), f"the lookup of {symbol!r}"
        )

    def _pair(self, answer: Answer) -> tuple[Any, Any]:
        try:
            wire, data = answer[1]
        except (TypeError, ValueError):
            raise TransferError("the worker did not send a symbol", plugin=self._plugin) from None
        return wire, data

    def _back(self, symbol: str, wire: object, plan: Plan, answer: Answer) -> object:
        carrier = Carrier(self._session, symbol, answer[2])
        try:
            return plan.codec(plan.shapes.root).back(wire, carrier)
        except Misfit as misfit:
            raise TransferError(f"{symbol}{misfit.path}: {misfit.reason}", plugin=self._plugin) from None


_untyped = Plan(Shapes(UNTYPED, {}))


def _refuse(plan: Plan, symbol: str, plugin: str) -> None:
    if plan.refusals:
        listed = "".join(f"\n  - {each}" for each in plan.refusals)
        raise TransferError(f"{symbol} cannot cross to another process:{listed}", plugin=plugin)


def _planned_once(contract: object) -> tuple[Plan, object, str]:
    try:
        return _planned(contract)
    except TypeError:  # a form that cannot be a key
        return _planned.__wrapped__(contract)


@lru_cache(maxsize=256)
def _planned(contract: object) -> tuple[Plan, object, str]:
    """Return how a contract's values cross, what it is called in another interpreter, and its fingerprint."""
    shapes = shapes_of(contract)
    return Plan(shapes), form_data(contract), shapes.wire_fingerprint
