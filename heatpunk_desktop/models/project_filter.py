"""What the table shows: one immutable value, made by the chips, the sidebar, the date range and the search field."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from heatpunk_desktop.filters.conditions import Conditions

if TYPE_CHECKING:
    from heatpunk_desktop.domain.dates import DateRange


class SavedView(StrEnum):
    """The views of the sidebar that are not a status. Their words are what is kept of them in views of one's own."""

    ALL = "All projects"
    MINE = "Mine"
    CHANGED_LATELY = "Changed in the last 7 days"
    WAITING = "Waiting to be sent"
    NEEDS_YOU = "Needs you"
    DELETED_HERE = "Moved to deleted"

    @classmethod
    def _missing_(cls, value: object) -> SavedView | None:
        """Find a view by the label that it had in an earlier version, as views of the user's own keep it."""
        return {"Changed this week": cls.CHANGED_LATELY}.get(str(value))


class ProjectFilter(NamedTuple):
    """Conditions that a shown project meets, all of them.

    Attributes:
        view: The view chosen in the sidebar. Every view leaves out projects that were deleted here, but
            `DELETED_HERE`, which shows them alone, and `WAITING` and `NEEDS_YOU`, which show all with such a change.
        statuses: Status words, the empty one for no status; none: any.
        owner_id: The server's number of the owner; None: any.
        created: Days on which it was created; None: any. A project whose date is not known, or that is not on the
            server yet, always passes: what cannot be placed is shown.
        text: What is typed in the search field. Every word of it, lower-cased and without accents, has to occur in
            name, customer, address, postcode (with or without its space), status or project ID.
        my_id: The server's number of the person, for `MINE` and for conditions; None where unknown.
        conditions: Conditions of the chips.
        typed: Conditions that are typed in the search field, which have to be met as well.
    """

    view: SavedView = SavedView.ALL
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
        """Conditions that have to be met each by itself; those that ask for nothing are left out."""
        return tuple(group for group in (self.conditions, self.typed) if group.every)


class ViewCounts(NamedTuple):
    """Counts for the sidebar: over all projects in the date range, each view and each status word.

    Attributes:
        views: Of each view.
        statuses: Of each status word, and of the empty one for no status.
    """

    views: dict[SavedView, int]
    statuses: dict[str, int]
