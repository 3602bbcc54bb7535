"""Validates and decodes documents by a schema, with XPath over trees."""

WHEELS = ("xmlschema==4.3.2", "elementpath==5.1.4")

SCHEMA = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
<xs:element name="books"><xs:complexType><xs:sequence>
<xs:element name="book" maxOccurs="unbounded"><xs:complexType><xs:sequence>
<xs:element name="title" type="xs:string"/><xs:element name="price" type="xs:decimal"/></xs:sequence>
<xs:attribute name="id" type="xs:ID"/></xs:complexType></xs:element></xs:sequence></xs:complexType></xs:element></xs:schema>"""


def run() -> str:
    import pickle
    import sys
    from xml.etree import ElementTree

    import elementpath
    import xmlschema
    from xmlschema.converters import BadgerFishConverter

    schema = xmlschema.XMLSchema(SCHEMA)
    good = '<books><book id="a"><title>T</title><price>1.50</price></book></books>'
    bad = '<books><book id="a"><title>T</title><price>dear</price></book><book id="a"/></books>'
    lines = [
        str(schema.is_valid(good)),
        str(schema.to_dict(good)),
        str(schema.to_dict(good, converter=BadgerFishConverter)),
    ]
    for error in schema.iter_errors(bad):
        lines.append(f"{type(error).__name__} {error.path} {error.reason}")
    lines.append(ElementTree.tostring(schema.encode(schema.to_dict(good))).decode())
    copied = pickle.loads(pickle.dumps(schema))
    lines.append(f"{copied.is_valid(good)} {type(copied) is type(schema)}")
    root = ElementTree.XML(good)
    lines.append(str(elementpath.select(root, "/books/book[price > 1]/title/text()")))
    lines.append(str(elementpath.select(root, "for $x in //price return xs:decimal($x) * 2")))
    parser = elementpath.XPath2Parser()
    lines.append(str(parser.parse("1 + 2 * 3").tree))
    lines.append(repr(schema.elements["books"]))
    lines.append(str("_elementtree" in sys.modules))
    lines.append(xmlschema.to_json(good, schema=schema))
    return "\n".join(lines)
