"""Validates documents against schemas of several drafts, with references and formats."""

from jsonschema import Draft7Validator, Draft202012Validator, FormatChecker, validate, validators
from jsonschema.exceptions import SchemaError, ValidationError, best_match

WHEELS = ("jsonschema==4.25.1",)

SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "properties": {
        "name": {"type": "string", "minLength": 2},
        "tags": {"type": "array", "items": {"$ref": "#/$defs/tag"}, "uniqueItems": True},
        "born": {"type": "string", "format": "date"},
        "age": {"type": "integer", "minimum": 0},
    },
    "required": ["name"],
    "additionalProperties": False,
    "$defs": {"tag": {"enum": ["a", "b"]}},
}


def run() -> str:
    lines = []
    validator = Draft202012Validator(SCHEMA, format_checker=FormatChecker())
    document = {"name": "x", "tags": ["a", "a", "c"], "born": "2024-02-30", "age": -1, "more": 1}
    for error in sorted(validator.iter_errors(document), key=lambda e: (list(map(str, e.path)), e.message)):
        lines.append(f"{error.json_path}: {error.message} ({error.validator})")
    lines.append(best_match(validator.iter_errors(document)).message)
    try:
        validate({"name": 3}, SCHEMA)
    except ValidationError as error:
        lines.append(str(error))
    try:
        Draft7Validator.check_schema({"type": "nonsense"})
    except SchemaError as error:
        lines.append(error.message)

    def even(_, wanted, instance, __):
        if wanted and instance % 2:
            yield ValidationError(f"{instance} is odd")

    Even = validators.extend(Draft202012Validator, {"even": even})
    lines += [error.message for error in Even({"items": {"even": True}}).iter_errors([1, 2, 3])]
    lines.append(validators.validator_for(SCHEMA).__name__)
    import importlib.resources

    lines.append(str(importlib.resources.files("jsonschema").joinpath("benchmarks").name))
    return "\n".join(lines)
