"""Reads and writes file systems that a registry knows by dotted names, one of them the program's."""

import pickle

import fsspec
from fsspec.implementations.memory import MemoryFileSystem

WHEELS = ("fsspec==2026.9.0",)


def run() -> str:
    lines = []
    memory = fsspec.filesystem("memory")
    memory.pipe({"/a/b.txt": b"hello", "/a/c/d.txt": b"world" * 3})
    lines.append(str(memory.find("/")))
    lines.append(str(sorted(memory.ls("/a", detail=False))))
    with fsspec.open("memory://a/b.txt", "rt") as file:
        lines.append(file.read())
    with fsspec.open("memory://zipped.zip", "wb") as out:
        import zipfile

        with zipfile.ZipFile(out, "w") as archive:
            archive.writestr("inner.txt", "from a zip")
    with fsspec.open("zip://inner.txt::memory://zipped.zip", "rt") as file:
        lines.append(file.read())
    fsspec.register_implementation("shout", f"{__name__}.Shouting")
    shouting = fsspec.filesystem("shout")
    lines.append(f"{type(shouting).__name__} {shouting.protocol} {type(shouting) is Shouting}")
    lines.append(shouting.cat("/a/b.txt").decode())
    lines.append(str(fsspec.filesystem("shout") is shouting))
    lines.append(str(pickle.loads(pickle.dumps(shouting)) is shouting))
    lines.append(str(fsspec.AbstractFileSystem.from_json(shouting.to_json()) is shouting))
    lines.append(shouting.to_json())
    cached = fsspec.filesystem("simplecache", target_protocol="memory", cache_storage="cached")
    lines.append(cached.cat("/a/c/d.txt").decode())
    mapper = fsspec.get_mapper("memory://a")
    lines.append(str(sorted(mapper)))
    try:
        fsspec.filesystem("nonsense")
    except ValueError as error:
        lines.append(str(error))
    lines.append(str(len(fsspec.available_protocols()) > 20))
    lines.append(str(MemoryFileSystem.__module__))
    return "\n".join(lines)


class Shouting(MemoryFileSystem):
    protocol = "shout"

    def cat(self, path, **kwargs):
        return super().cat(path, **kwargs).upper()
