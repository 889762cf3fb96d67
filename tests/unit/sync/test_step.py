"""A step is a function, and what it remembers is adopted only where all that comes of it is on the disk."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import pytest

from heatpunk_desktop.api.protocol import Endpoint
from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.errors import StorageError
from heatpunk_desktop.sync import engine as driver
from heatpunk_desktop.sync.state import Answered, Effects
from heatpunk_desktop.sync.step import step
from heatpunk_desktop.sync.tasks import Send
from tests.fakes import NOW, answered
from tests.unit.sync.little_server import POLICY, RESET, Bench

if TYPE_CHECKING:
    from heatpunk_desktop.api.exchange import Exchange
    from heatpunk_desktop.store.account_store import AccountStore
    from heatpunk_desktop.sync.reads import Reads
    from heatpunk_desktop.sync.rounds import Moment
    from heatpunk_desktop.sync.state import Context, StepEvent, SyncState
    from heatpunk_desktop.sync.tasks import Task

NAME, PHONE = Field.CUSTOMER_NAME, Field.CUSTOMER_PHONE


@pytest.fixture
def bench(store: AccountStore) -> Bench:
    """A server with three projects of mine, of this month; the store knows them."""
    made = Bench(store)
    for number, day in ((1, "20"), (2, "22"), (3, "23")):
        made.server.put(number, customerName=f"Known {number}", created=f"2026-11-{day}T09:00:00.000Z")
    return made.known()


def some_trouble(bench: Bench) -> None:
    """Create, updates and a deletion, of which some answers are lost, some are odd, and a colleague comes between."""
    bench.server.gives_references = False
    bench.server.faults = {
        Endpoint.CREATE: [RESET, answered(429, retry_after="3")],
        Endpoint.UPDATE: [RESET],
        Endpoint.SOFT_DELETE: [answered(503)],
        Endpoint.LIST: [answered(500), answered(200, b"<html>")],
        Endpoint.DATA: [answered(404), answered(401)],
    }
    bench.create(customer_name="Ewan")
    bench.create(customer_name="Ewan")
    bench.update(1, {NAME: "Mine", PHONE: "1"}, {NAME: "Seen before", PHONE: ""})
    bench.update(2, {PHONE: "2"}, {PHONE: ""})
    bench.store.outbox.add_soft_delete(3, NOW)
    for _ in range(40):
        bench.run(30)
        bench.engine.key_given()


def test_a_step_is_a_function(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Made twice it gives the same twice, and changes neither what it was given nor the store."""
    kinds = set()

    def twice(
        state: SyncState, event: StepEvent, now: Moment, reads: Reads, context: Context
    ) -> tuple[SyncState, Effects]:
        given, changes = repr(state), bench.store.connection.total_changes()
        first, second = (step(state, event, now, reads, context) for _ in range(2))
        assert repr(first) == repr(second)
        assert repr(state) == given
        assert bench.store.connection.total_changes() == changes
        kinds.add(type(event).__name__)
        return first

    monkeypatch.setattr(driver, "step", twice)
    bench.start_again()
    some_trouble(bench)
    assert kinds == {"Started", "FoundInDoubt", "Tick", "Answered", "AnswerStored", "Asked"}
    assert set(bench.states()) == {"confirmed", "needs_you"}


def test_answers_to_writes_come_to_the_same_together_or_one_by_one(bench: Bench) -> None:
    """Whatever three of them are: done, not taken, refused, lost."""
    bench.create(customer_name="Ewan")
    bench.create(customer_name="Ewan")
    bench.store.outbox.add_soft_delete(3, NOW)
    tasks = bench.tasks()
    turn = bench.turn()
    done = [answered(200, {"status": "success", "projectId": number}) for number in (7, 8, 3)]
    others = [RESET, answered(429, retry_after="3"), answered(401), answered(403), answered(422), answered(503)]
    for exchanges in product(*([exchange, *others] for exchange in done)):
        together = tuple(zip(tasks, exchanges, strict=True))
        state, effects = step(turn.state, Answered(together), turn.now, turn.reads, turn.context)
        one_by_one, writes = turn.state, Effects().writes
        for answer in together:
            one_by_one, of_one = step(one_by_one, Answered((answer,)), turn.now, turn.reads, turn.context)
            writes = (*writes, *of_one.writes)
            assert not of_one.events, "else what follows would have to come before the next answer"
        assert repr(state) == repr(one_by_one)
        assert repr(effects.writes) == repr(writes)
        assert not effects.events


def test_answers_to_writes_are_one_step_and_each_read_is_its_own(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    steps: list[list[str]] = []

    def noting(
        state: SyncState, event: StepEvent, now: Moment, reads: Reads, context: Context
    ) -> tuple[SyncState, Effects]:
        if isinstance(event, Answered):
            steps.append([type(task).__name__ for task, _ in event.answers])
        return step(state, event, now, reads, context)

    monkeypatch.setattr(driver, "step", noting)
    for name in ("Ewan", "Gwen", "Owen"):
        bench.create(customer_name=name)
    bench.update(1, {PHONE: "1"}, {PHONE: ""})
    bench.update(2, {PHONE: "2"}, {PHONE: ""})
    answers = [(task, bench.server.answer(task.request)) for task in bench.tasks()]
    sends = [answer for answer in answers if isinstance(answer[0], Send)]
    compares = [answer for answer in answers if not isinstance(answer[0], Send)]
    with bench.engine.batch():
        bench.engine.take([*sends[:2], *compares, sends[2]])
    assert steps == [["Send", "Send"], ["Compare"], ["Compare"], ["Send"]]


def test_new_projects_of_a_batch_that_fails_are_not_remembered(bench: Bench) -> None:
    """Else a later list would show a lag of what the disk does not know."""
    bench.create(customer_name="Ewan")
    bench.now()
    bench.create(customer_name="Gwen")
    bench.create(customer_name="Owen")
    answers = [(task, bench.server.answer(task.request)) for task in bench.tasks()]
    before = dict(bench.engine.state.traits.lag.confirmed)
    assert len(before) == 1

    def in_vain() -> None:
        with bench.engine.batch():
            bench.engine.take(answers)
            assert len(bench.engine.state.traits.lag.confirmed) == 3
            full()

    with pytest.raises(StorageError):
        in_vain()
    assert bench.engine.state.traits.lag.confirmed == before
    with bench.engine.batch():
        bench.engine.take(answers)
    assert len(bench.engine.state.traits.lag.confirmed) == 3
    assert bench.states() == ["confirmed"] * 3


def full() -> None:
    raise StorageError("The disk is full", "Nothing was saved.")


def test_a_disk_full_at_any_commit_forgets_nothing_and_doubles_nothing(bench: Bench) -> None:
    """Every third batch is refused, and its answers are given once more."""
    bench.create(customer_name="Ewan")
    bench.create(customer_name="Ewan")
    bench.update(2, {PHONE: "2"}, {PHONE: ""})
    bench.server.faults = {Endpoint.CREATE: [RESET]}
    answers: list[tuple[Task, Exchange]] = []
    for turn in range(300):
        before = bench.engine.state
        try:
            with bench.engine.batch():
                bench.engine.take(answers)
                tasks = bench.engine.next_tasks(3)
                if turn % 3 == 1:
                    full()
        except StorageError:
            assert repr(bench.engine.state) == repr(before)
            continue
        answers = [(task, bench.server.answer(task.request)) for task in tasks]
        if not tasks:
            bench.wait(bench.engine.seconds_to_wait() or POLICY.again_seconds)
    assert bench.states() == ["confirmed"] * 3
    assert len(bench.server.named("Ewan")) == 2
