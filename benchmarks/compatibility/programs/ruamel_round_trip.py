"""Reads and writes YAML with comments, anchors, tags and classes, in a package without __init__.py."""

import dataclasses
import io

from ruamel.yaml import YAML, YAMLError, yaml_object
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import LiteralScalarString

WHEELS = ("ruamel.yaml==0.18.15",)

TEXT = """\
# head
name: &who demo  # trailing
list:
- 1
- 0x1F   # hex
- 1_000
- !point {x: 1, y: 2}
copy: *who
text: |
  two
  lines
base: &base {a: 1}
more:
  <<: *base
  b: 2.50
when: 2024-02-29
"""


def run() -> str:
    yaml = YAML()
    yaml.indent(mapping=2, sequence=4, offset=2)

    @yaml_object(yaml)
    @dataclasses.dataclass
    class Point:
        yaml_tag = "!point"
        x: int
        y: int

        @classmethod
        def to_yaml(cls, representer, node):
            return representer.represent_scalar(cls.yaml_tag, f"{node.x}/{node.y}")

        @classmethod
        def from_yaml(cls, constructor, node):
            data = CommentedMap()
            constructor.construct_mapping(node, data, deep=True)
            return cls(**data)

    data = yaml.load(TEXT)
    lines = [type(data).__name__, repr(data["list"][3]), str(data["more"]["a"]), repr(data["when"])]
    data["list"].insert(0, "first")
    data.yaml_set_comment_before_after_key("copy", before="before copy")
    data["new"] = CommentedSeq([1, 2])
    data["new"].fa.set_flow_style()
    data["block"] = LiteralScalarString("a\nb\n")
    out = io.StringIO()
    yaml.dump(data, out)
    lines.append(out.getvalue())
    safe = YAML(typ="safe", pure=True)
    lines.append(str(safe.load("{a: [1, yes, ~, 1.5e3], b: 'x'}")))
    out = io.StringIO()
    safe.default_flow_style = False
    safe.dump({"b": [1, {"c": None}], "a": "ü"}, out)
    lines.append(out.getvalue())
    try:
        safe.load("a: [1,\nb: }")
    except YAMLError as error:
        lines.append(str(error))
    lines.append(str(list(YAML(typ="safe", pure=True).load_all("--- 1\n--- [2]\n"))))
    return "\n".join(lines)
