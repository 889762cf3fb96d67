"""Feeds the table's model: first what the store holds, a slice at a time, then what changes."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Final, Protocol

from PySide6.QtCore import QObject, QTimer, Signal, Slot

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from heatpunk_desktop.services.sync.facts import Changed
    from heatpunk_desktop.store.reader import Row, StoreReader

#: Rows of the first page, read before the window is painted.
FIRST_PAGE: Final = 60

#: Rows that are handed over between two looks at what the person does: some milliseconds' worth.
SLICE: Final = 500


class RowSink(Protocol):
    """What `ProjectTableModel` offers."""

    def add_rows(self, rows: list[Row]) -> None:
        """Takes rows that it does not have."""

    def upsert_rows(self, rows: Mapping[int, Row], removed: Sequence[int] = ()) -> None:
        """Takes rows as they are now, and keys of those that are gone."""


class RowLoader(QObject):
    """Lives in the window's thread and never keeps it for long."""

    #: Every row that the store holds is in the model.
    loaded = Signal()

    def __init__(self, reader: StoreReader, sink: RowSink, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._reader = reader
        self._sink = sink
        #: Keys of which the model knows, or knew, newer rows than the slices hold.
        self._known: set[object] = set()
        self._slices: Iterator[list[Row]] | None = None
        self._is_loaded = False
        self._is_stopped = False
        self._changes: deque[tuple[dict[int, Row], tuple[int, ...]]] = deque()
        self._timer = QTimer(self, interval=0)
        self._timer.timeout.connect(self._on_turn)

    def load_first_page(self) -> None:
        """Puts the newest projects in the model, at once. Raises StorageError."""
        rows = self._reader.first_rows(FIRST_PAGE)
        self._known.update(row[0] for row in rows)
        self._sink.add_rows(rows)

    def load_rest(self) -> None:
        """Puts all the others in, a slice at each turn of the event loop."""
        self._slices = self._reader.all_rows(SLICE)
        self._timer.start()

    def stop(self) -> None:
        """Reads and hands over nothing any more; to be called before the reader is closed."""
        self._timer.stop()
        self._slices = None
        self._is_stopped = True

    @Slot(object)
    def on_changed(self, changed: Changed) -> None:
        """Takes changes in the order in which they happened."""
        if self._is_stopped or not (changed.rows or changed.gone):
            return
        rows = changed.rows
        for start in range(0, max(len(rows), 1), SLICE):
            part = {row[0]: row for row in rows[start : start + SLICE]}
            self._add(part, changed.gone if start == 0 else ())
        self._timer.start()

    def _add(self, rows: dict[int, Row], gone: tuple[int, ...]) -> None:
        """Lays a change over the last one that waits: many small ones would cost far more one by one."""
        if self._changes and len(self._changes[-1][0]) + len(rows) <= SLICE:
            before, gone_before = self._changes[-1]
            for key in gone:
                before.pop(key, None)
            self._changes[-1] = before | rows, (*(key for key in gone_before if key not in rows), *gone)
        else:
            self._changes.append((rows, gone))

    @Slot()
    def _on_turn(self) -> None:
        if self._changes:
            rows_now, gone = self._changes.popleft()
            if not self._is_loaded:
                self._known.update(rows_now, gone)
            self._sink.upsert_rows(rows_now, gone)
        elif self._slices is not None:
            rows = next(self._slices, None)
            if rows is None:
                self._slices = None
                self._is_loaded = True
                self._known.clear()
                self.loaded.emit()
            else:
                self._sink.add_rows([row for row in rows if row[0] not in self._known])
        else:
            self._timer.stop()
