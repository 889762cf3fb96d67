"""What was done with the old version before each database was kept. See `make.py`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import apsw

from tests.databases_0_1.old_program import NEVER, QUICK, OldProgram, old

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

GWEN: Final = "gwen.hughes@acme-heat.test"


def _begun(folder: Path, origin: str, key: str, policy: dict[str, Any] = QUICK) -> tuple[OldProgram, list[int]]:
    """A program that has read the list; with it the IDs of the sample projects."""
    program = OldProgram(folder, origin, key, policy)
    projects = program.server.listed()
    for project in projects:
        program.server.edit(project, status="Lead")  # so that any other status is a change
    program.refresh()
    for project in projects[:3]:
        program.load(project)
    return program, projects


def settled(folder: Path, origin: str, key: str) -> None:
    """Everything is over: what was done and undone, what was discarded for every cause, and what was chosen."""
    program, projects = _begun(folder, origin, key)
    settings = old("settings").Settings.load(folder)
    settings.domain, settings.email = program.account.domain, program.email
    settings.appearance, settings.compact_rows, settings.refresh_minutes = "dark", True, 30
    settings.window = {"columns": ["project", "customer", "status"], "sort": "customer"}
    settings.note_key(program.account)
    settings.save()
    # Confirmed: a new project, changes of it, a deletion, an import.
    program.create(project_name="Barn", customer_name="Priya Patel", postcode="AB12 3CD", customer_email="p@acme.test")
    made = program.comes_to("confirmed").project_key
    program.edit(made, status="Quote", customer_phone="01223 496000")
    program.comes_to("confirmed")
    program.delete(projects[0])
    program.comes_to("confirmed")
    batch = program.stage("Import of leads.csv", *(program.new(project_name=f"Lead {number}") for number in range(4)))
    program.comes_to("confirmed", batch.batch + 3)
    # Undone: a change that was sent, by a change back; an import that was not sent, by taking it back.
    program.edit(projects[1], project_name="Renamed by mistake")
    program.comes_to("confirmed")
    program.undo()
    program.comes_to("confirmed")
    program.server.stop()
    taken = program.stage("Import of wrong.csv", *(program.new(project_name=f"Wrong {number}") for number in range(3)))
    program.answer("taken_back", program.service.take_back(taken.batch))
    program.delete(program.create(project_name="Deleted before it was sent"))
    program.server.start()
    _give_up(program, projects)
    _choose(program, projects)
    program.refresh()
    program.stop()


def _give_up(program: OldProgram, projects: list[int]) -> None:
    """For each cause but those for which it was never sent."""
    _clash(program, projects[2])
    program.service.resolve(program.newest().operation_id, [], [program.field("project_name")])
    program.comes_to("discarded")
    _clash(program, projects[3])
    program.answer("project_deleted", program.service.delete_permanently(projects[3]))
    program.comes_to("discarded")
    program.server.delete(projects[4])
    gone = program.edit(projects[4], status="Sale")
    program.comes_to("needs_you", gone, "gone")
    program.answer("operation_saved", program.service.create_again(gone))
    program.comes_to("confirmed")
    program.create("nobody@elsewhere.test", project_name="Discarded")
    program.service.discard(program.comes_to("needs_you").operation_id)
    program.comes_to("discarded")
    unclear = _unclear_create(program, "Adopted")
    program.service.adopt(unclear.operation_id, unclear.candidates[0])
    program.comes_to("confirmed")


def _choose(program: OldProgram, projects: list[int]) -> None:
    dates, choices = old("domain.dates"), old("domain.choices")
    shown = old("filters.saved_view").ShownColumn
    won = program.view("Won", statuses=("Sale", "Install"), columns=(shown("project", 240), shown("status")))
    mine = program.view("Mine, “quoted”", query="status:Quote", owner=program.email, sort_column="customer")
    old_leads = program.view(
        "Old leads", search="barn", preset=dates.RangePreset.LAST_30_DAYS, layout=old("filters.saved_view").Layout.BOARD
    )
    program.choose(choices.RemovedView(program.view("Removed")))
    program.choose(choices.ViewOrder((old_leads, won, mine)))
    program.choose(choices.NotTheSame(((projects[5], projects[6]), (projects[7], projects[8]))))
    program.choose(choices.ColumnMapping(HEADINGS, '{"tel": "customer_phone", "who": "customer_name"}'))


#: Of a spreadsheet whose columns were remembered.
HEADINGS: Final = ("Tel", "Who")


def waiting(folder: Path, origin: str, key: str) -> None:
    """Work of a day without a connection, of every kind, and forms that are open."""
    program, projects = _begun(folder, origin, key, NEVER)
    program.server.stop()
    _wait_offline(program, projects)
    program.stop()


def _wait_offline(program: OldProgram, projects: list[int]) -> None:
    everything: dict[str, Any] = {
        "project_name": "Everything", "customer_name": "Zoë O’Neill 🏡", "customer_email": "zoe@acme.test",
        "customer_phone": "+44 1223 496001", "address": "1 High Street\nSmall \"Town\"", "postcode": "CB1 2AB",
        "latitude": 52.1939125, "longitude": 0.13, "status": "Quote", "build_date": "pre2000",
        "crm_reference": "OFFICE-77",
    }  # fmt: skip
    whole = program.create(**everything)
    program.create(GWEN, project_name="For Gwen")
    program.create(project_name="Twin", customer_name="Ann Twin")
    program.create(project_name="Twin", customer_name="Ann Twin")
    joined = program.create(project_name="Joined")
    program.edit(joined, status="Install", postcode="CB3 4CD")
    program.delete(program.create(project_name="Given up unsent"))
    program.edit(projects[0], status="Sale", customer_phone="01223 496002")
    program.edit(projects[1], project_name="Renamed twice")
    program.edit(projects[1], project_name="Renamed twice, once more", address="2 Low Street")
    program.delete(projects[2])
    # Several of one project: a bulk change, an edit of its own after it, then a deletion.
    program.stage("Set status to Quote", *(program.field_edit(project, status="Quote") for project in projects[3:6]))
    program.edit(projects[3], status="Install")
    program.edit(projects[4], customer_name="After the batch")
    program.delete(projects[5])
    imported = program.stage(
        "Import of leads.csv",
        *(program.new(project_name=f"Lead {number}", customer_name=f"Customer {number}") for number in range(6)),
    )
    program.edit(imported.keys[2], customer_name="Edited after the import")
    program.stage("Delete", program.move(projects[6]), program.move(projects[7]))
    program.draft("form-new", None, {"customer_name": "Half typ", "latitude": "52,1 no number"}, "New project", GWEN)
    program.draft("form-edit", projects[8], {"address": "3 New\nStreet", "status": ""}, "Edited project")
    program.draft("form-unsent", whole, {"postcode": "CB9"}, "Everything")
    program.view("Waiting", within="Waiting to be sent")


def killed(folder: Path, origin: str, key: str) -> None:
    """The process was killed while an import was half sent, with a change and a deletion on their way."""
    program, projects = _begun(folder, origin, key, NEVER)
    server = program.server
    # The change is done and its answer never ends; the deletion is not done. Of the import four are done, a fifth is
    # done without an answer, and what comes after it is not done.
    server.fault("drip", [3600], {"on_headers": True}, endpoint="update")
    server.fault("late", [3600], {"hang": True}, endpoint="softDelete")
    server.fault("drip", [3600], {"on_headers": True}, endpoint="create", skip=4)
    server.fault("late", [3600], {"hang": True}, endpoint="create", times=None, skip=4)
    program.edit(projects[0], status="Sale")
    program.delete(projects[1])
    program.wait(lambda: server.seen("update") and server.seen("softDelete"), "the change and the deletion to be sent")
    program.stage(
        "Import of leads.csv",
        *(program.new(project_name=f"Lead {number}", customer_name=f"Customer {number}") for number in range(40)),
    )
    program.wait(lambda: server.seen("create") == 6 and program.counts().get("confirmed") == 4, "half of the import")
    program.edit(projects[0], address="Waits behind the change on its way")
    program.draft("form-killed", None, {"customer_name": "Typed just before"}, "New project")
    assert program.counts().keys() == {"confirmed", "sending", "queued"}
    program.kill()


def in_doubt(folder: Path, origin: str, key: str) -> None:
    """Answers got lost: some of it was done and some was not, and more waits behind it."""
    program, projects = _begun(folder, origin, key, NEVER)
    server = program.server
    for what in ("drop_after", "drop_before"):
        server.fault(what, endpoint="create")
        program.create(project_name="Twin", customer_name="Ann Twin", postcode="CB1 2AB")
        program.comes_to("unknown")
    for number, what in enumerate(("drop_after", "drop_before")):
        server.fault(what, endpoint="update")
        changed = program.edit(projects[number], project_name=f"Changed: {what}", status="Sale")
        program.comes_to("unknown", changed)
    for number, what in enumerate(("drop_after", "drop_before"), 2):
        server.fault(what, endpoint="softDelete")
        program.delete(projects[number])
        program.comes_to("unknown")
    server.fault("drop_after", endpoint="create")
    behind = program.create(project_name="Changed while in doubt")
    program.comes_to("unknown")
    program.edit(behind, status="Quote")
    program.edit(projects[0], address="Waits behind the doubt")
    # Given up while in doubt: what comes next of that project is held back.
    server.fault("drop_before", endpoint="update")
    program.edit(projects[4], status="Rejected")
    program.service.discard(program.comes_to("unknown").operation_id)
    program.comes_to("discarded")
    program.edit(projects[4], status="Quote")
    program.stop()


def needs_you(folder: Path, origin: str, key: str) -> None:
    """A decision of the user's is wanted, for every reason."""
    program, projects = _begun(folder, origin, key)
    program.server.stop()
    spoilt = program.edit(projects[0], project_name="Spoilt on the disk")
    program.stop()
    _spoil(program.path, spoilt)
    program = OldProgram(folder, origin, key, QUICK)
    server = program.server
    server.start()
    program.comes_to("needs_you", spoilt, "damaged")
    program.create("nobody@elsewhere.test", project_name="Owner refused")
    program.comes_to("needs_you", reason="refused")
    _refused(program, "create", "postcode is not a postcode", lambda: program.create(project_name="F", postcode="?"))
    _refused(program, "update", "projectName is too short", lambda: program.edit(projects[1], project_name="A"))
    _refused(program, "update", "No!", lambda: program.edit(projects[2], status="Sale"))
    _refused(program, "softDelete", "It is locked", lambda: program.delete(projects[3]))
    _clash(program, projects[4])
    # One of two fields clashes: the other one goes.
    server.edit(projects[5], project_name="Theirs")
    split = program.edit(projects[5], project_name="Mine", status="Install")
    program.comes_to("confirmed", split)
    program.comes_to("needs_you", reason="conflict")
    server.delete(projects[6])
    gone = program.edit(projects[6], status="Sale")
    program.comes_to("needs_you", gone, "gone")
    _unclear_create(program, "Unclear")
    server.fault("drop_before", endpoint="create", times=2)
    program.create(project_name="Sent too often", customer_name="Ann Often")
    program.comes_to("needs_you", reason="unclear")
    server.fault("drop_after", endpoint="update")
    program.edit(projects[7], crm_reference="OFFICE-78")
    program.comes_to("needs_you", reason="unclear")
    program.edit(projects[7], status="Sale")
    program.draft("form-edit", projects[8], {"address": "Typed meanwhile"}, "Edited project")
    program.stop()


def _refused(program: OldProgram, endpoint: str, words: str, do: Callable[[], int]) -> None:
    status = 409 if endpoint == "softDelete" else 400
    program.server.fault("answer", [status, f'{{"message":"{words}"}}'], endpoint=endpoint)
    do()
    program.comes_to("needs_you", reason="refused")


def _clash(program: OldProgram, project: int) -> None:
    """A colleague changes what the user changes too."""
    program.server.edit(project, project_name="Theirs")
    program.edit(project, project_name="Mine")
    program.comes_to("needs_you", reason="conflict")


def _unclear_create(program: OldProgram, name: str) -> Any:
    """A colleague makes two projects like one whose answer got lost, and nobody can tell."""
    program.server.fault("drop_before", endpoint="create")
    program.create(project_name=name, customer_name="Ann Alike")
    program.comes_to("unknown")
    for number in range(2):
        program.server.create(projectName=name, customerName="Ann Alike", customerPhone=f"01223 49610{number}")
    found = program.comes_to("needs_you", reason="unclear")
    assert len(found.candidates) == 2
    return found


def _spoil(path: Path, operation: int) -> None:
    """As a fault of the disk would: what was seen before a change cannot be read any more."""
    connection = apsw.Connection(str(path))
    connection.execute("UPDATE operation SET base = '{' WHERE operation_id = ?", (operation,))
    connection.close()


HISTORIES: Final = {build.__name__: build for build in (settled, waiting, killed, in_doubt, needs_you)}
