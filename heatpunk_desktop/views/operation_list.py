"""A page of the panel `Changes`: operations, each with its project, what was done, when, and how it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionFocusRect,
    QStyleOptionViewItem,
    QWidget,
)

from heatpunk_desktop.domain.dates import display_moment
from heatpunk_desktop.domain.fields import FIELD_LABELS
from heatpunk_desktop.domain.operation import Operation, OperationKind, OperationState
from heatpunk_desktop.overriding import override
from heatpunk_desktop.views.theme import hairline, muted_text, selection_background

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

_TITLE_ROLE: Final = Qt.ItemDataRole.UserRole
_WORDS_ROLE: Final = Qt.ItemDataRole.UserRole + 1
_NUMBER_ROLE: Final = Qt.ItemDataRole.UserRole + 2
_PADDING: Final = 8
_WRAPPED: Final = Qt.TextFlag.TextWordWrap | Qt.TextFlag.TextWrapAnywhere


def _bold(font: QFont) -> QFont:
    bold = QFont(font)
    bold.setBold(True)
    return bold


class _Delegate(QStyledItemDelegate):
    """A bold line and words below it, wrapped; plain text."""

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        width = option.widget.viewport().width() if isinstance(option.widget, QListView) else option.rect.width()
        title, words = self._rects(option.font, QRect(0, 0, width, 0), index)
        return QSize(width, title.height() + words.height() + 2 * _PADDING + 2)

    @override
    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        palette = option.palette
        title, words = self._rects(option.font, option.rect, index)
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, selection_background(palette))
        painter.setPen(palette.color(QPalette.ColorRole.Text))
        painter.setFont(_bold(option.font))
        painter.drawText(title, _WRAPPED, index.data(_TITLE_ROLE))
        painter.setPen(muted_text(palette))
        painter.setFont(option.font)
        painter.drawText(words, _WRAPPED, index.data(_WORDS_ROLE))
        painter.setPen(hairline(palette))
        painter.drawLine(option.rect.bottomLeft(), option.rect.bottomRight())
        painter.restore()
        if option.state & QStyle.StateFlag.State_HasFocus and isinstance(option.widget, QWidget):
            focus = QStyleOptionFocusRect()
            focus.initFrom(option.widget)
            focus.rect = option.rect
            option.widget.style().drawPrimitive(
                QStyle.PrimitiveElement.PE_FrameFocusRect, focus, painter, option.widget
            )

    @staticmethod
    def _rects(font: QFont, rect: QRect, index: QModelIndex | QPersistentModelIndex) -> tuple[QRect, QRect]:
        """Where the title and the words stand in a row."""
        area = QRect(rect.left() + _PADDING, rect.top() + _PADDING, rect.width() - 2 * _PADDING, 10_000)
        title = QFontMetrics(_bold(font)).boundingRect(area, _WRAPPED, index.data(_TITLE_ROLE))
        below = area.translated(0, title.height() + 2)
        return title, QFontMetrics(font).boundingRect(below, _WRAPPED, index.data(_WORDS_ROLE))


class OperationList(QListWidget):
    """One entry an operation; one of them is chosen wherever there are any."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._operations: tuple[Operation, ...] = ()
        self.setAccessibleName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setItemDelegate(_Delegate(self))
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    @property
    def chosen(self) -> Operation | None:
        """The chosen operation."""
        row = self.currentRow()
        return self._operations[row] if 0 <= row < len(self._operations) else None

    def show_operations(self, operations: Sequence[Operation], today: date) -> None:
        """Shows operations; the chosen one stays chosen while it is among them."""
        if tuple(operations) == self._operations:
            return
        chosen = self.chosen
        row = max(self.currentRow(), 0)
        blocked = self.blockSignals(True)
        self.clear()
        self._operations = tuple(operations)
        for operation in operations:
            title, words = self._texts(operation, today)
            item = QListWidgetItem(self)
            item.setData(_TITLE_ROLE, title)
            item.setData(_WORDS_ROLE, words)
            item.setData(_NUMBER_ROLE, operation.operation_id)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{title}. {words}".replace("\n", " "))
        numbers = [operation.operation_id for operation in operations]
        if chosen is not None and chosen.operation_id in numbers:
            row = numbers.index(chosen.operation_id)
        self.setCurrentRow(min(row, len(numbers) - 1))
        self.blockSignals(blocked)
        self.currentRowChanged.emit(self.currentRow())

    def _texts(self, operation: Operation, today: date) -> tuple[str, str]:
        name = " ".join(operation.project_name.split()) or self._unnamed(operation)
        when = display_moment(operation.settled_at or operation.created_at, today)
        lines = [f"{when} · {self._state_words(operation)}"]
        if operation.server_words:
            lines.append(self.tr("The server said: {0}").format(operation.server_words))
        return f"{name} · {self._deed(operation)}", "\n".join(lines)

    def _unnamed(self, operation: Operation) -> str:
        if operation.project_id is None:
            return self.tr("A project without a name")
        return self.tr("Project {0}").format(operation.project_id)

    def _deed(self, operation: Operation) -> str:
        if operation.kind is OperationKind.CREATE:
            return self.tr("new project")
        if operation.kind is OperationKind.SOFT_DELETE:
            return self.tr("move to deleted")
        fields = ", ".join(FIELD_LABELS[field] for field in operation.changes)
        return self.tr("change of {0}").format(fields)

    def _state_words(self, operation: Operation) -> str:
        if operation.blocked:
            return self.tr("Waits for the change before it, which needs you.")
        if operation.words:
            return operation.words
        return {
            OperationState.QUEUED: self.tr("Waiting to be sent."),
            OperationState.SENDING: self.tr("Being sent now."),
            OperationState.UNKNOWN: self.tr("Possibly done: no clear answer came back."),
            OperationState.NEEDS_YOU: self.tr("The server did not take it."),
            OperationState.CONFIRMED: self.tr("Done."),
            OperationState.DISCARDED: self.tr("Discarded by you; it was kept here and not sent."),
        }[operation.state]
