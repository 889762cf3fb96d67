"""Filtering of the projects: the filter bar, the filter dialog, and the completion of the search field."""

from typing import TYPE_CHECKING

from heatpunk_desktop.lazy import lazy_names

if TYPE_CHECKING:
    from heatpunk_desktop.gui.filters.filter_chips import ConditionChips as ConditionChips
    from heatpunk_desktop.gui.filters.filter_chips import FilterChip as FilterChip
    from heatpunk_desktop.gui.filters.filter_dialog import FilterDialog as FilterDialog
    from heatpunk_desktop.gui.filters.search_completion import SearchCompletion as SearchCompletion
else:
    __getattr__ = lazy_names(
        __name__,
        ConditionChips="filter_chips",
        FilterChip="filter_chips",
        FilterDialog="filter_dialog",
        SearchCompletion="search_completion",
    )
