"""Painting of the cards on the board."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QFont, QPainter, QPalette, QPen, QPixmap, QTextLayout

from heatpunk_desktop.domain.dates import display_date, uk_day
from heatpunk_desktop.domain.project import CREATED, MARKS, MODIFIED, STATUS, Mark
from heatpunk_desktop.gui.table.painter import TablePainter
from heatpunk_desktop.gui.widgets import theme
from heatpunk_desktop.models.table_columns import Column

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from heatpunk_desktop.models.board_model import ColumnModel
    from heatpunk_desktop.models.project_table_model import ProjectTableModel
    from heatpunk_desktop.models.row_store import Row

#: Margins around a card, in logical pixels.
ASIDE: Final = 6
_BETWEEN: Final = 3
_PADDING: Final = 8
_COMPACT_PADDING: Final = 4
_LEADING: Final = 2
_RADIUS: Final = 5
#: Lines of a card: two for the name (compact cards: one), one for the customer, one for postcode and date.
_LINES: Final = 4
_COMPACT_LINES: Final = 3
#: Limit of the cache of wrapped names.
_KEPT: Final = 4096
_KEPT_GROUNDS: Final = 32
_NOT_ON_SERVER: Final = int(Mark.NOT_ON_SERVER)
_CLOCK: Final = 11
_CLOCK_GAP: Final = 5
_GAP: Final = 8
_FRAME: Final = 2
#: The table's columns that a card shows.
_ON_CARDS: Final[frozenset[int]] = frozenset({Column.PROJECT, Column.CUSTOMER, Column.POSTCODE, Column.STATUS})
#: Samples of a postcode and a date, which fit on one line of a card that is not narrow.
_LONG_POSTCODE: Final = "SW20 0WW"
_LONG_DAY: Final = "30 Mar 2000"


class CardPainter(TablePainter):
    """A painter of cards in one palette and font. Make another when those change.

    Args:
        model: The table's rows.
        palette: The palette of the view.
        font: The font of the view.
        pixel_ratio: Device pixels for each logical pixel.
        today: Returns the current day in the UK.
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
        self.shown = _ON_CARDS
        self._base = palette.color(QPalette.ColorRole.Base)
        self.ground = theme.panel_background(palette)
        self._highlight = palette.color(QPalette.ColorRole.Highlight)
        self._wrapped: dict[tuple[str, int], tuple[str, ...]] = {}
        self._widths: dict[str, int] = {}
        self._line_height, self._ascent = self._metrics.height(), self._metrics.ascent()
        self._beside: int | None = None
        self._grounds: dict[tuple[int, int, bool, bool], QPixmap] = {}

    def height(self, across: int, *, is_compact: bool) -> int:
        """Return the distance from the top of one card to the next, in pixels.

        Args:
            across: The width of the column, in pixels.
            is_compact: Whether the cards are compact.
        """
        lines, padding = (_COMPACT_LINES, _COMPACT_PADDING) if is_compact else (_LINES, _PADDING)
        lines += self._is_narrow(across - 2 * ASIDE - 2 * _PADDING)
        return lines * self._line_height + (lines - 1) * _LEADING + 2 * (padding + _BETWEEN)

    def paint_card(
        self, painter: QPainter, column: ColumnModel, row: Row, band: QRect, *, selected: bool, hovered: bool
    ) -> None:
        """Paint one card in its band across the viewport."""
        # Plain numbers: each call of Qt takes as long as ten sums, and a search repaints all columns.
        x, y = band.x() + ASIDE, band.y() + _BETWEEN
        across, down = band.width() - 2 * ASIDE, band.height() - 2 * _BETWEEN
        painter.drawPixmap(x, y, self._ground_of(across, down, selected, hovered))
        left, width = x + _PADDING, across - 2 * _PADDING
        step = self._line_height + _LEADING
        lines = down // step
        top = y + (down - lines * step + _LEADING) // 2
        title, heading = column.heading_of(row)
        is_narrow = self._is_narrow(width)
        words = self._wrap(title, width) if lines - is_narrow >= _LINES else (title,)
        painter.setPen(self._text if heading is not None else self._muted)
        for number, word in enumerate(words):
            # A placeholder is never marked as a match.
            column_of = Column.OWNER if heading is None else heading
            self._write(painter, word, column_of, left, top + number * step, width)
        painter.setPen(self._muted)
        customer = self._model.text_of(row, Column.CUSTOMER)
        self._write(painter, customer, Column.CUSTOMER, left, top + len(words) * step, width)
        last = top + (lines - 1) * step
        self._write_end(painter, row, left, last, width, is_odd=not column.status, above=step if is_narrow else 0)

    def _is_narrow(self, room: int) -> bool:
        """Return whether a postcode and a date with its year need a line each."""
        if self._beside is None:
            self._beside = self._width(_LONG_POSTCODE) + _GAP + self._width(_LONG_DAY)
        return room < self._beside

    def paint_gap(self, painter: QPainter, band: QRect) -> None:
        """Paint the place of a card that is being dragged away."""
        card = QRectF(band.adjusted(ASIDE, _BETWEEN, -ASIDE, -_BETWEEN)).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._muted, 1, Qt.PenStyle.DashLine))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(card, _RADIUS, _RADIUS)
        painter.restore()

    def paint_landing(self, painter: QPainter, band: QRect) -> None:
        """Paint a line where a dragged card would land."""
        painter.save()
        painter.setPen(QPen(self._focus, _FRAME))
        y = max(band.top(), 1)
        painter.drawLine(band.left() + ASIDE, y, band.right() - ASIDE, y)
        painter.restore()

    def paint_frame(self, painter: QPainter, band: QRect) -> None:
        """Paint the focus frame around the current card."""
        card = QRectF(band.adjusted(ASIDE, _BETWEEN, -ASIDE, -_BETWEEN)).adjusted(1, 1, -1, -1)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._focus, _FRAME))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(card, _RADIUS, _RADIUS)
        painter.restore()

    def paint_target(self, painter: QPainter, area: QRect) -> None:
        """Paint the frame of a column in which the dragged cards may be dropped."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._highlight, _FRAME, Qt.PenStyle.DashLine))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(area).adjusted(2, 2, -2, -2), _RADIUS, _RADIUS)
        painter.restore()

    def picture(self, column: ColumnModel, row: Row, width: int, height: int, count: int) -> QPixmap:
        """Return the picture of a dragged card, with a number where there are several."""
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

    def _ground_of(self, width: int, height: int, selected: bool, hovered: bool) -> QPixmap:
        """Return the picture of an empty card.

        These are cached: there are few kinds, and the round corners take as long to paint as the text.
        """
        key = (width, height, selected, hovered)
        if key not in self._grounds:
            if len(self._grounds) >= _KEPT_GROUNDS:
                self._grounds.clear()
            pixmap = self._grounds[key] = self._pixmap(width, height)
            painter = QPainter(pixmap)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(self._highlight if selected else self._line, 1))
            painter.setBrush(self._selected if selected else self._hovered if hovered else self._base)
            painter.drawRoundedRect(QRectF(0.5, 0.5, width - 1, height - 1), _RADIUS, _RADIUS)
            painter.end()
        return self._grounds[key]

    def _write_end(
        self, painter: QPainter, row: Row, left: int, top: int, room: int, *, is_odd: bool, above: int
    ) -> None:
        """Write the pending state, or else the date, at the right, and the postcode at the left.

        Args:
            painter: Paints.
            row: The row of the project.
            left: Left edge, in pixels.
            top: Top of the line, in pixels.
            room: Width, in pixels.
            is_odd: Whether the status is unknown and so is written on the card.
            above: How many pixels higher the postcode stands.
        """
        column = Column.STATUS if is_odd and row[STATUS] else Column.POSTCODE
        start = self._model.text_of(row, column)
        waits = self._model.pending_words(row[MARKS])
        if waits:
            wide = min(room, _CLOCK + _CLOCK_GAP + self._width(waits))
            at = left + room - wide
            glyph = QPointF(at, top + (self._line_height - _CLOCK) / 2)
            painter.drawPixmap(glyph, self._mark_glyph(row[MARKS]))
            aside = _CLOCK + _CLOCK_GAP
            painter.setPen(self._waiting)
            self._write(painter, waits, Column.MODIFIED, at + aside, top, wide - aside)
            painter.setPen(self._muted)
        else:
            day = self.day_of(row)
            wide = self._width(day)
            self._write(painter, day, Column.CREATED, left if above else left + room - wide, top, wide)
        if above:
            self._write(painter, start, column, left, top - above, room)
        elif not wide or self._width(start) + _GAP <= room - wide:
            self._write(painter, start, column, left, top, room - wide)

    def _width(self, words: str) -> int:
        """Return the width of a text; cached, as postcodes and dates recur."""
        known = self._widths.get(words)
        if known is None:
            if len(self._widths) >= _KEPT:
                self._widths.clear()
            known = self._widths[words] = self._metrics.horizontalAdvance(words)
        return known

    def day_of(self, row: Row) -> str:
        """Return the date that the cards are sorted by, else the date of creation.

        The year is added unless it is this year.
        """
        if row[MARKS] & _NOT_ON_SERVER:
            return ""
        is_modified = self._model.sorting[0] is Column.MODIFIED
        day = uk_day(row[MODIFIED] if is_modified else row[CREATED])
        if day is None:
            return ""
        whole = display_date(day)
        return whole.rpartition(" ")[0] if day.year == self._today().year else whole

    def _wrap(self, text: str, room: int) -> tuple[str, ...]:
        """Return a name on up to two lines; painting cuts the second one to its room."""
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
            # Qt counts in UTF-16 units.
            start = text.encode("utf-16-le", "surrogatepass")[: 2 * first.textLength()]
            head = start.decode("utf-16-le", "surrogatepass")
            lines = (head.rstrip(), text[len(head) :].lstrip()) if len(head) < len(text) else lines
        self._wrapped[text, room] = lines
        return lines

    def _write(self, painter: QPainter, words: str, column: Column, left: int, top: int, room: int) -> None:
        """Write a line in the colour of the pen, elided to its room, with matches of the search marked."""
        if not words:
            return
        laid = self._lay(words, column, room)
        pen = painter.pen() if laid.matches else None
        for start, length in laid.matches:
            painter.fillRect(QRectF(left + start - 1, top, length + 2, self._line_height), self._match)
        if pen is not None:
            painter.setPen(self._text)  # muted text would not be readable on the mark
        painter.drawText(left, top + self._ascent, laid.text)
        if pen is not None:
            painter.setPen(pen)
