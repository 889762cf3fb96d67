"""Takes one step of the work there is: what is sent next, and what an answer changes. No threads, no Qt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from heatpunk_desktop.api import protocol
from heatpunk_desktop.api.answers import read_project_data
from heatpunk_desktop.api.outcome import Outcome, OutcomeKind, classify
from heatpunk_desktop.api.words import unreadable
from heatpunk_desktop.domain.dates import utc_text
from heatpunk_desktop.domain.operation import Operation, OperationKind
from heatpunk_desktop.errors import KnownError
from heatpunk_desktop.store.server import LoadedDetail

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from heatpunk_desktop.api.exchange import Exchange
    from heatpunk_desktop.domain.account import Account
    from heatpunk_desktop.store.outbox import Outbox
    from heatpunk_desktop.store.reader import StoreReader
    from heatpunk_desktop.store.server import ServerTables


@dataclass(frozen=True, slots=True)
class Sending:
    """An operation that is marked `sending` on the disk, and the request that is to go out for it."""

    operation: Operation
    request: protocol.ApiRequest


@dataclass(frozen=True, slots=True)
class Settled:
    """What an answer to a write changed.

    Attributes:
        keys: Projects whose rows changed.
        outcome: The judged answer.
        created_id: For a confirmed create, its project ID.
    """

    keys: tuple[int, ...]
    outcome: Outcome
    created_id: int | None = None


class SyncEngine:
    """Decides for one account. Every method may raise StorageError."""

    def __init__(
        self,
        account: Account,
        outbox: Outbox,
        server: ServerTables,
        reader: StoreReader,
        clock: Callable[[], datetime],
    ) -> None:
        self._account = account
        self._outbox = outbox
        self._server = server
        self._reader = reader
        self._clock = clock

    def now(self) -> str:
        """The present as UTC text."""
        return utc_text(self._clock())

    def next_send(self) -> Sending | None:
        """Takes the next operation that may go; when this returns it says `sending` on the disk."""
        while (operation := self._outbox.next_to_send(self.now())) is not None:
            try:
                return Sending(operation, self._request_for(operation))
            except ValueError as error:
                # Nothing was sent. A person can mend it; in the queue it would come up again and again.
                words = f"It cannot be sent as it is: {error}. Edit it, or give it up."
                self._outbox.refuse(operation.operation_id, words, "", self.now())
        return None

    def settle(self, sending: Sending, exchange: Exchange) -> Settled:
        """Takes what came of a write."""
        operation, now = sending.operation, self.now()
        outcome = classify(sending.request.endpoint, exchange, self._clock())
        number, key = operation.operation_id, operation.project_key
        match outcome.kind:
            case OutcomeKind.CONFIRMED:
                project_id = outcome.project_id or key
                self._outbox.confirm(operation, project_id, self._number_of(operation.owner), now)
                created_id = project_id if operation.kind is OperationKind.CREATE else None
                return Settled(tuple({key, project_id}), outcome, created_id)
            case OutcomeKind.NOT_SENT | OutcomeKind.KEY_REFUSED:
                self._outbox.back_to_queue(number, _not_sent_words(outcome))
            case OutcomeKind.REFUSED:
                self._outbox.refuse(number, _refused_words(outcome), outcome.server_words, now)
            case _:
                self._outbox.doubt(number, _doubt_words(operation, outcome), outcome.server_words, now)
        return Settled((key,), outcome)

    def detail_request(self, key: int) -> protocol.ApiRequest:
        """Asks for everything about one project."""
        return protocol.data(key, self._account.email)

    def settle_detail(self, project_id: int, exchange: Exchange) -> None:
        """Takes what came of it. Raises KnownError where the server did not tell."""
        data = read_project_data(exchange)
        if data.project_id not in (None, project_id):
            raise unreadable("another project than the one asked for")
        detail = LoadedDetail(
            project_id, data.values, data.extra_json or "{}", data.owner_id, data.created, data.modified
        )
        self._server.take_detail(detail, self.now())

    def hard_delete_request(self, project_id: int) -> protocol.ApiRequest:
        """Asks to delete a project for good."""
        return protocol.hard_delete(project_id, self._account.email)

    def settle_hard_delete(self, project_id: int, exchange: Exchange) -> None:
        """Takes what came of it. Raises KnownError where it is refused, or where nobody can know."""
        outcome = classify(protocol.Endpoint.HARD_DELETE, exchange)
        if outcome.kind is OutcomeKind.CONFIRMED:
            self._server.take_hard_deleted(project_id, self.now())
            return
        if outcome.kind is not OutcomeKind.DOUBTFUL and outcome.error:
            raise outcome.error
        raise KnownError(
            "It is not known whether the project was deleted",
            "The request went out, but no clear answer came back. The project may have been deleted permanently.",
            "Refresh to see whether it is still there. It is not tried again by itself.",
            server_words=outcome.server_words,
        )

    def _request_for(self, operation: Operation) -> protocol.ApiRequest:
        if operation.kind is OperationKind.CREATE:
            return protocol.create(operation.owner, operation.changes)
        if operation.project_id is None:
            raise ValueError("the project has no number yet")
        if operation.kind is OperationKind.UPDATE:
            return protocol.update(operation.project_id, self._account.email, operation.changes)
        return protocol.soft_delete(operation.project_id, self._account.email)

    def _number_of(self, email: str) -> int | None:
        return next((one.owner_id for one in self._reader.members() if one.email == email.lower()), None)


def _not_sent_words(outcome: Outcome) -> str:
    if outcome.kind is OutcomeKind.KEY_REFUSED:
        return "Not sent yet: the server does not take the API key. It goes once a key is given."
    title = outcome.error.title if outcome.error else "no connection"
    return f"Not sent yet: {title[:1].lower()}{title[1:]}. It goes by itself as soon as that works again."


def _refused_words(outcome: Outcome) -> str:
    if outcome.error is None:
        return "The server did not take it. Edit it, try again, or give it up."
    return f"{outcome.error.message} {outcome.error.what_to_do}"


def _doubt_words(operation: Operation, outcome: Outcome) -> str:
    why = f"{outcome.error.title}. " if outcome.error else ""
    again = {
        OperationKind.CREATE: "Trying again may make a second project, so look whether it is there first.",
        OperationKind.UPDATE: "Look at the project in Heatpunk, then try again or give it up.",
        OperationKind.SOFT_DELETE: "Look whether the project is still there, then try again or give it up.",
    }[operation.kind]
    return f"Possibly done. {why}{again}"
