"""What needs the user, decided by the user: the real program on the real sandbox, from the clash to the server."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from heatpunk_desktop.domain.needs import WayOut
from heatpunk_desktop.domain.project import Mark
from heatpunk_desktop.domain.remarks import RemarkCode, remark
from heatpunk_desktop.gui.text.operation_words import way_words
from heatpunk_desktop.gui.text.project_words import mark_words
from heatpunk_desktop.gui.text.remark_words import remark_words
from heatpunk_desktop.gui.text.undo_words import saved_words
from tests.end2end.on_screen import MODIFIED, Screen
from tests.faulty_sandbox.faults import Fault
from tests.faulty_sandbox.server import FaultySandbox
from tests.wording import moved, undone_unsent

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from heatpunk_desktop.sandbox.project import SandboxProject

# The offscreen platform says that it can bring no window to the front.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture
def server() -> Iterator[FaultySandbox]:
    with FaultySandbox(projects=12, seed=7) as running:
        yield running


@pytest.fixture
def screen(server: FaultySandbox, data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Screen]:
    monkeypatch.setenv("HEATPUNK_API_KEY", server.api_key)
    screen = Screen(data_dir, server.origin, server.user_email).start()
    screen.rows(12)
    # A list that was asked for before a colleague did something would say otherwise afterwards.
    screen.wait(lambda: not screen.there("Cancel"), "the end of the refresh")
    yield screen
    server.faults.clear()
    screen.stop()


def newest(server: FaultySandbox) -> SandboxProject:
    return max(server.state, key=lambda project: project.created)


def now(server: FaultySandbox, project: SandboxProject) -> SandboxProject:
    found = server.state.get(project.project_id)
    assert found is not None
    return found


def begin_edit(screen: Screen, project: SandboxProject, name: str, customer: str) -> None:
    """Open a project's form and type in two fields."""
    screen.select(project.project_name)
    screen.press("Edit")
    screen.fill("Project name", name)
    screen.fill("Customer name", customer)


def test_a_clash_with_a_colleague_is_shown_and_settled_field_by_field(screen: Screen, server: FaultySandbox) -> None:
    project = newest(server)
    begin_edit(screen, project, "Mine", "My customer")
    server.state.edit(project.project_id, project_name="Theirs", customer_name="Their customer")
    screen.press("Save changes")
    screen.reads("Changes 1", mark_words(Mark.NEEDS_YOU))
    screen.wait(lambda: screen.cell(screen.row("Mine"), MODIFIED) == "needs you", "the mark in its row")
    assert now(server, project).project_name == "Theirs"
    screen.press("Show in Changes")
    screen.reads("Needs you 1", remark_words(remark(RemarkCode.CONFLICT)))
    screen.reads("When you opened it", project.project_name, "On the server now", "Theirs", "Their customer")
    screen.press("Keep mine: Project name")
    screen.reads("Yours kept")
    assert now(server, project).project_name == "Theirs", "nothing goes before all of it is decided"
    screen.press("Keep theirs: Customer name")
    screen.press("Done")
    screen.wait(lambda: now(server, project).project_name == "Mine", "mine on the server")
    assert now(server, project).customer_name == "Their customer"
    screen.reads("Nothing needs a decision of yours.")
    screen.wait(lambda: screen.row("Mine") >= 0 and screen.cell(screen.row("Mine"), 1) == "Their customer", "the row")
    screen.wait(lambda: screen.cell(screen.row("Mine"), MODIFIED) != "needs you", "the mark to go")
    screen.reads("Kept yours; theirs was Theirs", "kept theirs; yours was My customer")


def test_theirs_for_all_sends_nothing(screen: Screen, server: FaultySandbox) -> None:
    project = newest(server)
    begin_edit(screen, project, "Mine", "My customer")
    server.state.edit(project.project_id, project_name="Theirs", customer_name="Their customer")
    screen.press("Save changes")
    screen.reads(mark_words(Mark.NEEDS_YOU))
    screen.press("Show in Changes")
    screen.press(way_words(WayOut.KEEP_THEIRS))
    screen.wait(lambda: screen.row("Theirs") >= 0, "theirs in the table")
    screen.reads("Nothing needs a decision of yours.")
    assert not server.log.to("update")


def test_a_project_that_somebody_deleted_is_recreated_with_what_was_typed(
    screen: Screen, server: FaultySandbox
) -> None:
    project = newest(server)
    begin_edit(screen, project, "Kept", "Still a customer")
    server.state.hard_delete(project.project_id)
    screen.press("Save changes")
    screen.reads(mark_words(Mark.NEEDS_YOU))
    screen.press("Show in Changes")
    screen.reads(remark_words(remark(RemarkCode.GONE)), "Still a customer")
    screen.press(way_words(WayOut.CREATE_AGAIN))
    screen.wait(lambda: any(project.project_name == "Kept" for project in server.state), "it on the server")
    made = [project for project in server.state if project.project_name == "Kept"]
    assert [(project.customer_name, project.postcode) for project in made] == [("Still a customer", project.postcode)]
    assert made[0].project_id != project.project_id
    screen.reads("Nothing needs a decision of yours.")
    screen.wait(lambda: screen.names().count("Kept") == 1, "one row of it")
    screen.rows(12)


def test_what_was_refused_is_edited_and_done(screen: Screen, server: FaultySandbox) -> None:
    project = newest(server)
    server.faults.add(Fault.answer(400, '{"message":"projectName is too <i>short</i>"}'), endpoint="update")
    begin_edit(screen, project, "Ab", "My customer")
    screen.press("Save changes")
    screen.reads(mark_words(Mark.NEEDS_YOU))
    screen.press("Show in Changes")
    screen.reads("The server said:", "projectName is too short")
    screen.press(way_words(WayOut.EDIT))
    screen.wait(lambda: screen.there("Save changes"), "the form")
    assert screen.field("Project name") == "Ab"
    screen.fill("Project name", "Longer")
    screen.press("Save changes")
    screen.wait(lambda: now(server, project).project_name == "Longer", "the mended change on the server")
    assert now(server, project).customer_name == "My customer"
    screen.reads("Nothing needs a decision of yours.")


def test_what_waits_without_a_connection_is_undone(screen: Screen, server: FaultySandbox) -> None:
    project = newest(server)
    server.faults.add(Fault.drop_before(), times=None)
    server.stop()
    screen.select(project.project_name)
    screen.press("Delete")
    screen.press("Move to deleted")
    screen.reads(saved_words(moved(project.project_name)), "Undo")
    assert screen.row(project.project_name) < 0
    screen.press("Undo")
    screen.wait(lambda: screen.row(project.project_name) >= 0, "the project to come back")
    screen.reads(undone_unsent(moved(project.project_name)))
    screen.reads_not("Changes 1")
