"""Requests that the user waits for, where the answer is older than a change of theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.services.sync.instructions import LoadProject
from heatpunk_desktop.services.sync.online_requests import OnlineRequests
from tests.unit.sync.little_server import Bench

if TYPE_CHECKING:
    from heatpunk_desktop.services.sync.network import Job
    from heatpunk_desktop.store.account_store import AccountStore


class Held:
    """Network threads that hold every request, and nobody to be notified."""

    def __init__(self) -> None:
        self.jobs: list[Job] = []
        self.answers: list[Any] = []

    def submit(self, job: Job) -> None:
        self.jobs.append(job)

    def put(self, *_: object) -> None: ...

    def notify(self, *_: object) -> None: ...


def test_a_project_is_asked_for_again_if_it_was_changed_meanwhile(store: AccountStore) -> None:
    bench, held, parent = Bench(store), Held(), QObject()
    bench.server.put(1, customerName="Priya")
    bench.known()
    requests = OnlineRequests(bench.engine, store.reader, held, held, held, parent)  # type: ignore[arg-type]
    requests.answered.connect(held.answers.append)
    requests.ask(7, LoadProject(1))
    (before,) = held.jobs
    old = bench.server.answer(before.request)
    bench.update(1, {Field.CUSTOMER_NAME: "Gwen"}, {Field.CUSTOMER_NAME: "Priya"})
    bench.now()
    requests.take(before, old)
    assert held.answers == []
    after = held.jobs[-1]
    assert after is not before
    requests.take(after, bench.server.answer(after.request))
    (answer,) = held.answers
    assert (answer.number, answer.result.server_values[Field.CUSTOMER_NAME]) == (7, "Gwen")
