"""The schema of the policy file accepts and refuses what its reader does."""

from __future__ import annotations

import json
import tomllib
from importlib.resources import files
from typing import Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from hotplug import PolicyError
from hotplug.policy.file import PluginPolicy, Policy
from hotplug.policy.reading import fields

SCHEMA: dict[str, Any] = json.loads(files("hotplug.policy").joinpath("hotplug.schema.json").read_text("utf-8"))
PIN = f"sha256:{'0' * 64}"

RIGHT = [
    "",
    'group = "a.b"\ncontract = "a.b:C.d"\nsymbol = "S"\npaths = ["p", "~/q", " "]\nfallback = []\nlock = "l"\n',
    "installed = true",
    'boundary = "process"\nlimits = { start = 1, deadline = 0.5, concurrency = 3 }',
    "limits.start = inf",
    'provides = { a = "1", "b.c" = "2" }',
    f'[plugins.x]\nenabled = true\nboundary = "process"\npin = "{PIN}"\nlimits.deadline = 1\n[plugins.x.config]\n',
    '[plugins."with.dot and \\"quotes\\""]\n[plugins.y.config]\na = [1, { b = 2020-01-01 }]',
    "[plugins.x]\nboundary = 'inline'\nlimits = {}",
    "[plugins.grants]\n[plugins.config]",
    "contract = 'ä.ö:Ü'",
]
WRONG = {
    "pahts = []": "did you mean 'paths'?",
    "grants = {}": "grants is not built yet",
    "plugins.x.grants = {}": "plugins.x.grants is not built yet",
    "plugins.x.enable = true": "did you mean 'enabled'?",
    "limits.memory = 1": "limits.memory is not known; known are start, deadline, concurrency",
    "plugins.x.limits.starts = 1": "did you mean 'start'?",
    "group = 1": "group is a text, not a whole number",
    "group = ' '": "group is empty",
    "contract = 'a.b'": "not of the form 'module:attribute'",
    "contract = 'a:b-c'": "not of the form",
    "contract = true": "contract is a text, not true or false",
    "symbol = []": "symbol is a text, not a list",
    "symbol = ''": "symbol is empty",
    "paths = 'p'": "paths is a list, not a text",
    "paths = ['']": "paths holds ''",
    "paths = [1]": "paths holds 1",
    'fallback = ["a\\u0000b"]': "NUL",
    "installed = 1": "installed is true or false, not a whole number",
    "installed = 'yes'": "installed is true or false, not a text",
    "lock = 1979-05-27": "lock is a text, not a date or a time",
    "boundary = 'sandbox'": "a sandbox is not built yet",
    "boundary = 'proces'": "did you mean 'process'?",
    "boundary = true": "boundary is a text",
    "limits = 1": "limits is a table, not a whole number",
    "limits.start = 0": "positive",
    "limits.deadline = -1.5": "positive",
    "limits.deadline = '1'": "takes seconds as a number",
    "limits.deadline = true": "takes seconds as a number",
    "limits.concurrency = 0": "is at least 1",
    "limits.concurrency = 1.5": "takes an int",
    "provides.a = 1": "provides.a is a text",
    "provides.a = ''": "provides.a is empty",
    "provides = []": "provides is a table, not a list",
    "plugins = []": "plugins is a table, not a list",
    "plugins.x = false": "plugins.x is a table, not true or false",
    "plugins.'' = {}": "has no name",
    "plugins.x.enabled = 'false'": "plugins.x.enabled is true or false, not a text",
    "plugins.x.pin = 'sha256:0'": "64 hexadecimal digits",
    f"plugins.x.pin = '{PIN.upper()}'": "64 hexadecimal digits",
    "plugins.x.config = 1": "plugins.x.config is a table",
    "[plugins.x]\nboundary = 'inline'\nlimits.deadline = 1": "an inline plugin has no limits",
}
BEYOND = {
    "limits.deadline = nan": "positive",
    "limits.concurrency = 1.0": "takes an int",
    "boundary = 'inline'\nplugins.x.limits.deadline = 1": "an inline plugin has no limits",
    "[provides]\na-b = '1'\nA_b = '1'": "is the same distribution as 'a-b'",
}
"""What a schema cannot say."""


def accepted(text: str) -> bool:
    validator: Any = Draft202012Validator(SCHEMA)
    return validator.is_valid(tomllib.loads(text)) is True


def test_it_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)


def test_it_has_the_names_of_the_policy() -> None:
    assert set(SCHEMA["properties"]) == {*Policy._fields} - {"path", "source"}
    assert set(SCHEMA["$defs"]["plugin"]["properties"]) == set(PluginPolicy._fields)


@pytest.mark.parametrize("text", RIGHT)
def test_both_accept(text: str) -> None:
    assert accepted(text)
    assert fields(text, "/p/hotplug.toml")


@pytest.mark.parametrize(("text", "said"), WRONG.items())
def test_both_refuse(text: str, said: str) -> None:
    assert not accepted(text)
    with pytest.raises(PolicyError) as caught:
        fields(text, "/p/hotplug.toml")
    assert said in caught.value.reason
    assert caught.value.reason.startswith(f"/p/hotplug.toml, line {text.count(chr(10)) + 1}: ")


@pytest.mark.parametrize(("text", "said"), BEYOND.items())
def test_what_only_the_reader_refuses(text: str, said: str) -> None:
    assert accepted(text)
    with pytest.raises(PolicyError) as caught:
        fields(text, "/p/hotplug.toml")
    assert said in caught.value.reason
