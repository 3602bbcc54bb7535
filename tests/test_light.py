"""What the way of ``open`` uses in place of the standard library does what the standard library's does."""

from __future__ import annotations

import contextlib
import importlib
import subprocess
import sys
import threading
import types
import typing
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from hotplug import light

PATIENCE = 10.0


@pytest.mark.parametrize("name", ["BuiltinFunctionType", "CodeType", "FunctionType", "ModuleType"])
def test_types_are_those_of_the_standard_library(name: str) -> None:
    assert getattr(light, name) is getattr(types, name)


def test_cast_and_overload_hand_on_what_they_are_given() -> None:
    value: list[object] = []
    assert light.cast("list[int]", value) is typing.cast("list[int]", value) is value
    returned: Any = light.overload(test_cast_and_overload_hand_on_what_they_are_given)
    assert returned is test_cast_and_overload_hand_on_what_they_are_given


@pytest.mark.parametrize("suppress", [light.suppress, contextlib.suppress])
def test_suppress_passes_over_the_classes_that_it_was_given(suppress: Any) -> None:
    reached: list[str] = []
    with suppress(OSError, KeyError) as nothing:
        reached.append("inside")
    assert nothing is None
    for error in (FileNotFoundError(), KeyError()):
        with suppress(OSError, KeyError):
            raise error
    for other in (ValueError(), LookupError(), KeyboardInterrupt()):
        with pytest.raises(type(other)) as caught, suppress(OSError, KeyError):
            raise other
        assert caught.value is other
    with pytest.raises(OSError), suppress():  # noqa: PT011
        raise OSError
    assert reached == ["inside"]


def test_import_module_gives_the_module_that_is_named() -> None:
    assert light.import_module("os.path") is importlib.import_module("os.path")
    with pytest.raises(ModuleNotFoundError, match="^No module named 'email.nowhere'$"):
        light.import_module("email.nowhere")


def test_a_gate_lets_pass_who_came_before_and_who_comes_after() -> None:
    gate = light.Gate()
    count = 8
    passed: list[int] = []
    together = threading.Barrier(count + 1)

    def pass_through(number: int) -> None:
        together.wait(PATIENCE)
        gate.wait()
        passed.append(number)

    with ThreadPoolExecutor(count) as pool:
        waiting = [pool.submit(pass_through, number) for number in range(count)]
        together.wait(PATIENCE)
        assert passed == []
        gate.open()
        for each in waiting:
            each.result(PATIENCE)
    assert sorted(passed) == list(range(count))
    gate.wait()
    gate.open()  # again is once
    gate.wait()


def test_the_interpreters_own_hook_takes_what_is_unraisable(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "unraisablehook", sys.__unraisablehook__)
        light.unraisable(ValueError("lost"), "Exception ignored in a test", "here")
    assert capsys.readouterr().err == "Exception ignored in a test: 'here'\nValueError: lost\n"


def test_an_interpreter_without_that_type_tells_of_it_too(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Bare(tuple[object, ...]):
        __slots__ = ()

    monkeypatch.setattr(light, "tuple", Bare, raising=False)
    light.unraisable(ValueError("lost"), "Exception ignored in a test", "here")
    assert capsys.readouterr().err == "ValueError: lost\n"


@pytest.mark.parametrize("ends", [ValueError, SystemExit])
def test_a_hook_that_fails_with_what_is_unraisable_stops_nothing(
    ends: type[BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[sys.UnraisableHookArgs] = []

    def hook(told: sys.UnraisableHookArgs) -> None:
        heard.append(told)
        raise ends

    monkeypatch.setattr(sys, "unraisablehook", hook)
    error = KeyError()
    light.unraisable(error, "Exception ignored in a test", hook)
    (told,) = heard
    assert (told.exc_type, told.exc_value, told.err_msg, told.object) == (
        KeyError,
        error,
        "Exception ignored in a test",
        hook,
    )


def test_it_costs_no_module_that_a_bare_interpreter_has_not_loaded() -> None:
    code = (
        "import sys; before = set(sys.modules); import hotplug.light;"
        "print(*sorted(name for name in set(sys.modules) - before if not name.startswith('hotplug')))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() in (["__future__"], [])  # the site module may have loaded it
