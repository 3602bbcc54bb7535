from __future__ import annotations

import pytest

from hotplug.build.entry_points import EntryPoint, check_modules, grouped
from hotplug.errors import BuildError


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("greeter.plugins:french=french:Greeter", ("greeter.plugins", "french", "french:Greeter")),
        (" g : n.1-x = a.b : C.d ", ("g", "n.1-x", "a.b:C.d")),
        ("g:n=module", ("g", "n", "module")),
    ],
)
def test_group_name_and_reference_are_told_apart(text: str, expected: tuple[str, str, str]) -> None:
    assert EntryPoint.parse(text) == expected


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "is not an entry point"),
        ("french=french:Greeter", "is not an entry point"),
        ("greeter.plugins:french", "is not an entry point"),
        ("greeter plugins:french=french:Greeter", "'greeter plugins' for a group"),
        (":french=french:Greeter", "'' for a group"),
        ("g:[n]=a:b", r"'\[n\]' for a name"),
        ("g:n=", "'' for an object reference"),
        ("g:n=a:", "'a:' for an object reference"),
        ("g:n=a-b:c", "'a-b:c' for an object reference"),
        ("g:n=class:c", "'class:c' for an object reference"),
        ("g:n=a:b [extra]", r"'a:b \[extra\]' for an object reference"),
        ("g:n=a:b\n[h]", "for an object reference"),
    ],
)
def test_what_is_wrong_with_an_entry_point_is_said(text: str, reason: str) -> None:
    with pytest.raises(BuildError, match=reason) as caught:
        EntryPoint.parse(text)
    assert "GROUP:NAME=MODULE:ATTRIBUTE" in (caught.value.remedy or "")


def test_one_name_cannot_mean_two_things() -> None:
    with pytest.raises(BuildError, match="g:n is given twice, as a:b and as a:c"):
        grouped([EntryPoint("g", "n", "a:b"), EntryPoint("g", "n", "a:c")])
    assert grouped([EntryPoint("g", "n", "a:b")] * 2) == {"g": {"n": "a:b"}}


@pytest.mark.parametrize("module", ["a", "a.b", "c.d", "c"])
def test_a_module_of_the_wheel_is_found(module: str) -> None:
    files = {"a/__init__.py": b"", "a/b.py": b"", "c/d/e.py": b""}
    check_modules([EntryPoint("g", "n", f"{module}:x")], files, plugin="here")


def test_a_module_that_is_not_in_the_wheel_is_named_beside_those_that_are() -> None:
    with pytest.raises(BuildError, match=r"names the module frensh, .* it holds french, words"):
        check_modules(
            [EntryPoint("g", "n", "frensh:x")], {"french.py": b"", "words/__init__.py": b""}, plugin="here"
        )
