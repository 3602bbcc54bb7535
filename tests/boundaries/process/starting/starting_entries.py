# ruff: noqa: T201, TC003  (they print as plugins do, and are called with sockets)
"""What the workers of these tests run: each function is an entry, called with the worker's sockets."""

from __future__ import annotations

import ctypes
import importlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import types
from typing import Any, NoReturn


def say(wire: socket.socket, value: object) -> None:
    """Tell the test something."""
    wire.sendall(json.dumps(value).encode() + b"\n")


def hear(wire: socket.socket) -> Any:
    """Wait for what the test says; None at its end."""
    data = b""
    while not data.endswith(b"\n"):
        more = wire.recv(4096)
        if not more:
            return None
        data += more
    return json.loads(data)


def nothing(sockets: list[socket.socket], control: socket.socket | None) -> None:
    pass


def wait(sockets: list[socket.socket], control: socket.socket | None) -> None:
    """Say who it is, and end when it is told to."""
    say(sockets[0], os.getpid())
    hear(sockets[0])


def busy(sockets: list[socket.socket], control: socket.socket | None) -> NoReturn:
    say(sockets[0], os.getpid())
    while True:
        sum(range(10000))


def every_socket(sockets: list[socket.socket], control: socket.socket | None) -> None:
    for number, each in enumerate(sockets):
        say(each, [number, int(each.family), int(each.type)])


def state(sockets: list[socket.socket], control: socket.socket | None) -> None:
    """Say what kind of process it is."""
    handlers = {
        signal.Signals(number).name: signal.getsignal(number) for number in signal.valid_signals() if number < 32
    }
    mask = os.umask(0)
    os.umask(mask)
    say(
        sockets[0],
        {
            "files": sorted(
                int(each) for each in os.listdir("/proc/self/fd") if os.path.exists(f"/proc/self/fd/{each}")
            ),
            "wire": sockets[0].fileno(),
            "inheritable": [os.get_inheritable(each.fileno()) for each in sockets],
            "session": os.getsid(0),
            "group": os.getpgid(0),
            "pid": os.getpid(),
            "threads": threading.active_count(),
            "stdin": sys.stdin.read(),
            "folder": os.getcwd(),
            "path": sys.path,
            "argv": sys.argv,
            "environment": dict(os.environ),
            "umask": mask,
            "zone": time.tzname[0],
            "ignored": sorted(name for name, handler in handlers.items() if handler == signal.SIG_IGN),
            "interrupt": handlers["SIGINT"] is signal.default_int_handler,
            "blocked": sorted(signal.pthread_sigmask(signal.SIG_BLOCK, [])),
            "main thread": threading.current_thread() is threading.main_thread(),
            "word": importlib.import_module("starting_words").WORD,
        },
    )


def a_thread() -> None:
    time.sleep(0.01)
    print("a thread ends")


def ends(sockets: list[socket.socket], control: socket.socket | None) -> None:
    """End as the test says."""
    how, number = hear(sockets[0])
    print("last words", file=sys.stderr)
    if how == "return":
        import atexit

        atexit.register(print, "at exit")
        print("half a line", end="")
        threading.Thread(target=a_thread).start()
    elif how == "exit":
        sys.exit(number)
    elif how == "os._exit":
        os._exit(number)
    elif how == "raise":
        raise ValueError("that was it")
    elif how == "fault":
        ctypes.string_at(0)
    elif how == "signal":
        os.kill(os.getpid(), number)


def leaves_things(sockets: list[socket.socket], control: socket.socket | None) -> None:
    """Leave to the end of the process what an interpreter does there, in a module that is new."""
    folder: str = hear(sockets[0])
    module = types.ModuleType("leaving_things")
    sys.modules["leaving_things"] = module
    code = """if True:
        import atexit, tempfile

        class Late:
            def __del__(self):
                print("deleted")

        def failing():
            raise ValueError("at exit")

        late = Late()
        file = open(folder + "/written", "w")
        file.write("not flushed")
        temporary = tempfile.NamedTemporaryFile(dir=folder)
        atexit.register(print, "at exit", flush=True)
        atexit.register(failing)
    """
    vars(module)["folder"] = folder
    exec(compile(code, "leaving_things", "exec"), vars(module))  # noqa: S102
    say(sockets[0], os.listdir(folder))


def ends_in_thread(sockets: list[socket.socket], control: socket.socket | None) -> None:
    threading.Thread(target=os._exit, args=(7,)).start()
    hear(sockets[0])


def interrupted(sockets: list[socket.socket], control: socket.socket | None) -> None:
    """Say when the polite cancel comes."""

    class Cancelled(Exception):
        pass

    def cancel(number: int, frame: object) -> NoReturn:
        raise Cancelled

    say(sockets[0], "no handler yet")
    hear(sockets[0])
    signal.signal(signal.SIGUSR2, cancel)
    try:
        say(sockets[0], "ready")
        threading.Event().wait()
    except Cancelled:
        say(sockets[0], "cancelled")
    hear(sockets[0])


SLEEP = "import os, sys, time; sys.stdout.write(str(os.getpid()) + '\\n'); sys.stdout.flush(); time.sleep(600)"


def family(sockets: list[socket.socket], control: socket.socket | None) -> None:
    """Start processes in all the ways that one may lose sight of, and say their ids."""
    found: list[int] = []

    def started(**options: Any) -> None:
        process = subprocess.Popen([sys.executable, "-c", SLEEP], stdout=subprocess.PIPE, **options)
        assert process.stdout is not None
        found.append(int(process.stdout.readline()))

    started()
    started(start_new_session=True)
    for session in (False, True):  # a daemon: its parent ends at once
        reading, writing = os.pipe()
        if not os.fork():
            if session:
                os.setsid()
            inner = os.fork()
            if not inner:
                signal.signal(signal.SIGTERM, signal.SIG_IGN)
                for file in (1, 2):
                    os.close(file)
                os.write(writing, b"%d\n" % os.getpid())
                while True:
                    time.sleep(600)
            os._exit(0)
        os.close(writing)
        with open(reading, "rb") as file_:
            found.append(int(file_.readline()))
    reading, writing = os.pipe()
    if not os.fork():  # a tree, whose root has a session of its own
        os.setsid()
        for _ in range(2):
            os.fork()
        os.write(writing, b"%d\n" % os.getpid())
        os.close(writing)
        time.sleep(600)
    os.close(writing)
    with open(reading, "rb") as file_:
        found += [int(file_.readline()) for _ in range(4)]
    say(sockets[0], found)
    hear(sockets[0])


def forks_and_ends(sockets: list[socket.socket], control: socket.socket | None) -> None:
    """Leave a child that holds every file this worker has; then end as the test says."""
    child = os.fork()
    if not child:
        time.sleep(600)
    say(sockets[0], child)
    if hear(sockets[0]) == "exit":
        os._exit(5)
    while True:
        time.sleep(600)


def child_uses_wire(sockets: list[socket.socket], control: socket.socket | None) -> None:
    """Fork a child that reads and writes the wire, and say what happened to it."""
    reading, writing = os.pipe()
    if not os.fork():
        got = sockets[0].recv(10)
        try:
            sockets[0].sendall(b"from the child")
            sent = "sent"
        except OSError as error:
            sent = type(error).__name__
        os.write(writing, json.dumps([got.decode(), sent]).encode() + b"\n")
        os._exit(0)
    with open(reading, "rb") as file:
        say(sockets[0], json.loads(file.readline()))
    hear(sockets[0])


def closes_files(sockets: list[socket.socket], control: socket.socket | None) -> None:
    say(sockets[0], os.getpid())
    hear(sockets[0])
    os.closerange(0, 1000)
    while True:
        time.sleep(600)


def ignores_everything(sockets: list[socket.socket], control: socket.socket | None) -> None:
    for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
        signal.signal(number, signal.SIG_IGN)
    say(sockets[0], os.getpid())
    os.kill(os.getpid(), signal.SIGSTOP)


def prints(sockets: list[socket.socket], control: socket.socket | None) -> None:
    """Write what the test says, to one stream or both."""
    while (said := hear(sockets[0])) is not None:
        file, times, data = said
        written = data.encode("latin-1") * times
        while written:
            written = written[os.write(file, written) :]
        say(sockets[0], "written")


def prints_text(sockets: list[socket.socket], control: socket.socket | None) -> None:
    print("föö \udc80 \N{SNOWMAN}")
    print("one line", flush=True)
    print("no newline", end="", file=sys.stderr)


def floods(sockets: list[socket.socket], control: socket.socket | None) -> NoReturn:
    say(sockets[0], os.getpid())
    chunk = b"all work and no play\n" * 3000
    while True:
        os.write(1, chunk)
        os.write(2, b"x" * 60000)
