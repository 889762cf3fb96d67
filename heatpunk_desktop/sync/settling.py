"""Puts on the disk what finding out came to, and ends the inquiry. No threads, no clock of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from heatpunk_desktop.sync import words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from heatpunk_desktop.domain.operation import Operation
    from heatpunk_desktop.sync.inquiries import Inquiry
    from heatpunk_desktop.sync.knowledge import Knowledge
    from heatpunk_desktop.sync.tasks import Taken


class Settling:
    """Settles doubtful operations. Every method may raise StorageError."""

    def __init__(self, known: Knowledge) -> None:
        self._known = known
        self._dispatch = known.store.dispatch
        self._inquiries = known.inquiries

    def found(self, operation: Operation, project_id: int, said: str, taken: Taken) -> None:
        """It was carried out."""
        self._inquiries.end(operation.operation_id)
        if self._dispatch.found(operation, project_id, said, self._known.now_text()):
            taken.keys.update((operation.project_key, project_id))
            if project_id != operation.project_key:
                taken.replaced.append((operation.project_key, project_id))

    def absent(self, operation: Operation, taken: Taken) -> None:
        """It was not carried out, and goes again; unless that has been so too often."""
        if operation.attempts and operation.attempts % self._known.policy.most_attempts == 0:
            self.unclear(operation, (), words.TOO_OFTEN, taken)
            return
        self._inquiries.end(operation.operation_id)
        self._dispatch.absent(operation.operation_id, words.ABSENT)
        taken.keys.add(operation.project_key)

    def unclear(self, operation: Operation, among: Sequence[int], said: str, taken: Taken) -> None:
        """Nobody can tell: a person is asked."""
        self._inquiries.end(operation.operation_id)
        self._dispatch.unclear(operation.operation_id, among, said, self._known.now_text())
        taken.keys.add(operation.project_key)
        taken.needs_person.append(operation.operation_id)

    def in_vain(self, operation: Operation, inquiry: Inquiry, now: float, taken: Taken) -> None:
        """A look after the settle window told nothing: it is looked for again, and in the end a person is asked."""
        if self._inquiries.is_hopeless(inquiry, now):
            self.unclear(operation, (), words.NO_PROOF, taken)
