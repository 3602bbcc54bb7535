"""Calls hooks with wrappers, orders, history and plugins found by entry points; two wheels."""

import types

import pluggy
from stevedore import EnabledExtensionManager, ExtensionManager
from stevedore.driver import DriverManager
from stevedore.exception import NoMatches

WHEELS = ("pluggy==1.6.0", "stevedore==5.5.0")

hookspec, hookimpl = pluggy.HookspecMarker("demo"), pluggy.HookimplMarker("demo")


class Specification:
    @hookspec
    def collect(self, items, more):
        """Collect things."""

    @hookspec(firstresult=True)
    def first(self, value):
        """Give the first."""

    @hookspec(historic=True)
    def started(self, name):
        """Be told of it."""


class One:
    @hookimpl
    def collect(self, items):
        return [*items, 1]

    @hookimpl(tryfirst=True)
    def first(self, value):
        return value * 2 if value > 1 else None


class Wrapping:
    @hookimpl(wrapper=True)
    def collect(self, items, more):
        results = yield
        return [*results, [more]]


def run() -> str:
    lines = []
    manager = pluggy.PluginManager("demo")
    manager.add_hookspecs(Specification)
    manager.hook.started.call_historic(kwargs={"name": "early"}, result_callback=lines.append)
    manager.register(One(), name="one")
    manager.register(Wrapping())
    module = types.ModuleType("as_module")
    module.first = hookimpl(lambda value: "fallback")
    module.started = hookimpl(lambda name: f"told {name}")
    manager.register(module)
    lines.append(str(manager.hook.collect(items=[0], more="m")))
    lines += [str(manager.hook.first(value=2)), str(manager.hook.first(value=1))]
    manager.add_hookcall_monitoring(
        lambda name, methods, kwargs: lines.append(f"before {name}"),
        lambda outcome, *_: lines.append(str(outcome.get_result())),
    )
    manager.hook.first(value=3)
    manager.set_blocked("one")
    lines.append(str([name for name, _ in manager.list_name_plugin() if name in ("one", "as_module")]))
    try:
        manager.register(types.SimpleNamespace(collect=hookimpl(lambda wrong: 1)))
    except pluggy.PluginValidationError as error:
        lines.append(type(error).__name__)
    extensions = ExtensionManager("stevedore.example.formatter", invoke_on_load=False)
    lines.append(str(sorted(extensions.names())))
    driver = DriverManager("stevedore.example.formatter", "simple", invoke_on_load=True)
    lines.append("".join(driver.driver.format({"b": 2, "a": 1})))
    lines.append(driver["simple"].entry_point_target)
    chosen = EnabledExtensionManager("stevedore.example.formatter", lambda ext: ext.name.startswith("s"))
    lines.append(str(sorted(chosen.names())))
    try:
        DriverManager("stevedore.example.formatter", "none")
    except NoMatches as error:
        lines.append(str(error))
    made = ExtensionManager.make_test_instance([chosen["simple"]])
    lines.append(str(made.map(lambda ext: ext.name)))
    return "\n".join(lines)
