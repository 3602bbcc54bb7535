"""Threads, Ctrl-C, forks and other people's hands on the interpreter, each in the middle of something."""

from __future__ import annotations

import subprocess
import sys
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from textwrap import dedent
from types import ModuleType
from typing import TypeVar, cast

import pytest

import hotplug
from hotplug.testing import PluginMaker

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")
PATIENCE = 60  # seconds, after which a test that hangs fails
SLOW = "import gate\ngate.hold()\nvalue = object()\n"


class Gate(ModuleType):
    """What a plugin's module waits at in the middle of its import: ``import gate; gate.hold()``."""

    def __init__(self) -> None:
        super().__init__("gate")
        self.reached = threading.Event()
        self.opened = threading.Event()

    def hold(self) -> None:
        self.reached.set()
        assert self.opened.wait(PATIENCE)


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Gate:
    made = Gate()
    monkeypatch.setitem(sys.modules, "gate", made)
    return made


def begun(work: Callable[[], T]) -> Future[T]:
    """Begin to do something in a thread, and return its result to come."""
    future: Future[T] = Future()

    def run() -> None:
        try:
            future.set_result(work())
        except BaseException as error:  # noqa: BLE001
            future.set_exception(error)

    threading.Thread(target=run).start()
    return future


def nothing_left() -> bool:
    return not any("__hp" in name for name in sys.modules)


def test_a_lookup_waits_for_another_threads_import_of_the_module(
    make_plugin: PluginMaker, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits = threading.Event()
    acquire = vars(sys.modules["importlib._bootstrap"])["_ModuleLock"].acquire

    def noted(lock: object) -> object:
        if threading.current_thread() is not first_importer and gate.reached.is_set():
            waits.set()
        return acquire(lock)

    path = make_plugin.folder("late", {"__init__.py": "", "slow.py": SLOW})
    with hotplug.open(path) as plugin:
        first_importer: threading.Thread | None = None

        def first() -> object:
            nonlocal first_importer
            first_importer = threading.current_thread()
            return plugin.lookup("late.slow:value")

        one = begun(first)
        assert gate.reached.wait(PATIENCE)
        monkeypatch.setattr("importlib._bootstrap._ModuleLock.acquire", noted)
        other = begun(lambda: plugin.lookup("late.slow:value"))
        other.add_done_callback(lambda _: waits.set())  # one that does not wait fails at once
        assert waits.wait(PATIENCE)
        gate.opened.set()
        assert other.result(PATIENCE) is one.result(PATIENCE)


@pytest.mark.parametrize(
    ("way", "said"),
    [
        ("from . import slow", "was closed; it can no longer import from its package"),
        ("import late.slow", r"was closed; it can no longer import late\.slow"),
    ],
)
def test_a_close_in_the_middle_of_a_late_import_is_told_to_who_imports(
    way: str, said: str, make_plugin: PluginMaker, gate: Gate
) -> None:
    path = make_plugin.folder("late", {"__init__.py": f"def late():\n    {way}\n    return True", "slow.py": SLOW})
    plugin = hotplug.open(path)
    late = begun(cast("Callable[[], object]", plugin.lookup("late")))
    assert gate.reached.wait(PATIENCE)
    plugin.close()
    gate.opened.set()
    with pytest.raises(hotplug.PluginClosed, match=f"^late: {said}"):
        late.result(PATIENCE)
    assert nothing_left()


def test_a_close_in_the_middle_of_a_lookup_is_told_to_who_looks_up(make_plugin: PluginMaker, gate: Gate) -> None:
    plugin = hotplug.open(make_plugin.folder("late", {"__init__.py": "", "slow.py": SLOW}))
    late = begun(lambda: plugin.lookup("late.slow:value"))
    assert gate.reached.wait(PATIENCE)
    plugin.close()
    gate.opened.set()
    with pytest.raises(hotplug.PluginClosed, match="^late: was closed meanwhile$"):
        late.result(PATIENCE)
    assert nothing_left()


def test_ctrl_c_while_a_plugin_starts_leaves_nothing_and_it_can_be_opened_again(
    make_plugin: PluginMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*arguments: object) -> None:
        raise KeyboardInterrupt

    path = make_plugin.module("brief.py", "value = 1")
    with monkeypatch.context() as patched:
        patched.setattr("hotplug.plugin.start", interrupted)
        with pytest.raises(KeyboardInterrupt):
            hotplug.open(path)
    with hotplug.open(path) as plugin:
        assert plugin.lookup("value") == 1


def test_ctrl_c_between_start_and_handle_stops_what_was_started(
    make_plugin: PluginMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Interrupted:
        """A lock that is interrupted when it is taken for the second time: to keep what was started."""

        def __init__(self) -> None:
            self.lock = threading.Lock()
            self.taken = 0

        def __enter__(self) -> None:
            self.taken += 1
            if self.taken == 2:
                raise KeyboardInterrupt
            self.lock.acquire()

        def __exit__(self, *error: object) -> None:
            self.lock.release()

    source = f"import atexit\natexit.register(exec, {make_plugin.tripwire('stopped')!r})\nvalue = 1"
    path = make_plugin.module("brief.py", source)
    with monkeypatch.context() as patched:
        patched.setattr("hotplug.plugin._lock", Interrupted())
        with pytest.raises(KeyboardInterrupt):
            hotplug.open(path)
    assert make_plugin.runs("stopped") == 1
    assert nothing_left()
    with hotplug.open(path) as plugin:
        assert plugin.lookup("value") == 1


def test_who_waits_for_an_open_that_ctrl_c_ends_opens_it(
    make_plugin: PluginMaker, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Noted(dict[int, object]):
        def __setitem__(self, key: int, value: object) -> None:
            super().__setitem__(key, value)
            gate.opened.set()  # the other one waits now

    monkeypatch.setattr("hotplug.plugin._waiting", Noted())
    source = """
    import gate
    if not gate.reached.is_set():
        gate.hold()
        raise KeyboardInterrupt
    value = 1
    """
    path = make_plugin.module("brief.py", source)
    one = begun(lambda: hotplug.open(path))
    assert gate.reached.wait(PATIENCE)
    with begun(lambda: hotplug.open(path)).result(PATIENCE) as plugin:
        assert plugin.lookup("value") == 1
    with pytest.raises(KeyboardInterrupt):
        one.result(PATIENCE)
    assert nothing_left()


def test_ctrl_c_while_waiting_for_another_threads_open_leaves_the_other_alone(
    make_plugin: PluginMaker, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Interrupting(dict[int, object]):
        def __setitem__(self, key: int, value: object) -> None:
            raise KeyboardInterrupt

    path = make_plugin.module("slow.py", SLOW)
    one = begun(lambda: hotplug.open(path))
    assert gate.reached.wait(PATIENCE)
    with monkeypatch.context() as patched:
        patched.setattr("hotplug.plugin._waiting", Interrupting())
        with pytest.raises(KeyboardInterrupt):
            hotplug.open(path)
    gate.opened.set()
    with one.result(PATIENCE) as plugin, hotplug.open(path) as same:
        assert plugin == same


def test_threads_of_a_hosts_pool_are_the_hosts_and_a_plugins_own_is_its_own(make_plugin: PluginMaker) -> None:
    source = """
    import threading
    stop = threading.Event()
    def work(): return 7
    def hand_over(pool): return pool.submit(work).result()
    def start():
        timer = threading.Timer(3600, print)
        timer.name = "its own"
        timer.start()
        return timer
    """
    path = make_plugin.module("works.py", source)
    with ThreadPoolExecutor(1, thread_name_prefix="host") as pool:
        plugin = hotplug.open(path)
        assert plugin.lookup("hand_over")(pool) == 7  # type: ignore[operator]
        assert pool.submit(int).result(PATIENCE) == 0  # the pool has let go of the plugin's work by now
        assert plugin.close() == hotplug.CloseReport(unloaded=True)
    plugin = hotplug.open(path)
    timer = cast("Callable[[], threading.Timer]", plugin.lookup("start"))()
    report = plugin.close()
    timer.cancel()
    timer.join(PATIENCE)
    assert report.survivors == ("thread 'its own', which it started",)


def test_a_finder_that_somebody_took_away_is_put_back_by_the_next_open(make_plugin: PluginMaker) -> None:
    start, finders = threading.Thread.start, list(sys.meta_path)
    one = hotplug.open(make_plugin.folder("one", {"__init__.py": "", "late.py": "value = 1"}))
    assert threading.Thread.start is not start
    sys.meta_path[:] = finders
    with hotplug.open(make_plugin.module("two.py", "value = 2")) as two:
        assert (one.lookup("one.late:value"), two.lookup("value")) == (1, 2)
    sys.meta_path[:] = finders
    assert one.close().unloaded
    assert threading.Thread.start is start
    assert sys.meta_path == finders


def test_a_thread_start_that_somebody_else_replaced_stays_theirs(
    make_plugin: PluginMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(threading.Thread, "start", threading.Thread.start)  # brings back what was there before
    plugin = hotplug.open(make_plugin.module("plain.py", "value = 1"))
    watched = threading.Thread.start

    def theirs(thread: threading.Thread) -> None:
        watched(thread)

    monkeypatch.setattr(threading.Thread, "start", theirs)
    plugin.close()
    assert threading.Thread.start is theirs
    assert begun(lambda: 7).result(PATIENCE) == 7


@pytest.mark.parametrize(
    "failing", ["import nowhere_at_all", "raise SystemExit", "def broken(:", "raise KeyboardInterrupt"]
)
def test_an_open_that_fails_gives_back_the_interpreter(failing: str, make_plugin: PluginMaker) -> None:
    before = threading.Thread.start, list(sys.meta_path)
    with pytest.raises((hotplug.ActivationError, KeyboardInterrupt)):
        hotplug.open(make_plugin.module("bad.py", failing))
    assert (threading.Thread.start, sys.meta_path) == before


@pytest.mark.skipif(sys.platform != "linux", reason="forks")
@pytest.mark.parametrize("locked", [False, True])
def test_a_fork_while_another_thread_opens_can_open_in_the_child(locked: bool, make_plugin: PluginMaker) -> None:
    code = """
    import os, sys, threading
    import hotplug, hotplug.plugin
    path, locked = sys.argv[1], sys.argv[2] == "True"
    sys.reached, sys.opened = threading.Event(), threading.Event()
    def opens(): sys.plugin = hotplug.open(path)
    def locks():
        with hotplug.plugin._lock:
            sys.reached.set()
            sys.opened.wait()
    other = threading.Thread(target=locks if locked else opens)
    other.start()
    sys.reached.wait()
    child = os.fork()
    if not child:
        sys.opened.set()
        opener = threading.Thread(target=opens, daemon=True)  # so that a child that hangs is told as such
        opener.start()
        opener.join(20)
        print("hangs" if opener.is_alive() else sys.plugin.lookup("value"), flush=True)
        os._exit(0)
    os.waitpid(child, 0)
    sys.opened.set()
    other.join()
    if locked: opens()
    with sys.plugin: print(sys.plugin.lookup("value"), hotplug.plugin._loaded.keys() == {sys.plugin._loaded.key})
    """
    path = make_plugin.module("slow.py", "import sys\nsys.reached.set()\nsys.opened.wait()\nvalue = 7")
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", dedent(code), path, str(locked)],
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    assert (done.stdout, done.stderr) == ("7\n7 True\n", "")
