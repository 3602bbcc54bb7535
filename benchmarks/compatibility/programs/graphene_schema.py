"""Executes queries on a schema of classes that name each other by dotted strings; three wheels."""

import graphene
from graphene import relay

WHEELS = ("graphene==3.4.3", "graphql-core==3.2.6", "graphql-relay==3.2.0")


class Color(graphene.Enum):
    RED = 1
    BLUE = 2

    @property
    def description(self):
        return f"the color {self.name}"


class Ship(graphene.ObjectType):
    class Meta:
        interfaces = (relay.Node,)

    name = graphene.String(description="its name")
    color = Color()
    fleet = graphene.Field("graphene_schema.Fleet")

    @classmethod
    def get_node(cls, info, id):
        return Ship(id=id, name=f"ship {id}")

    def resolve_fleet(self, info):
        return Fleet(size=3)


class Fleet(graphene.ObjectType):
    size = graphene.Int()
    ships = graphene.List(lambda: Ship)

    def resolve_ships(self, info):
        return [Ship(id="1", name="a", color=Color.RED)]


class Add(graphene.Mutation):
    class Arguments:
        name = graphene.NonNull(graphene.String)

    ship = graphene.Field(Ship)

    def mutate(root, info, name):
        return Add(ship=Ship(id="9", name=name, color=Color.BLUE))


class Query(graphene.ObjectType):
    node = relay.Node.Field()
    ship = graphene.Field(Ship, when=graphene.Date())
    data = graphene.JSONString()

    def resolve_ship(self, info, when=None):
        return Ship(id="2", name=f"on {when}", color=Color.RED)

    def resolve_data(self, info):
        return {"a": [1]}


class Mutation(graphene.ObjectType):
    add = Add.Field()


def run() -> str:
    from graphene.test import Client
    from graphene.utils.module_loading import import_string
    from graphql_relay import to_global_id

    schema = graphene.Schema(query=Query, mutation=Mutation)
    client = Client(schema)
    lines = [str(schema)]
    for source in (
        '{ ship(when: "2024-02-29") { id name color fleet { size ships { name } } } data }',
        'mutation { add(name: "new") { ship { id name color } } }',
        f'{{ node(id: "{to_global_id("Ship", 5)}") {{ id ... on Ship {{ name }} }} }}',
        '{ ship(when: "nonsense") { id } }',
        "{ nothing }",
    ):
        lines.append(str(client.execute(source)))
    lines.append(str(import_string("graphene_schema.Fleet") is Fleet))
    return "\n".join(lines)
