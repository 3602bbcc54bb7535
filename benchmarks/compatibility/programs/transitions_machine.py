"""Runs state machines with conditions, nested states, queues, pickles and diagrams as text."""

import enum
import logging
import pickle

from transitions import Machine, MachineError, State
from transitions.extensions import HierarchicalMachine, LockedMachine, MachineFactory
from transitions.extensions.asyncio import AsyncMachine
from transitions.extensions.states import Error, Timeout, add_state_features

WHEELS = ("transitions==0.9.3",)


class States(enum.Enum):
    OFF = 0
    ON = 1


class Lamp:
    def __init__(self):
        self.log = []
        self.power = True
        self.machine = Machine(
            self,
            states=["off", State("on", on_enter="noted"), "broken"],
            transitions=[
                {"trigger": "switch", "source": "off", "dest": "on", "conditions": "powered", "before": "clicked"},
                {"trigger": "switch", "source": "on", "dest": "off"},
                ["smash", "*", "broken"],
            ],
            initial="off",
            send_event=True,
        )

    def powered(self, event):
        return self.power

    def clicked(self, event):
        self.log.append(f"click {event.kwargs}")

    def noted(self, event):
        self.log.append(f"{event.transition.source}->{event.transition.dest}")


def run() -> str:
    import asyncio

    logging.getLogger("transitions").setLevel(logging.ERROR)
    lamp = Lamp()
    lines = [str(lamp.switch(by="me")), lamp.state, str(lamp.log), str(lamp.is_on()), str(lamp.may_switch())]
    lamp.smash()
    try:
        lamp.switch()
    except MachineError as error:
        lines.append(str(error))
    lines.append(pickle.loads(pickle.dumps(lamp)).state)
    light = Machine(states=States, transitions=[["flip", States.OFF, States.ON]], initial=States.OFF)
    light.flip()
    lines.append(str(light.state))
    nested = HierarchicalMachine(
        states=["idle", {"name": "busy", "initial": "reading", "children": ["reading", "writing"]}],
        transitions=[
            ["start", "idle", "busy"],
            ["turn", "busy_reading", "busy_writing"],
            ["stop", "busy", "idle"],
        ],
        initial="idle",
    )
    for trigger in ("start", "turn", "stop"):
        getattr(nested, trigger)()
        lines.append(nested.state)

    @add_state_features(Error, Timeout)
    class Featured(Machine):
        pass

    tagged = Featured(states=[{"name": "a", "tags": ["t"]}, {"name": "b", "accepted": True}], initial="a")
    lines.append(f"{tagged.get_state('a').is_t} {tagged.get_state('b').is_accepted}")
    locked = LockedMachine(states=["A", "B"], initial="A")
    locked.to_B()
    lines.append(locked.state)

    async def later():
        machine = AsyncMachine(states=["x", "y"], transitions=[["go", "x", "y"]], initial="x")
        await machine.go()
        return machine.state

    lines.append(asyncio.run(later()))
    kind = MachineFactory.get_predefined(graph=True, nested=True)
    diagram = kind(states=["p", "q"], transitions=[["t", "p", "q"]], initial="p", graph_engine="mermaid")
    lines.append(diagram.get_graph().draw(None) or "")
    return "\n".join(lines)
