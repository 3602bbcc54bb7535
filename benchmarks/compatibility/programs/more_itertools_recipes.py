"""Uses many of the recipes, with pickles of their objects and threads."""

import pickle
from concurrent.futures import ThreadPoolExecutor

import more_itertools as mi
from more_itertools import (
    bucket,
    chunked,
    consecutive_groups,
    numeric_range,
    peekable,
    seekable,
    set_partitions,
    spy,
)
from more_itertools.recipes import grouper, powerset, sieve, unique_everseen

WHEELS = ("more-itertools==10.8.0",)


def run() -> str:
    ahead = peekable(range(5))
    ahead.prepend(-1)
    again = seekable(iter("abcde"))
    list(again)
    again.seek(2)
    groups = bucket(["a1", "b1", "a2"], key=lambda text: text[0])
    lines = [
        str(list(chunked(range(7), 3))),
        f"{ahead.peek()} {ahead[1:3]} {next(ahead)}",
        str(list(again)),
        str({key: list(groups[key]) for key in sorted(groups)}),
        str([list(group) for group in consecutive_groups([1, 2, 4, 5, 9])]),
        str(list(grouper("abcde", 2, incomplete="fill", fillvalue="-"))),
        str(list(powerset([1, 2, 3]))),
        str(list(sieve(30))),
        str(list(unique_everseen("AbBaCc", key=str.lower))),
        str([[len(part) for part in parts] for parts in set_partitions("abc", 2)]),
        str(spy("hello", 2)[0]),
        str(pickle.loads(pickle.dumps(numeric_range(1.0, 3.0, 0.5)))),
        str(list(mi.windowed_complete(range(4), 2))),
        str(mi.nth_product(8, range(2), range(3), range(4))),
        str(list(mi.interleave_longest([1, 2, 3], [4], [5, 6]))),
        str(mi.map_reduce(range(10), keyfunc=lambda n: n % 3, reducefunc=sum)),
        str(mi.one(["only"])),
    ]
    try:
        mi.one([1, 2])
    except ValueError as error:
        lines.append(str(error))
    shared = mi.callback_iter
    with shared(lambda callback: [callback(n) for n in range(3)]) as numbers:
        lines.append(str([args for args, _ in numbers]))
    with ThreadPoolExecutor(2) as pool:
        lines.append(str(list(pool.map(mi.ilen, ["a", "bc", "def"]))))
    lines.append(
        str(sum(hasattr(mi, name) for name in mi.__all__) if hasattr(mi, "__all__") else len(mi.more.__all__))
    )
    return "\n".join(lines)
