"""What an uninstaller runs before the program goes: the keys leave the keyring, and nothing else is touched."""

from __future__ import annotations

import os
import subprocess
import sys
import uuid
from typing import TYPE_CHECKING

import pytest

from heatpunk_desktop.app.forget_keys import run_forget_keys
from heatpunk_desktop.config import credentials
from heatpunk_desktop.config.credentials import SERVICE, Credentials
from heatpunk_desktop.config.settings import Settings
from heatpunk_desktop.domain.account import Account

if TYPE_CHECKING:
    from pathlib import Path

    from keyring.backend import KeyringBackend

KEY = "Sesame-123"


class FakeKeyring:
    """A keyring in memory, which may refuse."""

    def __init__(self, error: Exception | None = None) -> None:
        self.kept: dict[tuple[str, str], str] = {}
        self.error = error

    def get_password(self, service: str, username: str) -> str | None:
        if self.error is not None:
            raise self.error
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


def accounts() -> tuple[Account, Account]:
    one = uuid.uuid4().hex
    return Account("heatpunk.co.uk", f"{one}@firm.test"), Account("easy-pv.co.uk", f"Other.{one}@firm.test")


def known_in(data_dir: Path, *known: Account) -> None:
    settings = Settings.load(data_dir)
    for account in known[:-1]:
        settings.note_key(account)
    settings.domain, settings.email = known[-1].domain, known[-1].email
    settings.save()


def contents(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_each_account_is_told_and_no_file_is_changed(data_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first, second = accounts()
    known_in(data_dir, first, second)
    (data_dir / "accounts").mkdir()
    (data_dir / "accounts" / "some.sqlite3").write_bytes(b"data")
    before = contents(data_dir)
    ring = FakeKeyring()
    Credentials(lambda: ring, {}).set(first, KEY)
    assert run_forget_keys(data_dir, Credentials(lambda: ring, {})) == 0
    assert capsys.readouterr().out.splitlines() == [
        f"{first.email} at heatpunk.co.uk: the key is forgotten.",
        f"{second.email} at easy-pv.co.uk: the keyring holds no key.",
    ]
    assert ring.kept == {}
    assert contents(data_dir) == before


def test_a_keyring_that_stays_locked_is_said_for_each(data_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    known_in(data_dir, *accounts())
    locked = type("KeyringLocked", (Exception,), {})(KEY)
    assert run_forget_keys(data_dir, Credentials(lambda: FakeKeyring(locked), {})) == 1
    said = capsys.readouterr().out
    assert said.count("the key could not be forgotten. ") == 2
    assert "it is locked" in said
    assert KEY not in said


@pytest.mark.parametrize("folder", ["data", "not there"])
def test_without_accounts_that_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str], folder: str) -> None:
    assert run_forget_keys(tmp_path / folder, Credentials(lambda: None, {})) == 0
    assert "there is no key to forget" in capsys.readouterr().out
    assert list(tmp_path.iterdir()) == []


def test_the_program_takes_the_keys_out_of_the_real_keyring(real_keyring: KeyringBackend, data_dir: Path) -> None:
    first, second = accounts()
    stranger = Account("heatpunk.co.uk", f"stranger-{uuid.uuid4().hex}@firm.test")
    known_in(data_dir, first, second)
    for account in (first, second, stranger):
        Credentials(environment={}).set(account, KEY)
    command = [sys.executable, "-m", "heatpunk_desktop", "--forget-keys", "--data-dir", str(data_dir)]
    variables = {**os.environ, credentials.VARIABLE: "of-the-environment"}
    try:
        for ending in ("the key is forgotten.", "the keyring holds no key."):
            done = subprocess.run(command, env=variables, capture_output=True, text=True, timeout=60, check=False)
            assert (done.returncode, done.stderr) == (0, "")
            assert done.stdout.splitlines() == [
                f"{first.email} at heatpunk.co.uk: {ending}",
                f"{second.email} at easy-pv.co.uk: {ending}",
            ]
        for account in (first, second):
            assert real_keyring.get_password(SERVICE, f"{account.email} @ {account.host}") is None
        assert Credentials(environment={}).get(stranger) == KEY, "of an account that the folder does not know"
    finally:
        Credentials(environment={}).delete(stranger)
