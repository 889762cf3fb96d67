"""Server traits: what was learnt about this server. One immutable value, used only to be more careful.

Some traits are stored for the account, and known again at the next start (`Learning`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from heatpunk_desktop.api.error_messages import is_page, unreadable
from heatpunk_desktop.api.project_reader import read_project_data
from heatpunk_desktop.domain.dates import uk_day
from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.domain.listed_row import CREATED, MODIFIED
from heatpunk_desktop.sync.merge import is_empty
from heatpunk_desktop.texts import marked

if TYPE_CHECKING:
    from collections.abc import Collection, Container, Iterable, Mapping

    from heatpunk_desktop.api.exchange import Exchange
    from heatpunk_desktop.api.project_reader import ProjectData
    from heatpunk_desktop.domain.dates import DateRange
    from heatpunk_desktop.domain.fields import FieldValues
    from heatpunk_desktop.domain.listed_row import ListedRow
    from heatpunk_desktop.store.database import Facts
    from heatpunk_desktop.store.reader import StoreReader
    from heatpunk_desktop.sync.policy import ReconciliationPolicy
    from heatpunk_desktop.sync.reads import Reads


class Learnt(StrEnum):
    """Names of facts in the table `fact`.

    `references`: whether `projects/data` returns CRM references, `yes` or `no`. `data_call`: whether there is such a
    call, `yes` or `no`. `largest_list`: projects in the largest list that was certainly complete. `cut_off_at`:
    projects in a list that was cut off. `list_lag_s`: seconds by which a list lagged behind a confirmed create at most.
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

#: Seconds; the longest lag that is assumed while its end has not been seen.
_LONGEST_GUESS: Final = 600.0

#: The statuses by which a server that has the call says that there is no such project.
GONE: Final = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})

#: The statuses by which a server without the call for one project may answer it.
NO_SUCH_CALL: Final = frozenset({400, 403, 404, 405, 406, 410, 415, 422, 501})
_SURELY_NO_CALL: Final = frozenset({HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.NOT_IMPLEMENTED})
_ASKED_IN_VAIN: Final = 2


def is_no_such_call(exchange: Exchange) -> bool:
    """Return whether an answer may come from a server that has no call for one project.

    A successful answer that cannot be read is a failure instead, and so is a redirect.
    """
    return exchange.status in NO_SUCH_CALL


@dataclass(frozen=True, slots=True)
class LagMeter:
    """A measurement of how far lists lag behind what the server has confirmed. Times are monotonic seconds.

    A project that was missing from one complete list, begun after the server had confirmed it, and is in a later one,
    appeared in the lists between the two.

    Attributes:
        confirmed: New projects that no list has held yet: their owner, and when the server confirmed them.
        lacked: When the last list that lacked such a project was begun.
    """

    confirmed: Mapping[int, tuple[str, float]] = field(default_factory=dict)
    lacked: Mapping[int, float] = field(default_factory=dict)

    def made(self, owners: Mapping[int, str], now: float) -> LagMeter:
        """Note that the server has confirmed new projects of these owners."""
        new = {number: (owner.lower(), now) for number, owner in owners.items() if number not in self.confirmed}
        return replace(self, confirmed={**self.confirmed, **new}) if new else self

    def listed(self, email: str, project_ids: Container[int], began_at: float) -> tuple[LagMeter, int]:
        """Process a complete list of an owner; return also the largest lag that it shows, in whole seconds, or 0."""
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


@dataclass(frozen=True, slots=True)
class ServerTraits:
    """What is known of a server. Every method that learns something returns a new value.

    Attributes:
        facts: Traits that are stored, by the names of `Learnt`.
        has_data_call: Whether the server may have the call for one project (`GET projects/data`).
        in_vain: Projects that were requested without result since that call last returned any, with the status.
        in_vain_at: Since when, in monotonic seconds.
        attempts_at_start: The last attempt of earlier sessions. The last of them may have ended a moment ago.
        running_since: When the program started, in monotonic seconds.
        missed: Projects that the last list of the user's own should have held and lacked: they may be gone.
        lag: How far its lists lag behind.
    """

    facts: Mapping[str, str] = field(default_factory=dict)
    has_data_call: bool = True
    in_vain: Mapping[int, int | None] = field(default_factory=dict)
    in_vain_at: Mapping[int, float] = field(default_factory=dict)
    attempts_at_start: int = 0
    running_since: float | None = None
    missed: frozenset[int] = frozenset()
    lag: LagMeter = field(default_factory=LagMeter)

    # -- facts -----------------------------------------------------------------------------------------------------

    def get(self, fact: Learnt) -> str:
        """Return a fact, or empty."""
        return self.facts.get(fact.value, "")

    def number(self, fact: Learnt) -> int:
        """Return a fact that is a number, or 0."""
        text = self.get(fact)
        return int(text) if text.isascii() and text.isdigit() else 0

    def kept(self, fact: Learnt, value: str | int) -> ServerTraits:
        """Set a fact."""
        text = str(value)
        return self if self.get(fact) == text else replace(self, facts={**self.facts, fact.value: text})

    def raised_to(self, fact: Learnt, value: int) -> ServerTraits:
        """Raise a fact that is a number to at least a value."""
        return self.kept(fact, value) if value > self.number(fact) else self

    def policy(self, policy: ReconciliationPolicy) -> ReconciliationPolicy:
        """Return the delays for this server: if its lists were seen to lag behind, the grace period is longer."""
        grace = 3.0 * self.number(Learnt.LIST_LAG_S)
        return policy if grace <= policy.grace_seconds else replace(policy, grace_seconds=grace)

    # -- lists -----------------------------------------------------------------------------------------------------

    def of_range(self, days: DateRange, rows: Iterable[ListedRow]) -> ServerTraits:
        """Learn from a list whether its range selects by creation, and in which zone its days are."""
        traits = self
        around = days.widened(1)
        first, last = around.first.isoformat(), around.last.isoformat()
        for row in rows:
            # UTC texts, which begin with the day: few of many rows show anything, so none is parsed before.
            created, modified = row[CREATED][:10], row[MODIFIED][:10]
            if not created or not modified:
                continue
            was_created_then, was_modified_then = first <= created <= last, first <= modified <= last
            if was_created_then != was_modified_then:
                traits = traits.kept(Learnt.RANGE_GOES_BY, CREATION if was_created_then else MODIFICATION)
            if traits.get(Learnt.RANGE_GOES_BY) == CREATION:
                traits = traits.of_zone(days, date.fromisoformat(created), uk_day(row[CREATED]))
        return traits

    def of_zone(self, days: DateRange, utc: date, uk: date | None) -> ServerTraits:
        """Learn the zone of a range's days: only a project near midnight in summer, at an end of it, shows it."""
        if uk is None or utc == uk:
            return self
        if utc < days.first == uk:
            return self.kept(Learnt.ZONE, "UK")
        return self.kept(Learnt.ZONE, "UTC") if uk > days.last == utc else self

    def made(self, owners: Mapping[int, str], now: float) -> ServerTraits:
        """Note that the server has confirmed new projects, by which later lists show how far they lag behind."""
        lag = self.lag.made(owners, now)
        return self if lag is self.lag else replace(self, lag=lag)

    def listed(self, email: str, project_ids: Container[int], began_at: float) -> ServerTraits:
        """Learn from a complete list of an owner how far lists lag behind."""
        lag, seconds = self.lag.listed(email, project_ids, began_at)
        return replace(self, lag=lag).raised_to(Learnt.LIST_LAG_S, seconds)

    # -- the call for one project ------------------------------------------------------------------------------------

    @property
    def has_returned(self) -> bool:
        """Whether the call for one project has ever returned one."""
        return self.get(Learnt.DATA_CALL) == YES

    @property
    def is_unsure(self) -> bool:
        """Whether it is still open if the server has that call: it has only returned errors so far."""
        return self.has_data_call and not self.has_returned

    def is_gone(self, exchange: Exchange) -> bool:
        """Return whether an answer says that there is no such project, rather than no such call."""
        return exchange.status in GONE and self.has_returned

    def not_returned(self, project_id: int, exchange: Exchange, reads: Reads) -> ServerTraits:
        """Learn from a refusal: a server without the call for one project is not asked again before the next start.

        Some answers say that there is no such call. Others may be about the project (one that is too new to be known
        everywhere, or deleted since), and must be the same for two that have long been there, without a successful
        one between them.
        """
        if self.has_returned:
            return self
        requested = {**self.in_vain, project_id: exchange.status}
        traits = replace(self, in_vain=requested)
        is_page_for_it = exchange.status == HTTPStatus.NOT_FOUND and is_page(exchange.body, exchange.content_type)
        alike = [project_id for project_id, status in requested.items() if status == exchange.status]
        are_many = self.count_long_known(alike, reads) >= _ASKED_IN_VAIN
        if exchange.status in _SURELY_NO_CALL or is_page_for_it or are_many:
            return replace(traits, has_data_call=False).kept(Learnt.DATA_CALL, NO)
        return traits

    def in_vain_since(self, project_id: int, at: float) -> tuple[ServerTraits, float]:
        """Return since when a project has been requested without result; from `at` on if it was not before."""
        since = self.in_vain_at.get(project_id)
        if since is not None:
            return self, since
        return replace(self, in_vain_at={**self.in_vain_at, project_id: at}), at

    def returned(self, project_id: int, data: ProjectData, reads: Reads) -> ServerTraits:
        """Learn from an answer about one project."""
        traits = replace(self, has_data_call=True, in_vain={}, in_vain_at={}).kept(Learnt.DATA_CALL, YES)
        sent = reads.own_reference(project_id)
        if not sent:
            return traits
        reference = data.values.get(Field.CRM_REFERENCE)
        if reference == sent:
            return traits.kept(Learnt.REFERENCES, YES)
        if is_empty(reference) and traits.get(Learnt.REFERENCES) != YES:
            # A different reference, or one that is gone although the server returns others, was changed by someone.
            return traits.kept(Learnt.REFERENCES, NO)
        return traits

    def telling(self, returned: FieldValues | None) -> FieldValues | None:
        """Return the fields of an answer, without an empty reference if the server is known not to return them."""
        if returned is None or self.get(Learnt.REFERENCES) != NO or not is_empty(returned.get(Field.CRM_REFERENCE)):
            return returned
        return {field: value for field, value in returned.items() if field is not Field.CRM_REFERENCE}

    # -- what every part of the server knows -------------------------------------------------------------------------

    @property
    def old_attempt(self) -> int:
        """The last attempt before which everything that was read is known to every part of the server."""
        return min(self.number(Learnt.OLD_ATTEMPT), self.attempts_at_start)

    def grown_old(self, now: float, grace_seconds: float) -> ServerTraits:
        """Raise `old_attempt` to the start of the program once it has run for as long as lists lag behind.

        Args:
            now: Monotonic seconds.
            grace_seconds: The longest lag.
        """
        if self.running_since is None:
            return replace(self, running_since=now)
        if now >= self.running_since + grace_seconds:
            return self.raised_to(Learnt.OLD_ATTEMPT, self.attempts_at_start)
        return self

    def own_list(self, expected: Iterable[int], listed: Collection[int]) -> ServerTraits:
        """Note which projects the user's own list should have held and lacks: they may be gone."""
        return replace(self, missed=self.missed.union(expected).difference(listed))

    def some_long_known(self, limit: int, but: int, reads: Reads) -> list[int]:
        """Return some projects other than one that have long been there and, as far as is known, still are."""
        known = reads.known_by(self.old_attempt, limit + len(self.missed), but)
        return [project_id for project_id in known if project_id not in self.missed][:limit]

    def count_long_known(self, project_ids: Iterable[int], reads: Reads) -> int:
        """Return how many of some projects have long been there and, as far as is known, still are."""
        seen = reads.first_seen(project_ids)
        return sum(attempt <= self.old_attempt and number not in self.missed for number, attempt in seen.items())

    def is_long_known(self, project_id: int, reads: Reads) -> bool:
        """Return whether a list from before this session held a project, so that every part of the server knows it."""
        first_seen = reads.first_seen([project_id]).get(project_id)
        return first_seen is not None and first_seen <= self.old_attempt and reads.was_listed(project_id)


def read_returned(project_id: int, exchange: Exchange) -> ProjectData:
    """Parse an answer about a project.

    Raises:
        KnownError: The server did not return it, or returned another one.
    """
    data = read_project_data(exchange)
    if data.project_id not in (None, project_id):
        raise unreadable(marked("server_traits", "another project than the one asked for"))
    return data


class Learning:
    """Store the traits of a server for the account. Methods that write may raise StorageError.

    Attributes:
        traits: What is known.
    """

    def __init__(self, reader: StoreReader, facts: Facts) -> None:
        self._kept = facts
        self.traits = ServerTraits(reader.facts(_BEGINNING))

    def adopt(self, traits: ServerTraits) -> None:
        """Adopt new traits, and store those that are kept."""
        if traits.facts is not self.traits.facts:
            for name, text in traits.facts.items():
                if self.traits.facts.get(name) != text:
                    self._kept.keep(name, text)
        self.traits = traits

    def note(self, name: str, value: str) -> None:
        """Store another fact about reading, for example when it was last done."""
        self._kept.keep(name, value)


def _lag(least: float, most: float) -> int:
    """Return the longer of two bounds of a lag, unless there was no look for a long time between them."""
    return math.ceil(max(least, min(most, _LONGEST_GUESS)))
