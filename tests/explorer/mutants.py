"""What is built in wrongly on purpose, and has to be caught: in the rules, in the driver, in what is asked."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from unittest import mock

from heatpunk_desktop.sync import rules
from heatpunk_desktop.sync.rules import RULES, Outcome, Resolution, Rule, resolve
from tests.explorer.decisions import Decisions
from tests.explorer.families import TINY
from tests.explorer.states import POLICY
from tests.explorer.world import explored

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from heatpunk_desktop.sync.evidence import Evidence
    from tests.explorer.decisions import Form, Listed, Values

Table = tuple[Rule, ...]


def _without(number: int) -> Table:
    return tuple(rule for rule in RULES if rule.number != number)


def _negated(number: int) -> Table:
    def negated(rule: Rule) -> Rule:
        return rule._replace(holds=lambda seen: not rule.holds(seen))

    return tuple(negated(rule) if rule.number == number else rule for rule in RULES)


def _swapped(number: int) -> Table:
    table = [*RULES]
    table[number - 1 : number + 1] = reversed(table[number - 1 : number + 1])
    return tuple(table)


#: Each rule left out, its condition negated, and its place changed with the next one's.
RULE_MUTANTS: Final[Mapping[str, Table]] = {
    **{f"rule {rule.number} left out": _without(rule.number) for rule in RULES},
    **{f"rule {rule.number} negated": _negated(rule.number) for rule in RULES},
    **{f"rules {rule.number} and {rule.number + 1} exchanged": _swapped(rule.number) for rule in RULES[:-1]},
}


@contextmanager
def at_large(table: Sequence[Rule]) -> Iterator[None]:
    """The engine goes by another table."""
    with mock.patch.object(rules, "RULES", table):
        yield


# -- what a mutant of a rule changes -----------------------------------------------------------------------------------

#: What two tables differ in, over all questions that were asked.
SAME: Final = "nothing"
TIME: Final = "only when it is looked for again"
LATER: Final = "only that what is found is found later"


def difference(table: Table, asked: Iterator[tuple[Any, ...]]) -> str:
    """Return what a table changes in all that the rules were asked in an exploration; empty for what matters."""
    found = SAME
    for operation, evidence, now, resolution in asked:
        other = resolve(operation, evidence, now, POLICY, table)
        if other._replace(rule=0) == resolution._replace(rule=0):
            continue
        if _but_for_time(other) == _but_for_time(resolution):
            found = TIME if found == SAME else found
        elif (resolution.outcome, other.outcome) == (Outcome.FOUND, Outcome.LOOK_AGAIN):
            found = LATER
        else:
            return ""
    return found


def _but_for_time(resolution: Resolution) -> Resolution:
    return resolution._replace(rule=0, when=0.0)


class Caught(NamedTuple):
    """How a mutant was caught: in which family, by which promise, and in how many steps."""

    family: str
    broken: str
    steps: int


def catch(
    faults: frozenset[str] = frozenset(), decisions: type[Decisions] = Decisions, *, is_shortest: bool = False
) -> Caught | None:
    """Return the story of a tiny family in which a promise is broken: the first that comes up, or the shortest."""
    best: Caught | None = None
    for family in TINY:
        ran = explored(replace(family, faults=faults), decisions(POLICY))
        if ran.broken and (best is None or len(ran.story) < best.steps):
            best = Caught(family.name, ran.broken, len(ran.story))
            if not is_shortest:
                break
    return best


# -- mutants of what is around the rules -------------------------------------------------------------------------------

#: What the driver may do wrongly. See `world` and `requests`.
DRIVER_MUTANTS: Final = (
    "sends again at once",
    "sends again after a crash",
    "takes no grace period after a start",
    "keeps in memory what the disk refused",
)


class _TakesAnyListForWhole(Decisions):
    def proves(self, *_rows: frozenset[int], is_whole: bool) -> bool:
        return is_whole or True


class _DoesNotWaitForTwins(Decisions):
    def link(
        self, forms: tuple[Form, ...], listed: tuple[Listed, ...], *, tells: bool, is_proof: bool
    ) -> Mapping[int, Evidence]:
        found = super().link(forms, listed, tells=tells, is_proof=is_proof)
        return {number: replace(seen, twins_since=float("-inf")) for number, seen in found.items()}


class _ForgetsWhatTheUserSaw(Decisions):
    def merged(self, base: Values, mine: Values, theirs: Values) -> tuple[tuple[bool, ...], tuple[bool, ...]]:
        del base
        return super().merged(theirs, mine, theirs)


class _TakesOldValuesForNew(Decisions):
    def changed(self, *question: Any) -> Evidence:
        return replace(super().changed(*question), complete=True)


#: What may be asked wrongly.
QUESTION_MUTANTS: Final[Mapping[str, type[Decisions]]] = {
    "any list is taken for whole": _TakesAnyListForWhole,
    "twins do not wait for each other": _DoesNotWaitForTwins,
    "what the user saw is forgotten": _ForgetsWhatTheUserSaw,
    "what was there before is taken for done": _TakesOldValuesForNew,
}
