"""Reading the list of projects: a few days whole or not at all (`ListScan`), or all of it, touching what changed."""

from __future__ import annotations

import hashlib
import json
from collections import deque
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from heatpunk_desktop.api.error_messages import known_error_for, unreadable
from heatpunk_desktop.api.list_reader import ListReader
from heatpunk_desktop.api.protocol import ApiRequest, list_projects
from heatpunk_desktop.domain.dates import FIRST_DAY, DateRange, start_of_day, utc_text
from heatpunk_desktop.domain.project import Member
from heatpunk_desktop.errors import BadAnswerError
from heatpunk_desktop.sync.server_traits import CREATION, Learnt

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from heatpunk_desktop.api.exchange import Exchange
    from heatpunk_desktop.store.reader import Row, StoreReader
    from heatpunk_desktop.store.server_cache import ServerTables
    from heatpunk_desktop.store.server_cache_reader import ListedRow
    from heatpunk_desktop.sync.server_traits import Learning

#: Lists shorter than this are not taken to be cut off.
_SHORT: Final = 10
#: Limits of servers are multiples of this, or powers of two.
_ROUND: Final = 5


def may_be_cut_off(count: int, largest_seen: int) -> bool:
    """Whether a list of so many projects may have been cut off at a limit of the server's, which nobody documents.

    Args:
        count: Projects in the list.
        largest_seen: Projects in the largest list that this server has given so far: one that is shorter than that was
            not cut off.
    """
    return count >= max(_SHORT, largest_seen) and (count % _ROUND == 0 or count.bit_count() == 1)


@dataclass(frozen=True, slots=True, eq=False)
class ListScan:
    """Gives one request after the other; each answer makes another scan of it, which is further on.

    Attributes:
        email: Whose list is read.
        days: The days that are read.
        largest: Projects in the largest of the answers that were surely not cut off; see `may_be_cut_off`.
        began_at: Monotonic seconds of when the first request was made.
        left: Days that are still to be read, in their order.
        rows: The projects read, by ID, in the order of `LISTED_COLUMNS`.
        is_whole: Whether, once done, the list holds everything; False where it was cut off even for a single day.
        owner_id: The number of the user whose list it is, where the server says so.
    """

    email: str
    days: DateRange
    largest: int
    began_at: float
    left: tuple[DateRange, ...]
    rows: Mapping[int, ListedRow] = field(default_factory=dict)
    is_whole: bool = True
    owner_id: int | None = None

    @classmethod
    def of(
        cls, email: str, days: DateRange, largest_seen: int, began_at: float, likely: DateRange | None = None
    ) -> ListScan:
        """Begin to read.

        Args:
            email: Whose list is read.
            days: The days that are read.
            largest_seen: See `may_be_cut_off`.
            began_at: Monotonic seconds.
            likely: Days that are read before all, where what is looked for is most likely to be.
        """
        return cls(email, days, largest_seen, began_at, (days,) if likely is None else (likely, days))

    @property
    def is_done(self) -> bool:
        """Whether everything was read."""
        return not self.left

    def next_request(self) -> ApiRequest:
        """Ask for the next days."""
        return list_projects(self.email, self.left[0])

    def take(self, exchange: Exchange) -> ListScan:
        """Take an answer.

        Raises:
            KnownError: It is no list, or not a whole one. The scan can be tried again from where it stands.
        """
        if error := known_error_for(exchange):
            raise error
        reader = ListReader()
        rows = reader.feed(exchange.body)
        last, end = reader.close()
        rows += last
        if not end.complete:
            raise unreadable("a list that breaks off")
        if end.skipped:
            raise BadAnswerError("The answer cannot be read", "The list holds entries that cannot be told apart.")
        days, left, largest, is_whole = self.left[0], self.left[1:], self.largest, self.is_whole
        if not may_be_cut_off(len(rows), largest):
            largest = max(largest, len(rows))
        elif days.first < days.last:
            left = (*days.halves(), *left)
        else:
            is_whole = False
        says_owner = end.owner_id is not None and end.owner_email.lower() in ("", self.email.lower())
        return replace(
            self,
            left=left,
            rows={**self.rows, **{row[0]: row for row in rows}},
            largest=largest,
            is_whole=is_whole,
            owner_id=end.owner_id if says_owner else self.owner_id,
        )


#: Projects that are written in one transaction.
BATCH: Final = 4000

#: Bytes of an answer that are held back to see whether it is the last one over again.
HELD_BACK: Final = 64 * 1024 * 1024

#: A project that the server confirmed for us less than this ago may still be missing from a list.
LAG: Final = timedelta(hours=1)


#: Name of the fact that tells which windows the last refresh read in halves: digest and length of the whole answer.
_HALVED: Final = "refresh.halved"


@dataclass(frozen=True, slots=True)
class RowsChanged:
    """Rows that changed or came, as plain tuples in the order of `ProjectRow`, and keys of those that went."""

    rows: tuple[Row, ...] = ()
    gone: tuple[int, ...] = ()

    @property
    def keys(self) -> tuple[int, ...]:
        """Keys of everything that changed, came or went."""
        return (*(row[0] for row in self.rows), *self.gone)


@dataclass(slots=True)
class _Window:
    """What is being read of one window. `held` collects pieces while they may be the last answer over again.

    Attributes:
        updating: Projects of which an update was on its way when the window was asked for.
        attempt: The last attempt that had begun by then.
        is_outdated: Whether the answer may tell of projects how they were before an update of ours.
    """

    days: DateRange
    known_digest: bytes | None
    updating: set[int]
    attempt: int
    is_outdated: bool = False
    digest: hashlib._Hash = field(default_factory=hashlib.sha256)
    reader: ListReader = field(default_factory=ListReader)
    held: list[bytes] | None = None
    held_bytes: int = 0
    batch: list[ListedRow] = field(default_factory=list)
    seen: set[int] = field(default_factory=set)


class _Aside(NamedTuple):
    """A window whose answer may have been cut off, until all others have told how long lists can be."""

    length: int
    days: DateRange
    digest: bytes
    seen: set[int]


class ListPull:
    """One refresh: gives the requests one after the other and takes their answers piece by piece.

    No thread and no clock of its own. Every method may raise StorageError, and `BadAnswerError` where the answer
    cannot be read; then the pull has ended, and what was taken so far stays. Whatever was committed is told right after
    the commit, so that what is shown and what is stored never disagree, however the pull ends.

    Attributes:
        hides: Whether what no list holds is hidden in the end: not where nobody knows which day it is.
    """

    def __init__(
        self,
        server: ServerTables,
        reader: StoreReader,
        learning: Learning,
        email: str,
        wanted: DateRange,
        started: datetime,
        today: date,
        told: Callable[[RowsChanged], object],
    ) -> None:
        """Begins a refresh.

        Args:
            server: What the answers go into.
            reader: Reads the same database.
            learning: What is known of the server; the engine's, as it keeps what it has read.
            email: Whose list is read.
            wanted: The days that are read.
            started: The present, aware.
            today: The present day in the UK.
            told: Told of rows that changed or went, once that is on the disk.
        """
        self._told = told
        self.hides = True
        self._server = server
        self._reader = reader
        self._learning = learning
        self._email = email
        self._started = started
        self._today = today
        # Days on which nothing can have been created are not asked for. Nobody has said whether a server's days are in
        # UTC or UK time: a day more at either end takes in both.
        last = min(max(wanted.last, FIRST_DAY), today)
        self._wanted = DateRange(min(max(wanted.first, FIRST_DAY), last), last).widened(1)
        self._left = deque(self._wanted.windows(today))
        self._window: _Window | None = None
        self._seen: set[int] = set()
        self._unchanged: list[DateRange] = []
        self._began_empty = reader.count() == 0
        self._aside: list[_Aside] = []
        self._perhaps_cut_off: list[DateRange] = []
        self._halved_before: dict[str, list[str | int]] = json.loads(reader.fact(_HALVED) or "{}")
        self._halved: dict[str, list[str | int]] = {}
        self.windows_done = 0
        self.projects = 0

    @property
    def windows(self) -> int:
        """Windows that the range is cut in, as far as is known by now."""
        return self.windows_done + len(self._aside) + len(self._left)

    def next_request(self) -> ApiRequest | None:
        """Asks for the next window; None when all are read."""
        if not self._left:
            self._judge()
        if not self._left:
            return None
        days = self._left[0]
        known = self._server.window_digest(days)
        is_held = known or _name(days) in self._halved_before
        self._window = _Window(
            days, known, self._server.being_updated(), self._server.last_attempt(), held=[] if is_held else None
        )
        return list_projects(self._email, days)

    def take(self, chunk: bytes) -> None:
        """Takes a piece of the answer."""
        window = self._current()
        window.digest.update(chunk)
        if window.held is None:
            self._read(window, chunk)
            return
        window.held.append(chunk)
        window.held_bytes += len(chunk)
        if window.held_bytes > HELD_BACK:
            self._let_go(window)

    def end_window(self) -> None:
        """The answer is whole: takes what is left of it and goes on to the next window."""
        window = self._current()
        digest = window.digest.digest()
        if window.held is not None and digest == window.known_digest:
            # The very same bytes as last time, and nothing of ours changed these rows since: there is nothing to do.
            self._unchanged.append(window.days)
            self._done(window)
            return
        if window.held is not None and self._was_halved(window.days, digest):
            # The same bytes again that could be cut off: the halves tell, and nothing else has to be read.
            self._left.popleft()
            self._left.extendleft(reversed(window.days.halves()))
            return
        if window.held is not None:
            self._let_go(window)
        rows, end = window.reader.close()
        window.batch.extend(rows)
        self._write(window)
        if not end.complete:
            raise unreadable("a list that breaks off")
        if end.owner_id is not None and end.owner_email.lower() in ("", self._email.lower()):
            self._server.take_member(Member(self._email, end.owner_id, is_me=True))
        self._seen |= window.seen
        # What could not be read counts as well: a limit goes by what the server gave.
        count = end.count + end.skipped
        if self._may_be_cut_off(count):
            self._left.popleft()
            self._aside.append(_Aside(count, window.days, digest, window.seen))
            return
        self._learning.adopt(self._learning.traits.raised_to(Learnt.LARGEST_LIST, count))
        # What was left alone has to be read at the next refresh, though the answer may be the same bytes.
        self._server.end_window(window.days, None if window.is_outdated else digest, window.seen, self._now())
        self._done(window)

    def end(self) -> None:
        """All windows are read: hides the projects that the server does not list any more.

        Only where the range reaches up to today. A server that goes by modification instead of creation then lists
        them too, so a project that is in none of the windows is gone by either reading.
        """
        self._learning.note("refreshed_at", self._now())
        if self._halved != self._halved_before:
            self._learning.note(_HALVED, json.dumps(self._halved))
        if not self.hides or self._began_empty or len(self._unchanged) == self.windows_done:
            return
        if self._wanted.last < self._today:
            return
        if self._perhaps_cut_off and self._learning.traits.get(Learnt.RANGE_GOES_BY) != CREATION:
            # What is beyond the limit of a day may have been created on any other.
            return
        for days in self._unchanged:
            self._seen |= self._server.window_ids(days)
        for days in self._perhaps_cut_off:
            around = days.widened(1)
            self._seen |= self._server.ids_created(
                start_of_day(around.first), start_of_day(around.last + timedelta(days=1))
            )
        inner_first = self._wanted.first + timedelta(days=2)
        with self._server.batch():
            absent = self._server.mark_absent(
                start_of_day(inner_first),
                start_of_day(self._today),
                self._seen,
                self._now(),
                utc_text(self._started - LAG),
            )
            shown = self._reader.rows_of(absent)
        self._tell(RowsChanged(tuple(shown.values()), tuple(key for key in absent if key not in shown)))

    def _current(self) -> _Window:
        if self._window is None:
            raise RuntimeError("no window is being read")
        return self._window

    def _was_halved(self, days: DateRange, digest: bytes) -> bool:
        """Whether this very answer was read in halves last time, and has to be again."""
        known, count = self._halved_before.get(_name(days), ("", 0))
        if known != digest.hex() or not self._may_be_cut_off(int(count)):
            return False
        self._halved[_name(days)] = [known, count]
        return True

    def _may_be_cut_off(self, count: int) -> bool:
        return may_be_cut_off(count, self._learning.traits.number(Learnt.LARGEST_LIST))

    def _judge(self) -> None:
        """Has the longest list that may still be cut off read in halves, which may tell that the others are whole."""
        self._aside.sort(key=lambda one: one.length)
        while self._aside:
            length, days, digest, seen = self._aside.pop()
            if self._may_be_cut_off(length) and days.first < days.last:
                self._halved[_name(days)] = [digest.hex(), length]
                self._left.extend(days.halves())
                return
            self.windows_done += 1
            if self._may_be_cut_off(length):
                # Not noted as read: the same answer the next time would prove no more.
                self._perhaps_cut_off.append(days)
            else:
                # Without the digest: something of ours may have changed these rows since the answer came.
                self._server.end_window(days, None, seen, self._now())

    def _done(self, window: _Window) -> None:
        self._left.popleft()
        self.windows_done += 1
        window.held = None

    def _let_go(self, window: _Window) -> None:
        pieces, window.held = window.held or [], None
        for piece in pieces:
            self._read(window, piece)

    def _read(self, window: _Window, chunk: bytes) -> None:
        window.batch.extend(window.reader.feed(chunk))
        if len(window.batch) >= BATCH:
            self._write(window)

    def _write(self, window: _Window) -> None:
        batch, window.batch = window.batch, []
        if not batch:
            return
        ids = {entry[0] for entry in batch}
        # What is read again in halves is the same projects.
        self.projects += len(ids - window.seen - self._seen)
        window.seen |= ids
        if not self._learning.traits.get(Learnt.RANGE_GOES_BY):
            self._learning.adopt(self._learning.traits.of_range(window.days, batch))
        # In the transaction that commits: what cannot be read, to be told, is not stored either.
        with self._server.batch():
            # The answer may be from before an update of ours, whose values would vanish from the window for a while.
            outdated = (window.updating | self._server.updated_since(window.attempt)) & ids
            if outdated:
                window.is_outdated = True
                batch = [entry for entry in batch if entry[0] not in outdated]
            changed = self._server.take_listed(batch, window.days)
            laid_over = self._reader.laid_over().intersection(entry[0] for entry in changed) if changed else set()
            plain = _rows([entry for entry in changed if entry[0] not in laid_over] if laid_over else changed)
            rows = plain + tuple(self._reader.rows_of(laid_over).values())
        self._tell(RowsChanged(rows))

    def _tell(self, changed: RowsChanged) -> None:
        if changed.rows or changed.gone:
            self._told(changed)

    def _now(self) -> str:
        return utc_text(self._started)


def _name(days: DateRange) -> str:
    return f"{days.first}/{days.last}"


def _rows(entries: list[ListedRow]) -> tuple[Row, ...]:
    """Listed projects, in the order of the API layer, as rows of the table; unpacked in place, as there are many."""
    return tuple(
        [
            (key, name, customer, postcode, status, created, modified, address, owner_id, lat, lng, 0)
            for key, owner_id, created, modified, name, customer, address, postcode, lat, lng, status, _, _, _
            in entries
        ]
    )  # fmt: skip
