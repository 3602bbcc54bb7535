"""Validates nested data with markers, coercions and humanised errors."""

WHEELS = ("voluptuous==0.15.2",)


def run() -> str:
    import voluptuous as vol
    from voluptuous.humanize import humanize_error, validate_with_humanized_errors

    def even(value):
        if value % 2:
            raise vol.Invalid("odd")
        return value

    schema = vol.Schema(
        {
            vol.Required("name"): vol.All(str, vol.Length(min=2), vol.Capitalize),
            vol.Optional("count", default=4): vol.All(vol.Coerce(int), vol.Range(min=1), even),
            vol.Exclusive("a", "which"): bool,
            vol.Exclusive("b", "which"): vol.Boolean(),
            "mail": vol.Email(),
            "url": vol.Url(),
            "when": vol.Datetime(format="%Y-%m-%d"),
            "items": [vol.Any(int, "x", {"deep": vol.In(["p", "q"])})],
            vol.Extra: object,
        }
    )
    lines = [str(schema({"name": "ann", "b": "yes", "items": [1, "x", {"deep": "p"}], "more": ()}))]
    for wrong in (
        {"name": "a"},
        {"name": "ann", "count": "3"},
        {"name": "ann", "a": True, "b": "no"},
        {"name": "ann", "mail": "nowhere", "url": "x", "when": "today", "items": [{"deep": 1}]},
    ):
        try:
            schema(wrong)
        except vol.MultipleInvalid as error:
            lines.append(f"{error} | {humanize_error(wrong, error)}")
    try:
        validate_with_humanized_errors({}, schema)
    except vol.Error as error:
        lines.append(str(error))

    @vol.validate(number=int, __return__=str)
    def text(number):
        return str(number)

    lines.append(text(number=3))
    lines.append(repr(schema.extend({"added": int}).schema["added"]))
    return "\n".join(lines)
