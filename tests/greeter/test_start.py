"""What the way to a greeting may import: nothing that takes longer than the greeting."""

from __future__ import annotations

import subprocess
import sys

HEAVY = {
    *("ast", "click", "configparser", "dataclasses", "email", "hashlib", "importlib.metadata", "inspect"),
    *("installer", "json", "logging", "packaging", "pathlib", "platformdirs", "tempfile", "tomllib"),
    *("typing_extensions", "zipfile", "hotplug.policy", "hotplug.policy.file", "msgspec", "tomlkit"),
}


def imported(code: str) -> set[str]:
    code = f"import sys; before = set(sys.modules); {code}; print(*(set(sys.modules) - before), file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stderr.split())


def test_importing_hotplug_imports_nothing_else() -> None:
    assert imported("import hotplug") <= {"__future__", "hotplug"}


def test_the_way_to_a_greeting_imports_nothing_heavy() -> None:
    greet = "from greeter.driver import main; main(['english'])"
    imported(greet)  # fills the cache
    found = imported(greet)
    young = {"hashlib"} & found  # sources that were edited a moment ago are hashed each time
    assert found & HEAVY == young
    assert "hotplug.boundaries.inline.namespace" in found
