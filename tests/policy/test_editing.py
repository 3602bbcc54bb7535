"""Enabling and disabling in the file: what somebody wrote there stays, and nothing is half done."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from hotplug import PolicyError
from hotplug.policy.editing import set_enabled
from hotplug.policy.file import Policy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "hotplug.toml"


def test_a_file_that_is_not_there_is_made(tmp_path: Path) -> None:
    path = tmp_path / "config" / "greeter" / "hotplug.toml"
    assert set_enabled(path, "russian", False)
    assert path.read_text() == "[plugins.russian]\nenabled = false\n"
    assert set_enabled(path, "russian", True)
    assert Policy.read(path).of("russian").enabled
    assert not set_enabled(path, "russian", True)


def test_what_stands_there_stays(path: Path) -> None:
    path.write_text('# ours\npaths = ["plugins"]  # theirs\n\n[plugins.french]  # why\nboundary = "process"\n')
    set_enabled(path, "french", False)
    assert path.read_text() == (
        '# ours\npaths = ["plugins"]  # theirs\n\n[plugins.french]  # why\nboundary = "process"\nenabled = false\n'
    )


NAMES = ["with.dot", 'quo"te', "it's", "a b", "é", "\x1b[31m", "1", "-x", "plugins", "a\nb", "#", "[x]", "\\"]


@pytest.mark.parametrize("name", NAMES)
def test_every_name_can_be_disabled(name: str, path: Path) -> None:
    path.write_text("[plugins.other]\nenabled = true\n")
    assert set_enabled(path, name, False)
    policy = Policy.read(path)
    assert list(policy.plugins) == ["other", name]
    assert not policy.of(name).enabled
    assert policy.line("plugins", name, "enabled") is not None


def test_a_name_that_is_no_text_is_refused(path: Path) -> None:
    with pytest.raises(PolicyError, match=r"udcff' is no text, no policy file can name it\n  rename"):
        set_enabled(path, "\udcff", False)
    assert not path.exists()


@pytest.mark.parametrize(
    "text",
    [
        "plugins.french.enabled = true # why\n",
        "[plugins]\nfrench = { enabled = true }\nrussian = {}\n",
        "plugins = { french = { boundary = 'process' } }\n",
        "[plugins.french.config]\nloud = true\n[plugins.russian]\n",
        "[plugins.russian]\n[limits]\n[plugins.french]\nenabled = true\n[provides]\n",
        "[plugins.french.config]\na = 1\n\n[limits]\n\n[plugins.russian]\n",
        "# only a remark",
        "group = 'g'\r\n[plugins.french]\r\nboundary = 'process'\r\n",
        "group = 'no end of line'",
    ],
)
def test_every_way_to_write_it_is_edited(text: str, path: Path) -> None:
    path.write_bytes(text.encode())
    before = Policy.read(path)
    assert set_enabled(path, "french", False)
    after = Policy.read(path)
    assert not after.of("french").enabled
    assert after.of("french")._replace(enabled=True) == before.of("french")
    assert [after.plugins.get(name) for name in before.plugins if name != "french"] == [
        before.plugins[name] for name in before.plugins if name != "french"
    ]
    assert ("\r\n" in text) == (b"\r\n" in path.read_bytes())
    assert ("#" in text) == (b"#" in path.read_bytes())
    assert set_enabled(path, "french", True)
    assert Policy.read(path).of("french") == before.of("french")


def test_what_is_wrong_is_not_edited(path: Path) -> None:
    path.write_text("pahts = []\n")
    with pytest.raises(PolicyError, match="line 1: pahts is not known"):
        set_enabled(path, "french", False)
    assert path.read_text() == "pahts = []\n"
    with pytest.raises(PolicyError, match="a plugin has a name"):
        set_enabled(path, "", False)


def test_a_link_stays_a_link_and_the_rights_stay(path: Path, tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    real = tmp_path / "real" / "mine.toml"
    real.write_text("")
    real.chmod(0o640)
    path.symlink_to(real)
    assert set_enabled(path, "french", False)
    assert path.is_symlink()
    assert "enabled = false" in real.read_text()
    assert real.stat().st_mode & 0o777 == 0o640
    assert sorted(os.listdir(tmp_path / "real")) == ["mine.toml"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_the_owner_stays(path: Path) -> None:
    path.write_text("# theirs\n")
    path.chmod(0o640)
    os.chown(path, 65534, 65533)
    set_enabled(path, "french", False)
    status = path.stat()
    assert (status.st_uid, status.st_gid, status.st_mode & 0o777) == (65534, 65533, 0o640)


def test_a_link_to_nothing_is_filled(path: Path, tmp_path: Path) -> None:
    path.symlink_to(tmp_path / "later.toml")
    assert set_enabled(path, "french", False)
    assert "enabled = false" in (tmp_path / "later.toml").read_text()


def test_what_cannot_be_written_is_said_and_nothing_is_left(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path.write_text("# mine\n")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    def refused(*_: object) -> bool:
        return False

    with monkeypatch.context() as patched:
        patched.setattr("hotplug.policy.editing.os.fsync", full)
        with pytest.raises(PolicyError, match="cannot be written: No space left"):
            set_enabled(path, "french", False)
    assert os.listdir(path.parent) == ["hotplug.toml"]
    assert path.read_text() == "# mine\n"
    with monkeypatch.context() as patched:
        patched.setattr("hotplug.policy.editing.os.access", refused)
        with pytest.raises(PolicyError, match="is read-only"):
            set_enabled(path, "french", False)
    (path.parent / "file").write_text("")
    with pytest.raises(PolicyError, match="cannot be written"):
        set_enabled(path.parent / "file" / "hotplug.toml", "french", False)
    with pytest.raises(PolicyError, match="is a folder"):
        set_enabled(path.parent, "french", False)


def test_who_edit_at_once_find_what_the_others_did(path: Path) -> None:
    names = [f"n{number}" for number in range(24)]
    code = (
        "import sys; from hotplug.policy.editing import set_enabled; set_enabled(sys.argv[1], sys.argv[2], False)"
    )
    others = [subprocess.Popen([sys.executable, "-c", code, str(path), name]) for name in names[:4]]
    with ThreadPoolExecutor(8) as pool:
        assert all(each.result() for each in [pool.submit(set_enabled, path, name, False) for name in names[4:]])
    assert [each.wait(60) for each in others] == [0] * 4
    policy = Policy.read(path)
    assert sorted(policy.plugins) == sorted(names)
    assert not any(each.enabled for each in policy.plugins.values())
    assert os.listdir(path.parent) == ["hotplug.toml"]


@pytest.mark.parametrize(
    "value", ["nan", "-nan", "inf", "-inf", "[nan, {a = nan}]", "1e400", "0.1000", "-0.0", "1_000.5"]
)
def test_every_number_of_a_configuration_is_kept(value: str, path: Path) -> None:
    path.write_text(f"[plugins.french.config]\nloudness = {value}  # so loud\n")
    assert set_enabled(path, "french", False)
    assert f"loudness = {value}  # so loud\n" in path.read_text()
    assert not Policy.read(path).of("french").enabled


@pytest.mark.parametrize(
    "value",
    ["1979-05-27", "07:32:00.5", "1979-05-27 07:32:00", "1979-05-27T00:32:00.999-07:00", "0xff", "0o7", "0b1"],
)
def test_every_date_of_a_configuration_is_kept(value: str, path: Path) -> None:
    path.write_text(f"[plugins.french.config]\nsince = {value}\n")
    assert set_enabled(path, "russian", False)
    assert f"since = {value}\n" in path.read_text()
