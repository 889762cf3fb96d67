"""; ."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QCoreApplication

from heatpunk_desktop.api.client import ApiClient
from heatpunk_desktop.config.credentials import Credentials, KeyLocation
from heatpunk_desktop.domain.account import Account
from heatpunk_desktop.errors import (
    BadAnswerError,
    BadInputError,
    ConnectionTroubleError,
    KeyRefusedError,
    KeyringError,
    KnownError,
)
from heatpunk_desktop.services.tasks.key_tasks import ConnectionTester, KeySaver
from tests.conftest import TIMEOUT_S
from tests.fakes import ACCOUNT, NOON
from tests.faulty_sandbox.faults import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

    from heatpunk_desktop.services.sync.facts import ConnectionTest
    from tests.faulty_sandbox.server import FaultySandbox


class Bench:
    """A tester, and what it found so far."""

    def __init__(self, qtbot: QtBot, server: FaultySandbox) -> None:
        self.account = Account(server.origin, server.user_email)
        self.tester = ConnectionTester(lambda account, key: ApiClient(account.origin, lambda: key), clock=lambda: NOON)
        self.found: list[ConnectionTest] = []
        self.tester.tested.connect(self.found.append)
        self._qtbot = qtbot

    def test(self, key: str) -> ConnectionTest:
        self.found.clear()
        self.tester.test(self.account, key)
        self._qtbot.waitUntil(lambda: bool(self.found))
        return self.found[0]


@pytest.fixture
def bench(qtbot: QtBot, server: FaultySandbox) -> Iterator[Bench]:
    bench = Bench(qtbot, server)
    yield bench
    bench.tester.cancel()


def test_an_account_that_works_is_said_to_be_connected(bench: Bench, server: FaultySandbox) -> None:
    days = {"start": "2026-11-18", "end": "2026-11-24"}
    found = bench.test(server.api_key)
    assert found.error is None
    (request,) = server.log.to("list")
    assert request.json() == {"userEmail": server.user_email, **days}
    assert found.words == f"Connected as {server.user_email}."


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Fault.html(), BadAnswerError),
        (Fault.wrong_json(), BadAnswerError),
        (Fault.answer(200, '{"status":"success","projects":[{"ID":1},'), BadAnswerError),
        (Fault.answer(500), ConnectionTroubleError),
        (Fault.drop_before(), ConnectionTroubleError),
        (Fault.answer(403), KeyRefusedError),
    ],
    ids=["page", "types", "cut", "500", "drop", "403"],
)
def test_trouble_is_said_in_words(bench: Bench, server: FaultySandbox, fault: Fault, kind: type[Exception]) -> None:
    server.faults.add(fault, endpoint="list")
    found = bench.test(server.api_key)
    assert isinstance(found.error, kind)
    assert found.words == found.error.title


def test_a_wrong_key_and_a_server_that_is_not_there(bench: Bench, server: FaultySandbox) -> None:
    assert isinstance(bench.test("wrong").error, KeyRefusedError)
    server.stop()
    assert isinstance(bench.test(server.api_key).error, ConnectionTroubleError)


def test_a_mistake_of_ours_ends_the_test_too(qtbot: QtBot, bench: Bench) -> None:
    def fail(_account: Account, _key: str) -> ApiClient:
        raise ValueError

    tester = ConnectionTester(fail, clock=lambda: NOON)
    with qtbot.waitSignal(tester.tested) as told:
        tester.test(bench.account, "key")
    assert told.args is not None
    assert told.args[0].words == told.args[0].error.title == "The connection could not be tested"


def test_a_test_that_hangs_is_overtaken_and_a_cancelled_one_says_nothing(
    bench: Bench, server: FaultySandbox, qtbot: QtBot
) -> None:
    server.faults.add(Fault.delay(60), endpoint="list")
    bench.tester.test(bench.account, server.api_key)
    server.log.wait_for(1, "list")
    assert bench.test(server.api_key).error is None
    server.faults.add(Fault.delay(60), endpoint="list")
    bench.tester.test(bench.account, server.api_key)
    server.log.wait_for(3, "list")
    (thread,) = (thread for thread in threading.enumerate() if thread.name == "heatpunk-test")
    bench.tester.cancel()
    qtbot.waitUntil(lambda: not thread.is_alive())
    QCoreApplication.processEvents()
    assert len(bench.found) == 1


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
        self.open.wait(TIMEOUT_S)
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
    qtbot.waitUntil(lambda: len(told) == 2)
    assert set(told) == {ACCOUNT, other}


def test_a_bug_is_told_too(qtbot: QtBot, ring: FakeKeyring, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Credentials, "set", lambda *_: 1 / 0)
    _, result, key = keep(qtbot, ring, "k-1")
    assert isinstance(result, KnownError)
    assert key is None
