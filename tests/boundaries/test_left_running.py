"""What runs on or stays in place after a plugin is unloaded: threads, pools, hooks, signal handlers."""

from __future__ import annotations

import gc
import signal
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

import hotplug
from hotplug.testing import PluginMaker

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

PATIENCE = 10.0
POOL = """
from concurrent.futures import ThreadPoolExecutor
class Work:
    def __init__(self): self.pool = ThreadPoolExecutor(1, thread_name_prefix="own")
    def run(self): return self.pool.submit(int).result()
    def threads(self): return list(self.pool._threads)
work = Work()
work.run()
"""


def test_an_idle_pool_that_the_plugin_made_is_its_own_where_it_lives_on(make_plugin: PluginMaker) -> None:
    plugin = hotplug.open(make_plugin.module("pooled.py", POOL))
    run: Any = plugin.lookup("work.run")
    threads: Any = plugin.lookup("work.threads")
    [thread] = threads()
    del threads
    report = plugin.close()
    assert f"thread {thread.name!r}, of a pool that it made" in report.survivors
    assert run() == 0
    run.__self__.pool.shutdown()


def test_an_idle_pool_ends_with_the_plugin_that_made_it(make_plugin: PluginMaker) -> None:
    plugin = hotplug.open(make_plugin.module("pooled.py", POOL))
    threads: Any = plugin.lookup("work.threads")
    [thread] = threads()
    del threads
    assert plugin.close() == hotplug.CloseReport(unloaded=True)
    thread.join(PATIENCE)
    assert not thread.is_alive()


def test_a_pool_of_the_hosts_is_the_hosts_though_the_plugin_started_its_threads(make_plugin: PluginMaker) -> None:
    source = "def work(pool): return pool.submit(int).result()\ndef held(): pass"
    plugin = hotplug.open(make_plugin.module("works.py", source))
    with ThreadPoolExecutor(1) as pool:
        plugin.lookup("work")(pool)  # type: ignore[operator]
        POOLS.append(pool)
        held = plugin.lookup("held")
        HELD.append(held)
        assert len(pool._threads) == 1
        report = plugin.close()
        assert [line for line in report.survivors if line.startswith("thread")] == []
        POOLS.clear()
        HELD.clear()
    del held


def test_a_thread_that_runs_generated_code_is_the_plugins(make_plugin: PluginMaker) -> None:
    source = """
    import threading, _thread
    stop, ready = threading.Event(), threading.Event()
    space = {"stop": stop, "ready": ready}
    exec("def wait():\\n    ready.set()\\n    stop.wait()", space)
    def start(): threading.Thread(target=space["wait"], name="generated").start()
    exec("import threading\\nthread = threading.Thread(target=stop.wait, name='also')\\nthread.start()", space)
    def start_raw(): _thread.start_new_thread(space["wait"], ())
    """
    for start, line in (
        ("start", "thread 'generated', running wait"),
        ("start_raw", "thread, running wait"),
    ):
        plugin = hotplug.open(make_plugin.module("makes.py", source))
        stop, ready = (plugin.lookup(f"makes:{name}", threading.Event) for name in ("stop", "ready"))
        thread = plugin.lookup("makes:space", dict[str, Any])["thread"]
        plugin.lookup(start)()  # type: ignore[operator]
        assert ready.wait(PATIENCE)
        report = plugin.close()
        stop.set()
        thread.join(PATIENCE)
        assert line in report.survivors
        assert "thread 'also', which it started" in report.survivors
        for each in threading.enumerate():
            if each.name == "generated":
                each.join(PATIENCE)


def test_what_a_thread_holds_is_told_once_with_the_thread(make_plugin: PluginMaker) -> None:
    source = """
    import threading
    stop = threading.Event()
    def wait(): stop.wait()
    thread = threading.Thread(target=wait, name="waits")
    thread.start()
    """
    plugin = hotplug.open(make_plugin.module("waits.py", source))
    stop = plugin.lookup("waits:stop", threading.Event)
    report = plugin.close()
    stop.set()
    assert report.survivors == ("thread 'waits', running wait",)


def test_a_timer_of_the_hosts_that_will_call_the_plugin_holds_it(make_plugin: PluginMaker) -> None:
    plugin = hotplug.open(make_plugin.module("polls.py", "def poll(): pass"))
    timer = threading.Timer(3600, plugin.lookup("poll"))  # type: ignore[arg-type]
    timer.name = "of the host"
    timer.start()
    report = plugin.close()
    timer.cancel()
    timer.join(PATIENCE)
    assert report.survivors == ("function polls.poll, held by thread 'of the host'.function",)


HOOKS = {
    "sys.excepthook": "import sys\ndef hook(*given): ...\nsys.excepthook = hook",
    "sys.unraisablehook": "import sys\ndef hook(*given): ...\nsys.unraisablehook = hook",
    "threading.excepthook": "import threading\ndef hook(*given): ...\nthreading.excepthook = hook",
    "builtins.print": "import builtins\ndef hook(*given): ...\nbuiltins.print = hook",
    "warnings.showwarning": "import warnings\ndef hook(*given): ...\nwarnings.showwarning = hook",
    "logging.logRecordFactory": "import logging\ndef hook(*given): ...\nlogging.setLogRecordFactory(hook)",
}


@pytest.mark.parametrize("failing", [False, True])
@pytest.mark.parametrize("place", HOOKS)
def test_a_hook_stays_and_is_named(
    place: str, failing: bool, make_plugin: PluginMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    module, _, name = place.partition(".")
    name = "_logRecordFactory" if "Factory" in name else name
    monkeypatch.setattr(sys.modules[module], name, getattr(sys.modules[module], name))  # put back afterwards
    path = make_plugin.module("own.py", HOOKS[place] + ("\nraise ValueError" if failing else ""))
    report = closed(path)
    assert report is not None
    assert report.survivors == (f"{place}: own.hook",)
    assert not report.unloaded
    assert sys.modules[module].__dict__[name].__name__ == "hook"


def closed(path: Any) -> hotplug.CloseReport | None:
    try:
        return hotplug.open(path).close()
    except hotplug.ActivationError as error:
        return error.report


@pytest.mark.skipif(sys.platform == "win32", reason="has no such signal")
def test_a_signal_handler_stays_and_is_named(make_plugin: PluginMaker) -> None:
    source = """
    import signal
    class Stops:
        def stop(self, *given): calls.append(1)
    calls = []
    signal.signal(signal.SIGUSR1, Stops().stop)
    """
    former = signal.getsignal(signal.SIGUSR1)
    try:
        plugin = hotplug.open(make_plugin.module("own.py", source))
        calls = plugin.lookup("own:calls")
        assert plugin.close().survivors == ("signal handler for SIGUSR1: own.Stops.stop",)
        signal.raise_signal(signal.SIGUSR1)
        assert calls == [1]
    finally:
        signal.signal(signal.SIGUSR1, former)


def test_a_callback_of_the_collector_and_a_trace_function_are_named(make_plugin: PluginMaker) -> None:
    source = """
    import gc, sys
    def called(*given): pass
    def trace(*given): pass
    gc.callbacks.append(called)
    def profile(): sys.setprofile(trace)
    """
    plugin = hotplug.open(make_plugin.module("own.py", source))
    former = sys.getprofile()
    try:
        plugin.lookup("profile")()  # type: ignore[operator]
        report = plugin.close()
    finally:
        sys.setprofile(former)
        gc.callbacks.pop()
    assert report.survivors == (
        "profile function of this thread: own.trace",
        "gc.callbacks: own.called",
    )


def test_what_is_patched_is_named_by_where_it_is(
    make_plugin: PluginMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    import json

    monkeypatch.setattr(json, "dumps", json.dumps)
    plugin = hotplug.open(make_plugin.module("own.py", "import json\ndef dumps(): ...\njson.dumps = dumps"))
    assert plugin.close().survivors == ("function own.dumps, held by json.dumps",)


POOLS: list[ThreadPoolExecutor] = []
HELD: list[Callable[[], object] | object] = []
