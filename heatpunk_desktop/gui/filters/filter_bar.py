"""The filter bar above the projects: the date range, a chip for each filter in force, and the number of projects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QMargins, QSize, Qt, Signal, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QMenu, QPushButton, QWidget

from heatpunk_desktop import filters
from heatpunk_desktop.domain.display import one_line
from heatpunk_desktop.domain.fields import Status
from heatpunk_desktop.filters.conditions import Condition, Conditions
from heatpunk_desktop.gui import filters as filter_parts
from heatpunk_desktop.gui.filters.date_range_picker import DateRangePicker
from heatpunk_desktop.gui.filters.filter_menu import FilterMenu
from heatpunk_desktop.gui.text.project_words import owner_words
from heatpunk_desktop.gui.text.translation import translated
from heatpunk_desktop.gui.widgets.buttons import IconButton
from heatpunk_desktop.gui.widgets.icons import control_height
from heatpunk_desktop.gui.widgets.labels import ElidedLabel, PlainLabel, Tone
from heatpunk_desktop.gui.widgets.layouts import OneLineBar
from heatpunk_desktop.gui.widgets.tab_order import put_after
from heatpunk_desktop.system.compat import override

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from heatpunk_desktop.gui.board.layout_switch import LayoutSwitch
    from heatpunk_desktop.gui.filters.filter_chips import ConditionChips, FilterChip
    from heatpunk_desktop.gui.filters.filter_dialog import FilterDialog
    from heatpunk_desktop.models.project_filter import ProjectFilter

#: Limit in characters for a condition or an email.
_LONGEST: Final = 120
#: In pixels: height of the line, margin above and below its controls, and least width of a note.
_HEIGHT: Final = 44
_AIR: Final = 6
_LEAST_NOTE: Final = 180
#: Pixels beside the text of a button with a menu.
_MENU_ARROW: Final = 32


class FilterBar(OneLineBar):
    """The controls of the filter. They show it and emit changes; the filter itself is held by `FilterController`.

    Args:
        today: Returns the current day.
        parent: Owner.

    Attributes:
        dates: The choice of the date range.
    """

    #: frozenset[str]: the statuses to show; empty for all.
    statuses_chosen = Signal(object)
    #: int | None: the ID of the owner whose projects to show.
    owner_chosen = Signal(object)
    #: Conditions: the conditions made in the filter dialog.
    conditions_chosen = Signal(object)
    #: Condition: to be removed from the search field.
    typed_removal_requested = Signal(object)
    #: Condition: to be edited in the search field.
    typed_edit_requested = Signal(object)

    def __init__(self, today: Callable[[], date], parent: QWidget | None = None) -> None:
        super().__init__(QMargins(12, 0, 12, 0), 8, parent)
        self._my_id: int | None = None
        self._owners: Callable[[], Sequence[int]] = tuple
        self._owner_name: Callable[[int], str] = lambda owner_id: owner_words("", owner_id)
        self._statuses: frozenset[str] = frozenset()
        self._owner_id: int | None = None
        self._conditions = Conditions()
        self._numbers = 0, 0
        self._folded: list[QWidget] = []
        self._arranged: list[QWidget] = []
        self._chips: ConditionChips | None = None
        self._dialog: FilterDialog | None = None
        self.dates = DateRangePicker(today, self)
        #: The chips of the statuses and of the owner, created when needed.
        self._status_chip: FilterChip | None = None
        self._owner_chip: FilterChip | None = None
        #: The chips of conditions, with the choice between all and any.
        self._condition_parts: list[QWidget] = []
        self._more: QPushButton | None = None
        self._filter_button = IconButton("list-filter", parent=self)
        self._filter_button.setText(self.tr("Filter"))
        self._menu = FilterMenu(self)
        self._menu.aboutToShow.connect(self._on_menu_about_to_show)
        self._menu.dialog_requested.connect(self.add_filter)
        self._menu.statuses_chosen.connect(self.statuses_chosen)
        self._menu.owner_chosen.connect(self.owner_chosen)
        self._filter_button.setMenu(self._menu)
        self._shown_label = PlainLabel(tone=Tone.MUTED, parent=self)
        self._shown_label.setWordWrap(False)
        self._trouble = ElidedLabel(tone=Tone.WARNING, parent=self)
        self._trouble.hide()
        self._switch: LayoutSwitch | None = None
        row = self.row
        for part in (self.dates.preset_part, self.dates.days_part, self._filter_button):
            row.addWidget(part)
        row.addWidget(self.dates.trouble, 1)
        row.addWidget(self._trouble, 1)
        row.addStretch(0)
        row.addWidget(self._shown_label)
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self.setAutoFillBackground(True)

    def add_switch(self, switch: LayoutSwitch) -> None:
        """Put a control that is no filter at the right end."""
        self._switch = switch
        self.row.addWidget(switch)
        self.fit_now()

    def show_filter(self, shown: ProjectFilter) -> None:
        """Show the statuses, the owner and the conditions of a filter."""
        self._statuses, self._owner_id = shown.statuses, shown.owner_id
        in_order = [word for word in Status if word in shown.statuses]
        odd = sorted(shown.statuses - set(in_order))
        statuses = ", ".join(word or self.tr("No status") for word in [*in_order, *odd])
        if statuses or self._status_chip is not None:
            chip = self._status_chip = self._status_chip or self._make_chip(self._on_status_removed)
            chip.show_words(self.tr("Status {0}").format(statuses) if statuses else "")
        self._show_owner()
        self._conditions = shown.conditions
        if self._chips is not None or shown.groups:
            self._chips = self._chips or self._make_chips()
            self._chips.show_conditions(shown.conditions, shown.typed)
        self._tick_menu()
        self.fit_now()

    def show_notes(self, notes: Sequence[str]) -> None:
        """Show which parts of the search text were not understood."""
        self._trouble.say(one_line(translated(notes[0]), _LONGEST) if notes else "", Tone.WARNING)
        self.fit_now()

    def add_filter(self) -> None:
        """Open the filter dialog for a new condition."""
        self._open_dialog(None)

    def vocabulary(self) -> filters.Vocabulary:
        """Return the values that conditions can be made of."""
        others = [(owner_id, self._owner_name(owner_id)) for owner_id in self._owners() if owner_id != self._my_id]
        # A colleague without a name is denoted by the ID.
        return filters.Vocabulary(
            tuple(name if str(owner_id) not in name else str(owner_id) for owner_id, name in others)
        )

    def show_owners(
        self, my_id: int | None, owners: Callable[[], Sequence[int]], owner_name: Callable[[int], str]
    ) -> None:
        """Set the owners to choose from.

        Args:
            my_id: The user's own ID, or None where it is not known.
            owners: Returns the IDs of all owners.
            owner_name: Returns the display name of an owner.
        """
        self._my_id, self._owners, self._owner_name = my_id, owners, owner_name
        self._show_owner()
        self.fit_now()

    def show_numbers(self, shown: int, total: int) -> None:
        """Show how many projects are shown, out of how many."""
        self._numbers = shown, total
        if self._dialog is not None:
            self._dialog.show_numbers(shown, total)
        self._shown_label.setText(self._count(f"{shown:,}", f"{total:,}"))
        self.fit_now()

    def _show_owner(self) -> None:
        owner = self._name_of(self._owner_id)
        if owner or self._owner_chip is not None:
            chip = self._owner_chip = self._owner_chip or self._make_chip(self._on_owner_removed)
            chip.show_words(self.tr("Owner {0}").format(owner) if owner else "")

    def _make_chip(self, remove: Callable[[], None]) -> filter_parts.FilterChip:
        """Create a chip for a choice of the menu; pressing its words opens the menu."""
        chip = filter_parts.FilterChip(self)
        chip.change_requested.connect(self._filter_button.showMenu)
        chip.removal_requested.connect(remove)
        return chip

    # -- one line at any width -------------------------------------------------------------------------------------

    @override
    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), max(_HEIGHT, control_height(self) + 2 * _AIR))

    def _parts(self) -> list[QWidget]:
        """Return the chips in force, from the left."""
        own = [chip for chip in (self._status_chip, self._owner_chip) if chip is not None and chip.words]
        return [*own, *self._condition_parts]

    @override
    def fit(self, room: int) -> None:
        """Show what the line has room for.

        The first to go are the date fields, then the words of the switch, the label of the date range, the chips from
        the last one, and at last the numbers.
        """
        notes = [label for label in (self.dates.trouble, self._trouble) if label.text()]
        self.dates.show_label(is_shown=True)
        left = room - self.room_for(self.dates.preset_part, self._filter_button)
        left -= sum(min(_LEAST_NOTE, self.room_for(label)) for label in notes)
        count, days, parts = self._count_width(), self.room_for(self.dates.days_part), self._parts()
        wanted = self.room_for(*parts)
        if self._switch is not None:
            self._switch.show_words(has_words=True)
            self._switch.show_words(has_words=wanted + count + self.room_for(self._switch) <= left)
            left -= self.room_for(self._switch)
        is_counted = count <= left
        self._shown_label.setVisible(is_counted)
        left -= count if is_counted else 0
        if wanted > left:
            left += self.room_for(self.dates.preset_part)
            self.dates.show_label(is_shown=False)
            left -= self.room_for(self.dates.preset_part)
        has_days = days + wanted <= left and not self.dates.is_open
        if not has_days:
            self.dates.fold_days()
        elif self.dates.is_folded:
            self.dates.unfold_days(self.row, 1)
            put_after(self.dates.preset_part, self.dates.days_part)
        self._show_parts(parts, left - (days if has_days else 0))

    def _count_width(self) -> int:
        """Return the width of the longest counts, so that nothing moves while the user types."""
        total = f"{self._numbers[1]:,}"
        metrics = self._shown_label.fontMetrics()
        longest, now = (
            metrics.horizontalAdvance(words) for words in (self._count(total, total), self._shown_label.text())
        )
        return self.room_for(self._shown_label) + max(0, longest - now)

    def _count(self, shown: str, total: str) -> str:
        return self.tr("{0} of {1}").format(shown, total)

    def _show_parts(self, parts: list[QWidget], room: int) -> None:
        """Show the chips that there is room for, and the number of the others."""
        shown = len(parts)
        while shown and self.room_for(*parts[:shown]) > room - (
            self.room_for(self._more_button()) if shown < len(parts) else 0
        ):
            shown -= 1
        for number, part in enumerate(parts):
            part.setVisible(number < shown)
        for chip in (self._status_chip, self._owner_chip):
            if chip is not None and not chip.words:
                chip.hide()
        self._folded = parts[shown:]
        if self._more is not None or self._folded:
            more = self._more_button()
            more.setText(f"+{len(self._folded)}")
            more.setAccessibleName(self.tr("More filters: {0}").format(len(self._folded)))
            more.setVisible(bool(self._folded))
        if parts != self._arranged:
            self._arranged = parts
            self._arrange_parts(parts)
        self.row.activate()

    def _more_button(self) -> QPushButton:
        if self._more is None:
            more = self._more = QPushButton("+1", self)
            more.setAutoDefault(True)
            more.setMinimumHeight(control_height(more))
            more.setMenu(QMenu(more))
            more.menu().aboutToShow.connect(self._on_more_about_to_show)
            more.setFixedWidth(
                more.fontMetrics().horizontalAdvance("+99") + _MENU_ARROW
            )  # styles make it twice as wide
            more.hide()
        return self._more

    def _arrange_parts(self, parts: list[QWidget]) -> None:
        """Put the chips before the button that adds one, in the row and in the tab order."""
        row = [*parts, *([self._more] if self._more is not None else [])]
        for part in row:
            self.row.removeWidget(part)
        place = self.row.indexOf(self._filter_button)
        for number, part in enumerate(row):
            self.row.insertWidget(place + number, part)
        before = self.dates.preset_part if self.dates.is_folded else self.dates.days_part
        put_after(before, *row, self._filter_button)

    @Slot()
    def _on_more_about_to_show(self) -> None:
        menu = self._more_button().menu()
        menu.clear()
        for part in self._folded:
            if isinstance(part, filter_parts.FilterChip):
                submenu = menu.addMenu(one_line(part.words, _LONGEST).replace("&", "&&"))
                submenu.addAction(self.tr("&Change…")).triggered.connect(part.change_requested)
                submenu.addAction(self.tr("&Remove filter")).triggered.connect(part.removal_requested)
            elif self._chips is not None:
                menu.addAction(self._chips.match_action(menu))

    def _name_of(self, owner_id: int | None) -> str:
        if owner_id is None:
            return ""
        return self.tr("Me") if owner_id == self._my_id else self._owner_name(owner_id)

    @Slot()
    def _on_status_removed(self) -> None:
        self._filter_button.setFocus(Qt.FocusReason.OtherFocusReason)
        self.statuses_chosen.emit(frozenset())

    @Slot()
    def _on_owner_removed(self) -> None:
        self._filter_button.setFocus(Qt.FocusReason.OtherFocusReason)
        self.owner_chosen.emit(None)

    @Slot()
    def _on_menu_about_to_show(self) -> None:
        others = [owner_id for owner_id in self._owners() if owner_id != self._my_id]
        mine = [] if self._my_id is None else [self._my_id]
        self._menu.fill([(owner_id, self._name_of(owner_id)) for owner_id in (*mine, *others)])
        self._tick_menu()

    def _tick_menu(self) -> None:
        self._menu.tick(self._statuses, self._owner_id)

    # -- conditions ------------------------------------------------------------------------------------------------

    def _make_chips(self) -> filter_parts.ConditionChips:
        chips = filter_parts.ConditionChips(self)
        chips.parts_changed.connect(self._take_condition_parts)
        chips.edit_requested.connect(self._open_dialog)
        chips.removal_requested.connect(self._on_removal_requested)
        chips.typed_edit_requested.connect(self.typed_edit_requested)
        chips.typed_removal_requested.connect(self._on_typed_removal_requested)
        chips.either_chosen.connect(self._on_either_chosen)
        return chips

    @Slot(object)
    def _take_condition_parts(self, parts: list[QWidget]) -> None:
        self._condition_parts = parts

    @Slot(object)
    def _open_dialog(self, shown: Condition | None) -> None:
        before = self._conditions
        dialog = self._dialog = filter_parts.FilterDialog(shown, self.vocabulary(), self.window())
        dialog.show_numbers(*self._numbers)

        def show(made: Condition | None) -> None:
            """Show the result while the condition is being made."""
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
    def _on_removal_requested(self, condition: Condition) -> None:
        self._filter_button.setFocus(Qt.FocusReason.OtherFocusReason)
        self.conditions_chosen.emit(self._conditions.without(condition))

    @Slot(object)
    def _on_typed_removal_requested(self, condition: Condition) -> None:
        self._filter_button.setFocus(Qt.FocusReason.OtherFocusReason)
        self.typed_removal_requested.emit(condition)

    @Slot(bool)
    def _on_either_chosen(self, any_will_do: bool) -> None:
        self.conditions_chosen.emit(Conditions(self._conditions.every, any_will_do))
