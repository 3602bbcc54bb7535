"""Wheels that are sound and do not fit the host that runs."""

from __future__ import annotations

import platform
import sysconfig
from typing import TYPE_CHECKING

from hotplug.build.wheel import Wheel
from hotplug.errors import CompatibilityError
from hotplug.testing.broken.contents import elf_header
from hotplug.testing.broken.fault import Fault

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_NEVER = "no-such-distribution-anywhere"
_OTHER_MACHINE = "x86_64" if platform.machine() == "s390x" else "s390x"


def _wheel(
    *, tag: str = "py3-none-any", requires: tuple[str, ...] = (), requires_python: str | None = None
) -> Callable[[Path, str], Path]:
    def make(folder: Path, source: str) -> Path:
        wheel = Wheel(
            name="unsuitable",
            version="1.0",
            files={"unsuitable.py": source.encode()},
            requires=requires,
            requires_python=requires_python,
            tag=tag,
        )
        path = folder / wheel.filename
        path.write_bytes(wheel.to_bytes())
        return path

    return make


def _native_module(folder: Path, source: str) -> Path:
    from packaging.tags import sys_tags

    suffix = str(sysconfig.get_config_var("EXT_SUFFIX"))
    files = {"native/__init__.py": source.encode(), f"native/_fast{suffix}": elf_header()}
    wheel = Wheel(name="native", version="1.0", files=files, tag=str(next(iter(sys_tags()))))
    path = folder / wheel.filename
    path.write_bytes(wheel.to_bytes())
    return path


UNSUITABLE = (
    Fault(
        kind="wrong_tag",
        what="a wheel for Python 2.7",
        reason=r"cp27",
        error=CompatibilityError,
        make=_wheel(tag="cp27-cp27mu-manylinux1_x86_64"),
    ),
    Fault(
        kind="wrong_platform",
        what="a wheel for another operating system",
        reason=r"win32",
        error=CompatibilityError,
        make=_wheel(tag="py3-none-win32"),
    ),
    Fault(
        kind="wrong_architecture",
        what="a wheel for another processor",
        reason=_OTHER_MACHINE,
        error=CompatibilityError,
        make=_wheel(tag=f"py3-none-manylinux_2_17_{_OTHER_MACHINE}"),
    ),
    Fault(
        kind="requires_python",
        what="a wheel for a Python to come",
        reason=r"Python.*>=99",
        error=CompatibilityError,
        make=_wheel(requires_python=">=99"),
    ),
    Fault(
        kind="missing_dependency",
        what="a wheel that requires what is not installed",
        reason=_NEVER,
        error=CompatibilityError,
        make=_wheel(requires=(f"{_NEVER}>=1",)),
    ),
    Fault(
        kind="unsuitable_dependency",
        what="a wheel that requires another version than the installed one",
        reason=r"packaging.*<1",
        error=CompatibilityError,
        make=_wheel(requires=("packaging<1",)),
    ),
    Fault(
        kind="all_at_once",
        what="a wheel with three reasons not to open it",
        reason=rf"(?s)(?=.*>=99)(?=.*{_NEVER})(?=.*win32)",
        error=CompatibilityError,
        make=_wheel(tag="py3-none-win32", requires=(_NEVER,), requires_python=">=99"),
    ),
    Fault(
        kind="native_module",
        what="a wheel with an extension module: it cannot be unloaded, nor be there twice",
        reason=r"native|extension module",
        error=CompatibilityError,
        make=_native_module,
    ),
)
