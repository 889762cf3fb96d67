"""The layout of a list on paper: title, filter, headings, rows, and page numbers.

Lengths are in units of 1/600 inch on every device, so a printer, a PDF and the preview show the same lines on the same
pages.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from PySide6.QtCore import QMarginsF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPageLayout, QPageSize, QPalette, QPen

from heatpunk_desktop.domain.display import display_text
from heatpunk_desktop.gui.text.translation import translate
from heatpunk_desktop.gui.widgets.status_pill import paint_glyph
from heatpunk_desktop.gui.widgets.theme import readable_on, status_colour

if TYPE_CHECKING:
    from PySide6.QtGui import QPagedPaintDevice, QPainter

#: Layout units in an inch and in a point.
UNITS: Final = 600
_POINT: Final = UNITS / 72

#: Font sizes in points, each with the most lines of a row; the first one that fits is used.
_SIZES: Final = ((8.5, 2), (7.5, 2), (6.5, 3))
_TITLE_FONT: Final = 15.0
_SMALL_FONT: Final = 7.5
#: Padding beside and above a text, in points.
_GAP: Final = 2.5
_ROOM: Final = 2.5
_MARGIN_MM: Final = 12.0
#: The size of a status's glyph, as a share of the line height.
_GLYPH: Final = 0.72

#: How many rows are measured.
_MEASURED: Final = 400
#: The largest shares of the page's width for a column, and for a single word of it.
_WIDEST: Final = 0.34
_WIDEST_WORD: Final = 0.12

_INK: Final = QColor("#1b1f24")
_MUTED: Final = QColor("#59606a")
_LINE: Final = QColor("#c9ced6")
_BAND: Final = QColor("#eef1f5")

#: The texts of a row, one for each column.
Texts = Sequence[str]


class PaperHead(NamedTuple):
    """The text around the rows of every page.

    Attributes:
        title: The title of the list.
        about: Its filter and its source, a line each.
        made: When the list was made.
        headings: The headings of the columns.
        total: The number of rows.
        status_place: The position of the column that gets the glyphs of statuses, or None.
    """

    title: str
    about: tuple[str, ...]
    made: str
    headings: tuple[str, ...]
    total: int
    status_place: int | None = None


def lay_out_page(device: QPagedPaintDevice) -> None:
    """Set a device to A4 landscape, with margins that every printer supports."""
    margins = QMarginsF(_MARGIN_MM, _MARGIN_MM, _MARGIN_MM, _MARGIN_MM)
    size = QPageSize(QPageSize.PageSizeId.A4)
    device.setPageLayout(QPageLayout(size, QPageLayout.Orientation.Landscape, margins, QPageLayout.Unit.Millimeter))


def page_of(device: QPagedPaintDevice) -> QSizeF:
    """Return the printable part of a device's page, in layout units."""
    return device.pageLayout().paintRect(QPageLayout.Unit.Inch).size() * UNITS


def sheet_of(device: QPagedPaintDevice) -> QSizeF:
    """Return the whole page of a device, in layout units."""
    return device.pageLayout().fullRect(QPageLayout.Unit.Inch).size() * UNITS


class Paper:
    """A painter of the pages of one list.

    Args:
        page: The printable part of a page, in layout units.
        head: The text around the rows.
        sample: The first rows, by which the columns are measured.
    """

    def __init__(self, page: QSizeF, head: PaperHead, sample: Sequence[Texts]) -> None:
        self._head = head
        self._page = QRectF(0, 0, page.width(), page.height())
        self._point = _POINT
        self._palette = QPalette(Qt.GlobalColor.white)  # paper is light, whatever the theme
        self._title = _Face(_TITLE_FONT, bold=True)
        self._small = _Face(_SMALL_FONT)
        for size, lines in _SIZES:
            self._plain = _Face(size)
            self._bold = _Face(size, bold=True)
            self._lines = lines
            fits = self._measure(sample[:_MEASURED])
            if fits:
                break
        room, gap = 2 * _ROOM * self._point, 2 * _GAP * self._point
        self._row_height = self._lines * self._plain.spacing + room
        self._heading_height = min(self._lines, 2) * self._bold.spacing + room
        self._top = self._title.height + len(head.about) * self._small.spacing + gap
        left = self._page.height() - self._top - self._heading_height - self._small.height - gap
        #: Rows on a page.
        self.rows_a_page = max(1, int(left // self._row_height))

    @property
    def pages(self) -> int:
        """The number of pages; at least one."""
        return max(1, -(-self._head.total // self.rows_a_page))

    def paint(self, painter: QPainter, number: int, rows: Sequence[Texts], scale: float | None = None) -> None:
        """Paint a page at the painter's origin.

        Args:
            painter: Paints on any device.
            number: The page number, from 1.
            rows: The rows of this page.
            scale: Device pixels for each layout unit; None takes the resolution of the device.
        """
        painter.save()
        pixels = painter.device().logicalDpiX() / UNITS if scale is None else scale
        painter.scale(pixels, pixels)
        self._paint_page(painter, number, rows)
        painter.restore()

    def _paint_page(self, painter: QPainter, number: int, rows: Sequence[Texts]) -> None:
        self._paint_head(painter)
        top = self._top
        painter.fillRect(QRectF(0, top, self._page.width(), self._heading_height), _BAND)
        self._paint_cells(painter, top, self._head.headings, self._bold, min(self._lines, 2))
        top += self._heading_height
        for row in rows:
            self._paint_cells(painter, top, row, self._plain, self._lines, self._head.status_place)
            top += self._row_height
            painter.setPen(QPen(_LINE, 0.4 * self._point))
            painter.drawLine(
                QRectF(0, top, self._page.width(), 0).topLeft(), QRectF(0, top, self._page.width(), 0).topRight()
            )
        if not rows:
            words = translate("Paper", "There are no projects in this list.")
            painter.setPen(_MUTED)
            painter.drawText(QRectF(0, top + _GAP * self._point, self._page.width(), self._row_height), words)
        self._paint_foot(painter, number)

    # -- the parts of a page -----------------------------------------------------------------------------------------

    def _paint_head(self, painter: QPainter) -> None:
        width = self._page.width()
        painter.setPen(_INK)
        self._title.write(painter, QRectF(0, 0, width, self._title.height), self._head.title)
        painter.setPen(_MUTED)
        for place, line in enumerate(self._head.about):
            top = self._title.height + place * self._small.spacing
            self._small.write(painter, QRectF(0, top, width, self._small.height), line)

    def _paint_foot(self, painter: QPainter, number: int) -> None:
        painter.setPen(_MUTED)
        place = QRectF(0, self._page.height() - self._small.height, self._page.width(), self._small.height)
        words = translate("Paper", "Page {0} of {1}").format(f"{number:,}", f"{self.pages:,}")
        self._small.write(painter, place, self._head.made)
        painter.drawText(place, _RIGHT, words)

    def _paint_cells(
        self, painter: QPainter, top: float, texts: Texts, face: _Face, lines: int, status_place: int | None = None
    ) -> None:
        painter.setPen(_INK)
        painter.setFont(face.font)
        left, gap = 0.0, _GAP * self._point
        for place, (text, width) in enumerate(zip(texts, self._widths, strict=True)):
            line_top = top + _ROOM * self._point
            indent = 0.0
            if place == status_place and text:
                indent = self._glyph_width
                side = face.height * _GLYPH
                glyph = QRectF(left + gap, line_top + (face.height - side) / 2, side, side)
                paint_glyph(painter, glyph, text, readable_on(status_colour(text, self._palette), QColor("white")))
            room = width - 2 * gap - indent
            for line in fitted_lines(text, face.metrics, room, lines):
                painter.drawText(QRectF(left + gap + indent, line_top, room, face.height), _LEFT, line)
                line_top += face.spacing
            left += width

    @property
    def _glyph_width(self) -> float:
        """The width of a status's glyph with the gap after it."""
        return self._plain.height * (_GLYPH + 0.3)

    def _measure(self, sample: Sequence[Texts]) -> bool:
        """Set the widths of the columns, and return whether most texts will fit."""
        gaps, whole = 2 * _GAP * self._point, self._page.width()
        wishes, needs = [], []
        for place, heading in enumerate(self._head.headings):
            texts = [_plain(row[place]) for row in sample]
            glyph = self._glyph_width if place == self._head.status_place else 0.0
            whole_texts = [glyph + self._plain.metrics.horizontalAdvance(text) for text in texts]
            longest_words = (max(text.split(), key=len, default="") for text in texts)
            words = [glyph + self._plain.metrics.horizontalAdvance(word) for word in longest_words]
            heading_words = [*map(self._bold.metrics.horizontalAdvance, heading.split())]
            need = min(max(_usual(words), *heading_words), whole * _WIDEST_WORD)
            needs.append(need + gaps)
            heading_width = self._bold.metrics.horizontalAdvance(heading)
            wishes.append(max(need, heading_width, min(_usual(whole_texts), whole * _WIDEST)) + gaps)
        wished, needed = sum(wishes), sum(needs)
        if wished <= whole:
            self._lines = 1
            self._widths = [wish + (whole - wished) / len(wishes) for wish in wishes]
            return True
        if needed >= whole:
            self._widths = [need * whole / needed for need in needs]
            return False
        # Columns share the room that is left in proportion to their width; longer texts wrap.
        share = (whole - needed) / (wished - needed)
        self._widths = [need + (wish - need) * share for need, wish in zip(needs, wishes, strict=True)]
        return share * self._lines >= 1


class _Face:
    """A font with its metrics in layout units.

    Attributes:
        font: The font.
        metrics: Its metrics.
        height: The height of a line.
        spacing: The distance from one line to the next.
    """

    def __init__(self, points: float, *, bold: bool = False) -> None:
        self.font = QFont()
        self.font.setPixelSize(round(points * _POINT))
        self.font.setBold(bold)
        self.metrics = QFontMetricsF(self.font)
        self.height = self.metrics.height()
        self.spacing = self.metrics.lineSpacing()

    def write(self, painter: QPainter, place: QRectF, text: str) -> None:
        """Write a text on one line, elided to its room."""
        painter.setFont(self.font)
        painter.drawText(place, _LEFT, self.metrics.elidedText(text, Qt.TextElideMode.ElideRight, place.width()))


def _usual(widths: Sequence[float]) -> float:
    """Return a width that fits all but one in fifty of some widths."""
    return sorted(widths, reverse=True)[len(widths) // 50] if widths else 0.0


_LEFT: Final = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine)
_RIGHT: Final = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine)


def _plain(text: str) -> str:
    return " ".join(display_text(text).split())


def fitted_lines(text: str, metrics: QFontMetricsF, width: float, lines: int) -> list[str]:
    """Return a text broken between words into at most so many lines, the last one elided."""
    left = _plain(text)
    found: list[str] = []
    while len(found) < lines - 1 and metrics.horizontalAdvance(left) > width:
        line = _first_line(left, metrics, width)
        found.append(line)
        left = left[len(line) :].lstrip()
    if left:
        found.append(metrics.elidedText(left, Qt.TextElideMode.ElideRight, width))
    return found


def _first_line(text: str, metrics: QFontMetricsF, width: float) -> str:
    """Return as many words as fit in a width, or as much of a longer word."""
    words = text.split(" ")
    taken = 1
    while taken < len(words) and metrics.horizontalAdvance(" ".join(words[: taken + 1])) <= width:
        taken += 1
    line = " ".join(words[:taken])
    while len(line) > 1 and metrics.horizontalAdvance(line) > width:
        line = line[:-1]
    return line
