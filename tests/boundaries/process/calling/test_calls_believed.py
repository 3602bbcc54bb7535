"""The host believes nothing: what a worker makes up ends no program, and gives no object for another."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

import hotplug
from hotplug import PluginCrashed, PluginRaised, TransferError

if TYPE_CHECKING:
    from hotplug.testing import PluginMaker

LIAR = """
from collections.abc import Callable
import hotplug.boundaries.process.inside.serving as serving
import hotplug.boundaries.process.raising as raising
import hotplug.contract

def leave(kind: str) -> None:
    # what a worker would send that does not keep to the rules: what ends programs, as if it were builtin
    told = raising.Raising._told
    def lying(self, error, *rest):
        wire = told(self, error, *rest)
        wire[0], wire[1] = raising.BUILTIN, [kind, wire[1][1]]
        return wire
    raising.Raising._told = lying
    try:
        raise ValueError("bye")
    finally:
        pass

@hotplug.contract.raises(SystemExit, KeyboardInterrupt)
def declared() -> None:
    raise SystemExit(7)

def swapped(first: Callable[[], int], second: Callable[[int], int]) -> Callable[[], int]:
    import gc
    for each in gc.get_objects():
        if type(each).__name__ == "Far" and each.number == 1 and each.count:
            each.number = 99
    return first
"""


@pytest.fixture
def liar(make_plugin: PluginMaker) -> hotplug.Plugin:
    return hotplug.open(make_plugin.module("liar.py", LIAR), boundary="process")


@pytest.mark.parametrize("kind", ["SystemExit", "KeyboardInterrupt", "GeneratorExit"])
def test_a_worker_cannot_raise_what_ends_the_host(kind: str, liar: hotplug.Plugin) -> None:
    with liar:
        leave = liar.lookup("leave", Callable[[str], None])
        with pytest.raises((TransferError, PluginRaised)):
            leave(kind)


def test_what_it_declares_itself_is_no_way_to_end_the_host(liar: hotplug.Plugin) -> None:
    with liar:
        declared: Any = liar.lookup("declared")
        with pytest.raises((TransferError, PluginRaised)):
            declared()


def test_an_object_that_was_never_lent_is_not_found(liar: hotplug.Plugin) -> None:
    with liar:
        swapped = liar.lookup("swapped", Callable[[Callable[[], int], Callable[[int], int]], Callable[[], int]])
        with pytest.raises((TransferError, PluginCrashed)):
            swapped(lambda: 1, lambda number: number)
