"""Keeps results of functions on disk, and runs functions in threads."""

WHEELS = ("joblib==1.6.0",)

calls = []


def slow(number, factor=2):
    calls.append(number)
    return number * factor


class Value:
    def __init__(self, n):
        self.n = n

    def __eq__(self, other):
        return self.n == other.n

    def __hash__(self):
        return self.n


def run() -> str:
    import os

    import joblib

    calls.clear()
    memory = joblib.Memory("kept", verbose=0)
    kept = memory.cache(slow)
    lines = [str([kept(1), kept(1), kept(2), kept(1, factor=3)]), str(calls)]
    lines.append(str(kept.check_call_in_cache(2)))
    places = sorted(
        os.path.relpath(os.path.join(folder, name), "kept").split(os.sep)[:4]
        for folder, _, names in os.walk("kept")
        for name in names
        if name == "func_code.py"
    )
    lines.append(str(places))
    lines.append(str(joblib.Parallel(n_jobs=2, prefer="threads")(joblib.delayed(slow)(n) for n in range(4))))
    joblib.dump({"v": Value(3), "l": [1, 2]}, "dumped.pkl")
    loaded = joblib.load("dumped.pkl")
    lines.append(str(loaded["v"] == Value(3) and type(loaded["v"]) is Value))
    lines.append(joblib.hash([1, "a", {"x": 2}]))
    lines.append(str(joblib.hash(Value(1)) == joblib.hash(Value(1))))
    lines.append(str(len(joblib.hash(slow))))
    kept.clear(warn=False)
    lines.append(str(kept(1)))
    from joblib.func_inspect import format_signature, get_func_name

    lines.append(str(get_func_name(slow)))
    lines.append(str(format_signature(slow, 1, factor=2)))
    return "\n".join(lines)
