"""A column of the board: a header and cards, or a narrow strip while it is folded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QMimeData, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPalette, QPen
from PySide6.QtWidgets import QAbstractButton, QApplication, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from heatpunk_desktop.gui.widgets.buttons import IconButton
from heatpunk_desktop.gui.widgets.icons import tinted_pixmap
from heatpunk_desktop.gui.widgets.labels import PlainLabel, Tone
from heatpunk_desktop.gui.widgets.status_pill import GLYPH, paint_glyph
from heatpunk_desktop.gui.widgets.theme import muted_text, panel_background, readable_on, status_colour, waiting_text
from heatpunk_desktop.system.compat import override

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent, QPaintEvent

    from heatpunk_desktop.gui.board.card_list import CardList


#: Width of a folded column, blank above its glyph, and gap between that and its words, in pixels.
STRIP_WIDTH: Final = 44
_TOP: Final = 10
_GAP: Final = 10
_RADIUS: Final = 5
_ANY_WIDTH: Final = 16_777_215


class _Glyph(QWidget):
    """The glyph of a status in its colour."""

    def __init__(self, status: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._status = status
        self.setFixedSize(GLYPH, GLYPH)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        palette = self.palette()
        colour = readable_on(status_colour(self._status, palette), panel_background(palette))
        paint_glyph(painter, QRectF(self.rect()), self._status, colour)


class ColumnHeader(QWidget):
    """The header of a column.

    Args:
        status: The status; empty for the column of all unknown statuses.
        parent: Owner.

    Attributes:
        title: The label with the status, or with the name of the column of unknown statuses.
        row: The layout, with the number at the right end.
    """

    def __init__(self, status: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.title = status or self.tr("Other")
        word = PlainLabel(self.title, parent=self)
        word.setWordWrap(False)
        font = word.font()
        font.setBold(True)
        word.setFont(font)
        self._count = _small(self, Tone.MUTED)
        self._clock = QLabel(self)
        self._waiting = _small(self, Tone.WARNING)
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(10, 8, 10, 6)
        self.row.setSpacing(6)
        for part in (_Glyph(status, self), word, self._clock, self._waiting):
            self.row.addWidget(part)
        self.row.addStretch(1)
        self.row.addWidget(self._count)
        for part in (self._clock, self._waiting):
            part.hide()

    def show_numbers(self, count: int, waiting: int) -> str:
        """Show how many projects there are, and return it as a sentence for screen readers.

        Args:
            count: Projects in the column.
            waiting: How many of them have unsent changes.
        """
        self._count.setText(f"{count:,}")
        waits = self.tr("{0} waiting").format(f"{waiting:,}") if waiting else ""
        self._waiting.setText(f"{waiting:,}")
        if waiting and self._clock.isHidden():
            self._tint_clock()
        for part in (self._clock, self._waiting):
            part.setVisible(bool(waiting))
            part.setToolTip(waits)
        return ", ".join(part for part in (self.title, f"{count:,}", waits) if part)

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and not self._clock.isHidden():
            self._tint_clock()

    def _tint_clock(self) -> None:
        self._clock.setPixmap(tinted_pixmap("clock", waiting_text(self.palette()), GLYPH))


def _small(parent: QWidget, tone: Tone) -> QLabel:
    label = PlainLabel(tone=tone, parent=parent)
    label.setWordWrap(False)
    return label


class _Strip(QAbstractButton):
    """A folded column. A click, the space bar, or cards dropped on it open it."""

    #: QMimeData: the data dropped here.
    dropped = Signal(object)

    def __init__(self, status: str, takes: Callable[[QMimeData], bool], parent: QWidget) -> None:
        super().__init__(parent)
        self._status = status
        self._takes = takes
        self._count = 0
        self._is_target = False
        self.setFixedWidth(STRIP_WIDTH)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.setAcceptDrops(True)

    def show_numbers(self, count: int, words: str) -> None:
        """Show how many projects the column has.

        Args:
            count: The number of projects.
            words: The same in words, with the name of the column.
        """
        self._count = count
        self.setAccessibleName(self.tr("Open {0}").format(words))
        self.setToolTip(self.accessibleName())
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(STRIP_WIDTH, STRIP_WIDTH)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette = QPalette()
        ground = panel_background(palette)
        painter.fillRect(self.rect(), ground)
        colour = readable_on(status_colour(self._status, palette), ground)
        paint_glyph(painter, QRectF((self.width() - GLYPH) / 2, _TOP, GLYPH, GLYPH), self._status, colour)
        painter.save()
        painter.translate(self.width() / 2, _TOP + GLYPH + _GAP)
        painter.rotate(90)  # the text runs downwards
        font = self.font()
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(palette.color(QPalette.ColorRole.Text))
        height = self.fontMetrics().height()
        across = painter.fontMetrics().horizontalAdvance(self._status)
        line = QRectF(0, -height / 2, self.height(), height)
        painter.drawText(line, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), self._status)
        painter.setFont(self.font())
        painter.setPen(muted_text(palette))
        rest = line.adjusted(across + _GAP, 0, 0, 0)
        painter.drawText(rest, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), f"{self._count:,}")
        painter.restore()
        if self.hasFocus() or self._is_target or self.underMouse():
            style = Qt.PenStyle.DashLine if self._is_target else Qt.PenStyle.SolidLine
            painter.setPen(QPen(palette.color(QPalette.ColorRole.Highlight), 2, style))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(2, 2, -2, -2), _RADIUS, _RADIUS)
        painter.end()

    @override
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        self.dragMoveEvent(event)

    @override
    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        self._show_target(is_target=self._takes(event.mimeData()))
        if self._is_target:
            event.setDropAction(Qt.DropAction.MoveAction)
            event.accept()
        else:
            event.ignore()

    @override
    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._show_target(is_target=False)

    @override
    def dropEvent(self, event: QDropEvent) -> None:
        self._show_target(is_target=False)
        if self._takes(event.mimeData()):
            event.setDropAction(Qt.DropAction.MoveAction)
            event.accept()
            self.dropped.emit(event.mimeData())

    def _show_target(self, *, is_target: bool) -> None:
        if is_target != self._is_target:
            self._is_target = is_target
            self.update()


class BoardColumn(QWidget):
    """The column of one status.

    Args:
        status: The status; empty for the column of all unknown statuses.
        cards: The cards.
        takes: Returns whether dragged data may be dropped on the column.
        can_fold: Whether the column can be folded to a strip.
        parent: Owner.
    """

    #: bool: whether it is now folded.
    folded = Signal(bool)
    #: QMimeData: the data dropped on the strip.
    dropped = Signal(object)

    def __init__(
        self, status: str, cards: CardList, takes: Callable[[QMimeData], bool], *, can_fold: bool, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.status = status
        self.header = ColumnHeader(status, self)
        self.cards = cards
        self._least_width = 0
        self._strip: _Strip | None = None
        cards.setParent(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 4)
        layout.setSpacing(0)
        layout.addWidget(self.header)
        layout.addWidget(cards, 1)
        if can_fold:
            self._strip = _Strip(status, takes, self)
            self._strip.clicked.connect(self.open)
            self._strip.dropped.connect(self._on_dropped)
            self._strip.hide()
            layout.addWidget(self._strip, 1)
            fold = IconButton("chevrons-right-left", parent=self.header)
            fold.setFlat(True)
            fold.setFixedSize(fold.iconSize() + QSize(8, 8))
            fold.setAccessibleName(self.tr("Fold {0}").format(status))
            fold.setToolTip(fold.accessibleName())
            fold.clicked.connect(self.fold)
            self.header.row.addWidget(fold)
        self.setAutoFillBackground(True)
        self._colour()

    @property
    def is_folded(self) -> bool:
        """Whether the strip is shown in place of the cards."""
        return self._strip is not None and not self._strip.isHidden()

    @Slot()
    def fold(self) -> None:
        """Show the strip in place of the cards."""
        self._show_folded(is_folded=True)

    @Slot()
    def open(self) -> None:
        """Show the cards."""
        self._show_folded(is_folded=False)

    def _show_folded(self, *, is_folded: bool) -> None:
        if self._strip is None or is_folded == self.is_folded:
            return
        focused = QApplication.focusWidget()
        had_focus = focused is not None and self.isAncestorOf(focused)
        self.header.setVisible(not is_folded)
        self.cards.setVisible(not is_folded)
        self._strip.setVisible(is_folded)
        self.set_least_width(self._least_width)
        if had_focus:
            (self._strip if is_folded else self.cards).setFocus(Qt.FocusReason.OtherFocusReason)
        self.folded.emit(is_folded)

    def set_least_width(self, width: int) -> None:
        """Set the minimum width of the open column, in pixels; its heading is never cut."""
        self._least_width = width
        least = max(width, self.header.minimumSizeHint().width())
        self.setMinimumWidth(STRIP_WIDTH if self.is_folded else least)
        self.setMaximumWidth(STRIP_WIDTH if self.is_folded else _ANY_WIDTH)

    def show_numbers(self, count: int, waiting: int) -> None:
        """Show how many projects the column has, and how many of them have unsent changes."""
        name = self.header.show_numbers(count, waiting)
        self.set_least_width(self._least_width)
        if name != self.cards.accessibleName():
            self.cards.setAccessibleName(name)
        if self._strip is not None:
            self._strip.show_numbers(count, name)

    @Slot(object)
    def _on_dropped(self, data: QMimeData) -> None:
        self.open()
        self.dropped.emit(data)

    def _colour(self) -> None:
        palette = QPalette()
        ground = panel_background(palette)
        if self.palette().color(QPalette.ColorRole.Window) != ground:
            palette.setColor(QPalette.ColorRole.Window, ground)
            self.setPalette(palette)

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._colour()
