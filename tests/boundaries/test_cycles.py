"""Opening, using and closing real packages over and over leaves nothing: shortened here, in full by `make soak`.

The packages are those that a contributor has installed; each is made a wheel again, and opened from that.
"""

from __future__ import annotations

import gc
import io
import os
import sys
from contextlib import suppress
from importlib import import_module
from importlib.metadata import PackageNotFoundError, distribution
from typing import TYPE_CHECKING, Any

import pytest

import hotplug

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from hotplug.testing import PluginMaker

with suppress(ImportError):
    import_module("charset_normalizer")  # requests', native: it leaves modules that nobody finds

SOAK = bool(os.environ.get("HOTPLUG_SOAK"))
MEMORY = 2 * 1024**2

SMALL = """
import atexit, logging, typing, warnings
Own = typing.TypeVar("Own")
class Kept(typing.Generic[Own]): pass
class Odd(UserWarning): pass
kept: typing.Dict[str, Kept[int]] = {"a": Kept()}
log = logging.getLogger(__name__)
warnings.simplefilter("ignore", Odd)
atexit.register(kept.clear)
@typing.overload
def use(x: int) -> int: ...
@typing.overload
def use(x: str) -> str: ...
def use(x): return x
"""


def use_small(plugin: hotplug.Plugin) -> None:
    assert value(plugin, "use")(7) == 7


def use_jinja2(plugin: hotplug.Plugin) -> None:
    template = value(plugin, "jinja2:Template")("{% for each in all %}{{ each|upper }}{% endfor %}")
    assert template.render(all="ab") == "AB"


def use_rich(plugin: hotplug.Plugin) -> None:
    table = value(plugin, "rich.table:Table")("one", "two")
    table.add_row("[bold]hello[/]", "universe")
    console = value(plugin, "rich.console:Console")(file=io.StringIO(), width=40)
    console.print(table)
    assert "universe" in console.file.getvalue()


def use_requests(plugin: hotplug.Plugin) -> None:
    with value(plugin, "requests:Session")() as session:
        request = value(plugin, "requests:Request")("GET", "http://example.invalid/", params={"a": 1})
        assert session.prepare_request(request).url == "http://example.invalid/?a=1"


def use_click(plugin: hotplug.Plugin) -> None:
    command = value(plugin, "click:command")()(lambda: None)
    assert value(plugin, "click.testing:CliRunner")().invoke(command).exit_code == 0


def use_pygments(plugin: hotplug.Plugin) -> None:
    lexer, formatter = (
        value(plugin, "pygments.lexers:PythonLexer"),
        value(plugin, "pygments.formatters:HtmlFormatter"),
    )
    assert "class" in value(plugin, "pygments:highlight")("x = 1", lexer(), formatter())


USES: dict[str, Callable[[hotplug.Plugin], None]] = {
    "jinja2": use_jinja2,
    "rich": use_rich,
    "requests": use_requests,
    "click": use_click,
    "pygments": use_pygments,
}


def value(plugin: hotplug.Plugin, symbol: str) -> Any:
    return plugin.lookup(symbol)


def rewrapped(name: str, make_plugin: PluginMaker) -> Path:
    """Return a wheel with the modules of an installed distribution."""
    try:
        installed = distribution(name)
    except PackageNotFoundError:
        pytest.skip(f"{name} is not installed")
    files = {
        str(path): path.read_binary()
        for path in installed.files or ()
        if path.parts[0] != ".." and not path.parts[0].endswith(".dist-info") and "__pycache__" not in path.parts
    }
    return make_plugin.wheel(name, files, version=installed.version)


def resident() -> int:
    """Return the memory of this process that is in use, in bytes."""
    with open("/proc/self/statm", "rb") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def assert_flat(path: Path, use: Callable[[hotplug.Plugin], None], cycles: int) -> None:
    def cycle() -> None:
        plugin = hotplug.open(path)
        use(plugin)
        assert plugin.close() == hotplug.CloseReport(unloaded=True)

    for number in range(max(3, cycles // 4)):  # until the host's caches are full and the allocator has its arenas
        cycle()
        if number % 20 == 0:
            gc.collect()
    gc.collect()
    modules, objects, memory = set(sys.modules), len(gc.get_objects()), resident() if SOAK else 0
    for number in range(cycles):
        cycle()
        if number % 20 == 0:  # what nothing but a cycle of references holds waits for the collector, as anywhere
            gc.collect()
    gc.collect()
    assert set(sys.modules) == modules
    assert abs(len(gc.get_objects()) - objects) < (50 if SOAK else 50 + cycles)  # caches fill up, but to an end
    if SOAK:
        assert resident() - memory < MEMORY


@pytest.mark.soak
def test_cycles_of_a_small_plugin_that_registers_much_leave_nothing(make_plugin: PluginMaker) -> None:
    assert_flat(make_plugin.module("small.py", SMALL), use_small, 2000 if SOAK else 30)


@pytest.mark.soak
@pytest.mark.parametrize("name", USES)
def test_cycles_of_a_real_package_leave_nothing(name: str, make_plugin: PluginMaker) -> None:
    assert_flat(rewrapped(name, make_plugin), USES[name], 200 if SOAK else 3)
