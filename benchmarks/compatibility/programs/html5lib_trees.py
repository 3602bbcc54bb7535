"""Parses broken pages into trees of several kinds, filters and serialises them."""

WHEELS = ("html5lib==1.1",)

PAGE = "<!doctype html><title>x</title><table><p>out<tr><td>in</table><svg viewbox='0'><g/></svg><b><i>m</b>is</i>&amp"


def run() -> str:
    import warnings

    warnings.simplefilter("ignore")
    import html5lib
    from html5lib import treebuilders, treewalkers
    from html5lib.filters import alphabeticalattributes, optionaltags, sanitizer, whitespace
    from html5lib.serializer import HTMLSerializer

    lines = []
    for kind in ("etree", "dom"):
        parser = html5lib.HTMLParser(tree=treebuilders.getTreeBuilder(kind), namespaceHTMLElements=False)
        tree = parser.parse(PAGE)
        walker = treewalkers.getTreeWalker(kind)
        stream = whitespace.Filter(optionaltags.Filter(alphabeticalattributes.Filter(walker(tree))))
        lines.append(HTMLSerializer(quote_attr_values="always").render(stream))
        lines.append(str([(place, code) for place, code, _ in parser.errors]))
    fragment = html5lib.parseFragment(
        "<a onclick=x() href='javascript:x' title=ok>t</a><script>1</script>", treebuilder="etree"
    )
    walker = html5lib.getTreeWalker("etree")
    lines.append(html5lib.serialize(fragment, sanitize=True))
    lines.append("".join(HTMLSerializer().serialize(sanitizer.Filter(walker(fragment)))))
    lines.append(html5lib.treewalkers.pprint(walker(html5lib.parse("<p>a<br>b"))))
    strict = html5lib.HTMLParser(strict=True)
    try:
        strict.parse("<p></b>")
    except html5lib.html5parser.ParseError as error:
        lines.append(str(error))
    lines.append("".join(html5lib.parse(b"<meta charset=latin-1>\xe9").itertext()))
    return "\n".join(lines)
