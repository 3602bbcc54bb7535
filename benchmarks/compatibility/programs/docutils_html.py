"""Converts reStructuredText to HTML, LaTeX and a tree, with a directive and a role of its own."""

from docutils import nodes
from docutils.core import publish_doctree, publish_from_doctree, publish_parts, publish_string
from docutils.parsers.rst import Directive, directives, roles

WHEELS = ("docutils==0.21.2",)

TEXT = """
Title
=====

.. contents::

Section *one*
-------------

A |sub|, a :loud:`role`, a footnote [#]_ and ``code``.

.. |sub| replace:: substitution

.. [#] The note.

.. code:: python

   def f(x): return x

.. note:: Mind this.

.. count:: 3

========  =====
left      right
========  =====
1         2
========  =====

.. unknown:: x
"""


class Count(Directive):
    """Counts up."""

    required_arguments = 1
    option_spec = {"start": directives.nonnegative_int}

    def run(self):
        return [nodes.paragraph(text=" ".join(map(str, range(int(self.arguments[0])))))]


def loud(name, rawtext, text, lineno, inliner, options=None, content=()):
    del name, lineno, inliner, options, content
    return [nodes.strong(rawtext, text.upper())], []


def run() -> str:
    directives.register_directive("count", Count)
    roles.register_local_role("loud", loud)
    settings = {"report_level": 5, "syntax_highlight": "none", "stylesheet_path": "", "datestamp": None}
    parts = publish_parts(TEXT, writer_name="html5", settings_overrides={**settings, "language_code": "de"})
    lines = [parts["title"], parts["body"]]
    tree = publish_doctree(TEXT, settings_overrides=settings)
    lines.append(str(sum(1 for _ in tree.findall(nodes.paragraph))))
    lines.append(publish_from_doctree(tree, writer_name="pseudoxml").decode())
    whole = publish_string(
        TEXT, writer_name="html", settings_overrides={"report_level": 5, "embed_stylesheet": False}
    )
    lines.append(str(b"<body>" in whole))
    latex = publish_string(TEXT, writer_name="latex", settings_overrides=settings).decode()
    lines += [line for line in latex.splitlines() if "section{" in line]
    from docutils.writers import get_writer_class

    lines.append(get_writer_class("manpage").__name__)
    return "\n".join(lines)
