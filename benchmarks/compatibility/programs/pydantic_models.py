"""Validates and serialises models of pydantic 1, with validators, generics, JSON schema and pickles."""

from __future__ import annotations

import datetime
import pickle
from typing import Dict, Generic, List, Literal, Optional, TypeVar, Union

from pydantic import BaseModel, BaseSettings, EmailStr, Field, ValidationError, conint, root_validator, validator
from pydantic.dataclasses import dataclass
from pydantic.generics import GenericModel
from pydantic.tools import parse_obj_as

WHEELS = ("pydantic==1.10.24",)

T = TypeVar("T")


class Address(BaseModel):
    street: str
    city: str = Field("Bern", alias="town")


class User(BaseModel):
    id: int
    name: str = "nobody"
    kind: Literal["a", "b"] = "a"
    signed: Optional[datetime.datetime] = None
    friends: List[User] = []
    homes: Dict[str, Address] = {}
    score: conint(gt=0, lt=10) = 5

    @validator("name")
    def not_empty(cls, value):
        if not value.strip():
            raise ValueError("is empty")
        return value.title()

    @root_validator
    def whole(cls, values):
        values.setdefault("name", "?")
        return values

    class Config:
        extra = "forbid"


User.update_forward_refs()


class Page(GenericModel, Generic[T]):
    items: List[T]


@dataclass
class Pair:
    left: int
    right: Union[int, str]


def run() -> str:
    user = User(id="3", name="ann lee", friends=[{"id": 1}], homes={"x": {"street": "s", "town": "Basel"}})
    lines = [repr(user), user.json(), str(user.dict(exclude={"friends"}, by_alias=True))]
    lines.append(str(pickle.loads(pickle.dumps(user)) == user))
    try:
        User(id="x", name=" ", kind="c", score=11, more=1)
    except ValidationError as error:
        lines += [str(error), error.json()]
    lines.append(User.schema_json())
    lines += [repr(Page[int](items=["1", 2])), repr(parse_obj_as(List[Pair], [{"left": "1", "right": "r"}]))]

    class Settings(BaseSettings):
        home: str = "none"
        depth: int = 2

        class Config:
            env_prefix = "demo_"

    import os

    os.environ["DEMO_DEPTH"] = "7"
    lines.append(repr(Settings()))
    try:
        type("Mail", (BaseModel,), {"__annotations__": {"mail": EmailStr}})
    except ImportError as error:
        lines.append(str(error))
    return "\n".join(lines)
