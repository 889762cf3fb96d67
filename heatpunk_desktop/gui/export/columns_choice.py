"""The choice of an export's columns and their order, and the note where their details are not loaded."""

from __future__ import annotations

from collections import Counter
from enum import Enum
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QListWidgetItem, QPushButton, QVBoxLayout, QWidget

from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.domain.headings import HEADINGS
from heatpunk_desktop.export.columns import ALL_CHOICES
from heatpunk_desktop.gui.text.project_words import field_label
from heatpunk_desktop.gui.text.translation import translate, translated
from heatpunk_desktop.gui.widgets.labels import PlainLabel, Tone
from heatpunk_desktop.gui.widgets.movable_list import MovableList
from heatpunk_desktop.store.contact_details import ASKED, DETAIL_BITS
from heatpunk_desktop.texts import marked

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

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
#: How long a project takes to be loaded, three at a time: most servers are quicker.
_SECONDS: Final = 0.1


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


class MissingNote(QWidget):
    """For how many projects which columns would be empty; hidden where all is loaded."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._found = b""
        self._bits = 0
        self._words = PlainLabel(tone=Tone.WARNING, parent=self)
        self._loads = QCheckBox(self)
        self._loads.setChecked(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._words)
        column.addWidget(self._loads)
        self.hide()

    def show_missing(self, found: bytes, columns: Iterable[Choice]) -> None:
        """Show the note for other projects or columns.

        Args:
            found: A byte for each project; see `missing_details`.
            columns: What is ticked.
        """
        wanted = {
            column: DETAIL_BITS[column] for column in columns if isinstance(column, Field) and column in DETAIL_BITS
        }
        self._found, self._bits = found, sum(wanted.values())
        counts = Counter(found)
        lines = []
        for is_untold, state in ((0, State.NOT_LOADED), (ASKED, State.UNTOLD)):
            missing = {
                field: sum(count for byte, count in counts.items() if byte & bit and byte & ASKED == is_untold)
                for field, bit in wanted.items()
            }
            lines += missing_words(missing, len(found), state)
        amount = sum(count for byte, count in counts.items() if self._is_to_load(byte))
        self._words.setText("\n".join(lines))
        words = self.tr("&Load them first ({0})").format(loading_words(amount))
        self._loads.setText(words)
        self._loads.setAccessibleName(words.replace("&", ""))
        self._loads.setVisible(amount > 0)
        self.setVisible(bool(lines))

    def _is_to_load(self, byte: int) -> bool:
        return bool(byte & self._bits) and not byte & ASKED

    def keys_to_load(self, keys: Sequence[int]) -> list[int]:
        """Return the projects to load first; none where the user does not want that.

        Args:
            keys: The projects, in the order of the bytes.
        """
        if not self._loads.isChecked():
            return []
        return [key for key, byte in zip(keys, self._found, strict=False) if self._is_to_load(byte)]


def loading_words(amount: int) -> str:
    """Return how many projects are to be loaded, and roughly how long that takes."""
    projects = (
        translate("exporting", "1 project")
        if amount == 1
        else translate("exporting", "{0} projects").format(f"{amount:,}")
    )
    minutes = round(amount * _SECONDS / 60)
    if minutes < 1:
        return translate("exporting", "{0}, less than a minute").format(projects)
    return translate("exporting", "{0}, about {1} min").format(projects, f"{minutes:,}")


class State(Enum):
    """The reason why values are missing, as words for one column and for several."""

    NOT_LOADED = (marked("exporting", "{0} is not loaded for {1}."), marked("exporting", "{0} are not loaded for {1}."))
    UNTOLD = (
        marked("exporting", "Heatpunk does not tell {0} for {1}."),
        marked("exporting", "Heatpunk does not tell {0} for {1}."),
    )
    NOT_KNOWN = (
        marked("exporting", "{0} is not known here for {1}."),
        marked("exporting", "{0} are not known here for {1}."),
    )


def missing_words(missing: Mapping[Field, int], total: int, state: State) -> list[str]:
    """Return sentences about missing values; none where nothing is missing.

    For example `Customer phone is not loaded for 812 of 1,000 projects.`

    Args:
        missing: For each column, for how many projects it is missing.
        total: How many projects there are.
        state: Why.
    """
    lines = []
    for count in sorted({count for count in missing.values() if count}, reverse=True):
        names = [field_label(field) for field in Field if missing.get(field) == count]
        words = translated(state.value[len(names) > 1])
        lines.append(words.format(_listed(names), _projects(count, total)))
    return lines


def _listed(names: list[str]) -> str:
    return (
        names[0] if len(names) == 1 else translate("exporting", "{0} and {1}").format(", ".join(names[:-1]), names[-1])
    )


def _projects(count: int, total: int) -> str:
    if total == 1:
        return translate("exporting", "the project")
    if count == total:
        return translate("exporting", "any of the {0} projects").format(f"{total:,}")
    return translate("exporting", "{0} of {1} projects").format(f"{count:,}", f"{total:,}")
