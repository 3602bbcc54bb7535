"""Finds plugins and names by reflection, runs tests and a reactor's futures."""

from twisted.spread import jelly
from twisted.trial import unittest

WHEELS = ("twisted==26.10.0",)


class Case(unittest.TestCase):
    def test_good(self):
        assert self.id()

    def test_bad(self):
        assert not self.id()

    def test_error(self):
        raise KeyError("x")

    test_error.skip = "not now"


def run() -> str:
    import io

    from twisted import plugin, plugins
    from twisted.application.service import IServiceMaker
    from twisted.internet import defer, task
    from twisted.logger import Logger
    from twisted.persisted import aot
    from twisted.python import failure, modules, reflect
    from twisted.trial import reporter, runner

    lines = []
    lines.append(str(sorted(each.tapname for each in plugin.getPlugins(IServiceMaker, plugins))[:6]))
    lines.append(str(reflect.namedAny(f"{__name__}.Case.test_good").__name__))
    lines.append(str(reflect.namedModule(__name__).Case is Case))
    lines.append(reflect.qual(Case))
    lines.append(str(reflect.fullyQualifiedName(run)))
    stream = io.StringIO()
    result = reporter.VerboseTextReporter(stream)
    suite = runner.TestLoader().loadByName(f"{__name__}.Case")
    suite.run(result)
    lines.append(f"{result.testsRun} {len(result.failures)} {len(result.skips)} {result.successes}")
    lines.append(str(runner.TestLoader().loadByName(__name__).countTestCases()))

    clock = task.Clock()
    seen = []

    @defer.inlineCallbacks
    def steps():
        yield task.deferLater(clock, 3, seen.append, "late")
        try:
            yield defer.fail(ValueError("bad"))
        except ValueError as error:
            seen.append(str(error))
        return "done"

    steps().addCallback(seen.append)
    clock.advance(4)
    lines.append(str(seen))
    try:
        raise KeyError("k")
    except KeyError:
        lines.append(failure.Failure().getBriefTraceback().strip().splitlines()[-1].split(":")[-1])
    package = modules.getModule("twisted.plugins")
    lines.append(str(sorted(each.name for each in package.iterModules())[:3]))
    lines.append(str(modules.getModule(__name__).load() is reflect.namedModule(__name__)))
    lines.append(str(jelly.unjelly(jelly.jelly({"a": [1, (2, 3)]}))))
    lines.append(str(jelly.jelly(Jellied(4))))
    back = jelly.unjelly(jelly.jelly(Jellied(4)), jelly.DummySecurityOptions())
    lines.append(f"{type(back) is Jellied} {back.n}")
    written = aot.jellyToSource(Jellied(5))
    lines.append(written)
    lines.append(str(aot.unjellyFromSource(written).n))
    logger = Logger()
    lines.append(str(logger.namespace))
    return "\n".join(lines)


class Jellied(jelly.Jellyable):
    def __init__(self, n):
        self.n = n
