from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.domain.operation import OperationState
from heatpunk_desktop.sync.tasks import Check, Compare, Send
from tests.fakes import NOW, answered
from tests.unit.sync.little_server import Bench

if TYPE_CHECKING:
    from heatpunk_desktop.store.account_store import AccountStore

NAME = Field.CUSTOMER_NAME


@pytest.fixture
def bench(store: AccountStore) -> Bench:
    made = Bench(store)
    made.server.put(1, customerName="Priya")
    made.server.put(2, customerName="Tom")
    return made.known()


def test_a_look_due_when_the_key_was_refused_is_taken_with_another_key(bench: Bench) -> None:
    bench.update(1, {NAME: "Priya K"}, {NAME: "Priya"})
    bench.server.projects[1].update(customerName="Priya K")
    (look,) = bench.tasks()
    assert isinstance(look, Compare)
    told = bench.server.answer(look.request)
    bench.create(customer_name="Ewan")
    (create,) = bench.tasks()
    assert isinstance(create, Send)
    bench.engine.take([(look, told), (create, answered(401))])
    assert bench.engine.gate.is_paused_for_key
    assert bench.tasks() == [], "that all is there already is looked at again, but not with a key that was refused"
    bench.engine.key_given()
    again, *_ = bench.tasks()
    assert isinstance(again, Check)
    assert again.operation.project_key == 1


@pytest.mark.parametrize("kind", ["create", "update", "soft_delete"])
def test_an_answer_that_is_told_twice_is_taken_once(bench: Bench, kind: str) -> None:
    if kind == "create":
        bench.create(customer_name="Ewan")
    elif kind == "update":
        bench.update(1, {NAME: "Gwen"}, {NAME: "Priya"})
        bench.step()
    else:
        bench.store.outbox.add_soft_delete(1, NOW)
    (task,) = bench.tasks()
    assert isinstance(task, Send)
    told = bench.server.answer(task.request)
    bench.engine.take([(task, told)])
    after = bench.only()
    rows = bench.store.reader.rows_of([1, 2])
    bench.engine.take([(task, told)])
    assert after.state is OperationState.CONFIRMED
    assert bench.only() == after
    assert bench.store.reader.rows_of([1, 2]) == rows
