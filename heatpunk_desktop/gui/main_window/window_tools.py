"""The command palette, the list of shortcuts, the choice of columns, and About."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QKeySequence

from heatpunk_desktop.domain.project import CUSTOMER, KEY, NAME, POSTCODE
from heatpunk_desktop.gui import actions as actions_parts
from heatpunk_desktop.gui import command_palette, dialogs, table
from heatpunk_desktop.gui.actions.actions import Act
from heatpunk_desktop.models.table_columns import Column

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping, Sequence

    from PySide6.QtGui import QAction
    from PySide6.QtWidgets import QMainWindow

    from heatpunk_desktop.gui.command_palette.palette import Entry
    from heatpunk_desktop.gui.main_window.window_body import WindowBody
    from heatpunk_desktop.models.project_table_model import ProjectTableModel
    from heatpunk_desktop.models.row_store import Row

#: Limit of projects in the palette.
_MOST_PROJECTS: Final = 20


class WindowTools(QObject):
    """A controller that opens these dialogs.

    Args:
        model: The table's rows.
        body: The parts of the window.
        actions: Every declared action.
        window: The window.
    """

    #: int: the key of the project to show.
    project_requested = Signal(object)

    def __init__(
        self, model: ProjectTableModel, body: WindowBody, actions: Mapping[Act, QAction], window: QMainWindow
    ) -> None:
        super().__init__(window)
        self._model = model
        self._body = body
        self._window = window
        self._makers: list[Callable[[], Sequence[Entry]]] = []
        actions[Act.PALETTE].triggered.connect(self._on_palette_triggered)
        actions[Act.SHORTCUTS].triggered.connect(self._on_shortcuts_triggered)
        actions[Act.CHOOSE_COLUMNS].triggered.connect(self._on_choose_columns_triggered)
        actions[Act.ABOUT].triggered.connect(self._on_about_triggered)
        actions[Act.FILTER].triggered.connect(body.bar.add_filter)
        body.table.column_menu_actions.append(actions[Act.CHOOSE_COLUMNS])

    def offer(self, make: Callable[[], Sequence[Entry]]) -> None:
        """Register a function that returns further entries each time the palette opens."""
        self._makers.append(make)

    @Slot()
    def _on_palette_triggered(self) -> None:
        command_palette.CommandPalette(self._entries(), self._projects, self._window).open()

    def _entries(self) -> list[command_palette.Entry]:
        """Return the entries for the present actions of the menus."""
        native = QKeySequence.SequenceFormat.NativeText
        listed = [
            command_palette.Entry(
                entry.words,
                entry.menu,
                entry.action.shortcut().toString(native),
                entry.action.trigger,
                "" if entry.action.isEnabled() else entry.action.toolTip(),
            )
            for entry in actions_parts.listed_actions(self._window.menuBar())
        ]
        return [*listed, *(entry for make in self._makers for entry in make())]

    def _projects(self, text: str) -> Generator[None, None, list[Entry]]:
        rows = yield from self._model.find_first(text, _MOST_PROJECTS)
        return [self._project(row) for row in rows]

    def _project(self, row: Row) -> command_palette.Entry:
        words = " · ".join(part for part in (row[NAME], row[CUSTOMER], row[POSTCODE]) if part.strip())
        return command_palette.Entry(
            words or self.tr("Project without a name"), self.tr("Project"), "", self._shower(row[KEY])
        )

    def _shower(self, key: int) -> Callable[[], None]:
        return lambda: self.project_requested.emit(key)

    @Slot()
    def _on_shortcuts_triggered(self) -> None:
        actions_parts.ShortcutSheet(self._window.menuBar(), self._window).open()

    @Slot()
    def _on_about_triggered(self) -> None:
        dialogs.AboutDialog(self._window).open()

    @Slot()
    def _on_choose_columns_triggered(self) -> None:
        model, across = self._model, Qt.Orientation.Horizontal
        headings = {column: str(model.headerData(column, across)) for column in Column}
        self._body.table.columns.may_join = False  # from now on, only the user chooses columns
        chooser = table.ColumnChooser(headings, table.shown_columns(self._body.table), self._window)
        chooser.columns_chosen.connect(self._on_columns_chosen)
        chooser.open()

    @Slot(object)
    def _on_columns_chosen(self, columns: object) -> None:
        table.show_columns(self._body.table, columns)  # type: ignore[arg-type]  # a signal carries any object
