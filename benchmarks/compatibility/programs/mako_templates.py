"""Compiles templates with inheritance, definitions and caching from a folder, into modules and in memory."""

import os
import tempfile

from mako import exceptions
from mako.lookup import TemplateLookup
from mako.template import Template

WHEELS = ("mako==1.3.10",)


def run() -> str:
    folder, modules = tempfile.mkdtemp(), tempfile.mkdtemp()
    sources = {
        "base.html": "<h1>${self.title()}</h1>${next.body()}<%def name='title()'>base</%def>",
        "page.html": (
            "<%inherit file='base.html'/><%namespace name='lib' file='lib.html'/>"
            "<%def name='title()'>page &amp; ${name | h}</%def>"
            "\n% for x in range(3):\n${lib.square(x)}\n% endfor\n<%! import math %>${math.floor(2.5)}"
        ),
        "lib.html": "<%def name='square(x)'>${x * x}</%def>",
    }
    for name, source in sources.items():
        with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
            file.write(source)
    lookup = TemplateLookup([folder], module_directory=modules, default_filters=["str", "trim"])
    lines = [lookup.get_template("page.html").render(name="<you>")]
    lines.append(Template("<%text>${not}</%text> ${'a b' | u} ${x or UNDEFINED}").render(x="set"))
    lines.append(Template("hello ${name}!", imports=["from textwrap import dedent"]).render_unicode(name="wörld"))
    template = Template("<%block filter='upper'>quiet</%block>${upper('x')}", imports=[])
    lines.append(template.render(upper=str.upper))
    try:
        Template("one\n${1 / 0}").render()
    except ZeroDivisionError:
        record = exceptions.RichTraceback()
        lines.append(f"{record.errorname}: {record.message} {record.reverse_traceback[0][5:]}")
    lines.append(str(sorted(name for name in os.listdir(modules) if name.endswith(".py"))))
    try:
        Template("% if x:\nno end")
    except exceptions.SyntaxException as error:
        lines.append(str(error))
    return "\n".join(lines)
