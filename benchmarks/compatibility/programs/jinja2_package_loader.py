"""Loads templates by the name of a package, renders with asyncio, and caches bytecode in a folder."""

import asyncio
import tempfile

from jinja2 import Environment, FileSystemBytecodeCache, ModuleLoader, PackageLoader

WHEELS = ("jinja2==3.1.6",)


def run() -> str:
    lines = []
    # jinja2 carries no template, but any file of a package can be one
    environment = Environment(
        loader=PackageLoader("jinja2", ""), bytecode_cache=FileSystemBytecodeCache(tempfile.mkdtemp())
    )
    lines.append(environment.loader.get_source(environment, "py.typed")[0])
    lines += environment.list_templates(filter_func=lambda name: name.startswith("s") and name.endswith(".py"))
    lines.append(environment.get_template("py.typed").render())

    async def rendered():
        async def numbers():
            for number in range(3):
                await asyncio.sleep(0)
                yield number

        live = Environment(enable_async=True)
        template = live.from_string("{% for n in numbers() %}{{ n * n }};{% endfor %}")
        return await template.render_async(numbers=numbers)

    lines.append(asyncio.run(rendered()))
    target = tempfile.mkdtemp()
    from jinja2 import DictLoader

    Environment(loader=DictLoader({"a.txt": "Hello {{ who }}"})).compile_templates(target, zip=None)
    lines.append(Environment(loader=ModuleLoader(target)).get_template("a.txt").render(who="compiled"))
    try:
        Environment().from_string("line one\n{{ 1 / 0 }}").render()
    except ZeroDivisionError as error:
        lines.append(f"{error} in line {error.__traceback__.tb_next.tb_next.tb_lineno}")
    return "\n".join(lines)
