"""What a look at a project proves about a doubtful update or deletion of it. No threads, no clock of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from heatpunk_desktop.domain.operation import Operation, OperationKind
from heatpunk_desktop.sync import words
from heatpunk_desktop.sync.comparing import same
from heatpunk_desktop.sync.merge import merge
from heatpunk_desktop.sync.rounds import Round, candidate

if TYPE_CHECKING:
    from heatpunk_desktop.domain.fields import Field, FieldValues
    from heatpunk_desktop.sync.comparing import Value
    from heatpunk_desktop.sync.inquiries import Inquiry
    from heatpunk_desktop.sync.knowledge import Knowledge
    from heatpunk_desktop.sync.settling import Settling
    from heatpunk_desktop.sync.tasks import Taken


class ProjectConclusion:
    """Draws conclusions about one project. Methods that write may raise StorageError."""

    def __init__(self, known: Knowledge, settling: Settling) -> None:
        self._dispatch = known.store.dispatch
        self._server = known.store.server
        self._inquiries = known.inquiries
        self._long_known = known.long_known
        self._settling = settling

    def conclude(self, round_: Round, inquiry: Inquiry, now: float, taken: Taken) -> bool:
        """Settles what is proved, or says when to look again; gives whether only the list can tell."""
        inquiry.failures = 0
        operation = round_.operations[0]
        if round_.told.get(operation.project_key) is not None:
            self._inquiries.contradicts(inquiry, "gone")
        if operation.kind is OperationKind.UPDATE:
            self._conclude_update(operation, round_, inquiry, now, taken)
            return False
        return self._conclude_delete(operation, round_, inquiry, now, taken)

    def _conclude_update(self, operation: Operation, round_: Round, inquiry: Inquiry, now: float, taken: Taken) -> None:
        told = _told(round_, operation)
        if told:
            merged = merge(operation.base, operation.sent, told)
            is_there = not merged.send and not merged.clash
            if is_there and not (self._inquiries.is_open(inquiry, now) and self._may_be_older(operation)):
                self._settling.found(operation, operation.project_key, words.FOUND, taken)
                return
        if self._inquiries.is_open(inquiry, now):
            self._inquiries.look_early(inquiry, now)
        elif told is not None and not told.keys() >= operation.sent.keys():
            self._settling.unclear(operation, (), words.UNCLEAR_UPDATE, taken)
        else:
            # It goes through the comparison again before it is sent.
            self._settling.absent(operation, taken)

    def _may_be_older(self, operation: Operation) -> bool:
        """Whether all that an update set may have been there before it, by what was sent earlier.

        What is seen there is then no proof that it was carried out: that may come yet, over the change that follows.
        And a part of the server that lags behind may tell what it held before the change that came in between.
        """
        earlier = self._dispatch.sent_earlier(operation)
        return all(any(_held(one, field, value) for one in earlier) for field, value in operation.sent.items())

    def _conclude_delete(self, operation: Operation, round_: Round, inquiry: Inquiry, now: float, taken: Taken) -> bool:
        key = operation.project_key
        is_early = self._inquiries.is_open(inquiry, now)
        if round_.told.get(key, {}) is None:
            if is_early and not self._long_known.was_listed(key):
                self._inquiries.look_early(inquiry, now)  # or it is too new to be known everywhere
                return False
            # Something on the way may answer all calls like this for a while, but gives no list.
            return self._inquiries.agrees(inquiry, "gone", now)
        if round_.scan is not None:
            self._conclude_delete_by_list(operation, round_, inquiry, now, taken)
        elif is_early:
            self._inquiries.look_early(inquiry, now)
        else:
            # The project can still be looked at, as one that was moved to deleted may be.
            return True
        return False

    def _conclude_delete_by_list(
        self, operation: Operation, round_: Round, inquiry: Inquiry, now: float, taken: Taken
    ) -> None:
        key = operation.project_key
        is_listed = key in round_.the_scan.rows
        is_gone = self._inquiries.have_agreed(inquiry, "gone")
        if is_gone and not is_listed:
            self._settling.found(operation, key, words.FOUND, taken)
        elif self._inquiries.is_open(inquiry, now):
            self._inquiries.look_early(inquiry, now)
        elif is_listed and not is_gone:
            if self._inquiries.agrees(inquiry, "there", now):
                self._settling.absent(operation, taken)
        elif is_gone or not (round_.is_proof() and self._server.was_listed(key)):
            # A list that never held it, as it shows a person's own projects only, proves nothing by lacking it.
            self._settling.in_vain(operation, inquiry, now, taken)
        elif self._inquiries.agrees(inquiry, "absent", now):
            self._settling.found(operation, key, words.FOUND, taken)


def _held(earlier: Operation, field: Field, value: Value) -> bool:
    """Whether an earlier change set a field to this, or was made where it held this, or nobody saw what."""
    if field not in earlier.changes:
        return False
    is_unseen = earlier.kind is OperationKind.UPDATE and field not in earlier.base
    return is_unseen or any(same(field, there.get(field), value) for there in (earlier.changes, earlier.base))


def _told(round_: Round, operation: Operation) -> FieldValues | None:
    """What the server holds in a project: by itself, or by the list; None where it is gone."""
    if round_.scan is None:
        return round_.told.get(operation.project_key)
    row = round_.scan.rows.get(operation.project_key)
    return {} if row is None else candidate(row, None).values
