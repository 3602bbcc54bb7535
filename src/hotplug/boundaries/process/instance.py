"""A plugin in a worker process, as the host has it."""

from __future__ import annotations

import atexit
import errno
import socket
from functools import lru_cache
from itertools import chain
from time import monotonic
from typing import Any, cast
from weakref import WeakSet

import msgspec

from hotplug.boundaries.process import nesting
from hotplug.boundaries.process.asking import Asking
from hotplug.boundaries.process.carrying import Carrier
from hotplug.boundaries.process.crossing import Misfit, Plan
from hotplug.boundaries.process.inside.importing import modules_data
from hotplug.boundaries.process.life import Life
from hotplug.boundaries.process.messages import COMMAND, RESULT
from hotplug.boundaries.process.naming import Unnameable, form_data, known_class, script_data, shapes_of_data
from hotplug.boundaries.process.session import Session
from hotplug.boundaries.process.starting import launch
from hotplug.boundaries.report import CloseReport
from hotplug.contract.shapes import Shapes, shapes_of
from hotplug.contract.shapes.shape import UNTYPED
from hotplug.errors import ActivationError, DeadlineExceeded, PluginCrashed, PluginError, TransferError
from hotplug.light import suppress
from hotplug.policy import Limits, current_deadline, earlier

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hotplug.artifacts.artifact import Artifact
    from hotplug.boundaries.process.session import Answer

_TO_END = 5.0  # seconds that the plugin's own clean-up may take
_AT_EXIT = 1.0  # ... when the host's interpreter ends with the plugin open
_DEFAULT = Limits()


class Process:
    """The running code of one plugin in a worker."""

    def __init__(self, artifact: Artifact, limits: Limits | None) -> None:
        limits = limits or _DEFAULT
        self._plugin = artifact.name
        latest = None if limits.start is None else monotonic() + limits.start
        due = earlier(current_deadline(), latest)
        above = nesting.below(artifact)
        data = modules_data(artifact)
        self._session = Session(self._plugin, trusting=False, default=limits.deadline)
        self._untyped: dict[bytes, Plan] = {}
        pairs = _connections(limits.concurrency, self._plugin)
        try:
            worker = launch(self._plugin, [theirs for _, theirs in pairs], until=due)
        except BaseException:
            for own, _ in pairs:
                own.close()
            raise
        *forward, reverse, link = (own for own, _ in pairs)
        self._asking = Asking(self._session, forward, reverse, link)
        self._session.lines = self._asking
        self._life = self._asking.life = Life(self._plugin, worker, self._asking.hang_up, self._asking.let_go)
        _end_politely_at_exit(self)  # from here on it can be ended
        try:
            self._command("start", [data, above, script_data()], due, "its start")
        except BaseException as error:
            self._life.kill("was ended since it did not start")
            self._gone()
            if isinstance(error, DeadlineExceeded):
                by_limit = latest is not None and due == latest  # and not that of a deadline() around it
                late = DeadlineExceeded(
                    f"did not start within {limits.start:g} s"
                    if by_limit
                    else "did not start before its deadline",
                    plugin=self._plugin,
                    remedy="give it more time: Limits(start=...)" if by_limit else None,
                )
                late.phase = "open"
                raise late from None
            if isinstance(error, PluginCrashed):
                error.remedy = None  # it has no values yet, and would end again
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
            try:
                plan = Plan(shapes_of_data(data, known_class))
            except Unnameable as problem:
                raise TransferError(f"{symbol}: {problem.reason}", plugin=self._plugin) from problem
            _refuse(plan, symbol, self._plugin)
            self._untyped[key] = plan
        return self._back(symbol, wire, plan, answer)

    def resolve_as(self, symbol: str, contract: object) -> object:
        """Return the value of a symbol, or a proxy of it, as the contract says."""
        try:
            plan, data, text = _planned_once(contract)
        except Unnameable as problem:
            raise TransferError(problem.reason, plugin=self._plugin, remedy=problem.remedy) from problem
        _refuse(plan, symbol, self._plugin)
        answer = self._look_up(symbol, data, text)
        wire, _ = self._pair(answer)
        return self._back(symbol, wire, plan, answer)

    def stop(self, timeout: float | None = None) -> CloseReport:
        """Let the plugin clean up and its worker end.

        Args:
            timeout: Seconds in which calls in flight may end; None ends them at once.
        """
        life, why = self._life, ""
        if life.worker.foreign:
            return CloseReport(
                unloaded=True, reason="its worker belongs to the process that this one was forked from"
            )
        if life.over:
            why = f"its worker had ended before: it {life.how}"
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

    def abandon(self) -> None:
        """Hang up: the plugin cleans up, and its worker ends by itself."""
        self._life.closed = True
        self._asking.hang_up()

    def wait(self, seconds: float) -> None:
        """Wait until the worker has ended."""
        self._life.worker.wait(seconds)

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

    def _look_up(self, symbol: str, data: object, text: str | None) -> Answer:
        return self._command("lookup", [symbol, data, text], self._session.due(), f"the lookup of {symbol!r}")

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


def _connections(concurrency: int, plugin: str) -> list[tuple[socket.socket, socket.socket]]:
    """Return both ends of all connections to a worker: one for each call at a time, and two more.

    Raises:
        ActivationError: If the system has not so many.
    """
    pairs: list[tuple[socket.socket, socket.socket]] = []
    try:
        for _ in range(concurrency + 2):
            pairs.append(socket.socketpair())  # noqa: PERF401 - those that there are must be closed
    except BaseException as error:
        for each in chain.from_iterable(pairs):
            each.close()
        if not isinstance(error, OSError):
            raise
        remedy = None
        if error.errno in {errno.EMFILE, errno.ENFILE}:
            remedy = (
                "lower Limits(concurrency=...), close files that the host has open, or raise how many it may have "
                "(ulimit -n)"
            )
        elif error.errno in {errno.ENOBUFS, errno.ENOMEM}:
            remedy = "lower Limits(concurrency=...), or free memory"
        raise ActivationError(
            f"the connections to its worker process could not be made, for {concurrency} calls at a time: "
            f"{error.strerror or error}",
            plugin=plugin,
            remedy=remedy,
        ) from error
    return pairs


_untyped = Plan(Shapes(UNTYPED, {}))
_living: WeakSet[Process] = WeakSet()
"""The plugins whose workers are to clean up when the interpreter ends."""


def _end_politely_at_exit(process: Process) -> None:
    if not _living:
        atexit.unregister(_end_all)
        atexit.register(_end_all)  # after that of `launch`, which ends what is left: so this one runs first
    _living.add(process)


def _end_all() -> None:
    until = monotonic() + _AT_EXIT
    processes = [each for each in _living if not each.ended]
    for each in processes:
        with suppress(Exception):  # the others are to end politely all the same
            each.abandon()
    for each in processes:
        with suppress(Exception):
            each.wait(max(0.0, until - monotonic()))


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
    """Return how a contract's values cross, what it is called in another interpreter, and its shapes as text."""
    shapes = shapes_of(contract)
    return Plan(shapes), form_data(contract), str(shapes)
