"""The choice of an export's columns and their order."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QListWidgetItem, QPushButton, QVBoxLayout, QWidget

from heatpunk_desktop.domain.headings import HEADINGS
from heatpunk_desktop.export.columns import ALL_CHOICES
from heatpunk_desktop.gui.text.translation import translated
from heatpunk_desktop.gui.widgets.labels import PlainLabel, Tone
from heatpunk_desktop.gui.widgets.movable_list import MovableList

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from heatpunk_desktop.export.columns import Choice

_LIST_HEIGHT: Final = 190
_FLAGS: Final = (
    Qt.ItemFlag.ItemIsEnabled
    | Qt.ItemFlag.ItemIsSelectable
    | Qt.ItemFlag.ItemIsUserCheckable
    | Qt.ItemFlag.ItemIsDragEnabled
)
#: Qt hands back members of an enumeration of texts as plain texts: a row holds the place of its column.
_PLACE: Final = Qt.ItemDataRole.UserRole


class ColumnsChoice(QWidget):
    """A list of all columns to tick and move.

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
        self._list = MovableList(self)
        self._list.setAccessibleName(self.tr("Columns"))
        self._list.setMinimumHeight(_LIST_HEIGHT)
        self._list.setSpacing(2)
        self._fill()
        self._list.itemChanged.connect(self._on_ticked)
        every = QPushButton(self.tr("&All columns"), self)
        every.clicked.connect(self._on_all_clicked)
        none = QPushButton(self.tr("&No columns"), self)
        none.clicked.connect(self._on_none_clicked)
        table = QPushButton(self.tr("As &in the table"), self)
        table.clicked.connect(self._on_table_clicked)
        self._said = PlainLabel(tone=Tone.MUTED, parent=self)
        side = QVBoxLayout()
        for button in (every, none, table, self._list.up, self._list.down):
            side.addWidget(button)
        for before, after in pairwise((self._list, every, none, table, self._list.up, self._list.down)):
            self.setTabOrder(before, after)
        side.addWidget(self._said)
        side.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._list, 1)
        row.addLayout(side)

    def chosen(self) -> list[Choice]:
        """Return the ticked columns, in the list's order."""
        return [choice for item, choice in self._items() if item.checkState() is Qt.CheckState.Checked]

    def propose(self, *, is_paper: bool) -> None:
        """Tick what suits a kind of file, until the user chooses columns.

        Args:
            is_paper: Whether only so many columns fit on it.
        """
        if not self._are_own:
            self._tick(self._of_table if is_paper else ALL_CHOICES)

    def _fill(self) -> None:
        """List the table's columns in its order, and then the others."""
        self._list.clear()
        for choice in dict.fromkeys((*self._of_table, *ALL_CHOICES)):
            item = QListWidgetItem(translated(HEADINGS[choice]))
            item.setFlags(_FLAGS)
            item.setData(_PLACE, ALL_CHOICES.index(choice))
            item.setCheckState(Qt.CheckState.Unchecked)
            self._list.addItem(item)
        self._list.setCurrentRow(0)

    def _items(self) -> Iterator[tuple[QListWidgetItem, Choice]]:
        """Yield the rows of the list, and the column that each stands for."""
        for row in range(self._list.count()):
            item = self._list.item(row)
            yield item, ALL_CHOICES[item.data(_PLACE)]

    def _tick(self, choices: Sequence[Choice]) -> None:
        blocked = self._list.blockSignals(True)
        for item, choice in self._items():
            item.setCheckState(Qt.CheckState.Checked if choice in choices else Qt.CheckState.Unchecked)
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
        self._fill()
        self._tick(self._of_table)
