"""Maps classes to tables in memory, with joins, transactions and the extensions in playhouse."""

import datetime

WHEELS = ("peewee==3.19.0",)


def run() -> str:
    from peewee import (
        JOIN,
        CharField,
        Check,
        DateField,
        ForeignKeyField,
        IntegrityError,
        Model,
        SqliteDatabase,
        fn,
    )
    from playhouse.hybrid import hybrid_property
    from playhouse.migrate import SqliteMigrator, migrate
    from playhouse.shortcuts import dict_to_model, model_to_dict

    memory = SqliteDatabase(":memory:", pragmas={"foreign_keys": 1})

    class Base(Model):
        class Meta:
            database = memory

    class Person(Base):
        name = CharField(unique=True, constraints=[Check("length(name) > 1")])
        born = DateField(default=datetime.date(2000, 1, 1))

        @hybrid_property
        def initial(self):
            if isinstance(self, type):
                return fn.SUBSTR(self.name, 1, 1)
            return self.name[:1]

    class Pet(Base):
        owner = ForeignKeyField(Person, backref="pets")
        kind = CharField()

    memory.create_tables([Person, Pet])
    with memory.atomic():
        ann = Person.create(name="Ann")
        Person.insert_many([{"name": "Bob"}, {"name": "Cyn"}]).execute()
        Pet.insert_many([(ann, "cat"), (ann, "dog"), (2, "fish")], fields=[Pet.owner, Pet.kind]).execute()
    query = (
        Person.select(Person.name, fn.COUNT(Pet.id).alias("total"))
        .join(Pet, JOIN.LEFT_OUTER)
        .group_by(Person.name)
        .order_by(Person.name)
    )
    lines = [str(list(query.tuples())), query.sql()[0]]
    try:
        with memory.atomic():
            Person.create(name="Ann")
    except IntegrityError as error:
        lines.append(f"{type(error).__name__}: {error}")
    lines.append(str(model_to_dict(Pet.get(Pet.kind == "cat"))))
    lines.append(dict_to_model(Person, {"name": "Dan"}).initial)
    lines.append(str([p.name for p in Person.select().where(Person.initial == "B")]))
    migrate(SqliteMigrator(memory).add_column("pet", "name", CharField(default="none")))
    lines.append(str([column.name for column in memory.get_columns("pet")]))
    lines.append(str(sorted(ann.pets.select(Pet.kind).tuples())))
    try:
        Person.get(Person.name == "Zoe")
    except Person.DoesNotExist as error:
        lines.append(type(error).__name__)
    return "\n".join(lines)
