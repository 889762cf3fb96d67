"""Reads the list of a few days to find something out: whole, or not at all. No clock, no database."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Final

from heatpunk_desktop.api.error_messages import known_error_for, unreadable
from heatpunk_desktop.api.list_reader import ListReader
from heatpunk_desktop.api.protocol import ApiRequest, list_projects
from heatpunk_desktop.errors import BadAnswerError

if TYPE_CHECKING:
    from heatpunk_desktop.api.exchange import Exchange
    from heatpunk_desktop.domain.dates import DateRange
    from heatpunk_desktop.store.server_cache_reader import ListedRow

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


class ListScan:
    """Gives requests one after the other and takes their answers.

    Attributes:
        email: Whose list is read.
        days: The days that are read.
        began_at: Monotonic seconds of when the first request was made.
        rows: The projects read, by ID, in the order of `LISTED_COLUMNS`.
        is_whole: Whether, once done, the list holds everything; False where it was cut off even for a single day.
        largest: Projects in the largest of the answers that were surely not cut off.
        owner_id: The number of the person whose list it is, where the server says so.
    """

    def __init__(
        self, email: str, days: DateRange, largest_seen: int, began_at: float, likely: DateRange | None = None
    ) -> None:
        """Begins to read.

        Args:
            email: Whose list is read.
            days: The days that are read.
            largest_seen: See `may_be_cut_off`.
            began_at: Monotonic seconds.
            likely: Days that are read before all, where what is looked for is most likely to be.
        """
        self.email = email
        self.days = days
        self.began_at = began_at
        self.rows: dict[int, ListedRow] = {}
        self.is_whole = True
        self.largest = largest_seen
        self.owner_id: int | None = None
        self._left = deque([days] if likely is None else [likely, days])

    @property
    def is_done(self) -> bool:
        """Whether everything was read."""
        return not self._left

    def next_request(self) -> ApiRequest:
        """Asks for the next days."""
        return list_projects(self.email, self._left[0])

    def take(self, exchange: Exchange) -> None:
        """Takes an answer.

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
        days = self._left.popleft()
        self.rows.update((row[0], row) for row in rows)
        if end.owner_id is not None and end.owner_email.lower() in ("", self.email.lower()):
            self.owner_id = end.owner_id
        if not may_be_cut_off(len(rows), self.largest):
            self.largest = max(self.largest, len(rows))
        elif days.first < days.last:
            self._left.extendleft(reversed(days.halves()))
        else:
            self.is_whole = False
