"""Errors are read by people, and are caught, copied and pickled by programs."""

from __future__ import annotations

import copy
import pickle

import pytest

from hotplug import ArtifactError, CompatibilityError, PluginError, PluginNotFound, SymbolNotFound, TrustError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


def pickled(error: PluginError) -> PluginError:
    again: PluginError = pickle.loads(pickle.dumps(error))  # noqa: S301
    return again


def test_the_text_is_the_plugin_the_reason_and_the_way_out() -> None:
    error = PluginError("is broken", plugin="french", remedy="mend it")
    assert str(error) == "french: is broken\n  mend it"
    assert str(PluginError("is broken")) == "is broken"


def test_the_text_of_a_plugin_not_found_is_not_quoted_as_a_key_error_is() -> None:
    error = PluginNotFound("there is no plugin 'x'", remedy="there are: a, b")
    assert str(error) == "there is no plugin 'x'\n  there are: a, b"
    assert isinstance(error, KeyError)
    assert isinstance(SymbolNotFound("no"), LookupError)


def test_one_reason_stands_in_the_sentence_and_several_stand_in_lines() -> None:
    assert str(CompatibilityError(["no"], plugin="a")) == "a: does not fit this host: no"
    assert str(CompatibilityError(["no", "nor"], plugin="a")) == "a: does not fit this host:\n  - no\n  - nor"


@pytest.mark.parametrize("again", [copy.copy, pickled])
@pytest.mark.parametrize(
    "error",
    [
        CompatibilityError(["no", "nor"], plugin="a", remedy="b"),
        ArtifactError("no", plugin="a", remedy="b"),
        PluginNotFound("no", plugin="a"),
        TrustError("no", expected="a", found="b", plugin="a"),
    ],
)
def test_a_copy_says_the_same(error: PluginError, again: Callable[[PluginError], PluginError]) -> None:
    other = again(error)
    assert type(other) is type(error)
    assert (str(other), vars(other), other.args) == (str(error), vars(error), error.args)


def test_every_error_knows_its_phase() -> None:
    assert {kind.__name__: kind.phase for kind in PluginError.__subclasses__()} == {
        "ArtifactError": "read",
        "BuildError": "build",
        "TrustError": "check",
        "CompatibilityError": "check",
        "PolicyError": "check",
        "ActivationError": "open",
        "SymbolNotFound": "lookup",
        "ContractError": "lookup",
        "PluginNotFound": "find",
        "PluginDisabled": "check",
        "PluginClosed": "lookup",
        "TransferError": "call",
        "PluginRaised": "call",
        "PluginCrashed": "call",
        "DeadlineExceeded": "call",
    }
