"""The same question put to mypy and pyright, where they are installed: ``_: Contract = symbol``."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from typing import TYPE_CHECKING, Literal, NamedTuple, cast

if TYPE_CHECKING:
    from collections.abc import Mapping

_FILE = "hotplug_assertion.py"
_SECONDS = 300.0


class Opinion(NamedTuple):
    """What one type checker says.

    Attributes:
        checker: "mypy" or "pyright".
        answer: "satisfied", "refused", or "failed" where it could not say.
        messages: What it printed about the assignment.
    """

    checker: str
    answer: Literal["satisfied", "refused", "failed"]
    messages: tuple[str, ...]


def installed_checkers() -> tuple[str, ...]:
    """Return which of mypy and pyright can be run: for this interpreter, else on the PATH."""
    return tuple(each for each in ("mypy", "pyright") if _command(each))


def _command(name: str) -> list[str]:
    if importlib.util.find_spec(name) is not None:
        return [sys.executable, "-m", name]
    found = shutil.which(name)
    return [found] if found else []


def ask(symbol: tuple[str, str], contract: tuple[str, str], places: Mapping[str, str]) -> tuple[Opinion, ...]:
    """Ask every installed checker whether the symbol may be assigned to a variable of the contract's type.

    Args:
        symbol: The module and the dotted path of the symbol; the path is empty for the module itself.
        contract: The module and the dotted path of the contract.
        places: The absolute file or folder of each top-level name that the checkers must find: the plugin's
            and the contract's.
    """
    with tempfile.TemporaryDirectory() as folder:
        roots = os.path.join(folder, "roots")
        os.mkdir(roots)
        for name, path in places.items():
            # a link gives each module its import name, whatever its folder is called
            os.symlink(path, os.path.join(roots, f"{name}.py" if path.endswith(".py") else name))
        with open(os.path.join(folder, _FILE), "w", encoding="utf-8") as file:
            file.write(assertion(symbol, contract))
        askers = {"mypy": _mypy, "pyright": _pyright}
        return tuple(askers[each](folder, roots) for each in installed_checkers())


def assertion(symbol: tuple[str, str], contract: tuple[str, str]) -> str:
    """Return the source of the module that a checker looks at."""
    return "\n".join(
        [*_imported(*symbol, "_symbol"), *_imported(*contract, "_Contract"), _statement(symbol, contract), ""]
    )


def _imported(module: str, path: str, name: str) -> list[str]:
    first = path.partition(".")[0]
    return [f"from {module} import {first} as {name}"] if first else [f"import {module} as {name}"]


def _statement(symbol: tuple[str, str], contract: tuple[str, str]) -> str:
    value = ".".join(["_symbol", *symbol[1].split(".")[1:]])
    wanted = ".".join(["_Contract", *contract[1].split(".")[1:]])
    return f"_: {wanted} = {value}"


def _run(command: list[str], folder: str, **environment: str) -> tuple[int, str, str]:
    try:
        done = subprocess.run(  # noqa: S603 - the checker that the user asked for
            command,
            cwd=folder,
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
            check=False,
            timeout=_SECONDS,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return -1, "", str(error)
    return done.returncode, done.stdout, done.stderr


def _mypy(folder: str, roots: str) -> Opinion:
    options = ["--no-error-summary", "--hide-error-context", "--no-color-output", "--show-error-codes"]
    options += [
        "--ignore-missing-imports",
        "--follow-imports=silent",
        "--config-file=",
        f"--cache-dir={folder}/cache",
    ]
    code, output, error = _run([*_command("mypy"), *options, _FILE], folder, MYPYPATH=roots)
    lines = output.splitlines()
    own = [re.sub(rf"^{_FILE}:\d+: (error: )?", "", each) for each in lines if each.startswith(_FILE)]
    unfound = any("import-not-found" in each for each in lines if each.startswith(_FILE))
    if code not in {0, 1} or unfound or (code == 1 and not own):
        return Opinion("mypy", "failed", tuple(own or [*lines, *error.splitlines()])[:20])
    return Opinion("mypy", "refused" if own else "satisfied", tuple(own))


def _pyright(folder: str, roots: str) -> Opinion:
    settings = {
        "include": [_FILE],
        "extraPaths": [roots],
        "typeCheckingMode": "basic",
        "pythonPath": sys.executable,
    }
    with open(os.path.join(folder, "pyrightconfig.json"), "w", encoding="utf-8") as file:
        json.dump(settings, file)
    command = [*_command("pyright"), "--outputjson", "--project", folder, "--pythonpath", sys.executable]
    _, output, error = _run(command, folder)
    try:
        found = cast("dict[str, list[dict[str, str]]]", json.loads(output))["generalDiagnostics"]
    except (ValueError, KeyError):
        return Opinion("pyright", "failed", tuple((error or output).splitlines()[:20]))
    own = [each for each in found if each["severity"] == "error" and each["file"].endswith(_FILE)]
    messages = tuple(each["message"] for each in own)
    if any(each.get("rule") in {"reportMissingImports", "reportAttributeAccessIssue"} for each in own):
        return Opinion("pyright", "failed", messages)
    return Opinion("pyright", "refused" if own else "satisfied", messages)
