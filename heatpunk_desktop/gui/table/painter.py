"""The painter of the table's rows, with computed texts cached."""

from __future__ import annotations

from itertools import pairwise
from math import ceil
from typing import TYPE_CHECKING, Final, NamedTuple

from PySide6.QtCore import QLineF, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetrics, QFontMetricsF, QPainter, QPalette, QPen, QPixmap

from heatpunk_desktop.domain.project import MARKS, STATUS, Mark
from heatpunk_desktop.gui.table.hidden_match import SearchMatches
from heatpunk_desktop.gui.widgets import theme
from heatpunk_desktop.gui.widgets.status_pill import paint_pill, pill_size
from heatpunk_desktop.models.table_columns import NONE, NOT_LOADED, SEARCHED, Column

if TYPE_CHECKING:
    from collections.abc import Iterable

    from PySide6.QtGui import QFont

    from heatpunk_desktop.models.project_table_model import ProjectTableModel
    from heatpunk_desktop.models.row_store import Row

#: Blank at either side of a cell's text, in pixels that do not depend on the screen.
PADDING: Final = 10
_CLOCK: Final = 11
_CLOCK_GAP: Final = 5
#: What a mark takes before the words on something that is pending.
MARK_ROOM: Final = _CLOCK + _CLOCK_GAP
#: Of a hundred pixels of a name's column, those that the name has at most where there is a note behind it.
_NAME_SHARE: Final = 45
#: Characters of a note that are to be seen, else the column's heading is left out.
_LEAST_NOTE: Final = 16
#: Size of the cache of laid-out texts.
_KEPT: Final = 4096

#: The words that stand for a value.
_SIGNS: Final = frozenset({NONE, NOT_LOADED})
#: Plain numbers: a member of an enum takes ten times as long to come by, and each cell asks for these.
_PROJECT, _STATUS, _MODIFIED, _OWNER = map(int, (Column.PROJECT, Column.STATUS, Column.MODIFIED, Column.OWNER))
_MUTED: Final = frozenset(map(int, (Column.CREATED, Column.MODIFIED, Column.OWNER, Column.PROJECT_ID)))
_ELLIPSIS: Final = "…"


class ColumnPlace(NamedTuple):
    """The place of a column in the viewport."""

    column: int
    left: int
    width: int


class _Laid(NamedTuple):
    """A text cut to its width, with the left and width of each match in it."""

    text: str
    matches: tuple[tuple[float, float], ...]


class _Widths(dict[str, float]):
    """The widths of letters and short texts in a font, measured on request."""

    def __init__(self, font: QFont) -> None:
        super().__init__()
        self._metrics = QFontMetricsF(font)

    def __missing__(self, text: str) -> float:
        width = self[text] = self._metrics.horizontalAdvance(text)
        return width


def _solid_brush(colour: QColor) -> QBrush:
    """Return a brush of a colour; to tell a colour given to `QBrush` from a gradient, Qt would make their types."""
    brush = QBrush()
    brush.setStyle(Qt.BrushStyle.SolidPattern)
    brush.setColor(colour)
    return brush


class TablePainter:
    """A painter of a model's rows for one palette and font.

    It has to be replaced where the palette, the font or the screen changes.

    Args:
        model: Whose rows.
        palette: Of the view.
        font: Of the view.
        pixel_ratio: Pixels of the screen for each pixel here.
    """

    def __init__(self, model: ProjectTableModel, palette: QPalette, font: QFont, pixel_ratio: float) -> None:
        self._model = model
        self._palette = palette
        self._font = font
        self.pixel_ratio = pixel_ratio
        self._metrics = QFontMetrics(font)
        self._height, self._ascent = self._metrics.height(), self._metrics.ascent()
        self._short = _Widths(font)
        self._text = palette.color(QPalette.ColorRole.Text)
        self._muted = theme.muted_text(palette)
        self._waiting = theme.waiting_text(palette)
        self._selected = theme.selection_background(palette)
        self._hovered = theme.hover_background(palette)
        self._line = theme.hairline(palette)
        self._match = theme.match_background(palette)
        self._focus = theme.readable_on(palette.color(QPalette.ColorRole.Highlight), self._selected)
        self._ruler = _solid_brush(self._line)
        self._words: tuple[str, ...] = ()
        self._matches = SearchMatches(model)
        #: The columns that are shown, in sight or not.
        self.shown: frozenset[int] = frozenset(Column)
        self._laid: dict[tuple[str, int, int], _Laid] = {}
        self._pills: dict[tuple[str, int, bool], QPixmap] = {}
        self._marks: dict[int, QPixmap] = {}

    def paint_row(
        self, painter: QPainter, row: int, band: QRect, columns: Iterable[ColumnPlace], *, selected: bool, hovered: bool
    ) -> None:
        """Paint a row in its band across the viewport."""
        if selected or hovered:
            painter.fillRect(band, self._selected if selected else self._hovered)
        values = self._model.row_tuple(row)
        top, height = band.y(), band.height() - 1
        # A line that is "erased" is ten times as fast as one that is drawn. One that is filled is so too, but to tell
        # its colour from them Qt would make every type of gradient before the window is seen.
        painter.setBackground(self._ruler)
        painter.eraseRect(0, top + height, band.width(), 1)
        baseline = top + (height - self._height) // 2 + self._ascent
        marks = values[MARKS]
        waits = self._model.pending_words(marks)
        note = self._matches.hidden(values, self.shown) if self._model.search_words else None
        colour = None
        for column, left, width in columns:
            if column == _STATUS:
                self._paint_pill(painter, values[STATUS], left + PADDING, top, height, width - 2 * PADDING, selected)
                continue
            x, room = left + PADDING, width - 2 * PADDING
            wanted = self._muted if column in _MUTED else self._text
            if waits and column == _MODIFIED:
                wanted = self._waiting
                painter.drawPixmap(QPointF(x, top + (height - _CLOCK) / 2), self._mark_glyph(marks))
                x, room = x + MARK_ROOM, room - MARK_ROOM
            text = self._model.text_of(values, column)
            if text in _SIGNS:
                wanted = self._muted
            if not text and column == _PROJECT:
                # The words that stand for a missing name cannot match.
                wanted, laid = self._muted, self._lay(self._model.empty_words[Column.PROJECT], _OWNER, room)
            else:
                laid = self._lay(text, column, room)
            if note is not None and column == _PROJECT:
                laid = self._beside_note(laid, text, room)
                self._paint_note(painter, note, x, room, laid, top, height, baseline)
                colour = self._muted
            if laid.matches:
                self._mark(painter, laid, x, top, height)
            if wanted is not colour:
                painter.setPen(wanted)
                colour = wanted
            painter.drawText(x, baseline, laid.text)

    def _mark(self, painter: QPainter, laid: _Laid, x: float, top: int, height: int) -> None:
        """Paint the background of search matches."""
        for start, length in laid.matches:
            box = QRectF(x + start - 1, top + (height - self._height) / 2, length + 2, self._height)
            painter.fillRect(box, self._match)

    def _beside_note(self, laid: _Laid, text: str, room: int) -> _Laid:
        """Cut a name so that a note has room behind it."""
        most = room * _NAME_SHARE // 100
        if not text or self._metrics.horizontalAdvance(laid.text) <= most:
            return laid
        return self._lay(text, Column.PROJECT, most)

    def _paint_note(
        self,
        painter: QPainter,
        note: tuple[str, str, int],
        x: int,
        room: int,
        name: _Laid,
        top: int,
        height: int,
        baseline: int,
    ) -> None:
        """Paint behind a name which hidden column the search matched, and how."""
        heading, text, column = note
        words = f"{heading}: "
        before = self._metrics.horizontalAdvance(name.text) + PADDING
        across = self._metrics.horizontalAdvance(words)
        if room - before - across < self._metrics.horizontalAdvance(text[:_LEAST_NOTE]):
            words, across = "", 0  # what was found is worth more than where; the tool tip says that
        laid = self._lay(text, column, room - before - across)
        if not laid.text:
            return
        self._mark(painter, laid, x + before + across, top, height)
        painter.setPen(self._muted)
        painter.drawText(x + before, baseline, words)
        if laid.matches:
            painter.setPen(self._text)  # weaker words could not be read on the mark
        painter.drawText(x + before + across, baseline, laid.text)
        painter.setPen(self._muted)

    def hidden_match(self, row: int) -> tuple[str, str, int] | None:
        """Return the match of a row where no shown column has one: heading, text and column."""
        return self._matches.hidden(self._model.row_tuple(row), self.shown)

    def paint_focus(self, painter: QPainter, band: QRect) -> None:
        """Paint the frame around the current row."""
        painter.setPen(QPen(self._focus, 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(band.adjusted(0, 0, -1, -1))

    def paint_cell_cursor(self, painter: QPainter, cell: QRect, *, can_edit: bool) -> None:
        """Paint the cell cursor, a strong frame where the cell is editable."""
        style = Qt.PenStyle.SolidLine if can_edit else Qt.PenStyle.DotLine
        painter.setPen(QPen(self._focus, 2, style, Qt.PenCapStyle.FlatCap, Qt.PenJoinStyle.MiterJoin))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(cell.adjusted(1, 1, -1, -2))

    def paint_cell_mark(self, painter: QPainter, cell: QRect) -> None:
        """Paint a thin frame in the clicked cell, where pasted cells go."""
        painter.setPen(QPen(self._focus, 1, Qt.PenStyle.DotLine))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(cell.adjusted(2, 2, -3, -4))

    def width_of(self, row: Row, column: int) -> int:
        """Return the width in pixels that a column needs for a row's whole cell."""
        if column == Column.STATUS:
            return pill_size(row[STATUS], self._font).width() + 2 * PADDING + 1
        marked = MARK_ROOM if column == Column.MODIFIED and self._model.pending_words(row[MARKS]) else 0
        return self._metrics.horizontalAdvance(self._model.text_of(row, column)) + marked + 2 * PADDING + 1

    def cut(self, text: str, column: int, width: int, marks: int) -> str:
        """Return a text as it is painted in a column of some width."""
        room = width - 2 * PADDING
        if column == Column.MODIFIED and self._model.pending_words(marks):
            room -= MARK_ROOM
        return self._lay(text, column, room).text

    def _lay(self, text: str, column: int, room: int) -> _Laid:
        words = self._model.words
        if words != self._words:
            self._words = words
            self._laid.clear()
            self._short.clear()
        key = (text, column, room)
        laid = self._laid.get(key)
        if laid is None:
            if len(self._laid) >= _KEPT:
                self._laid.clear()
            cut = text
            if room <= 0:
                cut = ""
            elif not self._fits(text, room):
                cut = self._metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)
            laid = self._laid[key] = _Laid(cut, self._matches_in(text, cut, column) if words else ())
        return laid

    def _fits(self, text: str, room: int) -> bool:
        """Return whether a text fits. Shaping it takes Qt longer than adding up the widths of its letters."""
        if text.isascii() and sum(map(self._short.__getitem__, text)) <= room:
            return True
        return self._metrics.horizontalAdvance(text) <= room

    def _matches_in(self, text: str, cut: str, column: int) -> tuple[tuple[float, float], ...]:
        """Return the matches in a text that are shown; of one that is cut through, the shown part."""
        if column not in SEARCHED or not (spans := self._matches.spans(text, column)):
            return ()
        shown = len(cut) - len(_ELLIPSIS) if cut != text else len(text)
        # Matches are the same in many texts, so that their widths are mostly cached.
        before, across = self._metrics.horizontalAdvance, self._short
        places = [(text[:start], text[start : min(end, shown)]) for start, end in spans if start < shown]
        return tuple([(before(head) if head else 0, across[found]) for head, found in places])

    def _paint_pill(
        self, painter: QPainter, status: str, x: int, top: int, height: int, room: int, selected: bool
    ) -> None:
        if room <= 0:
            return
        size = pill_size(status, self._font) if (status, room, selected) not in self._pills else None
        if size is not None:
            if len(self._pills) >= _KEPT:
                self._pills.clear()
            width = min(size.width(), room)
            pixmap = self._pixmap(width, size.height())
            pen = QPainter(pixmap)
            pen.setFont(self._font)
            paint_pill(pen, QRect(0, 0, width, size.height()), status, self._palette, selected)
            pen.end()
            self._pills[status, room, selected] = pixmap
        pixmap = self._pills[status, room, selected]
        painter.drawPixmap(QPointF(x, top + (height - pixmap.deviceIndependentSize().height()) / 2), pixmap)

    def _pixmap(self, width: int, height: int) -> QPixmap:
        pixmap = QPixmap(ceil(width * self.pixel_ratio), ceil(height * self.pixel_ratio))
        pixmap.setDevicePixelRatio(self.pixel_ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        return pixmap

    def _mark_glyph(self, marks: int) -> QPixmap:
        """Return the glyph before the words on a pending change, whose shape shows its kind."""
        gravest = marks & Mark.NEEDS_YOU or marks & Mark.POSSIBLY_DONE
        if gravest not in self._marks:
            self._marks[gravest] = self._draw_mark(gravest)
        return self._marks[gravest]

    def _draw_mark(self, mark: int) -> QPixmap:
        """Paint a mark: a triangle for "needs you", a dotted ring for "in doubt", a clock for "waiting"."""
        pixmap = self._pixmap(_CLOCK, _CLOCK)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(
            QColor(self._waiting), 1.2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin
        )
        painter.setPen(pen)
        middle = _CLOCK / 2
        if mark == Mark.NEEDS_YOU:
            left, right, top, bottom = 0.8, _CLOCK - 0.8, 1.0, _CLOCK - 1.0
            corners = [QPointF(middle, top), QPointF(right, bottom), QPointF(left, bottom), QPointF(middle, top)]
            for start, end in pairwise(corners):
                painter.drawLine(start, end)
            painter.drawLine(QLineF(middle, middle - 1.2, middle, middle + 1.2))
            painter.drawPoint(QPointF(middle, middle + 3.2))
        elif mark == Mark.POSSIBLY_DONE:
            pen.setStyle(Qt.PenStyle.DotLine)
            painter.setPen(pen)
            painter.drawEllipse(QPointF(middle, middle), middle - 1, middle - 1)
            pen.setStyle(Qt.PenStyle.SolidLine)
            painter.setPen(pen)
            painter.drawLine(QLineF(middle, middle - 2.4, middle, middle + 0.4))
            painter.drawPoint(QPointF(middle, middle + 2.6))
        else:
            painter.drawEllipse(QPointF(middle, middle), middle - 1, middle - 1)
            painter.drawLine(QLineF(middle, middle, middle, middle - 2.6))
            painter.drawLine(QLineF(middle, middle, middle + 2.2, middle))
        painter.end()
        return pixmap
