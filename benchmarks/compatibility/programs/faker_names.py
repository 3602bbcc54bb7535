"""Invents people, texts and profiles of several countries from a seed, with a provider of its own."""

WHEELS = ("faker==37.11.0",)


def run() -> str:
    from faker import Factory, Faker
    from faker.config import AVAILABLE_LOCALES, PROVIDERS
    from faker.generator import Generator
    from faker.providers import BaseProvider, DynamicProvider

    Faker.seed(4321)
    lines = []
    for name in ("en_US", "de_CH", "ja_JP", "sv_SE", "ru_RU"):
        fake = Faker(name)
        fake.seed_instance(17)
        lines.append(
            " | ".join(
                [name, fake.name(), fake.address().replace("\n", ", "), fake.company(), fake.phone_number()]
            )
        )
    both = Faker(["en_US", "de_DE"])
    both.seed_instance(3)
    lines += [both.name() for _ in range(3)]

    class Own(BaseProvider):
        def greeting(self):
            return self.random_element(("hello", "hi"))

    fake = Faker()
    fake.seed_instance(5)
    fake.add_provider(Own)
    fake.add_provider(DynamicProvider("animal", ["cat", "dog", "owl"]))
    lines += [fake.greeting(), fake.animal(), fake.sentence(), fake.ipv4(), fake.pystr(3, 5), fake.color_name()]
    lines.append(str(fake.unique.random_int(1, 3) + fake.unique.random_int(1, 3) + fake.unique.random_int(1, 3)))
    lines.append(str(sorted(fake.simple_profile())))
    lines.append(fake.bothify("??-##") + fake.parse("{{greeting}} {{animal}}"))
    lines.append(f"{len(AVAILABLE_LOCALES) > 50} {sorted(PROVIDERS)[:3]}")
    lines.append(f"{Factory.create('fr_FR').__class__ is Generator} {fake.locales}")
    try:
        Faker("xx_XX")
    except AttributeError as error:
        lines.append(str(error))
    from faker.cli import Command

    Command(["faker", "--seed", "1", "-r", "2", "-s", ";\n", "first_name"]).execute()
    return "\n".join(lines)
