"""Ask mypy and pyright about every situation of the corpus, and write down what they say.

Run as ``python tests/contract/validate.py``; it needs mypy, pyright and Python 3.13 (to parse the
newest syntax), and rewrites corpus/verdicts.json.
It prints every situation of which the two disagree, with each other or with the corpus.
"""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

CORPUS = Path(__file__).parent / "corpus"
VERDICTS = CORPUS / "verdicts.json"
_SETTINGS = '{"pythonVersion": "%s", "typeCheckingMode": "standard", "reportAttributeAccessIssue": true}'


def as_assignments(source: str) -> tuple[str, dict[int, tuple[str, bool]]]:
    """Return the module with each statement of a situation as an assignment, and where each stands."""
    tree = ast.parse(source)
    lines = source.splitlines()
    stated: dict[int, tuple[str, bool]] = {}
    for node in tree.body:
        call = node.value if isinstance(node, ast.Expr) else None
        if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Name)):
            continue
        if call.func.id not in {"accept", "refuse"}:
            continue
        why, value, contract = call.args
        assert isinstance(why, ast.Constant)
        first, last = node.lineno - 1, (node.end_lineno or node.lineno) - 1
        lines[first] = f"_{node.lineno}: {ast.unparse(contract)} = {ast.unparse(value)}"
        for index in range(first + 1, last + 1):
            lines[index] = ""
        stated[node.lineno] = (str(why.value), call.func.id == "accept")
    text = "\n".join(lines).replace("# mypy: ignore-errors", "").replace("# pyright: basic", "")
    return text + "\n", stated


def mypy_errors(folder: Path, version: str) -> dict[str, set[int]]:
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--python-version", version, "--no-error-summary", "--check-untyped-defs",
         "--hide-error-context", "--no-color-output", "--cache-dir", str(folder / ".cache"), "--config-file=",
         *[str(each) for each in sorted(folder.glob("*.py"))]],
        capture_output=True, text=True, check=False, cwd=folder,
    )  # fmt: skip
    found: dict[str, set[int]] = {}
    for line in done.stdout.splitlines():
        match = re.match(r"(.*?)([\w]+)\.py:(\d+): error", line)
        if match:
            found.setdefault(match[2], set()).add(int(match[3]))
    return found


def pyright_errors(folder: Path, version: str) -> dict[str, set[int]]:
    (folder / "pyrightconfig.json").write_text(_SETTINGS % version)
    done = subprocess.run(
        [sys.executable, "-m", "pyright", "--outputjson", "--project", str(folder)],
        capture_output=True, text=True, check=False, cwd=folder,
    )  # fmt: skip
    found: dict[str, set[int]] = {}
    for each in json.loads(done.stdout)["generalDiagnostics"]:
        if each["severity"] == "error":
            line = each["range"]["start"]["line"] + 1
            found.setdefault(Path(each["file"]).stem, set()).add(line)
    return found


def ask(
    modules: dict[str, str], version: str
) -> dict[str, tuple[dict[int, tuple[str, bool]], set[int], set[int]]]:
    """Return, for each module, its situations by line and the lines that mypy and pyright refuse."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        stated: dict[str, dict[int, tuple[str, bool]]] = {}
        for module, source in modules.items():
            text, stated[module] = as_assignments(source)
            text = text.replace("from corpus import accept, refuse", "")
            text = text.replace("from corpus import sample_", "import sample_")
            (folder / f"{module}.py").write_text(text)
        mypy, pyright = mypy_errors(folder, version), pyright_errors(folder, version)
    return {module: (stated[module], mypy.get(module, set()), pyright.get(module, set())) for module in modules}


def main() -> None:
    """Write the verdicts and print what needs a look."""
    found: dict[str, dict[str, list[bool]]] = {}
    modules = {each.stem: each.read_text() for each in sorted(CORPUS.glob("*.py")) if each.stem != "__init__"}
    old = {name: text for name, text in modules.items() if not name.startswith("from_3")}
    new = {name: text for name, text in modules.items() if name.startswith("from_3")}
    answers = ask(old, "3.11") | ask(new, "3.13")
    count = agreed = 0
    for module, (stated, mypy, pyright) in answers.items():
        entry = found.setdefault(module, {})
        for line, (why, accepted) in stated.items():
            verdicts = [line not in mypy, line not in pyright]
            assert why not in entry, f"{module}: stated twice: {why}"
            entry[why] = verdicts
            count += 1
            if verdicts[0] == verdicts[1]:
                agreed += 1
                if verdicts[0] != accepted:
                    print(f"{module}.py:{line}: {why}: stated {accepted}, both say {verdicts[0]}")
            else:
                print(f"{module}.py:{line}: {why}: mypy {verdicts[0]}, pyright {verdicts[1]}, stated {accepted}")
    VERDICTS.write_text(json.dumps(found, indent=1, sort_keys=True) + "\n")
    print(f"{count} situations, {agreed} on which mypy and pyright agree")


if __name__ == "__main__":
    main()
