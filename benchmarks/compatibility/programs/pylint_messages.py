"""Lints a snippet through its own program, with a checker loaded by name; the two wheels of one linter."""

import io

WHEELS = ("pylint==3.3.8", "astroid==3.3.11")

CODE = """
import os, sys
from collections import *

class thing(object):
    def method(self, x=[]):
        y = 1
        if x == None:
            return undefined
        else:
            print("%s %s" % (x,))

def f(a, b):
    return thing().metod()
"""


def register(linter):
    from pylint.checkers import BaseChecker

    class Own(BaseChecker):
        name = "own"
        msgs = {"W9901": ("a function called %s", "called-f", "No function is called f.")}

        def visit_functiondef(self, node):
            if node.name == "f":
                self.add_message("called-f", node=node, args=(node.name,))

    linter.register_checker(Own(linter))


def run() -> str:
    import astroid
    from pylint.lint import Run
    from pylint.reporters.collecting_reporter import CollectingReporter
    from pylint.reporters.text import TextReporter

    with open("snippet.py", "w", encoding="utf-8") as file:
        file.write(CODE)
    reporter = CollectingReporter()
    Run(
        ["--disable=C0114,C0115,C0116", "--load-plugins=pylint_messages,pylint.extensions.mccabe", "snippet.py"],
        reporter=reporter,
        exit=False,
    )
    lines = sorted(f"{m.line}:{m.column} {m.msg_id} {m.symbol} {m.msg}" for m in reporter.messages)
    out = io.StringIO()
    Run(["--errors-only", "--output-format=parseable", "snippet.py"], reporter=TextReporter(out), exit=False)
    lines.append(out.getvalue())
    module = astroid.parse(
        "import json\nclass A:\n    def f(self): return [1, 'x'][1]\nx = A().f()\ny = json.loads"
    )
    lines.append(str([value.as_string() for value in module["x"].infer()]))
    lines.append(str([value.qname() for value in module["y"].infer()]))
    node = astroid.extract_node("lambda a, *b, c=1: a + c  #@")
    lines += [node.as_string(), node.args.format_args(), type(node).__name__]
    lines.append(module.repr_tree(ast_state=False)[:200])
    return "\n".join(lines)
