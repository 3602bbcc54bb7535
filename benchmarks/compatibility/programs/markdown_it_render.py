"""Renders CommonMark and extensions to HTML and tokens; the parser and its plugins are two wheels."""

from markdown_it import MarkdownIt
from markdown_it.presets import commonmark
from markdown_it.tree import SyntaxTreeNode
from mdit_py_plugins.admon import admon_plugin
from mdit_py_plugins.anchors import anchors_plugin
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.front_matter import front_matter_plugin
from mdit_py_plugins.tasklists import tasklists_plugin

WHEELS = ("markdown-it-py==4.0.0", "mdit-py-plugins==0.5.0")

TEXT = """---
title: x
---
# Head

Some *text*[^1] with $a+b$ and "quotes"...

Term
: Definition

- [x] task

!!! note
    body

| a |
|---|
| 1 |

[^1]: Note.
"""


def run() -> str:
    parser = (
        MarkdownIt("gfm-like", {"typographer": True, "linkify": False})
        .enable(["replacements", "smartquotes"])
        .disable("linkify")
        .use(front_matter_plugin)
        .use(footnote_plugin)
        .use(deflist_plugin)
        .use(tasklists_plugin)
        .use(admon_plugin)
        .use(dollarmath_plugin)
        .use(anchors_plugin, permalink=True)
    )

    def render_em_open(self, tokens, idx, options, env):
        tokens[idx].attrSet("class", "em")
        return self.renderToken(tokens, idx, options, env)

    parser.add_render_rule("em_open", render_em_open)
    env = {}
    lines = [parser.render(TEXT, env), str(sorted(env))]
    tokens = parser.parse(TEXT)
    lines.append(" ".join(token.type for token in tokens))
    lines.append(SyntaxTreeNode(tokens).pretty(indent=1)[:600])
    lines.append(str(sorted(commonmark.make()["components"])))
    lines.append(str(parser.get_active_rules()["inline"]))
    lines.append(MarkdownIt("commonmark").renderInline("`a` **b** <i>"))
    lines.append(str(tokens[1].as_dict()["tag"]))
    return "\n".join(lines)
