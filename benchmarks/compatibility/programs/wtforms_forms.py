"""Validates and renders forms with inline validators, lists, translations and CSRF."""

import datetime

from markupsafe import escape
from wtforms import (
    BooleanField,
    DateField,
    DecimalField,
    EmailField,
    FieldList,
    Form,
    FormField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
    validators,
    widgets,
)
from wtforms.csrf.session import SessionCSRF

WHEELS = ("wtforms==3.2.1",)


class Data(dict):
    def getlist(self, key):
        return self[key] if isinstance(self[key], list) else [self[key]]


class Address(Form):
    street = StringField(validators=[validators.InputRequired()])
    number = IntegerField(validators=[validators.Optional(), validators.NumberRange(1, 99)])


class Order(Form):
    name = StringField(
        "Name",
        [validators.Length(2, 9), validators.Regexp("^[a-z]+$", message="letters only")],
        filters=[lambda text: text and text.strip()],
    )
    mail = EmailField(validators=[validators.Optional()], render_kw={"placeholder": "you@"})
    kind = SelectField(choices=[("a", "A"), ("b", "B <x>")], default="b")
    when = DateField(format="%Y-%m-%d", default=datetime.date(2024, 2, 29))
    price = DecimalField(places=2, validators=[validators.DataRequired()])
    agree = BooleanField()
    remark = TextAreaField(widget=widgets.TextArea())
    addresses = FieldList(FormField(Address), min_entries=1, max_entries=3)

    def validate_name(self, field):
        if field.data == "root":
            raise validators.ValidationError("is taken")


def run() -> str:
    lines = []
    form = Order()
    for field in form:
        lines.append(f"{field.label} {field()}" if field.name != "addresses" else str(len(field)))
    good = Order(
        Data(
            {
                "name": " ann ",
                "kind": "a",
                "when": "2024-03-01",
                "price": "1.5",
                "agree": "y",
                "addresses-0-street": "s",
                "addresses-0-number": "3",
            }
        )
    )
    lines += [str(good.validate()), str(good.data)]
    bad = Order(
        Data(
            {
                "name": "root",
                "kind": "z",
                "when": "soon",
                "price": "x",
                "addresses-0-street": "",
                "addresses-0-number": "100",
            }
        )
    )
    lines += [str(bad.validate()), str(bad.errors)]

    class German(Order):
        class Meta:
            locales = ["de_DE", "de"]

    german = German(Data({"name": "a", "price": ""}))
    german.validate()
    lines.append(str(german.errors))

    class Safe(Form):
        class Meta:
            csrf = True
            csrf_class = SessionCSRF
            csrf_secret = b"x"
            csrf_time_limit = None
            csrf_context = {}

        text = StringField()

    session = {}
    safe = Safe(meta={"csrf_context": session})
    token = safe.csrf_token.current_token
    lines.append(str(Safe(Data({"csrf_token": token, "text": "x"}), meta={"csrf_context": session}).validate()))
    wrong = Safe(Data({"csrf_token": "no", "text": "x"}), meta={"csrf_context": session})
    lines.append(f"{wrong.validate()} {wrong.errors}")

    class Record:
        name = "bob"

    target = Record()
    Order(data={"name": "cyn"}).name.populate_obj(target, "name")
    lines += [target.name, str(escape("<i>")), Order(obj=Record()).name.data]
    return "\n".join(lines)
