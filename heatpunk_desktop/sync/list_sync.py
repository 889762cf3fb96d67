"""Reading the list of projects: a few days, complete or not at all (`ListScan`), or a whole refresh (`ListPull`)."""

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
from heatpunk_desktop.domain.listed_row import PROJECT_ID
from heatpunk_desktop.domain.project import KEY, Member
from heatpunk_desktop.errors import BadAnswerError
from heatpunk_desktop.sync.server_traits import CREATION, Learnt
from heatpunk_desktop.texts import marked

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from heatpunk_desktop.api.exchange import Exchange
    from heatpunk_desktop.domain.listed_row import ListedRow
    from heatpunk_desktop.store.reader import Row, StoreReader
    from heatpunk_desktop.store.server_cache import ServerTables
    from heatpunk_desktop.store.server_cache_reader import AsOf
    from heatpunk_desktop.sync.server_traits import Learning

#: Lists shorter than this do not count as cut off.
_SHORT: Final = 10
#: Limits of servers are multiples of this, or powers of two.
_ROUND: Final = 5


def may_be_cut_off(count: int, largest_seen: int) -> bool:
    """Return whether a list of so many projects may have been cut off at an undocumented limit of the server.

    Args:
        count: Projects in the list.
        largest_seen: Projects in the largest list that this server has returned so far: a shorter one was not cut off.
    """
    return count >= max(_SHORT, largest_seen) and (count % _ROUND == 0 or count.bit_count() == 1)


@dataclass(frozen=True, slots=True, eq=False)
class ListScan:
    """The progress of reading a list. `take` returns a new scan, one answer further on.

    Attributes:
        email: Whose list is read.
        days: The days that are read.
        largest: Projects in the largest of the answers that were certainly not cut off; see `may_be_cut_off`.
        began_at: Monotonic seconds of when the first request was made.
        left: Days that are still to be read, in order.
        rows: The projects read, by ID, in the order of `LISTED_COLUMNS`.
        is_whole: Whether, once done, the list is complete; False if it was cut off even for a single day.
        owner_id: The number of the user whose list it is, if the server returned it.
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
        """Create a scan that has read nothing yet.

        Args:
            email: Whose list to read.
            days: The days to read.
            largest_seen: See `may_be_cut_off`.
            began_at: Monotonic seconds.
            likely: Days to read first, where the project that is looked for is most likely to be.
        """
        return cls(email, days, largest_seen, began_at, (days,) if likely is None else (likely, days))

    @property
    def is_done(self) -> bool:
        """Whether everything was read."""
        return not self.left

    def next_request(self) -> ApiRequest:
        """Return the request for the next days."""
        return list_projects(self.email, self.left[0])

    def take(self, exchange: Exchange) -> ListScan:
        """Return the scan with an answer added.

        Raises:
            KnownError: It is no list, or an incomplete one. The same request can be tried again.
        """
        if error := known_error_for(exchange):
            raise error
        reader = ListReader()
        rows = reader.feed(exchange.body)
        last, end = reader.close()
        rows += last
        if not end.complete:
            raise unreadable(marked("list_sync", "a list that breaks off"))
        if end.skipped:
            raise BadAnswerError(
                marked("list_sync", "The answer cannot be read"),
                marked("list_sync", "The list holds entries that cannot be told apart."),
            )
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
            rows={**self.rows, **{row[PROJECT_ID]: row for row in rows}},
            largest=largest,
            is_whole=is_whole,
            owner_id=end.owner_id if says_owner else self.owner_id,
        )


#: Projects that are written in one transaction.
BATCH: Final = 4000

#: Bytes of an answer that are buffered to see whether it is identical to the last one.
HELD_BACK: Final = 64 * 1024 * 1024

#: A project that the server confirmed for us less than this ago may still be missing from a list.
LAG: Final = timedelta(hours=1)


#: Name of the fact that holds which windows the last refresh read in halves: digest and length of the whole answer.
_HALVED: Final = "refresh.halved"


@dataclass(frozen=True, slots=True)
class RowsChanged:
    """Rows that were changed or added, as plain tuples in the order of `ProjectRow`, and keys of removed ones."""

    rows: tuple[Row, ...] = ()
    gone: tuple[int, ...] = ()

    @property
    def keys(self) -> tuple[int, ...]:
        """Keys of everything that was changed, added or removed."""
        return (*(row[KEY] for row in self.rows), *self.gone)


@dataclass(slots=True)
class _Window:
    """The progress of one window. `held` buffers chunks while the answer may be identical to the last one.

    Attributes:
        asked: When the window was requested.
        is_outdated: Whether the answer may show projects as they were before an update of ours.
    """

    days: DateRange
    known_digest: bytes | None
    asked: AsOf
    is_outdated: bool = False
    digest: hashlib._Hash = field(default_factory=hashlib.sha256)
    reader: ListReader = field(default_factory=ListReader)
    held: list[bytes] | None = None
    held_bytes: int = 0
    batch: list[ListedRow] = field(default_factory=list)
    seen: set[int] = field(default_factory=set)


class _Aside(NamedTuple):
    """A window whose answer may have been cut off, until the others have shown how long lists can be."""

    length: int
    days: DateRange
    digest: bytes
    seen: set[int]


class ListPull:
    """One refresh: it returns one request after the other, and stores their answers chunk by chunk.

    It has no thread and no clock. Every method may raise StorageError, and `BadAnswerError` if the answer cannot be
    read; the pull has then ended, and what was stored so far stays. Each commit is reported right away, so that what
    is shown and what is stored never differ, however the pull ends.

    Attributes:
        hides: Whether projects that no list holds are hidden at the end: not if the current date is not known.
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
        """Prepare a refresh.

        Args:
            server: Stores the answers.
            reader: Reads the same database.
            learning: What is known of the server; the engine's own object.
            email: Whose list to read.
            wanted: The days to read.
            started: The current time, time zone aware.
            today: The current day in the UK.
            told: Called with rows that changed or were removed, once that is committed.
        """
        self._told = told
        self.hides = True
        self._server = server
        self._reader = reader
        self._learning = learning
        self._email = email
        self._started = started
        self._today = today
        # Days on which nothing can have been created are not requested. It is not documented whether a server's days
        # are in UTC or UK time: a day more at either end covers both.
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
        """Into how many windows the range is divided, as far as is known."""
        return self.windows_done + len(self._aside) + len(self._left)

    def next_request(self) -> ApiRequest | None:
        """Return the request for the next window; None when all are read."""
        if not self._left:
            self._judge()
        if not self._left:
            return None
        days = self._left[0]
        known = self._server.window_digest(days)
        is_held = known or _name(days) in self._halved_before
        self._window = _Window(days, known, self._server.as_of(), held=[] if is_held else None)
        return list_projects(self._email, days)

    def take(self, chunk: bytes) -> None:
        """Process a chunk of the answer."""
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
        """Process the rest of an answer that has ended, and move on to the next window."""
        window = self._current()
        digest = window.digest.digest()
        if window.held is not None and digest == window.known_digest:
            # The same bytes as last time, and none of our changes has touched these rows since: nothing to do.
            self._unchanged.append(window.days)
            self._done(window)
            return
        if window.held is not None and self._was_halved(window.days, digest):
            # The same bytes again that may be cut off: only the halves have to be read.
            self._left.popleft()
            self._left.extendleft(reversed(window.days.halves()))
            return
        if window.held is not None:
            self._let_go(window)
        rows, end = window.reader.close()
        window.batch.extend(rows)
        self._write(window)
        if not end.complete:
            raise unreadable(marked("list_sync", "a list that breaks off"))
        if end.owner_id is not None and end.owner_email.lower() in ("", self._email.lower()):
            waiting = self._server.take_member(Member(self._email, end.owner_id, is_me=True))
            if waiting:
                self._report(RowsChanged(tuple(self._reader.rows_of(waiting).values())))
        self._seen |= window.seen
        # Unreadable entries count as well: the server's limit is about what it returned.
        count = end.count + end.skipped
        if self._may_be_cut_off(count):
            self._left.popleft()
            self._aside.append(_Aside(count, window.days, digest, window.seen))
            return
        self._learning.adopt(self._learning.traits.raised_to(Learnt.LARGEST_LIST, count))
        # Rows that were skipped must be read at the next refresh, even if the answer is identical.
        self._server.end_window(window.days, None if window.is_outdated else digest, window.seen, self._now())
        self._done(window)

    def end(self) -> None:
        """Hide the projects that the server no longer lists, once all windows are read.

        Only if the range reaches up to today. A server that selects by modification instead of creation then lists
        them too, so a project that is in none of the windows is gone either way.
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
        self._report(RowsChanged(tuple(shown.values()), tuple(key for key in absent if key not in shown)))

    def _current(self) -> _Window:
        if self._window is None:
            raise RuntimeError("no window is being read")
        return self._window

    def _was_halved(self, days: DateRange, digest: bytes) -> bool:
        """Return whether an identical answer was read in halves last time, and must be again."""
        known, count = self._halved_before.get(_name(days), ("", 0))
        if known != digest.hex() or not self._may_be_cut_off(int(count)):
            return False
        self._halved[_name(days)] = [known, count]
        return True

    def _may_be_cut_off(self, count: int) -> bool:
        return may_be_cut_off(count, self._learning.traits.number(Learnt.LARGEST_LIST))

    def _judge(self) -> None:
        """Have the longest list that may be cut off read in halves, which may prove that the others are complete."""
        self._aside.sort(key=lambda aside: aside.length)
        while self._aside:
            length, days, digest, seen = self._aside.pop()
            if self._may_be_cut_off(length) and days.first < days.last:
                self._halved[_name(days)] = [digest.hex(), length]
                self._left.extend(days.halves())
                return
            self.windows_done += 1
            if self._may_be_cut_off(length):
                # Not stored as read: an identical answer next time would prove no more.
                self._perhaps_cut_off.append(days)
            else:
                # Without the digest: one of our changes may have touched these rows since the answer came.
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
        ids = {entry[PROJECT_ID] for entry in batch}
        # A window that is read again in halves holds the same projects.
        self.projects += len(ids - window.seen - self._seen)
        window.seen |= ids
        if not self._learning.traits.get(Learnt.RANGE_GOES_BY):
            self._learning.adopt(self._learning.traits.of_range(window.days, batch))
        # In one transaction: rows that cannot be read back, to be reported, are not stored either.
        with self._server.batch():
            # The answer may be from before an update of ours, whose values would disappear from the window for a time.
            outdated = self._server.updated_since(window.asked) & ids
            if outdated:
                window.is_outdated = True
                batch = [entry for entry in batch if entry[PROJECT_ID] not in outdated]
            changed = self._server.take_listed(batch, window.days)
            pending = self._reader.laid_over().intersection(row[PROJECT_ID] for row in changed) if changed else set()
            plain = _rows([row for row in changed if row[PROJECT_ID] not in pending] if pending else changed)
            rows = plain + tuple(self._reader.rows_of(pending).values())
        self._report(RowsChanged(rows))

    def _report(self, changed: RowsChanged) -> None:
        if changed.rows or changed.gone:
            self._told(changed)

    def _now(self) -> str:
        return utc_text(self._started)


def _name(days: DateRange) -> str:
    return f"{days.first}/{days.last}"


def _rows(entries: list[ListedRow]) -> tuple[Row, ...]:
    """Return listed projects as rows of the table; unpacked in place, as there are many."""
    return tuple(
        [
            (key, name, customer, postcode, status, created, modified, address, owner_id, lat, lng, 0)
            for key, owner_id, created, modified, name, customer, address, postcode, lat, lng, status, _, _, _
            in entries
        ]
    )  # fmt: skip
