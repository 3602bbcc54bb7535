"""An installed distribution: already part of the host, found through its ``.dist-info``."""

from __future__ import annotations

import os
import stat

from hotplug.artifacts import Declared, Tree, planted
from hotplug.artifacts.asking import stamps_at
from hotplug.artifacts.code_cache import code_folder
from hotplug.artifacts.digest import digest_folder
from hotplug.artifacts.environment import find, is_byproduct
from hotplug.artifacts.import_names import importable, native_modules, root_module, source_of
from hotplug.artifacts.memory import Stamp, stamp_of, unhindered
from hotplug.artifacts.metadata import Metadata, compose, headers_of, parse
from hotplug.errors import ArtifactError

_INSTALLER = frozenset({"RECORD", "INSTALLER", "REQUESTED", "direct_url.json"})
"""Files of a .dist-info that tell how it was installed, not what."""
_LONG = 4096  # characters of a line of RECORD, which are mostly a path


class Installed(Declared):
    """A distribution that the interpreter can import; ``path`` is its ``.dist-info``.

    Args:
        path: The ``.dist-info`` or ``.egg-info``.
        private: Whether it is to be opened as a copy in a namespace of its own.
    """

    kind = "installed"
    verified = False

    def __init__(self, path: str, *, private: bool = False) -> None:
        self.path = path
        self.private = private
        self._tree: Tree | None = None
        name = "METADATA" if path.endswith(".dist-info") else "PKG-INFO"
        if os.path.isfile(path):
            headers, points = _text(path), ""  # an .egg-info of distutils is a file
        else:
            headers = _text(os.path.join(path, name))
            points = _text(os.path.join(path, "entry_points.txt"), optional=True)
        metadata = declared_by(headers, points, path)
        super().__init__(compose(metadata), metadata.name, metadata)

    def digest(self) -> str:
        """Return the digest of the files that it installed, as they are."""
        return self.tree().digest

    def state(self) -> object:
        """Return the stamps of the files of its metadata, which are written anew with each installation."""
        places = [os.path.join(self.path, name) for name in ("METADATA", "PKG-INFO", "RECORD", "entry_points.txt")]
        return stamps_at([self.path, *places])

    def native(self) -> tuple[str, ...]:
        """Return the extension modules of a private copy; those of a shared one the interpreter imports."""
        return native_modules(self.tree().files) if self.private else ()

    def root_source(self) -> str | None:
        """Return the path of the root module's source, None where there is no single root or it has no file."""
        tree = self.tree()
        return None if tree.root_module is None else source_of(tree.root, tree.tops[tree.root_module], tree.files)

    def tree(self) -> Tree:
        """Return its files: of its source folder where it is an editable install.

        Raises:
            ArtifactError: If its RECORD is missing, or lists what is not there.
        """
        if self._tree is None:
            source = self.editable_source()
            self._tree = _sources(source) if source else self._recorded()
        return self._tree

    def _recorded(self) -> Tree:
        site = os.path.dirname(self.path)
        stamps: dict[str, Stamp] = {}
        for relative in self.recorded():
            try:
                stamps[relative] = stamp_of(os.stat(os.path.join(site, relative)))
            except OSError as error:
                raise ArtifactError(
                    f"its RECORD lists {relative}, which cannot be read: {error.strerror}",
                    plugin=self.name,
                    remedy=f"install it again: pip install --force-reinstall {self.name}",
                ) from error
        digest, files = digest_folder(site, stamps)
        tops = importable(files)
        tree = Tree(site, tops, root_module(tops, self.name), files, digest, code=code_folder(self.path))
        return planted(tree, self.name)

    def recorded(self) -> list[str]:
        """Return the paths of the files that its RECORD lists in its site folder, without bytecode.

        Raises:
            ArtifactError: If there is no RECORD, or it cannot be read.
        """
        listed = os.path.join(self.path, "installed-files.txt")
        if self.path.endswith(".egg-info") and os.path.isfile(listed):  # as pip once installed from setup.py
            site = os.path.dirname(self.path)
            paths = (os.path.join(self.path, line) for line in _text(listed).splitlines() if line)
            below = [os.path.relpath(os.path.normpath(path), site).replace(os.sep, "/") for path in paths]
            return sorted(path for path in below if not path.startswith("..") and not path.endswith(".pyc"))
        record = os.path.join(self.path, "RECORD")
        if not os.path.exists(record):
            raise ArtifactError(
                "has no RECORD, so its files are not known",
                plugin=self.name,
                remedy=f"install it with pip: pip install --force-reinstall {self.name}",
            )
        info = os.path.basename(self.path)
        found: list[str] = []
        for path in self._first_fields(_text(record)):
            top, _, rest = path.partition("/")
            outside = path.startswith(("/", "..")) or os.path.isabs(path)
            if path and not outside and not path.endswith(".pyc") and not (top == info and rest in _INSTALLER):
                found.append(path)
        return sorted(found)

    def _first_fields(self, text: str) -> list[str]:
        """Return the first field of each line of a RECORD."""
        lines = text.splitlines()
        if '"' not in text and len(max(lines, key=len, default="")) < _LONG:  # csv takes long to import
            return [line.partition(",")[0] for line in lines]
        import csv

        try:
            return [row[0] if row else "" for row in csv.reader(lines)]
        except csv.Error as error:
            raise ArtifactError(f"its RECORD cannot be read: {error}", plugin=self.name) from error

    def editable_source(self) -> str | None:
        """Return the source folder of an editable install, None of any other.

        Raises:
            ArtifactError: If it is not there.
        """
        if is_byproduct(self.path):  # a checkout that is on sys.path, as `setup.py develop` left it
            root = os.path.dirname(self.path)
            above = os.path.dirname(root)
            is_below = os.path.basename(root) == "src" and os.path.exists(os.path.join(above, "pyproject.toml"))
            return above if is_below else root
        text = _text(os.path.join(self.path, "direct_url.json"), optional=True)
        if "editable" not in text:
            return None
        import json
        from urllib.parse import urlsplit
        from urllib.request import url2pathname

        try:
            origin = json.loads(text)
            if not origin.get("dir_info", {}).get("editable"):
                return None
            address: str = origin["url"]
            source = os.path.realpath(url2pathname(urlsplit(address).path))
        except (ValueError, KeyError, AttributeError, TypeError) as error:
            raise ArtifactError(f"its direct_url.json cannot be read: {error}", plugin=self.name) from error
        if not os.path.isdir(source):
            raise ArtifactError(
                f"is an editable install of {source}, which is not there",
                plugin=self.name,
                remedy=f"install it again, or remove it: pip uninstall {self.name}",
            )
        return source


def declared_by(headers: str, points: str, path: str) -> Metadata:
    """Return what the METADATA of an installed distribution and its entry_points.txt declare.

    Args:
        headers: The text of its METADATA, or PKG-INFO.
        points: The text of its entry_points.txt; empty where there is none.
        path: The ``.dist-info`` or ``.egg-info``, which has a name where the METADATA has none.
    """
    stem = os.path.splitext(os.path.basename(path))[0].partition("-")[0]
    return parse(f"{headers_of(headers)}\n\n{points}", fallback_name=stem)


def _sources(folder: str) -> Tree:
    from hotplug.artifacts.folder import Folder  # most distributions need none

    return Folder(folder).tree()


def installed(name: str, *, private: bool = False) -> Installed:
    """Return the installed distribution of that name, to be opened.

    Args:
        name: The distribution's name, in any spelling that pip takes.
        private: Whether it is opened as a copy in a namespace of its own, rather than shared with the host; it
            may then hold no extension modules.

    Raises:
        ArtifactError: If it is not installed for this interpreter.
    """
    if not isinstance(name, str):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise TypeError(f"a distribution is named by a str, not {name!r}")
    found = find(name)
    if found is None:
        raise ArtifactError(
            "is not installed for this interpreter", plugin=name, remedy=f"install it: pip install {name}"
        )
    return Installed(found.path, private=private)


def _text(path: str, *, optional: bool = False) -> str:
    try:
        with open(path, encoding="utf-8", errors="replace", opener=unhindered) as file:
            if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                return file.read()
    except FileNotFoundError as error:
        if optional:
            return ""
        raise ArtifactError("is not there: the installation is damaged", plugin=path) from error
    except OSError as error:
        raise ArtifactError(f"cannot be read: {error.strerror}", plugin=path) from error
    raise ArtifactError("is no regular file", plugin=path)
