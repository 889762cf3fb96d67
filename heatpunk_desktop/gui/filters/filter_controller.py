"""The filter in force, which the sidebar, the chips, the dates and the search field make together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Qt, Signal, Slot

from heatpunk_desktop import filters
from heatpunk_desktop.domain.dates import RangePreset
from heatpunk_desktop.filters.conditions import Conditions
from heatpunk_desktop.gui import filters as filter_parts
from heatpunk_desktop.gui.main_window.sidebar_entries import choice_of, status_word
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
    from heatpunk_desktop.gui.main_window.sidebar_entries import Choice
    from heatpunk_desktop.models.project_table_model import ProjectTableModel


#: Text without any of these characters holds no condition.
_MARKS: Final = frozenset(':"')


class FilterController(QObject):
    """The controller that keeps the controls and the model at one filter.

    Args:
        model: The table's rows, which are filtered.
        sidebar: Chooses a view, or a single status.
        bar: The dates and the chips.
        search: The search field.
        parent: Owner.
    """

    #: ProjectFilter: the filter now in force.
    changed = Signal(object)
    #: DateRange: the user chose other dates, which the server has to be asked for.
    range_changed = Signal(object)
    #: A saved view is no longer shown: whatever it set besides the filter has to be restored.
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
        """The filter in force."""
        return self._filter

    @property
    def search_text(self) -> str:
        """The text of the search field."""
        return self._search.text()

    @property
    def saved_view(self) -> int | None:
        """The ID of the saved view that was chosen last; None if another view was chosen since."""
        return self._saved_view

    @property
    def choice(self) -> Choice | None:
        """The entry of the sidebar that is shown; None for a saved view."""
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
        """Apply the filter to the model and to every control."""
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
        """The view of the sidebar, if nothing else narrows what is shown; else None."""
        alone = ProjectFilter(view=self._filter.view, my_id=self._filter.my_id)
        return self._filter.view if self._filter == alone else None

    @property
    def has_dates(self) -> bool:
        """Whether a date range narrows what is shown."""
        return self._filter.created is not None

    def clear(self) -> None:
        """Remove every filter but the dates; remove the dates if they are the only one."""
        if not self.is_filtered:
            self._bar.dates.show_preset(RangePreset.ALL_TIME)
            self._on_range_chosen(self._bar.dates.range)
        self._leave_saved_view()
        self._set_search("")
        self._apply(ProjectFilter(created=self._created(), my_id=self._filter.my_id))

    def show_saved_view(
        self, view_id: int, wanted: ProjectFilter, search: str, preset: RangePreset, own_days: DateRange | None
    ) -> None:
        """Show a saved view.

        Args:
            view_id: Its ID.
            wanted: Its filter.
            search: Its search text.
            preset: Its date range.
            own_days: Its custom dates, where the preset is `CUSTOM`.
        """
        self._saved_view = view_id
        self.show_dates(preset, own_days)
        self._set_search(search)
        self._apply(wanted._replace(created=self._created()))

    def show_dates(self, preset: RangePreset, own_days: DateRange | None) -> None:
        """Show a date range in the filter bar, without applying it."""
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
        """Put a text in the search field, whose conditions are part of the filter already."""
        # Its signals are not blocked, as the clear button of the field follows them.
        self._is_setting = True
        self._search.setText(text)
        self._is_setting = False
        self._typed(self._filter, text)

    def show_everything(self) -> None:
        """Remove every filter, the dates too."""
        self.clear()
        if self.has_dates:
            self.clear()

    @Slot(object)
    def take_members(self, members: Sequence[Member]) -> None:
        """Set the members of the team, which the view Mine and the owner filter need."""
        self._members = tuple(members)
        self._show_owners()
        my_id = next((member.owner_id for member in members if member.is_me), None)
        if my_id != self._filter.my_id:
            self._apply(self._filter._replace(my_id=my_id))

    def name_owners(self, names: Mapping[int, str]) -> None:
        """Set the names that the user gave to owners without a known email, by owner ID."""
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
        """Offer completions while the user may be typing a condition."""
        if self._completion is None:
            self._completion = filter_parts.SearchCompletion(self._search, self._bar.vocabulary)
        self._completion.offer()

    def _typed(self, wanted: ProjectFilter, text: str) -> ProjectFilter:
        """Return a filter with the search text in place of that before."""
        if not _MARKS.intersection(text):
            self._bar.show_notes(())
            return wanted._replace(text=text, typed=Conditions())

        reading = filters.read_query(text)
        self._bar.show_notes(reading.notes)
        return wanted._replace(text=reading.query.text, typed=reading.query.conditions)

    @Slot(object)
    def set_conditions(self, conditions: Conditions) -> None:
        """Apply other conditions."""
        self._apply(self._filter._replace(conditions=conditions))

    @Slot(object)
    def _on_typed_removal_requested(self, condition: Condition) -> None:
        self._search.setText(filters.without_parts(self._search.text(), condition))

    @Slot(object)
    def _on_typed_edit_requested(self, condition: Condition) -> None:
        """Select a condition in the search field, for the user to edit it there."""
        for part in filters.read_query(self._search.text()).parts:
            if part.condition == condition:
                self._search.setFocus(Qt.FocusReason.OtherFocusReason)
                self._search.setSelection(part.start, part.end - part.start)
