"""The user's saved views as stored, with later changes, and their conversion from and to what the window shows."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, Signal, Slot

from heatpunk_desktop.domain.choices import RemovedView, StoredView, ViewOrder
from heatpunk_desktop.filters.query import Query, read_query, write_query
from heatpunk_desktop.filters.saved_view import SavedView
from heatpunk_desktop.models.project_filter import ProjectFilter, SidebarView
from heatpunk_desktop.services.sync.commands import KeepChoice

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from heatpunk_desktop.domain.project import Member
    from heatpunk_desktop.errors import KnownError
    from heatpunk_desktop.services.sync.service import SyncService

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


class SavedViewList(QObject):
    """The saved views in their order; each change is stored at once.

    A new view gets its number from the store, and is in the list from then on.

    Args:
        service: Reads and keeps them.
        parent: Owner.
    """

    #: tuple[NumberedView, ...]: all of them, in their order.
    changed = Signal(object)
    #: int: the number of a view that was made.
    made = Signal(object)
    #: KnownError: something could not be stored.
    troubled = Signal(object)

    def __init__(self, service: SyncService, parent: QObject) -> None:
        super().__init__(parent)
        self._service = service
        self._views: tuple[NumberedView, ...] = ()
        #: New views that are on their way to the store, in the order in which they get there: each with the view that
        #: it is to stand behind.
        self._making: deque[tuple[SavedView, int]] = deque()

    @property
    def views(self) -> tuple[NumberedView, ...]:
        """All saved views, in their order."""
        return self._views

    def view(self, view_id: int) -> SavedView | None:
        """Return a saved view by its number, or None."""
        return next((view.view for view in self._views if view.view_id == view_id), None)

    def load(self) -> None:
        """Read the saved views from the store.

        Raises:
            StorageError: They cannot be read.
        """
        kept = ((stored, SavedView.from_json(stored.content)) for stored in self._service.reader.saved_views())
        self._set(
            tuple(
                NumberedView(stored.view_id, view._replace(name=stored.name))
                for stored, view in kept
                if view is not None
            )
        )

    def make(self, view: SavedView, after: int = 0) -> None:
        """Store a new view, as the last one or behind another one."""
        self._making.append((view, after))
        self._service.run(KeepChoice(StoredView(0, view.name, view.to_json()))).then(self._on_made, self._on_not_made)

    def change(self, view_id: int, view: SavedView) -> None:
        """Replace a view."""
        self._keep(StoredView(view_id, view.name, view.to_json()))
        self._set(tuple(NumberedView(view_id, view) if own.view_id == view_id else own for own in self._views))

    def remove(self, view_id: int) -> None:
        """Remove a view."""
        self._keep(RemovedView(view_id))
        self._set(tuple(view for view in self._views if view.view_id != view_id))

    def move(self, view_id: int, by: int) -> None:
        """Move a view down, or up, by some places."""
        order = [view.view_id for view in self._views]
        place = order.index(view_id)
        order.insert(max(0, place + by), order.pop(place))
        self._order(order)

    def _order(self, order: list[int]) -> None:
        views = tuple(sorted(self._views, key=lambda view: order.index(view.view_id)))
        if views != self._views:
            self._keep(ViewOrder(tuple(order)))
            self._set(views)

    def _keep(self, choice: StoredView | RemovedView | ViewOrder) -> None:
        self._service.run(KeepChoice(choice)).failed.connect(self.troubled)

    def _set(self, views: tuple[NumberedView, ...]) -> None:
        if views != self._views:
            self._views = views
            self.changed.emit(views)

    @Slot(object)
    def _on_made(self, view_id: int) -> None:
        view, after = self._making.popleft()
        self._set((*self._views, NumberedView(view_id, view)))
        if after:
            order = [view.view_id for view in self._views if view.view_id != view_id]
            order.insert(order.index(after) + 1 if after in order else len(order), view_id)
            self._order(order)
        self.made.emit(view_id)

    @Slot(object)
    def _on_not_made(self, error: KnownError) -> None:
        self._making.popleft()
        self.troubled.emit(error)
