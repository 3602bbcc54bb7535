"""Files that are not what their names say."""

from __future__ import annotations

import hashlib
import platform
import struct
from typing import TYPE_CHECKING

from hotplug.build.wheel import Wheel
from hotplug.testing.broken.fault import Fault

if TYPE_CHECKING:
    from pathlib import Path

_NOT_A_WHEEL = r"not a (wheel|zip)|damaged|truncated"
_MACHINES = {
    "x86_64": 62,
    "AMD64": 62,
    "aarch64": 183,
    "arm64": 183,
    "s390x": 22,
    "ppc64le": 21,
    "riscv64": 243,
}


def _wheel(folder: Path, stem: str, content: bytes) -> Path:
    path = folder / f"{stem}-1.0-py3-none-any.whl"
    path.write_bytes(content)
    return path


def _empty(folder: Path, source: str) -> Path:
    del source
    return _wheel(folder, "empty", b"")


def _garbage(folder: Path, source: str) -> Path:
    del source
    return _wheel(folder, "garbage", _noise())


def _junk_after_magic(folder: Path, source: str) -> Path:
    del source
    return _wheel(folder, "junk", b"PK\x03\x04" + _noise())


def _truncated(folder: Path, source: str) -> Path:
    files = {"truncated.py": source.encode(), "data.bin": _noise()}
    content = Wheel(name="truncated", version="1.0", files=files).to_bytes()
    return _wheel(folder, "truncated", content[: len(content) // 2])


def _noise() -> bytes:
    """Return 4 KiB that no compressor makes smaller, the same ones each time."""
    return b"".join(hashlib.sha256(bytes([number])).digest() for number in range(128))


def _shared_library(folder: Path, source: str) -> Path:
    del source
    path = folder / "library.so"
    path.write_bytes(elf_header())
    return path


def elf_header() -> bytes:
    """Return the header of an ELF shared library of this machine, and nothing after it."""
    machine = _MACHINES.get(platform.machine(), 0)
    identity = b"\x7fELF\x02\x01\x01".ljust(16, b"\0")
    return identity + struct.pack("<HHIQQQIHHHHHH", 3, machine, 1, 0, 0, 0, 0, 64, 56, 0, 64, 0, 0)


def _core_wasm(folder: Path, source: str) -> Path:
    del source
    path = folder / "core.wasm"
    path.write_bytes(b"\0asm\x01\0\0\0")  # a component has layer 1 in the last two bytes: 0d 00 01 00
    return path


def _unknown(folder: Path, source: str) -> Path:
    path = folder / "plugin.txt"
    path.write_text(source)
    return path


def _bad_pyproject(folder: Path, source: str) -> Path:
    (folder / "plugin").mkdir()
    (folder / "plugin" / "pyproject.toml").write_text("[project\nname = plugin\n")
    (folder / "plugin" / "plugin.py").write_text(source)
    return folder / "plugin"


CONTENTS = (
    Fault(kind="empty", what="a wheel of no bytes", reason=rf"empty|{_NOT_A_WHEEL}", make=_empty),
    Fault(kind="garbage", what="a wheel of noise", reason=_NOT_A_WHEEL, make=_garbage),
    Fault(kind="truncated", what="the first half of a wheel", reason=_NOT_A_WHEEL, make=_truncated),
    Fault(
        kind="junk_after_magic",
        what="the first four bytes of a wheel, then noise",
        reason=_NOT_A_WHEEL,
        make=_junk_after_magic,
    ),
    Fault(
        kind="shared_library",
        what="a library for the dynamic linker, not for Python's import",
        reason=r"shared library",
        make=_shared_library,
    ),
    Fault(
        kind="core_wasm",
        what="a core WebAssembly module, not a component",
        reason=r"component|WebAssembly",
        make=_core_wasm,
    ),
    Fault(
        kind="unknown",
        what="a file of a kind that no plugin has",
        reason=r"neither|not a plugin|nothing that can be opened|is no ",
        make=_unknown,
    ),
    Fault(
        kind="bad_pyproject",
        what="a project whose pyproject.toml is not TOML",
        reason=r"pyproject\.toml is not valid TOML",
        make=_bad_pyproject,
    ),
)
