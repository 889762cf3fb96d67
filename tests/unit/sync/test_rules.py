"""The rules of reconciliation: an example of each, promises over every short history of looks, and mutants of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from itertools import pairwise, product
from typing import TYPE_CHECKING, Final, NamedTuple

import pytest

from heatpunk_desktop.domain.operation import Operation, OperationKind, OperationState
from heatpunk_desktop.sync.evidence import Evidence, EvidenceKind, record, tally
from heatpunk_desktop.sync.policy import ReconciliationPolicy
from heatpunk_desktop.sync.rules import RULES, Conclusion, Condition, Rule, Seen, Verdict, Why, resolve

if TYPE_CHECKING:
    from collections.abc import Iterator

E = EvidenceKind
CREATE, UPDATE, DELETE = OperationKind.CREATE, OperationKind.UPDATE, OperationKind.SOFT_DELETE
FOUND, ABSENT, UNCLEAR, LOOK_AGAIN = Conclusion.FOUND, Conclusion.ABSENT, Conclusion.UNCLEAR, Conclusion.LOOK_AGAIN

SINCE: Final = 1000.0
POLICY: Final = ReconciliationPolicy(looks_in_vain=2)
GRACE: Final = POLICY.grace_seconds
#: Moments within the grace period and after it.
EARLY: Final = SINCE + 5
OVER: Final = SINCE + GRACE

Table = Sequence[Rule]


def operation(kind: OperationKind, attempts: int = 1) -> Operation:
    return Operation(
        7, kind, OperationState.UNKNOWN, -7, None, "Mill", "me@acme-heat.test", {}, {}, "", attempts, "", "", (), ""
    )  # fmt: skip


def seen(*looks: Evidence) -> tuple[Evidence, ...]:
    """What was seen of an operation in doubt, with when it came in doubt."""
    so_far: tuple[Evidence, ...] = (Evidence(E.UNANSWERED, SINCE),)
    for look in looks:
        so_far = record(so_far, look)
    return so_far


class Example(NamedTuple):
    """A short history, and what it is resolved to by which rule."""

    rule: int
    kind: OperationKind
    looks: tuple[Evidence, ...]
    verdict: Verdict
    attempts: int = 1

    def says(self, table: Table | None = None) -> Verdict:
        """What the rules say."""
        evidence = seen(*self.looks)
        return resolve(operation(self.kind, self.attempts), evidence, evidence[-1].at, POLICY, table)


def again(when: float, *, by_list: bool = False) -> Verdict:
    return Verdict(LOOK_AGAIN, when=when, by_list=by_list)


def early(kind: EvidenceKind, at: float = EARLY, **more: object) -> Evidence:
    return Evidence(kind, at, **more)  # type: ignore[arg-type]


def late(kind: EvidenceKind, after: float = 0.0, **more: object) -> Evidence:
    return Evidence(kind, OVER + after, **more)  # type: ignore[arg-type]


ONE, TWO = (101,), (101, 102)

EXAMPLES: Final = (
    Example(1, CREATE, (), again(SINCE + 2)),
    Example(2, CREATE, (early(E.REFERENCE_SEEN, projects=ONE),), Verdict(FOUND, Why.REFERENCE, projects=ONE)),
    Example(3, CREATE, (late(E.TWIN_IN_FLIGHT),), again(OVER + 3)),
    Example(3, CREATE, (early(E.TWIN_IN_FLIGHT),), again(EARLY + 3)),
    Example(4, CREATE, (early(E.FITS_ALONE, projects=ONE),), Verdict(FOUND, Why.SEEN, projects=ONE)),
    Example(5, UPDATE, (early(E.VALUES_SEEN),), Verdict(FOUND, Why.SEEN)),
    Example(
        6, DELETE, (early(E.GONE), early(E.GONE, EARLY + 1), early(E.NOT_LISTED, EARLY + 2, complete=False)),
        Verdict(FOUND, Why.SEEN),
    ),
    Example(
        6, DELETE, (late(E.GONE), late(E.GONE, 1), late(E.NOT_LISTED, 2)), Verdict(FOUND, Why.SEEN), attempts=5
    ),
    Example(
        6, DELETE, (late(E.REFUSED), late(E.GONE), late(E.GONE, 1), late(E.NOT_LISTED, 2, complete=False)),
        Verdict(FOUND, Why.SEEN),
    ),
    Example(
        7, CREATE, (late(E.NOT_LISTED, complete=False), late(E.NOT_LISTED, 30, complete=False)),
        Verdict(UNCLEAR, Why.IN_VAIN),
    ),
    Example(7, UPDATE, (late(E.REFUSED), late(E.REFUSED, 30)), Verdict(UNCLEAR, Why.IN_VAIN)),
    Example(
        7, DELETE, (late(E.REFUSED), late(E.GONE, 1), late(E.GONE, 2), late(E.LISTED, 3)),
        Verdict(UNCLEAR, Why.IN_VAIN),
    ),
    Example(8, CREATE, (early(E.FAILED),), again(EARLY + 10)),
    Example(8, CREATE, (early(E.FAILED, SINCE + 20),), again(SINCE + 30)),
    Example(8, CREATE, (early(E.FAILED), late(E.FAILED)), again(OVER + 20)),
    Example(8, CREATE, (late(E.REFUSED),), again(OVER + 10)),
    Example(9, CREATE, (early(E.NOT_LISTED),), again(SINCE + 15)),
    Example(9, CREATE, (early(E.NOT_LISTED, SINCE + 60),), again(SINCE + GRACE)),
    Example(9, CREATE, (early(E.NOT_LISTED, SINCE + 115),), again(SINCE + 125)),
    Example(9, CREATE, (early(E.RESEMBLES, projects=ONE),), again(SINCE + 15)),
    Example(9, CREATE, (early(E.FITS, projects=ONE),), again(SINCE + 15)),
    Example(9, CREATE, (late(E.FITS, projects=ONE, twins_since=SINCE + 100),), again(OVER + 10)),
    Example(9, UPDATE, (early(E.VALUES_SEEN, complete=False),), again(SINCE + 15)),
    Example(9, UPDATE, (early(E.VALUES_DIFFER),), again(SINCE + 15)),
    Example(9, UPDATE, (early(E.VALUES_NOT_RETURNED),), again(SINCE + 15)),
    Example(9, DELETE, (early(E.GONE, complete=False),), again(SINCE + 15)),
    Example(9, DELETE, (early(E.SHOWN),), again(SINCE + 15)),
    Example(9, DELETE, (early(E.GONE), early(E.GONE), early(E.LISTED)), again(SINCE + 15)),
    Example(10, CREATE, (late(E.FITS, projects=ONE),), Verdict(FOUND, Why.SEEN, projects=ONE)),
    Example(10, UPDATE, (late(E.VALUES_SEEN, complete=False),), Verdict(FOUND, Why.SEEN), attempts=5),
    Example(11, UPDATE, (late(E.VALUES_NOT_RETURNED),), Verdict(UNCLEAR, Why.NOT_RETURNED)),
    Example(12, CREATE, (late(E.NOT_LISTED, complete=False),), again(OVER + 30)),
    Example(12, DELETE, (late(E.GONE), late(E.GONE, 1), late(E.LISTED, 2)), again(OVER + 32)),
    Example(13, DELETE, (late(E.SHOWN),), again(OVER, by_list=True)),
    Example(13, DELETE, (early(E.GONE), early(E.GONE)), again(EARLY, by_list=True)),
    Example(14, DELETE, (early(E.GONE),), again(EARLY + 10)),
    Example(14, DELETE, (late(E.GONE, complete=False),), again(OVER + 10)),
    Example(14, DELETE, (late(E.GONE), late(E.SHOWN), late(E.GONE)), again(OVER + 10)),
    Example(14, DELETE, (late(E.LISTED),), again(OVER + 10), attempts=5),
    Example(14, DELETE, (late(E.NOT_LISTED),), again(OVER + 10)),
    Example(14, CREATE, (late(E.NOT_LISTED),), again(OVER + 10)),
    Example(14, CREATE, (early(E.NOT_LISTED), late(E.NOT_LISTED)), again(OVER + 10)),
    Example(14, CREATE, (late(E.NOT_LISTED), late(E.RESEMBLES, projects=ONE)), again(OVER + 10)),
    Example(14, CREATE, (late(E.RESEMBLES, projects=ONE), late(E.RESEMBLES, projects=TWO)), again(OVER + 10)),
    Example(
        15, CREATE, (late(E.RESEMBLES, projects=TWO), late(E.RESEMBLES, 10, projects=TWO)),
        Verdict(UNCLEAR, Why.RESEMBLES, projects=TWO), attempts=5,
    ),
    Example(
        16, DELETE, (late(E.NOT_LISTED), late(E.SHOWN, 10), late(E.NOT_LISTED, 10)), Verdict(FOUND, Why.SEEN),
        attempts=5,
    ),
    Example(
        17, CREATE, (late(E.NOT_LISTED), late(E.NOT_LISTED, 10)), Verdict(UNCLEAR, Why.TOO_OFTEN), attempts=5
    ),
    Example(17, UPDATE, (late(E.VALUES_DIFFER),), Verdict(UNCLEAR, Why.TOO_OFTEN), attempts=10),
    Example(18, CREATE, (late(E.NOT_LISTED), late(E.NOT_LISTED, 10)), Verdict(ABSENT, Why.NOT_THERE)),
    Example(
        18, CREATE, (late(E.NOT_LISTED), late(E.FAILED, 10), late(E.NOT_LISTED, 20)),
        Verdict(ABSENT, Why.NOT_THERE), attempts=4,
    ),
    Example(
        19, DELETE, (late(E.SHOWN), late(E.LISTED), late(E.SHOWN, 10), late(E.LISTED, 10)),
        Verdict(ABSENT, Why.NOT_THERE),
    ),
    Example(20, UPDATE, (late(E.VALUES_DIFFER),), Verdict(ABSENT, Why.NOT_THERE)),
)  # fmt: skip


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: f"rule {example.rule} {example.kind}")
def test_each_rule_decides_where_it_is_to(example: Example) -> None:
    assert example.says() == example.verdict._replace(rule=example.rule)


def test_the_rules_are_numbered_in_their_order_and_each_has_an_example() -> None:
    assert [rule.number for rule in RULES] == list(range(1, len(RULES) + 1))
    assert {example.rule for example in EXAMPLES} == {rule.number for rule in RULES}


def test_where_no_rule_holds_doubt_goes_on() -> None:
    evidence = seen(late(E.VALUES_DIFFER))
    assert resolve(operation(UPDATE), evidence, OVER, POLICY, ()) == again(OVER + POLICY.again_seconds)


def test_a_first_look_is_not_later_than_the_end_of_the_grace_period() -> None:
    hasty = replace(POLICY, grace_seconds=1.0)
    assert resolve(operation(CREATE), seen(), SINCE, hasty).when == SINCE + 1.0
    none_early = replace(POLICY, early_looks=())
    assert resolve(operation(CREATE), seen(), SINCE, none_early).when == SINCE + GRACE


def test_what_counted_counts_no_more_once_the_server_needs_longer() -> None:
    evidence = seen(late(E.NOT_LISTED), late(E.NOT_LISTED, 10))
    assert resolve(operation(CREATE), evidence, OVER + 10, POLICY).conclusion is ABSENT
    assert resolve(operation(CREATE), evidence, OVER + 10, replace(POLICY, grace_seconds=300.0)).rule == 9


def test_pauses_after_failures_double_up_to_minutes() -> None:
    evidence, pauses = seen(), []
    for _ in range(12):
        evidence = record(evidence, early(E.FAILED))
        pauses.append(resolve(operation(CREATE), evidence, EARLY, POLICY).when - EARLY)
    assert pauses == [10.0, 20.0, 40.0, 80.0, 160.0, *[300.0] * 7]
    assert len(evidence) == 2, "however often"
    evidence = record(record(evidence, early(E.NOT_LISTED)), early(E.FAILED))
    assert resolve(operation(CREATE), evidence, EARLY, POLICY).when == EARLY + 10, "an answer ends a run of failures"


# -- promises, over every short history ------------------------------------------------------------------------------

#: What a look can tell of an operation of each kind.
ALPHABET: Final = {
    CREATE: (
        (E.FAILED, {}), (E.REFUSED, {}), (E.REFERENCE_SEEN, {"projects": ONE}), (E.TWIN_IN_FLIGHT, {}),
        (E.FITS_ALONE, {"projects": ONE}), (E.FITS, {"projects": ONE}), (E.RESEMBLES, {"projects": ONE}),
        (E.RESEMBLES, {"projects": TWO}), (E.NOT_LISTED, {}), (E.NOT_LISTED, {"complete": False}),
    ),
    UPDATE: (
        (E.FAILED, {}), (E.REFUSED, {}), (E.VALUES_SEEN, {}), (E.VALUES_SEEN, {"complete": False}),
        (E.VALUES_DIFFER, {}), (E.VALUES_NOT_RETURNED, {}),
    ),
    DELETE: (
        (E.FAILED, {}), (E.REFUSED, {}), (E.GONE, {}), (E.GONE, {"complete": False}), (E.SHOWN, {}), (E.LISTED, {}),
        (E.NOT_LISTED, {}), (E.NOT_LISTED, {"complete": False}),
    ),
}  # fmt: skip
#: Looks of the longest histories.
LOOKS: Final = {CREATE: 3, UPDATE: 3, DELETE: 4}


def histories(table: Table | None = None) -> Iterator[tuple[Operation, tuple[Evidence, ...], Verdict]]:
    """Every history of a few looks with what it is resolved to, each look on either side of the grace period's end."""
    for kind, attempts in product(OperationKind, (1, POLICY.most_attempts)):
        in_doubt = operation(kind, attempts)
        ends = [(seen(), 0, False)]
        while ends:
            so_far, looks, is_over = ends.pop()
            for over, (what, more) in product((is_over, True) if not is_over else (True,), ALPHABET[kind]):
                at = (OVER if over else EARLY) + looks
                evidence = record(so_far, Evidence(what, at, **more))
                verdict = resolve(in_doubt, evidence, at, POLICY, table)
                yield in_doubt, evidence, verdict
                if verdict.conclusion is LOOK_AGAIN and looks + 1 < LOOKS[kind]:
                    ends.append((evidence, looks + 1, over))


@cache
def all_seen() -> tuple[tuple[Seen, Verdict], ...]:
    """What the rules go by in every short history, with what they say."""
    return tuple(
        (Seen(of.kind, of.attempts, evidence[-1], tally(evidence, GRACE), evidence[-1].at, POLICY), verdict)
        for of, evidence, verdict in histories()
    )


def broken_promise(of: Operation, evidence: tuple[Evidence, ...], verdict: Verdict) -> str:
    """Which promise a verdict breaks, or empty: said without the rules, and without counting as they do."""
    last = evidence[-1]
    is_over = last.at >= SINCE + GRACE
    over = [observation for observation in evidence if observation.at >= SINCE + GRACE]
    match verdict.conclusion:
        case Conclusion.FOUND:
            return "" if _is_found(of, evidence, is_over=is_over) else "found without having been seen"
        case Conclusion.ABSENT if not is_over:
            return "sent again within the grace period"
        case Conclusion.ABSENT if of.attempts == POLICY.most_attempts:
            return "sent again for ever"
        case Conclusion.ABSENT if of.kind is UPDATE:
            return "" if last.kind is E.VALUES_DIFFER else "sent again without having been compared"
        case Conclusion.ABSENT:
            looked_for = E.NOT_LISTED if of.kind is CREATE else E.LISTED
            telling = [look for look in over if look.kind not in (E.FAILED, E.SHOWN, E.TWIN_IN_FLIGHT, E.FITS)]
            proves = telling[-2:]
            is_proved = len(proves) == 2 and all(look.kind is looked_for and look.complete for look in proves)
            return "" if is_proved else "sent again without two complete looks that agree"
        case Conclusion.UNCLEAR:
            return "" if is_over else "the user is asked within the grace period"
        case Conclusion.LOOK_AGAIN:
            if verdict.when < last.at or (verdict.when == last.at and not verdict.by_list):
                return "looked for again in the past, or in a loop"
            return ""


def _is_found(of: Operation, evidence: tuple[Evidence, ...], *, is_over: bool) -> bool:
    last = evidence[-1]
    if of.kind is CREATE:
        return last.kind in (E.REFERENCE_SEEN, E.FITS_ALONE) or (is_over and last.kind is E.FITS)
    if of.kind is UPDATE:
        return last.kind is E.VALUES_SEEN and (last.complete or is_over)
    telling = [observation for observation in evidence[:-1] if observation.kind not in (E.FAILED, E.UNANSWERED)]
    gone = [
        observation
        for observation in telling
        if observation.kind is E.GONE and (observation.complete or observation.at >= SINCE + GRACE)
    ]
    lists = [
        observation
        for observation in evidence
        if observation.kind is E.NOT_LISTED and observation.complete and observation.at >= SINCE + GRACE
    ]
    return last.kind is E.NOT_LISTED and (len(gone) >= 2 or len(lists) >= 2)


def broken_promises(table: Table | None = None) -> set[str]:
    return {broken_promise(*history) for history in histories(table)} - {""}


@pytest.mark.usefixtures("untraced")
def test_no_short_history_breaks_a_promise() -> None:
    conclusions: dict[OperationKind, set[Conclusion]] = {kind: set() for kind in OperationKind}
    for of, evidence, verdict in histories():
        assert broken_promise(of, evidence, verdict) == "", f"{of.kind} {evidence} {verdict}"
        conclusions[of.kind].add(verdict.conclusion)
    assert all(conclusion == set(Conclusion) for conclusion in conclusions.values()), "all of them come up"


@pytest.mark.usefixtures("untraced")
def test_no_evidence_means_found_and_absent_whatever_order_rules_have() -> None:
    for as_seen, _ in all_seen():
        conclusions = {rule.decides(as_seen).conclusion for rule in RULES if rule.holds(as_seen)}
        assert not conclusions >= {FOUND, ABSENT}, f"{as_seen}"


@pytest.mark.usefixtures("untraced")
def test_what_failed_or_came_early_changes_no_proof_wherever_it_comes() -> None:
    """Evidence in another order gives the same verdict where the rules say so."""
    proof = [late(E.NOT_LISTED, 1), late(E.NOT_LISTED, 2)]
    for noise in ([late(E.FAILED, 1)], [early(E.NOT_LISTED)], [late(E.TWIN_IN_FLIGHT, 1)]):
        for place in range(len(proof)):
            mixed = sorted([*proof[:place], *noise, *proof[place:]], key=lambda look: look.at)
            if mixed[-1] is proof[-1]:
                assert resolve(operation(CREATE), seen(*mixed), OVER + 2, POLICY).conclusion is ABSENT


# -- mutants ---------------------------------------------------------------------------------------------------------


def without(number: int) -> Table:
    return [rule for rule in RULES if rule.number != number]


def negated(number: int) -> Table:
    return [rule._replace(holds=_not(rule)) if rule.number == number else rule for rule in RULES]


def swapped(first: Rule, second: Rule) -> Table:
    return [{first.number: second, second.number: first}.get(rule.number, rule) for rule in RULES]


def _not(rule: Rule) -> Condition:
    return lambda as_seen: not rule.holds(as_seen)


def is_noticed(table: Table) -> bool:
    return any(example.says(table)._replace(rule=0) != example.verdict for example in EXAMPLES)


@pytest.mark.parametrize("number", [rule.number for rule in RULES], ids=lambda number: f"rule {number}")
@pytest.mark.parametrize("mutate", [without, negated], ids=["removed", "negated"])
@pytest.mark.usefixtures("untraced")
def test_a_mutant_of_a_rule_is_noticed(mutate: object, number: int) -> None:
    assert callable(mutate)
    assert is_noticed(mutate(number))


@pytest.mark.parametrize("pair", [*pairwise(RULES)], ids=lambda pair: f"rules {pair[0].number} and {pair[1].number}")
@pytest.mark.usefixtures("untraced")
def test_two_rules_that_change_places_are_noticed_unless_never_both(pair: tuple[Rule, Rule]) -> None:
    table = swapped(*pair)
    first, second = pair
    differ = any(
        second.holds(as_seen) and second.decides(as_seen) != first.decides(as_seen)
        for as_seen, verdict in all_seen()
        if verdict.rule == first.number
    )
    assert is_noticed(table) is differ


#: Rules without which something is lost, doubled or overwritten, with the promise that breaks; the others keep to time.
PROMISES: Final = {
    9: {"sent again within the grace period", "the user is asked within the grace period",
        "found without having been seen"},
    14: {"sent again without two complete looks that agree", "found without having been seen"},
    17: {"sent again for ever"},
}  # fmt: skip


@pytest.mark.parametrize("number", PROMISES, ids=lambda number: f"rule {number}")
@pytest.mark.usefixtures("untraced")
def test_without_a_rule_that_keeps_a_promise_the_promise_is_broken(number: int) -> None:
    assert broken_promises(without(number)) >= PROMISES[number]
