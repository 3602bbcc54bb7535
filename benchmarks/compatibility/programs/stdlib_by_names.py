"""Uses what the standard library finds by names: pickles, type hints, doctests, tests, loggers, warnings, runpy."""

from __future__ import annotations

import abc
import copy
import copyreg
import doctest
import functools
import logging
import logging.config
import pickle
import typing
import unittest
import warnings

WHEELS = ("zope-dottedname==7.1",)


class Base(abc.ABC):
    @abc.abstractmethod
    def go(self) -> Later: ...


class Later:
    """A thing.

    >>> Later(2).twice()
    4
    >>> from stdlib_by_names import Later as Found
    >>> Found is Later
    True
    >>> Later("x") + 1
    Traceback (most recent call last):
        ...
    KeyError: 'no'
    """

    def __init__(self, n):
        self.n = n

    def twice(self):
        return self.n * 2

    def __add__(self, other):
        raise KeyError("no")


class Collect(logging.Handler):
    kept: list = []

    def emit(self, record):
        self.kept.append(f"{record.levelname} {self.format(record)} {record.module} {record.funcName}")


class Case(unittest.TestCase):
    def test_one(self):
        with self.assertWarns(DeprecationWarning), self.assertLogs(__name__) as logs:
            old()
            logging.getLogger(__name__).info("hello")
        assert len(logs.output) == 1

    @unittest.expectedFailure
    def test_two(self):
        with unittest.mock.patch(f"{__name__}.old", return_value=3):
            assert old() == 4


def old():
    warnings.warn("old", DeprecationWarning, stacklevel=2)


@functools.singledispatch
def shown(value):
    return "any"


@shown.register
def _(value: Later):
    return f"later {value.n}"


@shown.register
def _(value: typing.Union[int, float]):
    return "number"


def run() -> str:
    import importlib.resources
    import io
    import multiprocessing
    import pkgutil
    import runpy
    import unittest.mock
    from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

    from zope.dottedname import resolve

    lines = [str(typing.get_type_hints(Base.go)["return"] is Later), str(Later.__module__)]
    copyreg.pickle(Later, lambda later: (Later, (later.n + 1,)))
    lines.append(
        f"{pickle.loads(pickle.dumps(Later(1))).n} {copy.copy(Later(5)).n} {copy.deepcopy([Later(7)])[0].n}"
    )
    lines.append(f"{shown(Later(2))} {shown(2.5)} {shown('')}")
    lines.append(str(resolve.resolve(f"{__name__}.Later.twice").__qualname__))
    results = doctest.testmod(__import__(__name__), verbose=False)
    lines.append(str(results))
    stream = io.StringIO()
    tests = unittest.TestLoader().loadTestsFromTestCase(Case)
    done = unittest.TextTestRunner(stream=stream).run(tests)
    lines.append(f"{done.testsRun} {len(done.failures)} {len(done.errors)} {len(done.expectedFailures)}")
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "handlers": {"c": {"class": f"{__name__}.Collect", "formatter": "f"}},
            "formatters": {"f": {"format": "%(message)s at %(filename)s"}},
            "loggers": {"demo": {"handlers": ["c"], "level": "INFO"}},
        }
    )
    logging.getLogger("demo").info("configured")
    lines.append(str(Collect.kept))
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        warnings.filterwarnings("ignore", module=__name__)
        old()
        warnings.filterwarnings("always", module=__name__)
        old()
    lines.append(str([(str(each.message), each.filename.rpartition("/")[2]) for each in seen]))
    with ThreadPoolExecutor(2) as pool:
        lines.append(str(list(pool.map(shown, [1, Later(3)]))))
    context = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        lines.append(str([each.n for each in pool.map(made, [1, 2])]))
    lines.append(str(runpy.run_module(__name__, run_name="other")["__name__"]))
    lines.append(str(pkgutil.resolve_name(f"{__name__}:Later.twice").__name__))
    lines.append(str(pkgutil.get_data("zope.dottedname", "__init__.py") is not None))
    lines.append(str(importlib.resources.files("zope.dottedname").joinpath("resolve.py").is_file()))

    @functools.total_ordering
    class Sized(Base):
        def go(self):
            return Later(0)

        def __lt__(self, other):
            return False

    lines.append(f"{Sized().go().n} {Sized() >= Sized()} {issubclass(Sized, Base)}")
    made_class = type("Made", (Later,), {"__module__": __name__})
    globals()["Made"] = made_class
    lines.append(str(type(pickle.loads(pickle.dumps(made_class(3)))) is made_class))
    return "\n".join(lines)


def made(n):
    return Later(n)
