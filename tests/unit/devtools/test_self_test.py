"""The self-test's looks at what came along: each has been seen to fail where something is missing or lies."""

from __future__ import annotations

import functools
import shutil
import ssl
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import apsw
import pytest
from PySide6.QtCore import QLibraryInfo

from heatpunk_desktop.api.client import ApiClient
from heatpunk_desktop.config.credentials import Credentials
from heatpunk_desktop.devtools import self_test
from heatpunk_desktop.devtools.self_test import MissingError
from heatpunk_desktop.errors import KeyringError

if TYPE_CHECKING:
    from heatpunk_desktop.domain.account import Account

pytestmark = pytest.mark.usefixtures("qapp")


@pytest.fixture
def plugins(tmp_path: Path) -> Path:
    """Qt's plug-ins as they are, to be spoiled."""
    place = tmp_path / "plugins"
    shutil.copytree(QLibraryInfo.path(QLibraryInfo.LibraryPath.PluginsPath), place, copy_function=_link)
    return place


def _link(source: str, target: str) -> None:
    Path(target).symlink_to(Path(source).resolve())


def test_every_plugin_that_is_wanted_is_there() -> None:
    assert "plug-ins, style" in self_test.check_plugins()


@pytest.mark.parametrize("name", ["platforms/libqoffscreen.so", "iconengines/libqsvgicon.so"])
def test_a_plugin_that_is_missing_is_named(plugins: Path, name: str) -> None:
    (plugins / name).unlink()
    wanted = name.replace("/lib", "/").removesuffix(".so")
    with pytest.raises(MissingError, match=rf"^{wanted} is missing$"):
        self_test.check_plugins(plugins)


def test_a_plugin_that_cannot_be_loaded_is_named(plugins: Path) -> None:
    (plugins / "imageformats" / "libqsvg.so").unlink()
    (plugins / "imageformats" / "libqsvg.so").write_bytes(b"spoiled")
    with pytest.raises(MissingError, match=r"^imageformats/qsvg cannot be loaded: .*libqsvg\.so"):
        self_test.check_plugins(plugins)


def test_icons_that_are_missing_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(self_test, "resources_folder", lambda: tmp_path)
    with pytest.raises(MissingError, match="holds 0 icons"):
        self_test.check_resources()


class LyingCredentials(Credentials):
    """A keyring that takes a key, and gives another one back in the next session."""

    def get(self, account: Account) -> str | None:
        return "something else" if super().get(account) else None


class FakeKeyring:
    """A keyring in memory; one for all sessions."""

    kept: dict[str, str]

    def __init__(self, *, forgets: bool = False, stays: bool = False) -> None:
        self.kept, self.forgets, self.stays = {}, forgets, stays

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get(service + username)

    def set_password(self, service: str, username: str, password: str) -> None:
        if not self.forgets:
            self.kept[service + username] = password

    def delete_password(self, service: str, username: str) -> None:
        if not self.stays:
            del self.kept[service + username]


@pytest.mark.parametrize(
    ("kind", "ring", "error", "words"),
    [
        (LyingCredentials, FakeKeyring(), MissingError, "something else back"),
        (Credentials, FakeKeyring(forgets=True), KeyringError, "could not be used"),
        (Credentials, FakeKeyring(stays=True), MissingError, "did not forget"),
    ],
    ids=["lies", "forgets", "keeps"],
)
def test_a_keyring_that_does_not_do_as_it_should_is_noticed(
    kind: type[Credentials],
    ring: FakeKeyring,
    error: type[Exception],
    words: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(self_test, "Credentials", functools.partial(kind, lambda: ring))
    with pytest.raises(error, match=words):
        self_test.check_keyring()


def test_without_a_keyring_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(self_test, "Credentials", functools.partial(Credentials, lambda: None))
    assert "for the session only" in self_test.check_keyring()


def test_a_server_that_nobody_vouches_for_has_to_be_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "is refused" in self_test.check_tls()
    certificate = self_test.UNTRUSTED[self_test.UNTRUSTED.index("-----BEGIN CERT") :]

    def gullible() -> ssl.SSLContext:
        return ssl.create_default_context(cadata=certificate)

    monkeypatch.setattr(self_test, "ApiClient", functools.partial(ApiClient, tls_context=gullible))
    with pytest.raises(MissingError, match="was not refused"):
        self_test.check_tls()


def test_a_database_that_is_not_encrypted_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "well").mkdir()
    assert "encrypted files by SQLite3 Multiple Ciphers" in self_test.check_database(tmp_path / "well")

    def plain(path: Path, _key: str, statement: str) -> None:
        connection = apsw.Connection(str(path))
        connection.execute(statement).fetchall()
        connection.close()

    monkeypatch.setattr(self_test, "_on_encrypted", plain)
    with pytest.raises(MissingError, match="encrypted is not"):
        self_test.check_database(tmp_path)


def test_time_zones_that_are_missing_or_wrong_are_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "time zones" in self_test.check_time_zones()
    monkeypatch.setattr(self_test, "ZoneInfo", lambda _name: ZoneInfo("Etc/UTC"))
    with pytest.raises(MissingError, match="should be an hour"):
        self_test.check_time_zones()

    def without(_name: str) -> ZoneInfo:
        return ZoneInfo("Europe/Atlantis")

    monkeypatch.setattr(self_test, "ZoneInfo", without)
    with pytest.raises(MissingError, match="neither the system nor the program"):
        self_test.check_time_zones()
