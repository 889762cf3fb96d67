"""Undo and redo in the real window, from the menu Edit to the server and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from heatpunk_desktop.domain.changes import BatchWithdrawal, NewProject
from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.domain.operation import OperationKind
from heatpunk_desktop.domain.project import Mark
from heatpunk_desktop.gui.actions.actions import Act
from heatpunk_desktop.gui.text.project_words import mark_words
from heatpunk_desktop.gui.text.undo_words import CHANGES_BACK, SENT, change_words, saved_words, withdrawn_words
from heatpunk_desktop.services.sync.commands import StageChanges
from tests.end2end.on_screen import Screen
from tests.faulty_sandbox.faults import Fault
from tests.faulty_sandbox.server import FaultySandbox
from tests.wording import beginning, done_again, edited, moved, undone, undone_by_change_back, undone_unsent

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from PySide6.QtGui import QAction

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
    screen.wait(lambda: not screen.there("Cancel"), "the end of the refresh")
    yield screen
    server.faults.clear()
    screen.stop()


def action(screen: Screen, act: Act) -> QAction:
    return screen.action(act)


def now(server: FaultySandbox, project: SandboxProject) -> SandboxProject:
    found = server.state.get(project.project_id)
    assert found is not None
    return found


def rename(screen: Screen, project: SandboxProject, name: str) -> None:
    screen.select(project.project_name)
    screen.press("Edit")
    screen.fill("Project name", name)
    screen.press("Save changes")


def test_what_was_sent_is_changed_back_and_done_again(screen: Screen, server: FaultySandbox) -> None:
    project = max(server.state, key=lambda project: project.created)
    undo, redo = action(screen, Act.UNDO), action(screen, Act.REDO)
    assert (undo.isEnabled(), redo.isEnabled()) == (False, False)
    rename(screen, project, "Mill")
    screen.wait(lambda: now(server, project).project_name == "Mill", "the change on the server")
    screen.wait(lambda: CHANGES_BACK in undo.toolTip(), "the menu to say how it is undone")
    renamed = edited(project.project_name, {Field.PROJECT_NAME: "Mill"})
    assert undo.text() == f"&Undo {change_words(renamed)}"
    screen.reads(SENT[OperationKind.UPDATE].format("Mill"), "Undo", "Change it back in Heatpunk")
    server.faults.add(Fault.delay(1.0))
    screen.press("Undo")
    screen.reads(undone_by_change_back(renamed))
    screen.wait(lambda: now(server, project).project_name == project.project_name, "the name of before on the server")
    # That it has reached the server is said of the undoing, and not as if something had been saved.
    screen.reads_not(undone_by_change_back(renamed))
    assert undone(renamed) in screen.words()
    assert beginning(SENT[OperationKind.UPDATE]) not in screen.words()
    assert redo.text() == f"&Redo {change_words(renamed)}"
    server.faults.add(Fault.delay(1.0))
    redo.trigger()
    screen.reads(done_again(renamed))
    screen.wait(lambda: now(server, project).project_name == "Mill", "the change on the server again")


def test_a_colleagues_change_since_needs_the_user(screen: Screen, server: FaultySandbox) -> None:
    project = max(server.state, key=lambda project: project.created)
    rename(screen, project, "Mill")
    screen.wait(lambda: now(server, project).project_name == "Mill", "the change on the server")
    server.state.edit(project.project_id, project_name="Theirs")
    screen.wait(lambda: CHANGES_BACK in action(screen, Act.UNDO).toolTip(), "that it was sent")
    action(screen, Act.UNDO).trigger()
    screen.reads(mark_words(Mark.NEEDS_YOU))
    assert now(server, project).project_name == "Theirs"


def test_what_waits_is_undone_and_redone_without_a_connection(screen: Screen, server: FaultySandbox) -> None:
    project = max(server.state, key=lambda project: project.created)
    server.faults.add(Fault.drop_before(), times=None)
    server.stop()
    screen.select(project.project_name)
    screen.press("Delete")
    screen.press("Move to deleted")
    screen.reads(saved_words(moved(project.project_name)), "Undo")
    action(screen, Act.UNDO).trigger()
    screen.wait(lambda: screen.row(project.project_name) >= 0, "the project to come back")
    screen.reads(undone_unsent(moved(project.project_name)))
    action(screen, Act.REDO).trigger()
    screen.wait(lambda: screen.row(project.project_name) < 0, "the project to go again")
    screen.reads("Changes 1")


def test_what_was_done_together_is_taken_back_in_changes_after_a_restart(
    server: FaultySandbox, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HEATPUNK_API_KEY", server.api_key)
    before = Screen(data_dir, server.origin, server.user_email).start()
    try:
        before.rows(12)
        before.wait(lambda: not before.there("Cancel"), "the end of the refresh")
        server.faults.add(Fault.drop_before(), times=None)
        server.stop()
        leads = [NewProject({Field.PROJECT_NAME: f"Lead {number}"}) for number in range(3)]
        before.program.service.run(StageChanges(tuple(leads), "Import leads.csv"))
        before.program.service.run(
            StageChanges((NewProject({Field.PROJECT_NAME: "Of another import"}),), "Import others.csv")
        )
        before.rows(16)
    finally:
        before.stop()
    screen = Screen(data_dir, server.origin, server.user_email).start()
    try:
        screen.rows(16)
        # While one of them is being tried, it cannot be withdrawn with the others.
        screen.reads("No connection")
        screen.act(Act.CHANGES)
        screen.press("Take back all 3 of “Import leads.csv”")
        screen.reads("Take back “Import leads.csv”?", "What was sent stays on the server.")
        screen.press("Take back")
        screen.reads(withdrawn_words(BatchWithdrawal(1, 3, (), ())), "Changes 1")
        screen.rows(13)
        assert "Of another import" in screen.names()
        assert not screen.there("Undo"), "nothing is left of it that could be undone"
    finally:
        screen.stop()
