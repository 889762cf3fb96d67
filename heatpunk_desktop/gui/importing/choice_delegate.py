"""A delegate for table cells whose value is chosen from a list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, QTimer, Slot
from PySide6.QtWidgets import QComboBox, QStyle, QStyledItemDelegate, QStyleOption, QStyleOptionViewItem

from heatpunk_desktop.system.compat import override

if TYPE_CHECKING:
    from PySide6.QtCore import QAbstractItemModel
    from PySide6.QtGui import QPainter
    from PySide6.QtWidgets import QWidget

_Index = QModelIndex | QPersistentModelIndex

#: list[str]: what can be chosen in a cell. Qt.EditRole holds the place of the one that is, or its text.
CHOICES_ROLE: Final = int(Qt.ItemDataRole.UserRole) + 1
#: bool: whether something else may be typed, too. The text that was typed is set then.
TYPING_ROLE: Final = CHOICES_ROLE + 1

_ARROW: Final = 9
_ROOM: Final = 8


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
