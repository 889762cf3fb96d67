"""Answers of a quick server are noted several at a time, those of a slow one each as it comes."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from heatpunk_desktop.api.protocol import Endpoint
from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.services.sync import engine_driver
from heatpunk_desktop.services.sync.commands import CreateProject
from heatpunk_desktop.services.sync.network import CONNECTIONS
from heatpunk_desktop.store.outbox_delivery import OutboxDelivery
from heatpunk_desktop.sync.engine import SyncEngine
from tests.fakes import FakeClient, answered
from tests.unit.services.conftest import Running

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from heatpunk_desktop.api.exchange import Exchange
    from heatpunk_desktop.api.protocol import ApiRequest
    from heatpunk_desktop.store.outbox_delivery import ConfirmedCreate
    from heatpunk_desktop.sync.tasks import Taken, Task
    from tests.faulty_sandbox.server import FaultySandbox

COUNT = 60


class Vendor:
    """Refuses the key until it is opened, then makes projects after a while, and counts."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.is_open = threading.Event()
        self.wait = threading.Event()
        self._lock = threading.Lock()
        self._made = 0

    def __call__(self, request: ApiRequest) -> Exchange:
        if not self.is_open.is_set():
            return answered(401)
        if request.endpoint is not Endpoint.CREATE:
            return answered(200, [])
        self.wait.wait(self.seconds)
        with self._lock:
            self._made += 1
            return answered(200, {"status": "success", "projectId": 1000 + self._made})


def sent(qtbot: QtBot, server: FaultySandbox, data_dir: Path, vendor: Vendor) -> None:
    """Have many creates wait, and then go."""
    run = Running(qtbot, server, data_dir, make_client=lambda: FakeClient(vendor))
    try:
        for number in range(COUNT):
            run.service.run(CreateProject({Field.CUSTOMER_NAME: f"Customer {number}"}, server.user_email))
        run.wait_counts(COUNT, 0, 0)
        vendor.is_open.set()
        run.service.key_given()
        run.wait_counts(0, 0, COUNT)
        assert sorted(run.replaced().values()) == [*range(1001, 1001 + COUNT)]
        assert len(run.told["keys_replaced"]) < COUNT, "not each alone"
    finally:
        run.service.stop()


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many creates were noted to be done at a time."""
    sizes: list[int] = []
    confirm = OutboxDelivery.confirm_creates

    def counted(delivery: OutboxDelivery, made: Sequence[ConfirmedCreate], now: str) -> set[int]:
        sizes.append(len(made))
        return confirm(delivery, made, now)

    monkeypatch.setattr(OutboxDelivery, "confirm_creates", counted)
    return sizes


def test_answers_of_a_quick_server_are_noted_several_at_a_time(
    qtbot: QtBot, server: FaultySandbox, data_dir: Path, taken: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_driver, "_QUICK", 30.0)
    monkeypatch.setattr(engine_driver, "_GATHER_MS", 2000)
    monkeypatch.setattr(engine_driver, "_READY", 32)
    sent(qtbot, server, data_dir, Vendor(0.003))
    assert sum(taken) == COUNT
    # Not the first ones: the key that was just given has the driver go on, with what is there at that moment.
    assert max(taken) >= 32, "while each connection had something to do"


def test_answers_of_a_slow_server_wait_for_no_others(
    qtbot: QtBot, server: FaultySandbox, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_driver, "_QUICK", 0.0)
    gathered: list[bool] = []
    take = SyncEngine.take

    def looked(engine: SyncEngine, answers: Iterable[tuple[Task, Exchange]]) -> Taken:
        answers = list(answers)
        gathered.append(len(answers) > CONNECTIONS)
        return take(engine, answers)

    monkeypatch.setattr(SyncEngine, "take", looked)
    sent(qtbot, server, data_dir, Vendor(0.02))
    assert not any(gathered)
