"""Sorts imports by profiles, places modules, and reads configuration from a file."""

WHEELS = ("isort==6.1.0",)

CODE = """from b import z, a
import sys, os
from .local import x
import requests
from a import (
    long_name_one, long_name_two, long_name_three, long_name_four, long_name_five)
from __future__ import annotations
import own.part

print(1)
"""


def run() -> str:
    import io

    import isort
    from isort.exceptions import FileSkipComment, ProfileDoesNotExist
    from isort.main import main
    from isort.settings import Config

    lines = [isort.code(CODE)]
    for profile in ("black", "google", "pycharm"):
        lines.append(isort.code(CODE, profile=profile, known_first_party=["own"]))
    lines.append(str(isort.check_code("import b\nimport a\n")))
    lines.append(str([isort.place_module(name) for name in ("os", "requests", "__future__", ".x")]))
    with open(".isort.cfg", "w", encoding="utf-8") as file:
        file.write(
            "[settings]\nforce_single_line = true\nsections = FUTURE,STDLIB,OWN,THIRDPARTY,FIRSTPARTY,LOCALFOLDER\nknown_own = own\n"
        )
    with open("snippet.py", "w", encoding="utf-8") as file:
        file.write(CODE)
    config = Config(settings_path=".")
    out = io.StringIO()
    lines.append(str(isort.stream(io.StringIO(CODE), out, config=config)))
    lines.append(out.getvalue())
    lines.append(
        str([found.statement() for found in isort.find_imports_in_code("import a.b as c\nfrom d import e")])
    )
    try:
        main(["snippet.py", "--check-only", "--quiet"])
    except SystemExit as error:
        lines.append(str(error.code))
    main(["snippet.py", "--quiet"])
    with open("snippet.py", encoding="utf-8") as file:
        lines.append(file.read())
    try:
        isort.code("import a", profile="none")
    except ProfileDoesNotExist as error:
        lines.append(str(error)[:60])
    try:
        isort.stream(io.StringIO("# isort: skip_file\nimport b"), out)
    except FileSkipComment as error:
        lines.append(str(error))
    return "\n".join(lines)
