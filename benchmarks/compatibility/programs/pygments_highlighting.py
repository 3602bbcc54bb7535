"""Highlights code with lexers by name, file name and content, in several formats and styles."""

import io

from pygments import highlight, lex
from pygments.filters import NameHighlightFilter
from pygments.formatters import HtmlFormatter, TerminalFormatter, get_formatter_by_name
from pygments.lexer import RegexLexer, bygroups, using
from pygments.lexers import (
    find_lexer_class_by_name,
    get_all_lexers,
    get_lexer_by_name,
    get_lexer_for_filename,
    guess_lexer,
)
from pygments.styles import get_all_styles, get_style_by_name
from pygments.token import Keyword, Name, Text
from pygments.util import ClassNotFound

WHEELS = ("pygments==2.19.2",)

CODE = "def f(x: int) -> str:\n    '''doc'''\n    return f'{x!r:>10}' + str(None)  # done\n"


class Own(RegexLexer):
    name = "Own"
    tokens = {
        "root": [
            (r"(say)(\s+)(.*\n)", bygroups(Keyword, Text, using(find_lexer_class_by_name("json")))),
            (r".+\n", Name),
        ]
    }


def run() -> str:
    lexer = get_lexer_by_name("python", stripall=True)
    lexer.add_filter(NameHighlightFilter(names=["str"], tokentype=Name.Exception))
    lines = [highlight(CODE, lexer, HtmlFormatter(linenos="table", style="monokai", cssclass="src"))]
    lines.append(highlight(CODE, lexer, TerminalFormatter(bg="dark")))
    lines.append(highlight("{'a': [1, null]}", get_lexer_for_filename("x.json"), get_formatter_by_name("latex")))
    lines.append(str([(str(kind), text) for kind, text in lex('say {"a": 1}\nhm\n', Own())]))
    lines.append(guess_lexer("#!/bin/bash\necho $HOME\n").name)
    lines.append(f"{sum(1 for _ in get_all_lexers()) > 500} {sorted(get_all_styles())[:5]}")
    lines.append(HtmlFormatter(style=get_style_by_name("friendly")).get_style_defs(".x")[:200])
    try:
        get_lexer_by_name("no-such-language")
    except ClassNotFound as error:
        lines.append(str(error))
    for name in ("rust", "sql", "yaml", "html+jinja", "pycon"):
        out = io.BytesIO()
        highlight("select 1 from {{ x }}\n>>> 1\n", get_lexer_by_name(name), get_formatter_by_name("raw"), out)
        lines.append(f"{name}: {out.getvalue().decode()}")
    import pickle

    lines.append(str(pickle.loads(pickle.dumps(Keyword.Type)) is Keyword.Type))
    return "\n".join(lines)
