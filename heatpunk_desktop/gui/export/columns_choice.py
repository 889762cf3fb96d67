"""The choice of an export's columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QListWidgetItem, QPushButton, QVBoxLayout, QWidget

from heatpunk_desktop.domain.headings import HEADINGS
from heatpunk_desktop.export.columns import ALL_CHOICES
from heatpunk_desktop.gui.text.translation import translated
from heatpunk_desktop.gui.widgets.labels import PlainLabel, Tone

if TYPE_CHECKING:
    from collections.abc import Sequence

    from heatpunk_desktop.export.columns import Choice

_LIST_HEIGHT: Final = 190


class ColumnsChoice(QWidget):
    """A checkable list of all columns.

    Args:
        of_table: The columns that the table shows, in its order.
        parent: Owner.
    """

    #: Other columns are ticked.
    changed = Signal()

    def __init__(self, of_table: tuple[Choice, ...], parent: QWidget) -> None:
        super().__init__(parent)
        self._of_table = of_table
        self._are_own = False
        self._list = QListWidget(self)
        self._list.setAccessibleName(self.tr("Columns"))
        self._list.setMinimumHeight(_LIST_HEIGHT)
        self._list.setSpacing(2)
        #: What each row of the list stands for.
        self._choices: tuple[Choice, ...] = (*of_table, *(choice for choice in ALL_CHOICES if choice not in of_table))
        for choice in self._choices:
            item = QListWidgetItem(translated(HEADINGS[choice]), self._list)
            item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Unchecked)
        self._list.setCurrentRow(0)
        self._list.itemChanged.connect(self._on_ticked)
        every = QPushButton(self.tr("&All columns"), self)
        every.clicked.connect(self._on_all_clicked)
        none = QPushButton(self.tr("&No columns"), self)
        none.clicked.connect(self._on_none_clicked)
        table = QPushButton(self.tr("As in the ta&ble"), self)
        table.clicked.connect(self._on_table_clicked)
        self._said = PlainLabel(tone=Tone.MUTED, parent=self)
        side = QVBoxLayout()
        for widget in (every, none, table, self._said):
            side.addWidget(widget)
        side.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._list, 1)
        row.addLayout(side)

    def chosen(self) -> list[Choice]:
        """Return the ticked columns, in the list's order."""
        checked = Qt.CheckState.Checked
        return [choice for row, choice in enumerate(self._choices) if self._list.item(row).checkState() is checked]

    def propose(self, *, is_paper: bool) -> None:
        """Tick what suits a kind of file, until the user chooses columns.

        Args:
            is_paper: Whether only so many columns fit on it.
        """
        if not self._are_own:
            self._tick(self._of_table if is_paper else ALL_CHOICES)

    def _tick(self, choices: Sequence[Choice]) -> None:
        blocked = self._list.blockSignals(True)
        for row, choice in enumerate(self._choices):
            state = Qt.CheckState.Checked if choice in choices else Qt.CheckState.Unchecked
            self._list.item(row).setCheckState(state)
        self._list.blockSignals(blocked)
        self._tell()

    def _tell(self) -> None:
        count = len(self.chosen())
        words = self.tr("{0} chosen").format(count) if count else self.tr("Choose one column at least.")
        self._said.setText(words)
        self.changed.emit()

    @Slot()
    def _on_ticked(self) -> None:
        self._are_own = True
        self._tell()

    @Slot()
    def _on_all_clicked(self) -> None:
        self._are_own = True
        self._tick(ALL_CHOICES)

    @Slot()
    def _on_none_clicked(self) -> None:
        self._are_own = True
        self._tick(())

    @Slot()
    def _on_table_clicked(self) -> None:
        self._are_own = True
        self._tick(self._of_table)
