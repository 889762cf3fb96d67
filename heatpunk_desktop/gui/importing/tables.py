"""What the import's tables share: look, keys, corrections of cells, and cells chosen from a list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, QTimer, Slot
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOption,
    QStyleOptionViewItem,
    QTableView,
)

from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.spreadsheets.targets import Part
from heatpunk_desktop.system.compat import override

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtCore import QAbstractItemModel
    from PySide6.QtGui import QKeyEvent, QPainter
    from PySide6.QtWidgets import QWidget

    from heatpunk_desktop.spreadsheets.columns import ColumnPlan
    from heatpunk_desktop.spreadsheets.row_plan import RowPlan

_ROOM: Final = 8
_ADDRESS: Final = (Field.ADDRESS, Part.FULL_ADDRESS, Part.ADDRESS_LINE)
_NAMES: Final = (Part.FIRST_NAME, Part.SURNAME)
_POSITION: Final = (Field.LATITUDE, Field.LONGITUDE)
_Index = QModelIndex | QPersistentModelIndex
#: list[str]: what can be chosen in a cell. Qt.EditRole holds the place of the one that is, or its text.
CHOICES_ROLE: Final = int(Qt.ItemDataRole.UserRole) + 1
#: bool: whether something else may be typed, too. The text that was typed is set then.
TYPING_ROLE: Final = CHOICES_ROLE + 1
_ARROW: Final = 9


class GridTable(QTableView):
    """A table in which Enter edits the current cell, and nothing else."""

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            is_free = self.state() != QAbstractItemView.State.EditingState
            if is_free and self.currentIndex().flags() & Qt.ItemFlag.ItemIsEditable:
                self.edit(self.currentIndex())
            event.accept()
            return
        super().keyPressEvent(event)


def make_table(name: str, model: QAbstractItemModel, parent: QWidget) -> QTableView:
    """Return a table without cell frames, whose rows are all of one height, however many they are.

    Args:
        name: Its accessible name.
        model: What it shows.
        parent: Owner.
    """
    table = GridTable(parent)
    table.setAccessibleName(name)
    table.setModel(model)
    table.setWordWrap(False)
    table.setCornerButtonEnabled(False)
    table.setTabKeyNavigation(False)
    table.setAlternatingRowColors(False)
    table.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    table.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    rows = table.verticalHeader()
    rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    rows.setDefaultSectionSize(QFontMetrics(table.font()).height() + 2 * _ROOM)
    rows.hide()
    columns = table.horizontalHeader()
    columns.setHighlightSections(False)
    columns.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    return table


def set_widths(table: QTableView, *ems: float) -> None:
    """Set the widths of the first columns, in widths of an `m`; the last width goes for all others.

    None is narrower than its heading.
    """
    em = QFontMetrics(table.font()).horizontalAdvance("m")
    headings = table.horizontalHeader()
    columns = range(table.model().columnCount())
    stretched = [column for column in columns if headings.sectionResizeMode(column) is QHeaderView.ResizeMode.Stretch]
    # A column that takes the room which is left may find none.
    headings.setMinimumSectionSize(max(map(headings.sectionSizeHint, stretched), default=-1))
    for column in columns:
        width = round(ems[min(column, len(ems) - 1)] * em)
        table.setColumnWidth(column, max(width, headings.sectionSizeHint(column)))


def places_of(columns: ColumnPlan, field: Field) -> tuple[int, ...]:
    """Return the columns that a field comes from, the decisive one first.

    Args:
        columns: What each column is read as.
        field: The field.

    Returns:
        Their places; none where no column gives the field.
    """
    if field is Field.CUSTOMER_NAME:
        names = _first(columns, *_NAMES)
        return (*(names or columns.places(field)), *columns.places(Part.NAME_TITLE))
    if field is Field.ADDRESS:
        return tuple(sorted(_all(columns, *_ADDRESS)))
    if field is Field.POSTCODE:
        return columns.places(field) or columns.places(Part.FULL_ADDRESS)
    if field in _POSITION:
        return columns.places(Part.POSITION) or columns.places(field)
    return columns.places(field)


def fields_of(columns: ColumnPlan) -> list[Field]:
    """Return the fields that any column gives, in the form's order."""
    return [field for field in Field if places_of(columns, field)]


def cells_for(columns: ColumnPlan, field: Field, text: str) -> Mapping[int, str]:
    """Return what to put into which cells of a row, so that a field is read from a text alone."""
    return {place: text if which == 0 else "" for which, place in enumerate(places_of(columns, field))}


def _all(columns: ColumnPlan, *targets: Field | Part) -> tuple[int, ...]:
    return tuple(place for target in targets for place in columns.places(target))


def _first(columns: ColumnPlan, *targets: Field | Part) -> tuple[int, ...]:
    return _all(columns, *targets)


#: Cells that are corrected with one press: each row is compared again, which takes a long file some seconds.
MOST_ALIKE: Final = 1000


class Correction(NamedTuple):
    """A text that the user typed into a wrong cell.

    Attributes:
        number: Number of the row in the file.
        place: The column of the file.
        before: What stood there.
        after: What stands there now; may be empty.
    """

    number: int
    place: int
    before: str
    after: str


def is_wrong(plan: RowPlan, place: int) -> bool:
    """Return whether a cell of a row has an error or a warning that is not ignored."""
    return any(problem.column == place and not problem.is_ignored for problem in plan.problems)


class ChoiceDelegate(QStyledItemDelegate):
    """A delegate that paints an arrow on choice cells, and opens the list at once when one is edited."""

    @override
    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: _Index) -> QWidget:
        box = QComboBox(parent)
        box.setAccessibleName(str(index.model().headerData(index.column(), Qt.Orientation.Horizontal)))
        box.addItems(index.data(CHOICES_ROLE) or [])
        if index.data(TYPING_ROLE):
            box.setEditable(True)
            box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        box.activated.connect(self._on_activated)
        QTimer.singleShot(0, box, box.showPopup)
        return box

    @Slot()
    def _on_activated(self) -> None:
        box = self.sender()
        self.commitData.emit(box)
        self.closeEditor.emit(box)

    @override
    def setEditorData(self, editor: QWidget, index: _Index) -> None:
        if isinstance(editor, QComboBox):
            value = index.data(Qt.ItemDataRole.EditRole)
            editor.setCurrentIndex(value if isinstance(value, int) else editor.findText(str(value or "")))

    @override
    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: _Index) -> None:
        if not isinstance(editor, QComboBox):
            return
        if editor.isEditable() and editor.findText(editor.currentText()) < 0:
            model.setData(index, editor.currentText(), Qt.ItemDataRole.EditRole)
        elif (place := editor.findText(editor.currentText())) >= 0:
            is_place = isinstance(index.data(Qt.ItemDataRole.EditRole), int)
            model.setData(index, place if is_place else editor.itemText(place), Qt.ItemDataRole.EditRole)

    @override
    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: _Index) -> None:
        rect: QRect = _any(option).rect
        editor.setGeometry(rect.adjusted(0, 0, max(0, editor.sizeHint().width() - rect.width()), 0))

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        if not index.flags() & Qt.ItemFlag.ItemIsEditable:
            super().paint(painter, option, index)
            return
        text = QStyleOptionViewItem(option)
        whole: QRect = _any(option).rect
        arrow = QRect(whole.right() - _ARROW - _ROOM, whole.center().y() - _ARROW // 2, _ARROW, _ARROW)
        super().paint(painter, text, index)
        widget = _any(option).widget
        down = QStyleOption()
        down.initFrom(widget)
        down.rect = arrow
        widget.style().drawPrimitive(QStyle.PrimitiveElement.PE_IndicatorArrowDown, down, painter, widget)

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return super().sizeHint(option, index) + QSize(_ARROW + 2 * _ROOM, 0)


def _any(option: QStyleOptionViewItem) -> Any:  # noqa: ANN401 - the stubs leave out what a style option holds
    return option
