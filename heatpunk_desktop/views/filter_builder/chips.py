"""Conditions in force, each a chip that can be changed and taken off."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QPushButton, QWidget

from heatpunk_desktop.domain.display import one_line
from heatpunk_desktop.filters.words import condition_words
from heatpunk_desktop.views.icon_button import IconButton
from heatpunk_desktop.views.icons import control_height

if TYPE_CHECKING:
    from collections.abc import Callable

    from heatpunk_desktop.filters.conditions import Condition, Conditions

#: Characters of a condition on a chip; all of it is in its tool tip.
_LONGEST: Final = 48
_MOST_WORDS: Final = 300


class ConditionChip(QWidget):
    """One condition: its words, which open it, and a cross that takes it off."""

    changing_wanted = Signal(object)
    removal_wanted = Signal(object)

    def __init__(self, one: Condition, parent: QWidget) -> None:
        super().__init__(parent)
        self.condition = one
        words = one_line(condition_words(one), _MOST_WORDS)
        self._words = QPushButton(one_line(words, _LONGEST).replace("&", "&&"), self)
        self._words.setAutoDefault(True)
        self._words.setMinimumHeight(control_height(self._words))
        self._words.setAccessibleName(self.tr("Change filter: {0}").format(words))
        self._words.setToolTip(words if len(words) > _LONGEST else self.tr("Change this filter"))
        self._cross = IconButton("x", parent=self)
        self._cross.setAccessibleName(self.tr("Take off: {0}").format(words))
        self._cross.setToolTip(self.tr("Take this filter off"))
        self._cross.setFixedWidth(self._cross.minimumHeight())
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._words)
        row.addWidget(self._cross)
        self._words.clicked.connect(self._on_words_clicked)
        self._cross.clicked.connect(self._on_cross_clicked)

    @Slot()
    def _on_words_clicked(self) -> None:
        self.changing_wanted.emit(self.condition)

    @Slot()
    def _on_cross_clicked(self) -> None:
        self.removal_wanted.emit(self.condition)


class ConditionChips(QObject):
    """Keeps the chips of a row at the conditions in force.

    Args:
        arrange: Puts widgets in the row, in their order, in the place of those that were put there last.
        parent: The row.
    """

    #: Condition: a person wants to change it.
    changing_wanted = Signal(object)
    #: Condition: a person wants it off.
    removal_wanted = Signal(object)
    #: Condition: one that is typed in the search field; a person wants to change it.
    typed_changing_wanted = Signal(object)
    #: Condition: one that is typed in the search field; a person wants it off.
    typed_removal_wanted = Signal(object)
    #: bool: whether one of the conditions is to be enough.
    either_chosen = Signal(bool)

    def __init__(self, arrange: Callable[[list[QWidget]], None], parent: QWidget) -> None:
        super().__init__(parent)
        self._arrange = arrange
        self._row = parent
        self._chips: dict[tuple[Condition, bool], ConditionChip] = {}
        self._match = QWidget(parent)
        self._match_choice = QComboBox(self._match)
        self._lay_out_match()

    def show_conditions(self, chosen: Conditions, typed: Conditions) -> None:
        """Shows conditions; a chip that stays keeps the keyboard.

        Args:
            chosen: Those that were put together by hand.
            typed: Those that stand in the search field.
        """
        wanted = [*((one, False) for one in chosen.every), *((one, True) for one in typed.every)]
        gone = [chip for key, chip in self._chips.items() if key not in wanted]
        self._chips = {key: self._chips.get(key) or self._made(*key) for key in wanted}
        has_match = len(chosen.every) > 1
        self._match.setVisible(has_match)
        self._match_choice.setCurrentIndex(int(chosen.any_will_do))
        self._arrange([*([self._match] if has_match else []), *self._chips.values()])
        for chip in self._chips.values():
            chip.show()
        for chip in gone:
            chip.hide()
            chip.deleteLater()

    def _made(self, one: Condition, is_typed: bool) -> ConditionChip:
        chip = ConditionChip(one, self._row)
        chip.changing_wanted.connect(self.typed_changing_wanted if is_typed else self.changing_wanted)
        chip.removal_wanted.connect(self.typed_removal_wanted if is_typed else self.removal_wanted)
        return chip

    def _lay_out_match(self) -> None:
        combo = self._match_choice
        combo.addItems([self.tr("all of these"), self.tr("any of these")])
        combo.setMinimumHeight(control_height(combo))
        label = QLabel(self.tr("Match"), self._match)
        label.setBuddy(combo)
        combo.setAccessibleName(label.text())
        row = QHBoxLayout(self._match)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(label)
        row.addWidget(combo)
        self._match.hide()
        combo.activated.connect(self._on_match_activated)

    @Slot(int)
    def _on_match_activated(self, index: int) -> None:
        self.either_chosen.emit(bool(index))
