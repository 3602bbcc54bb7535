"""What goes wrong while a plugin starts in its worker: told with its reason, nothing left, to be tried again."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING, Any

import pytest

import hotplug
from hotplug.boundaries.process import nesting
from hotplug.testing import MISBEHAVING, PluginMaker

if TYPE_CHECKING:
    from collections.abc import Callable

    Open = Callable[..., hotplug.Plugin]

BOUND = "import resource\nresource.setrlimit(resource.RLIMIT_AS, (1 << 28, 1 << 28))\n"


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        (MISBEHAVING["raises"], "RuntimeError: raised at import"),
        (MISBEHAVING["exits"], "SystemExit: exited at import"),
        (MISBEHAVING["syntax_error"], "SyntaxError: invalid syntax"),
        (MISBEHAVING["missing_import"], "ModuleNotFoundError: No module named 'no_such_module_anywhere'"),
        (MISBEHAVING["raises_late"], "RuntimeError: raised at the end of the import"),
        ("raise SystemExit(0)", "SystemExit: 0"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt"),
        ("import os, signal\nos.kill(os.getpid(), signal.SIGINT)", "KeyboardInterrupt"),
        ("raise GeneratorExit", "GeneratorExit"),
        ("raise BaseExceptionGroup('all', [KeyboardInterrupt()])", "BaseExceptionGroup: all (1 sub-exception)"),
        ("class Own(Exception):\n    def __str__(self): raise SystemExit\nraise Own", "Own: (its __str__ raised"),
        ("def f(): return f()\nf()", "RecursionError: maximum recursion depth exceeded"),
        (f"{BOUND}kept = []\nwhile True: kept.append(bytearray(1 << 24))", "MemoryError"),
        (f"{BOUND}bytearray(1 << 40)", "MemoryError"),
    ],
)
def test_whatever_is_raised_at_import_is_told_and_leaves_nothing(
    source: str, kind: str, make_plugin: PluginMaker
) -> None:
    path = make_plugin.folder(
        "bad", {"__init__.py": "from . import fine, worse", "fine.py": "", "worse.py": source}
    )
    with pytest.raises(hotplug.ActivationError) as caught:
        hotplug.open(path, boundary="process")
    assert caught.value.reason.startswith(f"failed to start: {kind}")
    assert f"{path}/worse.py:" in caught.value.reason
    assert (caught.value.plugin, caught.value.phase) == ("bad", "open")
    assert "bad" not in sys.modules
    (path / "worse.py").write_text("value = 1")
    with hotplug.open(path, boundary="process") as plugin:  # and it can be tried again
        assert plugin.lookup("bad.worse:value") == 1


@pytest.mark.parametrize(
    ("source", "how", "code", "signal", "said"),
    [
        ("import os\nos._exit(3)", "exited with status 3", 3, None, ""),
        ("import os\nos._exit(0)", "exited with status 0", 0, None, ""),
        (
            "import os\nos.write(2, b'last words')\nos._exit(1)",
            "exited with status 1",
            1,
            None,
            "\n  | last words",
        ),
        (
            "import os\nos.abort()",
            "was ended by SIGABRT",
            None,
            6,
            "\n  | Fatal Python error: Aborted\n  |   File ",
        ),
        ("import os\nos.kill(os.getpid(), 9)", "was ended by SIGKILL", None, 9, ""),
        ("import os\nos.killpg(0, 15)", "was ended by SIGTERM", None, 15, ""),
        (
            "import ctypes\nctypes.string_at(0)",
            "was ended by SIGSEGV",
            None,
            11,
            "\n  | Fatal Python error: Segmentation fault\n  |   File ",
        ),
        (
            "import os\nos.closerange(3, 1000)",
            "exited with status 1",
            1,
            None,
            "\n  | hotplug: the plugin closed the worker's connection to the host",
        ),
    ],
)
def test_what_ends_the_worker_at_import_is_told_at_once(
    opened: Open, source: str, how: str, code: int | None, signal: int | None, said: str
) -> None:
    for _ in range(3):  # a crash loop: each is a worker of its own
        with pytest.raises(hotplug.PluginCrashed) as caught:
            opened(f"import os\n{source}")
        error = caught.value
        assert error.reason.startswith(f"its worker process {how}; its start has no answer{said}")
        assert (error.exit_code, error.signal, error.phase, error.remedy) == (code, signal, "open", None)
        assert ("eng.py" in error.reason) == ("Fatal" in said)
    assert opened("value = 1").lookup("value") == 1


def test_a_fault_in_a_deep_stack_is_told_with_where_it_was(opened: Open) -> None:
    source = """
    import ctypes
    def deep(n):
        if n: deep(n - 1)
        else: ctypes.string_at(0)
    deep(30)
    """
    with pytest.raises(
        hotplug.PluginCrashed, match=r"SIGSEGV; .*\n  \| Fatal .*\n.*string_at\n.*eng.py\", line 4"
    ):
        opened(source, concurrency=4)


@pytest.mark.parametrize(
    "source",
    [
        "while True: pass",
        "import time\nwhile True:\n    try: time.sleep(60)\n    except BaseException: pass",
        "import threading\nthreading.Event().wait()",
        "import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)",
        "import os, subprocess, sys\nsubprocess.run([sys.executable, '-c', 'while True: pass'])",
    ],
    ids=["loop", "loop that goes on", "wait", "stopped", "waits for a child that loops"],
)
def test_a_start_without_end_is_ended_and_so_is_what_it_started(opened: Open, source: str) -> None:
    with pytest.raises(hotplug.DeadlineExceeded) as caught:
        opened(source, start=0.2)
    assert str(caught.value) == "eng: did not start within 0.2 s\n  give it more time: Limits(start=...)"
    assert caught.value.phase == "open"
    assert opened("value = 1").lookup("value") == 1


def test_a_deadline_around_an_open_that_is_earlier_counts(opened: Open) -> None:
    with hotplug.deadline(0.5), pytest.raises(hotplug.DeadlineExceeded) as caught:
        opened("while True: pass", start=20)
    assert str(caught.value) == "eng: did not start before its deadline"


def test_a_memory_bomb_that_is_never_told_ends_its_worker(opened: Open) -> None:
    source = (
        f"{BOUND}kept = []\nwhile True:\n    try: kept.append(bytearray(1 << 20))\n    except MemoryError: pass"
    )
    with pytest.raises(hotplug.DeadlineExceeded, match="did not start within 0.3 s"):
        opened(source, start=0.3)


def test_what_it_prints_is_logged_also_where_it_fails(opened: Open, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "hotplug.eng")
    with pytest.raises(hotplug.ActivationError, match="ZeroDivisionError"):
        opened(MISBEHAVING["prints"] + "\nprint('half a line', end='', flush=True)\n1 / 0")
    lines = [(each.levelname, each.getMessage()) for each in caplog.records if each.name == "hotplug.eng"]
    assert sorted(lines) == [
        ("INFO", "half a line"),
        ("INFO", "printed at import"),
        ("WARNING", "complained at import"),
    ]


@pytest.mark.parametrize("daemon", [True, False])
@pytest.mark.parametrize("fails", [True, False])
def test_a_thread_that_it_starts_ends_with_the_worker(opened: Open, daemon: bool, fails: bool) -> None:
    source = f"""
    import threading
    stop = threading.Event()
    threading.Thread(target=stop.wait, daemon={daemon}).start()
    def greet() -> str: return "started a thread"
    def end() -> None: stop.set()
    {"1 / 0" if fails else ""}
    """
    if fails:
        with pytest.raises(hotplug.ActivationError, match="failed to start: ZeroDivisionError"):
            opened(source)
        return
    plugin = opened(source)
    greet: Any = plugin.lookup("greet")
    assert greet() == "started a thread"
    end: Any = plugin.lookup("end")
    end()
    assert plugin.close() == hotplug.CloseReport(unloaded=True)


def test_what_it_registers_with_atexit_runs_at_its_close(opened: Open, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "hotplug.eng")
    plugin = opened("import atexit\natexit.register(print, 'one')\natexit.register(print, 'two')")
    assert plugin.close() == hotplug.CloseReport(unloaded=True)
    assert [each.getMessage() for each in caplog.records if each.name == "hotplug.eng"] == ["two", "one"]


def test_an_exit_handler_that_fails_is_told_on_stderr(opened: Open, caplog: pytest.LogCaptureFixture) -> None:
    plugin = opened("import atexit\natexit.register(int, 'no number')")
    plugin.close()
    assert "ValueError: invalid literal" in caplog.text


@pytest.mark.parametrize("boundary", ["inline", "process"])
def test_a_plugin_that_opens_itself_is_refused_by_name(opened: Open, boundary: str) -> None:
    with pytest.raises(hotplug.ActivationError) as caught:
        opened(f"import hotplug\nhotplug.open(__file__, boundary={boundary!r})")
    assert "failed to start: opens itself while it is being opened" in caught.value.reason
    assert str(caught.value).endswith("\n  open the other plugin when it is needed, not at import")
    assert opened("value = 1").lookup("value") == 1


@pytest.mark.parametrize("boundaries", [("process", "process"), ("process", "inline"), ("inline", "process")])
def test_two_that_open_each_other_are_refused_by_name(
    boundaries: tuple[str, str], make_plugin: PluginMaker
) -> None:
    source = "import hotplug, os\nhotplug.open(os.path.join(os.path.dirname(__file__), {!r}), boundary={!r})"
    one = make_plugin.module("one.py", source.format("two.py", boundaries[0]))
    make_plugin.module("two.py", source.format("one.py", boundaries[1]))
    with pytest.raises(hotplug.ActivationError, match="open each other: |opens itself") as caught:
        hotplug.open(one, boundary="process")
    assert caught.value.plugin == "one"
    if boundaries == ("process", "process"):
        assert "plugins open each other: one -> two -> one" in caught.value.reason


def test_a_plugin_opened_by_a_thread_of_its_own_start_is_refused_too(opened: Open) -> None:
    source = """
    import hotplug, threading
    said = []
    def again():
        try: hotplug.open(__file__, boundary="process")
        except hotplug.PluginError as error: said.append(str(error))
    thread = threading.Thread(target=again)
    thread.start()
    thread.join()
    """
    (said,) = opened(source).lookup("said", list[str])
    assert said.startswith("eng: opens itself while it is being opened\n")


def test_a_circle_of_calls_ends_at_a_depth(opened: Open) -> None:
    source = """
    import hotplug
    from hotplug.boundaries.process import nesting
    nesting.DEEPEST = 3
    def call() -> str:
        try:
            with hotplug.open(__file__, boundary="process") as plugin:
                return plugin.lookup("call")()
        except hotplug.ActivationError as error:
            return str(error)
    """
    call: Any = opened(source).lookup("call")
    assert nesting.DEEPEST > 3
    assert call() == (
        "eng: would be opened in a worker within 3 others: do plugins open each other in a circle?\n"
        "  open it in the host, or inline"
    )


def test_a_plugin_in_a_worker_opens_another_in_a_worker(opened: Open, make_plugin: PluginMaker) -> None:
    other = make_plugin.module("other.py", "import os\ndef pid() -> int: return os.getpid()")
    source = f"""
    import hotplug, os
    pid = hotplug.open({str(other)!r}, boundary="process").lookup("pid")
    def pids() -> tuple[int, int, int]: return os.getppid(), os.getpid(), pid()
    """
    pids: Any = opened(source).lookup("pids")
    assert len(set(pids())) == 3
