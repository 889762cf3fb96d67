"""`python -m tools.screenshot_tour FOLDER`: does the main job on sample data, offscreen, with a picture of each step.

The same windows as ever, used by their names. The pictures of the user guide are made with it.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QItemSelectionModel
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QDialog, QTableView, QWidget

from heatpunk_desktop.app.cli import Options
from heatpunk_desktop.app.controller import Program
from heatpunk_desktop.app.demo import PROJECTS
from heatpunk_desktop.app.qt_application import make_application
from heatpunk_desktop.devtools.ui_driver import NotFoundError, UiDriver
from heatpunk_desktop.gui.table.cell_editor import CellEditor
from heatpunk_desktop.gui.table.project_table import ProjectTable
from heatpunk_desktop.models.table_columns import Column
from heatpunk_desktop.services.desktop.single_instance import SingleInstance

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

#: Size of the window in the pictures, in device-independent pixels.
SIZE: Final = (1440, 900)

#: What the import is shown with: a duplicate of what was created before, stages that are no status, and a total.
LEADS: Final = """Client;Tel no.;E-mail;Site address;Stage;Built
Gwen Rees;7400123001;gwen.rees@example.com;9 Mill Lane, Histon, cb249pl;lead;1931
Priya Patel;07700 900 014;priya.patel@example.com;87 High Street, Exeter, EX1 1HS;quote;1890
Tom O’Brien;7400123002;tom @example.com;4 The Green, Ely, CB7 4AA;Installed;2011
Ewa Nowak;7400123003;ewa.nowak@example.com;12 Ferry Street, Royston, SG8 5AB;Ask Sandra;2006
Gwen Rees;7400123001;gwen.rees@example.com;9 Mill Lane, Histon, CB24 9PL;lead;1931
Hugo Webb;7400123004;hugo.webb@example.com;31 Station Road, St Ives, PE27 5BH;lead;2015
Total;6;;;;
"""

#: What a customer wrote; the two postcodes are told of.
NOTE: Final = """Hello, we spoke about a heat pump for our house.

Customer: Ewa Nowak
Tel: 07400 123003
Email: ewa.nowak@example.com
The house is 12 Ferry Street, Royston. It may be SG8 5AB or SG8 5AD, I will look.
"""

#: What is pasted over two projects: a status that is none is told of.
CELLS: Final = "Gwen Rees\tCB24 9PL\tQuote\r\nTom O’Brien\tCB7 4AA\tSold\r\n"

_ONE_MORE: Final = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows


class Tour:
    """Walks through the program and numbers the pictures."""

    _program: Program

    def __init__(self, pilot: UiDriver, folder: Path, *, numbered: bool) -> None:
        self._pilot = pilot
        self._folder = folder
        self._numbered = numbered
        self._number = 0

    def walk(self, program: Program) -> None:
        """Do every step of the demo; raise NotFoundError where one does not end as it should."""
        self._program = program
        for step in (
            self._list,
            self._search,
            self._range,
            self._filters,
            self._palette,
            self._board,
            self._note,
            self._form,
            self._create,
            self._several,
            self._cells,
            self._import,
            self._export,
            self._edit,
            self._offline,
            self._back,
            self._conflict,
            self._delete,
            self._duplicates,
            self._settings,
        ):
            step()

    def _picture(self, name: str, words: str) -> None:
        self._number += 1
        path = self._folder / (f"{self._number:02d}-{name}.png" if self._numbered else f"{name}.png")
        self._pilot.picture(path)
        print(f"{path.name}: {words}", flush=True)

    def show_set_up(self) -> None:
        """Take the picture of the first start."""
        pilot = self._pilot
        pilot.wait(lambda: pilot.there("Try with sample data"), "the set-up page")
        self._picture("setup", "the first start")

    def _list(self) -> None:
        pilot = self._pilot
        pilot.wait(lambda: pilot.table().model().rowCount() > 0, "the sample projects")
        self._program.window.resize(*SIZE)
        pilot.wait(lambda: pilot.table().model().rowCount() == PROJECTS, "all of the sample projects")
        pilot.table().selectRow(0)
        self._picture("window", "every project of the team")

    def _search(self) -> None:
        pilot = self._pilot
        everything = pilot.table().model().rowCount()
        pilot.fill("Search projects", "high st")
        pilot.wait(lambda: 0 < pilot.table().model().rowCount() < everything, "fewer rows")
        pilot.table().selectRow(0)
        self._picture("search", "found by typing")
        self._program.apply_appearance("dark")
        self._picture("search-dark", "the same in the dark")
        self._program.apply_appearance("light")
        pilot.fill("Search projects", "")
        pilot.wait(lambda: pilot.table().model().rowCount() == everything, "all rows")

    def _range(self) -> None:
        pilot = self._pilot
        everything = pilot.table().model().rowCount()
        pilot.choose("Date range", "Last 90 days")
        pilot.wait(lambda: pilot.table().model().rowCount() < everything, "fewer rows")
        self._picture("date-range", "only what was created in the last 90 days")
        pilot.choose("Date range", "All time")

    def _filters(self) -> None:
        pilot = self._pilot
        everything = pilot.table().model().rowCount()
        pilot.fill("Search projects", "owner:me created:>2025-06")
        pilot.wait(lambda: 0 < pilot.table().model().rowCount() < everything, "fewer rows")
        self._act("filter")
        pilot.choose("Field", "Postcode")
        pilot.fill("Value", "S, E")
        self._picture("filters", "a filter, put together while the table shows what it finds")
        pilot.press("Apply filter")
        self._act("save_view")
        pilot.fill("Name of the view", "Mine in the east")
        pilot.press("Save view")
        pilot.wait(lambda: self._offers("Mine in the east"), "the view")
        self._picture("view", "kept as a saved view")
        self._act("clear")
        pilot.wait(lambda: pilot.table().model().rowCount() == everything, "all rows")

    def _palette(self) -> None:
        self._act("palette")
        self._pilot.fill("Command, view or project", "sale")
        self._picture("palette", "the command palette")
        next(
            widget for widget in QApplication.topLevelWidgets() if isinstance(widget, QDialog) and widget.isVisible()
        ).close()
        self._pilot.settle()

    def _board(self) -> None:
        pilot = self._pilot
        pilot.press("Board")
        window = self._program.window
        pilot.wait(lambda: any(widget.isVisible() for widget in window.findChildren(QWidget, "board")), "the board")
        self._picture("board", "the projects by their status, to be moved from one to the next")
        pilot.press("Table")

    def _offers(self, words: str) -> bool:
        """Whether the menus offer something under these words."""
        return any(action.text() == words for action in self._program.window.findChildren(QAction))

    def _act(self, name: str) -> None:
        """Do what an action of the menus does."""
        actions = self._program.window.findChildren(QAction)
        next(action for action in actions if action.objectName() == name).trigger()
        self._pilot.settle()

    def _note(self) -> None:
        pilot = self._pilot
        pilot.press("New project")
        pilot.press("Paste a note")
        pilot.fill("Email or note", NOTE)
        self._picture("note", "an email, of which what is sure goes into the form")
        pilot.press("Fill in the form")
        self._picture("note-form", "filled in from the note, each field to be checked")
        pilot.press("Cancel")
        pilot.press("Discard")

    def _several(self) -> None:
        pilot, table = self._pilot, self._pilot.table()
        table.setFocus()
        table.selectRow(1)
        for row in (2, 3):
            table.selectionModel().select(table.model().index(row, 0), _ONE_MORE)
        pilot.wait(lambda: pilot.there("Change a field"), "what can be done with several")
        self._picture("several", "several projects are selected")
        pilot.press("Change a field")
        pilot.choose("Set to", "Install")
        pilot.wait(lambda: pilot.there("Preview"), "what would be changed")
        self._picture("change-several", "a field of all of them, before it is changed")
        pilot.press("Cancel")

    def _form(self) -> None:
        pilot = self._pilot
        pilot.press("New project")
        for name, text in (
            ("Customer name", "Priya Patel"),
            ("Customer email", "priya.patel@example"),
            ("Customer phone", "07700 900 014"),
            ("Address", "87 High Street, Exeter"),
            ("Postcode", "ex11hs"),
            ("Latitude", "50.7221, -3.5331"),
            ("Project name", "87 High Street"),
        ):
            pilot.fill(name, text)
        pilot.choose("Status", "Lead")
        self._picture("form", "a new project, checked as each field is left")

    def _create(self) -> None:
        pilot = self._pilot
        pilot.press("Create project")
        pilot.select("87 High Street")
        self._wait_for_server("87 High Street")
        self._picture("created", "on the server")

    def _cells(self) -> None:
        pilot = self._pilot
        table = self._program.window.findChild(ProjectTable)
        if not isinstance(table, ProjectTable) or (key := table.project_model.key_at(2)) is None:
            raise NotFoundError("no third project in the table")
        table.setFocus()
        table.selectRow(2)
        table.go_to_cell(key, Column.POSTCODE)
        self._act("edit_cell")
        editor = table.findChild(CellEditor)
        if not isinstance(editor, CellEditor):
            raise NotFoundError("no editor over the cell")
        editor.setText("cb1 3q")
        self._picture("edit-cell", "a cell is edited where it stands")
        editor.discarded.emit()
        table.selectRow(2)
        table.selectionModel().select(table.model().index(3, 0), _ONE_MORE)
        table.go_to_cell(key, Column.CUSTOMER)
        QApplication.clipboard().setText(CELLS)
        self._act("paste_cells")
        pilot.wait(lambda: pilot.there("Change 2 projects"), "what pasting would do")
        self._picture("paste-cells", "cells of a spreadsheet, before they are pasted over several")
        pilot.press("Cancel")
        table.leave_cell()

    def _import(self) -> None:
        pilot = self._pilot
        with tempfile.TemporaryDirectory(prefix="heatpunk-tour-") as folder:
            path = Path(folder) / "Leads from the fair.csv"
            path.write_text(LEADS, "utf-8")
            pilot.press("Import")
            pilot.fill("File", str(path))
            pilot.press("Next")
            pilot.wait(lambda: pilot.there("Columns"), "the columns of the file")
            pilot.press("Back")
            self._picture("import-file", "a spreadsheet: how it is read")
            pilot.press("Next")
            self._picture("import-columns", "what is in its columns")
            pilot.press("Next")
            pilot.wait(lambda: pilot.there("Values"), "the values that Heatpunk doesn’t know")
            self._picture("import-values", "what unknown values become")
            pilot.press("Next")
            pilot.wait(lambda: pilot.there("Preview"), "what will be done")
            self._picture("import", "each row, with what is created, left out or to be corrected")
            pilot.press("Cancel")
            pilot.wait(lambda: not pilot.there("Preview"), "the window to close")

    def _export(self) -> None:
        pilot = self._pilot
        with tempfile.TemporaryDirectory(prefix="heatpunk-tour-") as folder:
            self._act("export")
            pilot.press(f"All that are shown ({pilot.table().model().rowCount():,})")
            pilot.wait(lambda: pilot.box_is_shown("Load them"), "what is not loaded to be said")
            pilot.fill("File", str(Path(folder) / "Projects for the office.xlsx"))
            self._picture("export", "what is shown goes into a file; what is not loaded is said before")
            pilot.choose("Format", "PDF to send or print (.pdf)")
            pilot.wait(lambda: not pilot.box_is_shown("Load them"), "the columns of a page")
            self._picture("export-pdf", "a page to print holds the columns of the table")
            pilot.press("Export projects")
            pilot.wait(lambda: pilot.there("Show in folder"), "the file")
            self._picture("exported", "it is in the file")
            pilot.press("Close")

    def _edit(self) -> None:
        pilot = self._pilot
        pilot.select("87 High Street")
        pilot.press("Edit")
        pilot.fill("Project name", "87 High Street, annexe")
        pilot.choose("Status", "Quote")
        self._picture("edit", "editing it")
        pilot.press("Save changes")
        self._wait_for_server("87 High Street, annexe")

    def _offline(self) -> None:
        pilot = self._pilot
        self._program.demo_server.stop()
        pilot.press("New project")
        pilot.fill("Customer name", "Rhys Pritchard")
        pilot.fill("Project name", "The Old Bakery")
        pilot.press("Create project")
        pilot.wait(lambda: pilot.there("Try now"), "the word that there is no connection")
        pilot.select("The Old Bakery")
        self._picture("offline", "no signal: the new project waits here")
        self._program.apply_appearance("dark")
        self._picture("offline-dark", "the same in the dark")
        self._program.apply_appearance("light")
        pilot.press(self._changes())
        self._picture("changes", "what has not reached the server")
        pilot.press(self._changes())

    def _back(self) -> None:
        pilot = self._pilot
        self._program.demo_server.start()
        pilot.press("Try now")
        self._wait_for_server("The Old Bakery")
        self._picture("back", "back online: it went by itself, once")

    def _conflict(self) -> None:
        pilot = self._pilot
        state = self._program.demo_server.state
        pilot.select("The Old Bakery")
        pilot.press("Edit")
        pilot.fill("Customer name", "Rhys & Ffion Pritchard")
        pilot.choose("Status", "Quote")
        colleagues = next(project for project in state if project.project_name == "The Old Bakery")
        state.edit(colleagues.project_id, customer_name="Pritchard Bakeries Ltd", status="Rejected")
        pilot.press("Save changes")
        pilot.wait(lambda: pilot.there("Show in Changes"), "the conflict")
        pilot.press("Show in Changes")
        self._picture("conflict", "somebody else changed the same fields")
        pilot.press("Keep mine")
        self._wait_for_server("The Old Bakery")
        pilot.press(self._changes())

    def _delete(self) -> None:
        pilot = self._pilot
        pilot.select("87 High Street, annexe")
        pilot.press("Delete")
        self._picture("delete", "moving it to the deleted ones")
        pilot.press("Move to deleted")
        pilot.wait(lambda: pilot.row("87 High Street, annexe") < 0, "the row to go")
        self._picture("deleted", "gone from the table")

    def _duplicates(self) -> None:
        pilot, state = self._pilot, self._program.demo_server.state
        whole = [
            project
            for project in state
            if " " in project.customer_name and project.address and project.postcode and project.customer_phone
        ]
        whole.sort(key=lambda project: project.project_id)
        for place in range(7, 127, 40):
            # Somebody in a hurry wrote it down once more.
            one, other = whole[place], whole[place + 20]
            first, _, last = one.customer_name.rpartition(" ")
            name = f"{last}, {first}"
            state.edit(
                other.project_id,
                customer_name=name,
                customer_phone=one.customer_phone,
                address=one.address.replace("Road", "Rd").replace("Street", "St"),
                postcode=one.postcode.replace(" ", "").lower(),
            )
        pilot.press("Refresh")
        pilot.fill("Search projects", f'"{name}"')
        pilot.wait(lambda: pilot.row(name) >= 0, "what was written down once more")
        pilot.fill("Search projects", "")
        self._act("duplicates")
        pilot.wait(lambda: pilot.there("Side by side"), "the likely duplicates")
        pilot.wait(lambda: "Customer phone" in self._loaded_lines(), "the phones of the two")
        self._picture("duplicates", "projects that are likely to be one, side by side")
        self._act("duplicates")

    def _loaded_lines(self) -> set[str]:
        """Captions of what is known of both projects that stand side by side."""
        tables = self._program.window.findChildren(QTableView)
        model = next(table for table in tables if table.accessibleName() == "Side by side").model()
        texts = [[model.index(row, column).data() for column in range(3)] for row in range(model.rowCount())]
        return {caption for caption, *values in texts if "not loaded" not in values}

    def _settings(self) -> None:
        pilot = self._pilot
        pilot.table().selectRow(0)
        self._act("settings")
        self._picture("settings", "how it looks")
        pilot.choose("Colours", "Dark")
        pilot.press("Save")
        pilot.wait(lambda: not pilot.there("Colours"), "the settings to close")
        self._picture("window-dark", "in the dark")

    def _changes(self) -> str:
        return self._program.window.changes_button_text

    def _wait_for_server(self, name: str) -> None:
        pilot = self._pilot

        def settled() -> bool:
            row = pilot.row(name)
            return row >= 0 and not any(word in pilot.cell(row, 5) for word in ("not sent", "waiting", "needs"))

        pilot.wait(settled, f"the server's word on {name!r}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Take the tour; return the exit code."""
    parser = argparse.ArgumentParser(description="Takes pictures of the program doing the main job on sample data.")
    parser.add_argument("folder", type=Path, help="where the pictures go")
    parser.add_argument("--guide", action="store_true", help="name the pictures as the user guide does: no numbers")
    given = parser.parse_args(arguments)
    folder: Path = given.folder
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    folder.mkdir(parents=True, exist_ok=True)
    tour = Tour(UiDriver(), folder, numbered=not given.guide)
    with tempfile.TemporaryDirectory(prefix="heatpunk-tour-") as data:
        try:
            with _running(Path(data) / "first", demo=False):
                tour.show_set_up()
            with _running(Path(data) / "demo", demo=True) as program:
                tour.walk(program)
        except NotFoundError as error:
            print(f"the tour broke off: {error}", file=sys.stderr)
            return 1
    return 0


@contextmanager
def _running(data_dir: Path, *, demo: bool) -> Iterator[Program]:
    program = Program(make_application(), Options(data_dir, demo=demo), SingleInstance(data_dir), _no_browser)
    program.start()
    program.apply_appearance("light")
    try:
        yield program
    finally:
        program.stop()


def _no_browser(account: object, project_id: int) -> None:
    """Take the browser's place."""


if __name__ == "__main__":
    sys.exit(main())
