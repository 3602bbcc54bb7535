"""What users write, with the types that they must get; mypy and pyright check it (`make lint`)."""

from __future__ import annotations

import abc
from collections.abc import Callable
from typing import Literal, Protocol, assert_type

import hotplug
from greeter import Greeter
from hotplug import Catalog, CloseReport, Entry, Plugin


class Store(abc.ABC):
    @abc.abstractmethod
    def get(self, key: str) -> bytes: ...


class Plain:
    word: str = ""


class Box(Protocol):
    value: int


def a_protocol(plugin: Plugin) -> None:
    assert_type(plugin.lookup("Greeter", Greeter), Greeter)
    assert_type(plugin.lookup("Greeter", Greeter).greet(), str)
    assert_type(plugin.lookup("box", Box), Box)


def a_class(plugin: Plugin) -> None:
    assert_type(plugin.lookup("store", Store), Store)
    assert_type(plugin.lookup("plain", Plain), Plain)
    assert_type(plugin.lookup("count", int), int)


def any_type_form(plugin: Plugin) -> None:
    assert_type(plugin.lookup("shout", Callable[[str], int]), Callable[[str], int])
    assert_type(plugin.lookup("either", int | str), int | str)
    assert_type(plugin.lookup("names", list[str]), list[str])
    assert_type(plugin.lookup("mode", Literal["a", "b"]), Literal["a", "b"])


def without_a_contract(plugin: Plugin) -> None:
    assert_type(plugin.lookup("Greeter"), object)
    assert_type(plugin.symbols(), tuple[str, ...])


def a_handle(path: str) -> None:
    with hotplug.open(path, provides={"host": "1.0"}) as plugin:
        assert_type(plugin, Plugin)
        assert_type(plugin.version, str | None)
        assert_type(plugin.close(), CloseReport)
    assert_type(hotplug.open(hotplug.installed("eng")), Plugin)


def a_catalog() -> None:
    with Catalog("greeter.plugins", Greeter, paths=["plugins"]) as catalog:
        assert_type(catalog, Catalog[Greeter])
        assert_type(catalog.load("english"), Greeter)
        assert_type(catalog.load("english").greet(), str)
        assert_type(catalog["english"], Entry)
        assert_type(catalog.open("english"), Plugin)
    handlers = Catalog("handlers", Callable[[str], None], symbol="handle")
    assert_type(handlers.load("one"), Callable[[str], None])


def in_a_process() -> None:
    with hotplug.open("eng", boundary="process", limits=hotplug.Limits(deadline=1.5, concurrency=4)) as plugin:
        assert_type(plugin.lookup("Greeter", Greeter), Greeter)
        assert_type(plugin.close(timeout=3.0), CloseReport)
    with hotplug.deadline(2):
        pass


def what_the_checkers_refuse(plugin: Plugin) -> None:
    plugin.lookup("Greeter", contract=Greeter).shout()  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    plugin.lookup("Greeter").greet()  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    hotplug.open(3)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    hotplug.open("eng", boundary="sandbox")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    hotplug.open("eng", limits=3)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    hotplug.Limits(memory=3)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]


def a_policy(path: str, config: type[Plain]) -> None:
    policy = hotplug.Policy.read(path)
    assert_type(policy, hotplug.Policy)
    assert_type(policy.of("french").enabled, bool)
    with Catalog("greeter.plugins", Greeter, policy=policy, config=config) as catalog:
        assert_type(catalog.load("french"), Greeter)
        assert_type(catalog.unmatched(), dict[str, str])
