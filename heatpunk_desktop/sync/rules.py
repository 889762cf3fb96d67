"""The rules that resolve an operation in doubt from the evidence about it (ADR 19). Pure."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from heatpunk_desktop.domain.operation import OperationKind
from heatpunk_desktop.sync.evidence import LOOKS_THAT_PROVE, Evidence, EvidenceKind, Tally, tally
from heatpunk_desktop.sync.policy import PAUSE_FOR_TWIN, pause_between_looks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from heatpunk_desktop.domain.fields import Field
    from heatpunk_desktop.domain.operation import Operation
    from heatpunk_desktop.sync.policy import ReconciliationPolicy


class Conclusion(StrEnum):
    """The conclusion for an operation: it was carried out, it was not, it cannot be determined, or not yet."""

    FOUND = "found"
    ABSENT = "absent"
    UNCLEAR = "unclear"
    LOOK_AGAIN = "look_again"


class Why(StrEnum):
    """Why an operation is resolved as it is, for the message to the user.

    Of `found`: `reference` (by its own reference), `seen`. Of `absent`: `not_there`. Of `unclear`: `in_vain` (no look
    was conclusive), `not_returned` (the server does not return the fields), `resembles` (there are projects like
    it), `too_often` (sent several times without a clear answer, and not there).
    """

    REFERENCE = "reference"
    SEEN = "seen"
    NOT_THERE = "not_there"
    IN_VAIN = "in_vain"
    NOT_RETURNED = "not_returned"
    RESEMBLES = "resembles"
    TOO_OFTEN = "too_often"


class Verdict(NamedTuple):
    """What a rule decides.

    Attributes:
        conclusion: What became of the operation.
        why: What the message to the user says; None if it is looked for again.
        rule: The number of the rule.
        projects: Found: the one that a create made. Unclear: those that it may have made.
        when: Look again: at which monotonic second.
        by_list: Look again: in the list, as the call for one project cannot decide.
        not_returned: Found: fields of the form that could not be compared.
    """

    conclusion: Conclusion
    why: Why | None = None
    rule: int = 0
    projects: tuple[int, ...] = ()
    when: float = 0.0
    by_list: bool = False
    not_returned: tuple[Field, ...] = ()


class Seen(NamedTuple):
    """What the rules go by: an operation, the last thing that was seen of it, and what all of it comes to."""

    kind: OperationKind
    attempts: int
    last: Evidence
    so_far: Tally
    now: float
    policy: ReconciliationPolicy

    def is_a(self, *kinds: EvidenceKind) -> bool:
        """Return whether the last look showed one of these."""
        return self.last.kind in kinds

    @property
    def has_agreed(self) -> bool:
        """Whether enough looks in a row have said what the last one said."""
        so_far = self.so_far
        return so_far.agreed_on == (self.last.kind, self.last.projects) and so_far.agreeing >= LOOKS_THAT_PROVE

    @property
    def must_be_listed(self) -> bool:
        """Whether the call for one project cannot show more: the project is there, as a deleted one may be, or gone."""
        return self.is_a(EvidenceKind.SHOWN) or (self.is_a(EvidenceKind.GONE) and self.has_agreed)

    @property
    def is_hopeless(self) -> bool:
        """Whether so many looks had no result that the user must be asked."""
        return self.so_far.is_in_vain and self.so_far.in_vain >= self.policy.looks_in_vain

    @property
    def was_tried_often(self) -> bool:
        """Whether it was sent so often without a clear answer that the user must be asked."""
        return self.attempts > 0 and self.attempts % self.policy.most_attempts == 0


Condition = Callable[[Seen], bool]
Decision = Callable[[Seen], Verdict]


class Rule(NamedTuple):
    """One rule: where it holds, and no rule before it does, it decides."""

    number: int
    says: str
    holds: Condition
    decides: Decision


# -- what a rule can decide ------------------------------------------------------------------------------------------


def _found(seen: Seen) -> Verdict:
    why = Why.REFERENCE if seen.is_a(EvidenceKind.REFERENCE_SEEN) else Why.SEEN
    return Verdict(Conclusion.FOUND, why, projects=seen.last.projects, not_returned=seen.last.not_returned)


def _absent(_seen: Seen) -> Verdict:
    return Verdict(Conclusion.ABSENT, Why.NOT_THERE)


def _unclear(why: Why) -> Decision:
    return lambda seen: Verdict(Conclusion.UNCLEAR, why, projects=seen.last.projects)


def _again(at: Callable[[Seen], float], *, by_list: bool = False) -> Decision:
    return lambda seen: Verdict(Conclusion.LOOK_AGAIN, when=at(seen), by_list=by_list)


def _at_first(seen: Seen) -> float:
    grace = seen.policy.grace_seconds
    return seen.so_far.since + min(next(iter(seen.policy.early_looks), grace), grace)


def _shortly(seen: Seen) -> float:
    return seen.now + PAUSE_FOR_TWIN


def _backing_off(seen: Seen) -> float:
    return seen.now + pause_between_looks(seen.so_far.failures, seen.policy)


def _early(seen: Seen) -> float:
    """Return the time of the next early look, or the end of the grace period: it may still be carried out."""
    since, policy = seen.so_far.since, seen.policy
    end = since + policy.grace_seconds
    at = min((since + delay for delay in policy.early_looks if seen.now < since + delay < end), default=end)
    # One just like it whose grace period ends later keeps this one waiting too.
    return max(at, seen.now + policy.second_look_seconds)


def _once_more(seen: Seen) -> float:
    return seen.now + seen.policy.second_look_seconds


def _later(seen: Seen) -> float:
    return seen.now + seen.policy.again_seconds


def _at_once(seen: Seen) -> float:
    return seen.now


# -- the rules -------------------------------------------------------------------------------------------------------

_CREATE, _UPDATE, _DELETE = OperationKind.CREATE, OperationKind.UPDATE, OperationKind.SOFT_DELETE
_E = EvidenceKind
_SAID_TWICE: Final = (_E.GONE, _E.LISTED, _E.NOT_LISTED, _E.RESEMBLES)

RULES: Final[tuple[Rule, ...]] = (
    Rule(1, "nothing was looked for yet", lambda s: s.is_a(_E.UNANSWERED), _again(_at_first)),
    # At any time: what was found cannot be done twice any more, as it is never sent again.
    Rule(2, "its own reference is there", lambda s: s.is_a(_E.REFERENCE_SEEN), _found),
    Rule(3, "one just like it is on its way", lambda s: s.is_a(_E.TWIN_IN_FLIGHT), _again(_shortly)),
    Rule(4, "one project fits it, and nothing else", lambda s: s.is_a(_E.FITS_ALONE), _found),
    Rule(5, "values that were new are there", lambda s: s.is_a(_E.VALUES_SEEN) and s.last.complete, _found),
    Rule(6, "gone, and gone from the list", lambda s: s.is_a(_E.NOT_LISTED) and s.so_far.was_gone, _found),
    # Looks without a result.
    Rule(7, "looked for in vain too often", lambda s: s.is_hopeless, _unclear(Why.IN_VAIN)),
    Rule(8, "the look did not succeed", lambda s: s.is_a(_E.FAILED, _E.REFUSED), _again(_backing_off)),
    Rule(9, "the grace period is not over", lambda s: not s.so_far.counts, _again(_early)),
    # After the grace period: it has been carried out, or it never will be.
    Rule(10, "as many fit as forms; values are there", lambda s: s.is_a(_E.FITS, _E.VALUES_SEEN), _found),
    Rule(11, "nobody tells what the fields hold", lambda s: s.is_a(_E.VALUES_NOT_RETURNED), _unclear(Why.NOT_RETURNED)),
    Rule(12, "the look proves nothing", lambda s: s.so_far.is_in_vain, _again(_later)),
    Rule(13, "only the list can tell", lambda s: s.must_be_listed, _again(_at_once, by_list=True)),
    Rule(14, "seen once is not enough", lambda s: s.is_a(*_SAID_TWICE) and not s.has_agreed, _again(_once_more)),
    Rule(15, "projects that nobody rules out", lambda s: s.is_a(_E.RESEMBLES), _unclear(Why.RESEMBLES)),
    Rule(16, "deleted: no list holds it", lambda s: s.kind is _DELETE and s.is_a(_E.NOT_LISTED), _found),
    Rule(17, "not there, and sent too often", lambda s: s.was_tried_often, _unclear(Why.TOO_OFTEN)),
    Rule(18, "not made: no list holds it", lambda s: s.kind is _CREATE and s.is_a(_E.NOT_LISTED), _absent),
    Rule(19, "not deleted: lists hold it", lambda s: s.kind is _DELETE and s.is_a(_E.LISTED), _absent),
    Rule(20, "not changed: other values are there", lambda s: s.kind is _UPDATE and s.is_a(_E.VALUES_DIFFER), _absent),
)


def resolve(
    operation: Operation,
    evidence: Sequence[Evidence],
    now: float,
    policy: ReconciliationPolicy,
    rules: Sequence[Rule] | None = None,
) -> Verdict:
    """Resolve an operation in doubt from the evidence about it, by the first rule that holds.

    Args:
        operation: The operation; its kind and the number of its attempts matter.
        evidence: The evidence, in order; the first is `unanswered`.
        now: Monotonic seconds, from which the next look is timed. They prove nothing.
        policy: The delays, with the grace period that this server needs.
        rules: Rules to use instead of `RULES`.

    Returns:
        The verdict. If no rule holds, it is looked for again later: a gap in the rules never ends a doubt.
    """
    so_far = tally(evidence, policy.grace_seconds)
    seen = Seen(operation.kind, operation.attempts, evidence[-1], so_far, now, policy)
    for rule in RULES if rules is None else rules:
        if rule.holds(seen):
            return rule.decides(seen)._replace(rule=rule.number)
    return Verdict(Conclusion.LOOK_AGAIN, when=_later(seen))
