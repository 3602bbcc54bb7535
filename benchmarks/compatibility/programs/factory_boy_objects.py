"""Builds objects with sequences, sub-factories by dotted name, traits and hooks."""

import dataclasses

import factory
from factory import fuzzy

WHEELS = ("factory-boy==3.3.3",)


@dataclasses.dataclass
class User:
    name: str
    mail: str
    admin: bool = False
    rank: int = 0


@dataclasses.dataclass
class Post:
    title: str
    author: User
    tags: list


class UserFactory(factory.Factory):
    class Meta:
        model = User

    class Params:
        boss = factory.Trait(admin=True, rank=9)

    name = factory.Sequence(lambda n: f"user{n}")
    mail = factory.LazyAttribute(lambda user: f"{user.name}@example.org")
    rank = fuzzy.FuzzyInteger(1, 5)


class PostFactory(factory.Factory):
    class Meta:
        model = Post

    title = factory.Faker("sentence", nb_words=3)
    author = factory.SubFactory("factory_boy_objects.UserFactory", rank=3)
    tags = factory.List([factory.Iterator(["a", "b"]), "fixed"])

    @factory.post_generation
    def marked(self, create, extracted, **kwargs):
        if extracted:
            self.tags.append(f"{extracted} {create} {kwargs}")


def run() -> str:
    factory.random.reseed_random(7)
    UserFactory.reset_sequence(1)
    lines = [
        str(UserFactory()),
        str(UserFactory.build(boss=True)),
        str(UserFactory.create_batch(2, name=factory.Iterator(["x", "y"]))),
        str(PostFactory(marked="m", marked__k=1)),
        str(PostFactory(author__name="zoe")),
        str(factory.build(dict, FACTORY_CLASS=factory.DictFactory, a=1, b=factory.LazyFunction(lambda: 2))),
        str(UserFactory.stub(rank=1).mail),
        str(factory.make_factory(User, name="made", mail="m")().name),
    ]
    try:
        factory.make_factory(User)()
    except TypeError as error:
        lines.append(str(error))
    return "\n".join(lines)
