"""Fill the table's model from the store, a slice at a time, and then keep it up to date."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Final, Protocol

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from heatpunk_desktop.domain.project import KEY

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from heatpunk_desktop.services.sync.facts import Changed
    from heatpunk_desktop.store.reader import Row, StoreReader

#: Rows of the first page, read before the window is painted.
FIRST_PAGE: Final = 60

#: Rows added per turn of the event loop: a few milliseconds of work.
SLICE: Final = 500


class RowSink(Protocol):
    """The interface of `ProjectTableModel`."""

    def add_rows(self, rows: list[Row]) -> None:
        """Add rows that the model does not have."""

    def upsert_rows(self, rows: Mapping[int, Row], removed: Sequence[int] = ()) -> None:
        """Add or replace rows by their key, and remove others."""


class RowLoader(QObject):
    """Load rows in the GUI thread without ever blocking it for long."""

    #: Every row that the store holds is in the model.
    loaded = Signal()

    def __init__(self, reader: StoreReader, sink: RowSink, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._reader = reader
        self._sink = sink
        #: Keys whose rows in the model are, or were, newer than those in the slices.
        self._known: set[object] = set()
        self._slices: Iterator[list[Row]] | None = None
        self._is_loaded = False
        self._is_stopped = False
        self._changes: deque[tuple[dict[int, Row], tuple[int, ...]]] = deque()
        self._timer = QTimer(self, interval=0)
        self._timer.timeout.connect(self._on_turn)

    def load_first_page(self) -> None:
        """Add the newest projects to the model at once.

        Raises:
            StorageError: The database cannot be read.
        """
        rows = self._reader.first_rows(FIRST_PAGE)
        self._known.update(row[KEY] for row in rows)
        self._sink.add_rows(rows)

    def load_rest(self) -> None:
        """Add all the others, one slice per turn of the event loop."""
        self._slices = self._reader.all_rows(SLICE)
        self._timer.start()

    def stop(self) -> None:
        """Stop loading; call this before the reader is closed."""
        self._timer.stop()
        self._slices = None
        self._is_stopped = True

    @Slot(object)
    def on_changed(self, changed: Changed) -> None:
        """Queue changes for the model, in the order in which they happened."""
        if self._is_stopped or not (changed.rows or changed.gone):
            return
        rows = changed.rows
        for start in range(0, max(len(rows), 1), SLICE):
            part = {row[KEY]: row for row in rows[start : start + SLICE]}
            self._add(part, changed.gone if start == 0 else ())
        self._timer.start()

    def _add(self, rows: dict[int, Row], gone: tuple[int, ...]) -> None:
        """Merge a change into the last queued one: many small ones would cost far more one by one."""
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
                self._sink.add_rows([row for row in rows if row[KEY] not in self._known])
        else:
            self._timer.stop()
