"""Builds a small project to HTML and text, with autodoc, an extension of its own and cross references."""

import os
import sys

WHEELS = ("sphinx==8.2.3",)

CONF = """
project = "demo"
extensions = ["sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx.ext.viewcode", "sphinx_build"]
html_theme = "alabaster"
html_last_updated_fmt = None
exclude_patterns = []
"""
INDEX = """
Demo
====

.. toctree::

   more

.. automodule:: documented
   :members:

.. hello:: you

:py:func:`documented.double`
"""
CODE = '''"""A module."""

def double(x: int) -> int:
    """Double it.

    Args:
        x: What.
    """
    return 2 * x
'''


def setup(app):
    from docutils import nodes
    from docutils.parsers.rst import Directive

    class Hello(Directive):
        required_arguments = 1

        def run(self):
            return [nodes.paragraph(text=f"Hello {self.arguments[0]}")]

    app.add_directive("hello", Hello)
    app.connect("build-finished", lambda app, error: print("finished", app.builder.name, error))
    return {"version": "1", "parallel_read_safe": True}


def run() -> str:
    import re

    from sphinx.cmd.build import main

    for name, text in {
        "conf.py": CONF,
        "index.rst": INDEX,
        "more.rst": "More\n====\n",
        "documented.py": CODE,
    }.items():
        with open(name, "w", encoding="utf-8") as file:
            file.write(text)
    sys.path.insert(0, os.getcwd())
    lines = []
    for builder in ("text", "html"):
        lines.append(str(main(["-q", "-E", "-N", "-b", builder, ".", os.path.join("out", builder)])))
    with open("out/text/index.txt", encoding="utf-8") as file:
        lines.append(file.read())
    with open("out/html/index.html", encoding="utf-8") as file:
        lines.append(
            re.sub(r"\s+", " ", re.search(r'<div class="body".*?<div class="sphinxsidebar"', file.read(), re.S)[0])
        )
    lines.append(str(sorted(os.listdir("out/html"))))
    return "\n".join(lines)
