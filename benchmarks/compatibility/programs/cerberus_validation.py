"""Validates, normalises and coerces documents by rules of its own."""

from cerberus import Validator, rules_set_registry, schema_registry
from cerberus.errors import BasicErrorHandler

WHEELS = ("cerberus==1.3.7",)


class Own(Validator):
    def _validate_is_odd(self, constraint, field, value):
        """{'type': 'boolean'}"""
        if constraint and not value & 1:
            self._error(field, "must be odd")

    def _normalize_coerce_doubled(self, value):
        return value * 2

    def _check_with_short(self, field, value):
        if len(value) > 3:
            self._error(field, "too long")


class Shouting(BasicErrorHandler):
    messages = {**BasicErrorHandler.messages, 0x02: "REQUIRED"}


def run() -> str:
    schema_registry.add("point", {"x": {"type": "integer", "coerce": int}, "y": {"type": "integer", "default": 7}})
    rules_set_registry.add("boolean", {"type": "boolean"})
    schema = {
        "name": {"type": "string", "check_with": "short", "required": True},
        "odd": {"type": "integer", "is_odd": True, "coerce": "doubled"},
        "points": {"type": "list", "schema": {"type": "dict", "schema": "point"}},
        "flag": "boolean",
        "either": {"anyof": [{"type": "integer", "max": 3}, {"type": "string", "regex": "a+"}]},
        "old": {"rename": "new"},
        "new": {},
    }
    validator = Own(schema)
    lines = []
    for document in (
        {"name": "abc", "points": [{"x": "1"}, {"x": 2, "y": 3}], "old": 1, "either": "aaa"},
        {"name": "abcd", "odd": 2, "flag": 3, "either": 4, "unknown": 1},
        {},
    ):
        lines.append(f"{validator.validate(document)} {validator.document} {validator.errors}")
    loud = Validator({"a": {"required": True}}, error_handler=Shouting)
    loud.validate({})
    lines.append(str(loud.errors))
    lines.append(str(Validator({"a": {"purge_unknown": True}}, purge_unknown=True).normalized({"a": 1, "b": 2})))
    try:
        Validator({"a": {"typo": 1}})
    except Exception as error:
        lines.append(f"{type(error).__name__}: {error}")
    return "\n".join(lines)
