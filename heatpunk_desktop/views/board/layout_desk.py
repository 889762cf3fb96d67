"""Table or board: which of them the window shows, and what a person does on the board."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Qt, Signal, Slot

from heatpunk_desktop.filters.saved_view import Layout
from heatpunk_desktop.views.actions import Act, explain
from heatpunk_desktop.views.form_labels import announce

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from PySide6.QtGui import QAction
    from PySide6.QtWidgets import QWidget

    from heatpunk_desktop.services.sync_service import SyncService
    from heatpunk_desktop.views.board.board import Board
    from heatpunk_desktop.views.board.card_moves import CardMoves
    from heatpunk_desktop.views.window_body import WindowBody

#: Where the choice stands in the window's state.
_STATE: Final = "layout"
_OPEN: Final = "board_open"
_STEPS: Final = {Act.STATUS_BEFORE: -1, Act.STATUS_AFTER: 1}


class LayoutDesk(QObject):
    """Makes the board when it is first wanted, and puts it in the table's place.

    Args:
        service: Stores what is moved.
        body: The parts of the window.
        actions: Every declared action.
        window: The window.
        today: Tells which day it is in the UK.
    """

    #: Layout: what the window shows from now on.
    changed = Signal(object)
    #: str: something that a person is to know who has moved a card, and who may not see it by the card.
    said = Signal(str)
    #: KnownError: what was moved could not be stored.
    troubled = Signal(object)

    def __init__(
        self,
        service: SyncService,
        body: WindowBody,
        actions: Mapping[Act, QAction],
        window: QWidget,
        today: Callable[[], date],
    ) -> None:
        super().__init__(window)
        self._service = service
        self._body = body
        self._actions = actions
        self._today = today
        self._layout = Layout.TABLE
        self._board: Board | None = None
        self._moves: CardMoves | None = None
        self._is_compact = False
        #: The statuses whose columns are open though they are folded at first.
        self._open_columns: list[str] = []
        actions[Act.TABLE].setChecked(True)
        actions[Act.TABLE].triggered.connect(self._on_table_triggered)
        actions[Act.BOARD].triggered.connect(self._on_board_triggered)
        for act in _STEPS:
            actions[act].setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            actions[act].triggered.connect(self._on_step_triggered)
        actions[Act.SET_STATUS].triggered.connect(self._on_set_status)
        body.table.current_project_changed.connect(self._update_actions)
        self._update_actions()

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
        self._update_actions()
        self.changed.emit(layout)

    def _make_board(self) -> Board:
        from heatpunk_desktop.views.board.board import Board  # noqa: PLC0415 - when it is wanted only
        from heatpunk_desktop.views.board.card_moves import CardMoves  # noqa: PLC0415 - when it is wanted only

        table = self._body.table
        board = Board(table, self._today, self._body.centre)
        board.set_compact(self._is_compact)
        board.open_only(self._open_columns)
        for act in (Act.DELETE, Act.COPY, Act.SET_STATUS, *_STEPS):
            board.addAction(self._actions[act])
        moves = self._moves = CardMoves(self._service, table.project_model, self)
        moves.about_to_store.connect(table.selection.expect_to_go)
        board.move_wanted.connect(moves.move)
        moves.moved.connect(self._on_moved)
        moves.not_moved.connect(self.said)
        moves.troubled.connect(self.troubled)
        board.stand_after(table)
        return board

    @Slot()
    def _on_table_triggered(self) -> None:
        self.show_layout(Layout.TABLE)

    @Slot()
    def _on_board_triggered(self) -> None:
        self.show_layout(Layout.BOARD)

    @Slot()
    def _on_step_triggered(self) -> None:
        action = self.sender()
        step = next(step for act, step in _STEPS.items() if self._actions[act] is action)
        if self._board is None or self._moves is None or not self._board.isVisible():
            self.said.emit(self.tr("Show the projects as a board first"))  # another page is in its place
        else:
            self._moves.step(self._body.table.selected_keys(), step)

    @Slot()
    def _on_set_status(self) -> None:
        """Opens the menu of statuses on a card, for all that are selected; on the table the table sees to it."""
        table, board, moves = self._body.table, self._board, self._moves
        keys = table.selected_keys()
        if board is None or moves is None or not keys or not board.isVisible():
            return
        from heatpunk_desktop.views.table.status_menu import StatusMenu  # noqa: PLC0415 - when it is wanted only

        menu = StatusMenu(moves.status_of(keys), self.tr("Status of the selected projects"), board)
        # New projects among them may get their IDs while the menu is open.
        menu.chosen.connect(lambda status: moves.move(table.selected_keys(), status))
        menu.popup(board.place_of_menu())

    @Slot(str)
    def _on_moved(self, words: str) -> None:
        if self._board is not None:
            announce(self._board, words)

    @Slot()
    def _update_actions(self) -> None:
        reason = ""
        if self._layout is not Layout.BOARD:
            reason = self.tr("Show the projects as a board first")
        elif self._body.table.current_key is None:
            reason = self.tr("Choose a card first")
        for act in _STEPS:
            explain(self._actions[act], reason)
