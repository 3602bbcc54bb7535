"""Pickles functions, closures, classes, sessions and modules within the process."""

import dill

WHEELS = ("dill==0.4.0",)

BASE = 10


class Counter:
    def __init__(self, start=0):
        self.count = start

    def up(self, by=1):
        self.count += by
        return self


def shifted(number):
    return number + BASE


def run() -> str:
    def closure(factor):
        return lambda number: factor * number + BASE

    lines = [
        str(dill.loads(dill.dumps(shifted))(1)),
        str(dill.loads(dill.dumps(closure(3)))(2)),
        str(dill.loads(dill.dumps(shifted, recurse=True))(5)),
        str(dill.loads(dill.dumps(Counter(2))).up(3).count),
        str(dill.loads(dill.dumps(Counter, byref=True)) is Counter),
        str(dill.copy([Counter(1), {"a": {1}}])[0].count),
        str(dill.pickles(lambda: 1)),
        dill.source.getsource(shifted),
        str(dill.detect.freevars(closure(2))),
        str(dill.loads(dill.dumps(dill.settings))["recurse"]),
        str(dill.loads(dill.dumps(range(3)))),
    ]

    class Local(Counter):
        def twice(self):
            return super().up(2 * self.count)

    lines.append(str(dill.loads(dill.dumps(Local(4))).twice().count))
    lines.append(str(dill.loads(dill.dumps(Local))(1).twice().count))
    import functools
    import tempfile

    lines.append(str(dill.loads(dill.dumps(functools.partial(shifted, 1)))()))
    with tempfile.NamedTemporaryFile() as file:
        dill.dump({"f": shifted, "c": Counter(1)}, file)
        file.seek(0)
        lines.append(str(dill.load(file)["f"](2)))
    lines.append(dill.temp.load(dill.temp.dump([1, 2])).__class__.__name__)
    import dill._dill as inner

    lines.append(f"{inner.Pickler.__name__} {dill.loads(dill.dumps(inner.Pickler)) is inner.Pickler}")
    return "\n".join(lines)
