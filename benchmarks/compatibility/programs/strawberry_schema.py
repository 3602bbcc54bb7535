"""Answers GraphQL queries by classes whose annotations are strings, found in the program's own module."""

from __future__ import annotations

import enum
from typing import Annotated, Optional

import strawberry

WHEELS = ("strawberry-graphql==0.341.2", "graphql-core==3.3.2")


@strawberry.enum
class Kind(enum.Enum):
    GOOD = "good"
    BAD = "bad"


@strawberry.interface
class Node:
    id: strawberry.ID


@strawberry.type
class Author(Node):
    name: str

    @strawberry.field
    def books(self, kind: Kind | None = None) -> list[Book]:
        return [book for book in BOOKS if kind is None or book.kind is kind]


@strawberry.type
class Book(Node):
    title: str
    kind: Kind
    author: Annotated["Author", strawberry.lazy(__name__)]
    more: Optional["Book"] = None


@strawberry.input
class New:
    title: str
    kind: Kind = Kind.GOOD


@strawberry.type
class Query:
    @strawberry.field
    def author(self, info: strawberry.Info, id: strawberry.ID) -> Author | None:
        """Finds an author."""
        return ANN if id == "1" else None

    @strawberry.field
    async def either(self) -> Annotated["Author | Book", strawberry.union("Either")]:
        return BOOKS[0]


@strawberry.type
class Mutation:
    @strawberry.mutation
    def add(self, new: New) -> Book:
        return Book(id=strawberry.ID("9"), title=new.title, kind=new.kind, author=ANN)


ANN = Author(id=strawberry.ID("1"), name="Ann")
BOOKS = [Book(id=strawberry.ID("2"), title="T", kind=Kind.GOOD, author=ANN)]


def run() -> str:
    import asyncio

    schema = strawberry.Schema(Query, Mutation)
    lines = [schema.as_str()]
    for query in (
        '{ author(id: "1") { name books(kind: GOOD) { title kind author { name } more { id } } } }',
        'mutation { add(new: {title: "N"}) { id title kind } }',
        "{ nothing }",
        '{ author(id: "2") { name } }',
    ):
        result = schema.execute_sync(query)
        lines.append(f"{result.data} {[error.message for error in result.errors or ()]}")
    lines.append(str(asyncio.run(schema.execute("{ either { __typename ... on Book { title } } }")).data))
    lines.append(str(schema.introspect()["__schema"]["queryType"]))
    return "\n".join(lines)
