"""Keeps the program's own objects in files and a database, by pickles that it reads again."""

import enum
from dataclasses import dataclass
from typing import NamedTuple

WHEELS = ("diskcache==5.6.3",)


class Pair(NamedTuple):
    a: int
    b: int


class Kind(enum.Enum):
    ONE = 1


@dataclass(frozen=True)
class Point:
    x: int
    kind: Kind = Kind.ONE


def run() -> str:
    import diskcache

    lines = []
    with diskcache.Cache("cached") as cache:
        cache["point"] = Point(3)
        cache[Pair(1, 2)] = [Kind.ONE, Pair(3, 4)]
        cache.set("gone", "x", expire=-1)
        lines.append(
            f"{cache['point'] == Point(3)} {type(cache['point']) is Point} {cache['point'].kind is Kind.ONE}"
        )
        lines.append(f"{cache[Pair(1, 2)]} {cache.get('gone', default='expired')}")

        @cache.memoize(tag="t")
        def squared(n):
            lines.append(f"called {n}")
            return Point(n * n)

        lines.append(str([squared(2), squared(2)]))
        lines.append(str(squared.__cache_key__(2)).replace("squared", "s"))
        lines.append(str(cache.evict("t")))
        with cache.transact():
            cache.incr("n", 5)
        lines.append(str(cache["n"]))
    with diskcache.Cache("cached") as again:
        lines.append(str(again["point"]))
    deque = diskcache.Deque([Point(1), Point(2)], directory="deque")
    deque.rotate()
    lines.append(str(list(deque)))
    index = diskcache.Index("index", {"k": Kind.ONE})
    lines.append(str(list(index.items())))
    fan = diskcache.FanoutCache("fan", shards=2)
    fan.set("p", Pair(5, 6))
    lines.append(str(fan.get("p")))
    return "\n".join(lines)
