"""Loads templates of its package by name, and an extension of its own, through the engine that the host has."""

import asyncio

from jinja2 import DictLoader, Environment, PackageLoader, TemplateNotFound, nodes
from jinja2.ext import Extension

WHEELS = ("iniconfig==2.3.1",)
NEEDS = ("jinja2==3.1.6",)


class Hello(Extension):
    tags = {"hello"}

    def parse(self, parser):
        line = next(parser.stream).lineno
        return nodes.Output([nodes.TemplateData("hello tag")]).set_lineno(line)


def bracketed(value):
    return f"<{value}>"


def run() -> str:
    package = Environment(loader=PackageLoader("iniconfig", package_path=""))
    lines = [str("_parse.py" in package.list_templates())]
    try:
        package.get_template("none")
    except TemplateNotFound as error:
        lines.append(str(error))
    environment = Environment(
        loader=DictLoader({"loop": "{% for each in values %}{{ each|bracketed }}{% endfor %}"}),
        enable_async=True,
        extensions=["jinja2_of_host.Hello", "jinja2.ext.do"],
    )
    environment.filters["bracketed"] = bracketed
    lines.append(asyncio.run(environment.get_template("loop").render_async(values=[1, 2])))
    lines.append(environment.from_string("{% hello %}").render())
    return "\n".join(lines)
