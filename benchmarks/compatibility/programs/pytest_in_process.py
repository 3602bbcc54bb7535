"""Runs tests of a file in this process: fixtures, parameters, rewritten assertions, a plugin of its own."""

import contextlib
import io
import re

WHEELS = ("pytest==8.4.2",)

TESTS = """
import logging
import pytest

@pytest.fixture(params=[1, 2])
def number(request):
    yield request.param

def test_passes(number, tmp_path):
    (tmp_path / "x").write_text(str(number))
    assert number in (1, 2)

def test_fails():
    left = {"a": [1, 2, 3]}
    assert left == {"a": [1, 2, 4]}

@pytest.mark.parametrize("text", ["a", pytest.param("b", marks=pytest.mark.xfail(reason="known"))])
def test_texts(text, monkeypatch):
    monkeypatch.setenv("TEXT", text)
    assert text == "a"

@pytest.mark.skip(reason="not now")
def test_skipped():
    pass

def test_raises(capsys, caplog):
    print("printed")
    with pytest.raises(ZeroDivisionError, match="by zero"):
        1 / 0
    logging.getLogger("x").warning("logged")
    assert capsys.readouterr().out == "printed\\n"
    assert caplog.messages == ["logged"]

def test_own(own):
    assert own == "fixture of the plugin"
    assert 0.1 + 0.2 == pytest.approx(0.3)
"""


def run() -> str:
    import pytest

    class Plugin:
        def __init__(self):
            self.outcomes = []

        @pytest.fixture
        def own(self):
            return "fixture of the plugin"

        @pytest.hookimpl(trylast=True)
        def pytest_runtest_logreport(self, report):
            if report.when == "call" or report.outcome != "passed":
                self.outcomes.append(f"{report.nodeid} {report.outcome}")

    with open("test_some.py", "w", encoding="utf-8") as file:
        file.write(TESTS)
    with open("conftest.py", "w", encoding="utf-8") as file:
        file.write(
            "import pytest\n\ndef pytest_configure(config):\n    config.addinivalue_line('markers', 'slow: x')\n"
        )
    plugin, out = Plugin(), io.StringIO()
    with contextlib.redirect_stdout(out):
        code = pytest.main(
            ["-p", "no:cacheprovider", "-rA", "--color=no", "--tb=short", "-v", "test_some.py"], plugins=[plugin]
        )
    text = re.sub(r"in [\d.]+s|0x[0-9a-f]+", "-", out.getvalue())
    kept = [
        line for line in text.splitlines() if not line.startswith(("platform", "rootdir", "cachedir", "plugins"))
    ]
    return "\n".join([repr(code), *plugin.outcomes, *kept])
