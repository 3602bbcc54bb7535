"""hotplug.testing.leaks tells an author what a plugin leaves in its host."""

from __future__ import annotations

import builtins
import os
import signal
import sys
import threading
import warnings

import pytest

import hotplug
from hotplug.testing import PluginMaker, leaks

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

KEPT: list[object] = []
TIDY = """
import atexit, logging, threading
logging.getLogger(__name__)
def greet(): return "hello"
"""


@pytest.fixture(autouse=True)
def put_back() -> Iterator[None]:
    directory, handler = os.getcwd(), signal.getsignal(signal.SIGTERM)
    filters, path = list(warnings.filters), list(sys.path)
    yield
    KEPT.clear()
    os.chdir(directory)
    signal.signal(signal.SIGTERM, handler)
    warnings.filters[:] = filters  # type: ignore[index]
    sys.path[:] = path
    os.environ.pop("LEFT_BY_A_TEST", None)
    builtins.__dict__.pop("left_by_a_test", None)


def test_a_tidy_plugin_leaves_nothing(make_plugin: PluginMaker) -> None:
    path = make_plugin.module("tidy.py", TIDY)
    found = leaks(path, lambda plugin: plugin.lookup("greet"), cycles=5)
    assert not found
    assert str(found) == f"{path} leaves nothing in 5 cycles"


def test_what_the_host_keeps_is_counted_and_who_keeps_it_named(make_plugin: PluginMaker) -> None:
    path = make_plugin.module("kept.py", "class Kept:\n    def f(self): pass")
    found = leaks(path, lambda plugin: KEPT.append(plugin.lookup("Kept")()), cycles=5)  # type: ignore[operator]
    assert found
    assert "object: kept.Kept (+5)" in found.grown
    assert f"an instance of kept.Kept, held by {__name__}.KEPT[7]" in found.survivors
    assert str(found).startswith(
        f"{path} leaves something behind\n  what grew in 5 cycles:\n    object: kept.Kept"
    )


@pytest.mark.parametrize(
    ("source", "left"),
    [
        ("import os\nos.environ['LEFT_BY_A_TEST'] = '1'", "gained environment: LEFT_BY_A_TEST=1"),
        ("import os\nos.chdir('/')", "gained current directory: /"),
        ("import builtins\nbuiltins.left_by_a_test = 1", "gained builtins: left_by_a_test"),
        (
            "import signal\ndef stop(*given): pass\nsignal.signal(signal.SIGTERM, stop)",
            "gained signal handler: SIGTERM stops.stop",
        ),
        (
            "import warnings\nwarnings.simplefilter('ignore', BytesWarning)",
            "gained warnings filter: ignore BytesWarning",
        ),
    ],
)
def test_what_is_changed_and_not_put_back_is_told(source: str, left: str, make_plugin: PluginMaker) -> None:
    found = leaks(make_plugin.module("stops.py", source), cycles=2)
    assert found
    assert left in found.left


def test_threads_files_and_finalizers_are_counted(make_plugin: PluginMaker) -> None:
    source = """
    import threading, weakref
    def leak(stop, kept):
        threading.Thread(target=stop.wait, name="left by a test").start()
        kept.append(open(__file__))
    """
    stop, files = threading.Event(), list[object]()
    path = make_plugin.module("leaky.py", source)
    before = set(threading.enumerate())
    try:
        found = leaks(path, lambda plugin: plugin.lookup("leak")(stop, files), cycles=2)  # type: ignore[operator]
    finally:
        stop.set()
        for thread in set(threading.enumerate()) - before:
            thread.join()
        for file in files:
            file.close()  # type: ignore[attr-defined]
    assert "thread: left by a test (+2)" in found.grown
    assert f"file descriptor: {path} (+2)" in found.grown
    assert "thread 'left by a test', which it started" in found.survivors


def test_what_fails_passes_and_the_plugin_is_closed(make_plugin: PluginMaker) -> None:
    path = make_plugin.module("tidy.py", TIDY)

    def use(plugin: hotplug.Plugin) -> None:
        KEPT.append(plugin)
        raise LookupError("of the use")

    with pytest.raises(LookupError, match="of the use"):
        leaks(path, use)
    with pytest.raises(hotplug.PluginClosed):
        KEPT[0].lookup("greet")  # type: ignore[attr-defined]


def test_the_fixture_fails_a_test_with_what_is_left(
    make_plugin: PluginMaker, no_leaks: Callable[..., None]
) -> None:
    no_leaks(make_plugin.module("tidy.py", TIDY), cycles=2)
    with pytest.raises(pytest.fail.Exception, match="gained environment: LEFT_BY_A_TEST=1"):
        no_leaks(make_plugin.module("bad.py", "import os\nos.environ['LEFT_BY_A_TEST'] = '1'"), cycles=2)
