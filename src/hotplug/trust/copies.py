"""The copy of an artifact's bytes that runs under a pin: in the cache, for the user alone, checked at every open.

Each file in it is compared with what was hashed, and there must be no other; a copy that was tampered with is
thrown away and made anew. Who imports from it compares once more: its files have no stamp to be trusted by.
"""

from __future__ import annotations

import os
import stat

from hotplug.artifacts.digest import sha256
from hotplug.artifacts.memory import cache_folder, is_private, mark_opened, unhindered
from hotplug.artifacts.unpacking import placed
from hotplug.artifacts.wheel import CONTENT, MANIFEST, UNPACKED
from hotplug.errors import ArtifactError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from hotplug.artifacts import File

_FORMAT = "hotplug-copy-1"


class Copy:
    """What is to be copied.

    Args:
        path: The artifact.
        key: What tells this copy from all others: the digest, and what of the artifact's name matters.
        below: The name of the folder that the files are in; empty for none.
        files: The files, with the sha256 of each.
        contents: Yields the files, each with its bytes; called when they are to be written.
    """

    def __init__(
        self,
        path: str,
        key: tuple[str, ...],
        below: str,
        files: Mapping[str, File],
        contents: Callable[[], Iterator[tuple[str, bytes]]],
    ) -> None:
        self._path = path
        self._name = f"sha256-{sha256(repr(key).encode('utf-8', 'surrogateescape'))}"
        self._below = below
        self._files = files
        self._contents = contents

    def root(self) -> str:
        """Return the folder that holds exactly these files; make it where it is not there, or not as it must be.

        Raises:
            ArtifactError: If it cannot be written, or the artifact was changed meanwhile.
        """
        cache = cache_folder()
        folder = os.path.join(cache, UNPACKED)
        if is_private(cache) and is_private(folder):
            found = self._whole(os.path.join(folder, self._name))
            if found is not None:
                return found
        return placed(self._name, self._fill, self._whole, path=self._path)

    def _whole(self, place: str) -> str | None:
        """Return the root of a copy, None where it is not exactly what it must be."""
        root = os.path.join(place, CONTENT, self._below) if self._below else os.path.join(place, CONTENT)
        manifest = os.path.join(place, MANIFEST)
        try:
            if not is_private(place) or not self._is_exact(root):
                return None
            mark_opened(manifest, os.stat(manifest))
        except (OSError, ArtifactError):
            return None
        return root

    def _is_exact(self, root: str) -> bool:
        count = 0
        pending = [""]
        while pending:
            below = pending.pop()
            with os.scandir(os.path.join(root, below)) as entries:
                for entry in entries:
                    path = f"{below}/{entry.name}" if below else entry.name
                    if entry.is_dir(follow_symlinks=False):
                        pending.append(path)
                        continue
                    file = self._files.get(path)
                    if file is None or entry.is_symlink() or sha256(read_regular(entry.path)) != file.sha256:
                        return False
                    count += 1
        return count == len(self._files)

    def _fill(self, draft: str) -> None:
        root = os.path.join(draft, CONTENT, self._below) if self._below else os.path.join(draft, CONTENT)
        os.makedirs(root)
        size = 0
        for path, data in self._contents():
            size += len(data)
            _write(os.path.join(root, *path.split("/")), data)
        with open(os.path.join(draft, MANIFEST), "x", encoding="ascii") as file:
            file.write(f"{_FORMAT}\n{size}\n")  # its time and the size are what pruning looks at


def read_regular(path: str) -> bytes:
    """Return the bytes of a regular file; of no pipe or device, which might never end.

    Raises:
        ArtifactError: If it is none, or cannot be read.
    """
    try:
        with open(path, "rb", opener=unhindered) as file:
            if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                return file.read()
    except OSError as error:
        failure = ArtifactError(f"cannot be read: {error.strerror}", plugin=path)
        failure.outdated = isinstance(error, FileNotFoundError)
        raise failure from error
    raise ArtifactError("is no regular file", plugin=path)


def _write(path: str, data: bytes) -> None:
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "xb") as file:
        file.write(data)
