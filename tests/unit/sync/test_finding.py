"""Finding out what became of requests in doubt, on a server in memory and with clocks that a test moves."""

from __future__ import annotations

import contextlib
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import orjson
import pytest

from heatpunk_desktop.api.protocol import Endpoint
from heatpunk_desktop.domain.dates import DateRange
from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.domain.operation import OperationState, Reason
from heatpunk_desktop.domain.project import Member
from heatpunk_desktop.domain.remarks import RemarkCode, remark
from heatpunk_desktop.errors import StorageError
from heatpunk_desktop.sync.policy import ReconciliationPolicy
from heatpunk_desktop.sync.rounds import MOST_WAITING
from heatpunk_desktop.sync.server_traits import Learnt
from heatpunk_desktop.sync.tasks import Look, Send, Task
from tests.fakes import ME, NOW, answered, unsent
from tests.unit.sync.little_server import OWNERS, POLICY, RESET, TOM, Bench, LittleServer

if TYPE_CHECKING:
    from heatpunk_desktop.api.exchange import Exchange
    from heatpunk_desktop.store.account_store import AccountStore

NAME, STATUS, PHONE, POSTCODE = Field.CUSTOMER_NAME, Field.STATUS, Field.CUSTOMER_PHONE, Field.POSTCODE
SETTLE = POLICY.grace_seconds


@pytest.fixture
def bench(store: AccountStore) -> Bench:
    """A server with three projects of mine, of this month; the store knows them."""
    made = Bench(store)
    for number, day in ((1, "20"), (2, "22"), (3, "23")):
        made.server.put(number, customerName=f"Known {number}", created=f"2026-11-{day}T09:00:00.000Z")
    return made.known()


def lose(bench: Bench, *, applied: bool = True, owner: str = ME, **form: Any) -> int:
    """A create whose answer gets lost; return its number."""
    number = -bench.create(owner, **form or {"customer_name": "Ewan"})
    (task,) = (task for task in bench.tasks() if isinstance(task, Send))
    bench.take(task, bench.server.lose(task.request, applied=applied))
    bench.engine.release()
    assert state(bench, number) == "unknown"
    return number


def state(bench: Bench, number: int) -> str:
    return next(operation.state.value for operation in bench.operations() if operation.operation_id == number)


def creates(bench: Bench) -> int:
    return len(bench.server.to(Endpoint.CREATE))


def fact(bench: Bench, which: Learnt) -> str:
    return bench.store.reader.fact(which.value)


def refresh(bench: Bench) -> list[DateRange]:
    """Read the list of the month; return which days were asked for."""
    asked = []
    pull = bench.engine.new_refresh(DateRange(date(2026, 11, 1), date(2026, 11, 24)), lambda _changed: None)
    while (request := pull.next_request()) is not None:
        days = orjson.loads(request.body or b"")
        asked.append(DateRange(date.fromisoformat(days["start"]), date.fromisoformat(days["end"])))
        pull.take(bench.server.answer(request).body)
        pull.end_window()
    pull.end()
    return asked


# -- found -----------------------------------------------------------------------------------------------------------


def test_a_lost_create_is_found_by_its_reference_at_the_first_look(bench: Bench) -> None:
    number = lose(bench)
    took = bench.when(lambda: state(bench, number) == "confirmed")
    assert took == POLICY.early_looks[0]
    (made,) = bench.server.named("Ewan")
    assert bench.only().project_id == made
    assert bench.only().remarks == remark(RemarkCode.FOUND_BY_REFERENCE)
    assert bench.taken.replaced == [(-number, made)]
    assert (creates(bench), bench.taken.needs_user) == (1, [])
    assert bench.engine.seconds_to_wait() is None


def test_what_was_done_to_it_meanwhile_goes_to_what_was_found(bench: Bench) -> None:
    lose(bench)
    bench.update(-1, {PHONE: "1"}, {PHONE: ""})
    bench.store.outbox.add_soft_delete(-1, NOW)
    bench.run(60)
    assert bench.states() == ["confirmed"] * 3
    assert bench.server.named("Ewan") == []


@pytest.mark.parametrize("is_told", [True, False], ids=["by a part that lags behind", "never"])
def test_what_was_done_to_it_later_as_the_server_listed_it_is_not_undone(bench: Bench, is_told: bool) -> None:
    lose(bench)
    (made,) = bench.server.named("Ewan")
    bench.update(-1, {PHONE: "1"}, {PHONE: ""})
    before = answered(200, bench.server.answer(bench.engine.detail_request(made)).body)
    bench.known()
    bench.update(made, {PHONE: "2"}, {PHONE: ""})
    bench.now()
    assert bench.server.projects[made]["customerPhone"] == "2"
    if not is_told:
        bench.server.has_data = False
        bench.learnt(Learnt.DATA_CALL, "", has_data_call=False)
    bench.server.faults[Endpoint.DATA] = [before] * 2 if is_told else []
    bench.run(60)
    first, second, third = bench.operations()
    assert [operation.state.value for operation in (first, second, third)] == ["confirmed", "needs_you", "confirmed"]
    assert (second.reason, second.theirs) == (Reason.CONFLICT, {PHONE: "2"})
    assert bench.server.projects[made]["customerPhone"] == "2"
    bench.store.outbox.resolve(second.operation_id, {PHONE}, set(), NOW)
    bench.run(5)
    assert bench.server.projects[made]["customerPhone"] == "1", "as the user decided"


@pytest.mark.parametrize("has_data", [True, False], ids=["no references", "no call for one project"])
def test_without_references_it_is_found_as_the_only_one_like_it(bench: Bench, has_data: bool) -> None:
    bench.server.gives_references, bench.server.has_data = False, has_data
    number = lose(bench, customer_name="Ewan", customer_phone="1", postcode="cb1 3qd")
    took = bench.when(lambda: state(bench, number) == "confirmed")
    assert took <= POLICY.early_looks[1]
    found = RemarkCode.FOUND if has_data else RemarkCode.FOUND_UNTOLD
    assert bench.only().remarks == remark(found, *(() if has_data else (Field.CUSTOMER_PHONE,)))
    assert creates(bench) == 1


def test_a_typed_reference_that_is_never_told_is_named_where_it_is_found(
    bench: Bench,
) -> None:
    bench.server.gives_references = False
    number = lose(bench, customer_name="Ewan", crm_reference="C-17")
    bench.when(lambda: state(bench, number) == "confirmed")
    assert bench.only().remarks == remark(RemarkCode.FOUND_UNTOLD, Field.CRM_REFERENCE)


def test_the_single_project_tells_what_the_list_lacks(bench: Bench) -> None:
    bench.server.gives_references = False
    number = lose(bench, applied=False, customer_name="Ewan", customer_phone="1")
    bench.server.put(customerName="Ewan", customerPhone="2")
    bench.run(SETTLE + 60)
    assert state(bench, number) == "needs_you", "it differs where only the single project tells"
    assert bench.operations()[0].candidates == (101,)


def test_a_clock_far_ahead_makes_no_new_project_look_old(bench: Bench) -> None:
    bench.clock.forward(days=10)
    number = lose(bench, applied=False)
    gone = bench.server.put(customerName="Gone")
    bench.run(5)
    bench.update(gone, {NAME: "Going"}, {NAME: "Gone"})
    bench.store.outbox.add_soft_delete(gone, NOW)
    bench.run(1)
    assert gone not in bench.server.projects, "its last stamp is the one that was made here"
    bench.server.lose(bench.server.to(Endpoint.CREATE)[0], applied=True)
    (made,) = bench.server.named("Ewan")
    bench.server.projects[made].update(customerName="", dateModified="2026-11-24T12:00:01.000Z")
    bench.run(SETTLE + 60)
    assert (state(bench, number), bench.server.named("Ewan")) == ("confirmed", []), "or it was made twice"


def test_a_colleague_may_have_changed_it_already(bench: Bench) -> None:
    lose(bench)
    (made,) = bench.server.named("Ewan")
    bench.server.projects[made].update(customerName="Euan", dateModified="2026-11-24T12:00:01.000Z")
    bench.run(5)
    assert bench.only().project_id == made
    assert bench.store.reader.rows_of([made])[made][2] == "Euan", "what the server holds stands"


def test_it_is_found_although_the_server_only_did_it_later(bench: Bench) -> None:
    number = lose(bench, applied=False)
    bench.run(50)
    body = orjson.loads(bench.server.to(Endpoint.CREATE)[0].body or b"")
    bench.server.put(**body["meta"])
    bench.run(20)
    assert state(bench, number) == "confirmed"
    assert creates(bench) == 1


def test_identical_forms_are_as_many_projects(bench: Bench) -> None:
    bench.server.gives_references = False
    for _ in range(3):
        lose(bench)
    bench.run(SETTLE + 30)
    assert bench.states() == ["confirmed"] * 3
    assert sorted(operation.project_key for operation in bench.operations()) == bench.server.named("Ewan")
    assert creates(bench) == 3


def test_of_identical_forms_only_those_not_done_go_again(bench: Bench) -> None:
    bench.server.gives_references = False
    lose(bench)
    lose(bench, applied=False)
    lose(bench)
    bench.run(SETTLE + 60)
    assert bench.states() == ["confirmed"] * 3
    assert len(bench.server.named("Ewan")) == 3
    assert creates(bench) == 4


def test_identical_forms_are_not_found_before_the_server_is_done_with_all(bench: Bench) -> None:
    bench.server.gives_references = False
    for _ in range(2):
        lose(bench)
    bench.run(SETTLE - 1)
    assert bench.states() == ["unknown", "unknown"]


def test_what_the_server_said_that_another_made_is_no_candidate(bench: Bench) -> None:
    bench.server.gives_references = False
    number = lose(bench, applied=False)
    bench.create(customer_name="Ewan")
    bench.run(SETTLE + 60)
    assert bench.states() == ["confirmed", "confirmed"]
    assert len(bench.server.named("Ewan")) == 2
    assert state(bench, number) == "confirmed"


def test_one_like_it_that_is_on_its_way_is_waited_for(bench: Bench) -> None:
    bench.server.gives_references = False
    first = lose(bench)
    bench.create(customer_name="Ewan")
    (flying,) = bench.tasks()
    assert isinstance(flying, Send)
    bench.run(40)
    assert state(bench, first) == "unknown"
    bench.take(flying, bench.server.answer(flying.request))
    bench.run(5)
    assert state(bench, first) == "confirmed"


# -- absent ----------------------------------------------------------------------------------------------------------


def test_what_was_not_done_goes_again_only_after_the_window_and_two_looks(bench: Bench) -> None:
    number = lose(bench, applied=False)
    took = bench.when(lambda: creates(bench) == 2)
    assert took == SETTLE + POLICY.second_look_seconds
    bench.now()
    assert state(bench, number) == "confirmed"
    first, second = bench.server.to(Endpoint.CREATE)
    assert first.body == second.body
    assert len(bench.server.named("Ewan")) == 1


@pytest.mark.parametrize("years", [-30, -1, 1, 30], ids=str)
@pytest.mark.parametrize("applied", [True, False])
def test_a_clock_that_jumps_by_years_neither_loses_nor_doubles_anything(
    bench: Bench, years: int, applied: bool
) -> None:
    number = lose(bench, applied=applied)
    bench.clock.forward(days=365 * years)
    bench.run(1.5)
    assert bench.states() == ["unknown"], "the wall clock settles nothing"
    bench.run(SETTLE + 3600)
    assert len(bench.server.named("Ewan")) == 1 or state(bench, number) in ("unknown", "needs_you")
    assert len(bench.server.named("Ewan")) <= 1
    assert creates(bench) <= 2


@pytest.mark.parametrize("hours", [-40, -14, 14, 40], ids=str)
@pytest.mark.parametrize("applied", [True, False])
def test_a_create_is_reconciled_though_the_servers_clock_is_off_by_hours(
    bench: Bench, hours: int, applied: bool
) -> None:
    bench.server.now = (bench.clock.now + timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    lose(bench, applied=applied)
    bench.run(SETTLE + 60)
    assert bench.states() == ["confirmed"]
    assert len(bench.server.named("Ewan")) == 1


def test_a_computer_that_slept_begins_where_it_was(bench: Bench) -> None:
    """The lid is closed for a night: the wall clock goes on, the monotonic one may stand."""
    number = lose(bench, applied=False)
    bench.run(30)
    bench.clock.forward(hours=9)
    bench.run(SETTLE - 31)
    assert (state(bench, number), creates(bench)) == ("unknown", 1)
    bench.run(60)
    assert (state(bench, number), creates(bench)) == ("confirmed", 2)


def test_the_window_begins_again_with_each_start(bench: Bench) -> None:
    number = lose(bench, applied=False)
    bench.run(SETTLE - 5)
    bench.start_again(monotonic=3.0)
    bench.run(SETTLE - 5)
    assert (state(bench, number), creates(bench)) == ("unknown", 1)
    bench.run(60)
    assert (state(bench, number), creates(bench)) == ("confirmed", 2)


def test_a_failed_look_proves_nothing_and_is_made_again_ever_more_rarely(bench: Bench) -> None:
    number = lose(bench, applied=False)
    bench.server.faults[Endpoint.LIST] = [answered(503)] * 8
    bench.run(3600)
    assert state(bench, number) == "confirmed"
    assert creates(bench) == 2
    assert len(bench.server.named("Ewan")) == 1


def test_without_a_connection_it_stays_in_doubt_for_as_long_as_it_takes(bench: Bench) -> None:
    number = lose(bench)
    bench.server.faults[Endpoint.LIST] = [unsent()] * 500
    bench.run(40_000)
    assert state(bench, number) == "unknown"
    bench.server.faults.clear()
    bench.run(400)
    assert (state(bench, number), creates(bench)) == ("confirmed", 1)


def test_a_list_that_stays_unreadable_needs_you_in_the_end(bench: Bench) -> None:
    number = lose(bench)
    bench.server.faults[Endpoint.LIST] = [answered(200, {"projects": [{"name": "no number"}]})] * 999
    bench.run(7200)
    assert state(bench, number) == "needs_you"
    assert (bench.only().reason, bench.only().candidates) == (Reason.UNCLEAR, ())
    assert bench.taken.needs_user == [number]


# -- lists that prove nothing ----------------------------------------------------------------------------------------


def test_a_list_that_lags_behind_proves_nothing(bench: Bench) -> None:
    """It lacks what the server has just confirmed, so it may lack the one in doubt as well."""
    bench.server.has_data = False
    bench.create(customer_name="Confirmed")
    bench.now()
    number = lose(bench)
    (confirmed,) = bench.server.named("Confirmed")
    bench.server.hidden = {confirmed, *bench.server.named("Ewan")}
    bench.run(SETTLE + 60)
    assert (state(bench, number), creates(bench)) == ("unknown", 2)
    bench.server.hidden.clear()
    bench.run(60)
    assert state(bench, number) == "confirmed"
    assert len(bench.server.named("Ewan")) == 1


def test_a_list_without_anything_known_in_it_proves_nothing(store: AccountStore) -> None:
    bench = Bench(store)
    number = lose(bench, applied=False)
    bench.run(SETTLE + 600)
    assert (state(bench, number), creates(bench)) == ("needs_you", 1)
    assert bench.only().remarks == remark(RemarkCode.NO_PROOF)


def test_a_list_that_colleagues_have_thinned_out_proves_all_the_same(bench: Bench) -> None:
    number = lose(bench, applied=False)
    del bench.server.projects[1]
    bench.run(SETTLE + 60)
    assert (state(bench, number), creates(bench)) == ("confirmed", 2)


def test_a_list_that_lacks_most_of_what_is_known_is_not_believed(bench: Bench) -> None:
    number = lose(bench, applied=False)
    bench.server.hidden = {1, 2}
    bench.run(SETTLE + 600)
    assert (state(bench, number), creates(bench)) == ("needs_you", 1)


def test_what_a_colleague_deleted_once_confirmed_does_not_delay_the_proof(bench: Bench) -> None:
    bench.engine.settle_detail(2, bench.server.answer(bench.engine.detail_request(2)), bench.engine.as_of())
    bench.create(customer_name="Confirmed")
    bench.now()
    number = lose(bench, applied=False)
    (confirmed,) = bench.server.named("Confirmed")
    del bench.server.projects[confirmed]
    bench.run(SETTLE + 60)
    assert (state(bench, number), creates(bench)) == ("confirmed", 3)


def test_a_list_that_is_cut_off_on_a_single_day_proves_nothing(bench: Bench) -> None:
    for _ in range(30):
        bench.server.put(customerName="Busy day")
    bench.known()
    bench.server.cap = 10
    number = lose(bench, applied=False)
    bench.run(SETTLE + 600)
    assert (state(bench, number), creates(bench)) == ("needs_you", 1)
    assert fact(bench, Learnt.CUT_OFF_AT) == "10" or fact(bench, Learnt.CUT_OFF_AT)


def test_a_day_of_a_round_number_proves_once_a_longer_list_was_read(bench: Bench) -> None:
    before = lose(bench, customer_name="Looked for before")
    bench.run(SETTLE + 60)
    assert state(bench, before) == "confirmed", "the engine has read what it knows of the server"
    for _ in range(16):
        bench.server.put(customerName="Busy day")
    for known in (1, 2, 3):
        bench.server.put(known, customerName="The same day")
    bench.server.put(4, customerName="Earlier", created="2026-11-01T09:00:00.000Z")
    refresh(bench)
    assert fact(bench, Learnt.LARGEST_LIST) == "21"
    number = lose(bench, applied=False)
    del bench.server.projects[4]
    bench.run(SETTLE + 600)
    assert (state(bench, number), creates(bench)) == ("confirmed", 3)


def test_without_that_refresh_it_proves_nothing(bench: Bench) -> None:
    for _ in range(17):
        bench.server.put(customerName="Busy day")
    for known in (1, 2, 3):
        bench.server.put(known, customerName="The same day")
    bench.known()
    number = lose(bench, applied=False)
    bench.run(SETTLE + 600)
    assert (state(bench, number), creates(bench)) == ("needs_you", 1)


def test_a_refresh_knows_what_a_look_has_learnt(bench: Bench) -> None:
    for day in range(1, 12):
        bench.server.put(customerName="Each day", created=f"2026-11-{day:02}T09:00:00.000Z")
    lose(bench, applied=False)
    bench.run(SETTLE + 60)
    assert fact(bench, Learnt.LARGEST_LIST) == "14"
    for day in range(1, 6):
        del bench.server.projects[100 + day]
    assert len(refresh(bench)) == 1, "ten projects would be read in halves otherwise"


def test_a_list_that_is_cut_off_is_read_by_the_day_and_proves(bench: Bench) -> None:
    for day in range(1, 24):
        bench.server.put(customerName="Each day", created=f"2026-11-{day:02}T09:00:00.000Z")
    bench.known()
    bench.server.cap = 20
    number = lose(bench, applied=False)
    bench.run(SETTLE + 60)
    assert (state(bench, number), creates(bench)) == ("confirmed", 2)


# -- unclear ---------------------------------------------------------------------------------------------------------


def test_two_that_may_be_it_are_shown_to_the_user(bench: Bench) -> None:
    bench.server.gives_references = False
    number = lose(bench)
    other = bench.server.put(customerName="Ewan")
    bench.run(SETTLE + 60)
    unclear = bench.only()
    assert (unclear.state, unclear.reason) == (OperationState.NEEDS_YOU, Reason.UNCLEAR)
    assert unclear.candidates == (101, other)
    assert bench.taken.needs_user == [number]
    assert creates(bench) == 1
    bench.store.outbox.adopt(number, 101, NOW)
    bench.run(600)
    assert bench.only().project_id == 101
    assert len(bench.server.named("Ewan")) == 2


def test_one_that_was_given_up_in_doubt_may_have_made_what_fits_another(bench: Bench) -> None:
    bench.server.gives_references = False
    discarded = lose(bench, customer_name="Ewan", crm_reference="C-17")
    other = lose(bench, applied=False)
    bench.store.outbox.discard(discarded, NOW)
    bench.run(SETTLE + 60)
    assert (state(bench, discarded), state(bench, other)) == ("discarded", "needs_you")
    (made,) = bench.server.named("Ewan")
    assert bench.operations()[-1].candidates == (made,)


def test_one_that_was_refused_and_given_up_made_nothing(bench: Bench) -> None:
    bench.server.gives_references = False
    number = -bench.create(ME, customer_name="Ewan", crm_reference="C-17")
    (task,) = (task for task in bench.tasks() if isinstance(task, Send))
    bench.take(task, answered(400, b"no"))
    bench.store.outbox.discard(number, NOW)
    other = lose(bench)
    bench.run(SETTLE + 60)
    assert (state(bench, number), state(bench, other)) == ("discarded", "confirmed")


def test_the_user_may_decide_at_any_time(bench: Bench) -> None:
    number = lose(bench, applied=False)
    bench.store.outbox.try_again(number)
    bench.now()
    assert (state(bench, number), creates(bench)) == ("confirmed", 2)
    discarded = lose(bench, applied=False)
    bench.store.outbox.discard(discarded, NOW)
    bench.run(600)
    assert state(bench, discarded) == "discarded"
    assert len(bench.server.named("Ewan")) == 1


def test_the_user_may_decide_while_a_look_is_under_way(bench: Bench) -> None:
    number = lose(bench, applied=False)
    bench.wait(2)
    (look,) = bench.tasks()
    assert isinstance(look, Look)
    bench.store.outbox.discard(number, NOW)
    bench.take(look, bench.server.answer(look.request))
    bench.run(600)
    assert (state(bench, number), creates(bench)) == ("discarded", 1)


def test_a_server_that_never_answers_a_create_is_not_tried_for_ever(bench: Bench) -> None:
    number = lose(bench, applied=False)
    bench.server.faults[Endpoint.CREATE] = [answered(502)] * 99
    bench.run(4 * (SETTLE + 400))
    assert (state(bench, number), creates(bench)) == ("needs_you", POLICY.most_attempts)
    assert bench.only().remarks == remark(RemarkCode.TOO_OFTEN)
    bench.store.outbox.try_again(number)
    bench.run(10 * (SETTLE + 400))
    assert creates(bench) == 2 * POLICY.most_attempts, "the user may have it tried as often again"


# -- somebody else's project -----------------------------------------------------------------------------------------


def test_what_was_created_for_somebody_else_is_looked_for_in_their_list(bench: Bench) -> None:
    number = lose(bench, owner=TOM)
    bench.run(5)
    assert state(bench, number) == "confirmed"
    assert orjson.loads(bench.server.to(Endpoint.LIST)[0].body or b"")["userEmail"] == TOM


def test_mine_are_no_proof_in_somebody_elses_list(bench: Bench) -> None:
    number = lose(bench, owner=TOM, applied=False)
    bench.run(SETTLE + 600)
    assert (state(bench, number), creates(bench)) == ("needs_you", 1), "nothing of theirs is known to be in it"


def test_what_is_known_to_be_theirs_proves_it(bench: Bench) -> None:
    bench.store.server.take_member(Member(TOM, OWNERS[TOM]))
    bench.create(TOM, customer_name="Theirs")
    bench.now()
    number = lose(bench, owner=TOM, applied=False)
    bench.server.put(customerName="Ewan")
    bench.run(SETTLE + 60)
    assert state(bench, number) == "confirmed"
    assert [bench.server.projects[project]["owner"] for project in bench.server.named("Ewan")] == [
        OWNERS[ME],
        OWNERS[TOM],
    ]


def test_a_project_of_another_owner_is_no_candidate(bench: Bench) -> None:
    bench.server.gives_references = False
    number = lose(bench, applied=False)
    bench.server.put(owner=TOM, customerName="Ewan")
    bench.run(SETTLE + 60)
    assert state(bench, number) == "confirmed"
    assert len(bench.server.named("Ewan")) == 2, "mine was not made, so it went again"


def test_somebody_elses_list_that_is_refused_does_not_stop_everything(bench: Bench) -> None:
    bench.engine.learn(Endpoint.LIST, answered(200))
    number = lose(bench, owner=TOM)
    bench.server.faults[Endpoint.LIST] = [answered(403)] * 999
    bench.run(5)
    bench.create(customer_name="Mine")
    bench.now()
    assert bench.operations()[1].state is OperationState.CONFIRMED
    assert not bench.engine.gate.is_paused_for_key
    bench.run(7200)
    assert state(bench, number) == "needs_you"


# -- updates and deletes ---------------------------------------------------------------------------------------------


def lose_update(bench: Bench, *, applied: bool = True) -> None:
    bench.update(1, {NAME: "Gwen", PHONE: "1"}, {NAME: "Known 1", PHONE: ""})
    task = bench.one()
    while not isinstance(task, Send):
        bench.take(task, bench.server.answer(task.request))
        task = bench.one()
    bench.take(task, bench.server.lose(task.request, applied=applied))
    bench.engine.release()
    assert bench.only().state is OperationState.UNKNOWN


def test_an_update_that_was_done_is_found_in_the_project(bench: Bench) -> None:
    lose_update(bench)
    took = bench.when(lambda: bench.states() == ["confirmed"])
    assert took == POLICY.early_looks[0]
    assert len(bench.server.to(Endpoint.UPDATE)) == 1
    assert bench.store.reader.rows_of([1])[1][2] == "Gwen"


def test_an_update_not_done_goes_again_after_the_window_and_compares(bench: Bench) -> None:
    lose_update(bench, applied=False)
    bench.run(SETTLE - 1)
    assert bench.states() == ["unknown"]
    bench.server.projects[1].update(customerName="Theirs")
    bench.run(60)
    done, aside = bench.operations()
    assert done.state is OperationState.CONFIRMED
    assert aside.reason is Reason.CONFLICT
    assert bench.server.projects[1]["customerName"] == "Theirs", "nobody's work is overwritten by the second try"
    assert bench.server.projects[1]["customerPhone"] == "1"


def test_an_update_of_which_the_server_tells_only_half_is_unclear(bench: Bench) -> None:
    bench.server.has_data = False
    lose_update(bench, applied=False)
    bench.run(SETTLE + 60)
    assert (bench.only().reason, bench.only().state) == (Reason.UNCLEAR, OperationState.NEEDS_YOU)
    assert bench.only().remarks == remark(RemarkCode.UNCLEAR_UPDATE)


def test_without_the_call_for_one_project_an_update_is_found_in_the_list(bench: Bench) -> None:
    bench.server.has_data = False
    bench.update(1, {NAME: "Gwen"}, {NAME: "Known 1"})
    bench.server.lost[Endpoint.UPDATE] = 1
    bench.run(30)
    assert bench.states() == ["confirmed"]
    assert len(bench.server.to(Endpoint.UPDATE)) == 1


def test_a_server_that_loses_the_call_for_one_is_looked_at_by_its_list(bench: Bench) -> None:
    lose_update(bench)
    bench.start_again()
    bench.store.connection.execute("DELETE FROM fact")
    bench.start_again()
    bench.server.has_data = False
    bench.run(30)
    assert fact(bench, Learnt.DATA_CALL) == "no"
    assert bench.only().state is OperationState.UNKNOWN, "the list does not tell the telephone number"


def test_an_update_of_a_project_that_has_gone_asks_the_user_in_the_end(bench: Bench) -> None:
    lose_update(bench, applied=False)
    del bench.server.projects[1]
    bench.run(SETTLE + 60)
    assert (bench.only().state, bench.only().reason) == (OperationState.NEEDS_YOU, Reason.GONE)


def lose_delete(bench: Bench, *, applied: bool = True) -> None:
    bench.store.outbox.add_soft_delete(1, NOW)
    task = bench.one()
    bench.take(task, bench.server.lose(task.request, applied=applied))
    bench.engine.release()


def test_a_deletion_that_was_done_is_found(bench: Bench) -> None:
    bench.engine.settle_detail(2, bench.server.answer(bench.engine.detail_request(2)), bench.engine.as_of())
    lose_delete(bench)
    bench.run(5)
    assert bench.states() == ["unknown"], "one answer may be a mistake"
    bench.run(15)
    assert bench.states() == ["confirmed"]


def test_a_deletion_of_what_was_made_a_moment_ago_is_found(bench: Bench) -> None:
    bench.create(customer_name="Ewan")
    bench.now()
    (made,) = bench.server.named("Ewan")
    bench.known()
    bench.store.outbox.add_soft_delete(made, NOW)
    task = bench.one()
    bench.take(task, bench.server.lose(task.request, applied=True))
    bench.engine.release()
    bench.run(SETTLE + 60)
    assert bench.states() == ["confirmed", "confirmed"]
    assert len(bench.server.to(Endpoint.SOFT_DELETE)) == 1


@pytest.mark.parametrize("is_early", [True, False], ids=["within the window", "after it, and the list is not told"])
def test_gone_twice_with_an_answer_that_tells_of_it_between_proves_nothing(bench: Bench, is_early: bool) -> None:
    bench.engine.settle_detail(1, bench.server.answer(bench.engine.detail_request(1)), bench.engine.as_of())
    lose_delete(bench, applied=False)
    there = bench.server.answer(bench.engine.detail_request(1))
    if not is_early:
        bench.wait(SETTLE)
    bench.server.faults[Endpoint.DATA] = [answered(404), there, answered(404)]
    bench.server.faults[Endpoint.LIST] = [] if is_early else [RESET]
    bench.when(lambda: not bench.server.faults[Endpoint.DATA])
    assert bench.states() == ["unknown"]
    bench.run(SETTLE + 60)
    assert (bench.states(), 1 in bench.server.projects) == (["confirmed"], False), "as it was sent again"


@pytest.mark.parametrize("is_early", [True, False], ids=["within the window", "after it"])
@pytest.mark.parametrize("has_list", [True, False], ids=["the list holds it", "there is no list either"])
def test_a_project_gone_for_a_while_but_listed_is_not_taken_for_deleted(
    bench: Bench, is_early: bool, has_list: bool
) -> None:
    bench.engine.settle_detail(1, bench.server.answer(bench.engine.detail_request(1)), bench.engine.as_of())
    lose_delete(bench, applied=False)
    if not is_early:
        bench.wait(SETTLE)
    bench.server.faults[Endpoint.DATA] = [answered(404)] * 3
    bench.server.faults[Endpoint.LIST] = [] if has_list else [answered(404)] * 2
    bench.when(lambda: not bench.server.faults[Endpoint.DATA])
    assert bench.states() == ["unknown"]
    bench.run(SETTLE + 600)
    assert (bench.states(), 1 in bench.server.projects) == (["confirmed"], False), "as it was sent again"


def test_a_project_gone_but_listed_for_good_is_for_the_user_to_decide(bench: Bench) -> None:
    bench.engine.settle_detail(1, bench.server.answer(bench.engine.detail_request(1)), bench.engine.as_of())
    lose_delete(bench, applied=False)
    bench.server.faults[Endpoint.DATA] = [answered(404)] * 100
    bench.run(SETTLE + 3600)
    assert (bench.only().state, bench.only().reason) == (OperationState.NEEDS_YOU, Reason.UNCLEAR)


@pytest.mark.parametrize("status", [404, 410])
def test_a_deletion_of_what_a_colleague_deleted_is_done(bench: Bench, status: int) -> None:
    bench.engine.settle_detail(2, bench.server.answer(bench.engine.detail_request(2)), bench.engine.as_of())
    del bench.server.projects[1]
    bench.store.outbox.add_soft_delete(1, NOW)
    bench.take(bench.one(), answered(status, {"message": "No such project"}))
    assert bench.states() == ["unknown"], "it may also be too new to be known everywhere"
    bench.run(SETTLE + 60)
    assert bench.states() == ["confirmed"]


def test_a_deletion_that_one_part_of_the_server_did_not_know_is_sent_again(bench: Bench) -> None:
    bench.store.outbox.add_soft_delete(1, NOW)
    bench.take(bench.one(), answered(404, {"message": "No such project"}))
    bench.run(SETTLE + 60)
    assert (bench.states(), 1 in bench.server.projects) == (["confirmed"], False)


def test_a_deletion_of_no_project_for_good_is_for_the_user_to_decide(bench: Bench) -> None:
    bench.server.faults[Endpoint.SOFT_DELETE] = [answered(404, {"message": "No such project"})] * 99
    bench.store.outbox.add_soft_delete(1, NOW)
    bench.run(3600)
    assert (bench.only().state, bench.only().reason) == (OperationState.NEEDS_YOU, Reason.UNCLEAR)
    assert len(bench.server.to(Endpoint.SOFT_DELETE)) == POLICY.most_attempts


def test_the_list_finds_a_deletion_where_the_deleted_can_be_looked_at(bench: Bench) -> None:
    bench.store.server.end_window(DateRange(date(2026, 4, 1), date(2026, 6, 30)), b"", [1, 2], NOW)
    lose_delete(bench, applied=False)
    bench.server.hidden = {1}
    bench.run(SETTLE - 1)
    assert bench.states() == ["unknown"]
    bench.run(30)
    assert bench.states() == ["confirmed"]
    assert len(bench.server.to(Endpoint.SOFT_DELETE)) == 1


@pytest.mark.parametrize("has_data", [True, False])
def test_a_deletion_that_was_not_done_goes_again(bench: Bench, has_data: bool) -> None:
    bench.server.has_data = has_data
    lose_delete(bench, applied=False)
    bench.run(SETTLE + 60)
    assert bench.states() == ["confirmed"]
    assert len(bench.server.to(Endpoint.SOFT_DELETE)) == 2
    assert 1 not in bench.server.projects


def test_a_deletion_of_which_no_list_tells_for_certain_asks_the_user(bench: Bench) -> None:
    lose_delete(bench, applied=False)
    bench.server.hidden = {1, 2, 3}
    bench.run(SETTLE + 600)
    assert (bench.only().state, bench.only().reason) == (OperationState.NEEDS_YOU, Reason.UNCLEAR)


def test_a_look_that_fails_at_one_project_is_made_again(bench: Bench) -> None:
    lose_update(bench)
    bench.server.faults[Endpoint.DATA] = [answered(500), RESET, answered(429, retry_after="2")]
    bench.run(120)
    assert bench.states() == ["confirmed"]


# -- many at once, and bounds ----------------------------------------------------------------------------------------


def test_one_look_tells_of_all_of_an_owner(bench: Bench) -> None:
    for number in range(20):
        lose(bench, customer_name=f"Customer {number}")
    bench.run(3)
    assert set(bench.states()) == {"confirmed"}
    assert len(bench.server.to(Endpoint.LIST)) <= 6


def test_single_projects_are_asked_for_by_the_dozen_and_not_by_the_hundred(bench: Bench) -> None:
    bench.server.gives_references = False
    number = lose(bench, applied=False)
    for _ in range(101):
        bench.server.put(customerName="Ewan")
    bench.wait(SETTLE)
    waves: list[int] = []
    while asked := [request for request in bench.step() if request.request.endpoint is Endpoint.DATA] or not waves:
        waves.append(len(asked) if isinstance(asked, list) else 0)
    assert max(waves) == MOST_WAITING
    bench.run(SETTLE + 60)
    assert state(bench, number) == "needs_you"


def test_an_empty_form_is_never_taken_for_somebody_elses_project(bench: Bench) -> None:
    bench.server.gives_references = False
    number = lose(bench, applied=False, status="Lead")
    bench.server.put()
    bench.run(SETTLE + 60)
    assert state(bench, number) == "needs_you"
    assert creates(bench) == 1


def test_where_there_are_very_many_projects_the_first_looks_read_less(bench: Bench, monkeypatch: Any) -> None:
    monkeypatch.setattr("heatpunk_desktop.sync.round_plans.FEW", 2)
    lose(bench, applied=False)
    bench.run(5)
    early = orjson.loads(bench.server.to(Endpoint.LIST)[-1].body or b"")
    assert early["start"] == "2026-11-16"
    bench.run(SETTLE + 1)
    late = orjson.loads(bench.server.to(Endpoint.LIST)[-1].body or b"")
    assert late["start"] == "2026-08-25"


@pytest.mark.parametrize("server", [LittleServer(), LittleServer(gives_references=False), LittleServer(has_data=False)])
def test_delays_can_be_shortened_and_the_looks_come_in_their_order(store: AccountStore, server: LittleServer) -> None:
    bench = Bench(store, ReconciliationPolicy(0.0, (), second_look_seconds=0.5), server=server)
    server.put(1)
    bench.known()
    lose(bench)
    bench.run(3)
    assert bench.states() == ["confirmed"]
    server.projects.clear()


# -- what is learnt --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("gives", [True, False])
def test_whether_references_come_back_is_learnt_from_a_project_of_our_own(bench: Bench, gives: bool) -> None:
    bench.server.gives_references = gives
    bench.create(customer_name="Ewan")
    bench.now()
    (made,) = bench.server.named("Ewan")
    bench.engine.settle_detail(made, bench.server.answer(bench.engine.detail_request(made)), bench.engine.as_of())
    assert fact(bench, Learnt.REFERENCES) == ("yes" if gives else "no")
    bench.engine.settle_detail(1, bench.server.answer(bench.engine.detail_request(1)), bench.engine.as_of())
    assert fact(bench, Learnt.REFERENCES) == ("yes" if gives else "no"), "others tell nothing"


def test_a_list_in_which_only_the_day_of_change_fits_goes_by_it(bench: Bench) -> None:
    lose(bench, applied=False)
    bench.run(1)
    assert fact(bench, Learnt.RANGE_GOES_BY) == ""


# -- the disk --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("applied", [True, False])
def test_what_the_disk_refused_is_in_doubt_until_its_answers_come_again(bench: Bench, applied: bool) -> None:
    number = lose(bench, applied=applied)
    resolved = "confirmed" if applied else "queued"
    answers = full_disk_at(bench, resolved)
    assert state(bench, number) == "unknown"
    assert number in bench.engine.state.looking.in_doubt.cases, "as it was before"
    with bench.engine.batch():
        bench.engine.take(answers)
    assert state(bench, number) == resolved
    bench.run(SETTLE + 60)
    assert state(bench, number) == "confirmed"
    assert len(bench.server.named("Ewan")) == 1
    assert fact(bench, Learnt.DATA_CALL) == ("yes" if applied else "")


def full_disk_at(bench: Bench, moment: str) -> list[tuple[Task, Exchange]]:
    """The very commit fails that would note what became of it; return the answers that were to be taken."""
    while True:
        bench.wait(bench.engine.seconds_to_wait() or 0)
        answers = [(task, bench.server.answer(task.request)) for task in bench.tasks()]
        with contextlib.suppress(StorageError), bench.engine.batch():
            bench.engine.take(answers)
            if bench.only().state != moment:
                continue
            raise StorageError("The disk is full", "Nothing was saved.")
        return answers


# -- lag -------------------------------------------------------------------------------------------------------------


def test_a_server_whose_list_was_seen_to_lag_is_given_longer_from_then_on(bench: Bench) -> None:
    """The list lacks for ninety seconds what the server has confirmed; three times that is waited afterwards."""
    bench.server.has_data = False
    bench.create(customer_name="Confirmed")
    bench.now()
    bench.server.hidden = set(bench.server.named("Confirmed"))
    first = lose(bench)
    bench.server.hidden |= set(bench.server.named("Ewan"))
    bench.run(90)
    bench.server.hidden.clear()
    bench.run(SETTLE)
    assert state(bench, first) == "confirmed"
    lag = int(fact(bench, Learnt.LIST_LAG_S))
    assert 90 <= lag <= SETTLE
    second = lose(bench, applied=False, customer_name="Gwen")
    took = bench.when(lambda: len(bench.server.named("Gwen")) == 1)
    assert took == 3 * lag + POLICY.second_look_seconds
    bench.now()
    assert state(bench, second) == "confirmed"
    bench.start_again()
    lose(bench, applied=False, customer_name="Olwen")
    assert bench.when(lambda: len(bench.server.named("Olwen")) == 1) == took, "it is kept for the account"


def test_a_list_that_does_not_lag_changes_no_delay(bench: Bench) -> None:
    bench.create(customer_name="Confirmed")
    bench.now()
    lose(bench, applied=False)
    assert bench.when(lambda: bench.server.named("Ewan") != []) == SETTLE + POLICY.second_look_seconds
    assert fact(bench, Learnt.LIST_LAG_S) == ""


# -- an answer that comes too late -----------------------------------------------------------------------------------


def test_an_answer_to_a_look_that_was_given_up_is_let_go(bench: Bench) -> None:
    number = lose(bench)
    bench.wait(2)
    look = bench.one()
    bench.clock.forward(hours=1)
    (again,) = bench.tasks()
    before = bench.store.connection.total_changes()
    bench.take(look, bench.server.answer(look.request))
    assert bench.store.connection.total_changes() == before
    bench.take(again, bench.server.answer(again.request))
    bench.run(5)
    assert state(bench, number) == "confirmed"


def test_two_answers_of_one_look_of_which_the_first_fails_count_once(bench: Bench) -> None:
    bench.server.gives_references = False
    number = lose(bench)
    bench.server.put(customerName="Ewan")
    bench.wait(2)
    bench.step()
    first, second = bench.tasks()
    bench.take(first, answered(500))
    bench.take(second, bench.server.answer(second.request))
    assert state(bench, number) == "unknown"
    bench.run(SETTLE + 60)
    assert state(bench, number) == "needs_you"


def test_an_update_settled_by_the_user_during_a_look_stays_settled(bench: Bench) -> None:
    lose_update(bench)
    bench.wait(2)
    look = bench.one()
    bench.store.outbox.discard(1, NOW)
    bench.take(look, bench.server.answer(look.request))
    bench.run(SETTLE + 60)
    assert bench.states() == ["discarded"]


def test_a_create_retried_by_hand_during_a_look_does_not_get_its_outcome(
    bench: Bench,
) -> None:
    number = lose(bench, applied=False)
    bench.run(SETTLE + 5)
    bench.wait(POLICY.second_look_seconds)
    look = bench.one()
    bench.store.outbox.try_again(number)
    bench.now()
    assert state(bench, number) == "confirmed"
    bench.take(look, answered(200, {"status": "success", "projects": []}))
    bench.run(SETTLE + 60)
    assert (state(bench, number), creates(bench)) == ("confirmed", 2)


def test_a_project_the_user_is_asked_about_is_not_given_to_another_form(bench: Bench) -> None:
    """Two forms that differ in what no list tells, the second of which went out before its window was over."""
    bench.server.has_data = False
    lose(bench, customer_name="Ewan")
    bench.wait(1)
    lose(bench, applied=False, customer_name="Ewan", customer_phone="1")
    bench.run(2 * SETTLE)
    assert [operation.reason for operation in bench.operations()] == [Reason.UNCLEAR, Reason.UNCLEAR]
    assert [operation.candidates for operation in bench.operations()] == [(101,), (101,)]


# -- is there a call for one project? --------------------------------------------------------------------------------


NO_ROUTE = answered(404, {"message": "Not found"})


def test_a_server_that_tells_of_no_project_is_asked_by_its_list(bench: Bench) -> None:
    bench.server.faults[Endpoint.DATA] = [NO_ROUTE] * 999
    bench.update(1, {NAME: "Gwen"}, {NAME: "Known 1"})
    bench.run(SETTLE + 60)
    assert bench.states() == ["confirmed"]
    assert fact(bench, Learnt.DATA_CALL) == "no"
    assert len(bench.server.to(Endpoint.DATA)) <= 6


def test_a_server_that_tells_of_others_says_by_silence_that_one_is_gone(bench: Bench) -> None:
    del bench.server.projects[1]
    bench.update(1, {NAME: "Gwen"}, {NAME: "Known 1"})
    bench.run(SETTLE + 60)
    assert fact(bench, Learnt.DATA_CALL) == "yes"
    assert bench.only().reason is Reason.GONE
    assert bench.server.to(Endpoint.UPDATE) == []


def test_a_probe_that_fails_for_another_reason_tells_nothing(bench: Bench) -> None:
    del bench.server.projects[1]
    bench.server.faults[Endpoint.DATA] = [NO_ROUTE, answered(500), answered(500)]
    bench.update(1, {NAME: "Gwen"}, {NAME: "Known 1"})
    bench.run(SETTLE + 60)
    assert bench.only().reason is Reason.GONE


def test_without_the_call_a_deletion_in_doubt_is_found_by_the_list(bench: Bench) -> None:
    bench.server.faults[Endpoint.DATA] = [NO_ROUTE] * 999
    lose_delete(bench)
    bench.run(SETTLE + 120)
    assert bench.states() == ["confirmed"]
    assert len(bench.server.to(Endpoint.SOFT_DELETE)) == 1


def test_a_project_that_is_too_new_to_be_told_of_is_asked_for_again(bench: Bench) -> None:
    number = lose(bench)
    bench.server.faults[Endpoint.DATA] = [NO_ROUTE]
    bench.run(60)
    assert state(bench, number) == "confirmed"
    assert bench.only().remarks == remark(RemarkCode.FOUND_BY_REFERENCE)


# -- references ------------------------------------------------------------------------------------------------------


def test_a_server_that_says_references_are_blank_is_seen_through(bench: Bench) -> None:
    bench.server.gives_references, bench.server.says_blank = False, True
    bench.create(customer_name="Confirmed")
    bench.now()
    (confirmed,) = bench.server.named("Confirmed")
    bench.engine.settle_detail(
        confirmed, bench.server.answer(bench.engine.detail_request(confirmed)), bench.engine.as_of()
    )
    assert fact(bench, Learnt.REFERENCES) == "no"
    number = lose(bench)
    bench.run(30)
    assert state(bench, number) == "confirmed"


def test_a_reference_that_somebody_changed_says_nothing_of_the_server(bench: Bench) -> None:
    bench.create(customer_name="Ewan")
    bench.now()
    (made,) = bench.server.named("Ewan")
    bench.server.projects[made]["crmReference"] = "C-17"
    bench.engine.settle_detail(made, bench.server.answer(bench.engine.detail_request(made)), bench.engine.as_of())
    assert fact(bench, Learnt.REFERENCES) == ""


# -- rounds that overlap ---------------------------------------------------------------------------------------------
