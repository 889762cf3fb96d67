"""A date field in which a date can be typed from one end to the other, as a Briton writes it."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QDate, QEvent, QLocale, Qt
from PySide6.QtGui import QGuiApplication, QKeySequence, QValidator
from PySide6.QtWidgets import QDateEdit, QWidget

from heatpunk_desktop.overriding import override

if TYPE_CHECKING:
    from PySide6.QtGui import QFocusEvent, QKeyEvent

_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAY_FIRST: Final = r"(?a)(\d{1,2})[\s./-]*([a-z]{3,9}|(?<!\d)\d{1,2})[\s./-]+(\d{4})"
_MODIFIERS: Final = frozenset(
    {Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_AltGr, Qt.Key.Key_Meta, Qt.Key.Key_CapsLock}
)
_YEAR_FIRST: Final = r"(?a)(\d{4})-(\d\d)-(\d\d)"


def parse_day(text: str) -> date | None:
    """Reads `26 Aug 2026`, `26 August 2026`, `26/8/2026`, `26.08.2026` or `2026-08-26`; None for anything else."""
    words = text.strip().lower()
    if (found := re.fullmatch(_YEAR_FIRST, words)) is not None:
        year, month, day = found.groups()
    elif (found := re.fullmatch(_DAY_FIRST, words)) is not None:
        day, month, year = found.groups()
    else:
        return None
    try:
        number = int(month) if month.isdigit() else _MONTHS.index(month[:3]) + 1
        return date(int(year), number, int(day))
    except ValueError:
        return None


class DayField(QDateEdit):
    """Shows `26 Aug 2026`, drops down a calendar, and takes a date that is typed over the one that is there.

    Qt's own field goes by sections: typed over a selection of everything, `26 Aug 2026` leaves it at 1 August. So what
    is typed over everything is kept from Qt until it makes a date.
    """

    def __init__(self, first: QDate, last: QDate, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_typing = False
        self.setLocale(QLocale.c())  # months of three letters, September too, and weeks that begin on Monday
        self.setDisplayFormat("d MMM yyyy")
        self.setCalendarPopup(True)
        self.setDateRange(first, last)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        line = self.lineEdit()
        text = event.text()
        has_modifier = event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
        is_written = bool(text) and text.isprintable() and not has_modifier
        if event.matches(QKeySequence.StandardKey.Paste):
            if (day := parse_day(QGuiApplication.clipboard().text())) is not None:
                self._take(day)
            return
        if event.key() in _MODIFIERS:
            return  # the capital of a month
        if is_written and not self._is_typing and line.selectedText() == line.text():
            self._is_typing = True
        if self._is_typing and (is_written or event.key() == Qt.Key.Key_Backspace):
            blocked = line.blockSignals(True)
            line.event(event)
            line.blockSignals(blocked)
            if (day := parse_day(line.text())) is not None:
                self._take(day)
            event.accept()
            return
        self._end_typing()
        super().keyPressEvent(event)

    @override
    def validate(self, text: str, pos: int) -> tuple[QValidator.State, str, int]:
        if self._is_typing:
            return QValidator.State.Intermediate, text, pos
        return super().validate(text, pos)

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self.selectAll()

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._end_typing()
        super().focusOutEvent(event)

    @override
    def event(self, event: QEvent) -> bool:
        # Tab leaves the field rather than its section: a date is one thing.
        if event.type() == QEvent.Type.KeyPress:
            key = event.key()  # type: ignore[attr-defined]  # a QKeyEvent
            if key in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
                return bool(self.focusNextPrevChild(key == Qt.Key.Key_Tab))
        return super().event(event)

    @override
    def focusNextPrevChild(self, forwards: bool) -> bool:
        return QWidget.focusNextPrevChild(self, forwards)

    def _take(self, day: date) -> None:
        """Shows a typed day; one before the first or after the last that there can be becomes that."""
        self._is_typing = False
        wanted = max(self.minimumDate(), min(self.maximumDate(), QDate(day.year, day.month, day.day)))
        if wanted == self.date():
            self.lineEdit().setText(self.textFromDateTime(self.dateTime()))
        self.setDate(wanted)

    def _end_typing(self) -> None:
        """Shows the last day that made sense again, where what was typed makes none."""
        if self._is_typing:
            self._is_typing = False
            self.lineEdit().setText(self.textFromDateTime(self.dateTime()))
