"""Injects dependencies by annotations that are strings, with scopes, providers and threads."""

from __future__ import annotations

import threading
from typing import Annotated, NewType

from injector import (
    AssistedBuilder,
    Binder,
    CallError,
    Inject,
    Injector,
    Module,
    UnsatisfiedRequirement,
    inject,
    multiprovider,
    provider,
    singleton,
    threadlocal,
)

WHEELS = ("injector==0.23.0",)

Name = NewType("Name", str)


class Database:
    @inject
    def __init__(self, name: Name) -> None:
        self.name = name


@singleton
class Service:
    @inject
    def __init__(self, database: Database, plugins: list[str]) -> None:
        self.database, self.plugins = database, plugins


class Report:
    @inject
    def __init__(self, service: Service, title: str) -> None:
        self.line = f"{title}: {service.database.name} {service.plugins}"


class Settings(Module):
    def configure(self, binder: Binder) -> None:
        binder.bind(Name, to=Name("memory"))
        binder.multibind(list[str], to=["configured"])

    @multiprovider
    def plugins(self) -> list[str]:
        return ["provided"]

    @provider
    @threadlocal
    def per_thread(self) -> threading.local:
        return threading.local()


class Unknown:
    def __init__(self, number: int) -> None:
        pass


def run() -> str:
    injector = Injector([Settings()])
    lines = [
        injector.get(Database).name,
        str(injector.get(Service) is injector.get(Service)),
        str(injector.get(Database) is injector.get(Database)),
        str(injector.get(Service).plugins),
        injector.get(AssistedBuilder[Report]).build(title="report").line,
        str(injector.get(threading.local) is injector.get(threading.local)),
    ]

    @inject
    def function(database: Database, extra: int) -> str:
        return f"{database.name} {extra}"

    lines.append(injector.call_with_injection(function, kwargs={"extra": 3}))

    def annotated(service: Inject[Service], plain: Annotated[int, "x"] = 1) -> str:
        return f"{service.database.name} {plain}"

    lines.append(injector.call_with_injection(inject(annotated)))
    child = injector.create_child_injector(lambda binder: binder.bind(Name, to=Name("child")))
    lines.append(child.get(Database).name)
    others = []
    thread = threading.Thread(target=lambda: others.append(injector.get(threading.local)))
    thread.start()
    thread.join()
    lines.append(str(others[0] is injector.get(threading.local)))
    try:
        Injector(auto_bind=False).get(Database)
    except UnsatisfiedRequirement as error:
        lines.append(type(error).__name__)
    try:
        injector.get(Unknown)
    except (CallError, TypeError) as error:
        lines.append(type(error).__name__)
    return "\n".join(lines)
