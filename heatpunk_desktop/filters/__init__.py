"""Filters as plain values: conditions, their text form for the search field, and saved views."""

from typing import TYPE_CHECKING

from heatpunk_desktop.lazy import lazy_names

if TYPE_CHECKING:
    from heatpunk_desktop.filters.completion import Vocabulary as Vocabulary
    from heatpunk_desktop.filters.query import read_query as read_query
    from heatpunk_desktop.filters.query import without_parts as without_parts
else:
    __getattr__ = lazy_names(__name__, Vocabulary="completion", read_query="query", without_parts="query")
