"""The page of an import on which unknown values get a replacement."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, Slot
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QHeaderView, QPushButton, QVBoxLayout, QWidget

from heatpunk_desktop.gui.importing.choice_delegate import ChoiceDelegate
from heatpunk_desktop.gui.importing.tables import make_table, set_widths
from heatpunk_desktop.gui.importing.values_model import BECOMES, VALUE, ValuesModel
from heatpunk_desktop.gui.widgets.labels import PlainLabel, Tone

if TYPE_CHECKING:
    from collections.abc import Sequence

    from heatpunk_desktop.spreadsheets.values import FoundValue

_Edit = QAbstractItemView.EditTrigger


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
