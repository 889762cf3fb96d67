"""The print preview: the choice of rows and columns, and every page as it will be printed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QRectF, QSize, QSizeF, Qt, Signal, Slot
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import (
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QRadioButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from heatpunk_desktop.gui.printing.paper import Paper
from heatpunk_desktop.gui.printing.printing import SAMPLE
from heatpunk_desktop.gui.widgets.dialog import Dialog
from heatpunk_desktop.gui.widgets.labels import PlainLabel, Tone
from heatpunk_desktop.system.compat import override

if TYPE_CHECKING:
    from collections.abc import Sequence

    from heatpunk_desktop.gui.printing.paper import Texts
    from heatpunk_desktop.gui.printing.printing import MakePrintable, Printable

_SIZE: Final = QSize(960, 620)
_SIDE: Final = 220
_PAGE_LEAST: Final = QSize(280, 200)
#: Margin around the page, in pixels.
_EDGE: Final = 12


class PagePicture(QWidget):
    """One page of a list, painted as large as there is room.

    Args:
        page: The printable part of the page, in layout units.
        sheet: The whole page, in the same units.
        parent: Owner.
    """

    def __init__(self, page: QSizeF, sheet: QSizeF, parent: QWidget) -> None:
        super().__init__(parent)
        self._page, self._sheet = page, sheet
        self._paper: Paper | None = None
        self._number = 1
        self._rows: Sequence[Texts] = ()
        self.setMinimumSize(_PAGE_LEAST)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("Page"))

    def show_page(self, paper: Paper, number: int, rows: Sequence[Texts]) -> None:
        """Show a page.

        Args:
            paper: The layout.
            number: The page number, from 1.
            rows: The rows of this page.
        """
        self._paper, self._number, self._rows = paper, number, rows
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        if self._paper is None:
            return
        room = QSizeF(self.size()).shrunkBy(self.contentsMargins()) - QSizeF(2 * _EDGE, 2 * _EDGE)
        scale = min(room.width() / self._sheet.width(), room.height() / self._sheet.height())
        sheet = QRectF(0, 0, self._sheet.width() * scale, self._sheet.height() * scale)
        sheet.moveCenter(QRectF(self.rect()).center())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(self.palette().color(QPalette.ColorRole.Mid))
        painter.setBrush(QColor("white"))
        painter.drawRect(sheet)
        margin = (self._sheet - self._page) * scale / 2
        painter.translate(sheet.x() + margin.width(), sheet.y() + margin.height())
        self._paper.paint(painter, self._number, self._rows, scale)


class PrintPreview(Dialog):
    """A dialog that shows the pages and takes the choice of rows and columns.

    Args:
        make: Returns the list as it is now.
        page: The printable part of the page, in layout units.
        sheet: The whole page, in the same units.
        columns: The headings of all columns, with whether the table shows each.
        counts: How many projects are shown, and how many are selected.
        parent: The window.
    """

    #: The user wants to print.
    print_requested = Signal()

    def __init__(
        self,
        make: MakePrintable,
        page: QSizeF,
        sheet: QSizeF,
        columns: Sequence[tuple[int, str, bool]],
        counts: tuple[int, int],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Print"))
        self._make = make
        self._page = page
        self._number = 1
        self._picture = PagePicture(page, sheet, self)
        side = QWidget(self)
        side.setFixedWidth(_SIDE)
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        shown, selected = counts
        self._all = QRadioButton(self.tr("All shown ({0})").format(f"{shown:,}"), side)
        self._selected = QRadioButton(self.tr("Selected ({0})").format(f"{selected:,}"), side)
        self._selected.setEnabled(selected > 0)
        (self._selected if selected > 1 else self._all).setChecked(True)
        self._all.toggled.connect(self._on_chosen)
        label = QLabel(self.tr("Columns"), side)
        self._columns = self._make_columns(columns, side)
        label.setBuddy(self._columns)
        self._hint = PlainLabel(tone=Tone.ERROR, parent=side)
        for widget in (self._all, self._selected, label, self._columns, self._hint):
            column.addWidget(widget)
        middle = QHBoxLayout()
        middle.addWidget(self._picture, 1)
        middle.addWidget(side)
        layout = QVBoxLayout(self)
        layout.addLayout(middle, 1)
        layout.addLayout(self._make_foot())
        self.resize(_SIZE)
        self._on_chosen()

    def printable(self) -> Printable:
        """Return the list as it is now, with the chosen rows and columns."""
        return self._make(selected_only=self._selected.isChecked(), columns=self._chosen_columns())

    def _make_columns(self, columns: Sequence[tuple[int, str, bool]], parent: QWidget) -> QListWidget:
        choice = QListWidget(parent)
        choice.setAccessibleName(self.tr("Columns"))
        for column, heading, is_shown in columns:
            item = QListWidgetItem(heading, choice)
            item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Checked if is_shown else Qt.CheckState.Unchecked)
            item.setData(Qt.ItemDataRole.UserRole, column)
        choice.itemChanged.connect(self._on_chosen)
        return choice

    def _make_foot(self) -> QHBoxLayout:
        self._back = QPushButton(self.tr("Previous page"), self)
        self._on = QPushButton(self.tr("Next page"), self)
        self._where = PlainLabel(parent=self)
        self._where.setWordWrap(False)
        self._back.clicked.connect(self._on_back_clicked)
        self._on.clicked.connect(self._on_next_clicked)
        buttons = QDialogButtonBox(self)
        self._print = buttons.addButton(self.tr("Print…"), QDialogButtonBox.ButtonRole.AcceptRole)
        self._print.setDefault(True)
        buttons.addButton(self.tr("Close"), QDialogButtonBox.ButtonRole.RejectRole)
        buttons.accepted.connect(self.print_requested)
        buttons.rejected.connect(self.reject)
        row = QHBoxLayout()
        for widget in (self._back, self._on, self._where):
            row.addWidget(widget)
        row.addStretch(1)
        row.addWidget(buttons)
        return row

    def _chosen_columns(self) -> list[int]:
        items = [self._columns.item(row) for row in range(self._columns.count())]
        return [item.data(Qt.ItemDataRole.UserRole) for item in items if item.checkState() is Qt.CheckState.Checked]

    @Slot()
    def _on_chosen(self) -> None:
        has_columns = bool(self._chosen_columns())
        self._hint.say("" if has_columns else self.tr("Choose at least one column."), Tone.ERROR)
        self._print.setEnabled(has_columns)
        if has_columns:
            self._list = self.printable()
            texts = [*map(self._list.texts_of, range(min(SAMPLE, self._list.total)))]
            self._paper = Paper(self._page, self._list.head, texts)
            self._show(1)

    def _show(self, number: int) -> None:
        pages = self._paper.pages
        self._number = min(max(1, number), pages)
        self._picture.show_page(self._paper, self._number, self._list.rows_of(self._paper, self._number))
        self._where.setText(self.tr("Page {0} of {1}").format(f"{self._number:,}", f"{pages:,}"))
        self._back.setEnabled(self._number > 1)
        self._on.setEnabled(self._number < pages)

    @Slot()
    def _on_back_clicked(self) -> None:
        self._show(self._number - 1)

    @Slot()
    def _on_next_clicked(self) -> None:
        self._show(self._number + 1)
