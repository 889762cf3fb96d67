"""The page of an import on which unknown values get a replacement, and its model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Slot
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QHeaderView, QPushButton, QVBoxLayout, QWidget

from heatpunk_desktop.domain.display import one_line
from heatpunk_desktop.domain.emails import is_email
from heatpunk_desktop.gui.importing.tables import CHOICES_ROLE, TYPING_ROLE, ChoiceDelegate, make_table, set_widths
from heatpunk_desktop.gui.widgets.labels import PlainLabel, Tone
from heatpunk_desktop.spreadsheets.sheet import column_letter
from heatpunk_desktop.spreadsheets.targets import Part
from heatpunk_desktop.spreadsheets.values import EMPTY, FoundValue, choices_for
from heatpunk_desktop.system.compat import override

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtCore import QObject

_Index = QModelIndex | QPersistentModelIndex
_Role = Qt.ItemDataRole
_NO_PARENT: Final = QModelIndex()
COLUMN, VALUE, ROWS, BECOMES = range(4)
_LONGEST: Final = 120
_Edit = QAbstractItemView.EditTrigger


class ValuesModel(QAbstractTableModel):
    """One row a value."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._values: list[FoundValue] = []
        self._team: tuple[str, ...] = ()

    @property
    def values(self) -> tuple[FoundValue, ...]:
        """The values with their current replacements."""
        return tuple(self._values)

    def show_values(self, values: Sequence[FoundValue], team: Sequence[str]) -> None:
        """Show other values, and keep earlier choices for the same ones.

        Args:
            values: The values.
            team: The addresses of the team that are known here, the user's own first.
        """
        chosen = {_same(value): value for value in self._values}
        self.beginResetModel()
        self._team = tuple(team)
        self._values = [
            value._replace(becomes=chosen[_same(value)].becomes) if _same(value) in chosen else value
            for value in values
        ]
        self.endResetModel()

    def forget(self) -> None:
        """Clear the values, and forget what was chosen."""
        self.beginResetModel()
        self._values = []
        self.endResetModel()

    def empty_column(self, row: int) -> None:
        """Replace all values of a row's column by nothing."""
        if 0 <= row < len(self._values):
            column = self._values[row].column
            for place, value in enumerate(self._values):
                if value.column == column:
                    self._values[place] = value._replace(becomes=EMPTY)
            self.dataChanged.emit(self.index(0, BECOMES), self.index(len(self._values) - 1, BECOMES))

    @override
    def rowCount(self, parent: _Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self._values)

    @override
    def columnCount(self, parent: _Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else 4

    @override
    def flags(self, index: _Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        return flags | Qt.ItemFlag.ItemIsEditable if index.column() == BECOMES else flags

    @override
    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _Role.DisplayRole) -> Any:
        if role != _Role.DisplayRole or orientation != Qt.Orientation.Horizontal:
            return None
        return (self.tr("Column"), self.tr("Value"), self.tr("Rows"), self.tr("Becomes"))[section]

    @override
    def data(self, index: _Index, role: int = _Role.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self._values):
            return None
        value, column = self._values[index.row()], index.column()
        match role:
            case _Role.DisplayRole | _Role.ToolTipRole:
                return self._text(value, column)
            case _Role.TextAlignmentRole if column == ROWS:
                return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            case _Role.EditRole if column == BECOMES:
                return self._words(value, value.becomes)
            case _ if role == CHOICES_ROLE and column == BECOMES:
                return [self._words(value, choice) for choice in choices_for(value, self._team)]
            case _ if role == TYPING_ROLE and column == BECOMES:
                return value.target is Part.OWNER
        return None

    def _text(self, value: FoundValue, column: int) -> str:
        match column:
            case 0:
                return one_line(value.heading, _LONGEST) or self.tr("Column {0}").format(column_letter(value.column))
            case 1:
                return one_line(value.text, _LONGEST)
            case 2:
                return f"{value.rows:,}"
        return self._words(value, value.becomes)

    def _words(self, value: FoundValue, becomes: str) -> str:
        """Return a replacement as it is offered."""
        if becomes != EMPTY:
            return one_line(becomes)
        return self.tr("Me") if value.target is Part.OWNER else self.tr("Leave empty")

    @override
    def setData(self, index: _Index, value: Any, role: int = _Role.EditRole) -> bool:
        if role != _Role.EditRole or index.column() != BECOMES or not 0 <= index.row() < len(self._values):
            return False
        found = self._values[index.row()]
        words = {self._words(found, choice): choice for choice in choices_for(found, self._team)}
        text = str(value).strip()
        becomes = words.get(text)
        if becomes is None and found.target is Part.OWNER and is_email(text):
            becomes = text
        if becomes is None:
            return False
        self._values[index.row()] = found._replace(becomes=becomes)
        self.dataChanged.emit(index, index)
        return True


def _same(value: FoundValue) -> tuple[str, str, str]:
    """Return the key of values for which the user chooses once."""
    return str(value.target), value.heading, value.key


class ValuesPage(QWidget):
    """A table of each unknown value with its replacement."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = ValuesModel(self)
        words = self.tr(
            "Heatpunk doesn’t know these values. Choose what each becomes; the next import remembers it. "
            "Every row is imported whatever you choose."
        )
        self._table = make_table(self.tr("Values"), self._model, self)
        self._table.setItemDelegateForColumn(BECOMES, ChoiceDelegate(self._table))
        self._table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self._table.setEditTriggers(_Edit.DoubleClicked | _Edit.EditKeyPressed | _Edit.AnyKeyPressed)
        self._table.clicked.connect(self._on_clicked)
        self._table.horizontalHeader().setSectionResizeMode(VALUE, QHeaderView.ResizeMode.Stretch)
        self._empty = QPushButton(self.tr("&Leave the whole column empty"), self)
        self._empty.setAccessibleName(self.tr("Leave the whole column empty"))
        self._empty.clicked.connect(self._on_empty_clicked)
        tools = QHBoxLayout()
        tools.addWidget(self._empty)
        tools.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(PlainLabel(words, Tone.MUTED, self))
        column.addWidget(self._table, 1)
        column.addLayout(tools)

    @property
    def values(self) -> tuple[FoundValue, ...]:
        """The values with their current replacements."""
        return self._model.values

    def show_values(self, values: Sequence[FoundValue], team: Sequence[str]) -> None:
        """Show other values, and keep earlier choices for the same ones."""
        self._model.show_values(values, team)
        set_widths(self._table, 16, 20, 6, 18)
        self._table.setCurrentIndex(self._model.index(0, BECOMES))

    def forget(self) -> None:
        """Clear the values, and forget what was chosen."""
        self._model.forget()

    def take_focus(self) -> None:
        """Focus the first choice."""
        self._table.setFocus()

    @Slot(QModelIndex)
    def _on_clicked(self, index: QModelIndex) -> None:
        if index.column() == BECOMES:
            self._table.edit(index)

    @Slot()
    def _on_empty_clicked(self) -> None:
        self._model.empty_column(self._table.currentIndex().row())
