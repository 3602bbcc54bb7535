"""Prints tables, trees, code, tracebacks and progress to a console that records, and exports it."""

import io

from rich.console import Console, Group
from rich.markdown import Markdown
from rich.panel import Panel
from rich.pretty import Pretty
from rich.progress import Progress
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text
from rich.theme import Theme
from rich.traceback import Traceback
from rich.tree import Tree

WHEELS = ("rich==14.1.0",)


def run() -> str:
    console = Console(
        file=io.StringIO(),
        record=True,
        width=70,
        force_terminal=True,
        color_system="truecolor",
        theme=Theme({"odd": "red"}),
    )
    table = Table(title="Things")
    table.add_column("name", style="cyan")
    table.add_column("count", justify="right")
    table.add_row("apple", "3")
    table.add_row("[b]pear[/b]", "[odd]5[/odd]")
    tree = Tree("root")
    tree.add("left").add("leaf")
    console.print(table, tree, Panel(Text("wörld 世界", justify="center")))
    console.print(Markdown("# Head\n\n* one\n* `two`\n\n```python\nx = 1\n```"))
    console.print(Syntax("def f():\n    return 1", "python", line_numbers=True))
    console.print(Group(Pretty({"a": [1, 2, {"b": (3,)}]}), ":smile: emoji"))
    try:
        {}["key"]
    except KeyError as error:
        trace = Traceback.from_exception(type(error), error, error.__traceback__)
        console.print(f"{trace.trace.stacks[0].exc_type}: {trace.trace.stacks[0].exc_value}")
    with Progress(console=console, transient=True, auto_refresh=False) as progress:
        task = progress.add_task("work", total=2)
        progress.advance(task, 2)
    import logging

    from rich.logging import RichHandler

    logger = logging.getLogger("rich-demo")
    logger.addHandler(RichHandler(console=console, show_time=False, show_path=False))
    logger.warning("careful with %s", [1, 2])
    return console.export_text(clear=False) + console.export_html(inline_styles=True)
