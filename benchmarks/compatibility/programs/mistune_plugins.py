"""Renders Markdown to HTML, a tree and reStructuredText, with plugins by name and of its own."""

WHEELS = ("mistune==3.1.4",)

TEXT = """# Hi *you*

| a | b |
|---|---|
| 1 | ~~2~~ |

- [x] done
- [ ] not

Note[^1] and https://example.org and $x^2$ and @@me@@.

```python
print(1)
```

.. note:: Mind
   :class: big

   inside

[^1]: the note
"""


def run() -> str:
    import mistune
    from mistune.directives import Admonition, RSTDirective, TableOfContents
    from mistune.renderers.markdown import MarkdownRenderer
    from mistune.renderers.rst import RSTRenderer

    class Own(mistune.HTMLRenderer):
        def block_code(self, code, info=None):
            return f"<pre data-lang={info!r}>{mistune.escape(code)}</pre>\n"

    def mention(md):
        def parse(inline, match, state):
            state.append_token({"type": "mention", "raw": match.group("who")})
            return match.end()

        md.inline.register("mention", r"@@(?P<who>\w+)@@", parse, before="link")
        if md.renderer and md.renderer.NAME == "html":
            md.renderer.register("mention", lambda _renderer, text: f"<b>{text}</b>")

    names = ["table", "strikethrough", "task_lists", "footnotes", "url", "math"]
    directives = RSTDirective([Admonition(), TableOfContents()])
    markdown = mistune.create_markdown(renderer=Own(), plugins=[*names, mention, directives])
    lines = [markdown(TEXT)]
    tree = mistune.create_markdown(renderer="ast", plugins=["table", "mistune.plugins.abbr.abbr"])
    lines.append(str([token["type"] for token in tree(TEXT)]))
    for renderer in (RSTRenderer(), MarkdownRenderer()):
        lines.append(mistune.create_markdown(renderer=renderer)("# T\n\nsome *text* and `code`\n\n1. a\n2. b\n"))
    lines.append(mistune.html("<b>raw</b> & *it*"))
    return "\n".join(lines)
