"""Chips for the filters in force: the words edit a filter, and the cross removes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject, QRectF, Signal, Slot
from PySide6.QtGui import QAction, QPainter, QPalette, QPen
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from heatpunk_desktop.domain.display import one_line
from heatpunk_desktop.gui.text.condition_words import condition_words
from heatpunk_desktop.gui.widgets.buttons import IconButton
from heatpunk_desktop.gui.widgets.icons import control_height
from heatpunk_desktop.gui.widgets.theme import field_edge, selection_background
from heatpunk_desktop.system.compat import override

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from heatpunk_desktop.filters.conditions import Condition, Conditions

#: Limit in characters for the text of a chip; its tool tip has the whole.
_LONGEST: Final = 48
_MOST_WORDS: Final = 300
#: Padding at the rounded ends of the chip, in pixels.
_END: Final = 4


class FilterChip(QWidget):
    """The chip of one filter. Hidden until it has words."""

    #: The user pressed the words.
    change_requested = Signal()
    #: The user pressed the cross.
    removal_requested = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        #: The whole text.
        self.words = ""
        self._text = QPushButton(self)
        self._cross = IconButton("x", parent=self)
        for button in (self._text, self._cross):
            button.setFlat(True)
            button.setAutoDefault(True)
            button.setMinimumHeight(control_height(button))
        self._cross.setFixedWidth(self._cross.minimumHeight())
        row = QHBoxLayout(self)
        row.setContentsMargins(_END, 0, _END, 0)
        row.setSpacing(0)
        row.addWidget(self._text)
        row.addWidget(self._cross)
        self._text.clicked.connect(self.change_requested)
        self._cross.clicked.connect(self.removal_requested)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.hide()

    def show_words(self, words: str) -> None:
        """Show the filter on one line of limited length."""
        self.words = words = one_line(words, _MOST_WORDS)
        self._text.setText(one_line(words, _LONGEST).replace("&", "&&"))
        self._text.setFixedWidth(self._text.fontMetrics().horizontalAdvance(self._text.text()) + 4 * _END)
        self._text.setAccessibleName(self.tr("Change filter: {0}").format(words))
        self._text.setToolTip(words if len(words) > _LONGEST else self.tr("Change this filter"))
        self._cross.setAccessibleName(self.tr("Remove filter: {0}").format(words))
        self._cross.setToolTip(self.tr("Remove filter"))

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and self.words:
            self.show_words(self.words)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette = QPalette()
        painter.setPen(QPen(field_edge(palette), 1))
        painter.setBrush(selection_background(palette))
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(box, box.height() / 2, box.height() / 2)
        painter.end()


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
