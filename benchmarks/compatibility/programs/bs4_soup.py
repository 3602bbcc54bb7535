"""Searches and changes documents with the standard library's parser and CSS selectors; two wheels."""

import copy
import pickle

from bs4 import BeautifulSoup, Comment, NavigableString, SoupStrainer
from bs4.builder import builder_registry
from bs4.element import Tag
from bs4.formatter import HTMLFormatter

WHEELS = ("beautifulsoup4==4.13.5", "soupsieve==2.8")

PAGE = """<html><head><title>T &amp; U</title></head><body class="a b">
<!-- remark --><p id=one>First <b>bold</b></p><p class="x">Second<br></p>
<ul><li>1<li data-k="v">2</ul><a href="/x?y=1&z=2">link</a><script>var x = "<p>";</script></body>"""


def run() -> str:
    soup = BeautifulSoup(PAGE, "html.parser")
    lines = [
        soup.title.string,
        str([p.get_text(" ", strip=True) for p in soup.find_all("p")]),
        str(soup.select("body > p:nth-of-type(2), li[data-k^=v]")),
        str(soup.select_one("p:has(> b):not(.x)")["id"]),
        str(soup.find(string=lambda text: isinstance(text, Comment))),
        str(soup.css.closest("ul") if hasattr(soup, "nothing") else soup.li.css.match("ul > li")),
        soup.a["href"],
        str([type(builder).__name__ for builder in sorted(builder_registry.builders, key=str)][:1]),
    ]
    soup.b.replace_with(NavigableString("plain <x>"))
    soup.ul.insert(0, soup.new_tag("li", string="0", attrs={"class": ["n"]}))
    soup.script.decompose()
    lines.append(soup.prettify(formatter="html5"))
    lines.append(soup.p.decode(formatter=HTMLFormatter(indent=2)))
    twin = copy.copy(soup)
    lines.append(str(twin == soup))
    lines.append(str(pickle.loads(pickle.dumps(soup)).p["id"]))
    only = BeautifulSoup(PAGE, "html.parser", parse_only=SoupStrainer("a"))
    lines.append(str(only))
    try:
        BeautifulSoup("<a>", "no-parser")
    except Exception as error:
        lines.append(f"{type(error).__name__}: {str(error)[:60]}")
    lines.append(str(isinstance(soup.p, Tag)))
    return "\n".join(lines)
