"""The files of a new plugin's project, and the folder that they are written to."""

from __future__ import annotations

import json
import keyword
import os
import re
import shutil
import sys
import tempfile
from typing import TYPE_CHECKING, NamedTuple

from hotplug.authoring.stubs import write_stub
from hotplug.errors import BuildError, absolute
from hotplug.replacing import umask

if TYPE_CHECKING:
    from importlib.metadata import Distribution

_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")
_OWN = "hotplug"
_WIDTH = 88


class Made(NamedTuple):
    """What was made.

    Attributes:
        folder: The project's folder, absolute.
        files: Its files, relative to it, with forward slashes.
        group: The entry point group in which it offers itself.
        reference: The object reference of what it offers.
        depends: What it depends on, as a requirement; None where the contract's distribution is not known.
    """

    folder: str
    files: tuple[str, ...]
    group: str
    reference: str
    depends: str | None


def make_project(
    name: str,
    reference: str,
    contract: object,
    *,
    folder: str | os.PathLike[str] | None = None,
    group: str | None = None,
) -> Made:
    """Write a plugin's project whose exported symbol satisfies a contract, but for what its methods do.

    Args:
        name: The plugin's name: of its distribution and of its entry point.
        reference: The contract as a plugin imports it, ``greeter:Greeter``.
        contract: The contract itself.
        folder: The project's folder, which is made; ``name`` in the working folder where it is not given.
        group: The entry point group; that of the contract's package, ``greeter.plugins``, where it is not given.

    Raises:
        BuildError: If the name cannot be one, the folder holds something, or the contract cannot be stubbed.
    """
    module = reference.partition(":")[0]
    package = _package(name, module)
    target = absolute(folder or name, BuildError)
    _refuse_what_is_there(target)
    offered = group or f"{module.partition('.')[0]}.plugins"
    home = _home(module)
    summary = f"{name}: a plugin for {offered.partition('.')[0]}"
    stub = write_stub(reference, contract, plugin=name, summary=f"{summary}.")
    facts = _Facts(
        name,
        package,
        summary,
        reference,
        offered,
        f"{package}:{stub.symbol}",
        None if home is None else _range(home),
        _python(home) or ">=3.11",
    )
    files = {
        "pyproject.toml": _pyproject(facts),
        "README.md": _readme(facts),
        f"src/{package}/__init__.py": stub.text,
        f"src/{package}/py.typed": "",
        f"tests/test_{package}.py": _test(facts, contract),
    }
    _write(target, files)
    return Made(target, tuple(sorted(files)), offered, facts.offer, facts.depends)


def _python(home: Distribution | None) -> str | None:
    return home.metadata["Requires-Python"] if home and "Requires-Python" in home.metadata else None


class _Facts(NamedTuple):
    """What the files of a project tell."""

    name: str
    package: str
    summary: str
    contract: str
    group: str
    offer: str
    depends: str | None
    python: str


def _package(name: str, module: str) -> str:
    """Return the import name of a plugin."""
    remedy = "choose a name like french or french-greeter"
    if not _NAME.fullmatch(name):
        raise BuildError(
            f"{name!r} cannot be the name of a plugin: that is letters, digits, '-', '_' and '.'", remedy=remedy
        )
    package = re.sub(r"[-.]+", "_", name).lower()
    if not package.isidentifier() or keyword.iskeyword(package):
        raise BuildError(f"{name!r} gives the module {package!r}, which Python cannot import", remedy=remedy)
    taken = {module.partition(".")[0]: "is the contract's own package", _OWN: "is hotplug itself"}
    if package in sys.stdlib_module_names:
        taken[package] = "is a module of Python's standard library"
    if package in taken:
        raise BuildError(f"the plugin's module would be called {package}, which {taken[package]}", remedy=remedy)
    return package


def _refuse_what_is_there(target: str) -> None:
    try:
        holds = os.listdir(target)
    except FileNotFoundError:
        return
    except OSError as error:
        raise BuildError(
            f"is there already, and cannot be used: {error.strerror}", plugin=target, remedy="name another: --dir"
        ) from error
    if holds:
        raise BuildError(
            f"is there already, and holds {holds[0]}: nothing is overwritten",
            plugin=target,
            remedy="name another folder (--dir), or remove this one",
        )


def _write(target: str, files: dict[str, str]) -> None:
    """Write the files beside the folder, and rename it: it is there whole, or not at all."""
    try:
        above = os.path.dirname(target)
        os.makedirs(above, exist_ok=True)
        draft = tempfile.mkdtemp(prefix=".hotplug-new-", dir=above)
        try:
            for path, text in files.items():
                place = os.path.join(draft, *path.split("/"))
                os.makedirs(os.path.dirname(place), exist_ok=True)
                with open(place, "x", encoding="utf-8") as file:
                    file.write(text)
            os.chmod(draft, 0o777 & ~umask())
            if os.path.isdir(target):
                os.rmdir(target)  # it is empty, or this fails
            os.rename(draft, target)
        except BaseException:
            shutil.rmtree(draft, ignore_errors=True)
            raise
    except OSError as error:
        raise BuildError(f"cannot be written: {error.strerror}", plugin=target) from error


def _home(module: str) -> Distribution | None:
    """Return the distribution that a contract's module belongs to; None where it cannot be told."""
    from importlib.metadata import distribution, distributions, packages_distributions

    top = module.partition(".")[0]
    named = sorted(set(packages_distributions().get(top, ())))
    if len(named) == 1:
        return distribution(named[0])
    file = getattr(sys.modules.get(top), "__file__", None)
    if not isinstance(file, str):
        return None
    for each in distributions():
        try:
            origin = json.loads(each.read_text("direct_url.json") or "{}")
        except ValueError:
            continue
        address: str = origin.get("url", "") if origin.get("dir_info", {}).get("editable") else ""
        if address.startswith("file://") and _is_below(file, address):
            return each
    return None


def _is_below(file: str, address: str) -> bool:
    from urllib.parse import urlsplit
    from urllib.request import url2pathname

    folder = os.path.realpath(url2pathname(urlsplit(address).path))
    place = os.path.relpath(os.path.realpath(file), folder).split(os.sep)
    return place[0] == "src" or (place[0] != os.pardir and len(place) <= 2)  # noqa: PLR2004  (package/module)


def _range(home: Distribution) -> str:
    """Return the requirement that holds for the versions that are compatible with the one that is installed."""
    from packaging.version import InvalidVersion, Version

    name: str = home.metadata["Name"]
    try:
        release = Version(home.version)
    except InvalidVersion:
        return name
    if release.major:
        return f"{name}>={release.major}.{release.minor},<{release.major + 1}"
    return f"{name}>=0.{release.minor},<0.{release.minor + 1}"


def _pyproject(facts: _Facts) -> str:
    lines = [
        "[build-system]",
        'requires = ["hatchling"]',
        'build-backend = "hatchling.build"',
        "",
        "[project]",
        f"name = {_toml(facts.name)}",
        'version = "0.1.0"',
        f"description = {_toml(facts.summary)}",
        'readme = "README.md"',
        f"requires-python = {_toml(facts.python)}",
    ]
    if facts.depends is None:
        lines += ["# Add the distribution that holds the contract, with the versions that this plugin fits."]
    lines += [
        f"dependencies = [{_toml(facts.depends) if facts.depends else ''}]",
        "",
        f"[project.entry-points.{_toml(facts.group)}]",
        f"{_key(facts.name)} = {_toml(facts.offer)}",
        "",
        "[dependency-groups]",
        f'test = ["{_OWN}", "pytest"]',
        "",
        "[tool.hatch.build.targets.wheel]",
        f"packages = [{_toml(f'src/{facts.package}')}]",
        "",
        "[tool.pytest.ini_options]",
        'testpaths = ["tests"]',
    ]
    return "".join(f"{line}\n" for line in lines)


def _toml(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else _toml(name)


def _test(facts: _Facts, contract: object) -> str:
    module, _, path = facts.contract.partition(":")
    free: tuple[object, ...] = getattr(contract, "__parameters__", ())
    given = ["..." if type(each).__name__ == "ParamSpec" else "Any" for each in free]
    form = f"{path}[{', '.join(given)}]" if free else path
    first = "from typing import Any\n\n" if "Any" in given else ""
    where = "" if _crosses(contract) else ', boundaries=["inline"]'
    call = f'contract_test({form}, group="{facts.group}"{where})'
    if len(f"test_plugin = {call}") > _WIDTH:
        call = f'contract_test(\n    {form}, group="{facts.group}"{where}\n)'
    imports = [f"from {module} import {path.partition('.')[0]}", f"from {_OWN}.testing import contract_test"]
    lines = "\n".join(sorted(imports, key=lambda line: line.split()[1]))
    return f'''"""The plugin satisfies the host's contract, and is what its host can use."""

{first}{lines}

test_plugin = {call}
'''


def _crosses(contract: object) -> bool:
    """Tell whether the values of a contract can cross to another process."""
    from hotplug.boundaries.process.crossing.plan import Plan
    from hotplug.contract.shapes import shapes_of

    try:
        return not Plan(shapes_of(contract)).refusals
    except Exception:  # noqa: BLE001  (then it is tried inline only, and that is written into the test)
        return False


def _readme(facts: _Facts) -> str:
    return f"""# {facts.name}

A plugin: it satisfies the contract `{facts.contract}`, and offers `{facts.offer}` as `{facts.name}` in the
entry point group `{facts.group}`. Write what it does into `src/{facts.package}/__init__.py`, then:

```console
$ hotplug check . --contract {facts.contract}
$ pytest
$ hotplug build . -o dist
```

Put the wheel into a folder that the host searches, or install it with pip.
"""
