"""Laws of resolving, for any evidence (Hypothesis): what no history of looks, however long or odd, can bring about."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from hypothesis import given, settings
from hypothesis import strategies as some

from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.domain.operation import Operation, OperationKind, OperationState
from heatpunk_desktop.domain.operation_states import TRANSITIONS, Event
from heatpunk_desktop.sync.evidence import Evidence, EvidenceKind, of_creates, record, tally
from heatpunk_desktop.sync.in_doubt import Case, InDoubt
from heatpunk_desktop.sync.matching import Candidate, Wanted
from heatpunk_desktop.sync.policy import ReconciliationPolicy
from heatpunk_desktop.sync.rules import RULES, Conclusion, Seen, resolve

if TYPE_CHECKING:
    from collections.abc import Sequence

E = EvidenceKind
CREATE, UPDATE, DELETE = OperationKind.CREATE, OperationKind.UPDATE, OperationKind.SOFT_DELETE
SINCE: Final = 1000.0

History = tuple[Operation, tuple[Evidence, ...], ReconciliationPolicy]

#: What a look can tell of an operation of each kind.
TELLS: Final = {
    CREATE: (E.FAILED, E.REFUSED, E.REFERENCE_SEEN, E.TWIN_IN_FLIGHT, E.FITS_ALONE, E.FITS, E.RESEMBLES, E.NOT_LISTED),
    UPDATE: (E.FAILED, E.REFUSED, E.VALUES_SEEN, E.VALUES_DIFFER, E.VALUES_NOT_RETURNED),
    DELETE: (E.FAILED, E.REFUSED, E.GONE, E.SHOWN, E.LISTED, E.NOT_LISTED),
}
#: What says that it was not done.
NOT_DONE: Final = {CREATE: (E.NOT_LISTED,), UPDATE: (E.VALUES_DIFFER,), DELETE: (E.LISTED,)}
_SEEN: Final = (E.REFERENCE_SEEN, E.FITS_ALONE, E.FITS, E.RESEMBLES)

policies = some.builds(
    ReconciliationPolicy,
    grace_seconds=some.sampled_from((1.0, 10.0, 120.0)),
    early_looks=some.sampled_from(((), (2.0,), (2.0, 15.0, 60.0))),
    looks_in_vain=some.integers(1, 4),
    most_attempts=some.integers(1, 4),
)


def operation(kind: OperationKind, attempts: int = 1) -> Operation:
    return Operation(
        7, kind, OperationState.UNKNOWN, -7, None, "Mill", "me@acme-heat.test", {}, {}, "", attempts, "", "", (), ""
    )  # fmt: skip


@some.composite
def looks(draw: some.DrawFn, kind: OperationKind) -> list[Evidence]:
    """Look in the order of time, on either side of the end of any grace period."""
    at, seen = SINCE, []
    proving = some.sampled_from(NOT_DONE[kind])
    for what in draw(some.lists(proving | some.sampled_from(TELLS[kind]), min_size=1, max_size=9)):
        at += draw(some.sampled_from((0.0, 1.0, 200.0)))
        projects = draw(some.sampled_from(((1,), (2,), (1, 2)))) if what in _SEEN else ()
        twins = draw(some.sampled_from((float("-inf"), float("-inf"), SINCE + 60)))
        seen.append(
            Evidence(
                what,
                at,
                draw(some.sampled_from((True, True, False))),
                projects[: 1 if what is not E.RESEMBLES else 2],
                twins,
            )
        )
    return seen


@some.composite
def histories(draw: some.DrawFn) -> History:
    """An operation in doubt, with what was seen of it."""
    kind = draw(some.sampled_from((CREATE, UPDATE, DELETE)))
    return operation(kind, draw(some.integers(1, 6))), recorded(draw(looks(kind))), draw(policies)


def recorded(seen: Sequence[Evidence]) -> tuple[Evidence, ...]:
    so_far: tuple[Evidence, ...] = (Evidence(E.UNANSWERED, SINCE),)
    for look in seen:
        so_far = record(so_far, look)
    return so_far


@settings(max_examples=300, deadline=None)
@given(histories())
def test_no_evidence_speaks_for_found_and_for_absent(
    history: History,
) -> None:
    of, evidence, policy = history
    so_far = tally(evidence, policy.grace_seconds)
    seen = Seen(of.kind, of.attempts, evidence[-1], so_far, evidence[-1].at, policy)
    conclusions = {rule.decides(seen).conclusion for rule in RULES if rule.holds(seen)}
    assert not conclusions >= {Conclusion.FOUND, Conclusion.ABSENT}


@settings(max_examples=300, deadline=None)
@given(histories())
def test_absent_needs_two_complete_looks_after_the_grace_period(
    history: History,
) -> None:
    of, evidence, policy = history
    if resolve(of, evidence, evidence[-1].at, policy).conclusion is not Conclusion.ABSENT:
        return
    over = [
        observation
        for observation in evidence
        if observation.at >= max(SINCE, observation.twins_since) + policy.grace_seconds
    ]
    assert evidence[-1] in over
    if of.kind is UPDATE:
        assert evidence[-1].kind is E.VALUES_DIFFER  # one is enough: it is compared once more before it goes
        return
    assert sum(look.kind in NOT_DONE[of.kind] and (look.complete or of.kind is DELETE) for look in over) >= 2
    assert of.attempts % policy.most_attempts, "or the user is asked"


@settings(max_examples=300, deadline=None)
@given(histories(), some.data())
def test_nothing_leaves_doubt_but_by_a_rule(history: History, data: some.DataObject) -> None:
    of, evidence, policy = history
    now = evidence[-1].at
    other = of._replace(operation_id=8)
    known = InDoubt({7: Case(evidence, now), 8: Case(evidence, now)})
    look = replace(data.draw(looks(of.kind))[-1], at=now)
    after, verdicts = known.observed([(of, look), (other._replace(operation_id=9), look)], now, policy)
    assert verdicts.keys() == {7}, "of what is not in doubt nothing is decided"
    assert after.cases[8] == known.cases[8], "of what was not looked for nothing is decided"
    assert (7 in after.cases) == (verdicts[7].conclusion is Conclusion.LOOK_AGAIN)
    if 7 in after.cases:
        assert after.cases[7].look_at >= now or verdicts[7].rule == 0


def test_the_state_in_doubt_is_left_by_a_resolution_or_by_the_user_only() -> None:
    """Or in the recovery of a damaged or stale database, before the engine starts."""
    states = {event: moves.get(OperationState.UNKNOWN, OperationState.UNKNOWN) for event, moves in TRANSITIONS.items()}
    leaving = {event for event, state in states.items() if state is not OperationState.UNKNOWN}
    by_a_rule, by_recovery = {Event.FOUND, Event.ABSENT, Event.UNCLEAR}, {Event.DAMAGED, Event.SETTLED_SINCE}
    assert leaving - by_a_rule - by_recovery == {Event.TRY_AGAIN, Event.ADOPTED, Event.DISCARDED}


# -- order -------------------------------------------------------------------------------------------------------------


@settings(max_examples=300, deadline=None)
@given(some.data(), policies, some.lists(some.sampled_from((E.FAILED, E.TWIN_IN_FLIGHT, E.NOT_LISTED, E.RESEMBLES))))
def test_the_order_of_looks_in_the_grace_period_makes_no_difference(
    data: some.DataObject, policy: ReconciliationPolicy, kinds: list[EvidenceKind]
) -> None:
    end = SINCE + policy.grace_seconds
    early = [Evidence(kind, SINCE, data.draw(some.booleans())) for kind in kinds]
    late = [
        replace(look, at=end + place) for place, look in enumerate(data.draw(looks(CREATE))) if look.twins_since < SINCE
    ]
    if not late or late[-1].kind in (E.FAILED, E.REFUSED):
        return  # the pause after failures counts those in a row
    mixed = data.draw(some.permutations(early))
    now = late[-1].at
    assert resolve(operation(CREATE), recorded([*mixed, *late]), now, policy) == resolve(
        operation(CREATE), recorded(late), now, policy
    )


@settings(max_examples=300, deadline=None)
@given(histories(), some.data())
def test_a_look_that_failed_before_the_last_one_makes_no_difference(history: History, data: some.DataObject) -> None:
    of, evidence, policy = history
    last = evidence[-1]
    if last.kind in (E.FAILED, E.REFUSED):
        return
    before = data.draw(some.integers(1, len(evidence) - 1))
    failed = Evidence(E.FAILED, evidence[before - 1].at)
    more = recorded([*evidence[1:before], failed, *evidence[before:]])
    assert resolve(of, more, last.at, policy) == resolve(of, evidence, last.at, policy)


#: Forms and projects that are the same, alike, and different.
VALUES: Final = tuple(
    {Field.CUSTOMER_NAME: name, Field.ADDRESS: address}
    for name, address in (("Ann", "1 Mill Lane"), ("Bob", "1 Mill Lane"), ("Cy", "2 Hill Road"))
)
DAY: Final = "2026-11-24T09:00:00.000Z"


@settings(max_examples=300, deadline=None)
@given(
    some.lists(
        some.tuples(
            some.sampled_from(VALUES),
            some.frozensets(some.integers(1, 4)),
            some.sampled_from(["judged", "flying", "unclear"]),
        ),
        min_size=1, max_size=4,
    ),
    some.lists(some.tuples(some.sampled_from(VALUES), some.booleans()), max_size=4),
    some.booleans(),
    some.data(),
)  # fmt: skip
def test_creates_are_judged_alike_in_any_order_of_them_and_the_projects(
    forms: list[tuple[dict[Field, str], frozenset[int], str]],
    projects: list[tuple[dict[Field, str], bool]],
    is_proof: bool,
    data: some.DataObject,
) -> None:
    wanted = [
        Wanted(number, values, DAY, eligible, is_flying=how == "flying", is_unclear=how == "unclear")
        for number, (values, eligible, how) in enumerate(forms, 1)
    ]
    candidates = [
        Candidate(number, values, DAY, "" if is_changed else DAY)
        for number, (values, is_changed) in enumerate(projects, 1)
    ]
    since = {create.number: SINCE + create.number for create in wanted}
    seen = of_creates(wanted, candidates, at=SINCE, is_proof=is_proof, since=since)
    mixed = data.draw(some.permutations(wanted)), data.draw(some.permutations(candidates))
    assert of_creates(*mixed, at=SINCE, is_proof=is_proof, since=since) == seen
    assert seen.keys() == {create.number for create in wanted if create.is_judged}
    found = [look.projects for look in seen.values() if look.kind in (E.FITS, E.FITS_ALONE, E.REFERENCE_SEEN)]
    assert len(set(found)) == len(found), "no two of them claim one project"
