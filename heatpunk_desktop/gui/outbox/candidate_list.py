"""The list of projects on the server that an in-doubt create may have made, for the user to choose from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QListWidget, QListWidgetItem, QWidget

from heatpunk_desktop.domain.dates import display_moment
from heatpunk_desktop.domain.display import one_line
from heatpunk_desktop.domain.project import ProjectRow
from heatpunk_desktop.system.compat import override

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from PySide6.QtGui import QResizeEvent

    from heatpunk_desktop.store.reader import Row

_ID_ROLE: Final = Qt.ItemDataRole.UserRole
#: How high the list gets, in lines of text; a longer one scrolls.
_MOST_LINES: Final = 12
#: Characters of a name; all of it stands in the project itself.
_LONGEST: Final = 120


class CandidateList(QListWidget):
    """One line a project, with what is known of it; always one is chosen.

    Args:
        candidates: Project IDs.
        rows: What is known of them; one that is missing is told by its number alone.
        today: Which day it is.
        parent: Owner.
    """

    def __init__(
        self, candidates: Sequence[int], rows: Mapping[int, Row], today: date, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Projects that it may be"))
        self.setWordWrap(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for candidate in candidates:
            item = QListWidgetItem(self._words(candidate, rows.get(candidate), today), self)
            item.setData(_ID_ROLE, candidate)
        self.setCurrentRow(0)

    @property
    def chosen(self) -> int | None:
        """The ID of the chosen project."""
        row = self.currentRow()
        return int(self.item(row).data(_ID_ROLE)) if row >= 0 else None

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # Qt lays the entries out again for another height only, and these wrap their words.
        self.scheduleDelayedItemsLayout()

    @override
    def doItemsLayout(self) -> None:
        super().doItemsLayout()
        needed = self.contentsSize().height() + 2 * self.frameWidth()
        height = min(needed, _MOST_LINES * self.fontMetrics().lineSpacing())
        if height != self.height():
            self.setFixedHeight(height)

    def _words(self, candidate: int, values: Row | None, today: date) -> str:
        number = self.tr("project {0}").format(candidate)
        if values is None:
            return self.tr("{0} · nothing else is known of it here").format(number)
        row = ProjectRow._make(values)
        name = one_line(row.name, _LONGEST) or self.tr("(no name)")
        customer = one_line(row.customer, _LONGEST)
        created = self.tr("created {0}").format(display_moment(row.created, today))
        return " · ".join(part for part in (name, customer, one_line(row.postcode, _LONGEST), created, number) if part)
