"""What a step of the engine reads from the store, as it stands when the step is made. Nothing here changes anything."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from heatpunk_desktop.domain.fields import Field
    from heatpunk_desktop.domain.listed_row import ListedRow
    from heatpunk_desktop.domain.operation import Operation, OperationKind, OperationState
    from heatpunk_desktop.store.account_store import AccountStore


class Reads(Protocol):
    """Answers questions about operations and known projects; as a store does, or a model of one."""

    def operation(self, number: int) -> Operation | None:
        """One operation, or None."""
        ...

    def some_queued(self, passed_over: Collection[int], limit: int) -> tuple[Operation, ...]:
        """The oldest operations that may go, each of another project."""
        ...

    def in_state(self, state: OperationState, kind: OperationKind | None = None) -> tuple[Operation, ...]:
        """All operations in a state, the oldest first."""
        ...

    def is_held_back(self, operation: Operation) -> bool:
        """Whether an earlier one of the same project is not settled, or may still be carried out."""
        ...

    def is_overtaken(self, operation: Operation, fields: Collection[Field]) -> bool:
        """Whether something that waits behind an operation says otherwise of some fields."""
        ...

    def sent_later(self, operation: Operation) -> tuple[Operation, ...]:
        """Later changes of the same project that set something, or may have."""
        ...

    def sent_earlier(self, operation: Operation) -> tuple[Operation, ...]:
        """What was sent to the same project before: its making, and changes of it."""
        ...

    def own_reference(self, project_id: int) -> str:
        """The reference that was sent when a project was made here, or empty."""
        ...

    def late_attempts(self) -> dict[int, str]:
        """Projects for which a request may still be carried out, with which one."""
        ...

    def claimed(self, project_ids: list[int]) -> set[int]:
        """Which of some projects were made by creates that are confirmed."""
        ...

    def was_listed(self, project_id: int) -> bool:
        """Whether a list has held a project."""
        ...

    def noted_days(self) -> str:
        """The latest days without a gap that were read whole, `YYYY-MM-DD/YYYY-MM-DD`, or empty."""
        ...

    def new_since(self, attempt: int) -> list[ListedRow]:
        """Projects that came in after an attempt had begun."""
        ...

    def first_seen(self, project_ids: Iterable[int]) -> dict[int, int]:
        """How many attempts had begun when each of some projects first came in."""
        ...

    def known_between(self, first: str, before: str, owner_id: int | None = None) -> dict[int, str]:
        """Known projects created between two moments (UTC text), with when a write of ours was last confirmed."""
        ...

    def created(self, project_id: int) -> str:
        """When a project was created, by the server: UTC text, or empty."""
        ...

    def last_attempt(self) -> int:
        """The number of the last attempt that has begun, 0 before the first."""
        ...

    def known_by(self, attempt: int, limit: int, but: int) -> list[int]:
        """The oldest projects that came in by an attempt, but for one."""
        ...

    def newest_before(self, before: str, owner_id: int | None = None) -> str:
        """When the newest project was created that is older than this: UTC text, or empty."""
        ...

    def count_projects(self) -> int:
        """How many projects are known."""
        ...

    def owner_id(self, email: str) -> int | None:
        """The server's number of an owner, or None where it is not known."""
        ...


class StoreReads:
    """Reads an account's database. Every method may raise StorageError."""

    def __init__(self, store: AccountStore) -> None:
        queue, server = store.delivery, store.server
        self.operation = queue.operation
        self.some_queued = queue.some_queued
        self.in_state = queue.in_state
        self.is_held_back = queue.is_held_back
        self.is_overtaken = queue.is_overtaken
        self.sent_later = queue.sent_later
        self.sent_earlier = queue.sent_earlier
        self.own_reference = queue.own_reference
        self.late_attempts = queue.late_attempts
        self.claimed = store.outbox.claimed
        self.was_listed = server.was_listed
        self.noted_days = server.noted_days
        self.new_since = server.new_since
        self.first_seen = server.first_seen
        self.known_between = server.known_between
        self.created = server.created
        self.last_attempt = server.last_attempt
        self.known_by = server.known_by
        self.newest_before = server.newest_before
        self.count_projects = store.reader.count
        self._members = store.reader.members

    def owner_id(self, email: str) -> int | None:
        """The server's number of an owner, or None where it is not known."""
        return next((member.owner_id for member in self._members() if member.email == email.lower()), None)
