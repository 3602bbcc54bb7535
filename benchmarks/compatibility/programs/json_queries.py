"""Queries, patches and points into documents; three wheels."""

import jmespath
import jsonpatch
import jsonpointer
from jmespath import functions
from jmespath.exceptions import JMESPathError

WHEELS = ("jmespath==1.0.1", "jsonpatch==1.33", "jsonpointer==3.0.0")

DATA = {
    "people": [{"name": "ann", "age": 30, "tags": ["a"]}, {"name": "bob", "age": 20, "tags": ["b", "c"]}],
    "a/b": {"~": 1},
}


class Own(functions.Functions):
    @functions.signature({"types": ["string"]}, {"types": ["number"]})
    def _func_repeat(self, text, times):
        return text * int(times)


def run() -> str:
    lines = []
    for expression in (
        "people[?age > `25`].name | [0]",
        "people[].{n: name, t: tags[-1]}",
        "sort_by(people, &age)[*].name",
        "max_by(people, &age).name",
        "join('-', people[*].name)",
        "people[*].tags[] | length(@)",
    ):
        lines.append(str(jmespath.search(expression, DATA)))
    options = jmespath.Options(custom_functions=Own())
    lines.append(jmespath.search("repeat(people[0].name, `2`)", DATA, options=options))
    for wrong in ("people[", "unknown(@)", "length(`1`)"):
        try:
            jmespath.search(wrong, DATA)
        except JMESPathError as error:
            lines.append(str(error))
    lines.append(str(jmespath.compile("a.b[0]").parsed))
    patch = jsonpatch.JsonPatch(
        [
            {"op": "test", "path": "/people/0/name", "value": "ann"},
            {"op": "add", "path": "/people/1/tags/-", "value": "d"},
            {"op": "move", "from": "/people/0/age", "path": "/oldest"},
            {"op": "remove", "path": "/a~1b"},
        ]
    )
    patched = patch.apply(DATA)
    lines += [str(patched), str(jsonpatch.make_patch(patched, DATA))]
    try:
        jsonpatch.apply_patch(DATA, [{"op": "test", "path": "/people/0/age", "value": 1}])
    except jsonpatch.JsonPatchTestFailed as error:
        lines.append(str(error))
    lines.append(str(jsonpointer.resolve_pointer(DATA, "/a~1b/~0")))
    pointer = jsonpointer.JsonPointer("/people/1") / "/name"
    lines += [str(pointer.resolve(DATA)), str(pointer.parts), repr(pointer)]
    try:
        jsonpointer.resolve_pointer(DATA, "/people/9")
    except jsonpointer.JsonPointerException as error:
        lines.append(str(error))
    return "\n".join(lines)
