"""An installed distribution under a pin: what its RECORD lists is hashed, and nothing else of it runs."""

from __future__ import annotations

import importlib.util
import marshal
import subprocess
import sys
import sysconfig
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import hotplug
from hotplug import ArtifactError, TrustError
from hotplug.trust.pins import digest_of

if TYPE_CHECKING:
    from typing import Literal

    from hotplug import Artifact
    from hotplug.testing import Installation, PluginMaker

    Boundary = Literal["inline", "process"]

Word = Callable[[], str]
FILES = {
    "own/__init__.py": "word = 'good'\ndef later() -> str:\n    from own import late\n    return late.word\n",
    "own/late.py": "word = 'late'",
}
WAYS = (("inline", False), ("inline", True), ("process", False))
every_way = pytest.mark.parametrize(("boundary", "private"), WAYS, ids=["inline", "private", "process"])


@pytest.fixture
def own(make_plugin: PluginMaker) -> Installation:
    return make_plugin.installed("own", FILES)


def the(private: bool = False) -> Artifact:
    return hotplug.installed("own", private=private)


def evil(make: PluginMaker) -> str:
    return f"{make.tripwire('evil')}\nword = 'evil'\n"


def record_of(own: Installation) -> Path:
    return own.dist_info / "RECORD"


def unlist(own: Installation, path: str) -> None:
    lines = record_of(own).read_text().splitlines(keepends=True)
    record_of(own).write_text("".join(line for line in lines if not line.startswith(path)))


@every_way
def test_bytecode_beside_the_source_does_not_run(
    boundary: Boundary, private: bool, own: Installation, make_plugin: PluginMaker
) -> None:
    for path in FILES:
        file = own.site / path
        place = Path(importlib.util.cache_from_source(str(file)))
        place.parent.mkdir(exist_ok=True)
        head = importlib.util.MAGIC_NUMBER + (1).to_bytes(4, "little") + bytes(8)  # PEP 552: unchecked
        place.write_bytes(head + marshal.dumps(compile(evil(make_plugin), str(file), "exec")))
    with hotplug.open(the(private), pin=digest_of(the()), boundary=boundary) as plugin:
        assert plugin.lookup("word") == "good"
        assert plugin.lookup("later", Word)() == "late"
    assert not make_plugin.ran("evil")


@every_way
def test_a_file_that_is_not_in_the_record_does_not_run(
    boundary: Boundary, private: bool, own: Installation, make_plugin: PluginMaker
) -> None:
    pin = digest_of(the())
    (own.site / "own/more.py").write_text(evil(make_plugin))
    assert digest_of(the()) == pin
    with (
        hotplug.open(the(private), pin=pin, boundary=boundary) as plugin,
        pytest.raises(hotplug.SymbolNotFound),
    ):
        plugin.lookup("own.more:word")
    assert not make_plugin.ran("evil")


@every_way
def test_a_record_that_lists_less_is_another_digest(boundary: Boundary, private: bool, own: Installation) -> None:
    pin = digest_of(the())
    unlist(own, "own/late.py")
    with pytest.raises(TrustError, match="is not what was pinned"):
        hotplug.open(the(private), pin=pin, boundary=boundary)


def test_the_hashes_in_a_record_are_not_believed(own: Installation) -> None:
    pin = digest_of(the())
    (own.site / "own/__init__.py").write_text("word = 'evil'")
    with pytest.raises(TrustError):
        hotplug.open(the(), pin=pin)


@pytest.mark.parametrize("name", ["METADATA", "entry_points.txt"])
def test_metadata_is_what_was_hashed(name: str, make_plugin: PluginMaker) -> None:
    own = make_plugin.installed("own", FILES, entry_points={"g": {"n": "own:late"}})
    pin = digest_of(the())
    (own.dist_info / name).write_text("Metadata-Version: 2.1\nName: own\nVersion: 1.0\n\nchanged\n")
    with pytest.raises(TrustError):
        hotplug.open(the(), pin=pin)


def test_metadata_that_no_record_lists_is_not_believed(own: Installation) -> None:
    unlist(own, f"{own.dist_info.name}/METADATA")
    with pytest.raises(TrustError, match="its RECORD does not list its METADATA"):
        hotplug.open(the(), pin=digest_of(the()))


@pytest.mark.parametrize("path", ["own/../../outside.py", "own/../own/late.py"])
def test_a_record_that_leads_out_is_refused(path: str, own: Installation, make_plugin: PluginMaker) -> None:
    make_plugin.module("outside.py", evil(make_plugin))
    with record_of(own).open("a") as record:
        record.write(f"{path},,\n")
    with pytest.raises(ArtifactError, match="leaves its folder"):
        digest_of(the())


def test_a_file_that_is_gone_is_told(own: Installation) -> None:
    (own.site / "own/late.py").unlink()
    with pytest.raises(ArtifactError, match="cannot be read"):
        hotplug.open(the(), pin="sha256:" + "0" * 64)


def test_what_was_imported_before_it_was_pinned_is_refused_where_it_is_shared(own: Installation) -> None:
    pin = digest_of(the())
    importlib.import_module("own.late")
    with pytest.raises(TrustError, match="its module own was imported before its pin was checked") as caught:
        hotplug.open(the(), pin=pin)
    assert "boundary='process'" in str(caught.value)
    assert "private=True" in str(caught.value)
    with hotplug.open(the(private=True), pin=pin) as plugin:
        assert plugin.lookup("word") == "good"
    with hotplug.open(the(), pin=pin, boundary="process") as plugin:
        assert plugin.lookup("word") == "good"


def test_what_was_opened_without_a_pin_is_refused_too(own: Installation) -> None:
    hotplug.open(the()).close()
    with pytest.raises(TrustError, match="was imported before"):
        hotplug.open(the(), pin=digest_of(the()))


def test_once_it_is_pinned_everybody_imports_the_copy(own: Installation, empty_cache: Path) -> None:
    pin = digest_of(the())
    with hotplug.open(the(), pin=pin) as plugin:
        late: Any = importlib.import_module("own.late")
        assert late.__file__.startswith(str(empty_cache))
        with hotplug.open(the()) as unpinned, hotplug.open(the(), pin=pin) as again:
            assert unpinned.lookup("own:") is plugin.lookup("own:") is again.lookup("own:")
            assert again == plugin != unpinned


def test_a_start_that_failed_leaves_the_next_version_to_be_opened(make_plugin: PluginMaker) -> None:
    own = make_plugin.installed("own", {"own/__init__.py": "raise OSError"})
    with pytest.raises(hotplug.ActivationError):
        hotplug.open(the(), pin=digest_of(the()))
    (own.site / "own/__init__.py").write_text("word = 'mended'")
    with hotplug.open(the()) as plugin:
        assert plugin.lookup("word") == "mended"
        assert str(plugin.lookup("own:__file__")) == str(own.site / "own/__init__.py")


@every_way
def test_a_portion_of_a_package_of_several_distributions(
    boundary: Boundary, private: bool, make_plugin: PluginMaker
) -> None:
    own = make_plugin.installed("own", {"shared/one.py": "word = 'one'", "shared/deep/two.py": "word = 'two'"})
    make_plugin.installed("other", {"shared/three.py": "word = 'three'"})
    pin = digest_of(the())
    for each in ("shared/one.py", "shared/deep/two.py"):
        (own.site / each).chmod(0o600)
    with hotplug.open(the(private), pin=pin, boundary=boundary) as plugin:
        (own.site / "shared/one.py").write_text("word = 'evil'")
        (own.site / "shared/deep/two.py").write_text("word = 'evil'")
        assert plugin.lookup("shared.one:word") == "one"
        assert plugin.lookup("shared.deep.two:word") == "two"


def test_an_editable_install_is_the_digest_of_its_source(make_plugin: PluginMaker) -> None:
    own = make_plugin.installed("own", FILES, editable=True)
    pin = digest_of(the())
    assert pin == digest_of(own.source)
    (own.source / "more.txt").write_text("more")
    with pytest.raises(TrustError):
        hotplug.open(the(), pin=pin)


@pytest.mark.parametrize("boundary", ["inline", "process"])
def test_native_code_is_loaded_from_the_copy(
    boundary: Boundary, make_plugin: PluginMaker, empty_cache: Path
) -> None:
    name = f"xxlimited{sysconfig.get_config_var('EXT_SUFFIX')}"
    library = Path(sysconfig.get_config_var("DESTSHARED")) / name
    if not library.exists():
        pytest.skip("this Python comes without the extension module that is there to be tried")
    program = """
import sys, hotplug
from pathlib import Path
from hotplug.testing import PluginMaker
from hotplug.trust.pins import digest_of
folder, library, boundary = sys.argv[1:]
with PluginMaker(folder) as make:
    own = make.installed("xxlimited", {Path(library).name: Path(library).read_bytes()})
    pin = digest_of(hotplug.installed("xxlimited"))
    with hotplug.open(hotplug.installed("xxlimited"), pin=pin, boundary=boundary) as plugin:
        print(plugin.lookup("xxlimited:__file__"))
    file = own.site / Path(library).name
    file.write_bytes(file.read_bytes() + b"x")
    try:
        hotplug.open(hotplug.installed("xxlimited"), pin=pin, boundary=boundary)
    except hotplug.TrustError:
        print("refused")
"""
    command = [sys.executable, "-c", program, str(make_plugin.root), str(library), boundary]
    run = subprocess.run(command, check=True, capture_output=True, text=True)
    path, refused = run.stdout.splitlines()
    assert path.startswith(str(empty_cache))
    assert refused == "refused"
