"""What the program finds out about a server on the way, kept for the account and used only to be more careful."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from heatpunk_desktop.domain.dates import uk_day

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping

    from heatpunk_desktop.domain.dates import DateRange
    from heatpunk_desktop.store.database import Facts
    from heatpunk_desktop.store.reader import StoreReader
    from heatpunk_desktop.store.server_cache_reader import ListedRow


class Learnt(StrEnum):
    """Names of facts in the table `fact`.

    `references`: whether `projects/data` gives CRM references back, `yes` or `no`. `data_call`: whether there is such a
    call, `yes` or `no`. `largest_list`: projects in the largest list that was surely whole. `cut_off_at`: projects in a
    list that was cut off. `list_lag_s`: seconds by which a list lagged behind a confirmed create, at most.
    `range_goes_by`: `creation` or `modification`. `zone`: the zone whose days a range means, `UTC` or `UK`.
    `old_attempt`: what came in by this attempt of ours has been there for longer than any list lags behind.
    """

    REFERENCES = "learnt.references"
    DATA_CALL = "learnt.data_call"
    LARGEST_LIST = "learnt.largest_list"
    CUT_OFF_AT = "learnt.cut_off_at"
    LIST_LAG_S = "learnt.list_lag_s"
    RANGE_GOES_BY = "learnt.range_goes_by"
    ZONE = "learnt.zone"
    OLD_ATTEMPT = "learnt.old_attempt"


YES: Final = "yes"
NO: Final = "no"
CREATION: Final = "creation"
MODIFICATION: Final = "modification"

_BEGINNING: Final = "learnt."

#: Seconds; a lag that nobody has seen the end of is not taken to be longer.
_LONGEST_GUESS: Final = 600.0


class Learning:
    """Reads and keeps the facts. Methods that keep something may raise StorageError."""

    def __init__(self, reader: StoreReader, facts: Facts) -> None:
        self._reader = reader
        self._kept = facts
        self._known: dict[str, str] | None = None

    def forget(self) -> None:
        """What was kept last did not get to the disk: the facts are read from there again."""
        self._known = None

    def get(self, fact: Learnt) -> str:
        """What is known, or empty."""
        return self._facts().get(fact.value, "")

    def number(self, fact: Learnt) -> int:
        """What is known of a number; 0 where nothing is."""
        text = self.get(fact)
        return int(text) if text.isascii() and text.isdigit() else 0

    def keep(self, fact: Learnt, value: str | int) -> None:
        """Keeps a fact, where it is new."""
        text = str(value)
        facts = self._facts()
        if facts.get(fact.value) != text:
            self._kept.keep(fact.value, text)
            facts[fact.value] = text

    def note(self, name: str, value: str) -> None:
        """Keeps something else about reading, which is not learnt: when it was last done, say."""
        self._kept.keep(name, value)

    def raise_to(self, fact: Learnt, value: int) -> None:
        """Keeps a number where it is larger than what was known."""
        if value > self.number(fact):
            self.keep(fact, value)

    def take_list(self, days: DateRange, rows: Iterable[ListedRow]) -> None:
        """Learns from a list whether its range goes by creation, and in whose days."""
        around = days.widened(1)
        first, last = around.first.isoformat(), around.last.isoformat()
        for row in rows:
            # UTC texts, which begin with the day: few of many rows tell anything, so none is read as a date before.
            created, modified = row[2][:10], row[3][:10]
            if not created or not modified:
                continue
            was_created_then, was_modified_then = first <= created <= last, first <= modified <= last
            if was_created_then != was_modified_then:
                self.keep(Learnt.RANGE_GOES_BY, CREATION if was_created_then else MODIFICATION)
            if self.get(Learnt.RANGE_GOES_BY) == CREATION:
                self._learn_zone(days, date.fromisoformat(created), uk_day(row[2]))

    def _facts(self) -> dict[str, str]:
        if self._known is None:
            self._known = self._reader.facts(_BEGINNING)
        return self._known

    def _learn_zone(self, days: DateRange, utc: date, uk: date | None) -> None:
        # Only a project near midnight in summer, at an end of the range, tells the two apart.
        if uk is None or utc == uk:
            return
        if utc < days.first == uk:
            self.keep(Learnt.ZONE, "UK")
        elif uk > days.last == utc:
            self.keep(Learnt.ZONE, "UTC")


@dataclass(frozen=True, slots=True)
class LagMeter:
    """Measures by how much lists lag behind what the server has confirmed. Times are monotonic seconds.

    A project that was missing from one whole list, begun after the server had confirmed it, and is in a later one, came
    into the lists at some moment between the two.

    Attributes:
        confirmed: New projects that no list has held yet: whose, and when the server confirmed them.
        lacked: When the last list that lacked such a project was begun.
    """

    confirmed: Mapping[int, tuple[str, float]] = field(default_factory=dict)
    lacked: Mapping[int, float] = field(default_factory=dict)

    def made(self, project_id: int, owner: str, now: float) -> LagMeter:
        """The server confirmed a new project of this user's."""
        if project_id in self.confirmed:
            return self
        return replace(self, confirmed={**self.confirmed, project_id: (owner.lower(), now)})

    def listed(self, email: str, project_ids: Container[int], began_at: float) -> tuple[LagMeter, int]:
        """Take a whole list of a user's; gives the largest lag that it shows as well, in whole seconds, or 0."""
        confirmed, lacked, largest = dict(self.confirmed), dict(self.lacked), 0
        for number, (owner, made_at) in self.confirmed.items():
            if owner != email.lower() or began_at < made_at:
                continue
            if number not in project_ids:
                lacked[number] = began_at
                continue
            lacked_at = lacked.pop(number, None)
            if lacked_at is not None:
                largest = max(largest, _lag(lacked_at - made_at, began_at - made_at))
            del confirmed[number]
        return LagMeter(confirmed, lacked), largest


def _lag(least: float, most: float) -> int:
    """The longer of the two bounds, unless nobody looked for a long time in between."""
    return math.ceil(max(least, min(most, _LONGEST_GUESS)))
