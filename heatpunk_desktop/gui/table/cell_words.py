"""The note about a cell of the table that was changed a moment ago."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Slot

from heatpunk_desktop.gui.table.cell_editor import CellNote
from heatpunk_desktop.gui.widgets.labels import Tone, announce

if TYPE_CHECKING:
    from heatpunk_desktop.gui.table.cell_cursor import CellCursorTable

#: Milliseconds that words stay; long enough to read two sentences.
_STAY_MS: Final = 8000


class CellWords(QObject):
    """A note at a cell with the warning about its new value, until the user does something else.

    Args:
        table: The table; it is this object's owner.
    """

    def __init__(self, table: CellCursorTable) -> None:
        super().__init__(table)
        self._table = table
        # Most users go on downwards from a cell.
        self._note = CellNote(table.viewport(), goes_above=True)
        self._cell: tuple[int, int] | None = None
        self._timer = QTimer(self, singleShot=True, interval=_STAY_MS)
        self._timer.timeout.connect(self.clear)
        table.project_model.keys_replaced.connect(self._on_keys_replaced)
        table.project_model.filter_applied.connect(self._place)
        table.verticalScrollBar().valueChanged.connect(self._place)
        table.horizontalScrollBar().valueChanged.connect(self._place)

    def say(self, words: str, key: int, column: int) -> None:
        """Show words at a project's cell, also to a screen reader."""
        self._cell = (key, column)
        place = self._table.cell_rect(key, column)
        if place is not None:
            self._note.say(words, Tone.WARNING, place)
        announce(self._table, words)
        self._timer.start()

    @Slot()
    def clear(self) -> None:
        """Remove the words."""
        self._timer.stop()
        self._cell = None
        self._note.hide()

    @Slot(object)
    def _on_keys_replaced(self, replaced: dict[int, int]) -> None:
        if self._cell is not None:
            self._cell = (replaced.get(self._cell[0], self._cell[0]), self._cell[1])

    @Slot()
    def _place(self) -> None:
        if self._cell is None:
            return
        place = self._table.cell_rect(*self._cell)
        if place is None:
            self.clear()
        else:
            self._note.place(place)
