"""Real programs on popular wheels: the same output when a wheel is opened privately as when it is installed?

Run as ``python benchmarks/compatibility/programs.py``, with pip and uv at hand; it writes a table to
benchmarks/results/programs.md, and its exit status is 0 where every program came out the same. Each file below
``programs/`` names its wheels; they are fetched once, into ``.compatibility`` in the checkout.

Every program runs in two processes, which differ in nothing but where the wheels are. *Installed*: they lie on
``sys.path``, with all that they depend on. *Opened*: only what they depend on lies there; the wheels and the
program are composed into one artifact, which is opened. One wheel stays a wheel: the program is a module more in
it. Several become a folder, an import root. With ``--beside`` the host has the wheels installed as well. With
``--boundary process`` it is opened in a worker, what it prints is what the host logs of it, and the table goes to
benchmarks/results/programs-process.md.
"""

from __future__ import annotations

import argparse
import ast
import atexit
import base64
import csv
import hashlib
import io
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import traceback
import venv
import zipfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

CHECKOUT = Path(__file__).parents[2]
PROGRAMS = Path(__file__).parent / "programs"
RESULTS = CHECKOUT / "benchmarks" / "results"
WORK = CHECKOUT / ".compatibility"
CACHE = WORK / "programs-cache"
HOST = ("installer", "msgspec", "packaging")
"""What hotplug itself needs to open a wheel, and to have it in a worker."""
OF_HOTPLUG = WORK / "-".join(("host", *HOST))
"""Where that is installed."""
SETTING_UP: dict[str, threading.Lock] = {}
"""By the folder that is being installed."""
TIMEOUT = 120  # seconds for one process
SAME = "same"


class Program(NamedTuple):
    """A program as its file declares it.

    Attributes:
        path: Its file; the stem is its name.
        purpose: What it does, the first line of its docstring.
        wheels: What is opened with it, as requirements with a version.
        needs: What it needs besides, which stays with the host.
    """

    path: Path
    purpose: str
    wheels: tuple[str, ...]
    needs: tuple[str, ...]

    @property
    def name(self) -> str:
        """Its module's name."""
        return self.path.stem

    def distributions(self) -> list[str]:
        """Return the names of its wheels, as requirements write them."""
        return [wheel.partition("==")[0] for wheel in self.wheels]


class Paths(NamedTuple):
    """What was set up for one program.

    Attributes:
        program: A folder with the program alone.
        everything: What the wheels and the program need, and the wheels.
        dependencies: The same without the wheels.
        artifact: The wheels and the program, as they are opened.
        modules: The names of the modules that the wheels hold.
    """

    program: Path
    everything: Path
    dependencies: Path
    artifact: Path
    modules: tuple[str, ...]


class Opening(NamedTuple):
    """How artifacts are opened.

    Attributes:
        beside: Whether the host has the wheels installed as well.
        boundary: Where the opened programs run.
        hotplug: The folder with the package hotplug.
        control: Whether nothing is opened: the programs run installed, twice.
    """

    beside: bool = False
    boundary: str = "inline"
    hotplug: Path = CHECKOUT / "src"
    control: bool = False

    @property
    def options(self) -> dict[str, str]:
        """What ``hotplug.open`` is given besides the artifact."""
        return {} if self.boundary == "inline" else {"boundary": self.boundary}

    @property
    def result(self) -> Path:
        """The page that says what came of it."""
        return RESULTS / ("programs.md" if self.boundary == "inline" else f"programs-{self.boundary}.md")


class Outcome(NamedTuple):
    """What one process came to.

    Attributes:
        text: What the program returned, None where it did not get that far.
        printed: What the process wrote to its standard output.
        error: The traceback or what else went wrong, empty where nothing did.
        stage: What it was doing: ``open``, ``run``, ``close``, ``end``.
        exposed: Modules of the wheels that the host had under their own names.
        left: Private modules that were still there after closing.
        freed: Whether the close report says that nothing is left in memory.
    """

    text: str | None
    printed: str
    error: str = ""
    stage: str = "end"
    exposed: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    freed: bool | None = None


class Verdict(NamedTuple):
    """How a program's two runs compare.

    Attributes:
        program: Which program.
        word: ``same``, or in a word or two what was not.
        detail: What a reader needs to find the cause.
        freed: Whether closing freed everything, None where it did not come to that.
        seconds: How long both runs took.
    """

    program: Program
    word: str
    detail: str = ""
    freed: bool | None = None
    seconds: float = 0.0


def read(path: Path) -> Program:
    """Read what a program declares, without running it."""
    tree = ast.parse(path.read_text("utf-8"))
    declared: dict[str, Any] = {
        target.id: ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name) and target.id in ("WHEELS", "NEEDS")
    }
    purpose = (ast.get_docstring(tree) or "").partition("\n")[0]
    return Program(path, purpose, tuple(declared["WHEELS"]), tuple(declared.get("NEEDS", ())))


# --- setting up


def run_tool(*command: str) -> None:
    """Run a tool of the set-up.

    Raises:
        RuntimeError: If it fails, with what it said.
    """
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        said = "\n".join(line for line in done.stderr.splitlines() if not line.startswith(("warning", "WARNING")))
        raise RuntimeError(f"{' '.join(command)} failed:\n{said}")


def fetch(requirement: str) -> Path:
    """Return a pure wheel of one distribution; fetch it if it was not yet."""
    wheels = WORK / "wheels"
    wheels.mkdir(parents=True, exist_ok=True)
    name, _, version = requirement.partition("==")
    for wheel in sorted(wheels.glob("*-none-any.whl")):
        parts = wheel.name.split("-")
        if (normalised(parts[0]), parts[1]) == (normalised(name), version):
            return wheel
    with tempfile.TemporaryDirectory(dir=WORK) as folder:
        run_tool(
            *(sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"),
            *("--platform=any", f"--dest={folder}", requirement),
        )
        (fetched,) = Path(folder).glob("*.whl")
        return fetched.replace(wheels / fetched.name)


def normalised(name: str) -> str:
    """Return a distribution's name in the form that file names have, in lower case."""
    return name.lower().replace("-", "_").replace(".", "_")


def set_up_host() -> None:
    """Make the environment that the programs run in, with nothing installed, and what hotplug needs."""
    if not (WORK / "python").exists():
        venv.create(WORK / "python", symlinks=True)
    if not OF_HOTPLUG.exists():
        install(OF_HOTPLUG, HOST)


def install(target: Path, requirements: Iterable[str]) -> None:
    """Install distributions and what they depend on into an empty folder."""
    uv = shutil.which("uv") or str(Path(sys.executable).with_name("uv"))
    half = target.with_name(f"{target.name}.half")
    shutil.rmtree(half, ignore_errors=True)
    run_tool(
        *(uv, "pip", "install", "--quiet", "--python", str(WORK / "python" / "bin" / "python")),
        *("--target", str(half), *requirements),
    )
    half.replace(target)


def set_up(program: Program) -> Paths:
    """Fetch, install and compose what a program needs; what was done once is not done again."""
    wheels = [fetch(each) for each in program.wheels]
    key = "\n".join([program.path.read_text("utf-8"), *(wheel.name for wheel in wheels)])
    wanted = hashlib.sha256("\n".join([*program.wheels, *program.needs]).encode()).hexdigest()[:12]
    installed = WORK / "installed" / wanted
    everything, dependencies = installed / "everything", installed / "dependencies"
    with SETTING_UP.setdefault(wanted, threading.Lock()):  # programs on the same wheels share these folders
        if not dependencies.exists():
            installed.mkdir(parents=True, exist_ok=True)
            shutil.rmtree(everything, ignore_errors=True)
            install(everything, [*map(str, wheels), *program.needs])
            leave_out(everything, dependencies, set(map(normalised, program.distributions())))
    place = WORK / "programs" / program.name
    stamp = place / "composed.txt"
    files = [name for wheel in wheels for name in members(wheel)]
    if not (stamp.exists() and stamp.read_text("utf-8") == key):
        shutil.rmtree(place, ignore_errors=True)
        (place / "program").mkdir(parents=True)
        shutil.copy(program.path, place / "program")
        compose(program, wheels, place / "artifact")
        stamp.write_text(key, "utf-8")
    artifact = place / "artifact"
    if len(wheels) == 1:
        artifact /= wheels[0].name
    return Paths(place / "program", everything, dependencies, artifact, modules_of(files))


def leave_out(everything: Path, target: Path, distributions: set[str]) -> None:
    """Link a folder of installed distributions without some of them."""
    gone: set[str] = set()
    for record in everything.glob("*.dist-info/RECORD"):
        if normalised(record.parent.name.partition("-")[0]) in distributions:
            with record.open(encoding="utf-8", newline="") as file:
                gone.update(os.path.normpath(row[0]) for row in csv.reader(file) if row)
    half = target.with_name("half")
    shutil.rmtree(half, ignore_errors=True)
    for folder, _, names in os.walk(everything):
        for name in names:
            path = Path(folder, name)
            relative = path.relative_to(everything)
            if str(relative) in gone or path.suffix == ".pyc":
                continue
            (half / relative).parent.mkdir(parents=True, exist_ok=True)
            os.link(path, half / relative)
    half.mkdir(exist_ok=True)
    half.replace(target)


def members(wheel: Path) -> Iterator[str]:
    """Yield where the files of a wheel land when it is installed."""
    with zipfile.ZipFile(wheel) as archive:
        yield from filter(None, map(place_of, archive.namelist()))


def place_of(name: str) -> str:
    """Return where a member of a wheel lands, empty where it is no code."""
    if name.endswith("/"):
        return ""
    top, _, rest = name.partition("/")
    if not top.endswith(".data"):
        return name
    scheme, _, rest = rest.partition("/")
    return rest if scheme in ("purelib", "platlib") else ""


def modules_of(files: Iterable[str]) -> tuple[str, ...]:
    """Return the names of modules by their files; not of folders that others may have a part of."""
    paths = (file.removesuffix(".py").removesuffix("/__init__") for file in files if file.endswith(".py"))
    return tuple(sorted(path.replace("/", ".") for path in paths))


def compose(program: Program, wheels: list[Path], target: Path) -> None:
    """Put the wheels and the program together: one stays a wheel, several become a folder."""
    target.mkdir()
    if len(wheels) == 1:
        add_module(wheels[0], program.path, target / wheels[0].name)
        return
    for wheel in wheels:
        with zipfile.ZipFile(wheel) as archive:
            for member in archive.namelist():
                place = place_of(member)
                if place:
                    (target / place).parent.mkdir(parents=True, exist_ok=True)
                    (target / place).write_bytes(archive.read(member))
    shutil.copy(program.path, target)


def add_module(wheel: Path, module: Path, target: Path) -> None:
    """Write a wheel again with a top-level module more, which its RECORD vouches for; it keeps its name."""
    with zipfile.ZipFile(wheel) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.infolist():
            data = old.read(member)
            if member.filename.endswith(".dist-info/RECORD"):
                data = data.rstrip(b"\n") + b"\n" + record_line(module)
            new.writestr(member.filename, data)
        new.write(module, module.name)


def record_line(file: Path) -> bytes:
    """Return a file's line in a RECORD."""
    data = file.read_bytes()
    digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow([file.name, f"sha256={digest}", len(data)])
    return line.getvalue().encode()


# --- one process


def inside(order: dict[str, Any]) -> dict[str, Any]:
    """Do what a process of its own was started for, and return what came of it."""
    outcome: dict[str, Any] = {"stage": "run"}
    try:
        if "artifact" in order:
            opened(order, outcome)
        else:
            run: Callable[[], str] = import_module(order["program"]).run
            outcome["text"] = run()
    except BaseException:  # noqa: BLE001  (a program may raise whatever it likes)
        outcome["error"] = traceback.format_exc()
    else:
        outcome["stage"] = "end"
    return outcome


def opened(order: dict[str, Any], outcome: dict[str, Any]) -> None:
    """Open the artifact, run the program in it, close it, and look at what that left."""
    import hotplug

    if order["options"].get("boundary") == "process":
        pass_on_output()
    before = set(sys.modules)
    outcome["stage"] = "open"
    plugin = hotplug.open(order["artifact"], **order["options"])
    try:
        outcome["stage"] = "run"
        run = cast("Callable[[], str]", plugin.lookup(f"{order['program']}:run"))
        try:
            outcome["text"] = str(run())
        except BaseException:
            outcome["error"] = traceback.format_exc()
            raise
        finally:
            del run
            outcome["exposed"] = sorted((set(sys.modules) - before).intersection(order["modules"]))
    except BaseException:
        with suppress(BaseException):
            plugin.close()
        raise
    outcome["stage"] = "close"
    report = plugin.close()
    outcome["freed"] = report.unloaded and not report.reason  # a worker that was ended gives a reason
    folders = (f"{order['cache']}{os.sep}", f"{order['artifact']}{os.sep}")
    outcome["left"] = sorted(
        name
        for name, module in list(sys.modules.items())
        if name not in before
        and ("__hp" in name or str(getattr(module, "__file__", None) or "").startswith(folders))
    )


def pass_on_output() -> None:
    """Print what a worker prints, which its host has as records of a logger."""
    import logging

    class Printing(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            print(record.getMessage(), file=sys.stdout if record.levelno == logging.INFO else sys.stderr)

    logger = logging.getLogger("hotplug")
    logger.setLevel(logging.INFO)
    logger.addHandler(Printing())


def process(program: Program, paths: Paths, homes: Path, host: Path, opening: Opening | None) -> Outcome:
    """Run a program in a process of its own.

    Args:
        program: Which one.
        paths: What was set up for it.
        homes: A folder outside of the checkout, whose pyproject.toml is none of theirs.
        host: The folder of what is installed.
        opening: How the artifact is opened; None where the wheels are installed.
    """
    home = homes / program.name  # the same for both runs: a program may say where it is
    shutil.rmtree(home, ignore_errors=True)
    (home / "work").mkdir(parents=True)
    order: dict[str, Any] = {"program": program.name, "result": str(home / "result.json")}
    path = [str(paths.program), str(host)]
    if opening is not None:
        path = [str(host), str(opening.hotplug), str(OF_HOTPLUG)]
        order |= {
            "artifact": str(paths.artifact),
            "options": opening.options,
            "modules": paths.modules,
            "cache": str(CACHE),
        }
    variables = {
        "PATH": os.defpath,
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "HOME": str(home),
        "TMPDIR": str(home),
        "PYTHONPATH": os.pathsep.join(path),
        "PYTHONHASHSEED": "0",
        "HOTPLUG_CACHE": str(CACHE),
    }
    (home / "order.json").write_text(json.dumps(order), "utf-8")
    python = str(WORK / "python" / "bin" / "python")
    try:
        done = subprocess.run(
            [python, "-P", "-s", os.path.abspath(__file__), "--inside", str(home / "order.json")],
            cwd=home / "work",
            env=variables,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            timeout=TIMEOUT,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Outcome(None, "", f"took longer than {TIMEOUT} s", "run")
    try:
        found: dict[str, Any] = json.loads(Path(order["result"]).read_text("utf-8"))
    except OSError:
        return Outcome(None, done.stdout, f"ended with {done.returncode}:\n{done.stderr}", "run")
    error = found.get("error", "")
    return Outcome(
        found.get("text"),
        done.stdout,
        f"{done.stderr}\n{error}" if error else "",
        found["stage"],
        tuple(found.get("exposed", ())),
        tuple(found.get("left", ())),
        found.get("freed"),
    )


# --- comparing


def judge(program: Program, opening: Opening, homes: Path) -> Verdict:
    """Run a program both ways, and compare."""
    try:
        paths = set_up(program)
    except Exception as error:  # noqa: BLE001  (one program's trouble is not the others')
        return Verdict(program, "not set up", str(error))
    start = time.perf_counter()
    there = process(program, paths, homes, paths.everything, None)
    if opening.control:
        here = process(program, paths, homes, paths.everything, None)
    else:
        here = process(program, paths, homes, paths.everything if opening.beside else paths.dependencies, opening)
    seconds = time.perf_counter() - start
    word, detail = compared(there, here)
    return Verdict(program, word, detail, here.freed, seconds)


def compared(there: Outcome, here: Outcome) -> tuple[str, str]:
    """Return in a word or two how an opened run compares with the installed one, and the detail."""
    if there.error or there.text is None:
        return "not a program", there.error
    if here.error or here.text is None:
        words = {"open": "refused", "close": "not closed"}
        return ("took too long" if "took longer" in here.error else words.get(here.stage, "raises")), here.error
    if (there.text, there.printed) != (here.text, here.printed):
        return "differs", difference(there.text + there.printed, here.text + here.printed)
    if here.exposed:
        return "mixed", f"in the host under their own names: {', '.join(here.exposed[:9])}"
    if here.left:
        return "left behind", f"after closing: {', '.join(here.left[:9])}"
    return SAME, ""


def difference(there: str, here: str) -> str:
    """Return the first lines of two texts that differ, and their surroundings."""
    import difflib

    lines = difflib.unified_diff(there.splitlines(), here.splitlines(), "installed", "opened", lineterm="", n=1)
    return "\n".join(list(lines)[:40])


def table(verdicts: list[Verdict], opening: Opening) -> str:
    """Return the verdicts as a page."""
    counts = Counter(verdict.word for verdict in verdicts)
    others = ", ".join(f"{count} {word}" for word, count in counts.most_common() if word != SAME)
    freed = sum(verdict.freed is True for verdict in verdicts)
    where = "installed as well" if opening.beside else "not installed"
    lines = [
        f"# {counts[SAME]} of {len(verdicts)} programs give the same output opened as installed",
        "",
        f"Python {platform.python_version()}, boundary {opening.boundary}; the wheels are {where} in the host.",
        f"Others: {others or 'none'}. Closing freed everything: {freed}.",
        "",
        "| program | wheels | what it does | verdict | freed at close |",
        "| --- | --- | --- | --- | --- |",
        *(
            f"| {verdict.program.name} | {', '.join(verdict.program.wheels).replace('==', ' ')} "
            f"| {verdict.program.purpose.rstrip('.')} | {verdict.word} "
            f"| {'' if verdict.freed is None else 'yes' if verdict.freed else 'no'} |"
            for verdict in verdicts
        ),
    ]
    return "\n".join(lines) + "\n"


def main() -> int:
    """Judge the programs, print what is not the same, and write the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--only", nargs="+", metavar="PROGRAM", help="run these only, and write no table")
    parser.add_argument("--jobs", type=int, default=2, help="how many programs run at a time (default: 2)")
    parser.add_argument("--beside", action="store_true", help="the host has the wheels as well")
    parser.add_argument(
        "--control", action="store_true", help="run them installed, twice: is it they that differ?"
    )
    parser.add_argument("--boundary", default="inline", help="where the opened program runs (default: inline)")
    parser.add_argument("--hotplug", type=Path, default=Opening().hotplug, help="where the package hotplug lies")
    parser.add_argument("--lines", type=int, default=16, help="how many lines of a detail are shown (default: 16)")
    parser.add_argument("--output", type=Path, help="where the table goes (default: benchmarks/results)")
    parser.add_argument("--inside", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.inside:
        order = json.loads(arguments.inside.read_text("utf-8"))
        Path(order["result"]).write_text(json.dumps(inside(order)), "utf-8")
        # what exit handlers print belongs to the program; its threads are not waited for
        atexit._run_exitfuncs()  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
        sys.stdout.flush()
        os._exit(0)
    known = {path.stem: path for path in sorted(PROGRAMS.glob("*.py"))}
    unknown = set(arguments.only or ()) - set(known)
    if unknown:
        parser.error(f"there is no program {', '.join(sorted(unknown))}")
    programs = [read(known[name]) for name in arguments.only or known]
    opening = Opening(arguments.beside, arguments.boundary, arguments.hotplug.absolute(), arguments.control)
    set_up_host()
    shutil.rmtree(CACHE, ignore_errors=True)  # what an earlier hotplug left there says nothing of this one
    verdicts: list[Verdict] = []
    with tempfile.TemporaryDirectory(prefix="programs-") as homes, ThreadPoolExecutor(arguments.jobs) as pool:
        for verdict in pool.map(partial(judge, opening=opening, homes=Path(homes)), programs):
            verdicts.append(verdict)
            freed = "" if verdict.freed is not False else ", not freed whole"
            print(f"{verdict.program.name}: {verdict.word}{freed} ({verdict.seconds:.1f} s)", flush=True)
            if verdict.detail:
                said = verdict.detail.strip().splitlines()
                print("    " + "\n    ".join(said[-arguments.lines :]), flush=True)
    text = table(verdicts, opening)
    output = arguments.output or (None if arguments.only or arguments.control else opening.result)
    if output is not None:
        output.write_text(text, "utf-8")
    print(text.splitlines()[0].removeprefix("# "))
    return 0 if all(verdict.word == SAME for verdict in verdicts) else 1


if __name__ == "__main__":
    sys.exit(main())
