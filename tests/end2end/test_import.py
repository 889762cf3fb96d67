"""A spreadsheet as an office has it comes into the real program by being dropped, and nobody types a row."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QPushButton, QTableView

from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.domain.needs import Need, WayOut
from heatpunk_desktop.gui.actions.actions import Act
from heatpunk_desktop.gui.importing.columns_page import WHY as BECAUSE
from heatpunk_desktop.gui.importing.preview_model import WHAT
from heatpunk_desktop.gui.importing.values_page import BECOMES
from heatpunk_desktop.gui.text.operation_words import need_words, way_words
from heatpunk_desktop.services.tasks.importer import Importer
from tests.end2end.on_screen import Screen, running
from tests.faulty_sandbox.faults import Fault
from tests.faulty_sandbox.server import FaultySandbox
from tests.messy.leads import Leads, make_leads
from tests.parts import part_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


# The offscreen platform says that it can bring no window to the front.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

COUNT = 40


@pytest.fixture
def server() -> Iterator[FaultySandbox]:
    with FaultySandbox(projects=COUNT, seed=7) as running:
        yield running


@pytest.fixture
def screen(server: FaultySandbox, data_dir: Path, monkeypatch: pytest.MonkeyPatch, qtbot: object) -> Iterator[Screen]:
    del qtbot  # whose application the program takes
    with running(server, data_dir, monkeypatch) as shown:
        yield shown


def drop(screen: Screen, path: Path) -> None:
    """Let a file go over the table, as a file manager sends it."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    at, action = QPointF(400, 300), Qt.DropAction.CopyAction
    window = screen.program.window
    button, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    entering = QDragEnterEvent(at.toPoint(), action, data, button, keys)
    QApplication.sendEvent(window, entering)
    assert entering.isAccepted()
    QApplication.sendEvent(window, QDropEvent(at, action, data, button, keys))
    screen.settle()


def preview(screen: Screen) -> QTableView:
    return screen.control(QTableView, "Preview")


def waiting(screen: Screen) -> int:
    return screen.program.service.reader.operation_counts().waiting


def test_five_hundred_messy_rows_go_from_drop_to_server(screen: Screen, server: FaultySandbox, tmp_path: Path) -> None:
    made: Leads = make_leads(tmp_path / "Leads from the fair.csv", 500)
    server.stop()
    drop(screen, made.path)
    screen.reads("What is in its columns?")
    screen.press("Next")
    screen.reads(f"New: {made.new}", f"Duplicates: {made.twice}", f"Problems: {made.wrong}", seconds=120)
    # The wrong rows are corrected where they stand.
    for _ in range(made.wrong):
        screen.press("Next problem")
        table = preview(screen)
        assert table.model().setData(table.currentIndex(), "")
        screen.wait(lambda: not part_of(screen.program.window, Importer).is_running, "the row to be planned anew")
    screen.reads("Problems: 0", f"New: {made.new + made.wrong}")
    screen.press("Import projects")
    total = made.new + made.wrong
    screen.reads(f"{total} projects are saved here and waiting", "Nothing of it has been sent", seconds=60)
    assert waiting(screen) == total
    screen.press("Close")
    server.start()
    screen.act(Act.SEND_NOW)
    screen.wait(lambda: waiting(screen) == 0, "everything to be sent", 240)
    on_server = [project for project in server.state if project.crm_reference in made.references]
    assert len(on_server) == total == len({project.crm_reference for project in on_server})
    one = next(project for project in on_server if project.crm_reference == made.sample_reference)
    assert {field: getattr(one, field.value) for field in made.sample} == made.sample
    assert Field.POSTCODE in made.sample

    # The same file once more has nothing to offer.
    screen.act(Act.IMPORT)
    screen.fill("File", str(made.path))
    screen.reads("The first rows", seconds=60)
    screen.press("Next")
    columns = screen.control(QTableView, "Columns")
    assert "As you chose last time" in [columns.model().index(row, BECAUSE).data() for row in range(8)]
    screen.press("Next")
    screen.reads("New: 0", "Changes: 0", seconds=120)
    # What was wrong in the file still is; the rest is known again.
    screen.reads(f"Problems: {made.wrong}", "Nothing to import yet")
    assert not screen.control(QPushButton, "Import projects").isEnabled()
    table = preview(screen)
    assert {table.model().index(row, WHAT).data() for row in range(table.model().rowCount())} <= {
        "Leave out",
        "Needs fixing",
    }
    screen.press("Cancel")


def test_rows_that_were_copied_in_a_spreadsheet_are_pasted(screen: Screen) -> None:
    clipboard = QApplication.clipboard()
    clipboard.setText("only words")
    screen.act(Act.PASTE)
    screen.reads("The clipboard holds no rows of cells")
    clipboard.setText("Client\tSite address\r\nRhys Hughes\t9 Mill Lane, Histon, CB24 9PL\r\n")
    screen.act(Act.PASTE)
    screen.reads("What is in its columns?")
    screen.press("Next")
    screen.reads("New: 1", seconds=60)
    screen.press("Import projects")
    screen.reads("1 project created", "Created: 1", "Waiting: 0", "Refused: 0", seconds=60)
    screen.press("Close")
    screen.wait(lambda: waiting(screen) == 0, "it to be sent", 60)
    screen.rows(COUNT + 1)


def test_new_projects_become_those_of_the_users_whom_a_column_names(
    screen: Screen, server: FaultySandbox, tmp_path: Path
) -> None:
    me = server.user_email
    path = tmp_path / "leads.csv"
    path.write_text(
        f"Client,Address,Salesperson\nRhys Hughes,9 Mill Lane,{me.partition('@')[0]}\nEwa Nowak,4 The Green,Nobody\n",
        "utf-8",
    )
    drop(screen, path)
    screen.reads("What is in its columns?", "New projects get the owner in the “Salesperson” column")
    screen.press("Next")
    screen.reads("What do these values mean?", seconds=60)
    values = screen.control(QTableView, "Values")
    colleague = server.users[1]
    assert [values.model().index(0, column).data() for column in range(4)] == ["Salesperson", "Nobody", "1", "Me"]
    assert values.model().setData(values.model().index(0, BECOMES), colleague.email)
    screen.press("Next")
    screen.reads("New: 2", "Check: 1", seconds=60)  # Heatpunk may not know the address
    screen.press("Import projects")
    screen.reads("2 projects created", seconds=60)
    screen.press("Close")
    screen.wait(lambda: waiting(screen) == 0, "it to be sent", 60)
    owners = {project.customer_name: project.owner for project in server.state}
    assert (owners["Rhys Hughes"], owners["Ewa Nowak"]) == (server.users[0].owner_id, colleague.owner_id)


def test_what_was_refused_is_counted_shown_and_mended(screen: Screen, server: FaultySandbox, tmp_path: Path) -> None:
    path = tmp_path / "leads.csv"
    path.write_text("Client,Address\n" + "".join(f"Customer {n},{n} Mill Lane\n" for n in range(1, 6)), "utf-8")
    refused = Fault.answer(403, '{"message":"owner must be the email address of a member of the team"}')
    server.faults.add(refused, endpoint="create", times=2)
    drop(screen, path)
    screen.reads("What is in its columns?")
    screen.press("Next")
    screen.reads("New: 5", seconds=60)
    screen.press("Import projects")
    # The last is the sidebar's, which follows a moment later.
    words = screen.reads(
        "3 projects created · 2 refused", "Created: 3", "Waiting: 0", "Refused: 2", "Needs you, 2", seconds=60
    )
    assert "All of it" not in words
    assert "Waiting, 0" in words
    screen.press("Show the 2")
    screen.reads("Needs you 2", "2 changes selected", need_words(Need.OWNER))
    screen.press(way_words(WayOut.CHANGE_OWNER))
    screen.press("Save")
    screen.wait(lambda: len(server.state) == COUNT + 5, "all of them on the server", 60)
    screen.reads("Nothing needs a decision of yours.")
