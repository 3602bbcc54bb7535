"""``config=``: the policy's table for a plugin as the host's type, checked before anything of the plugin runs."""

from __future__ import annotations

import importlib
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from greeter import Greeter
from hotplug import ActivationError, Catalog, ContractError, Policy, PolicyError, TransferError
from hotplug.policy.file import PluginPolicy
from hotplug.testing import PluginMaker

GROUP = "greeter.plugins"

HOST = """
import datetime
import os
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Annotated, ClassVar, Generic, Hashable, NamedTuple, NotRequired, SupportsIndex
from typing import TypedDict, TypeVar
import attrs
import msgspec

@dataclass
class Voice:
    pitch: int = 1

@dataclass
class Config:
    loud: bool = False
    times: int = 1
    voice: Voice = field(default_factory=Voice)
    voices: list[Voice] = field(default_factory=list)
    since: datetime.date | None = None

    def __post_init__(self) -> None:
        if self.times < 1:
            raise ValueError("times is at least 1")
        if self.times > 99:
            raise LookupError("times is at most 99")

@dataclass
class Strict:
    word: str

@dataclass
class Places:
    folder: Path = Path("as/written")
    others: list[Path] = field(default_factory=list)
    remote: PurePosixPath | None = None

@dataclass
class Foreign:
    word: str = ""
    number: complex = 1j
    path: os.PathLike[str] | None = None

@dataclass
class Wide:
    word: object = None
    words: list[Hashable] | None = None
    number: SupportsIndex | None = None
    sizes: dict[object, int] | None = None

@dataclass
class Keyed:
    sizes: dict[Path, int]

@dataclass
class MaybeKeyed:
    sizes: list[dict[Annotated[Path, msgspec.Meta(title="a path")] | None, int]]

T = TypeVar("T")

@dataclass
class Both(Generic[T]):
    one: T
    computed: int = field(init=False, default=0)

@dataclass
class Generics:
    path: Both[Path]
    number: Both[int]

@dataclass
class GenericKeyed:
    numbers: Both[dict[str, int]]
    paths: Both[dict[Path, int]]

class Row(NamedTuple):
    sizes: dict[Path, int]

@dataclass
class Rows:
    rows: list[Row]

class Part(NamedTuple):
    voice: Voice
    times: int = 1

class Mute(Voice):
    def __post_init__(self) -> None:
        if self.pitch:
            raise ValueError("A4 is too high" if self.pitch > 440 else "")

class Struct(msgspec.Struct):
    word: str = "struct"

class Typed(TypedDict):
    word: NotRequired[str]

class Soft(msgspec.Struct, tag="soft"):
    breath: int = 1

class Hard(msgspec.Struct, tag="hard"):
    voice: Voice | None = None

@dataclass
class Computed:
    times: int = 1
    twice: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        self.twice = 2 * self.times

@dataclass(init=False)
class Made:
    times: int = 1

    def __init__(self, times: int) -> None:
        self.times = 2 * times

@dataclass
class Kept:
    times: int = 1

    def __init__(self, times: int) -> None:
        self.times = times

class Below(Config):
    def __init__(self) -> None:
        super().__init__(times=7)

@dataclass
class Holds:
    made: dict[str, list[Made | None]]

@dataclass
class Checked:
    __pydantic_validator__: ClassVar[object] = None
    times: int = 1

@attrs.define
class Lower:
    word: str = attrs.field(converter=str.lower, default="")

@attrs.define(init=False)
class Own:
    times: int = 1

    def __init__(self, times: int) -> None:
        self.__attrs_init__(times)

@attrs.define
class Fine:
    times: int = attrs.field(default=1, validator=attrs.validators.ge(1))
    twice: int = attrs.field(init=False, default=2)
    next: "Fine | None" = None

@dataclass
class Odd:
    way: Soft | Hard | None = None
    voices: list[Voice] | int | None = None
    named: dict[str, Voice] | None = None
    pair: tuple[int, Voice] | None = None
    noted: Annotated[Voice, msgspec.Meta(title="a voice")] = field(default_factory=Voice)
    parts: list[Part] | None = None
    part: Part | int | None = None
    sizes: dict[int, int] | None = None
    mute: Mute | None = None
    said: Annotated[str, msgspec.Meta(pattern="^ - at `$.x`")] | None = None
"""

PLUGIN = """
import host

print("started")

class French:
    def __init__(self, config: host.Config) -> None:
        self.config = config

    def greet(self) -> str:
        config = self.config
        return f"{config.loud} {config.times} {config.voice.pitch} {len(config.voices)} {config.since}"

def Greeter(config: host.Config) -> French:
    return French(config)
"""

SAYING = """
import host

class Words:
    def __init__(self, config: host.{0}) -> None:
        self.config = config

    def greet(self) -> str:
        return str(self.config)

def Greeter(config: host.{0}) -> Words:
    return Words(config)
"""

Make = Callable[..., Catalog[Greeter]]


@pytest.fixture
def host(make_plugin: PluginMaker, monkeypatch: pytest.MonkeyPatch) -> Iterator[object]:
    """The host's module with its types, where a worker finds it too."""
    folder = make_plugin.module("host/host.py", HOST).parent
    monkeypatch.setattr(sys, "path", [str(folder), *sys.path])
    module = importlib.import_module("host")
    yield module
    del sys.modules["host"]


@pytest.fixture
def make(host: object, make_plugin: PluginMaker, tmp_path: Path) -> Make:
    def make(
        text: str = "", *, config: str | None = "Config", source: str = PLUGIN, **options: object
    ) -> Catalog[Greeter]:
        make_plugin.module("p/french.py", source)
        path = tmp_path / "hotplug.toml"
        path.write_text(f'paths = ["p"]\n{text}')
        kind = None if config is None else getattr(host, config)
        return Catalog(GROUP, Greeter, installed=False, policy=path, config=kind, **options)  # type: ignore[arg-type]

    return make


@pytest.mark.parametrize("boundary", ["inline", "process"])
def test_a_plugin_gets_its_table(make: Make, boundary: str) -> None:
    text = "[plugins.french.config]\nloud = true\nvoice = { pitch = 3 }\nvoices = [{}, {}]\nsince = 2020-02-29\n"
    with make(text, boundary=boundary) as found:
        assert found.load("french").greet() == "True 1 3 2 2020-02-29"
        assert found.load("french") is found.load("french")


def test_without_a_table_it_gets_the_defaults(make: Make) -> None:
    with make() as found:
        assert found.load("french").greet() == "False 1 1 0 None"


def test_a_reload_configures_anew(make: Make, tmp_path: Path) -> None:
    with make() as found:
        old = found.load("french")
        policy = tmp_path / "hotplug.toml"
        policy.write_text(f"{policy.read_text()}[plugins.french.config]\ntimes = 7\n")
        assert found.refresh() == ((), (), ("french",))
        assert found.load("french") is old
        assert found.reload("french").greet() == "False 7 1 0 None"
        assert found.load("french").greet() == "False 7 1 0 None"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("times = '1'", "line 3: plugins.french.config.times: expected `int`, got `str`"),
        ("\nvoice.pitch = 1.5", "line 4: plugins.french.config.voice.pitch: expected `int`, got `float`"),
        ("voices = [{}, { pitch = true }]", "line 3: plugins.french.config.voices[1].pitch: expected `int`, got"),
        ("lout = true", "line 3: plugins.french.config.lout is not known, did you mean 'loud'?"),
        (
            "voices = [{ pich = 1 }]",
            "line 3: plugins.french.config.voices.pich is not known, did you mean",
        ),
        ("times = 0", "line 2: plugins.french.config: times is at least 1"),
        ("times = 100", "line 2: plugins.french.config: LookupError: times is at most 99"),
        ("voice = []", "line 3: plugins.french.config.voice: expected `object`, got `array`"),
    ],
)
def test_what_does_not_fit_is_named_with_its_line_before_the_plugin_starts(
    text: str, said: str, make: Make, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with make(f"[plugins.french.config]\n{text}\n") as found:
        for ask in (found.load, found.open, found.reload):
            with pytest.raises(PolicyError) as caught:
                ask("french")
            assert str(caught.value).startswith(f"french: {tmp_path / 'hotplug.toml'}, {said}")
    assert "started" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("way = { type = 'hard', breath = 3 }", "way.breath"),
        ("way = { type = 'hard', voice = { pich = 3 } }", "way.voice.pich"),
        ("way = { type = 'soft', voice = {} }", "way.voice"),
        ("voices = [{ pitch = 1 }, { pich = 1 }]", "voices.pich"),
        ("named = { a = { pich = 1 } }", "named.a.pich"),
        ("pair = [1, { pich = 1 }]", "pair.pich"),
        ("noted = { pich = 1 }", "noted.pich"),
        ("parts = [[{}], [{ pich = 1 }]]", "parts.pich"),
        ("part = [{ pich = 1 }, 2]", "part.pich"),
    ],
)
def test_what_no_type_of_a_union_has_is_refused(text: str, unknown: str, make: Make) -> None:
    source = (
        "import host\nfrom greeter import Greeter as Contract\ndef Greeter(config: host.Odd) -> Contract: ...\n"
    )
    said = f"line 3: plugins.french.config.{unknown} is not known"
    found = make(f"[plugins.french.config]\n{text}\n", config="Odd", source=source)
    with found, pytest.raises(PolicyError, match=said):
        found.load("french")


def test_every_type_of_a_union_is_taken(make: Make) -> None:
    source = PLUGIN.replace("host.Config", "host.Odd").replace(
        PLUGIN[PLUGIN.index("        config = ") : PLUGIN.index("\ndef Greeter")],
        "        return str(self.config)\n",
    )
    text = """
        way = { type = 'hard', voice = { pitch = 3 } }
        voices = [{ pitch = 1 }, {}]
        named = { a = { pitch = 1 } }
        pair = [1, { pitch = 2 }]
        noted = { pitch = 4 }
        parts = [[{ pitch = 5 }]]
        part = [{}, 2]
        sizes = { 1 = 2 }
        mute = { pitch = 0 }
    """
    with make(f"[plugins.french.config]\n{text}\n", config="Odd", source=source) as found:
        assert found.load("french").greet() == (
            "Odd(way=Hard(voice=Voice(pitch=3)), voices=[Voice(pitch=1), Voice(pitch=1)], "
            "named={'a': Voice(pitch=1)}, pair=(1, Voice(pitch=2)), noted=Voice(pitch=4), "
            "parts=[Part(voice=Voice(pitch=5), times=1)], part=Part(voice=Voice(pitch=1), times=2), "
            "sizes={1: 2}, mute=Mute(pitch=0), said=None)"
        )


@pytest.mark.parametrize(
    ("config", "text", "said"),
    [
        ("Odd", "sizes = { 1 = 1, a = 2 }", "a key of plugins.french.config.sizes: expected `int`, got `str`"),
        ("Odd", "mute = {}", "plugins.french.config.mute: ValueError"),
        ("Odd", "mute = { pitch = 441 }", "plugins.french.config.mute: A4 is too high"),
        ("Odd", "said = 'x'", "plugins.french.config.said: expected `str` matching regex '^ - at `$.x`'"),
        ("Wide", "number = 'x'", "plugins.french.config.number: expected `SupportsIndex`, got `str`"),
        ("Wide", "words = [1, []]", "plugins.french.config.words[1]: expected `Hashable`, got `list`"),
    ],
)
def test_what_a_value_is_not_is_told_at_its_place(config: str, text: str, said: str, make: Make) -> None:
    with make(f"[plugins.french.config]\n{text}\n", config=config) as found, pytest.raises(PolicyError) as caught:
        found.load("french")
    assert f"line 3: {said}\n  correct it" in str(caught.value)


@pytest.mark.parametrize("boundary", ["inline", "process"])
def test_a_path_is_meant_as_the_policy_means_its_own(
    boundary: str, make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", "/at/home")
    source = SAYING.format("Places")
    text = "folder = 'data/../x'\nothers = ['~/y', '/z']\nremote = 'data/../x'\n"
    with make(f"[plugins.french.config]\n{text}", config="Places", source=source, boundary=boundary) as found:
        assert found.load("french").greet() == (
            f"Places(folder=PosixPath('{tmp_path}/x'), others=[PosixPath('/at/home/y'), PosixPath('/z')], "
            "remote=PurePosixPath('data/../x'))"
        )
    with make(config="Places", source=source, boundary=boundary) as found:
        assert found.load("french").greet().startswith("Places(folder=PosixPath('as/written')")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("folder = 3", "folder: expected `str`, got `int`\n  correct it"),
        ("folder = ''", "folder: is no path: it is empty\n  correct it"),
        ("others = ['x', 'a\\u0000b']", "others[1]: is no path: it has a NUL in it\n  correct it"),
    ],
)
def test_what_is_no_path_is_refused_as_none(text: str, said: str, make: Make) -> None:
    with (
        make(f"[plugins.french.config]\n{text.replace(chr(39), chr(34))}\n", config="Places") as found,
        pytest.raises(PolicyError) as caught,
    ):
        found.load("french")
    assert f"line 3: plugins.french.config.{said}" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("number = 3", "number: nothing that stands in a policy is a `complex`\n  leave it out"),
        ("number = 'x'", "number: nothing that stands in a policy is a `complex`\n  leave it out"),
        ("path = 'x'", "path: nothing that stands in a policy is a `PathLike`\n  leave it out"),
    ],
)
def test_of_what_no_policy_can_give_the_operator_learns_whom_to_ask(text: str, said: str, make: Make) -> None:
    source = SAYING.format("Foreign")
    with (
        make(f"[plugins.french.config]\n{text}\n", config="Foreign", source=source) as found,
        pytest.raises(PolicyError) as caught,
    ):
        found.load("french")
    assert f"line 3: plugins.french.config.{said}" in str(caught.value)
    with make("[plugins.french.config]\nword = 'x'\n", config="Foreign", source=source) as found:
        assert found.load("french").greet() == "Foreign(word='x', number=1j, path=None)"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("word = 'x'\nwords = [1, 'y']\nnumber = 3", "word='x', words=[1, 'y'], number=3, sizes=None"),
        ("word = [1]\nsizes = { x = 3 }", "word=[1], words=None, number=None, sizes={'x': 3}"),
    ],
)
def test_a_type_that_something_in_a_policy_is_takes_it_as_it_is(text: str, said: str, make: Make) -> None:
    source = SAYING.format("Wide")
    with make(f"[plugins.french.config]\n{text}\n", config="Wide", source=source) as found:
        assert found.load("french").greet() == f"Wide({said})"


@pytest.mark.parametrize(
    ("config", "table", "said"),
    [
        ("Places", {"others": [Path("x"), "y"]}, "others=[PosixPath('x'), PosixPath('y')]"),
        ("Foreign", {"number": 3j}, "number=3j"),
    ],
)
def test_a_policy_that_a_program_made_may_have_the_values_themselves(
    config: str, table: dict[str, object], said: str, host: object, make_plugin: PluginMaker
) -> None:
    folder = make_plugin.module("p/french.py", SAYING.format(config)).parent
    policy = Policy(plugins={"french": PluginPolicy(config=table)})
    kind = getattr(host, config)
    with Catalog(GROUP, Greeter, paths=[folder], installed=False, policy=policy, config=kind) as found:
        assert said in found.load("french").greet()


def test_generic_types_are_what_they_are_filled_with(make: Make, tmp_path: Path) -> None:
    source = SAYING.format("Generics")
    text = "[plugins.french.config]\npath.one = 'x'\nnumber = { one = 1 }\n"
    with make(text, config="Generics", source=source) as found:
        path = f"PosixPath('{tmp_path}/x')"
        assert found.load("french").greet() == (
            f"Generics(path=Both(one={path}, computed=0), number=Both(one=1, computed=0))"
        )
    with (
        make(f"{text}path.computed = 3\n", config="Generics", source=source) as found,
        pytest.raises(PolicyError, match=r"line 5: plugins\.french\.config\.path\.computed is not known"),
    ):
        found.load("french")


@pytest.mark.parametrize("config", ["Keyed", "MaybeKeyed", "GenericKeyed", "Rows"])
def test_keys_that_would_stay_texts_are_refused(config: str, make: Make) -> None:
    with pytest.raises(TypeError, match="tables with keys that a policy can have, not with keys of Path"):
        make(config=config)


def test_what_must_be_configured_and_is_not(make: Make, capsys: pytest.CaptureFixture[str]) -> None:
    with make(config="Strict") as found, pytest.raises(PolicyError) as caught:
        found.load("french")
    assert str(caught.value) == (
        "french: is not configured: object missing required field `word`\n"
        "  write a table [plugins.french.config] into the policy"
    )
    assert "started" not in capsys.readouterr().out


def test_a_table_that_nobody_reads_is_refused(make: Make) -> None:
    with make("[plugins.french.config]\nloud = true\n", config=None) as found:
        assert found["french"].ready
        with pytest.raises(PolicyError, match="line 2: this host does not configure plugins\n  take it out"):
            found.load("french")
        found.open("french").close()  # whoever opens it asks for no value


@pytest.mark.parametrize("config", ["Struct", "Typed"])
def test_other_kinds_of_types(config: str, make: Make) -> None:
    source = (
        "import host\n"
        "class Words:\n"
        "    def __init__(self, config): self.config = config\n"
        "    def greet(self) -> str: return str(getattr(self.config, 'word', self.config))\n"
        f"def Greeter(config: host.{config}) -> Words: return Words(config)\n"
    )
    with make(config=config, source=source) as found:
        assert found.load("french").greet() == {"Struct": "struct", "Typed": "{}"}[config]


def test_what_cannot_cross_is_refused_at_lookup(make: Make) -> None:
    source = PLUGIN.replace("host.Config", "host.Struct")
    with make(config="Struct", source=source, boundary="process") as found, pytest.raises(TransferError):
        found.load("french")


@pytest.mark.parametrize("config", [int, list[int], "Config", Callable[[int], int]])
def test_what_is_no_type_with_fields_is_refused(config: object) -> None:
    with pytest.raises(TypeError, match="config= takes a class with fields"):
        Catalog(GROUP, Greeter, config=config)  # type: ignore[arg-type]


def test_a_plugin_that_takes_no_configuration_does_not_satisfy_the_contract(make: Make) -> None:
    source = "class French:\n    def greet(self) -> str: return 'salut'\nGreeter = French()\n"
    with make(source=source) as found, pytest.raises(ContractError):
        found.load("french")


def test_what_it_returns_is_checked_where_it_does_not_say(make: Make) -> None:
    with make(source="def Greeter(config): return 3\n") as found, pytest.raises(ContractError) as caught:
        found.load("french")
    assert "greet" in str(caught.value)


@pytest.mark.parametrize("boundary", ["inline", "process"])
@pytest.mark.parametrize("error", ["ValueError", "Own", "SystemExit"])
def test_one_that_fails_on_its_configuration_did_not_start(error: str, boundary: str, make: Make) -> None:
    source = (
        "import host\nfrom greeter import Greeter as Contract\nclass Own(Exception): pass\n"
        f"def Greeter(config: host.Config) -> Contract:\n    raise {error}('too loud')\n"
    )
    with make(source=source, boundary=boundary) as found:
        failed = f"french: failed to start with its configuration: .*{error}: too loud\n  correct its config"
        with pytest.raises(ActivationError, match=failed):
            found.load("french")
        assert list(found.load_all().failed) == ["french"]


def test_who_fails_after_another_thread_was_faster_gets_its_value(make: Make, host: Any) -> None:
    """As where both want the one port that there is."""
    calls: list[int] = []
    host.entered, host.go, host.calls = threading.Event(), threading.Event(), calls
    source = PLUGIN.replace(
        "    return French(config)",
        "    host.calls.append(1)\n"
        "    if len(host.calls) == 1:\n"
        "        host.entered.set()\n"
        "        assert host.go.wait(60)\n"
        "        raise OSError('in use')\n"
        "    return French(config)",
    )
    with make(source=source) as found, ThreadPoolExecutor(1) as threads:
        slow = threads.submit(found.load, "french")
        assert host.entered.wait(60)
        fast = found.load("french")
        host.go.set()
        assert slow.result(60) is fast
        assert len(calls) == 2
        found.unload("french")
        calls.clear()
        host.go.set()
        with pytest.raises(ActivationError, match="in use"):
            found.load("french")


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ("Made", "Made has an __init__ of its own, which would not run"),
        ("Kept", "Kept has an __init__ of its own, which would not run"),
        ("Below", "Below has an __init__ of its own, which would not run"),
        ("Holds", "Made has an __init__ of its own, which would not run"),
        ("Own", "Own has an __init__ of its own, which would not run"),
        ("Checked", "Checked is of pydantic, whose checks would not run"),
        ("Lower", "Lower converts word, which would not be done"),
    ],
)
def test_a_type_of_which_something_would_not_run_is_refused(config: str, said: str, make: Make) -> None:
    with pytest.raises(TypeError, match=f"config= takes what is made of its fields alone: {said}"):
        make(config=config)


@pytest.mark.parametrize("config", ["Computed", "Fine"])
def test_what_a_type_computes_itself_is_no_key(config: str, make: Make) -> None:
    source = PLUGIN.replace("host.Config", f"host.{config}")
    with make("[plugins.french.config]\ntimes = 3\n", config=config, source=source) as found:
        assert found.open("french").close().unloaded
    with (
        make("[plugins.french.config]\ntwice = 3\n", config=config, source=source) as found,
        pytest.raises(PolicyError, match="line 3: plugins.french.config.twice is not known"),
    ):
        found.load("french")
