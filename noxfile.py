"""The test suite on every Python that is there: ``nox``."""

from __future__ import annotations

import glob
import os

import nox

# pyenv's shims answer for every version and run only the chosen ones; the versions themselves come first here
PYENV = os.environ.get("PYENV_ROOT", os.path.expanduser("~/.pyenv"))
os.environ["PATH"] = os.pathsep.join([*sorted(glob.glob(f"{PYENV}/versions/3.*/bin")), os.environ["PATH"]])

nox.options.default_venv_backend = "venv"
nox.options.error_on_missing_interpreters = False
nox.options.download_python = "never"
nox.options.sessions = ["tests"]


@nox.session(python=["3.11", "3.12", "3.13", "3.14"])
def tests(session: nox.Session) -> None:
    """Run the tests."""
    session.run("python", "-m", "pip", "install", "--quiet", "--upgrade", "pip>=25.1")
    session.install("--quiet", "--editable", ".", "--editable", "greeter")
    session.run("pip", "install", "--quiet", "--group", "dev")
    session.run("pytest", *session.posargs)
