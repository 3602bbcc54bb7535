"""Edits a TOML document and keeps its layout, and copies and pickles it."""

import copy
import datetime
import pickle

import tomlkit
from tomlkit.exceptions import NonExistentKey, UnexpectedCharError
from tomlkit.items import Table
from tomlkit.toml_file import TOMLFile

WHEELS = ("tomlkit==0.13.3",)

TEXT = """# head
title = "demo"   # name

[owner]
name = 'x'
born = 1979-05-27T07:32:00Z
tags = [ "a",
  "b",  # second
]

[[item]]
n = 1

[[item]]
n = 0xff
inline = { a.b = 1, c = "d" }
"""


def run() -> str:
    document = tomlkit.parse(TEXT)
    document["owner"]["tags"].append("c")
    document["owner"]["name"] = "new"
    document["item"].append(tomlkit.item({"n": 3}))
    section = tomlkit.table()
    section.add(tomlkit.comment("made"))
    section.add("when", datetime.date(2024, 2, 29))
    section.add("text", tomlkit.string("two\nlines", multiline=True))
    document.add(tomlkit.nl())
    document.add("section", section)
    lines = [tomlkit.dumps(document), str(document.unwrap()), repr(document["title"])]
    del document["item"][0]
    lines.append(document["item"].as_string())
    lines.append(str(isinstance(document["owner"], Table)))
    lines.append(str(pickle.loads(pickle.dumps(document)).as_string() == document.as_string()))
    lines.append(str(copy.deepcopy(document) == document))
    try:
        document["none"]
    except NonExistentKey as error:
        lines.append(str(error))
    try:
        tomlkit.parse("a = @")
    except UnexpectedCharError as error:
        lines.append(str(error))
    file = TOMLFile("demo.toml")
    file.write(document)
    lines.append(str(file.read() == document))

    class Own:
        pass

    tomlkit.register_encoder(
        lambda value: tomlkit.item("own") if isinstance(value, Own) else (_ for _ in ()).throw(TypeError)
    )
    lines.append(tomlkit.dumps({"o": tomlkit.item(Own())}))
    return "\n".join(lines)
