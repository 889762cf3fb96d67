"""Reads the list of a few days to find something out: whole, or not at all. No clock, no database."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from heatpunk_desktop.api.error_messages import known_error_for, unreadable
from heatpunk_desktop.api.list_reader import ListReader
from heatpunk_desktop.api.protocol import ApiRequest, list_projects
from heatpunk_desktop.errors import BadAnswerError

if TYPE_CHECKING:
    from collections.abc import Mapping

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
