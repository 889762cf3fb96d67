"""Small pieces that tests of the store, the sync and the services share: accounts, entries of a list, answers."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import orjson

from heatpunk_desktop.api.exchange import CancelToken, Exchange, FailureKind
from heatpunk_desktop.domain.account import Account
from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.domain.project import WholeRow
from heatpunk_desktop.domain.remarks import RemarkCode, remark

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from heatpunk_desktop.api.protocol import ApiRequest
    from heatpunk_desktop.domain.listed_row import ListedRow
    from heatpunk_desktop.domain.operation import Operation
    from heatpunk_desktop.domain.remarks import Remarks
    from heatpunk_desktop.store.account_store import AccountStore
    from heatpunk_desktop.store.reader import Row

#: An afternoon of the present, in UTC.
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
NOW = "2026-11-24T12:00:00.000Z"
LATER = "2026-11-24T12:30:00.000Z"
ME = "office@acme-heat.test"
ACCOUNT = Account("heatpunk.co.uk", ME)


def listed(
    project_id: int,
    *,
    name: str = "Barn",
    status: str = "Lead",
    created: str = "2026-05-01T09:00:00.000Z",
    latitude: float | None = None,
    owner: int | None = 27091,
) -> ListedRow:
    """An entry of a list as the API layer gives it."""
    return (
        project_id, owner, created, created, name, "Priya Patel", "1 High Street", "AB12 3CD", latitude, None, status,
        None, None, None,
    )  # fmt: skip


def whole_row(
    key: int, *, owner: str = "", created: str = "", modified: str = "", marks: int = 0, **values: str | float | None
) -> WholeRow:
    """A project with all its fields; those without a value were never loaded."""
    fields = [values.pop(field, None) for field in Field]
    assert not values
    return WholeRow._make([key, *fields, owner, created, modified, marks, False])


def answered(status: int, body: object = None, *, retry_after: str = "") -> Exchange:
    """A whole answer."""
    raw = b"" if body is None else body if isinstance(body, bytes) else orjson.dumps(body)
    return Exchange(status, bytes_sent=True, content_type="application/json", body=raw, retry_after=retry_after)


def unsent(failure: FailureKind = FailureKind.REFUSED) -> Exchange:
    """No byte of the request left."""
    return Exchange(None, bytes_sent=False, failure=failure)


def begin_next(store: AccountStore, now: str = NOW) -> Operation | None:
    """Begin to send what may go next, all of its fields; None where nothing may."""
    queued = store.delivery.next_queued(())
    return store.delivery.begin(queued.operation_id, queued.changes, now) if queued is not None else None


@dataclass
class Clock:
    """A clock that stands until it is moved."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> None:
        self.now += timedelta(**by)


@dataclass
class FakeClient:
    """A client for `NetworkThreads` that does what a test says, in the thread of the network."""

    do: Callable[[ApiRequest], Exchange]
    closed: threading.Event = field(default_factory=threading.Event)

    def has_key(self) -> bool:
        return True

    def exchange(self, request: ApiRequest, cancel: CancelToken | None = None) -> Exchange:
        if cancel is not None and cancel.is_cancelled:
            return unsent(FailureKind.CANCELLED)
        return self.do(request)

    def stream(
        self, request: ApiRequest, on_chunk: Callable[[bytes], object], cancel: CancelToken | None = None
    ) -> Exchange:
        exchange = self.exchange(request, cancel)
        if exchange.status == 200:
            on_chunk(exchange.body)
        return exchange

    def close(self) -> None:
        self.closed.set()


@dataclass
class Sink:
    """Where a `RowLoader` puts its rows: what a table would show, by key."""

    rows: dict[int, Row] = field(default_factory=dict)
    added: list[int] = field(default_factory=list)

    def add_rows(self, rows: list[Row]) -> None:
        for row in rows:
            assert row[0] not in self.rows, f"the table has {row[0]} already"
            self.rows[row[0]] = row
            self.added.append(row[0])

    def upsert_rows(self, rows: Mapping[int, Row], removed: Sequence[int] = ()) -> None:
        self.rows.update(rows)
        for key in removed:
            self.rows.pop(key, None)


def said(words: str) -> Remarks:
    """Return remarks that say these words, as those of earlier versions do; none for no words."""
    return remark(RemarkCode.TEXT, words) if words else ()
