"""When doubtful operations are looked for next, and how far the finding out of each is. No clock of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from heatpunk_desktop.sync.learning import Learnt

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from heatpunk_desktop.sync.learning import Learning
    from heatpunk_desktop.sync.policy import SyncPolicy

#: Looks that agree before anything is taken for proved.
_LOOKS_THAT_PROVE: Final = 2

#: Seconds until the next look while an operation like it is on its way, and the longest pause after failures.
_SHORTLY: Final = 3.0
_LONGEST: Final = 300.0


@dataclass(slots=True)
class Inquiry:
    """How far the finding out of one operation is. Times are monotonic seconds.

    Attributes:
        since: When the doubt arose, or the program started.
        next_at: When to look next.
        agreeing: Looks in a row that said the same, after the settle window.
        agree_on: What they said.
        in_vain: Looks after the settle window that told nothing.
        failures: Looks in a row that did not succeed.
    """

    since: float
    next_at: float
    agreeing: int = 0
    agree_on: str = ""
    in_vain: int = 0
    failures: int = 0


class Inquiries:
    """The inquiries under way, each under the number of its operation. Times are monotonic seconds."""

    def __init__(self, learning: Learning, policy: SyncPolicy) -> None:
        self._learning = learning
        self._policy = policy
        self._of: dict[int, Inquiry] = {}

    @property
    def settle_seconds(self) -> float:
        """How long a doubtful request is given: longer with a server whose list was seen to lag behind."""
        return max(self._policy.settle_seconds, 3.0 * self._learning.number(Learnt.LIST_LAG_S))

    def begin(self, number: int, now: float) -> None:
        """An operation has become doubtful."""
        first = next(iter(self._policy.early_looks), self.settle_seconds)
        self._of[number] = Inquiry(now, now + min(first, self.settle_seconds))

    def end(self, number: int) -> None:
        """An operation is doubtful no more, or a person's to tell of."""
        self._of.pop(number, None)

    def of(self, number: int) -> Inquiry:
        """The inquiry into an operation that is being looked for."""
        return self._of[number]

    def get(self, number: int) -> Inquiry | None:
        """The inquiry into an operation, or None."""
        return self._of.get(number)

    def next_at(self, busy: Collection[int]) -> float | None:
        """When to look next for any operation but those that are being looked for; None where there is none."""
        return min((one.next_at for number, one in self._of.items() if number not in busy), default=None)

    def due(self, busy: Collection[int], now: float) -> list[int]:
        """Operations to be looked for by now, but for those that are being looked for."""
        return [number for number, one in self._of.items() if one.next_at <= now and number not in busy]

    # -- the settle window -------------------------------------------------------------------------------------------

    def is_open(self, inquiry: Inquiry, at: float) -> bool:
        """Whether an operation may still have been under way at a moment, so that nothing missing proves anything."""
        return at < inquiry.since + self.settle_seconds

    def any_is_open(self, at: float) -> bool:
        """Whether any operation may."""
        return any(self.is_open(one, at) for one in self._of.values())

    def all_are_closed(self, numbers: Iterable[int], at: float) -> bool:
        """Whether none of some operations may; one into which nothing inquires may not."""
        return not any(self.is_open(self._of[one], at) for one in numbers if one in self._of)

    # -- when to look next -------------------------------------------------------------------------------------------

    def look_early(self, inquiry: Inquiry, now: float) -> None:
        """Looks again later: what was not found by now may be done yet."""
        at = [inquiry.since + one for one in (*self._policy.early_looks, self.settle_seconds)]
        inquiry.next_at = min((one for one in at if one > now), default=inquiry.since + self.settle_seconds)
        inquiry.next_at = min(inquiry.next_at, inquiry.since + self.settle_seconds)
        # One alike whose window is open for longer keeps this one waiting too.
        inquiry.next_at = max(inquiry.next_at, now + self._policy.second_look_seconds)

    @staticmethod
    def look_now(inquiry: Inquiry, now: float) -> None:
        """Looks again at once: the last look came to nothing, through no fault of the server's."""
        inquiry.next_at = now

    @staticmethod
    def look_shortly(inquiry: Inquiry, now: float) -> None:
        """Looks again soon: one like it is on its way."""
        inquiry.next_at = now + _SHORTLY

    def look_after_failure(self, inquiry: Inquiry, now: float) -> None:
        """Looks again after a pause that grows: the look did not succeed."""
        inquiry.failures += 1
        inquiry.next_at = now + min(_LONGEST, self._policy.second_look_seconds * 2.0 ** min(inquiry.failures - 1, 10))

    def agrees(self, inquiry: Inquiry, what: str, now: float) -> bool:
        """Notes what a look said; tells whether enough of them in a row said the same."""
        inquiry.agreeing = inquiry.agreeing + 1 if inquiry.agree_on == what else 1
        inquiry.agree_on = what
        inquiry.next_at = now + self._policy.second_look_seconds
        return self.have_agreed(inquiry, what)

    @staticmethod
    def have_agreed(inquiry: Inquiry, what: str) -> bool:
        """Whether enough looks in a row said something by now."""
        return inquiry.agree_on == what and inquiry.agreeing >= _LOOKS_THAT_PROVE

    @staticmethod
    def contradicts(inquiry: Inquiry, what: str) -> None:
        """Notes a look that told what cannot be where something is so: looks that said that do not count any more."""
        if inquiry.agree_on == what:
            inquiry.agreeing, inquiry.agree_on = 0, ""

    def is_hopeless(self, inquiry: Inquiry, now: float) -> bool:
        """Notes a look that told nothing; tells whether there were so many that a person is to be asked."""
        inquiry.in_vain += 1
        inquiry.agreeing, inquiry.agree_on = 0, ""
        inquiry.next_at = now + self._policy.again_seconds
        return inquiry.in_vain >= self._policy.looks_in_vain
