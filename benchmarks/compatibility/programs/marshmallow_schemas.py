"""Loads and dumps nested objects by schemas that name each other by strings."""

import datetime
import uuid

from marshmallow import Schema, ValidationError, fields, post_load, pre_load, validate, validates

WHEELS = ("marshmallow==3.26.1",)


class ArtistSchema(Schema):
    name = fields.Str(required=True, validate=validate.Length(min=2))
    albums = fields.List(fields.Nested("AlbumSchema", exclude=("artist",)))


class AlbumSchema(Schema):
    class Meta:
        ordered = True

    identifier = fields.UUID(data_key="id")
    title = fields.Str(required=True)
    released = fields.Date()
    length = fields.TimeDelta(precision="seconds")
    artist = fields.Nested(lambda: ArtistSchema(only=("name",)))
    price = fields.Decimal(places=2, as_string=True)
    kind = fields.Str(validate=validate.OneOf(["lp", "single"]))

    @pre_load
    def strip(self, data, **_):
        return {key: value.strip() if isinstance(value, str) else value for key, value in data.items()}

    @validates("released")
    def not_too_new(self, value, **_):
        if value.year > 2100:
            raise ValidationError("too new")

    @post_load
    def make(self, data, **_):
        return tuple(sorted(data.items(), key=str))


def run() -> str:
    schema = AlbumSchema()
    lines = [
        str(
            schema.load({"title": " Blue ", "released": "1971-06-22", "artist": {"name": "Joni"}, "price": "9.5"})
        ),
        str(
            schema.dump(
                {
                    "identifier": uuid.UUID(int=7),
                    "title": "x",
                    "released": datetime.date(2000, 1, 2),
                    "length": datetime.timedelta(minutes=3),
                    "artist": {"name": "A", "albums": []},
                    "price": 3,
                }
            )
        ),
        str(ArtistSchema().dump({"name": "B", "albums": [{"title": "t"}]})),
        ", ".join(schema.declared_fields),
    ]
    try:
        schema.load({"released": "2200-01-01", "kind": "ep", "odd": 1, "artist": {"name": "x"}})
    except ValidationError as error:
        lines.append(str(error.messages))
    Made = Schema.from_dict({"n": fields.Int(load_default=3)}, name="Made")
    lines += [str(Made().load({})), str(Made(many=True).load([{"n": "1"}, {}]))]
    from marshmallow import class_registry

    lines.append(class_registry.get_class("AlbumSchema").__name__)
    return "\n".join(lines)
