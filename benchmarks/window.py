"""The real table with its model, filled: what the claims about searching, sorting and scrolling work on."""

from __future__ import annotations

import time
import unicodedata
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject

from benchmarks.rows import sample_rows
from heatpunk_desktop.app.qt_application import make_application
from heatpunk_desktop.gui.table.project_table import ProjectTable
from heatpunk_desktop.models.project_filter import ProjectFilter
from heatpunk_desktop.models.project_table_model import ProjectTableModel
from heatpunk_desktop.system.compat import override

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QApplication

    from heatpunk_desktop.models.row_store import Row


class _Paints(QObject):
    """Counts what a viewport paints."""

    def __init__(self, viewport: QObject) -> None:
        super().__init__(viewport)
        self.count = 0
        viewport.installEventFilter(self)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.count += event.type() == QEvent.Type.Paint
        return False


class Table:
    """A window with the table, 1,100 × 800, and some rows in it."""

    def __init__(self, count: int) -> None:
        self.application: QApplication = make_application()
        self.rows: list[Row] = sample_rows(count)
        self._parts: list[tuple[str, ...]] = []
        self.model = ProjectTableModel()
        self.view = ProjectTable(self.model)
        self.view.resize(1100, 800)
        self.view.show()
        for first in range(0, count, 500):
            self.model.add_rows(self.rows[first : first + 500])
            self.application.processEvents()
        self._paints = _Paints(self.view.viewport())
        self._applied: list[tuple[int, bool]] = []
        self.model.filter_applied.connect(self._on_filter_applied)
        self.settle()

    def fill_at_once(self, count: int) -> None:
        """Put rows in without giving the table time to prepare anything."""
        self.rows = sample_rows(count)
        self.until_shown(lambda: self.model.add_rows(self.rows))

    def close(self) -> None:
        """Close the window, and end what the model has under way."""
        self.settle(5.0)
        self.view.close()

    def settle(self, seconds: float = 30.0) -> None:
        """Let the table do all that it has to do, what it prepares for later too."""
        until = time.monotonic() + seconds
        quiet = 0
        while quiet < 50 and time.monotonic() < until:
            self.application.processEvents()
            quiet = quiet + 1 if self.model.is_settled else 0
            time.sleep(0.001)

    def _on_filter_applied(self, shown: int, total: int, is_all: bool) -> None:  # noqa: FBT001 - Qt's own signal
        del total
        self._applied.append((shown, is_all))

    def repaint(self) -> float:
        """Seconds of a painting with nothing to do."""
        began = time.perf_counter()
        self.view.viewport().repaint()
        return time.perf_counter() - began

    def until_shown(self, act: Callable[[], object]) -> tuple[float, float]:
        """Seconds from an act until its first page is painted, and until all of its result is."""
        self._applied.clear()
        paints = self._paints.count
        began = time.perf_counter()
        act()
        first = 0.0
        while True:
            if self._applied:
                if not first:
                    if self._paints.count == paints:
                        self.view.viewport().repaint()
                    first = time.perf_counter() - began
                if self._applied[-1][1]:
                    break
            self.application.processEvents()
            if time.perf_counter() - began > 60:
                raise TimeoutError("the table did not show a result")
        return first, time.perf_counter() - began

    def shown_keys(self) -> list[int]:
        """The keys of all shown rows, in their order."""
        return [row[0] for row in self.model.shown_rows()]

    def type(self, text: str) -> tuple[float, float]:
        """Seconds until the first page and until all of a search is shown; checked against brute force."""
        measured = self.until_shown(lambda: self.model.set_filter(ProjectFilter(text=text)))
        words = _folded(text).split()
        self._parts = self._parts or list(map(_parts, self.rows))
        wanted = {
            row[0]
            for row, parts in zip(self.rows, self._parts, strict=True)
            if all(any(word in part for part in parts) for word in words)
        }
        found = self.shown_keys()
        if set(found) != wanted or len(found) != len(wanted):
            raise AssertionError(f"{text!r} shows {len(found)} projects, by brute force there are {len(wanted)}")
        return measured


def _folded(text: str) -> str:
    """Without case and accents, by a way of its own."""
    plain = unicodedata.normalize("NFKD", text.lower())
    return "".join(_PLAIN.get(letter, letter) for letter in plain if not unicodedata.combining(letter))


def _parts(row: Row) -> tuple[str, ...]:
    """What a project is found by."""
    key, name, customer, postcode, status = row[0], row[1], row[2], row[3], row[4]
    folded = _folded(postcode)
    return (*map(_folded, (name, customer, row[7], status)), folded, "".join(folded.split()), str(key))


_PLAIN = {
    "ł": "l", "ø": "o", "æ": "ae", "ß": "ss", "þ": "th", "œ": "oe", "đ": "d", "ð": "d", "’": "'", "‘": "'", "–": "-",
    "\N{LATIN SMALL LETTER DOTLESS I}": "i",
}  # fmt: skip
