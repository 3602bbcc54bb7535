"""Build backends that give back something else than the wheel they promise."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from hotplug.build import build_wheel
from hotplug.errors import ArtifactError, BuildError

if TYPE_CHECKING:
    from pathlib import Path

    from hotplug.testing import PluginMaker

NAME = "sly-1.0-py3-none-any.whl"
IN_TREE = """
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
"""


def build(make_plugin: PluginMaker, body: str) -> str:
    backend = f"import os, zipfile\ndef build_wheel(folder, settings=None, metadata=None):\n    {body}\n"
    project = make_plugin.folder("project", {"pyproject.toml": IN_TREE, "backend.py": backend})
    return build_wheel(project, make_plugin.root / "out")


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("return 5", "returned 5, not the name of a wheel"),
        ("return None", "returned None, not the name of a wheel"),
        ("return ['a.whl']", r"returned \['a.whl'\], not the name of a wheel"),
        (f"return folder + '/{NAME}'", f"returned '.*/{NAME}', not the name of a wheel"),
        (f"return '{NAME}'", f"promised {NAME} and did not make it"),
        (f"os.mkdir(folder + '/{NAME}'); return '{NAME}'", f"promised {NAME} and did not make it"),
        (f"os.symlink(__file__, folder + '/{NAME}'); return '{NAME}'", f"promised {NAME} and did not make it"),
        (
            f"open(folder + '/{NAME}', 'w').close(); return '{NAME}'",
            "made no wheel: it is damaged, or not a wheel",
        ),
        (
            f"zipfile.ZipFile(folder + '/{NAME}', 'w').close(); return '{NAME}'",
            "made no wheel: it holds 0 .dist-info folders",
        ),
        (
            "open(folder + '/sly.whl', 'w').close(); return 'sly.whl'",
            "made no wheel: it is not the name of a wheel",
        ),
    ],
)
def test_what_is_not_the_promised_wheel_is_not_published(
    body: str, reason: str, make_plugin: PluginMaker, tmp_path: Path
) -> None:
    with pytest.raises(BuildError, match=f"its build backend backend {reason}") as caught:
        build(make_plugin, body)
    assert caught.value.plugin == str(tmp_path / "project")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("text", [f"x = {'[' * 5000}{']' * 5000}", f"x = {'9' * 10_000}", "x = '\xff\x00'"])
def test_a_pyproject_that_no_reader_can_read_is_refused(text: str, make_plugin: PluginMaker) -> None:
    project = make_plugin.folder("project", {"pyproject.toml": text, "sly.py": ""})
    with pytest.raises(ArtifactError, match=r"pyproject\.toml is not valid TOML: "):
        build_wheel(project, make_plugin.root / "out")


@pytest.mark.parametrize("source", [b"x = 1\0", b"(" * 5000 + b")" * 5000, b"a" + b".b" * 20_000])
def test_a_source_that_no_parser_takes_is_refused(source: bytes, make_plugin: PluginMaker) -> None:
    with pytest.raises(ArtifactError, match=r"sly\.py(, line \d+)?: \w"):
        build_wheel(make_plugin.module("sly.py", source), make_plugin.root / "out")
