"""Reads classes and functions from arguments, which name them by import paths."""

from dataclasses import dataclass
from typing import Callable, Optional

WHEELS = ("jsonargparse==4.53.0",)


@dataclass
class Options:
    """Some options.

    Args:
        depth: How deep.
        name: What it is called.
    """

    depth: int = 1
    name: Optional[str] = None


OPTIONS, THREE = Options(), Options(3)


class Base:
    def __init__(self, size: int = 2):
        self.size = size


class Derived(Base):
    def __init__(self, more: "list[int]" = (), **kwargs):
        super().__init__(**kwargs)
        self.more = more


class Holder:
    def __init__(self, base: Base, options: Options = OPTIONS, how: Callable[[int], int] = abs):
        self.base, self.options, self.how = base, options, how


def doubled(number: int) -> int:
    return number * 2


def command(first: int, second: "Options" = THREE) -> str:
    """Do it.

    Args:
        first: The first.
        second: The second.
    """
    return f"{first} {second}"


def run() -> str:
    from jsonargparse import CLI, ArgumentParser, auto_cli

    lines = []
    parser = ArgumentParser(prog="demo", exit_on_error=False)
    parser.add_argument("--config", action="config")
    parser.add_class_arguments(Holder, "holder")
    arguments = [
        f"--holder.base={__name__}.Derived",
        "--holder.base.more=[3,4]",
        "--holder.base.size=7",
        "--holder.options.depth=9",
        f"--holder.how={__name__}.doubled",
    ]
    config = parser.parse_args(arguments)
    lines.append(parser.dump(config))
    made = parser.instantiate_classes(config).holder
    lines.append(f"{type(made.base) is Derived} {made.base.more} {made.base.size} {made.options} {made.how(4)}")
    for wrong in ("nowhere.Thing", f"{__name__}.Options", "Derived"):
        try:
            lines.append(str(parser.parse_args([f"--holder.base={wrong}"]).holder.base))
        except Exception as error:
            lines.append(f"{type(error).__name__}: {error}")
    parser = ArgumentParser(prog="sub", exit_on_error=False)
    parser.add_subclass_arguments(Base, "thing")
    lines.append(str(parser.parse_args([f"--thing={__name__}.Derived", "--thing.more+=5"])))
    lines.append(CLI(command, args=["5", "--second.depth=8"]))
    lines.append(auto_cli([command, doubled], args=["doubled", "21"]).__str__())
    return "\n".join(lines)
