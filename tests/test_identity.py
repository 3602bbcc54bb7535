"""Who shares a plugin, when it starts and when it ends; from one thread and from many."""

from __future__ import annotations

import gc
import os
import re
import sys
import threading
import warnings

import pytest

import hotplug
from hotplug.testing import PluginMaker

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def in_threads(count: int, work: Callable[[int], object]) -> list[object]:
    """Run `work` in that many threads at once, and return what each returned or raised."""
    results: list[object] = [None] * count
    together = threading.Barrier(count)

    def run(index: int) -> None:
        together.wait()
        try:
            results[index] = work(index)
        except BaseException as error:  # noqa: BLE001
            results[index] = error

    threads = [threading.Thread(target=run, args=(index,)) for index in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads)
    return results


def test_every_way_to_write_a_path_is_the_same_plugin(
    make_plugin: PluginMaker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = make_plugin.module("once.py", f"{make_plugin.tripwire('once')}\nvalue = object()")
    link = tmp_path / "link.py"
    link.symlink_to(path)
    monkeypatch.chdir(path.parent)
    ways: list[str | os.PathLike[str]] = [
        path,
        str(path),
        path.name,
        f"./{path.name}",
        link,
        path.parent / ".." / path.parent.name / path.name,
    ]
    handles = [hotplug.open(way) for way in ways]
    assert all(handle == handles[0] and hash(handle) == hash(handles[0]) for handle in handles)
    assert len({id(handle) for handle in handles}) == len(ways)
    assert all(handle.lookup("value") is handles[0].lookup("value") for handle in handles)
    assert make_plugin.runs("once") == 1
    for handle in handles:
        handle.close()


def test_the_same_content_at_two_paths_is_two_plugins(make_plugin: PluginMaker) -> None:
    one = make_plugin.module("one/same.py", "value = object()")
    two = make_plugin.module("two/same.py", "value = object()")
    with hotplug.open(one) as first, hotplug.open(two) as second:
        assert first != second
        assert first.digest == second.digest
        assert first.lookup("value") is not second.lookup("value")


def test_a_changed_file_is_another_plugin(make_plugin: PluginMaker) -> None:
    path = make_plugin.module("news.py", "value = 1")
    with hotplug.open(path) as old:
        path.write_text("value = 2")  # the same length, within the same second
        with hotplug.open(path) as new:
            assert (old.lookup("value"), new.lookup("value")) == (1, 2)
            assert old != new
            assert old.digest != new.digest


def test_other_provisions_are_another_plugin(make_plugin: PluginMaker) -> None:
    path = make_plugin.module("same.py", "value = object()")
    with hotplug.open(path) as one, hotplug.open(path, provides={"host": "1"}) as other:
        assert one != other


def test_the_last_handle_unloads(make_plugin: PluginMaker) -> None:
    path = make_plugin.module("shared.py", "import atexit\nran = []\natexit.register(ran.append, 'bye')")
    first, second = hotplug.open(path), hotplug.open(path)
    ran = first.lookup("shared:ran")
    report = first.close()
    assert (report.unloaded, report.still_open, ran) == (False, 1, [])
    assert "1 other handle keeps it open" in report.reason
    with pytest.raises(hotplug.PluginClosed, match="shared: this handle was closed"):
        first.lookup("ran")
    assert second.lookup("shared:ran") is ran
    assert second.close().unloaded
    assert ran == ["bye"]


def test_closing_twice_and_closing_inside_with_is_closing_once(make_plugin: PluginMaker) -> None:
    path = make_plugin.module("once.py", "value = 1")
    with hotplug.open(path) as outer:
        with hotplug.open(path) as inner:
            said = inner.close()
            assert inner.close() is said
        assert outer.lookup("value") == 1
    assert outer.close().unloaded
    with pytest.raises(hotplug.PluginClosed):
        outer.symbols()


def test_a_handle_collected_unclosed_warns_and_is_not_released(make_plugin: PluginMaker) -> None:
    path = make_plugin.module("kept.py", "import atexit\nran = []\natexit.register(ran.append, 'bye')")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        ran = hotplug.open(path).lookup("kept:ran")
        gc.collect()
    assert [(warning.category, str(warning.message)) for warning in caught] == [
        (ResourceWarning, "plugin kept was not closed: it stays loaded until the program ends")
    ]
    later = hotplug.open(path)
    assert later.lookup("kept:ran") is ran
    assert not later.close().unloaded
    assert ran == []
    # end it all the same, for the tests to come: the handle that was lost is stood in for by another
    lost = hotplug.open(path)
    lost._loaded.handles -= 1  # pyright: ignore[reportPrivateUsage]
    lost.close()


def test_reopening_gives_a_fresh_plugin(make_plugin: PluginMaker) -> None:
    path = make_plugin.module("fresh.py", f"{make_plugin.tripwire('fresh')}\nvalue = object()")
    with hotplug.open(path) as plugin:
        first = plugin.lookup("value")
    with hotplug.open(path) as plugin:
        assert plugin.lookup("value") is not first
    assert make_plugin.runs("fresh") == 2


def test_values_that_the_host_holds_keep_working_but_for_late_imports(make_plugin: PluginMaker) -> None:
    files = {
        "__init__.py": (
            "words = ['hi']\n"
            "def greet(): return words[0]\n"
            "def absolute():\n    import held.more\n"
            "def relative():\n    from . import more\n"
            "def host():\n    import json\n    return json\n"
        ),
        "more.py": "",
    }
    plugin = hotplug.open(make_plugin.folder("held", files))
    greet, absolute, relative, host = map(plugin.lookup, ("greet", "absolute", "relative", "host"))
    report = plugin.close()
    assert greet() == "hi"  # type: ignore[operator]
    assert host() is sys.modules["json"]  # type: ignore[operator]
    for late in (absolute, relative):
        with pytest.raises(hotplug.PluginClosed, match="held: was closed; it can no longer import"):
            late()  # type: ignore[operator]
    assert not report.unloaded
    assert any("function held.greet" in survivor for survivor in report.survivors)


def test_a_thread_that_is_left_behind_is_reported_by_name(make_plugin: PluginMaker) -> None:
    source = """
    import threading
    stop = threading.Event()
    def wait(): stop.wait()
    thread = threading.Thread(target=wait, name="left behind")
    thread.start()
    """
    plugin = hotplug.open(make_plugin.module("threaded.py", source))
    stop, thread = plugin.lookup("stop"), plugin.lookup("thread")
    report = plugin.close()
    stop.set()  # type: ignore[attr-defined]
    thread.join()  # type: ignore[attr-defined]
    assert not report.unloaded
    assert "thread 'left behind', running wait" in report.survivors


def test_a_thread_that_runs_nothing_of_the_plugin_is_reported_too(make_plugin: PluginMaker) -> None:
    source = """
    import threading
    stop = threading.Event()
    thread = threading.Thread(target=stop.wait, name="waits")
    def start(): thread.start()
    start()
    """
    before = threading.Thread.start
    plugin = hotplug.open(make_plugin.module("threaded.py", source))
    stop, thread = plugin.lookup("stop", threading.Event), plugin.lookup("thread", threading.Thread)
    report = plugin.close()
    stop.set()
    thread.join()
    assert report.survivors == ("thread 'waits', which it started",)
    assert threading.Thread.start is before


def test_an_exit_handler_that_fails_is_reported_and_stops_no_other(make_plugin: PluginMaker) -> None:
    source = """
    from atexit import register, unregister
    ran = []
    @register
    def first(): ran.append("first")
    @register
    def broken(): raise ValueError("no")
    @register
    def forgotten(): ran.append("forgotten")
    unregister(forgotten)
    """
    plugin = hotplug.open(make_plugin.module("exits.py", source))
    ran = plugin.lookup("exits:ran")
    assert "its exit handler broken raised ValueError: no" in plugin.close().reason
    assert ran == ["first"]


def test_64_threads_open_and_the_root_module_runs_once(make_plugin: PluginMaker) -> None:
    path = make_plugin.folder(
        "crowd",
        {
            "__init__.py": f"{make_plugin.tripwire('crowd')}\nfrom .slow import value",
            "slow.py": "import time\ntime.sleep(0.05)\nvalue = object()",
        },
    )
    handles = in_threads(64, lambda _: hotplug.open(path))
    assert all(isinstance(handle, hotplug.Plugin) for handle in handles), handles
    assert make_plugin.runs("crowd") == 1
    assert len({id(handle.lookup("value")) for handle in handles}) == 1  # type: ignore[attr-defined]
    reports = in_threads(64, lambda index: handles[index].close())  # type: ignore[attr-defined]
    assert [report for report in reports if not report.still_open] == [hotplug.CloseReport(unloaded=True)]  # type: ignore[attr-defined]
    assert not any("__hp" in name for name in sys.modules)


def test_threads_that_open_and_close_at_once_never_see_half_a_plugin(make_plugin: PluginMaker) -> None:
    path = make_plugin.module("busy.py", "value = 7")

    def work(_: int) -> int:
        seen = 0
        for _ in range(40):
            with hotplug.open(path) as plugin:
                seen += plugin.lookup("value", int)
        return seen

    assert in_threads(8, work) == [280] * 8
    assert not any("__hp" in name for name in sys.modules)


def test_a_failure_leaves_nothing_and_gives_each_waiter_an_exception_of_its_own(make_plugin: PluginMaker) -> None:
    path = make_plugin.folder(
        "broken",
        {
            "__init__.py": f"{make_plugin.tripwire('broken')}\nfrom . import fine, bad",
            "fine.py": "",
            "bad.py": "import time\ntime.sleep(0.05)\nraise ValueError('mend me')",
        },
    )
    before = set(sys.modules), list(sys.meta_path), list(sys.path)
    errors = in_threads(16, lambda _: hotplug.open(path))
    assert all(isinstance(error, hotplug.ActivationError) for error in errors), errors
    assert len({id(error) for error in errors}) == 16
    assert all("ValueError: mend me" in str(error) for error in errors)
    failures = [error for error in errors if isinstance(error, hotplug.ActivationError)]
    waited = [error for error in failures if isinstance(error.__cause__, hotplug.ActivationError)]
    firsts = [error for error in failures if error not in waited]
    assert make_plugin.runs("broken") == len(firsts)
    assert all(error.__cause__ in firsts for error in waited)
    assert (set(sys.modules), list(sys.meta_path), list(sys.path)) == before

    (path / "bad.py").write_text("")
    with hotplug.open(path) as plugin:
        assert plugin.lookup("broken.bad:") is not None


def test_what_survives_a_failed_start_is_on_the_error(make_plugin: PluginMaker) -> None:
    source = """
    import atexit, sys, threading
    stop = threading.Event()
    atexit.register(lambda: 1 / 0)
    def wait(): stop.wait()
    threading.Thread(target=wait, name="left behind").start()
    sys.audit("hotplug.test", stop)
    raise ValueError
    """
    path = make_plugin.module("half.py", source)
    with pytest.raises(hotplug.ActivationError) as caught:
        hotplug.open(path)
    report = caught.value.report
    assert report is not None
    assert report.survivors == ("thread 'left behind', running wait",)
    assert "ZeroDivisionError" in report.reason
    assert "thread 'left behind'" in str(caught.value)
    left = next(thread for thread in threading.enumerate() if thread.name == "left behind")
    left._target.__globals__["stop"].set()  # type: ignore[attr-defined]
    left.join()


def test_a_plugin_that_opens_itself_is_refused_by_name(make_plugin: PluginMaker) -> None:
    path = make_plugin.module("narcissus.py", "import hotplug\nhotplug.open(__file__)")
    with pytest.raises(hotplug.ActivationError, match="narcissus: failed to start: opens itself while"):
        hotplug.open(path)


def test_a_circle_of_opens_in_one_thread_is_refused_by_name(make_plugin: PluginMaker) -> None:
    folder = make_plugin.module(
        "ring/one.py", "import hotplug, os\nhotplug.open(os.path.dirname(__file__) + '/two.py')"
    ).parent
    make_plugin.module("ring/two.py", "import hotplug, os\nhotplug.open(os.path.dirname(__file__) + '/one.py')")
    with pytest.raises(hotplug.ActivationError, match="plugins open each other: one -> two -> one"):
        hotplug.open(folder / "one.py")


def test_two_plugins_that_open_each_other_from_two_threads_are_refused_by_name(make_plugin: PluginMaker) -> None:
    source = """
    import hotplug, os, sys
    sys.modules["meeting"].wait()
    hotplug.open(os.path.join(os.path.dirname(__file__), "{other}.py"))
    """
    paths = [
        make_plugin.module("pair/one.py", source.format(other="two")),
        make_plugin.module("pair/two.py", source.format(other="one")),
    ]
    sys.modules["meeting"] = threading.Barrier(2)  # type: ignore[assignment]
    try:
        errors = in_threads(2, lambda index: hotplug.open(paths[index]))
    finally:
        del sys.modules["meeting"]
    assert all(isinstance(error, hotplug.ActivationError) for error in errors), errors
    said = " ".join(map(str, errors))
    assert re.search("plugins open each other: (one -> two -> one|two -> one -> two)", said)


def test_a_plugin_that_opens_another_is_no_circle(make_plugin: PluginMaker) -> None:
    other = make_plugin.module("other.py", "value = 1")
    path = make_plugin.module("opener.py", f"import hotplug\nplugin = hotplug.open({str(other)!r})")
    with hotplug.open(path) as plugin, plugin.lookup("plugin", hotplug.Plugin) as inner:
        assert inner.lookup("value") == 1


def test_a_module_that_changed_since_the_open_is_refused_at_its_late_import(make_plugin: PluginMaker) -> None:
    path = make_plugin.folder(
        "edited",
        {"__init__.py": "def late():\n    from . import words\n    return words.said", "words.py": "said = 1"},
    )
    with hotplug.open(path) as plugin:
        words = path / "words.py"
        words.write_text("said = 2")
        with pytest.raises(hotplug.ActivationError, match=r"words\.py changed on disk.*\n.*reload the plugin"):
            plugin.lookup("late")()  # type: ignore[operator]
        words.unlink()
        with pytest.raises(hotplug.ActivationError, match=r"words\.py cannot be read any more"):
            plugin.lookup("late")()  # type: ignore[operator]
        words.write_text("said = 1")  # its content is what it was
        os.utime(words, (1, 1))
        assert plugin.lookup("late")() == 1  # type: ignore[operator]


def test_a_wheel_that_is_deleted_after_the_open_keeps_working(make_plugin: PluginMaker) -> None:
    path = make_plugin.wheel(
        "gone",
        {
            "gone/__init__.py": "def late():\n    from . import words\n    return words.said",
            "gone/words.py": "said = 1",
        },
    )
    with hotplug.open(path) as plugin:
        path.unlink()
        assert plugin.lookup("late")() == 1  # type: ignore[operator]


def test_an_installed_distribution_stays_with_the_host(make_plugin: PluginMaker) -> None:
    installation = make_plugin.installed("french", {"french.py": "value = 1"})
    with hotplug.open(hotplug.installed("french")) as plugin:
        assert plugin.lookup("french:") is sys.modules["french"]
        report = plugin.close()
    assert not report.unloaded
    assert "shared with the host" in report.reason
    (installation.source / "french.py").write_text("value = 2")
    with pytest.raises(hotplug.PolicyError, match="changed on disk since it was imported.*\n.*restart"):
        hotplug.open(hotplug.installed("french"))


def test_an_installed_name_that_something_else_has_taken_is_refused(make_plugin: PluginMaker) -> None:
    make_plugin.installed("french", {"french.py": "value = 1"})
    make_plugin.installed("impostor", {"french.py": "value = 2"})
    with pytest.raises(hotplug.ActivationError, match="the name 'french' leads to .*, which is not part of it"):
        hotplug.open(hotplug.installed("french"))


def test_many_cycles_leave_the_interpreter_as_it_was(make_plugin: PluginMaker) -> None:
    path = make_plugin.folder(
        "cycle", {"__init__.py": "from . import words\nclass Kept: pass\nkept = [Kept()]", "words.py": ""}
    )

    def cycle() -> None:
        with hotplug.open(path) as plugin:
            assert plugin.lookup("kept")

    for _ in range(5):
        cycle()
    gc.collect()
    before = len(gc.get_objects()), set(sys.modules)
    for _ in range(50):
        cycle()
    gc.collect()
    assert set(sys.modules) == before[1]
    assert len(gc.get_objects()) - before[0] < 50
