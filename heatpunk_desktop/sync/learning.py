"""What the program finds out about a server on the way, kept for the account and used only to be more careful."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from heatpunk_desktop.domain.dates import uk_day

if TYPE_CHECKING:
    from collections.abc import Iterable

    from heatpunk_desktop.domain.dates import DateRange
    from heatpunk_desktop.store.reader import StoreReader
    from heatpunk_desktop.store.server import ListedRow, ServerTables


class Learnt(StrEnum):
    """Names of facts in the table `fact`.

    `references`: whether `projects/data` gives CRM references back, `yes` or `no`. `data_call`: whether there is such a
    call, `yes` or `no`. `largest_list`: projects in the largest list that was surely whole. `cut_off_at`: projects in a
    list that was cut off. `list_lag_s`: seconds by which a list lagged behind a confirmed create, at most.
    `range_goes_by`: `creation` or `modification`. `zone`: the zone whose days a range means, `UTC` or `UK`.
    """

    REFERENCES = "learnt.references"
    DATA_CALL = "learnt.data_call"
    LARGEST_LIST = "learnt.largest_list"
    CUT_OFF_AT = "learnt.cut_off_at"
    LIST_LAG_S = "learnt.list_lag_s"
    RANGE_GOES_BY = "learnt.range_goes_by"
    ZONE = "learnt.zone"


YES: Final = "yes"
NO: Final = "no"

_BEGINNING: Final = "learnt."


class Learning:
    """Reads and keeps the facts. Methods that keep something may raise StorageError."""

    def __init__(self, reader: StoreReader, server: ServerTables) -> None:
        self._reader = reader
        self._server = server
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
            self._server.note(fact.value, text)
            facts[fact.value] = text

    def raise_to(self, fact: Learnt, value: int) -> None:
        """Keeps a number where it is larger than what was known."""
        if value > self.number(fact):
            self.keep(fact, value)

    def take_list(self, days: DateRange, rows: Iterable[ListedRow]) -> None:
        """Learns from a list whether its range goes by creation, and in whose days."""
        for row in rows:
            created, modified = _day(row[2]), _day(row[3])
            if created is None or modified is None:
                continue
            if _outside(created, days) and not _outside(modified, days):
                self.keep(Learnt.RANGE_GOES_BY, "modification")
            elif _outside(modified, days) and not _outside(created, days):
                self.keep(Learnt.RANGE_GOES_BY, "creation")
            if self.get(Learnt.RANGE_GOES_BY) == "creation":
                self._learn_zone(days, created, uk_day(row[2]))

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


def _day(utc: str) -> date | None:
    try:
        return datetime.fromisoformat(utc).astimezone(UTC).date()
    except (ValueError, OverflowError):
        return None


def _outside(day: date, days: DateRange) -> bool:
    return day < days.first - timedelta(days=1) or day > days.last + timedelta(days=1)
