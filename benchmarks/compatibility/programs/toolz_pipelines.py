"""Composes functions, curries, groups and joins, through toolz and its generated module tlz."""

import pickle

import tlz
import toolz
from tlz.curried import filter as curried_filter
from tlz.curried import get, map, pipe
from toolz import accumulate, compose, curry, groupby, join, memoize, merge_with, sliding_window, thread_last
from toolz.sandbox import EqualityHashKey, fold, parallel

WHEELS = ("toolz==1.0.0",)

PEOPLE = [("ann", "CH", 3), ("bob", "SE", 5), ("cyn", "CH", 7)]


@curry
def scaled(by, number):
    return by * number


def run() -> str:
    lines = [
        str(pipe(PEOPLE, map(get(2)), curried_filter(lambda n: n > 3), list)),
        str(groupby(1, PEOPLE)),
        str(list(join(1, PEOPLE, 0, [("CH", "Bern"), ("SE", "Stockholm")]))),
        str(merge_with(sum, {"a": 1}, {"a": 2, "b": 3})),
        str(list(sliding_window(2, range(4)))),
        str(list(accumulate(lambda a, b: a * b, [1, 2, 3, 4]))),
        str(thread_last([1, 2, 3], (tlz.curried.map, scaled(2)), list)),
        compose(str, scaled(3))(2),
        str(pickle.loads(pickle.dumps(scaled(5)))(2)),
        str(pickle.loads(pickle.dumps(toolz.curried.map))(str, [1]).__class__.__name__),
        str(tlz.frequencies("abca")),
        str(tlz.groupby is toolz.groupby),
        str(fold(lambda a, b: a + b, range(10), 0, map=map)),
        str(EqualityHashKey(None, [1]) == EqualityHashKey(None, [1])),
        parallel.__name__.rpartition(".")[2],
        str(toolz.update_in({"a": {"b": 1}}, ["a", "b"], lambda n: n + 1)),
        str(toolz.dicttoolz.keyfilter(str.isalpha, {"a": 1, "1": 2})),
        str(sorted(name for name in dir(toolz.curried) if name.startswith("re"))),
    ]
    calls = []

    @memoize
    def once(number):
        calls.append(number)
        return number

    once(1), once(1)
    lines.append(str(calls))
    import importlib

    lines.append(str(list(importlib.import_module("tlz").pluck(0, PEOPLE))))
    return "\n".join(lines)
