"""What the program finds out about a server on the way: one immutable value, used only to be more careful.

Facts among it outlast the program: they are kept for the account (`Learning`).
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
from heatpunk_desktop.sync.merge import is_empty

if TYPE_CHECKING:
    from collections.abc import Collection, Container, Iterable, Mapping

    from heatpunk_desktop.api.exchange import Exchange
    from heatpunk_desktop.api.project_reader import ProjectData
    from heatpunk_desktop.domain.dates import DateRange
    from heatpunk_desktop.domain.fields import FieldValues
    from heatpunk_desktop.store.database import Facts
    from heatpunk_desktop.store.reader import StoreReader
    from heatpunk_desktop.store.server_cache_reader import ListedRow
    from heatpunk_desktop.sync.policy import SyncPolicy
    from heatpunk_desktop.sync.reads import Reads


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

#: The statuses by which a server that has the call says that there is no such project.
GONE: Final = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})

#: The statuses by which a server without the call for one project may answer it.
NO_SUCH_CALL: Final = frozenset({400, 403, 404, 405, 406, 410, 415, 422, 501})
_SURELY_NO_CALL: Final = frozenset({HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.NOT_IMPLEMENTED})
_ASKED_IN_VAIN: Final = 2


def is_no_such_call(exchange: Exchange) -> bool:
    """Whether an answer may come from a server that has no call for one project.

    An answer of success that cannot be read is trouble, and so is a detour.
    """
    return exchange.status in NO_SUCH_CALL


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


@dataclass(frozen=True, slots=True)
class ServerTraits:
    """What is known of a server. Every method that learns something makes another value.

    Attributes:
        facts: What outlasts the program, by the names of `Learnt`.
        has_data_call: The server may be asked about one project (`GET projects/data`).
        untold: Projects that were asked for in vain since that call last told of any, with what the server said.
        untold_since: Since when, in monotonic seconds.
        attempts_at_start: The last attempt of earlier sessions. The last of them may have ended a moment ago.
        running_since: Since when the program runs, in monotonic seconds.
        missed: Projects that the last list of one's own should have held and lacked: they may be gone.
        lag: By how much its lists lag behind.
    """

    facts: Mapping[str, str] = field(default_factory=dict)
    has_data_call: bool = True
    untold: Mapping[int, int | None] = field(default_factory=dict)
    untold_since: Mapping[int, float] = field(default_factory=dict)
    attempts_at_start: int = 0
    running_since: float | None = None
    missed: frozenset[int] = frozenset()
    lag: LagMeter = field(default_factory=LagMeter)

    # -- facts -----------------------------------------------------------------------------------------------------

    def get(self, fact: Learnt) -> str:
        """What is known, or empty."""
        return self.facts.get(fact.value, "")

    def number(self, fact: Learnt) -> int:
        """What is known of a number; 0 where nothing is."""
        text = self.get(fact)
        return int(text) if text.isascii() and text.isdigit() else 0

    def kept(self, fact: Learnt, value: str | int) -> ServerTraits:
        """A fact is known."""
        text = str(value)
        return self if self.get(fact) == text else replace(self, facts={**self.facts, fact.value: text})

    def raised_to(self, fact: Learnt, value: int) -> ServerTraits:
        """A number is known to be so large at least."""
        return self.kept(fact, value) if value > self.number(fact) else self

    def policy(self, policy: SyncPolicy) -> SyncPolicy:
        """How patient to be with this server: where its lists were seen to lag behind, the grace period is longer."""
        grace = 3.0 * self.number(Learnt.LIST_LAG_S)
        return policy if grace <= policy.grace_seconds else replace(policy, grace_seconds=grace)

    # -- lists -----------------------------------------------------------------------------------------------------

    def of_range(self, days: DateRange, rows: Iterable[ListedRow]) -> ServerTraits:
        """Learn from a list whether its range goes by creation, and in whose days."""
        traits = self
        around = days.widened(1)
        first, last = around.first.isoformat(), around.last.isoformat()
        for row in rows:
            # UTC texts, which begin with the day: few of many rows tell anything, so none is read as a date before.
            created, modified = row[2][:10], row[3][:10]
            if not created or not modified:
                continue
            was_created_then, was_modified_then = first <= created <= last, first <= modified <= last
            if was_created_then != was_modified_then:
                traits = traits.kept(Learnt.RANGE_GOES_BY, CREATION if was_created_then else MODIFICATION)
            if traits.get(Learnt.RANGE_GOES_BY) == CREATION:
                traits = traits.of_zone(days, date.fromisoformat(created), uk_day(row[2]))
        return traits

    def of_zone(self, days: DateRange, utc: date, uk: date | None) -> ServerTraits:
        """Learn in whose days a range is meant: only a project near midnight in summer, at an end of it, tells."""
        if uk is None or utc == uk:
            return self
        if utc < days.first == uk:
            return self.kept(Learnt.ZONE, "UK")
        return self.kept(Learnt.ZONE, "UTC") if uk > days.last == utc else self

    def made(self, project_id: int, owner: str, now: float) -> ServerTraits:
        """The server confirmed a new project: from now on its lists show by how much they lag behind."""
        return replace(self, lag=self.lag.made(project_id, owner, now))

    def listed(self, email: str, project_ids: Container[int], began_at: float) -> ServerTraits:
        """Learn from a whole list of a user's by how much lists lag behind."""
        lag, seconds = self.lag.listed(email, project_ids, began_at)
        return replace(self, lag=lag).raised_to(Learnt.LIST_LAG_S, seconds)

    # -- the call for one project ------------------------------------------------------------------------------------

    @property
    def has_told(self) -> bool:
        """Whether the call for one project told of any once."""
        return self.get(Learnt.DATA_CALL) == YES

    @property
    def is_unsure(self) -> bool:
        """Whether nothing but answers that may be about single projects has come from that call so far."""
        return self.has_data_call and not self.has_told

    def is_gone(self, exchange: Exchange) -> bool:
        """Whether an answer says that there is no such project, rather than no such call."""
        return exchange.status in GONE and self.has_told

    def not_told(self, project_id: int, exchange: Exchange, reads: Reads) -> ServerTraits:
        """Learn from a refusal: a server without the call for one project is not asked again before the next start.

        Some answers say that there is no such call. Others may be about the project (one that is too new to be known
        everywhere, or deleted since), and have to be the same for two that have long been there, without any that
        tells something between them.
        """
        if self.has_told:
            return self
        untold = {**self.untold, project_id: exchange.status}
        traits = replace(self, untold=untold)
        is_page_for_it = exchange.status == HTTPStatus.NOT_FOUND and is_page(exchange.body, exchange.content_type)
        alike = [one for one, status in untold.items() if status == exchange.status]
        are_many = self.count_long_known(alike, reads) >= _ASKED_IN_VAIN
        if exchange.status in _SURELY_NO_CALL or is_page_for_it or are_many:
            return replace(traits, has_data_call=False).kept(Learnt.DATA_CALL, NO)
        return traits

    def in_vain_since(self, project_id: int, at: float) -> tuple[ServerTraits, float]:
        """Since when a project has been asked for in vain; from a moment on, where it was not before."""
        since = self.untold_since.get(project_id)
        if since is not None:
            return self, since
        return replace(self, untold_since={**self.untold_since, project_id: at}), at

    def told(self, project_id: int, data: ProjectData, reads: Reads) -> ServerTraits:
        """Learn from an answer about one project."""
        traits = replace(self, has_data_call=True, untold={}, untold_since={}).kept(Learnt.DATA_CALL, YES)
        sent = reads.own_reference(project_id)
        if not sent:
            return traits
        reference = data.values.get(Field.CRM_REFERENCE)
        if reference == sent:
            return traits.kept(Learnt.REFERENCES, YES)
        if is_empty(reference) and traits.get(Learnt.REFERENCES) != YES:
            # Another reference, or one that is gone where others came back, was somebody's doing.
            return traits.kept(Learnt.REFERENCES, NO)
        return traits

    def telling(self, told: FieldValues | None) -> FieldValues | None:
        """What an answer told, without an empty reference where the server is known to keep them to itself."""
        if told is None or self.get(Learnt.REFERENCES) != NO or not is_empty(told.get(Field.CRM_REFERENCE)):
            return told
        return {field: value for field, value in told.items() if field is not Field.CRM_REFERENCE}

    # -- what every part of the server knows -------------------------------------------------------------------------

    @property
    def old_attempt(self) -> int:
        """The last attempt by which what came in is no news to any part of the server."""
        return min(self.number(Learnt.OLD_ATTEMPT), self.attempts_at_start)

    def grown_old(self, now: float, grace_seconds: float) -> ServerTraits:
        """What was there when the program started is no news any more once it has run for as long as lists lag.

        Args:
            now: Monotonic seconds.
            grace_seconds: How long lists lag behind at most.
        """
        if self.running_since is None:
            return replace(self, running_since=now)
        if now >= self.running_since + grace_seconds:
            return self.raised_to(Learnt.OLD_ATTEMPT, self.attempts_at_start)
        return self

    def own_list(self, expected: Iterable[int], listed: Collection[int]) -> ServerTraits:
        """A list of one's own was read: what it should have held and lacks may be gone."""
        return replace(self, missed=self.missed.union(expected).difference(listed))

    def some_long_known(self, limit: int, but: int, reads: Reads) -> list[int]:
        """Some projects that have long been there and, for all that is known, still are; but for one."""
        known = reads.known_by(self.old_attempt, limit + len(self.missed), but)
        return [one for one in known if one not in self.missed][:limit]

    def count_long_known(self, project_ids: Iterable[int], reads: Reads) -> int:
        """How many of some projects have long been there and, for all that is known, still are."""
        seen = reads.first_seen(project_ids)
        return sum(attempt <= self.old_attempt and number not in self.missed for number, attempt in seen.items())

    def is_long_known(self, project_id: int, reads: Reads) -> bool:
        """Whether a list of earlier than this session's attempts held a project: none that lags behind can lack it."""
        first_seen = reads.first_seen([project_id]).get(project_id)
        return first_seen is not None and first_seen <= self.old_attempt and reads.was_listed(project_id)


def read_told(project_id: int, exchange: Exchange) -> ProjectData:
    """Read an answer about a project. Raises KnownError where the server did not tell, or told of another one."""
    data = read_project_data(exchange)
    if data.project_id not in (None, project_id):
        raise unreadable("another project than the one asked for")
    return data


class Learning:
    """Keeps what is known of a server for the account. Methods that keep something may raise StorageError.

    Attributes:
        traits: What is known.
    """

    def __init__(self, reader: StoreReader, facts: Facts) -> None:
        self._kept = facts
        self.traits = ServerTraits(reader.facts(_BEGINNING))

    def adopt(self, traits: ServerTraits) -> None:
        """More is known: what of it outlasts the program is written down."""
        if traits.facts is not self.traits.facts:
            for name, text in traits.facts.items():
                if self.traits.facts.get(name) != text:
                    self._kept.keep(name, text)
        self.traits = traits

    def note(self, name: str, value: str) -> None:
        """Keep something else about reading, which is not learnt: when it was last done, say."""
        self._kept.keep(name, value)


def _lag(least: float, most: float) -> int:
    """The longer of the two bounds, unless nobody looked for a long time in between."""
    return math.ceil(max(least, min(most, _LONGEST_GUESS)))
