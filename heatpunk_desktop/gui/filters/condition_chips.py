"""Chips for the conditions in force, each to be edited or removed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QWidget

from heatpunk_desktop.gui.filters.filter_chip import FilterChip
from heatpunk_desktop.gui.text.condition_words import condition_words
from heatpunk_desktop.gui.widgets.icons import control_height

if TYPE_CHECKING:
    from heatpunk_desktop.filters.conditions import Condition, Conditions


class ConditionChip(FilterChip):
    """The chip of one condition."""

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
    """The chips of a row, kept in step with the conditions in force.

    Args:
        parent: The row.
    """

    #: list[QWidget]: the widgets of the row, in order.
    parts_changed = Signal(object)

    #: Condition: the user edits it.
    edit_requested = Signal(object)
    #: Condition: the user removes it.
    removal_requested = Signal(object)
    #: Condition: the user edits this one, which is typed in the search field.
    typed_edit_requested = Signal(object)
    #: Condition: the user removes this one, which is typed in the search field.
    typed_removal_requested = Signal(object)
    #: bool: whether any, rather than all, of the conditions must be met.
    either_chosen = Signal(bool)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._row = parent
        self._chips: dict[tuple[Condition, bool], ConditionChip] = {}
        self._match = QWidget(parent)
        self._match_choice = QComboBox(self._match)
        self._lay_out_match()

    def show_conditions(self, chosen: Conditions, typed: Conditions) -> None:
        """Show conditions; chips that stay keep the focus.

        Args:
            chosen: Conditions that were made in the filter dialog.
            typed: Conditions from the search field.
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
        """Create a menu action for the choice between all and any, for when the row has no room for it."""
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
