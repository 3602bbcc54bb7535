"""Makes, merges, encrypts and reads a document with outlines, metadata and annotations."""

import io

WHEELS = ("pypdf==6.1.3",)


def run() -> str:
    from pypdf import PageObject, PdfReader, PdfWriter, Transformation
    from pypdf.annotations import FreeText
    from pypdf.errors import PdfReadError
    from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject, RectangleObject

    writer = PdfWriter()
    for number in range(3):
        page = writer.add_blank_page(200, 100 + number)
        font = DictionaryObject(
            {
                NameObject("/Type"): NameObject("/Font"),
                NameObject("/Subtype"): NameObject("/Type1"),
                NameObject("/BaseFont"): NameObject("/Helvetica"),
            }
        )
        fonts = DictionaryObject({NameObject("/F1"): font})
        page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
        stream = DecodedStreamObject()
        stream.set_data(f"BT /F1 12 Tf 10 50 Td (Hello page {number}) Tj ET".encode())
        page[NameObject("/Contents")] = writer._add_object(stream.flate_encode())
    writer.add_metadata({"/Title": "Demo", "/Author": "nobody"})
    top = writer.add_outline_item("Top", 0)
    writer.add_outline_item("Below", 1, parent=top)
    writer.add_annotation(1, FreeText(text="note", rect=(10, 10, 50, 30)))
    writer.pages[2].rotate(90)
    writer.pages[0].add_transformation(Transformation().scale(0.5).translate(3, 4))
    buffer = io.BytesIO()
    writer.write(buffer)
    reader = PdfReader(buffer)
    lines = [
        str([page.extract_text() for page in reader.pages]),
        f"{reader.metadata.title} {reader.metadata.author} {len(reader.pages)}",
        str([item.title if not isinstance(item, list) else [i.title for i in item] for item in reader.outline]),
        f"{reader.pages[2].rotation} {reader.pages[1].mediabox} {RectangleObject((0, 0, 1, 1)).width}",
        str([annotation.get_object()["/Subtype"] for annotation in reader.pages[1]["/Annots"]]),
    ]
    merged = PdfWriter()
    merged.append(reader, pages=(0, 2))
    merged.merge_page = PageObject.create_blank_page(width=1, height=1)
    merged.encrypt("user", "owner", algorithm="RC4-128")
    locked = io.BytesIO()
    merged.write(locked)
    secret = PdfReader(locked)
    lines.append(
        f"{secret.is_encrypted} {secret.decrypt('wrong').name} {secret.decrypt('user').name} {len(secret.pages)}"
    )
    try:
        PdfReader(io.BytesIO(b"nothing"), strict=True)
    except PdfReadError as error:
        lines.append(str(error))
    return "\n".join(lines)
