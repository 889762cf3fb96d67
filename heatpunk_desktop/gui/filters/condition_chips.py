"""Conditions in force, each a chip that can be changed and taken off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QWidget

from heatpunk_desktop.filters.words import condition_words
from heatpunk_desktop.gui.filters.filter_chip import FilterChip
from heatpunk_desktop.gui.widgets.icons import control_height

if TYPE_CHECKING:
    from heatpunk_desktop.filters.conditions import Condition, Conditions


class ConditionChip(FilterChip):
    """One condition."""

    edit_requested = Signal(object)
    condition_removal_requested = Signal(object)

    def __init__(self, condition: Condition, parent: QWidget) -> None:
        super().__init__(parent)
        self.condition = condition
        self.show_words(condition_words(condition))
        self.change_requested.connect(self._on_change_requested)
        self.removal_requested.connect(self._on_removal_requested)

    @Slot()
    def _on_change_requested(self) -> None:
        self.edit_requested.emit(self.condition)

    @Slot()
    def _on_removal_requested(self) -> None:
        self.condition_removal_requested.emit(self.condition)


class ConditionChips(QObject):
    """Keeps the chips of a row at the conditions in force.

    Args:
        parent: The row.
    """

    #: list[QWidget]: what is to be in the row from now on, in its order.
    parts_changed = Signal(object)

    #: Condition: the user wants to change it.
    edit_requested = Signal(object)
    #: Condition: the user wants it off.
    removal_requested = Signal(object)
    #: Condition: one that is typed in the search field; the user wants to change it.
    typed_edit_requested = Signal(object)
    #: Condition: one that is typed in the search field; the user wants it off.
    typed_removal_requested = Signal(object)
    #: bool: whether one of the conditions is to be enough.
    either_chosen = Signal(bool)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._row = parent
        self._chips: dict[tuple[Condition, bool], ConditionChip] = {}
        self._match = QWidget(parent)
        self._match_choice = QComboBox(self._match)
        self._lay_out_match()

    def show_conditions(self, chosen: Conditions, typed: Conditions) -> None:
        """Show conditions; a chip that stays keeps the keyboard.

        Args:
            chosen: Those that were put together by hand.
            typed: Those that stand in the search field.
        """
        wanted = [
            *((condition, False) for condition in chosen.every),
            *((condition, True) for condition in typed.every),
        ]
        gone = [chip for key, chip in self._chips.items() if key not in wanted]
        self._chips = {key: self._chips.get(key) or self._made(*key) for key in wanted}
        has_match = len(chosen.every) > 1
        if not has_match:
            self._match.hide()
        self._match_choice.setCurrentIndex(int(chosen.any_will_do))
        self.parts_changed.emit([*self._chips.values(), *([self._match] if has_match else [])])
        for chip in gone:
            chip.hide()
            chip.deleteLater()

    def _made(self, condition: Condition, is_typed: bool) -> ConditionChip:
        chip = ConditionChip(condition, self._row)
        chip.edit_requested.connect(self.typed_edit_requested if is_typed else self.edit_requested)
        chip.condition_removal_requested.connect(self.typed_removal_requested if is_typed else self.removal_requested)
        return chip

    def match_action(self, parent: QObject) -> QAction:
        """Make an action that does what the choice in the row does, for where that has no room."""
        action = QAction(self.tr("&Any of these filters is enough"), parent)
        action.setCheckable(True)
        action.setChecked(bool(self._match_choice.currentIndex()))
        action.triggered.connect(self.either_chosen)
        return action

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
