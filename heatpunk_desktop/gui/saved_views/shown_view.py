"""The conversion between a saved view and what the window shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from heatpunk_desktop.filters.query import Query, read_query, write_query
from heatpunk_desktop.models.project_filter import ProjectFilter, SidebarView

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from heatpunk_desktop.domain.project import Member
    from heatpunk_desktop.filters.saved_view import SavedView

#: The number that stands for an unknown owner.
_NOBODY = -1


class NumberedView(NamedTuple):
    """A saved view with its number in the store."""

    view_id: int
    view: SavedView


def filter_of(view: SavedView, members: Sequence[Member], my_id: int | None, today: date) -> ProjectFilter:
    """Return the filter of a view."""
    typed = read_query(view.search).query
    return ProjectFilter(
        view=_within(view),
        statuses=frozenset(view.statuses),
        owner_id=_owner_id(view.owner, members),
        created=view.days(today),
        text=typed.text,
        my_id=my_id,
        conditions=read_query(view.query).query.conditions,
        typed=typed.conditions,
    )


def _within(view: SavedView) -> SidebarView:
    try:
        return SidebarView(view.within)
    except ValueError:
        return SidebarView.ALL


def _owner_id(owner: str, members: Sequence[Member]) -> int | None:
    if not owner:
        return None
    found = next((member.owner_id for member in members if member.email == owner), None)
    if found is None:
        return int(owner) if owner.isascii() and owner.isdigit() else _NOBODY
    return found


def with_filter(view: SavedView, shown: ProjectFilter, search: str, members: Sequence[Member]) -> SavedView:
    """Return a view with the filter that is shown.

    Args:
        view: The view with all else, and with the owner whose number is not known.
        shown: The filter.
        search: What stands in the search field.
        members: The members of the team.
    """
    emails = {member.owner_id: member.email for member in members}
    return view._replace(
        query=write_query(Query(shown.conditions)),
        search=search,
        statuses=tuple(sorted(shown.statuses)),
        owner=view.owner if shown.owner_id == _NOBODY else _owner_of(shown.owner_id, emails),
        within=shown.view.value,
    )


def _owner_of(owner_id: int | None, emails: Mapping[int | None, str]) -> str:
    return "" if owner_id is None else emails.get(owner_id) or str(owner_id)


def is_same(saved: SavedView, shown: SavedView) -> bool:
    """Return whether the window shows a view unchanged.

    Widths of columns make no difference, nor does what the view leaves open.

    Args:
        saved: The view.
        shown: All that the window shows, as a view.
    """
    if not saved.columns:
        shown = shown._replace(columns=())
    if not saved.sort_column:
        shown = shown._replace(sort_column="", descending=saved.descending)
    return _comparable(saved) == _comparable(shown)


def _comparable(view: SavedView) -> SavedView:
    return view._replace(
        name="",
        query=write_query(read_query(view.query).query),
        search=" ".join(view.search.split()),
        statuses=tuple(sorted(view.statuses)),
        within=_within(view).value,
        columns=tuple(column._replace(width=0) for column in view.columns),
    )
