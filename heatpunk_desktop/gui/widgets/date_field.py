"""A date field that understands dates typed from beginning to end, day first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QDate, QEvent, QLocale, QPointF, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QGuiApplication, QKeySequence, QMouseEvent, QValidator
from PySide6.QtWidgets import QDateEdit, QWidget

from heatpunk_desktop.domain.dates import has_whole_date, parse_day
from heatpunk_desktop.gui import widgets
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
#: Keys that end typing; all others edit the text.
_ENDING: Final = _ENTER_KEYS | {Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown}


#: Pixels from the field's end that certainly belong to the arrow.
_ARROW: Final = 8


class DateField(QDateEdit):
    """A date edit that shows `26 Aug 2026`, has a calendar, and takes a typed date as a whole.

    `QDateEdit` edits section by section: typing `26 Aug 2026` over a selection leaves 1 August. Keys typed over the
    whole are therefore kept from Qt until they make a date. Text that makes none stays as typed, and the field keeps
    its date.

    Args:
        first: The earliest date.
        last: The latest date.
        today: Returns the current day, to which words such as `yesterday` refer.
        parent: Owner.
    """

    #: str: what is wrong with the typed text, or empty.
    trouble_changed = Signal(str)

    def __init__(self, first: QDate, last: QDate, today: Callable[[], date], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._today = today
        self._calendar: MonthCalendar | None = None
        self._is_typing = False
        self._trouble = ""
        self._edge = ErrorEdge(self)
        self.setLocale(QLocale.c())  # three letters for each month, even September, and weeks from Monday
        self.setDisplayFormat("d MMM yyyy")
        self.setCalendarPopup(True)
        self.setDateRange(first, last)

    @property
    def trouble(self) -> str:
        """What is wrong with the typed text, or empty."""
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
            return  # capital letter of a month
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
        """Handle a key while a date is being typed, and return whether Qt's field is to handle it too."""
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
    def calendarWidget(self) -> widgets.MonthCalendar:
        if self._calendar is None:
            self._calendar = widgets.MonthCalendar(self._today, self)
            self.setCalendarWidget(self._calendar)
        return self._calendar

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.calendarWidget()  # or Qt would create its own
        super().mousePressEvent(event)

    def open_calendar(self) -> None:
        """Open the calendar, as pressing the arrow does."""
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
            QTimer.singleShot(0, self, self.selectAll)  # the mouse press that set the focus moves the cursor first

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self._finish_typing()
        typed = self.lineEdit().text()
        super().focusOutEvent(event)
        self._keep_typed(typed)

    @override
    def event(self, event: QEvent) -> bool:
        # Tab leaves the field rather than its section.
        if event.type() == QEvent.Type.KeyPress:
            key = event.key()  # type: ignore[attr-defined]  # a QKeyEvent
            if key in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
                return bool(self.focusNextPrevChild(key == Qt.Key.Key_Tab))
        return super().event(event)

    @override
    def focusNextPrevChild(self, forwards: bool) -> bool:
        return QWidget.focusNextPrevChild(self, forwards)

    def _keep_typed(self, typed: str) -> None:
        """Show the typed text again after Qt replaced it with the date."""
        if self._is_typing and self.lineEdit().text() != typed:
            self.lineEdit().setText(typed)

    def _take(self, day: date) -> None:
        """Set a typed date, clipped to the earliest and latest ones."""
        self.setDate(max(self.minimumDate(), min(self.maximumDate(), QDate(day.year, day.month, day.day))))

    def _finish_typing(self) -> bool:
        """Set the date from the typed text; an emptied field shows its date again.

        Returns:
            Whether typing has ended. Text that makes no date stays, with an error.
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
        """Show the last valid date again."""
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
