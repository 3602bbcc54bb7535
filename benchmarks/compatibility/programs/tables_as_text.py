"""Prints tables in many formats, and draws progress into a text buffer; three wheels."""

import io
import logging

import prettytable
from prettytable import PrettyTable, TableStyle, from_csv
from tabulate import SEPARATING_LINE, simple_separated_format, tabulate, tabulate_formats
from tqdm import tqdm, trange
from tqdm.auto import tqdm as auto
from tqdm.contrib import tenumerate, tzip
from tqdm.contrib.concurrent import thread_map
from tqdm.contrib.logging import logging_redirect_tqdm
from tqdm.utils import _term_move_up

WHEELS = ("tabulate==0.9.0", "prettytable==3.16.0", "tqdm==4.67.1")

ROWS = [["apple", 3, 1.25], ["pear", 12, -0.5], ["wörld", None, 100.0]]


def run() -> str:
    lines = []
    for style in ("plain", "github", "grid", "html", "latex", "rst", "fancy_grid", "jira", "outline"):
        lines.append(tabulate(ROWS, ["name", "n", "price"], tablefmt=style, floatfmt=".2f", missingval="?"))
    lines.append(
        tabulate(
            {"a": [1, 2], "b": ["x", "y"]}, headers="keys", showindex="always", colalign=("right", "left", "left")
        )
    )
    lines.append(tabulate([[1], SEPARATING_LINE, [2]], tablefmt=simple_separated_format("; ")))
    lines.append(str(len(tabulate_formats)))
    table = PrettyTable(["name", "n", "price"], sortby="n", sort_key=lambda row: row[0] or 0)
    table.add_rows([row if row[1] else [row[0], 0, row[2]] for row in ROWS])
    table.align["name"], table.float_format = "l", ".1"
    lines.append(table.get_string(title="Fruit", border=True))
    for style in (TableStyle.MARKDOWN, TableStyle.DOUBLE_BORDER, TableStyle.ORGMODE):
        table.set_style(style)
        lines.append(str(table))
    lines += [table.get_json_string(), table.get_html_string(format=False), table.get_csv_string()]
    lines.append(str(from_csv(io.StringIO("a,b\n1,2\n"))) + prettytable.__name__[:6])
    out = io.StringIO()
    for _ in tqdm(
        range(4), desc="work", file=out, ncols=60, mininterval=0, bar_format="{desc} {n_fmt}/{total_fmt} {bar}"
    ):
        pass
    with trange(2, file=out, bar_format="{l_bar}") as bar:
        for number in bar:
            bar.set_postfix(n=number, refresh=False)
    lines += [part.strip() for part in out.getvalue().split("\r")]
    quiet = {"file": io.StringIO()}
    lines.append(str(thread_map(str.upper, ["a", "b"], max_workers=2, **quiet)))
    lines.append(
        f"{list(tzip('ab', 'cd', **quiet))} {list(tenumerate('xy', **quiet))} {len(list(auto('abc', **quiet)))}"
    )
    with logging_redirect_tqdm():
        logging.getLogger("none").debug("hidden")
    lines.append(repr(_term_move_up()) + tqdm.format_sizeof(123456))
    return "\n".join(lines)
