from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from heatpunk_desktop.config.credentials import Credentials, KeyLocation
from heatpunk_desktop.domain.account import Account
from heatpunk_desktop.errors import BadInputError, KeyringError, KnownError
from heatpunk_desktop.services.tasks.key_saver import KeySaver
from tests.fakes import ACCOUNT

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


class FakeKeyring:
    """A keyring that may be slow, forgetful or locked."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}
        self.open = threading.Event()
        self.open.set()
        self.error: Exception | None = None
        self.forgets = False

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.open.wait(20)
        if self.error:
            raise self.error
        if not self.forgets:
            self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


@pytest.fixture
def ring() -> FakeKeyring:
    return FakeKeyring()


def keep(qtbot: QtBot, ring: FakeKeyring | None, key: str) -> tuple[object, object, str | None]:
    credentials = Credentials(lambda: ring, {})
    keeper = KeySaver(credentials)
    with qtbot.waitSignal(keeper.kept) as kept:
        keeper.keep(ACCOUNT, key)
    account, result = kept.args
    return account, result, credentials.get(ACCOUNT)


def test_a_key_goes_to_the_keyring(qtbot: QtBot, ring: FakeKeyring) -> None:
    assert keep(qtbot, ring, "k-1") == (ACCOUNT, KeyLocation.KEYRING, "k-1")
    assert list(ring.kept.values()) == ["k-1"]


def test_without_a_keyring_it_is_kept_for_this_session(qtbot: QtBot) -> None:
    assert keep(qtbot, None, "k-1") == (ACCOUNT, KeyLocation.SESSION_ONLY, "k-1")


@pytest.mark.parametrize("trouble", ["locked", "forgets"])
def test_a_keyring_that_does_not_take_it_is_said_and_the_key_can_be_used(
    qtbot: QtBot, ring: FakeKeyring, trouble: str
) -> None:
    ring.error = OSError("k-1") if trouble == "locked" else None
    ring.forgets = True
    _, result, key = keep(qtbot, ring, "k-1")
    assert isinstance(result, KeyringError)
    assert "k-1" not in result.text()
    assert key == "k-1"


def test_what_is_no_key_is_said(qtbot: QtBot, ring: FakeKeyring) -> None:
    _, result, key = keep(qtbot, ring, "two words")
    assert isinstance(result, BadInputError)
    assert key is None


def test_the_window_does_not_wait_for_a_keyring_that_asks_the_user(qtbot: QtBot, ring: FakeKeyring) -> None:
    ring.open.clear()
    keeper = KeySaver(Credentials(lambda: ring, {}))
    with qtbot.waitSignal(keeper.kept):
        keeper.keep(ACCOUNT, "k-1")
        assert ring.kept == {}
        ring.open.set()
    assert len(ring.kept) == 1


def test_two_keys_at_once_are_both_told(qtbot: QtBot, ring: FakeKeyring) -> None:
    ring.open.clear()
    keeper = KeySaver(Credentials(lambda: ring, {}))
    told: list[Account] = []
    keeper.kept.connect(lambda account, _result: told.append(account))
    other = Account("elsewhere.test", "b@b.test")
    keeper.keep(ACCOUNT, "k-1")
    keeper.keep(other, "k-2")
    ring.open.set()
    qtbot.waitUntil(lambda: len(told) == 2, timeout=20_000)
    assert set(told) == {ACCOUNT, other}


def test_a_bug_is_told_too(qtbot: QtBot, ring: FakeKeyring, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Credentials, "set", lambda *_: 1 / 0)
    _, result, key = keep(qtbot, ring, "k-1")
    assert isinstance(result, KnownError)
    assert key is None
