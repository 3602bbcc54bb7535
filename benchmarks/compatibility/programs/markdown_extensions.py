"""Converts Markdown with extensions by entry point, by dotted name and of its own."""

import markdown
from markdown.extensions import Extension
from markdown.inlinepatterns import SimpleTagInlineProcessor
from markdown.preprocessors import Preprocessor

WHEELS = ("markdown==3.9",)

TEXT = """# Head {#top .big}

[TOC]

## Part

Term
:   Its definition[^1].

| a | b |
|---|--:|
| 1 | 2 |

```python
x = 1
```

!!! note "Mind"
    This.

--gone-- HTML *[HTML]: no

[^1]: A note.
*[HTML]: Hyper Text
"""


class Upper(Preprocessor):
    def run(self, lines):
        return [line.upper() if line.startswith("## ") else line for line in lines]


class Own(Extension):
    def __init__(self, **kwargs):
        self.config = {"tag": ["del", "which tag"]}
        super().__init__(**kwargs)

    def extendMarkdown(self, md):
        md.preprocessors.register(Upper(md), "upper", 25)
        pattern = SimpleTagInlineProcessor(r"(--)(.*?)--", self.getConfig("tag"))
        md.inlinePatterns.register(pattern, "gone", 175)


def makeExtension(**kwargs):
    return Own(**kwargs)


def run() -> str:
    names = ["extra", "toc", "admonition", "markdown.extensions.smarty", "markdown.extensions.meta"]
    converter = markdown.Markdown(
        extensions=[*names, Own(tag="s")],
        extension_configs={"toc": {"permalink": True}, "markdown.extensions.smarty": {"smart_quotes": False}},
    )
    lines = [converter.convert(f"title: My doc\nauthor: one\n\n{TEXT}")]
    lines += [str(converter.Meta), converter.toc]
    converter.reset()
    lines.append(converter.convert('plain "text" -- here...'))
    lines.append(markdown.markdown("--x-- ## y", extensions=["markdown_extensions:Own"]))
    lines.append(markdown.markdown("--x--", extensions=["markdown_extensions"]))
    try:
        markdown.markdown("x", extensions=["no.such.thing"])
    except ImportError as error:
        lines.append(str(error))
    return "\n".join(lines)
