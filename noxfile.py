"""The test suite on every Python that is there: ``nox``."""

from __future__ import annotations

import nox

nox.options.default_venv_backend = "venv"
nox.options.error_on_missing_interpreters = False
nox.options.sessions = ["tests"]


@nox.session(python=["3.11", "3.12", "3.13", "3.14"])
def tests(session: nox.Session) -> None:
    """Run the tests."""
    session.run("python", "-m", "pip", "install", "--quiet", "--upgrade", "pip>=25.1")
    session.install("--quiet", "--editable", ".", "--editable", "greeter")
    session.run("pip", "install", "--quiet", "--group", "dev")
    session.run("pytest", *session.posargs)
