"""The real program opens what version 0.1.0 left, and all of it reaches the server once.

The server begins as that of the old version stood when the file was kept. See `tests/databases_0_1/README.md`.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

import pytest

from heatpunk_desktop.app import account_session
from heatpunk_desktop.domain.account import Account
from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.domain.operation import OperationState, Side
from heatpunk_desktop.sandbox import SandboxProject, SandboxServer
from heatpunk_desktop.sandbox.project import stored_coordinate
from heatpunk_desktop.services.sync.commands import (
    Adopt,
    ChangeOwner,
    CreateAgain,
    Discard,
    EditProject,
    KeepSide,
    TryAgain,
)
from heatpunk_desktop.services.sync.service import SyncService
from heatpunk_desktop.store.database import database_path
from tests.databases_0_1.kept import told, unpack
from tests.end2end.on_screen import Screen
from tests.soak.fast_policy import FAST_POLICY, policy_from

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

# The offscreen platform says that it can bring no window to the front.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

#: Seconds until everything is settled, on a busy machine.
SETTLED_S: Final = 90.0

GWEN, GWENS = "gwen.hughes@acme-heat.test", 27094

#: What a server calls fields otherwise than the program.
ATTRIBUTES: Final = {"latitude": "lat", "longitude": "lng"}


@pytest.fixture
def server() -> Iterator[SandboxServer]:
    with SandboxServer() as running:
        yield running


class Office:
    """The program on one of the files, and its server.

    Attributes:
        then: What the old version told.
        projects_then: The projects of the server by their IDs, as they were then.
        path: The database.
        screen: The program.
    """

    def __init__(self, name: str, server: SandboxServer, data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.server = server
        self.then = told(name)
        for project in self.then["server"]:
            server.state.put(SandboxProject(**project))
        self.projects_then: dict[int, dict[str, Any]] = {
            project["project_id"]: project for project in self.then["server"]
        }
        monkeypatch.setenv("HEATPUNK_API_KEY", server.api_key)
        # It would reconcile in minutes what this reconciles in seconds.
        monkeypatch.setattr(account_session, "SyncService", partial(SyncService, policy=policy_from(FAST_POLICY)))
        self.path = database_path(data_dir, Account(server.origin, server.user_email))
        unpack(name, self.path)
        self.begin()

    def begin(self) -> None:
        """Start the program."""
        self.screen = Screen(self.path.parents[1], self.server.origin, self.server.user_email).start()

    @property
    def service(self) -> SyncService:
        service = self.screen.program.service
        assert service is not None
        return service

    def settles(self) -> None:
        """Wait until nothing waits and nothing needs the user."""
        self.screen.wait(
            lambda: self.service.reader.operation_counts().unsettled == 0, "everything to be settled", SETTLED_S
        )

    def all_is_there_once(self) -> None:
        """Every change that was not given up is on the server, none is there twice, and nothing else is changed."""
        wanted = dict(self.projects_then)
        keys: dict[int, int] = {}
        for operation in sorted(self.then["operations"], key=lambda operation: operation["operation_id"]):
            if operation["state"] == OperationState.DISCARDED:
                continue
            if operation["kind"] == "create":
                made = self._made_by(operation)
                assert made.project_id not in keys.values(), "two new projects became one"
                keys[-operation["operation_id"]] = made.project_id
                wanted[made.project_id] = self._as_sent(operation, made)
            key = keys.get(operation["project_key"], operation["project_key"])
            if operation["kind"] == "update":
                wanted[key] = wanted[key] | _attributes(operation["changes"])
            if operation["kind"] == "soft_delete":
                wanted[key] = wanted[key] | {"deleted": True}
        there = {project.project_id: project.as_dict() for project in self.server.state}
        for kept in (*wanted.values(), *there.values()):
            kept.pop("modified", None)
        assert there == wanted

    def _made_by(self, create: dict[str, Any]) -> SandboxProject:
        """Return the project that a new one became, as the program says."""
        operation = self.service.reader.operation(create["operation_id"])
        assert operation is not None
        assert operation.state is OperationState.CONFIRMED
        made = self.server.state.get(operation.project_id or 0)
        assert made is not None
        return made

    def _as_sent(self, create: dict[str, Any], made: SandboxProject) -> dict[str, Any]:
        """What a new project is to be on the server: its time, and what nobody set, are the server's own."""
        owner = {member.email: member.owner_id for member in self.server.users}[create["owner"]]
        fresh = SandboxProject(made.project_id, owner, made.created, made.modified).as_dict()
        # Which of two forms that are the same made which of two projects is all one: this server tells no references.
        assert made.crm_reference in {
            operation["changes"]["crm_reference"]
            for operation in self.then["operations"]
            if operation["kind"] == "create" and _form(operation) == _form(create)
        }
        return fresh | _attributes(create["changes"]) | {"crm_reference": made.crm_reference}

    def sent(self) -> dict[str, int]:
        return {what: len(self.server.log.to(what)) for what in ("create", "update", "softDelete")}


def _form(create: dict[str, Any]) -> dict[str, Any]:
    """What a user typed for a new project, without the reference of the program's own."""
    return {**create["changes"], "crm_reference": ""} | {"owner": create["owner"]}


def _attributes(changes: dict[str, Any]) -> dict[str, Any]:
    named = {ATTRIBUTES.get(field, field): value for field, value in changes.items()}
    return {name: stored_coordinate(value) if name in ("lat", "lng") else value for name, value in named.items()}


@pytest.fixture
def opened(server: SandboxServer, data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], Office]]:
    offices: list[Office] = []

    def begin(name: str) -> Office:
        offices.append(Office(name, server, data_dir, monkeypatch))
        return offices[-1]

    yield begin
    for office in offices:
        office.screen.stop()


def test_all_that_waited_reaches_the_server_once(opened: Callable[[str], Office]) -> None:
    office = opened("waiting")
    office.screen.wait(lambda: office.screen.row("Everything") >= 0, "the new projects in the table")
    office.settles()
    office.all_is_there_once()
    queued = [
        operation["kind"] for operation in office.then["operations"] if operation["state"] == OperationState.QUEUED
    ]
    assert office.sent() == {
        "create": queued.count("create"),
        "update": queued.count("update"),
        "softDelete": queued.count("soft_delete"),
    }
    assert queued.count("create") == 11
    # What stood in open forms is offered, and the form of a project that was not sent goes on with its number.
    left = {draft.draft_id: draft for draft in office.service.reader.drafts()}
    old = {draft["draft_id"]: draft for draft in office.then["drafts"]}
    assert {name: dict(draft.texts) for name, draft in left.items()} == {
        name: operation["texts"] for name, operation in old.items()
    }
    (everything,) = (project for project in office.server.state if project.project_name == "Everything")
    assert left["form-unsent"].key == everything.project_id
    assert office.screen.there("Later")


def test_the_copy_of_before_can_be_put_back_and_nothing_is_sent_twice(opened: Callable[[str], Office]) -> None:
    office = opened("waiting")
    office.settles()
    office.all_is_there_once()
    sent, there = office.sent(), [project.as_dict() for project in office.server.state]
    office.screen.stop()
    (copy,) = office.path.parent.glob("*.before-version-4.sqlite3")
    for end in ("-wal", "-shm"):
        office.path.with_name(office.path.name + end).unlink(missing_ok=True)
    copy.replace(office.path)
    office.begin()
    office.screen.wait(lambda: list(office.path.parent.glob("*.older-*.sqlite3")), "the old copy to be noticed")
    office.settles()
    assert [project.as_dict() for project in office.server.state] == there
    assert office.sent() == sent


def test_an_import_that_a_kill_cut_in_half_is_ended_once(opened: Callable[[str], Office]) -> None:
    office = opened("killed")
    office.settles()
    office.all_is_there_once()
    names = sorted(project.project_name for project in office.server.state if project.project_name.startswith("Lead "))
    assert names == sorted(f"Lead {number}" for number in range(40))
    # Four were noted and one was done without an answer; of the change on its way the same is so.
    assert office.sent() == {"create": 35, "update": 1, "softDelete": 1}


def test_what_was_in_doubt_is_found_or_sent_again(opened: Callable[[str], Office]) -> None:
    office = opened("in_doubt")
    office.settles()
    office.all_is_there_once()
    assert office.sent() == {"create": 1, "update": 4, "softDelete": 1}


def test_each_decision_that_was_wanted_can_be_taken(opened: Callable[[str], Office]) -> None:
    office = opened("needs_you")
    service, then = office.service, {operation["operation_id"]: operation for operation in office.then["operations"]}
    adopted = then[11]["candidates"][0]
    for command in (
        Discard((1,)),
        ChangeOwner((2,), GWEN),
        EditProject(-3, {Field.POSTCODE: "CB1 1AA"}, {}),
        TryAgain((4, 5, 6, 12)),
        KeepSide((7,), Side.MINE),
        KeepSide((9,), Side.THEIRS),
        CreateAgain((10,)),
        Adopt(11, adopted),
        Discard((13,)),
    ):
        service.run(command)
    office.settles()
    now = {project.project_id: project for project in office.server.state}
    made = {
        number: [
            project for project in now.values() if project.crm_reference == then[number]["changes"]["crm_reference"]
        ]
        for number in (2, 3, 11, 12)
    }
    assert [(project.project_name, project.owner) for project in made[2]] == [("Owner refused", GWENS)]
    assert [(project.project_name, project.postcode) for project in made[3]] == [("F", "CB1 1AA")]
    assert made[11] == [], "one of those that were there was taken for it"
    assert [project.project_name for project in made[12]] == ["Sent too often"]
    key = {number: then[number]["project_key"] for number in then}
    assert now[key[1]].project_name == office.projects_then[key[1]]["project_name"]
    assert (now[key[4]].project_name, now[key[5]].status, now[key[6]].deleted) == ("A", "Sale", True)
    assert (now[key[7]].project_name, now[key[9]].project_name, now[key[9]].status) == ("Mine", "Theirs", "Install")
    again = [number for number in now if number not in office.projects_then and now[number].status == "Sale"]
    assert len(again) == 1
    assert key[10] not in now
    assert now[key[14]].status == "Sale"
    assert len(now) == len(office.projects_then) + 4
    assert office.sent() == {"create": 4, "update": 4, "softDelete": 1}
    adopting = service.reader.operation(11)
    assert adopting is not None
    assert (adopting.state, adopting.project_id) == (OperationState.CONFIRMED, adopted)
    assert [draft.draft_id for draft in service.reader.drafts()] == ["form-edit"]
