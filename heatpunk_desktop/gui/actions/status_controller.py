"""The actions that set the status of the selected projects, and the menu of statuses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from heatpunk_desktop.domain.display import one_line
from heatpunk_desktop.domain.fields import Status
from heatpunk_desktop.domain.project import NAME
from heatpunk_desktop.gui import board, command_palette
from heatpunk_desktop.gui.actions.actions import Act
from heatpunk_desktop.gui.widgets.labels import announce
from heatpunk_desktop.gui.widgets.status_pill import status_icon

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from heatpunk_desktop.gui.board.board import Board
    from heatpunk_desktop.gui.board.card_moves import CardMoves
    from heatpunk_desktop.gui.table.project_table import ProjectTable
    from heatpunk_desktop.services.sync.service import SyncService

_STEPS: Final = {Act.STATUS_BEFORE: -1, Act.STATUS_AFTER: 1}
_LONGEST: Final = 80


class StatusController(QObject):
    """A controller that sets the status of all selected projects as one batch, in the table and on the board.

    Args:
        service: Stores the changes.
        table: Holds the selection.
        actions: Every declared action.
        parent: Owner.
    """

    #: str: a message for the status bar.
    said = Signal(str)
    #: KnownError: why it could not be stored.
    troubled = Signal(object)

    def __init__(
        self, service: SyncService, table: ProjectTable, actions: Mapping[Act, QAction], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._service = service
        self._table = table
        self._actions = actions
        self._view: ProjectTable | Board = table
        self._moves: CardMoves | None = None
        #: The projects that the open menu is for, each with its status at that time.
        self._menu_for: dict[int, str] = {}
        table.status_menu_requested.connect(self.open_menu)
        table.project_model.keys_replaced.connect(self._on_keys_replaced)
        actions[Act.SET_STATUS].triggered.connect(self.open_menu)
        for act in _STEPS:
            actions[act].triggered.connect(self._on_step_triggered)
        for act in (Act.SET_STATUS, *_STEPS):
            # These keys have another meaning in a combo box or text field.
            actions[act].setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            table.addAction(actions[act])

    def show_in(self, view: ProjectTable | Board) -> None:
        """Set the view that shows the projects, where the menu opens."""
        self._view = view

    def set_status(self, status: str) -> None:
        """Set the status of the selected projects."""
        self.move(self._table.selected_keys(), status)

    @Slot(object, str)
    def move(self, keys: Sequence[int], status: str) -> None:
        """Set the status of some projects; skip those that have it.

        Args:
            keys: The projects.
            status: One of `Status`.
        """
        self._made_moves.move(keys, status)

    @Slot()
    def open_menu(self) -> None:
        """Open the menu of statuses for the selection, at its pill or card."""
        action, keys = self._actions[Act.SET_STATUS], self._table.selected_keys()
        if not action.isEnabled():
            self.said.emit(action.toolTip())
            return
        self._menu_for = self._made_moves.seen(keys)
        statuses = set(self._menu_for.values())
        menu = StatusMenu(statuses.pop() if len(statuses) == 1 else "", self._menu_words(keys), self._view)
        menu.chosen.connect(self._on_menu_chosen)
        menu.popup(self._view.place_of_menu())

    def entries(self) -> list[command_palette.Entry]:
        """Return the entries of the command palette, one for each status."""
        action = self._actions[Act.SET_STATUS]
        reason = "" if action.isEnabled() else action.toolTip()
        words = self.tr("Set status: {0}")
        return [
            command_palette.Entry(words.format(status), self.tr("Project"), "", self._setter(status), reason)
            for status in map(str, Status)
        ]

    def _setter(self, status: str) -> Callable[[], None]:
        return lambda: self.set_status(status)

    def _menu_words(self, keys: Sequence[int]) -> str:
        if len(keys) != 1:
            return self.tr("Status of {0} projects").format(f"{len(keys):,}")
        row = self._table.project_model.tuple_of(keys[0])
        return self.tr("Status of {0}").format(one_line(row[NAME], _LONGEST) if row is not None else "")

    @property
    def _made_moves(self) -> board.CardMoves:
        if self._moves is None:
            self._moves = board.CardMoves(self._service, self._table.project_model, self)
            self._moves.about_to_store.connect(self._table.selection.expect_to_go)
            self._moves.moved.connect(self._on_moved)
            self._moves.not_moved.connect(self.said)
            self._moves.troubled.connect(self._table.selection.forget_leaving)
            self._moves.troubled.connect(self.troubled)
        return self._moves

    @Slot(str)
    def _on_menu_chosen(self, status: str) -> None:
        seen, self._menu_for = self._menu_for, {}
        self._made_moves.move(list(seen), status, seen)

    @Slot()
    def _on_step_triggered(self) -> None:
        action = self.sender()
        step = next(step for act, step in _STEPS.items() if self._actions[act] is action)
        self._made_moves.step(self._table.selected_keys(), step)

    @Slot(str)
    def _on_moved(self, words: str) -> None:
        announce(self._view, words)

    @Slot(object)
    def _on_keys_replaced(self, replaced: Mapping[int, int]) -> None:
        self._menu_for = {replaced.get(key, key): status for key, status in self._menu_for.items()}


class StatusMenu(QMenu):
    """One entry a status, the current one marked.

    Args:
        now: The status of now, whatever the server calls it.
        name: What a screen reader says of the menu.
        parent: The table.
    """

    #: str
    chosen = Signal(str)

    def __init__(self, now: str, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAccessibleName(name)
        group = QActionGroup(self)
        for status in Status:
            action = QAction(status_icon(status, self.palette()), status.value, group)
            action.setCheckable(True)
            action.setData(status.value)
            self.addAction(action)
            if status == now:
                action.setChecked(True)
                self.setActiveAction(action)
        group.triggered.connect(self._on_triggered)

    @Slot(QAction)
    def _on_triggered(self, action: QAction) -> None:
        self.chosen.emit(action.data())
