"""All questions that the rules can be asked, each once: every history of looks, however long, as far as rules see it.

What the rules go by is finite once times are whole seconds, ages beyond the grace period are one, and what looks come
to is kept as its tally, whose counts matter up to a limit. A mutant that answers each question as the rules do is the
same as they are, for any server, colleague and network; one that answers a question otherwise is told by the shortest.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import product
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from heatpunk_desktop.sync.evidence import Evidence, EvidenceKind, record, tally
from heatpunk_desktop.sync.read_before_write import LookResult
from heatpunk_desktop.sync.rules import Conclusion, Rule, Seen, Verdict, resolve
from heatpunk_desktop.sync.server_traits import GONE, NO_SUCH_CALL
from tests.explorer.decisions import FIELDS, operation
from tests.explorer.states import CREATE, DELETE, GRACE, POLICY, UPDATE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from heatpunk_desktop.domain.operation import Operation, OperationKind

_E: Final = EvidenceKind
_ONE, _OTHER = (1,), (2,)
#: No two seconds from here on differ in anything: the grace period is over, and that for a while.
LAST: Final = GRACE + 2
#: When the last form just like it came in doubt: there is none, soon after it, or so late that it is still in doubt.
_TWINS: Final = (float("-inf"), 1.0, float(LAST))
#: More failures in a row only make the pause longer.
_FAILURES: Final = 4

#: What a look can tell of an operation of each kind.
_TOLD: Final[Mapping[OperationKind, tuple[Evidence, ...]]] = {
    CREATE: (
        *(Evidence(kind, 0) for kind in (_E.FAILED, _E.REFUSED, _E.TWIN_IN_FLIGHT)),
        *(Evidence(kind, 0, projects=_ONE) for kind in (_E.REFERENCE_SEEN, _E.FITS_ALONE)),
        *(
            Evidence(kind, 0, is_whole, projects, since)
            for since in _TWINS
            for kind, is_whole, projects in (
                (_E.FITS, True, _ONE),
                (_E.RESEMBLES, True, _ONE),
                (_E.RESEMBLES, True, _OTHER),
                (_E.NOT_LISTED, True, ()),
                (_E.NOT_LISTED, False, ()),
            )
        ),
    ),
    UPDATE: (
        *(Evidence(kind, 0) for kind in (_E.FAILED, _E.REFUSED, _E.VALUES_DIFFER, _E.VALUES_NOT_RETURNED)),
        *(Evidence(_E.VALUES_SEEN, 0, is_new) for is_new in (True, False)),
    ),
    DELETE: (
        *(Evidence(kind, 0) for kind in (_E.FAILED, _E.REFUSED, _E.SHOWN, _E.LISTED)),
        *(Evidence(kind, 0, proves) for kind in (_E.GONE, _E.NOT_LISTED) for proves in (True, False)),
    ),
}
#: Sent once, and as often as the user is asked after.
_ATTEMPTS: Final = (1, POLICY.most_attempts)


#: What was seen, and the second in which the rules are asked.
_History = tuple[tuple[Evidence, ...], int]


class Question(NamedTuple):
    """What the rules are asked, in one of the histories of looks that come to it: one of the shortest."""

    operation: Operation
    evidence: tuple[Evidence, ...]
    now: int

    def answer(self, table: Sequence[Rule] | None = None) -> Verdict:
        """Return what a table says, but for the number of the rule."""
        return resolve(self.operation, self.evidence, self.now, POLICY, table)._replace(rule=0)

    def seen(self) -> Seen:
        """Return what the rules go by."""
        so_far = tally(self.evidence, POLICY.grace_seconds)
        return Seen(self.operation.kind, self.operation.attempts, self.evidence[-1], so_far, self.now, POLICY)

    def __str__(self) -> str:
        """Tell what was seen when."""
        sent = "" if self.operation.attempts == 1 else f", sent {self.operation.attempts} times"
        looks = ", ".join(map(_told, self.evidence[1:])) or "nothing was looked for"
        return f"{self.operation.kind.value.replace('soft_', '')}{sent}: {looks}"


def _told(look: Evidence) -> str:
    times = f" {look.times} times" if look.times > 1 else ""
    proves = "" if look.complete else " without proof"
    projects = f" {look.projects[0]}" if look.kind is _E.RESEMBLES else ""
    return f"{look.kind.value.replace('_', ' ')}{projects}{proves}{times} at {look.at:.0f} s"


# -- all questions -----------------------------------------------------------------------------------------------------


def comes_to(question: Question) -> tuple[Any, ...]:
    """Return the same for all questions that no rule can tell apart: counts matter up to a limit."""
    kind, attempts, last, so_far, now, policy = question.seen()
    agreed_on = so_far.agreed_on and (so_far.agreed_on[0], bool(so_far.agreed_on[1]))
    is_of_the_same = so_far.agreed_on is not None and so_far.agreed_on[1] == last.projects
    counts = so_far._replace(
        agreed_on=None,
        agreeing=min(so_far.agreeing, 2),
        in_vain=min(so_far.in_vain, policy.looks_in_vain),
        failures=min(so_far.failures, _FAILURES),
    )
    is_too_often = attempts % policy.most_attempts == 0
    return (
        kind, is_too_often, last.kind, last.complete, bool(last.projects), agreed_on, is_of_the_same, counts,
        min(now, LAST),
    )  # fmt: skip


@cache
def questions() -> tuple[Question, ...]:
    """Return all questions, those with the fewest looks first: looks go on until the rules have decided."""
    every = (question for kind in _TOLD for question in _of_kind(kind))
    return tuple(sorted(every, key=lambda question: len(question.evidence)))


def _of_kind(kind: OperationKind) -> Iterator[Question]:
    known: set[tuple[Any, ...]] = set()
    histories: list[_History] = [((Evidence(_E.UNANSWERED, 0),), 0)]
    while histories:
        following: list[_History] = []
        for evidence, now in histories:
            goes_on = False
            for attempts in _ATTEMPTS:
                question = Question(operation(kind, attempts), evidence, now)
                what = comes_to(question)
                if what in known:
                    continue
                known.add(what)
                yield question
                goes_on |= question.answer().conclusion is Conclusion.LOOK_AGAIN
            if goes_on:
                following += list(_looked_once_more(kind, evidence, now))
        histories = following


def _looked_once_more(kind: OperationKind, evidence: tuple[Evidence, ...], now: int) -> Iterator[_History]:
    for at in range(now, LAST + 1):
        for look in _TOLD[kind]:
            seen = record(evidence, replace(look, at=at))
            # An answer may be late: what it tells is about the moment in which it was asked for.
            yield from ((seen, later) for later in range(at, LAST + 1))


# -- all looks before an update ----------------------------------------------------------------------------------------

_FLAGS: Final = ("is_old", "has_tried_long", "is_member", "may_return_more")
_RETURNED: Final = {FIELDS[0]: "Ann"}
#: What a look returned of the project: all that the change sets, a part of it, nothing.
_SHOWN: Final[tuple[dict[str, Any], ...]] = (
    {"returned": _RETURNED, "returned_all": True},
    {"returned": _RETURNED},
    {"returned": {}},
)
#: Answers without it; the first two, though read, made no sense or never came.
_ANSWERS: Final = (None, 200, 401, 429, 503, *sorted(NO_SUCH_CALL))


@cache
def looks() -> tuple[LookResult, ...]:
    """Return all that a look before an update can show."""
    return tuple(look._replace(**flags) for flags in _flags() for look in (*_by_page(), *_by_list()))


def _flags() -> list[dict[str, Any]]:
    return [dict(zip(_FLAGS, values, strict=True)) for values in product((False, True), repeat=len(_FLAGS))]


def _by_page() -> Iterator[LookResult]:
    for has_no_list in (False, True):
        look = LookResult(has_no_list=has_no_list)
        yield from (look._replace(status=200, **shown) for shown in _SHOWN)
        yield from (look._replace(status=status) for status in _ANSWERS)
        yield from (look._replace(status=status, is_gone=True) for status in sorted(GONE))


def _by_list() -> Iterator[LookResult]:
    for goes_on in (False, True):
        look = LookResult(by_list=True, goes_on=goes_on)
        yield from (look._replace(status=200, **shown) for shown in _SHOWN)
        for status in _ANSWERS:
            yield look._replace(status=status)
            # Any other answer shows that there may be a list.
            if status in NO_SUCH_CALL:
                yield look._replace(status=status, has_no_list=True)
