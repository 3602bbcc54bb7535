"""What the host asks of the worker itself: to start the plugin, to list its symbols, to look one up."""

from __future__ import annotations

import types
from typing import Any

import msgspec

from hotplug.boundaries.checking import checked
from hotplug.boundaries.process import nesting
from hotplug.boundaries.process.carrying import Carrier
from hotplug.boundaries.process.crossing import Misfit, Plan
from hotplug.boundaries.process.inside.importing import Modules
from hotplug.boundaries.process.messages import RESULT
from hotplug.boundaries.process.naming import Unnameable, form_of, shapes_data, take_script
from hotplug.contract.shapes import Shapes, fits, shapes_of
from hotplug.contract.shapes.shape import UNTYPED
from hotplug.errors import TransferError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hotplug.boundaries.process.session import Session

_NOTHING = Shapes(UNTYPED, {})


class LookingUp:
    """The plugin's symbols, as the host asks for them."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._modules: Modules
        self._contracts: dict[bytes, tuple[object, Plan]] = {}
        self._untyped = Plan(_NOTHING)
        self._annotated: dict[int, tuple[object, Plan]] = {}

    def answer(self, name: str, arguments: list[Any]) -> tuple[Any, Any]:
        """Do what the host commands; return the answer and what goes beside it."""
        try:
            if name == "start":
                data, above, script = arguments
                nesting.settle(above)
                take_script(script)
                self._modules = Modules(data)
                self._modules.enter()
                self._modules.start()
                nesting.started()
                return [RESULT, None], []
            if name == "symbols":
                return [RESULT, list(self._modules.symbols())], []
            symbol, data, text = arguments
            if data is None:
                return self._as_annotated(symbol)
            return self._as_contract(symbol, data, text)
        except BaseException as error:  # noqa: BLE001 - all of it is for the host
            return self._session.meeting.told(error, None, None)

    def _as_contract(self, symbol: str, data: object, text: str) -> tuple[Any, Any]:
        key = msgspec.msgpack.encode(data)
        known = self._contracts.get(key)
        if known is None:
            try:
                form = form_of(data)
            except Unnameable as problem:
                raise TransferError(problem.reason, remedy=problem.remedy) from problem
            shapes = shapes_of(form)
            if str(shapes) != text:
                raise TransferError(
                    "the contract is another one where the plugin runs than in the host",
                    remedy="is one of its modules shadowed by one of the plugin, or changed since the start?",
                )
            known = self._contracts[key] = form, Plan(shapes)
        form, plan = known
        value = checked(self._modules.resolve(symbol), form, symbol=symbol, plugin=self._modules.plugin)
        return self._out(symbol, value, plan, None)

    def _as_annotated(self, symbol: str) -> tuple[Any, Any]:
        value = self._modules.resolve(symbol)
        if fits(value, UNTYPED, _NOTHING):
            return self._out(symbol, value, self._untyped, None)
        if isinstance(value, types.ModuleType):
            raise TransferError(
                f"{symbol} is a module, which does not cross to another process",
                remedy="look up a name in it, or open the plugin inline",
            )
        if isinstance(value, type):
            raise TransferError(
                f"{symbol} is a class, which does not cross to another process",
                remedy="look it up with a contract: Callable[[...], ...] for what makes instances",
            )
        known = self._annotated.get(id(value))
        if known is None or known[0] is not value:
            function = isinstance(value, types.FunctionType | types.MethodType)
            form: Any = value if function else type(value)
            shapes = shapes_of(form, expose=not function)
            if shapes.refusals:
                listed = "".join(f"\n  - {each}" for each in shapes.refusals)
                raise TransferError(
                    f"{symbol} cannot cross by its own annotations:{listed}",
                    remedy="look it up with a contract",
                )
            known = self._annotated[id(value)] = value, Plan(shapes)
        return self._out(symbol, value, known[1], shapes_data(known[1].shapes))

    def _out(self, symbol: str, value: object, plan: Plan, data: object) -> tuple[Any, Any]:
        carrier = Carrier(self._session, owner=symbol)
        try:
            wire = plan.codec(plan.shapes.root).out(value, carrier)
        except Misfit as misfit:
            raise TransferError(f"{symbol}{misfit.path}: {misfit.reason}") from None
        return [RESULT, [wire, data]], carrier.segments
