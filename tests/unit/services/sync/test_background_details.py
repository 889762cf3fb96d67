"""Contact details of all projects are loaded in the background: in which order, how gently, and what stops it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import pytest

from heatpunk_desktop.domain.fields import Field, Status
from heatpunk_desktop.services.sync import background_details
from heatpunk_desktop.services.sync.commands import CreateProject, EditProject
from heatpunk_desktop.services.sync.facts import DetailsState, Link
from heatpunk_desktop.services.sync.instructions import LoadProject
from heatpunk_desktop.store.account_store import AccountStore
from heatpunk_desktop.sync import policy
from tests.faulty_sandbox.faults import Fault
from tests.faulty_sandbox.server import FaultySandbox

if TYPE_CHECKING:
    from collections.abc import Callable

    from heatpunk_desktop.sandbox import SandboxProject
    from tests.unit.services.conftest import Running

CLOSED = (Status.COMPLETED.value, Status.REJECTED.value)


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pauses of a day in some tenths of a second; a pause that the server asks for stays as it is."""
    monkeypatch.setattr(background_details, "_BETWEEN", (0.01, 0.02))
    monkeypatch.setattr(background_details, "_QUIET", 0.05)
    monkeypatch.setattr(background_details, "_BUSY", 0.02)
    monkeypatch.setattr(background_details, "_HELD_UP", 0.05)
    monkeypatch.setattr(background_details, "_LOOK_AGAIN", 1.0)
    monkeypatch.setattr(policy, "FIRST_PAUSE_LIMIT", 0.6)


def asked(server: FaultySandbox) -> list[int]:
    """The projects that were asked for, in that order."""
    return [int(parse_qs(request.query)["projectId"][0]) for request in server.log.to("data")]


def in_turn(server: FaultySandbox) -> list[int]:
    """All projects, the open ones first, each the newest first."""
    newest = sorted(server.state, key=lambda project: (project.created, project.project_id), reverse=True)
    return [project.project_id for project in sorted(newest, key=lambda project: project.status in CLOSED)]


def listen(run: Running) -> list[DetailsState]:
    told: list[DetailsState] = []
    run.service.details_changed.connect(told.append)
    return told


def load(run: Running, *, days: int = 0) -> list[DetailsState]:
    """Have details loaded once the list is read, until none is left; return how far it was told to be."""
    told = listen(run)
    run.refreshed()
    run.service.set_details_loading(True, days)
    run.wait(lambda: told and not told[-1].left and told[-1].is_on)
    return told


def known(run: Running, server: FaultySandbox) -> list[Any]:
    """Phones as the store has them and as the server has them, where they differ."""
    details = [(project, run.service.reader.detail(project.project_id)) for project in server.state]
    return [
        (project.customer_phone, detail)
        for project, detail in details
        if detail is None or (detail.values.get(Field.CUSTOMER_PHONE) or "") != (project.customer_phone or "")
    ]


# -- the order ---------------------------------------------------------------------------------------------------------


def test_every_project_is_loaded_the_newest_open_ones_first(run: Running, server: FaultySandbox) -> None:
    told = load(run)
    assert asked(server) == in_turn(server)
    assert known(run, server) == []
    total = len(server.state)
    assert told[-1] == DetailsState(total, 0, is_on=True)
    assert [value.loaded for value in told if value.is_on] == list(range(total + 1))
    assert {value.loaded + value.left for value in told} == {total}


def test_a_restart_goes_on_where_it_was(start: Callable[..., Running], server: FaultySandbox) -> None:
    run = start()
    told = listen(run)
    run.refreshed()
    run.service.set_details_loading(True, 0)
    run.wait(lambda: told and told[-1].loaded >= 5)
    run = start()
    before = len(asked(server))
    assert before < len(server.state)
    load(run)
    # What was under way when it ended may have been answered without being stored.
    assert asked(server)[:before] + asked(server)[-(len(server.state) - before) :] == in_turn(server)
    assert len(asked(server)) <= len(server.state) + 1


def test_what_changed_since_is_loaded_again_and_nothing_else(run: Running, server: FaultySandbox) -> None:
    told = load(run)
    one, other = [project.project_id for project in server.state][:2]
    server.state.edit(one, customer_phone="01223 496000", postcode="CB1 3QD")
    server.log.clear()
    run.refreshed()
    run.wait(lambda: asked(server) == [one])
    run.wait(lambda: known(run, server) == [])
    server.state.edit(other, postcode="CB1 3QE")
    run.refreshed()
    run.wait(lambda: asked(server) == [one, other])
    run.refreshed()
    run.wait(lambda: not told[-1].left)
    assert asked(server) == [one, other]


def test_what_is_old_is_loaded_again_after_what_never_was(start: Callable[..., Running], server: FaultySandbox) -> None:
    run = start()
    told = listen(run)
    run.refreshed()
    run.service.set_details_loading(True, 0)
    run.wait(lambda: told and told[-1].loaded >= 3)
    run.stop()
    store = AccountStore.open(run.path)
    old = [row[0] for row in store.connection.execute("SELECT project_id FROM server_detail ORDER BY loaded_at")]
    store.connection.execute("UPDATE server_detail SET loaded_at = '2020-01-1' || (rowid % 9) || 'T00:00:00.000Z'")
    store.close()
    server.log.clear()
    run = start()
    load(run, days=7)
    run.wait(lambda: len(asked(server)) >= len(server.state))
    fresh = len(server.state) - len(old)
    assert asked(server)[:fresh] == [request for request in in_turn(server) if request not in old]
    assert sorted(asked(server)[fresh : fresh + len(old)]) == sorted(old)


def test_off_asks_nothing_and_stops_what_goes_on(run: Running, server: FaultySandbox) -> None:
    told = listen(run)
    run.refreshed()
    run.service.set_details_loading(False, 7)
    run.service.set_details_loading(True, 7)
    run.wait(lambda: told and told[-1].loaded >= 2)
    run.service.set_details_loading(False, 7)
    run.wait(lambda: not told[-1].is_on)
    before = len(asked(server))
    detail = next(project.project_id for project in reversed(list(server.state)))
    run.result(run.service.ask(LoadProject(detail)))
    run.refreshed()
    assert len(asked(server)) == before + 1


# -- trouble -----------------------------------------------------------------------------------------------------------


def test_a_pause_that_the_server_asks_for_is_kept_to_and_holds_up_no_user(run: Running, server: FaultySandbox) -> None:
    server.faults.add(Fault.answer(429, retry_after=2), endpoint="data", times=1)
    run.refreshed()
    run.service.set_details_loading(True, 0)
    server.log.wait_for(1, "data")
    wanted = next(project for project in server.state if project.project_id != asked(server)[0]).project_id
    run.result(run.service.ask(LoadProject(wanted)))
    assert asked(server)[1:] == [wanted]
    run.wait(lambda: len(asked(server)) >= 4)
    first, users, again, *_ = server.log.to("data")
    assert users.at - first.at < again.at - first.at
    assert again.at - first.at >= 2.0
    assert asked(server)[2] == asked(server)[0]
    assert run.link is Link.ONLINE


def test_a_project_that_is_refused_is_not_asked_for_again(start: Callable[..., Running], server: FaultySandbox) -> None:
    server.faults.add(Fault.answer(403, '{"error":"not shared"}'), endpoint="data", times=1, skip=2)
    run = start()
    load(run)
    refused = in_turn(server)[2]
    assert asked(server) == in_turn(server)
    run.refreshed()
    run = start()
    told = load(run)
    assert asked(server) == in_turn(server)
    assert told[-1].loaded == len(server.state) - 1
    # The user may ask at any time, and then it is known.
    run.result(run.service.ask(LoadProject(refused)))
    assert known(run, server) == []


def test_trouble_with_one_project_holds_up_no_other(run: Running, server: FaultySandbox) -> None:
    server.faults.add(Fault.answer(500), endpoint="data", times=1, skip=1)
    server.faults.add(Fault.truncated(framed=True), endpoint="data", times=1, skip=3)
    told = load(run)
    assert sorted(asked(server)) == sorted(in_turn(server))
    assert told[-1] == DetailsState(len(server.state) - 2, 0, is_on=True)
    assert len(known(run, server)) == 2
    assert run.link is Link.ONLINE


def test_a_server_without_the_call_is_left_in_peace(run: Running, server: FaultySandbox) -> None:
    server.faults.add(Fault.answer(404, '{"error":"no such endpoint"}'), endpoint="data", times=None)
    told = listen(run)
    run.refreshed()
    run.service.set_details_loading(True, 0)
    run.wait(lambda: told and told[-1].is_unavailable)
    before = len(asked(server))
    assert before <= 5
    run.refreshed()
    run.saved(run.service.run(CreateProject({Field.CUSTOMER_NAME: "Ewan"}, server.user_email)))
    run.wait_counts(0, 0, 1)
    assert len(asked(server)) == before
    # Nothing else was learnt from it: an update is looked at first as ever.
    server.faults.clear()
    one = next(iter(server.state))
    run.saved(run.service.run(EditProject(one.project_id, {Field.STATUS: "Sale"}, {Field.STATUS: one.status})))
    run.wait_counts(0, 0, 2)


def test_a_connection_that_breaks_once_is_no_news(run: Running, server: FaultySandbox) -> None:
    server.faults.add(Fault.drop_before(reset=True), endpoint="data", times=1, skip=1)
    load(run)
    assert [connection[0].link for connection in run.told["connection_changed"]] == [Link.ONLINE]
    assert known(run, server) == []
    assert len(asked(server)) == len(server.state) + 1


def test_offline_nothing_comes_and_back_online_it_goes_on(run: Running, server: FaultySandbox) -> None:
    told = listen(run)
    run.refreshed()
    run.service.set_details_loading(True, 0)
    run.wait(lambda: told and told[-1].loaded >= 2)
    server.stop()
    run.wait(lambda: run.link is Link.OFFLINE)
    again = FaultySandbox(port=server.port, projects=30, seed=7)
    with again:
        run.wait(lambda: run.link is Link.ONLINE)
        run.wait(lambda: not told[-1].left)
        assert known(run, again) == []


def test_a_key_that_is_refused_stops_it_until_there_is_another(run: Running, server: FaultySandbox) -> None:
    told = listen(run)
    run.refreshed()
    run.service.set_details_loading(True, 0)
    run.wait(lambda: told and told[-1].loaded >= 2)
    run.key = "wrong"
    run.wait(lambda: run.link is Link.KEY_REFUSED)
    before = len(asked(server))
    run.saved(run.service.run(CreateProject({Field.CUSTOMER_NAME: "Ewan"}, server.user_email)))
    assert len(asked(server)) == before
    run.key = server.api_key
    run.service.key_given()
    run.wait(lambda: told[-1].left == 0)
    assert known(run, server) == []


# -- the user goes first -----------------------------------------------------------------------------------------------


def projects(server: FaultySandbox, count: int) -> list[SandboxProject]:
    return list(server.state)[:count]


def test_what_the_user_asks_goes_first_though_every_connection_is_taken(run: Running, server: FaultySandbox) -> None:
    run.refreshed()
    hanging = server.faults.add(Fault.delay(600), endpoint="data", times=4)
    run.service.set_details_loading(True, 0)
    server.log.wait_for(1, "data")
    quiet = asked(server)[0]
    one, two, three, four = (project.project_id for project in projects(server, 4))
    for key in (one, two, three):
        run.service.ask(LoadProject(key))
    server.log.wait_for(4, "data")
    # All four connections wait for the server; the one of the background is discarded for the user's.
    run.result(run.service.ask(LoadProject(four)))
    assert asked(server)[4] == four
    assert quiet not in asked(server)[1:5]
    assert hanging is not None


def test_nothing_is_asked_while_a_change_of_the_users_is_on_its_way(run: Running, server: FaultySandbox) -> None:
    run.refreshed()
    server.faults.add(Fault.delay(1), endpoint="create", times=1)
    run.service.run(CreateProject({Field.CUSTOMER_NAME: "Ewan"}, server.user_email))
    server.log.wait_for(1, "create")
    run.service.set_details_loading(True, 0)
    run.wait_counts(0, 0, 1)
    server.log.wait_for(1, "data")
    created, *_ = server.log.to("create")
    assert server.log.to("data")[0].at - created.at >= 1.0
