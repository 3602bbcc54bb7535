"""Builds a schema, validates and executes queries with asyncio, and reports errors."""

import asyncio

WHEELS = ("graphql-core==3.2.6",)

SDL = """
"A person."
type Person { name: String! friends(first: Int = 2): [Person!]! age: Int @deprecated(reason: "old") }
union Thing = Person | Place
type Place { title: String }
enum Color { RED BLUE }
input Filter { color: Color = RED, names: [String!] }
type Query { me: Person find(filter: Filter): [Thing] broken: Int slow: String }
type Mutation { rename(name: String!): Person }
"""


def run() -> str:
    import graphql
    from graphql import (
        GraphQLError,
        build_schema,
        graphql_sync,
        introspection_from_schema,
        parse,
        print_ast,
        print_schema,
    )
    from graphql.pyutils import snake_to_camel
    from graphql.utilities import build_client_schema, find_breaking_changes
    from graphql.validation import validate

    schema = build_schema(SDL)
    people = {"ann": {"name": "ann", "age": 3}, "bob": {"name": "bob"}}
    schema.type_map["Person"].fields["friends"].resolve = lambda person, info, first: list(people.values())[:first]
    schema.type_map["Thing"].resolve_type = lambda value, info, kind: "Person" if "name" in value else "Place"

    def broken(*_):
        raise GraphQLError("on purpose", extensions={"code": 7})

    async def slow(*_):
        await asyncio.sleep(0)
        return "done"

    root = {
        "me": people["ann"],
        "find": lambda info, filter=None: [people["bob"], {"title": str(filter)}],
        "broken": broken,
        "slow": slow,
        "rename": lambda info, name: {"name": name},
    }
    lines = []
    for source, variables in (
        ("{ me { name ...More } } fragment More on Person { friends(first: 1) { name } }", None),
        (
            "query($f: Filter) { find(filter: $f) { __typename ... on Person { name } ... on Place { title } } }",
            {"f": {"names": ["x"]}},
        ),
        ("{ me { name } broken }", None),
        ('mutation { rename(name: "zoe") { name } }', None),
        ("query($f: Filter) { find(filter: $f) { __typename } }", {"f": {"color": "GREEN"}}),
    ):
        result = graphql_sync(schema, source, root, variable_values=variables)
        lines.append(f"{result.data} {[error.formatted for error in result.errors or ()]}")
    result = asyncio.run(graphql.graphql(schema, "{ slow me { name } }", root))
    lines.append(str(result.data))
    lines += [error.message for error in validate(schema, parse("{ me { nam } nothing }"))]
    try:
        parse("{ me { }")
    except GraphQLError as error:
        lines.append(str(error))
    lines.append(print_ast(parse("query Q { me{name} }")))
    lines.append(print_schema(schema))
    again = build_client_schema(introspection_from_schema(schema))
    lines.append(str(print_schema(again) == print_schema(schema)))
    changed = build_schema(SDL.replace("title: String", "title: Int"))
    lines.append(str([change.description for change in find_breaking_changes(schema, changed)]))
    lines.append(snake_to_camel("some_name"))
    return "\n".join(lines)
