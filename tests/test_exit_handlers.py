"""A plugin's exit handlers: each of them runs once, whatever the others do, and the plugin is gone afterwards."""

from __future__ import annotations

import atexit
import gc
import subprocess
import sys
from textwrap import dedent
from typing import Any
from weakref import ref

import pytest

import hotplug
from hotplug.testing import PluginMaker

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path

HANDLERS = """
import atexit
ran = []
class Mute(Exception):
    def __str__(self): raise ValueError
class Name(type):
    @property
    def __name__(cls): raise RuntimeError
class Nameless(Exception, metaclass=Name): pass
class Callable:
    def __call__(self): raise LookupError("called")
@atexit.register
def first(): ran.append("first")
@atexit.register
def mute():
    ran.append("mute")
    raise Mute
@atexit.register
def nameless():
    ran.append("nameless")
    raise Nameless("no name")
@atexit.register
def leaves():
    ran.append("leaves")
    raise SystemExit(3)
atexit.register(Callable())
@atexit.register
def again():
    ran.append("again")
    atexit.register(again)
"""
INTERRUPTED = f"""{HANDLERS}
@atexit.register
def interrupted():
    ran.append("interrupted")
    raise KeyboardInterrupt("enough")
@atexit.register
def last(*given, **named): ran.append((given, named))
atexit.register(last, 1, two=3)
"""
ORDER = ["again", "leaves", "nameless", "mute", "first", "again"]


def nothing_left() -> bool:
    return not any("__hp" in name for name in sys.modules)


def run(code: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "always", "-c", dedent(code), *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_whatever_exit_handlers_raise_all_run_last_registered_first(make_plugin: PluginMaker) -> None:
    plugin = hotplug.open(make_plugin.module("exits.py", HANDLERS))
    ran = plugin.lookup("exits:ran")
    report = plugin.close()
    assert ran == ORDER
    assert report.reason.split("; ") == [
        "its exit handler of type Callable raised LookupError: called",
        "its exit handler leaves raised SystemExit: 3",
        "its exit handler nameless raised Nameless: no name",
        "its exit handler mute raised Mute: (its __str__ raised ValueError)",
    ]
    assert report.unloaded
    assert nothing_left()


def test_ctrl_c_in_an_exit_handler_arrives_after_all_of_them_ran(make_plugin: PluginMaker) -> None:
    path = make_plugin.module("exits.py", INTERRUPTED)
    plugin = hotplug.open(path)
    ran = plugin.lookup("exits:ran")
    with pytest.raises(KeyboardInterrupt, match="enough"):
        plugin.close()
    assert ran == [((1,), {"two": 3}), ((), {}), "interrupted", *ORDER]
    assert nothing_left()
    assert plugin.close() == hotplug.CloseReport(unloaded=False, reason="closing it was interrupted")
    with pytest.raises(hotplug.PluginClosed):
        plugin.lookup("ran")
    later = hotplug.open(path)
    assert later.lookup("exits:ran") == []
    with pytest.raises(KeyboardInterrupt):
        later.close()


def test_ctrl_c_in_an_exit_handler_of_a_start_that_failed_leaves_nothing(make_plugin: PluginMaker) -> None:
    path = make_plugin.module("exits.py", f"{INTERRUPTED}\nraise ValueError('failed')")
    for _ in range(2):
        with pytest.raises(KeyboardInterrupt) as caught:
            hotplug.open(path)
        assert isinstance(caught.value.__context__, hotplug.ActivationError)
        assert nothing_left()


def test_what_exit_handlers_raise_after_a_failed_start_is_on_the_error(make_plugin: PluginMaker) -> None:
    path = make_plugin.module("exits.py", f"{HANDLERS}\nraise ValueError('failed')")
    with pytest.raises(hotplug.ActivationError, match="ValueError: failed") as caught:
        hotplug.open(path)
    report = caught.value.report
    assert report is not None
    assert "its exit handler mute raised Mute: (its __str__ raised ValueError)" in report.reason
    assert report.unloaded
    assert nothing_left()


def test_a_plugin_that_is_opened_by_its_own_exit_handler_is_refused(make_plugin: PluginMaker) -> None:
    source = """
    import atexit, hotplug
    ran = []
    def reopen():
        try:
            hotplug.open(__file__)
        except hotplug.ActivationError as error:
            ran.append(str(error))
    atexit.register(reopen)
    """
    plugin = hotplug.open(make_plugin.module("phoenix.py", source))
    ran = plugin.lookup("phoenix:ran")
    assert plugin.close().unloaded
    assert ran == [
        "phoenix: is opened while it is being closed, by phoenix\n  do not open it in its own exit handlers"
    ]


def test_another_plugin_may_be_opened_by_an_exit_handler(make_plugin: PluginMaker) -> None:
    other = make_plugin.module("other.py", "value = 7")
    source = f"""
    import atexit, hotplug
    ran = []
    @atexit.register
    def late():
        with hotplug.open({str(other)!r}) as plugin: ran.append(plugin.lookup("value"))
    """
    plugin = hotplug.open(make_plugin.module("opens.py", source))
    ran = plugin.lookup("opens:ran")
    assert plugin.close().unloaded
    assert ran == [7]


@pytest.mark.parametrize("closed", [False, True])
def test_exit_handlers_run_once_where_the_interpreter_exits(closed: bool, make_plugin: PluginMaker) -> None:
    source = """
    import atexit
    @atexit.register
    def bye(): print("bye")
    @atexit.register
    def fails(): raise ValueError("no")
    atexit.unregister(print)
    """
    code = """
    import sys, hotplug
    plugin = hotplug.open(sys.argv[1])
    if sys.argv[2] == "True": print(plugin.close().reason)
    print("end")
    """
    done = run(code, make_plugin.module("exits.py", source), str(closed))
    failure = "its exit handler fails raised ValueError: no\n"
    assert done.returncode == 0
    said = (f"bye\n{failure}end\n", "") if closed else ("end\nbye\n", failure)
    assert (done.stdout, done.stderr) == said


@pytest.mark.parametrize("keeper", ["plugin", "sys.plugin", "builtins.plugin"])
def test_a_handle_that_lives_until_the_interpreter_ends_gives_no_warning(
    keeper: str, make_plugin: PluginMaker
) -> None:
    done = run(
        f"import builtins, sys, hotplug\n{keeper} = hotplug.open(sys.argv[1])",
        make_plugin.module("kept.py", "value = 1"),
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_plugins_atexit_is_its_own_and_is_gone_with_it(make_plugin: PluginMaker) -> None:
    source = """
    import atexit
    from atexit import register
    ran = []
    for _ in range(3): register(ran.append, "bye")
    atexit.unregister(print)
    """
    plugin = hotplug.open(make_plugin.module("own.py", source))
    ran, own = plugin.lookup("own:ran"), plugin.lookup("own:atexit")
    assert own is not atexit
    assert (own.__name__, own.__doc__) == ("atexit", atexit.__doc__)  # type: ignore[attr-defined]
    left = ref(own)
    del own
    assert plugin.close().unloaded
    assert ran == ["bye"] * 3
    gc.collect()
    assert left() is None  # the interpreter's own atexit holds it no more


def test_plugins_that_are_open_at_exit_are_cleaned_up_last_opened_first(make_plugin: PluginMaker) -> None:
    source = "import atexit\ndef register(): atexit.register(print, __name__.partition('__')[0])\n"
    files = [make_plugin.module(f"{name}.py", source) for name in ("first", "second", "third")]
    code = """
    import atexit, sys, hotplug
    atexit.register(print, "host, before")
    plugins = [hotplug.open(path) for path in sys.argv[1:]]
    for plugin in (plugins[2], plugins[0], plugins[1]): plugin.lookup("register")()
    atexit.register(print, "host, after")
    """
    done = run(code, *files)
    assert (done.stdout.splitlines(), done.stderr) == (
        ["host, after", "third", "second", "first", "host, before"],
        "",
    )


def test_ctrl_c_in_one_plugins_handler_at_exit_stops_no_others(make_plugin: PluginMaker) -> None:
    first = make_plugin.module("first.py", "import atexit\natexit.register(print, 'first')")
    second = make_plugin.module(
        "second.py", "import atexit\n@atexit.register\ndef bye(): raise KeyboardInterrupt('enough')"
    )
    done = run("import sys, hotplug\nplugins = [hotplug.open(path) for path in sys.argv[1:]]", first, second)
    assert done.stdout == "first\n"
    assert "KeyboardInterrupt: enough" in done.stderr


def test_the_interpreter_has_one_exit_handler_for_all_plugins(make_plugin: PluginMaker) -> None:
    path = make_plugin.module("own.py", "import atexit\natexit.register(int)")
    hotplug.open(path).close()
    before = atexit._ncallbacks()  # pyright: ignore[reportPrivateUsage]
    for _ in range(3):
        hotplug.open(path).close()
    assert atexit._ncallbacks() == before  # pyright: ignore[reportPrivateUsage]


FINALIZERS = """
import weakref
class Resource: pass
ran = []
resource = Resource()
def release(name): ran.append(name)
def fails(): raise ValueError("no")
weakref.finalize(resource, release, "first")
weakref.finalize(resource, release, name="second")
weakref.finalize(resource, fails)
weakref.finalize(resource, release, "never").atexit = False
"""


def test_finalizers_run_at_unload_the_latest_first(make_plugin: PluginMaker) -> None:
    source = FINALIZERS.replace('"never").atexit = False', '"never").detach()')
    plugin = hotplug.open(make_plugin.module("finalizes.py", source))
    ran, resource = plugin.lookup("finalizes:ran"), ref(plugin.lookup("resource"))
    report = plugin.close()
    assert ran == ["second", "first"]
    assert report.reason == "its finalizer fails raised ValueError: no"
    assert report.unloaded
    assert resource() is None


def test_finalizers_of_a_start_that_failed_run_too(make_plugin: PluginMaker) -> None:
    path = make_plugin.module("finalizes.py", f"{FINALIZERS}\nraise LookupError(ran)")
    with pytest.raises(hotplug.ActivationError) as caught:
        hotplug.open(path)
    assert caught.value.__cause__ is not None
    assert caught.value.__cause__.args == (["second", "first"],)
    assert caught.value.report is not None
    assert caught.value.report.reason == "its finalizer fails raised ValueError: no"


def test_a_finalizer_that_is_not_for_exit_is_left_and_named(make_plugin: PluginMaker) -> None:
    source = """
    import weakref
    def release(): ran.append(1)
    ran = []
    def watch(value): weakref.finalize(value, release).atexit = False
    """

    class Kept:
        pass

    kept = Kept()
    plugin = hotplug.open(make_plugin.module("watches.py", source))
    plugin.lookup("watch")(kept)  # type: ignore[operator]
    ran = plugin.lookup("watches:ran")
    [line] = plugin.close().survivors
    assert line.startswith("function watches.release, held by weakref.finalize._registry[")
    assert ran == []
    del kept
    assert ran == [1]


def test_a_finalizer_of_the_hosts_is_the_hosts(make_plugin: PluginMaker) -> None:
    source = """
    import tempfile, weakref
    def watch(value, function): return weakref.finalize(value, function)
    folder = tempfile.TemporaryDirectory()
    """

    class Kept:
        pass

    kept, ran = Kept(), list[int]()
    plugin = hotplug.open(make_plugin.module("watches.py", source))
    watch: Any = plugin.lookup("watch")
    finalizer = watch(kept, lambda: ran.append(1))
    del watch
    plugin.lookup("watches:folder").cleanup()  # type: ignore[attr-defined]
    assert plugin.close().unloaded
    assert finalizer.alive
    assert ran == []
