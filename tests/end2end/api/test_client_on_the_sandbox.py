"""The client and the protocol against the sandbox: one project's whole life, and a list of many."""

from __future__ import annotations

import threading
import time
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest

from heatpunk_desktop.api import protocol
from heatpunk_desktop.api.client import ApiClient
from heatpunk_desktop.api.list_reader import ListReader
from heatpunk_desktop.api.outcome import OutcomeKind, classify
from heatpunk_desktop.api.project_reader import read_project_data
from heatpunk_desktop.domain.dates import FIRST_DAY, DateRange
from heatpunk_desktop.domain.fields import BuildDate, Field, FieldValues, Status
from heatpunk_desktop.sandbox import SandboxServer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from heatpunk_desktop.api.list_reader import Row
    from heatpunk_desktop.api.outcome import Outcome
    from heatpunk_desktop.api.protocol import ApiRequest

TODAY = date(2026, 11, 24)
ALL_TIME = DateRange(FIRST_DAY, TODAY)
VALUES: FieldValues = {
    Field.PROJECT_NAME: "Ölmühle <b>",
    Field.CUSTOMER_EMAIL: "joe+x@example.com",
    Field.LATITUDE: 52.25,
    Field.LONGITUDE: -1.5,
    Field.STATUS: Status.QUOTE,
    Field.BUILD_DATE: BuildDate.POST_2000,
    Field.CRM_REFERENCE: "HPD-1",
}


@pytest.fixture
def sandbox() -> Iterator[SandboxServer]:
    with SandboxServer(projects=1500, seed=7, today=TODAY, clock=lambda: datetime(2026, 11, 24, 15, tzinfo=UTC)) as it:
        yield it


@pytest.fixture
def client(sandbox: SandboxServer) -> Iterator[ApiClient]:
    made = ApiClient(sandbox.origin, lambda: sandbox.api_key)
    yield made
    made.close()


def write(client: ApiClient, request: ApiRequest) -> Outcome:
    return classify(request.endpoint, client.exchange(request))


def listed(client: ApiClient, email: str) -> list[Row]:
    reader = ListReader()
    rows: list[Row] = []
    exchange = client.stream(protocol.list_projects(email, ALL_TIME), lambda chunk: rows.extend(reader.feed(chunk)))
    assert (exchange.status, exchange.failure) == (200, None)
    last, end = reader.close()
    rows += last
    assert end.complete
    assert end.count == len(rows)
    return rows


def test_the_life_of_a_project(client: ApiClient, sandbox: SandboxServer) -> None:
    me = sandbox.user_email
    before = len(listed(client, me))
    created = write(client, protocol.create(me, VALUES))
    assert created.kind is OutcomeKind.CONFIRMED
    assert created.project_id is not None
    project_id = created.project_id
    assert len(listed(client, me)) == before + 1

    changes: FieldValues = {Field.STATUS: Status.SALE, Field.CUSTOMER_EMAIL: ""}
    assert write(client, protocol.update(project_id, me, changes)).kind is OutcomeKind.CONFIRMED
    project = read_project_data(client.exchange(protocol.data(project_id, me)))
    assert project.project_id == project_id
    for field, value in {**VALUES, **changes}.items():
        assert project.values.get(field, value) == value

    assert write(client, protocol.hard_delete(project_id, me)).kind is OutcomeKind.CONFIRMED
    refused = write(client, protocol.update(project_id, me, changes))
    assert refused.kind is OutcomeKind.REFUSED
    assert refused.error is not None
    assert write(client, protocol.soft_delete(project_id, me)).kind is OutcomeKind.IN_DOUBT, (
        "nobody knows it: looked up"
    )
    assert len(listed(client, me)) == before


def test_a_wrong_key_is_refused(sandbox: SandboxServer) -> None:
    client = ApiClient(sandbox.origin, lambda: "wrong-key")
    assert write(client, protocol.create(sandbox.user_email, {})).kind is OutcomeKind.KEY_REFUSED
    client.close()


def test_four_clients_at_once(sandbox: SandboxServer) -> None:
    ids: list[int | None] = []

    def create() -> None:
        client = ApiClient(sandbox.origin, lambda: sandbox.api_key)
        for _ in range(25):
            outcome = write(client, protocol.create(sandbox.user_email, {}))
            ids.append(outcome.project_id)
        client.close()

    threads = [threading.Thread(target=create) for _ in range(4)]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert time.monotonic() - began < 20
    assert None not in ids
    assert len(set(ids)) == 100
