"""Builds a small site with a theme, Markdown extensions, the search plugin and a hook."""

import os

WHEELS = ("mkdocs==1.6.1",)

CONFIG = """
site_name: Demo
site_url: https://example.org/
theme:
  name: mkdocs
  locale: de
plugins: [search]
markdown_extensions:
  - toc:
      permalink: true
  - admonition
hooks: [hooks.py]
"""


def run() -> str:
    from mkdocs.commands.build import build
    from mkdocs.config import load_config
    from mkdocs.plugins import get_plugins
    from mkdocs.utils import get_theme_names

    os.makedirs("docs/sub")
    for name, text in {
        "mkdocs.yml": CONFIG,
        "hooks.py": "def on_page_markdown(markdown, page, **kw):\n    return markdown.replace('WHO', page.title)\n",
        "docs/index.md": "# Welcome\n\n[more](sub/more.md) WHO\n\n!!! note\n    Mind.\n",
        "docs/sub/more.md": "# More\n\n## Part\n\ntext\n",
    }.items():
        with open(name, "w", encoding="utf-8") as file:
            file.write(text)
    config = load_config("mkdocs.yml", strict=True)
    build(config)
    lines = [str(sorted(get_theme_names())), str(sorted(get_plugins()))]
    for folder, _, names in sorted(os.walk("site")):
        lines += sorted(os.path.join(folder, name) for name in names if name.endswith((".html", ".json")))
    with open("site/index.html", encoding="utf-8") as file:
        page = file.read()
    start = page.index('role="main"')
    lines.append(page[start : page.index("</div>", start)])
    with open("site/search/search_index.json", encoding="utf-8") as file:
        lines.append(file.read())
    return "\n".join(lines)
