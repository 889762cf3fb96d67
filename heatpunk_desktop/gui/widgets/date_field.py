"""A date field in which a date can be typed from one end to the other, as a Briton writes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QDate, QEvent, QLocale, QPointF, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QGuiApplication, QKeySequence, QMouseEvent, QValidator
from PySide6.QtWidgets import QDateEdit, QWidget

from heatpunk_desktop.domain.dates import has_whole_date, parse_day
from heatpunk_desktop.gui.widgets.error_edge import ErrorEdge
from heatpunk_desktop.system.compat import override

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from PySide6.QtGui import QFocusEvent, QKeyEvent

    from heatpunk_desktop.gui.widgets.month_calendar import MonthCalendar

_MODIFIERS: Final = frozenset(
    {Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_AltGr, Qt.Key.Key_Meta, Qt.Key.Key_CapsLock}
)
_ENTER_KEYS: Final = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})
#: Keys that end what is typed; all others edit it.
_ENDING: Final = _ENTER_KEYS | {Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown}


#: Pixels from the field's end that are surely on the arrow.
_ARROW: Final = 8


class DateField(QDateEdit):
    """Shows `26 Aug 2026`, drops down a calendar, and takes a date that is typed over the one that is there.

    Qt's own field goes by sections: typed over a selection of everything, `26 Aug 2026` leaves it at 1 August. So what
    is typed over everything is kept from Qt until it makes a date. What makes none stays as it was typed, and the
    field keeps the day that it had.

    Args:
        first: The first day that it takes.
        last: The last one.
        today: Tells which day it is, from which `yesterday` is counted.
        parent: Owner.
    """

    #: str: what is wrong with what is typed, or empty.
    trouble_changed = Signal(str)

    def __init__(self, first: QDate, last: QDate, today: Callable[[], date], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._today = today
        self._calendar: MonthCalendar | None = None
        self._is_typing = False
        self._trouble = ""
        self._edge = ErrorEdge(self)
        self.setLocale(QLocale.c())  # months of three letters, September too, and weeks that begin on Monday
        self.setDisplayFormat("d MMM yyyy")
        self.setCalendarPopup(True)
        self.setDateRange(first, last)

    @property
    def trouble(self) -> str:
        """What is wrong with what is typed, or empty."""
        return self._trouble

    @override
    def setDate(self, date: QDate) -> None:
        self._stop_typing()
        super().setDate(date)
        self._show_date()

    @override
    def stepBy(self, steps: int) -> None:
        self._give_up()
        super().stepBy(steps)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        line = self.lineEdit()
        if event.key() in _MODIFIERS:
            return  # the capital of a month
        is_alt_down = event.key() == Qt.Key.Key_Down and event.modifiers() & Qt.KeyboardModifier.AltModifier
        if event.key() == Qt.Key.Key_F4 or is_alt_down:
            self.open_calendar()
            return
        if event.matches(QKeySequence.StandardKey.Paste) and not self._is_typing:
            if (day := parse_day(QGuiApplication.clipboard().text(), self._today())) is not None:
                self._take(day)
            return
        has_modifier = event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
        is_written = bool(event.text()) and event.text().isprintable() and not has_modifier
        if is_written and not self._is_typing and line.selectedText() == line.text():
            self._is_typing = True
            line.blockSignals(True)
        if not self._is_typing or self._is_passed_on(event):
            super().keyPressEvent(event)

    def _is_passed_on(self, event: QKeyEvent) -> bool:
        """Take a key while a date is being typed and return whether Qt's own field is to have it too."""
        line = self.lineEdit()
        event.accept()
        if event.key() == Qt.Key.Key_Escape:
            self._give_up()
            self.selectAll()
            return False
        if event.key() in _ENDING:
            return self._finish_typing() and event.key() not in _ENTER_KEYS
        line.event(event)
        event.accept()
        self._say("")
        day = parse_day(line.text(), self._today()) if has_whole_date(line.text()) else None
        if day is not None:
            self._take(day)
        return False

    @override
    def calendarWidget(self) -> MonthCalendar:
        if self._calendar is None:
            from heatpunk_desktop.gui.widgets.month_calendar import MonthCalendar  # noqa: PLC0415 - not needed to start

            self._calendar = MonthCalendar(self._today, self)
            self.setCalendarWidget(self._calendar)
        return self._calendar

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.calendarWidget()  # or Qt would make one of its own
        super().mousePressEvent(event)

    def open_calendar(self) -> None:
        """Drop the calendar down, as a press of the arrow does."""
        self._finish_typing()
        is_mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        place = QPointF(_ARROW if is_mirrored else self.width() - _ARROW, self.height() / 2)
        left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        press = QMouseEvent(QEvent.Type.MouseButtonPress, place, self.mapToGlobal(place), left, left, none)
        self.mousePressEvent(press)

    @override
    def validate(self, text: str, pos: int) -> tuple[QValidator.State, str, int]:
        if self._is_typing:
            return QValidator.State.Intermediate, text, pos
        return super().validate(text, pos)

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        typed = self.lineEdit().text()
        super().focusInEvent(event)
        self._keep_typed(typed)
        reason = event.reason()
        if reason in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self.selectAll()
        elif reason == Qt.FocusReason.MouseFocusReason:
            QTimer.singleShot(0, self, self.selectAll)  # the press that brought it here moves the cursor first

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self._finish_typing()
        typed = self.lineEdit().text()
        super().focusOutEvent(event)
        self._keep_typed(typed)

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

    def _keep_typed(self, typed: str) -> None:
        """Put back what is typed, in whose place Qt has put the date."""
        if self._is_typing and self.lineEdit().text() != typed:
            self.lineEdit().setText(typed)

    def _take(self, day: date) -> None:
        """Show a typed day; one before the first or after the last that there can be becomes that."""
        self.setDate(max(self.minimumDate(), min(self.maximumDate(), QDate(day.year, day.month, day.day))))

    def _finish_typing(self) -> bool:
        """Take what is typed; an emptied field shows its day again.

        Returns:
            Whether nothing is being typed any more: what makes no date stays, and is said to be none.
        """
        if not self._is_typing:
            return True
        text = self.lineEdit().text()
        if not text.strip():
            self._give_up()
        elif (day := parse_day(text, self._today())) is not None:
            self._take(day)
        else:
            self._say(self.tr("Not a date: try 1/11/26"))
            return False
        return True

    @Slot()
    def _give_up(self) -> None:
        """Show the last day that made sense again."""
        if self._is_typing:
            self._stop_typing()
            self._show_date()

    def _stop_typing(self) -> None:
        self._is_typing = False
        self.lineEdit().blockSignals(False)
        self._say("")

    def _show_date(self) -> None:
        text = self.textFromDateTime(self.dateTime())
        if self.lineEdit().text() != text:
            self.lineEdit().setText(text)

    def _say(self, trouble: str) -> None:
        if trouble == self._trouble:
            return
        self._trouble = trouble
        self._edge.setVisible(bool(trouble))
        self.trouble_changed.emit(trouble)
