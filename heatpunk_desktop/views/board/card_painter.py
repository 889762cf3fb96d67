"""Draws the cards of the board."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QFont, QPainter, QPalette, QPen, QPixmap, QTextLayout

from heatpunk_desktop.domain.dates import display_date, uk_day
from heatpunk_desktop.domain.project import CREATED, MARKS, MODIFIED, STATUS, Mark
from heatpunk_desktop.models.project_table_model import Column
from heatpunk_desktop.views import theme
from heatpunk_desktop.views.table.painter import TablePainter

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from PySide6.QtGui import QColor

    from heatpunk_desktop.models.board_model import ColumnModel
    from heatpunk_desktop.models.project_table_model import ProjectTableModel
    from heatpunk_desktop.models.row_store import Row

#: Blank around a card, in pixels that do not depend on the screen.
ASIDE: Final = 6
_BETWEEN: Final = 3
_PADDING: Final = 8
_COMPACT_PADDING: Final = 4
_LEADING: Final = 2
_RADIUS: Final = 5
#: Two for the name, one for the customer, one for postcode and day; compact cards have one for the name.
_LINES: Final = 4
_COMPACT_LINES: Final = 3
#: Names whose lines were worked out, kept until they are this many.
_KEPT: Final = 4096
_CLOCK: Final = 11
_CLOCK_GAP: Final = 5
_GAP: Final = 8
_FRAME: Final = 2


class CardPainter(TablePainter):
    """Paints cards of a model in the colours of a palette and a font; to be made anew where those change.

    Args:
        model: The table's rows.
        palette: Of the view.
        font: Of the view.
        pixel_ratio: Pixels of the screen for each pixel here.
        today: Tells which day it is in the UK.
    """

    def __init__(
        self,
        model: ProjectTableModel,
        palette: QPalette,
        font: QFont,
        pixel_ratio: float,
        today: Callable[[], date],
    ) -> None:
        super().__init__(model, palette, font, pixel_ratio)
        self._today = today
        self._base = palette.color(QPalette.ColorRole.Base)
        self.ground = theme.panel_background(palette)
        self._highlight = palette.color(QPalette.ColorRole.Highlight)
        self._wrapped: dict[tuple[str, int], tuple[str, ...]] = {}

    def height(self, *, is_compact: bool) -> int:
        """Pixels from the top of one card to that of the next."""
        lines, padding = (_COMPACT_LINES, _COMPACT_PADDING) if is_compact else (_LINES, _PADDING)
        return lines * self._metrics.height() + (lines - 1) * _LEADING + 2 * (padding + _BETWEEN)

    def paint_card(
        self, painter: QPainter, column: ColumnModel, row: Row, band: QRect, *, selected: bool, hovered: bool
    ) -> None:
        """Draws one card in its band across the viewport."""
        card = band.adjusted(ASIDE, _BETWEEN, -ASIDE, -_BETWEEN)
        self._paint_ground(painter, card, selected=selected, hovered=hovered)
        left, width = card.left() + _PADDING, card.width() - 2 * _PADDING
        step = self._metrics.height() + _LEADING
        lines = card.height() // step
        top = card.top() + (card.height() - lines * step + _LEADING) // 2
        title = column.title_of(row)
        heading = Column.PROJECT if title == self._model.text_of(row, Column.PROJECT) else Column.CUSTOMER
        words = self._wrap(title, width) if lines >= _LINES else (title,)
        for number, one in enumerate(words):
            self._write(painter, one, heading, QRect(left, top + number * step, width, step), self._text)
        customer = self._model.text_of(row, Column.CUSTOMER) if heading is Column.PROJECT else ""
        below = QRect(left, top + len(words) * step, width, step)
        self._write(painter, customer, Column.CUSTOMER, below, self._muted)
        last = QRect(left, top + (lines - 1) * step, width, step)
        self._paint_last_line(painter, row, last, is_odd=not column.status)

    def paint_frame(self, painter: QPainter, band: QRect) -> None:
        """Draws the frame around the card that the keyboard is on."""
        card = QRectF(band.adjusted(ASIDE, _BETWEEN, -ASIDE, -_BETWEEN)).adjusted(1, 1, -1, -1)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._focus, _FRAME))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(card, _RADIUS, _RADIUS)
        painter.restore()

    def paint_target(self, painter: QPainter, area: QRect) -> None:
        """Draws what says that a card may be dropped in a column."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._highlight, _FRAME, Qt.PenStyle.DashLine))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(area).adjusted(2, 2, -2, -2), _RADIUS, _RADIUS)
        painter.restore()

    def picture(self, column: ColumnModel, row: Row, width: int, height: int, count: int) -> QPixmap:
        """A card as it is dragged, with a number where there are several."""
        pixmap = self._pixmap(width, height)
        painter = QPainter(pixmap)
        painter.setFont(self._font)
        self.paint_card(painter, column, row, QRect(0, 0, width, height), selected=True, hovered=False)
        if count > 1:
            self._paint_number(painter, f"{count:,}", width)
        painter.end()
        return pixmap

    def _paint_number(self, painter: QPainter, number: str, width: int) -> None:
        height = self._metrics.height() + 2
        across = max(height, self._metrics.horizontalAdvance(number) + height // 2)
        badge = QRect(width - across, 0, across, height)
        ground = theme.readable_on(self._highlight, self._base)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(badge, height / 2, height / 2)
        painter.setPen(theme.readable_on(self._base, ground))
        painter.drawText(badge, int(Qt.AlignmentFlag.AlignCenter), number)

    def _paint_ground(self, painter: QPainter, card: QRect, *, selected: bool, hovered: bool) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._highlight if selected else self._line, 1))
        painter.setBrush(self._selected if selected else self._hovered if hovered else self._base)
        painter.drawRoundedRect(QRectF(card).adjusted(0.5, 0.5, -0.5, -0.5), _RADIUS, _RADIUS)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)

    def _paint_last_line(self, painter: QPainter, row: Row, line: QRect, *, is_odd: bool) -> None:
        """What is pending, or else the day, at the right; the postcode at the left, as far as there is room."""
        left, room = line.left(), line.width()
        marks = row[MARKS]
        waits = self._model.pending_words(marks)
        advance = self._metrics.horizontalAdvance
        column = Column.STATUS if is_odd and row[STATUS] else Column.POSTCODE
        start = self._model.text_of(row, column)
        if waits:
            wide = min(room, _CLOCK + _CLOCK_GAP + advance(waits))
            right = QRect(line.right() + 1 - wide, line.top(), wide, line.height())
            glyph = QPointF(right.left(), right.top() + (self._metrics.height() - _CLOCK) / 2)
            painter.drawPixmap(glyph, self._mark_glyph(marks))
            words = right.adjusted(_CLOCK + _CLOCK_GAP, 0, 0, 0)
            self._write(painter, waits, Column.MODIFIED, words, self._waiting)
        else:
            day = self._day_of(row, room - (advance(start) + _GAP if start else 0))
            wide = advance(day)
            right = QRect(line.right() + 1 - wide, line.top(), wide, line.height())
            self._write(painter, day, Column.CREATED, right, self._muted)
        if advance(start) <= room - wide - _GAP or not wide:
            place = QRect(left, line.top(), room - wide, line.height())
            self._write(painter, start, column, place, self._muted)

    def _day_of(self, row: Row, room: int) -> str:
        """The day that the cards are sorted by, else that of creation, as far as there is room."""
        if row[MARKS] & Mark.NOT_ON_SERVER:
            return ""
        is_modified = self._model.sorting[0] is Column.MODIFIED
        day = uk_day(row[MODIFIED] if is_modified else row[CREATED])
        if day is None:
            return ""
        whole = display_date(day)
        # `24 Nov` of this year, `Nov 2025` of another.
        short = whole.rpartition(" ")[0] if day.year == self._today().year else whole.partition(" ")[2]
        return next((one for one in (whole, short) if self._metrics.horizontalAdvance(one) <= room), "")

    def _wrap(self, text: str, room: int) -> tuple[str, ...]:
        """A name on two lines where it does not fit on one; the second is cut where it is drawn."""
        known = self._wrapped.get((text, room))
        if known is not None:
            return known
        if len(self._wrapped) >= _KEPT:
            self._wrapped.clear()
        lines: tuple[str, ...] = (text,)
        if self._metrics.horizontalAdvance(text) > room > 0:
            layout = QTextLayout(text, self._font)
            layout.beginLayout()
            first = layout.createLine()
            first.setLineWidth(room)
            layout.endLayout()
            # Qt counts in units of UTF-16.
            start = text.encode("utf-16-le", "surrogatepass")[: 2 * first.textLength()]
            head = start.decode("utf-16-le", "surrogatepass")
            lines = (head.rstrip(), text[len(head) :].lstrip()) if len(head) < len(text) else lines
        self._wrapped[text, room] = lines
        return lines

    def _write(self, painter: QPainter, words: str, column: Column, place: QRect, colour: QColor) -> None:
        if not words:
            return
        laid = self._lay(words, column, place.width())
        for start, length in laid.matches:
            match = QRectF(place.left() + start - 1, place.top(), length + 2, self._metrics.height())
            painter.fillRect(match, self._match)
        painter.setPen(colour)
        painter.drawText(place.left(), place.top() + self._metrics.ascent(), laid.text)
