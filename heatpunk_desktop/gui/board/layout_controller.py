"""Table or board: which of them the window shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Qt, Signal, Slot

from heatpunk_desktop.filters.saved_view import Layout
from heatpunk_desktop.gui.actions.actions import Act

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from PySide6.QtGui import QAction
    from PySide6.QtWidgets import QWidget

    from heatpunk_desktop.gui.actions.status_controller import StatusController
    from heatpunk_desktop.gui.board.board import Board
    from heatpunk_desktop.gui.main_window.window_body import WindowBody

#: Where the choice stands in the window's state.
_STATE: Final = "layout"
_OPEN: Final = "board_open"


class LayoutController(QObject):
    """Makes the board when it is first wanted, and puts it in the table's place.

    Args:
        statuses: Gives cards that are dropped another status.
        body: The parts of the window.
        actions: Every declared action.
        window: The window.
        today: Tells which day it is in the UK.
    """

    #: Layout: what the window shows from now on.
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
        #: The statuses whose columns are open though they are folded at first.
        self._open_columns: list[str] = []
        actions[Act.TABLE].setChecked(True)
        actions[Act.TABLE].triggered.connect(self._on_table_triggered)
        actions[Act.BOARD].triggered.connect(self._on_board_triggered)

    @property
    def layout(self) -> Layout:
        """What the window shows."""
        return self._layout

    def restore(self, values: Mapping[str, object]) -> None:
        """Shows what was shown when the program last ended."""
        kept = values.get(_OPEN)
        self._open_columns = [one for one in kept if isinstance(one, str)] if isinstance(kept, list) else []
        if values.get(_STATE) == Layout.BOARD:
            self.show_layout(Layout.BOARD)

    def keep(self, values: dict[str, object]) -> None:
        """Keeps what `restore` reads."""
        values[_STATE] = str(self._layout)
        values[_OPEN] = self._board.open_columns() if self._board is not None else self._open_columns

    def set_compact(self, is_compact: bool) -> None:
        """Chooses between cards with more and with less room in them."""
        self._is_compact = is_compact
        if self._board is not None:
            self._board.set_compact(is_compact)

    @Slot(object)
    def show_layout(self, layout: Layout) -> None:
        """Shows the table or the board; what is chosen and the filter stay."""
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
        # Whoever hands the keyboard to the table means the projects, however they are laid out.
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

    def _make_board(self) -> Board:
        from heatpunk_desktop.gui.board.board import Board  # noqa: PLC0415 - when it is wanted only

        table = self._body.table
        board = Board(table, self._today, self._body.centre)
        board.set_compact(self._is_compact)
        board.open_only(self._open_columns)
        for act in (Act.DELETE, Act.COPY, Act.SET_STATUS, Act.STATUS_BEFORE, Act.STATUS_AFTER):
            board.addAction(self._actions[act])
        board.move_wanted.connect(self._statuses.move)
        board.stand_after(table)
        return board

    @Slot()
    def _on_table_triggered(self) -> None:
        self.show_layout(Layout.TABLE)

    @Slot()
    def _on_board_triggered(self) -> None:
        self.show_layout(Layout.BOARD)
