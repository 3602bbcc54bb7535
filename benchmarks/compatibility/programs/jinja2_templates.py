"""Renders inherited templates of a package, a folder and a dict, with filters, macros and a sandbox."""

import os
import tempfile

from jinja2 import ChoiceLoader, DictLoader, Environment, FileSystemLoader, StrictUndefined, select_autoescape
from jinja2.exceptions import UndefinedError
from jinja2.ext import Extension
from jinja2.sandbox import SandboxedEnvironment, SecurityError

WHEELS = ("jinja2==3.1.6",)


class Shout(Extension):
    """A tag of one's own."""

    tags = {"shout"}

    def parse(self, parser):
        from jinja2 import nodes

        line = next(parser.stream).lineno
        body = parser.parse_statements(("name:endshout",), drop_needle=True)
        return nodes.CallBlock(self.call_method("_shout"), [], [], body).set_lineno(line)

    def _shout(self, caller):
        return caller().upper()


def run() -> str:
    folder = tempfile.mkdtemp()
    with open(os.path.join(folder, "base.html"), "w", encoding="utf-8") as file:
        file.write("<title>{% block title %}{% endblock %}</title>{% block body %}{% endblock %}")
    page = (
        "{% extends 'base.html' %}{% from 'macros.html' import item with context %}"
        "{% block title %}{{ title|title }}{% endblock %}"
        "{% block body %}{% for x in xs if x %}{{ item(x, loop) }}{% else %}none{% endfor %}{% endblock %}"
    )
    macros = "{% macro item(x, loop) %}<li>{{ loop.index }}/{{ total }} {{ x|dots }}</li>{% endmacro %}"
    loader = ChoiceLoader([DictLoader({"page.html": page, "macros.html": macros}), FileSystemLoader(folder)])
    environment = Environment(
        loader=loader,
        undefined=StrictUndefined,
        autoescape=select_autoescape(),
        extensions=[Shout, "jinja2.ext.do", "jinja2.ext.loopcontrols"],
    )
    environment.filters["dots"] = lambda text: f"{text}..."
    lines = [environment.get_template("page.html").render(title="a tale", xs=["<b>", "", "c"], total=3)]
    lines.append(environment.from_string("{% shout %}hey {{ name }}{% endshout %}").render(name="you"))
    lines.append(environment.from_string("{% set l = [] %}{% do l.append(1) %}{{ l }}").render())
    try:
        environment.from_string("{{ missing }}").render()
    except UndefinedError as error:
        lines.append(str(error))
    try:
        SandboxedEnvironment().from_string("{{ ().__class__.__bases__ }}").render()
    except SecurityError as error:
        lines.append(str(error))
    return "\n".join(lines)
