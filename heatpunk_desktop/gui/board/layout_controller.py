"""The choice between the table and the board."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Qt, Signal, Slot

from heatpunk_desktop.filters.saved_view import Layout
from heatpunk_desktop.gui import board as board_parts
from heatpunk_desktop.gui.actions.actions import Act

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from PySide6.QtGui import QAction
    from PySide6.QtWidgets import QWidget

    from heatpunk_desktop.gui.actions.status_controller import StatusController
    from heatpunk_desktop.gui.board.board import Board
    from heatpunk_desktop.gui.main_window.window_body import WindowBody

#: Keys in the window's state.
_STATE: Final = "layout"
_OPEN: Final = "board_open"


class LayoutController(QObject):
    """The switch between table and board, which creates the board when it is first needed.

    Args:
        statuses: Sets the status of dropped cards.
        body: The parts of the window.
        actions: Every declared action.
        window: The window.
        today: Returns the current day in the UK.
    """

    #: Layout: the layout now shown.
    changed = Signal(object)

    def __init__(
        self,
        statuses: StatusController,
        body: WindowBody,
        actions: Mapping[Act, QAction],
        window: QWidget,
        today: Callable[[], date],
    ) -> None:
        super().__init__(window)
        self._statuses = statuses
        self._body = body
        self._actions = actions
        self._today = today
        self._layout = Layout.TABLE
        self._board: Board | None = None
        self._is_compact = False
        #: The statuses of foldable columns that are open.
        self._open_columns: list[str] = []
        actions[Act.TABLE].setChecked(True)
        actions[Act.TABLE].triggered.connect(self._on_table_triggered)
        actions[Act.BOARD].triggered.connect(self._on_board_triggered)

    @property
    def layout(self) -> Layout:
        """The layout that the window shows."""
        return self._layout

    def restore(self, values: Mapping[str, object]) -> None:
        """Show the layout of the last session."""
        kept = values.get(_OPEN)
        self._open_columns = [status for status in kept if isinstance(status, str)] if isinstance(kept, list) else []
        if values.get(_STATE) == Layout.BOARD:
            self.show_layout(Layout.BOARD)

    def keep(self, values: dict[str, object]) -> None:
        """Store what `restore` reads."""
        values[_STATE] = str(self._layout)
        values[_OPEN] = self._board.open_columns() if self._board is not None else self._open_columns

    def set_compact(self, is_compact: bool) -> None:
        """Switch between compact and roomy cards."""
        self._is_compact = is_compact
        if self._board is not None:
            self._board.set_compact(is_compact)

    @Slot(object)
    def show_layout(self, layout: Layout) -> None:
        """Show the table or the board, with the same selection and filter."""
        if layout is self._layout:
            return
        self._layout = layout
        table, is_board = self._body.table, layout is Layout.BOARD
        had_focus = table.hasFocus() or (self._board is not None and self._board.has_focus)
        if is_board and self._board is None:
            self._board = self._make_board()
        board = self._board
        if board is None:
            return
        # Giving the focus to the table means the projects, in whichever layout.
        table.setFocusProxy(board if is_board else None)  # type: ignore[arg-type]  # Qt takes none
        table.selection.find_near = board.find_near if is_board else None
        self._body.centre.show_rows_in(board if is_board else table)
        board.watch(is_board)
        if is_board:
            board.show_current()
        else:
            table.show_current()
        if had_focus:
            table.setFocus(Qt.FocusReason.OtherFocusReason)
        self._actions[Act.BOARD if is_board else Act.TABLE].setChecked(True)
        self._statuses.show_in(board if is_board else table)
        self.changed.emit(layout)

    def _make_board(self) -> board_parts.Board:
        table = self._body.table
        board = board_parts.Board(table, self._today, self._body.centre)
        board.set_compact(self._is_compact)
        board.open_only(self._open_columns)
        for act in (Act.DELETE, Act.COPY, Act.SET_STATUS, Act.STATUS_BEFORE, Act.STATUS_AFTER):
            board.addAction(self._actions[act])
        board.move_requested.connect(self._statuses.move)
        board.stand_after(table)
        return board

    @Slot()
    def _on_table_triggered(self) -> None:
        self.show_layout(Layout.TABLE)

    @Slot()
    def _on_board_triggered(self) -> None:
        self.show_layout(Layout.BOARD)
