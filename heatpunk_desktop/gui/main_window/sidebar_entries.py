"""The entries of the sidebar: how they correspond to filters, and how they are painted."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QFont, QPainter, QPalette, QPixmap

from heatpunk_desktop.domain.fields import Status
from heatpunk_desktop.gui.text.translation import translate, translated
from heatpunk_desktop.gui.text.view_words import VIEW_WORDS
from heatpunk_desktop.gui.widgets.icons import tinted_pixmap
from heatpunk_desktop.gui.widgets.status_pill import paint_glyph
from heatpunk_desktop.gui.widgets.theme import hairline, muted_text, selection_background
from heatpunk_desktop.models.project_filter import SidebarView
from heatpunk_desktop.texts import marked

if TYPE_CHECKING:
    from heatpunk_desktop.models.project_filter import ProjectFilter

#: In logical pixels: margin beside a row, padding in it, and size of a glyph.
MARGIN: Final = 8
PADDING: Final = 8
GLYPH: Final = 12
_BEHIND_GLYPH: Final = 7
_RADIUS: Final = 5
_NO_PEN: Final = Qt.PenStyle.NoPen
_CAPTION_SIZE: Final = 0.85


class NoStatus(StrEnum):
    """A choice beside the statuses for projects without one, so that the counts add up."""

    NO_STATUS = "No status"


#: A choice in the sidebar: a view or a status.
Choice = SidebarView | Status | NoStatus


#: The groups of the sidebar from top to bottom, each below its caption. Saved views come after the first, and the pages
#: (`PAGES` of `gui/actions/actions.py`) after the last.
GROUPS: Final[tuple[tuple[str, tuple[Choice, ...]], ...]] = (
    (marked("sidebar", "Views"), (SidebarView.ALL, SidebarView.MINE, SidebarView.CHANGED_LATELY)),
    (marked("sidebar", "Status"), (*Status, NoStatus.NO_STATUS)),
    (marked("sidebar", "Here"), (SidebarView.WAITING, SidebarView.NEEDS_YOU, SidebarView.DELETED_HERE)),
)
#: All choices in that order.
CHOICES: Final = tuple(choice for _caption, choices in GROUPS for choice in choices)
#: The choices of Ctrl+1 to Ctrl+9, which keep their keys when the sidebar gets another view.
NUMBERED: Final[tuple[Choice, ...]] = (SidebarView.ALL, SidebarView.MINE, SidebarView.CHANGED_LATELY, *Status)


def choice_of(wanted: ProjectFilter) -> Choice:
    """Return the choice that corresponds to a filter: its only status, or else its view."""
    if wanted.view is SidebarView.ALL and len(wanted.statuses) == 1:
        (word,) = wanted.statuses
        if word in list(Status):
            return Status(word)
        if not word:
            return NoStatus.NO_STATUS
    return wanted.view


def choice_name(choice: Choice) -> str:
    """Return the displayed name of a choice."""
    match choice:
        case SidebarView():
            return translated(VIEW_WORDS[choice].name)
        case Status():
            return choice.value
        case NoStatus():
            return translate("sidebar", "No status")


def status_word(choice: Status | NoStatus) -> str:
    """Return the status of the projects in a choice."""
    return choice.value if isinstance(choice, Status) else ""


class SidebarEntry(NamedTuple):
    """An entry to be painted.

    Attributes:
        text: Its name.
        icon: File name of its icon, for the folded sidebar; empty for a status.
        status: Its status; None where it is no status.
        number: The number of projects, or None.
        is_chosen: Whether it is the one shown.
        is_hovered: Whether the pointer is over it.
        has_focus: Whether it has the focus.
        is_changed: Whether it is a saved view with unsaved changes.
    """

    text: str
    icon: str
    status: str | None
    number: int | None
    is_chosen: bool
    is_hovered: bool
    has_focus: bool
    is_changed: bool


class SidebarPainter:
    """A painter of captions and entries in one palette. Make another when that changes.

    Args:
        palette: The palette.
    """

    def __init__(self, palette: QPalette) -> None:
        self._palette = palette
        self._text = palette.color(QPalette.ColorRole.WindowText)
        self._muted = muted_text(palette)
        self._icons: dict[str, QPixmap] = {}

    def paint_caption(self, painter: QPainter, rect: QRect, text: str, font: QFont) -> None:
        """Paint the heading of a group."""
        font = QFont(font)
        font.setPointSizeF(font.pointSizeF() * _CAPTION_SIZE)
        font.setBold(True)
        font.setLetterSpacing(QFont.SpacingType.PercentageSpacing, 105)
        painter.setFont(font)
        painter.setPen(self._muted)
        place = rect.adjusted(MARGIN + PADDING, 0, -MARGIN, -6)
        painter.drawText(place, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom, text.upper())

    def paint_line(self, painter: QPainter, rect: QRect) -> None:
        """Paint the line between two groups of the folded sidebar."""
        if rect.top() > 0:
            painter.setPen(hairline(self._palette))
            painter.drawLine(rect.left() + MARGIN, rect.center().y(), rect.right() - MARGIN, rect.center().y())

    def paint_entry(self, painter: QPainter, rect: QRect, entry: SidebarEntry, font: QFont, *, is_folded: bool) -> None:
        """Paint an entry, with its name and number or, if folded, as an icon."""
        row = rect.adjusted(MARGIN, 1, -MARGIN, -1)
        if entry.is_chosen or entry.is_hovered:
            is_framed = entry.is_chosen and entry.has_focus
            painter.setPen(self._palette.color(QPalette.ColorRole.Highlight) if is_framed else _NO_PEN)
            painter.setBrush(selection_background(self._palette) if entry.is_chosen else hairline(self._palette))
            painter.drawRoundedRect(row, _RADIUS, _RADIUS)
        if is_folded:
            self._paint_glyph(painter, row, entry)
        else:
            self._paint_words(painter, row, entry, font)

    def _paint_words(self, painter: QPainter, row: QRect, entry: SidebarEntry, font: QFont) -> None:
        place = row.adjusted(PADDING, 0, -PADDING, 0)
        if entry.status is not None:
            glyph = QRect(place.left(), 0, GLYPH, GLYPH)
            glyph.moveTop(row.center().y() - GLYPH // 2)
            paint_glyph(painter, glyph, entry.status, self._text)
            place.setLeft(glyph.right() + _BEHIND_GLYPH)
        font = QFont(font)
        font.setBold(entry.is_chosen)
        painter.setFont(font)
        middle = Qt.AlignmentFlag.AlignVCenter
        if entry.number is not None:
            painter.setPen(self._text if entry.is_chosen else self._muted)
            painter.drawText(place, middle | Qt.AlignmentFlag.AlignRight, f"{entry.number:,}")
            place.setRight(place.right() - painter.fontMetrics().horizontalAdvance(f" {entry.number:,}"))
        painter.setPen(self._text)
        words = f"• {entry.text}" if entry.is_changed else entry.text
        text = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, place.width())
        painter.drawText(place, middle | Qt.AlignmentFlag.AlignLeft, text)

    def _paint_glyph(self, painter: QPainter, row: QRect, entry: SidebarEntry) -> None:
        if entry.status is not None:
            glyph = QRect(0, 0, GLYPH, GLYPH)
            glyph.moveCenter(row.center())
            paint_glyph(painter, glyph, entry.status, self._text)
            return
        if entry.icon not in self._icons:
            self._icons[entry.icon] = tinted_pixmap(entry.icon, self._text)
        icon = self._icons[entry.icon]
        size = icon.deviceIndependentSize().toSize()
        painter.drawPixmap(row.center() - QPoint(size.width() // 2 - 1, size.height() // 2 - 1), icon)
