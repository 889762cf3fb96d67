"""Holds what is shown: the one filter that the sidebar, the chips, the dates and the search field make together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Qt, Signal, Slot

from heatpunk_desktop.domain.dates import RangePreset
from heatpunk_desktop.filters.conditions import Conditions
from heatpunk_desktop.gui.main_window.sidebar_choices import choice_of, status_word
from heatpunk_desktop.models.project_filter import ProjectFilter, SidebarView

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from PySide6.QtWidgets import QLineEdit

    from heatpunk_desktop.domain.dates import DateRange
    from heatpunk_desktop.domain.project import Member
    from heatpunk_desktop.filters.conditions import Condition
    from heatpunk_desktop.gui.filters.filter_bar import FilterBar
    from heatpunk_desktop.gui.filters.search_completion import SearchCompletion
    from heatpunk_desktop.gui.main_window.sidebar import Sidebar
    from heatpunk_desktop.gui.main_window.sidebar_choices import Choice
    from heatpunk_desktop.models.project_table_model import ProjectTableModel


#: A text without any of these is nothing but words.
_MARKS: Final = frozenset(':"')


class FilterController(QObject):
    """Keeps the controls and the model at one filter.

    Args:
        model: Is given the filter.
        sidebar: Its choice is a view, or a status as the only one.
        bar: The dates and the chips.
        search: The search field.
        parent: Owner.
    """

    #: ProjectFilter: what is shown from now on.
    changed = Signal(object)
    #: DateRange: other days are wanted, which the server has to be asked for.
    range_changed = Signal(object)
    #: A view of one's own is not shown any more: what it changed besides the filter is to be changed back.
    saved_view_left = Signal()

    def __init__(
        self, model: ProjectTableModel, sidebar: Sidebar, bar: FilterBar, search: QLineEdit, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._model = model
        self._sidebar = sidebar
        self._bar = bar
        self._search = search
        self._filter = ProjectFilter(created=self._created())
        sidebar.chosen.connect(self.choose)
        bar.statuses_chosen.connect(self._on_statuses_chosen)
        bar.owner_chosen.connect(self._on_owner_chosen)
        bar.conditions_chosen.connect(self.set_conditions)
        bar.typed_removal_requested.connect(self._on_typed_removal_requested)
        bar.typed_edit_requested.connect(self._on_typed_edit_requested)
        bar.dates.range_chosen.connect(self._on_range_chosen)
        bar.dates.became_custom.connect(self.apply)
        search.textChanged.connect(self._on_text_changed)
        search.textEdited.connect(self._on_text_edited)
        self._is_setting = False
        self._completion: SearchCompletion | None = None
        self._saved_view: int | None = None
        self._members: tuple[Member, ...] = ()
        self._names: dict[int, str] = {}

    @property
    def filter(self) -> ProjectFilter:
        """What is shown."""
        return self._filter

    @property
    def search_text(self) -> str:
        """What stands in the search field."""
        return self._search.text()

    @property
    def saved_view(self) -> int | None:
        """The number of the view of one's own that was chosen last, where no other view was since."""
        return self._saved_view

    @property
    def choice(self) -> Choice | None:
        """The entry of the sidebar that is shown; None for a view of one's own."""
        return choice_of(self._filter) if self._saved_view is None else None

    @property
    def is_filtered(self) -> bool:
        """Whether anything but the dates narrows what is shown."""
        return bool(
            self._filter.text.strip()
            or self._filter.statuses
            or self._filter.owner_id is not None
            or self._filter.view is not SidebarView.ALL
            or self._filter.groups
        )

    @Slot()
    def apply(self) -> None:
        """Return the filter to the model and to every control."""
        self._apply(self._filter._replace(created=self._created()))

    def choose(self, choice: Choice) -> None:
        """Show a view, or the projects of a status."""
        self._leave_saved_view()
        if isinstance(choice, SidebarView):
            self._apply(self._filter._replace(view=choice, statuses=frozenset()))
        else:
            self._apply(self._filter._replace(view=SidebarView.ALL, statuses=frozenset({status_word(choice)})))

    @property
    def only_view(self) -> SidebarView | None:
        """The view of the sidebar, where nothing else narrows what is shown."""
        alone = ProjectFilter(view=self._filter.view, my_id=self._filter.my_id)
        return self._filter.view if self._filter == alone else None

    @property
    def has_dates(self) -> bool:
        """Whether a range of dates narrows what is shown."""
        return self._filter.created is not None

    def clear(self) -> None:
        """Take everything off but the dates; those too, where nothing else was in force."""
        if not self.is_filtered:
            self._bar.dates.show_preset(RangePreset.ALL_TIME)
            self._on_range_chosen(self._bar.dates.range)
        self._leave_saved_view()
        self._set_search("")
        self._apply(ProjectFilter(created=self._created(), my_id=self._filter.my_id))

    def show_saved_view(
        self, view_id: int, wanted: ProjectFilter, search: str, preset: RangePreset, own_days: DateRange | None
    ) -> None:
        """Show a view of one's own.

        Args:
            view_id: Its number.
            wanted: Its filter.
            search: What stands in the search field.
            preset: Its date range.
            own_days: The days of a date range of one's own.
        """
        self._saved_view = view_id
        self.show_dates(preset, own_days)
        self._set_search(search)
        self._apply(wanted._replace(created=self._created()))

    def show_dates(self, preset: RangePreset, own_days: DateRange | None) -> None:
        """Show a date range in the row of chips; the filter is another matter."""
        dates = self._bar.dates
        before = dates.range
        if own_days is not None:
            dates.show_range(own_days)
        else:
            dates.show_preset(preset)
        if dates.range != before:
            self.range_changed.emit(dates.range)

    def _leave_saved_view(self) -> None:
        if self._saved_view is None:
            return
        self._saved_view = None
        self._set_search("")
        self.saved_view_left.emit()
        self._filter = ProjectFilter(created=self._created(), my_id=self._filter.my_id)

    def _set_search(self, text: str) -> None:
        """Put a text in the search field, whose filter is known already."""
        # Its signals are not blocked: the cross in the field, which Qt makes, follows them.
        self._is_setting = True
        self._search.setText(text)
        self._is_setting = False
        self._typed(self._filter, text)

    def show_everything(self) -> None:
        """Take everything off, the dates too."""
        self.clear()
        if self.has_dates:
            self.clear()

    @Slot(object)
    def take_members(self, members: Sequence[Member]) -> None:
        """Take the people of the team: who is meant by Mine, and whom the chips offer."""
        self._members = tuple(members)
        self._show_owners()
        my_id = next((member.owner_id for member in members if member.is_me), None)
        if my_id != self._filter.my_id:
            self._apply(self._filter._replace(my_id=my_id))

    def name_owners(self, names: Mapping[int, str]) -> None:
        """Take what the user calls owners whose email is not known, by the server's numbers."""
        self._names = dict(names)
        self._show_owners()

    def _show_owners(self) -> None:
        emails = {member.owner_id: member.email for member in self._members if member.owner_id is not None}
        self._model.name_owners(self._names | emails)
        my_id = next((member.owner_id for member in self._members if member.is_me), None)
        self._bar.show_owners(my_id, self._model.owners, self._model.owner_name)

    def _created(self) -> DateRange | None:
        dates = self._bar.dates
        return None if dates.preset is RangePreset.ALL_TIME else dates.range

    def _apply(self, wanted: ProjectFilter) -> None:
        self._filter = wanted
        if self._saved_view is None:
            self._sidebar.show_choice(choice_of(wanted))
        else:
            self._sidebar.show_saved_view(self._saved_view)
        self._bar.show_filter(wanted)
        self._model.set_filter(wanted)
        self.changed.emit(wanted)

    @Slot(object)
    def _on_statuses_chosen(self, statuses: frozenset[str]) -> None:
        self._apply(self._filter._replace(statuses=statuses))

    @Slot(object)
    def _on_owner_chosen(self, owner_id: int | None) -> None:
        self._apply(self._filter._replace(owner_id=owner_id))

    @Slot(object)
    def _on_range_chosen(self, wanted: DateRange) -> None:
        self.apply()
        self.range_changed.emit(wanted)

    @Slot(str)
    def _on_text_changed(self, text: str) -> None:
        if not self._is_setting:
            self._apply(self._typed(self._filter, text))

    @Slot(str)
    def _on_text_edited(self, _text: str) -> None:
        """Offer to go on, where the user types what may be a condition."""
        if self._completion is None:
            from heatpunk_desktop.gui.filters.search_completion import SearchCompletion  # noqa: PLC0415 - not needed to start

            self._completion = SearchCompletion(self._search, self._bar.vocabulary)
        self._completion.offer()

    def _typed(self, wanted: ProjectFilter, text: str) -> ProjectFilter:
        """Return a filter with what is typed in the search field in it."""
        if not _MARKS.intersection(text):
            self._bar.show_notes(())
            return wanted._replace(text=text, typed=Conditions())
        from heatpunk_desktop.filters.query import read_query  # noqa: PLC0415 - not needed to start

        reading = read_query(text)
        self._bar.show_notes(reading.notes)
        return wanted._replace(text=reading.query.text, typed=reading.query.conditions)

    @Slot(object)
    def set_conditions(self, conditions: Conditions) -> None:
        """Show what meets other conditions than before."""
        self._apply(self._filter._replace(conditions=conditions))

    @Slot(object)
    def _on_typed_removal_requested(self, condition: Condition) -> None:
        from heatpunk_desktop.filters.query import without_parts  # noqa: PLC0415 - not needed to start

        self._search.setText(without_parts(self._search.text(), condition))

    @Slot(object)
    def _on_typed_edit_requested(self, condition: Condition) -> None:
        """Have the user change a condition where it stands."""
        from heatpunk_desktop.filters.query import read_query  # noqa: PLC0415 - not needed to start

        for part in read_query(self._search.text()).parts:
            if part.condition == condition:
                self._search.setFocus(Qt.FocusReason.OtherFocusReason)
                self._search.setSelection(part.start, part.end - part.start)
