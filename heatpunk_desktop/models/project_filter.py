"""The filter of the window as one immutable value, set by chips, sidebar, date range and search field."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from heatpunk_desktop.filters.conditions import Conditions

if TYPE_CHECKING:
    from heatpunk_desktop.domain.dates import DateRange


class SidebarView(StrEnum):
    """The views of the sidebar that are not a status. Their words are stored in saved views."""

    ALL = "All projects"
    MINE = "Mine"
    CHANGED_LATELY = "Changed in the last 7 days"
    WAITING = "Waiting to be sent"
    NEEDS_YOU = "Needs you"
    DELETED_HERE = "Moved to deleted"

    @classmethod
    def _missing_(cls, value: object) -> SidebarView | None:
        """Find a view by its label in an earlier version, as stored in saved views."""
        return {"Changed this week": cls.CHANGED_LATELY}.get(str(value))


class ProjectFilter(NamedTuple):
    """Criteria that a shown project meets, all of them.

    Attributes:
        view: The view chosen in the sidebar. Every view leaves out projects that were deleted here, but `DELETED_HERE`,
            which shows them alone, and `WAITING` and `NEEDS_YOU`, which show all with such a change.
        statuses: Statuses, the empty one for no status; none: any.
        owner_id: The server's number of the owner; None: any.
        created: Days of creation; None: any. A project whose date is not known, or that is not on the server yet,
            always passes, so that it is not hidden by mistake.
        text: The text of the search field. Every word of it, folded, must occur in name, customer, address, postcode
            (with or without its space), status or project ID.
        my_id: The server's number of the user, for `MINE` and for conditions; None where unknown.
        conditions: Conditions of the chips.
        typed: Conditions typed in the search field, which must be met as well.
    """

    view: SidebarView = SidebarView.ALL
    statuses: frozenset[str] = frozenset()
    owner_id: int | None = None
    created: DateRange | None = None
    text: str = ""
    my_id: int | None = None
    conditions: Conditions = Conditions()
    typed: Conditions = Conditions()

    @property
    def narrows(self) -> bool:
        """Whether it hides anything that `All projects` shows."""
        return self._replace(my_id=None, text=self.text.strip()) != ProjectFilter()

    @property
    def groups(self) -> tuple[Conditions, ...]:
        """The groups of conditions that must each be met; empty ones are left out."""
        return tuple(group for group in (self.conditions, self.typed) if group.every)


class ViewCounts(NamedTuple):
    """Counts for the sidebar, over all projects in the date range.

    Attributes:
        views: For each view.
        statuses: For each status, and for the empty one.
    """

    views: dict[SidebarView, int]
    statuses: dict[str, int]
