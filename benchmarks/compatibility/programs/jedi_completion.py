"""Completes, infers and renames in a script, with the parser that it is built on; two wheels."""

import os

import jedi
import parso

WHEELS = ("jedi==0.19.2", "parso==0.8.5")

CODE = '''import json
import helper

class Point:
    """A place."""
    def __init__(self, x: int = 0):
        self.x = x
    def moved(self, by: int) -> "Point":
        return Point(self.x + by)

p = Point().moved(3)
p.mo
json.du
helper.he
'''


def run() -> str:
    with open("helper.py", "w", encoding="utf-8") as file:
        file.write("def helping(a, *, b=1):\n    '''Helps.'''\n    return {'a': a}\n")
    project = jedi.Project(os.getcwd(), load_unsafe_extensions=False)
    environment = jedi.InterpreterEnvironment()
    script = jedi.Script(CODE, path=os.path.abspath("main.py"), project=project, environment=environment)
    lines = []
    for line in (12, 13, 14):
        lines.append(str([(c.name, c.type) for c in script.complete(line, len(CODE.splitlines()[line - 1]))]))
    lines.append(str([d.full_name for d in script.infer(11, 0)]))
    lines.append(str([(r.line, r.column) for r in script.get_references(4, 7)]))
    lines.append(str([d.description for d in script.get_names(all_scopes=True)]))
    lines.append(script.help(14, 8)[0].docstring() if script.help(14, 8) else "no help")
    signature = jedi.Script(
        "import helper\nhelper.helping(", project=project, environment=environment
    ).get_signatures()
    lines.append(signature[0].to_string())
    lines.append(script.rename(4, 7, new_name="Place").get_diff().replace(os.getcwd(), ""))
    tree = parso.parse("def f(x):\n    return x +\n", version="3.11")
    grammar = parso.load_grammar(version="3.11")
    lines += [error.message for error in grammar.iter_errors(tree)]
    lines.append(repr(tree.children[0]) + tree.get_code())
    interpreter = jedi.Interpreter("value.upp", [{"value": "text"}])
    lines.append(str([c.name for c in interpreter.complete()]))
    return "\n".join(lines)
