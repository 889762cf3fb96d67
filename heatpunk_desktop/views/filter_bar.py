"""The row above the table: the date range, the conditions as chips that can be taken off, and how many are shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QHBoxLayout, QMenu, QWidget

from heatpunk_desktop.domain.display import one_line
from heatpunk_desktop.domain.fields import Status
from heatpunk_desktop.filters.conditions import Condition, Conditions
from heatpunk_desktop.views.date_range_picker import DateRangePicker
from heatpunk_desktop.views.flow_layout import FlowLayout
from heatpunk_desktop.views.form_labels import PlainLabel, Tone
from heatpunk_desktop.views.icon_button import IconButton
from heatpunk_desktop.views.tab_order import put_after

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from heatpunk_desktop.domain.project import Member
    from heatpunk_desktop.filters.completion import Vocabulary
    from heatpunk_desktop.models.project_filter import ProjectFilter
    from heatpunk_desktop.views.filter_builder.chips import ConditionChips
    from heatpunk_desktop.views.filter_builder.filter_dialog import FilterDialog

#: Characters of a condition or an email, which is somebody's text.
_LONGEST: Final = 120


class _Chip(IconButton):
    """A condition that is in force. Pressing it takes it off."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__("x", parent=parent)
        self.setLayoutDirection(Qt.LayoutDirection.RightToLeft)  # the cross stands behind the words
        self.hide()

    def show_condition(self, kind: str, what: str) -> None:
        """Shows what is in force, such as `Status` and `Lead, Quote`; hidden where nothing is."""
        words = one_line(f"{kind} {what}")
        self.setText(one_line(words, _LONGEST).replace("&", "&&"))
        self.setAccessibleName(self.tr("Take off: {0}").format(words))
        self.setToolTip(self.tr("Take this filter off"))
        self.setVisible(bool(what))


class FilterBar(QWidget):
    """Shows a filter and says what a person wants changed in it; the window holds the filter.

    Args:
        today: Tells which day it is.
        parent: Owner.

    Attributes:
        dates: The choice of the date range.
    """

    #: frozenset[str]: the status words to show; empty: any.
    statuses_chosen = Signal(object)
    #: int | None: the server's number of the owner whose projects to show.
    owner_chosen = Signal(object)
    #: Conditions: the conditions to be met, as they were put together by hand.
    conditions_chosen = Signal(object)
    #: Condition: one that is typed in the search field is to be taken out there.
    typed_removal_wanted = Signal(object)
    #: Condition: one that is typed in the search field is to be changed there.
    typed_changing_wanted = Signal(object)

    def __init__(self, today: Callable[[], date], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._members: tuple[Member, ...] = ()
        self._statuses: frozenset[str] = frozenset()
        self._owner_id: int | None = None
        self._conditions = Conditions()
        self._numbers = 0, 0
        self._chips: ConditionChips | None = None
        self._dialog: FilterDialog | None = None
        self.dates = DateRangePicker(today, self)
        self._status_chip = _Chip(self)
        self._status_chip.clicked.connect(self._on_status_chip_clicked)
        self._owner_chip = _Chip(self)
        self._owner_chip.clicked.connect(self._on_owner_chip_clicked)
        self._filter_button = IconButton("list-filter", parent=self)
        self._filter_button.setText(self.tr("Filter"))
        self._menu = QMenu(self)
        self._menu.aboutToShow.connect(self._on_menu_about_to_show)
        self._filter_button.setMenu(self._menu)
        self._shown_label = PlainLabel(tone=Tone.MUTED, parent=self)
        self._shown_label.setWordWrap(False)
        self._shown_label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._trouble = PlainLabel(tone=Tone.DOUBT, parent=self)
        self._trouble.setWordWrap(False)
        self._trouble.hide()
        self._end = QWidget(self)
        end = QHBoxLayout(self._end)
        end.setContentsMargins(0, 0, 0, 0)
        end.setSpacing(12)
        end.addWidget(self._shown_label)
        layout = self._layout = FlowLayout(self)
        layout.setContentsMargins(12, 6, 12, 6)
        layout.setSpacing(8)
        conditions = (self._status_chip, self._owner_chip, self._filter_button)
        for part in (*self.dates.parts, *conditions, self._trouble, self._end):
            layout.addWidget(part)
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self.setAutoFillBackground(True)

    def add_switch(self, switch: QWidget) -> None:
        """Puts something that is no filter at the right end."""
        self._end.layout().addWidget(switch)  # type: ignore[union-attr]  # it has one, see above

    def show_filter(self, shown: ProjectFilter) -> None:
        """Shows the statuses and the owner of a filter."""
        self._statuses, self._owner_id = shown.statuses, shown.owner_id
        in_order = [word for word in Status if word in shown.statuses]
        odd = sorted(shown.statuses - set(in_order))
        self._status_chip.show_condition(self.tr("Status"), ", ".join([*in_order, *odd]))
        self._owner_chip.show_condition(self.tr("Owner"), self._name_of(shown.owner_id))
        self._conditions = shown.conditions
        if self._chips is not None or shown.groups:
            self._chips = self._chips or self._make_chips()
            self._chips.show_conditions(shown.conditions, shown.typed)

    def show_notes(self, notes: Sequence[str]) -> None:
        """Says what of the search field's text was not understood."""
        self._trouble.say(one_line(notes[0], _LONGEST) if notes else "", Tone.DOUBT)

    def add_filter(self) -> None:
        """Opens the window in which a filter is made."""
        self._open_dialog(None)

    def vocabulary(self) -> Vocabulary:
        """The values that conditions can be made of."""
        from heatpunk_desktop.filters.completion import Vocabulary  # noqa: PLC0415 - not needed to start

        return Vocabulary(tuple(member.email for member in self._members))

    def show_members(self, members: Sequence[Member]) -> None:
        """Takes the people to choose an owner from."""
        self._members = tuple(member for member in members if member.owner_id is not None)
        self._owner_chip.show_condition(self.tr("Owner"), self._name_of(self._owner_id))

    def show_numbers(self, shown: int, total: int) -> None:
        """Says how many projects are shown, of how many."""
        self._numbers = shown, total
        if self._dialog is not None:
            self._dialog.show_numbers(shown, total)
        self._shown_label.setText(self.tr("{0} of {1}").format(f"{shown:,}", f"{total:,}"))

    def _name_of(self, owner_id: int | None) -> str:
        if owner_id is None:
            return ""
        names = (member.email for member in self._members if member.owner_id == owner_id)
        return next(names, self.tr("number {0}").format(owner_id))

    @Slot()
    def _on_status_chip_clicked(self) -> None:
        self._filter_button.setFocus(Qt.FocusReason.OtherFocusReason)
        self.statuses_chosen.emit(frozenset())

    @Slot()
    def _on_owner_chip_clicked(self) -> None:
        self._filter_button.setFocus(Qt.FocusReason.OtherFocusReason)
        self.owner_chosen.emit(None)

    @Slot()
    def _on_menu_about_to_show(self) -> None:
        menu = self._menu
        menu.clear()
        menu.addAction(self.tr("&Add a filter…")).triggered.connect(self.add_filter)
        menu.addSection(self.tr("Status"))
        for status in Status:
            action = menu.addAction(status.value)
            action.setCheckable(True)
            action.setChecked(status in self._statuses)
            action.setData(status.value)
            action.triggered.connect(self._on_status_triggered)
        menu.addSection(self.tr("Owner"))
        if not self._members:
            menu.addAction(self.tr("The team is known after the first refresh")).setEnabled(False)
        for member in self._members:
            action = menu.addAction(one_line(member.email, _LONGEST).replace("&", "&&"))
            action.setCheckable(True)
            action.setChecked(member.owner_id == self._owner_id)
            action.setData(member.owner_id)
            action.triggered.connect(self._on_owner_triggered)

    @Slot()
    def _on_status_triggered(self) -> None:
        checked = (action for action in self._menu.actions() if isinstance(action.data(), str) and action.isChecked())
        self.statuses_chosen.emit(frozenset(action.data() for action in checked))

    @Slot(bool)
    def _on_owner_triggered(self, checked: bool) -> None:
        action = self.sender()
        self.owner_chosen.emit(action.data() if checked else None)  # type: ignore[attr-defined]  # a QAction

    # -- conditions ------------------------------------------------------------------------------------------------

    def _make_chips(self) -> ConditionChips:
        from heatpunk_desktop.views.filter_builder.chips import ConditionChips  # noqa: PLC0415 - not needed to start

        chips = ConditionChips(self._arrange, self)
        chips.changing_wanted.connect(self._open_dialog)
        chips.removal_wanted.connect(self._on_removal_wanted)
        chips.typed_changing_wanted.connect(self.typed_changing_wanted)
        chips.typed_removal_wanted.connect(self._on_typed_removal_wanted)
        chips.either_chosen.connect(self._on_either_chosen)
        return chips

    def _arrange(self, chips: list[QWidget]) -> None:
        self._layout.put_before(self._filter_button, chips)
        put_after(self._owner_chip, *chips, self._filter_button)

    @Slot(object)
    def _open_dialog(self, shown: Condition | None) -> None:
        from heatpunk_desktop.views.filter_builder.filter_dialog import FilterDialog  # noqa: PLC0415 - when wanted only

        before = self._conditions
        dialog = self._dialog = FilterDialog(shown, self.vocabulary(), self.window())
        dialog.show_numbers(*self._numbers)

        def show(made: Condition | None) -> None:
            """Shows what is found while the filter is made."""
            rest = before if shown is None else before.without(shown)
            if made is None:
                self.conditions_chosen.emit(rest)
            else:
                self.conditions_chosen.emit(before.adding(made) if shown is None else before.replacing(shown, made))

        dialog.condition_changed.connect(show)
        dialog.rejected.connect(lambda: self.conditions_chosen.emit(before))
        dialog.finished.connect(self._on_dialog_finished)
        dialog.open()

    @Slot()
    def _on_dialog_finished(self) -> None:
        self._dialog = None

    @Slot(object)
    def _on_removal_wanted(self, one: Condition) -> None:
        self._filter_button.setFocus(Qt.FocusReason.OtherFocusReason)
        self.conditions_chosen.emit(self._conditions.without(one))

    @Slot(object)
    def _on_typed_removal_wanted(self, one: Condition) -> None:
        self._filter_button.setFocus(Qt.FocusReason.OtherFocusReason)
        self.typed_removal_wanted.emit(one)

    @Slot(bool)
    def _on_either_chosen(self, any_will_do: bool) -> None:
        self.conditions_chosen.emit(Conditions(self._conditions.every, any_will_do))
