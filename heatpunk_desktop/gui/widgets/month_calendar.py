"""The calendar popup of date fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QDate, QEvent, QLocale, QPointF, QRect, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QColor, QIcon, QPainter, QPalette, QPen, QPixmap, QPolygonF, QTextCharFormat
from PySide6.QtWidgets import QCalendarWidget, QTableView, QToolButton, QWidget

from heatpunk_desktop.gui.widgets.icons import ICON_SIZE
from heatpunk_desktop.gui.widgets.theme import hairline, muted_text, readable_on
from heatpunk_desktop.system.compat import override

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from PySide6.QtGui import QPaintEvent, QShowEvent

#: Least size of a day's cell, and padding around its number, in pixels.
_CELL: Final = QSize(36, 30)
_MARGIN: Final = 8
_RADIUS: Final = 6.0
_ROWS: Final = 7  # the names of the weekdays, and six weeks


class MonthCalendar(QCalendarWidget):
    """A month of days in the colours of the theme. The chosen day is filled, and today has a ring.

    Args:
        today: Returns the current day.
        parent: Owner.
    """

    def __init__(self, today: Callable[[], date], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._today = today
        self.setLocale(QLocale.c())  # English, like everything else
        self.setFirstDayOfWeek(Qt.DayOfWeek.Monday)
        self.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
        self.setGridVisible(False)
        layout = self.layout()
        if layout is not None:
            layout.setContentsMargins(_MARGIN, _MARGIN, _MARGIN, _MARGIN)
        view = self.findChild(QTableView)
        if view is not None:
            view.setFrameShape(QTableView.Shape.NoFrame)
            view.setMouseTracking(True)
        self._colour()

    @override
    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        cell = _CELL.expandedTo(QSize(metrics.horizontalAdvance("Wedn"), metrics.height() + 12))
        bar = self.findChild(QWidget, "qt_calendar_navigationbar")
        above = 0 if bar is None else bar.sizeHint().height()
        return QSize(cell.width() * 7 + 2 * _MARGIN, cell.height() * _ROWS + above + 2 * _MARGIN)

    @override
    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        """Open at the chosen day, or at today where the chosen day is only the earliest possible one."""
        super().showEvent(event)
        day = self._today()
        if self.selectedDate() == self.minimumDate():
            blocked = self.blockSignals(True)
            self.setSelectedDate(QDate(day.year, day.month, day.day))
            self.blockSignals(blocked)
        self.showSelectedDate()

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._colour()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QPalette().color(QPalette.ColorRole.Base))
        painter.setPen(hairline(QPalette()))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    @override
    def paintCell(self, painter: QPainter, rect: QRect, date: QDate | date) -> None:
        day = date if isinstance(date, QDate) else QDate(date.year, date.month, date.day)
        palette = QPalette()
        base, accent = palette.color(QPalette.ColorRole.Base), palette.color(QPalette.ColorRole.Highlight)
        now = self._today()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(rect, base)
        inner = QRectF(rect).adjusted(2, 2, -2, -2)
        is_in_month = day.month() == self.monthShown() and self.minimumDate() <= day <= self.maximumDate()
        text = palette.color(QPalette.ColorRole.Text) if is_in_month else muted_text(palette)
        if not is_in_month:
            text.setAlphaF(0.65)
        if day == self.selectedDate():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(accent)
            painter.drawRoundedRect(inner, _RADIUS, _RADIUS)
            text = readable_on(palette.color(QPalette.ColorRole.HighlightedText), accent)
        elif day == QDate(now.year, now.month, now.day):
            painter.setPen(QPen(accent, 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(inner, _RADIUS, _RADIUS)
        painter.setPen(text)
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, str(day.day()))
        painter.restore()

    @Slot()
    def _colour(self) -> None:
        """Give Qt's child widgets, which have palettes of their own, the colours of the theme."""
        palette = QPalette()
        text = palette.color(QPalette.ColorRole.Text)
        base = palette.color(QPalette.ColorRole.Base)
        words = QTextCharFormat()
        words.setForeground(muted_text(palette))
        words.setBackground(base)
        self.setHeaderTextFormat(words)
        for day in Qt.DayOfWeek:
            self.setWeekdayTextFormat(day, words)
        bar = self.findChild(QWidget, "qt_calendar_navigationbar")
        if bar is None:
            return
        palette.setColor(QPalette.ColorRole.Highlight, base)
        palette.setColor(QPalette.ColorRole.HighlightedText, text)
        palette.setColor(QPalette.ColorRole.ButtonText, text)
        if bar.palette().color(QPalette.ColorRole.Highlight) != base:
            bar.setPalette(palette)
        for name, step in (("qt_calendar_prevmonth", -1), ("qt_calendar_nextmonth", 1)):
            button = self.findChild(QToolButton, name)
            if button is not None:
                button.setIcon(_arrow(step, text))
                button.setToolTip(self.tr("Previous month") if step < 0 else self.tr("Next month"))


def _arrow(step: int, colour: QColor) -> QIcon:
    """Return an icon of an arrow to the left or right."""
    ratio = 2.0
    pixmap = QPixmap(round(ICON_SIZE * ratio), round(ICON_SIZE * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(colour, 1.75, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
    middle, reach = ICON_SIZE / 2, 4.0
    tip = middle + step * reach / 2
    back = middle - step * reach / 2
    ends = QPointF(back, middle - reach), QPointF(tip, middle), QPointF(back, middle + reach)
    painter.drawPolyline(QPolygonF(ends))
    painter.end()
    return QIcon(pixmap)
