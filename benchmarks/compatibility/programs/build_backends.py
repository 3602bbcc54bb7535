"""Builds wheels of one project by four build backends, one of which finds its plugins by entry points."""

WHEELS = ("hatchling==1.33.0", "flit-core==4.2.0", "poetry-core==2.5.0", "pdm-backend==2.5.0", "pluggy==1.6.0")
NEEDS = ("packaging==26.3",)

PROJECT = """
[build-system]
requires = ["{name}"]
build-backend = "{backend}"

[project]
name = "tiny"
version = "1.5"
description = "A tiny thing"
requires-python = ">=3.9"
dependencies = ["click>=8; python_version > '3.8'"]

[project.scripts]
tiny = "tiny:main"

[project.entry-points."some.group"]
one = "tiny:One"
"""


def run() -> str:
    import contextlib
    import importlib
    import io
    import os
    import shutil
    import zipfile

    lines = []
    home = os.getcwd()
    for backend in ("hatchling.build", "flit_core.buildapi", "poetry.core.masonry.api", "pdm.backend"):
        folder = os.path.join(home, backend)
        os.makedirs(os.path.join(folder, "tiny"))
        with open(os.path.join(folder, "pyproject.toml"), "w") as file:
            file.write(PROJECT.format(name=backend.partition(".")[0], backend=backend))
        with open(os.path.join(folder, "tiny", "__init__.py"), "w") as file:
            file.write('"""A tiny thing"""\n__version__ = "1.5"\n')
        os.chdir(folder)
        module = importlib.import_module(backend)
        with contextlib.redirect_stdout(io.StringIO()):
            os.mkdir("out")
            needs = module.get_requires_for_build_wheel({})
            built = module.build_wheel("out", {})
            source = module.build_sdist("out", {})
        os.chdir(home)
        lines.append(f"{backend} {needs} {built} {source}")
        with zipfile.ZipFile(os.path.join(folder, "out", built)) as archive:
            lines += sorted(archive.namelist())
            lines.append(archive.read("tiny-1.5.dist-info/METADATA").decode())
            lines.append(archive.read("tiny-1.5.dist-info/WHEEL").decode())
        shutil.rmtree(folder)
    return "\n".join(lines)
