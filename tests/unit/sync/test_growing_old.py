"""What was there before: how long a project has to be known until its absence from an answer tells something."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from heatpunk_desktop.api.protocol import Endpoint
from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.domain.operation import OperationState, Reason
from heatpunk_desktop.sync.reconciler import noted_days
from heatpunk_desktop.sync.server_traits import Learnt
from heatpunk_desktop.sync.tasks import Send
from tests.fakes import ME, answered
from tests.unit.sync.little_server import POLICY, TOM, Bench

if TYPE_CHECKING:
    from heatpunk_desktop.store.account_store import AccountStore

NAME, PHONE = Field.CUSTOMER_NAME, Field.CUSTOMER_PHONE
SETTLE = POLICY.grace_seconds
NOT_YET = answered(404, {"message": "No such project"})


@pytest.fixture
def bench(store: AccountStore) -> Bench:
    """A server with two projects of mine, which the program made a moment ago and which lists held since."""
    made = Bench(store).known()
    for name in ("Gwen", "Huw"):
        made.create(customer_name=name)
    made.now()
    return made.known()


def change(bench: Bench) -> None:
    """A part of the server that knows neither project yet is asked about both, for a change of what no list tells."""
    bench.server.projects[101]["customerPhone"] = "a colleague's"
    bench.server.faults[Endpoint.DATA] = [NOT_YET, NOT_YET]
    bench.update(101, {PHONE: "mine"}, {PHONE: ""})


def test_a_start_does_not_make_what_came_in_a_moment_before_it_old(bench: Bench) -> None:
    bench.start_again()
    change(bench)
    bench.run(SETTLE + 60)
    assert bench.server.projects[101]["customerPhone"] == "a colleague's"
    assert bench.operations()[-1].reason is Reason.CONFLICT
    assert bench.store.reader.fact(Learnt.DATA_CALL.value) == "yes"


@pytest.mark.parametrize("is_of_the_session_before", [True, False], ids=["the session before", "this session"])
def test_it_is_old_once_a_session_that_began_with_it_ran_for_the_window(
    bench: Bench, is_of_the_session_before: bool
) -> None:
    bench.start_again()
    bench.now()
    bench.wait(SETTLE)
    bench.now()
    if is_of_the_session_before:
        bench.start_again()
    bench.server.faults[Endpoint.DATA] = [NOT_YET] * 99
    bench.update(101, {PHONE: "mine"}, {PHONE: ""})
    bench.run(5)
    assert bench.store.reader.fact(Learnt.DATA_CALL.value) == "no"


def ask_again(bench: Bench, owner: str = ME, **form: Any) -> int:
    """A create that was not done, as lists prove; its second attempt gets lost, and a colleague changes what it made.

    This computer's clock is ten days ahead of the server's.
    """
    bench.server.has_data = bench.server.gives_references = False
    bench.clock.forward(days=10)
    number = -bench.create(owner, **form)
    (task,) = (task for task in bench.tasks() if isinstance(task, Send))
    bench.take(task, bench.server.lose(task.request, applied=False))
    bench.server.lost[Endpoint.CREATE] = 1
    bench.when(lambda: len(bench.server.to(Endpoint.CREATE)) == _MADE_BEFORE + 2)
    (made,) = bench.server.named("Ewan")
    bench.server.projects[made]["customerName"] = "Euan"
    return number


_MADE_BEFORE = 2


def test_a_list_that_proved_a_create_undone_tells_what_is_new_after_it(bench: Bench) -> None:
    number = ask_again(bench, customer_name="Ewan", postcode="CB1 3QD")
    bench.run(2 * SETTLE)
    operation = next(operation for operation in bench.operations() if operation.operation_id == number)
    assert (operation.reason, operation.candidates) == (Reason.UNCLEAR, (103,))
    assert len(bench.server.to(Endpoint.CREATE)) == _MADE_BEFORE + 2, "it was not sent a third time"


def test_a_look_at_ones_own_list_notes_no_days_for_somebody_else(bench: Bench) -> None:
    number = ask_again(bench, customer_name="Ewan", postcode="CB1 3QD")
    turn = bench.turn()
    noted = bench.store.delivery.operation(number).noted  # type: ignore[union-attr]
    assert noted_days(turn, "", ME) == noted != ""
    assert noted_days(turn, "", TOM) == ""
    assert noted_days(turn, "2001-01-01/2001-01-02", ME) == "2001-01-01/2001-01-02", "outside of what was read"


def test_an_old_project_the_last_list_lacked_says_nothing_of_the_call(store: AccountStore) -> None:
    bench = Bench(store)
    bench.server.put(1, customerName="Known", created="2026-11-22T09:00:00.000Z")
    bench.known()
    del bench.server.projects[1]
    bench.server.faults[Endpoint.DATA] = [NOT_YET]
    (task,) = (bench.create(customer_name="Ewan"), bench.one())[1:]
    bench.take(task, bench.server.lose(task.request, applied=True))
    bench.when(lambda: bench.states() == ["confirmed"])
    assert store.reader.fact(Learnt.DATA_CALL.value) == "yes"
    assert [request.query for request in bench.server.to(Endpoint.DATA) if "projectId=1&" in request.query] == []


def test_a_project_not_known_everywhere_is_not_judged_by_the_list_alone(
    store: AccountStore,
) -> None:
    """Nothing is known, so that nothing is proved; then a colleague types the same form, with a reference of theirs."""
    bench = Bench(store)
    number = -bench.create(customer_name="Ewan")
    task = bench.one()
    bench.take(task, bench.server.lose(task.request, applied=False))
    bench.run(SETTLE + 20)
    bench.server.put(customerName="Ewan", crmReference="HPD-0000000000")
    bench.server.faults[Endpoint.DATA] = [NOT_YET]
    bench.run(400)
    operation = bench.store.delivery.operation(number)
    assert operation is not None
    assert bench.server.named("Ewan") == [101, 102]
    assert operation.project_id == 102, "the colleague’s was none of ours"


@pytest.mark.parametrize("is_known", [False, True], ids=["made a moment ago", "long known"])
def test_a_deletion_in_doubt_is_done_where_only_the_deleted_are_unknown(store: AccountStore, is_known: bool) -> None:
    bench = Bench(store)
    for number in (1, 2):
        bench.server.put(number, customerName=f"Known {number}", created="2026-11-22T09:00:00.000Z")
    bench.known()
    bench.engine.settle_detail(2, bench.server.answer(bench.engine.detail_request(2)), bench.engine.as_of())
    key = 1
    if not is_known:
        bench.create(customer_name="Ewan")
        bench.now()
        (key,) = bench.server.named("Ewan")
        bench.known()
    store.outbox.add_soft_delete(key, bench.engine.now())
    task = bench.one()
    bench.take(task, bench.server.lose(task.request, applied=is_known))
    bench.server.faults[Endpoint.DATA] = [NOT_YET] * 3
    took = bench.when(lambda: bench.operations()[-1].state is OperationState.CONFIRMED)
    assert key not in bench.server.projects
    assert (took < SETTLE) is is_known
    assert len(bench.server.to(Endpoint.SOFT_DELETE)) == (1 if is_known else 2)


def test_a_change_of_a_project_not_known_everywhere_waits_through_a_start(bench: Bench) -> None:
    bench.engine.settle_detail(101, bench.server.answer(bench.engine.detail_request(101)), bench.engine.as_of())
    bench.start_again()
    bench.server.faults[Endpoint.DATA] = [NOT_YET] * 3
    bench.update(101, {NAME: "Olwen"}, {NAME: "Gwen"})
    bench.run(SETTLE)
    assert bench.operations()[-1].state is OperationState.CONFIRMED
    del bench.server.projects[101]
    bench.update(101, {NAME: "Nia"}, {NAME: "Olwen"})
    bench.run(5)
    assert bench.operations()[-1].reason is Reason.GONE, "by now it is known everywhere"


def test_a_change_of_what_was_made_and_deleted_at_once_does_not_wait_on(bench: Bench) -> None:
    bench.engine.settle_detail(102, bench.server.answer(bench.engine.detail_request(102)), bench.engine.as_of())
    bench.start_again()
    del bench.server.projects[101]
    bench.update(101, {NAME: "Nia"}, {NAME: "Gwen"})
    took = bench.when(lambda: bench.operations()[-1].reason is Reason.GONE)
    assert SETTLE <= took <= 3 * SETTLE


def test_with_nothing_read_before_the_servers_clock_tells_what_is_new(store: AccountStore) -> None:
    """This computer's clock is ten days ahead, and a colleague changes the new project at once."""
    bench = Bench(store)
    bench.server.has_data = bench.server.gives_references = False
    bench.server.put(1, customerName="Known", created="2026-11-20T09:00:00.000Z")
    bench.server.put(2, customerName="Of old", postcode="CB1 3QD", created="2026-11-01T09:00:00.000Z")
    bench.clock.forward(days=10)
    bench.create(customer_name="Ewan", postcode="CB1 3QD")
    task = bench.one()
    bench.take(task, bench.server.lose(task.request, applied=True))
    (made,) = bench.server.named("Ewan")
    bench.server.projects[made]["customerName"] = "Euan"
    bench.run(2 * SETTLE)
    assert (bench.only().reason, bench.only().candidates) == (Reason.UNCLEAR, (made,))
    assert len(bench.server.to(Endpoint.CREATE)) == 1


def test_a_deleted_old_project_and_a_new_one_do_not_say_there_is_no_call(
    store: AccountStore,
) -> None:
    bench = Bench(store)
    bench.server.put(1, customerName="Known", created="2026-11-22T09:00:00.000Z")
    bench.known()
    bench.create(customer_name="Ewan")
    bench.now()
    (made,) = bench.server.named("Ewan")
    del bench.server.projects[1]
    bench.server.faults[Endpoint.DATA] = [NOT_YET]
    bench.server.projects[made]["customerPhone"] = "a colleague's"
    bench.update(made, {PHONE: "mine"}, {PHONE: ""})
    bench.run(SETTLE + 60)
    assert bench.store.reader.fact(Learnt.DATA_CALL.value) == "yes"
    assert bench.server.projects[made]["customerPhone"] == "a colleague's"
    assert bench.operations()[-1].reason is Reason.CONFLICT
