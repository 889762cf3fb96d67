"""A service with the signals of the real one, which notes what a window asks of it and answers when a test says so."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject
from typing_extensions import override

from heatpunk_desktop.domain.project import ProjectDetail, ProjectRow
from heatpunk_desktop.errors import StorageError
from heatpunk_desktop.services.sync.service import SyncService
from heatpunk_desktop.services.tasks.customer_finder import CustomerFinder

if TYPE_CHECKING:
    from collections.abc import Iterable

    from heatpunk_desktop.domain.changes import Draft
    from heatpunk_desktop.domain.fields import Field, FieldValues
    from heatpunk_desktop.domain.operation import Side
    from heatpunk_desktop.errors import KnownError
    from heatpunk_desktop.services.tasks.customer_finder import Sought

DISK_FULL = StorageError("The disk is full", "There is no room left on the disk.", "Make room and save again.")


class FakeCustomerFinder(CustomerFinder):
    """Notes who is looked for, and finds when a test says so."""

    def __init__(self, parent: QObject) -> None:
        QObject.__init__(self, parent)
        self.sought: list[Sought] = []

    @override
    def look(self, sought: Sought) -> None:
        self.sought.append(sought)

    @override
    def stop(self) -> None:
        pass


class FakeService(SyncService):
    """Notes each request as a tuple of its name and its arguments; its number is its place in the list, from 1."""

    def __init__(self) -> None:
        QObject.__init__(self)  # without the worker and the database of the real one
        self._numbers = count(1)
        self.asked: list[tuple[object, ...]] = []
        #: What was asked about drafts, which happens at times of its own; the numbers of these requests are below 0.
        self.drafts: list[tuple[str, Any]] = []
        #: The drafts that are to go with what was saved.
        self.draft_ids: list[str] = []
        self.customers = FakeCustomerFinder(self)

    @override
    def make_customer_finder(self) -> CustomerFinder:
        return self.customers

    def _ask(self, *request: object) -> int:
        self.asked.append(request)
        return len(self.asked)

    @override
    def create_project(self, values: FieldValues, owner: str, draft_id: str = "") -> int:
        self.draft_ids.append(draft_id)
        return self._ask("create_project", dict(values), owner)

    @override
    def edit_project(
        self,
        key: int,
        changes: FieldValues,
        base: FieldValues,
        draft_id: str = "",
        owner: str = "",
        mends: int = 0,
    ) -> int:
        self.draft_ids.append(draft_id)
        more = (owner, mends) if owner or mends else ()
        return self._ask("edit_project", key, dict(changes), dict(base), *more)

    def _ask_draft(self, name: str, what: object) -> int:
        self.drafts.append((name, what))
        return -1 - len(self.drafts)

    @override
    def keep_draft(self, draft: Draft) -> int:
        return self._ask_draft("keep_draft", draft)

    @override
    def drop_draft(self, draft_id: str) -> int:
        return self._ask_draft("drop_draft", draft_id)

    def take_drafts(self) -> None:
        """The disk takes the draft that was asked for last."""
        self.draft_kept.emit(-1 - len(self.drafts))

    def refuse_drafts(self, error: KnownError = DISK_FULL) -> None:
        """The disk does not take the draft that was asked for last."""
        self.draft_not_kept.emit(-1 - len(self.drafts), error)

    @override
    def move_to_deleted(self, key: int) -> int:
        return self._ask("move_to_deleted", key)

    @override
    def resolve(self, operation_id: int, mine: Iterable[Field], theirs: Iterable[Field]) -> int:
        return self._ask("resolve", operation_id, set(mine), set(theirs))

    @override
    def adopt(self, operation_id: int, project_id: int) -> int:
        return self._ask("adopt", operation_id, project_id)

    @override
    def keep_side(self, side: Side, *operation_ids: int) -> int:
        return self._ask("keep_side", side.value, *operation_ids)

    @override
    def create_again(self, *operation_ids: int) -> int:
        return self._ask("create_again", *operation_ids)

    @override
    def change_owner(self, owner: str, *operation_ids: int) -> int:
        return self._ask("change_owner", owner, *operation_ids)

    @override
    def try_again(self, *operation_ids: int) -> int:
        return self._ask("try_again", *operation_ids)

    @override
    def discard(self, *operation_ids: int) -> int:
        return self._ask("discard", *operation_ids)

    @override
    def delete_permanently(self, project_id: int) -> int:
        return self._ask("delete_permanently", project_id)

    @override
    def load_project(self, key: int) -> int:
        return self._ask("load_project", key)


def make_detail(
    key: int, values: FieldValues, *, name: str = "14 High Street", owner_id: int | None = 7
) -> ProjectDetail:
    """A project of which only some fields are known."""
    row = ProjectRow(key, name, "", "", "", "", "", "", owner_id, None, None, 0)
    return ProjectDetail(row=row, values=values, server_values=values)
