"""Checks a file by flake8, with the checkers that it finds as entry points, and by those; four wheels."""

import contextlib
import io

WHEELS = ("flake8==7.3.0", "pycodestyle==2.14.0", "pyflakes==3.4.0", "mccabe==0.7.0")

CODE = """import os, sys
from math import *
def f( a,b ):
    x = 1
    if a == None :
        return undefined
    for i in range(3):
        if i:
            while a:
                a -= 1
    return sin(a)
l = lambda: 0
"""


def run() -> str:
    from flake8.api import legacy
    from flake8.main.application import Application
    from mccabe import PathGraphingAstVisitor
    from pycodestyle import Checker, StyleGuide
    from pyflakes import api, messages
    from pyflakes import reporter as reporting

    with open("snippet.py", "w", encoding="utf-8") as file:
        file.write(CODE)
    lines = []
    out = io.StringIO()
    buffer = io.BytesIO()
    with contextlib.redirect_stdout(written := io.TextIOWrapper(buffer, encoding="utf-8", write_through=True)):
        application = Application()
        application.run(["--max-complexity=3", "--isolated", "--jobs=1", "snippet.py"])
    lines += [buffer.getvalue().decode(), str(application.result_count)]
    with contextlib.redirect_stdout(written):
        guide = legacy.get_style_guide(select=["E", "W"], isolated=True)
        report = guide.check_files(["snippet.py"])
        lines += [str(report.total_errors), *report.get_statistics("E2")]
    with contextlib.redirect_stdout(out):
        style = StyleGuide(quiet=False, show_source=True, select=["E7"])
        style.check_files(["snippet.py"])
        lines.append(str(Checker("snippet.py", quiet=1).check_all()))
    lines.append(out.getvalue())
    said, errors = io.StringIO(), io.StringIO()
    lines.append(str(api.check(CODE, "snippet.py", reporting.Reporter(said, errors))))
    api.check("def (", "broken.py", reporting.Reporter(said, errors))
    lines += [said.getvalue(), errors.getvalue(), messages.UnusedImport.message]
    import ast

    visitor = PathGraphingAstVisitor()
    visitor.preorder(ast.parse(CODE), visitor)
    lines.append(str({name: graph.complexity() for name, graph in visitor.graphs.items()}))
    return "\n".join(lines)
