from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QCoreApplication

from heatpunk_desktop.api.client import ApiClient
from heatpunk_desktop.domain.account import Account
from heatpunk_desktop.errors import BadAnswerError, ConnectionTroubleError, KeyRefusedError
from heatpunk_desktop.services.tasks.connection_tester import ConnectionTester
from tests.fakes import NOON
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
    qtbot.waitUntil(lambda: not thread.is_alive(), timeout=20_000)
    QCoreApplication.processEvents()
    assert len(bench.found) == 1
