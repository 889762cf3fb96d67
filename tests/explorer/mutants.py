"""What is built in wrongly on purpose, and has to be caught: in the rules, in the driver, in what is asked."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar
from unittest import mock

from heatpunk_desktop.sync import read_before_write, rules
from heatpunk_desktop.sync.read_before_write import WRITE_RULES, WriteRule, next_action
from heatpunk_desktop.sync.rules import RULES, Rule
from tests.explorer import engine_world, promises
from tests.explorer.decisions import Decisions
from tests.explorer.engine_families import ENGINE_TINY
from tests.explorer.families import TINY
from tests.explorer.rule_domain import looks, questions
from tests.explorer.states import POLICY
from tests.explorer.world import explored

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from heatpunk_desktop.sync.evidence import Evidence
    from heatpunk_desktop.sync.read_before_write import LookResult, NextAction
    from heatpunk_desktop.sync.rules import Verdict
    from tests.explorer.decisions import Form, Listed, Values
    from tests.explorer.engine_world import EngineFamily
    from tests.explorer.rule_domain import Question

Table = tuple[Rule, ...]
_AnyRule = TypeVar("_AnyRule", Rule, WriteRule)


def _without(table: Sequence[_AnyRule], number: int) -> tuple[_AnyRule, ...]:
    return tuple(rule for rule in table if rule.number != number)


def _negated(table: Sequence[_AnyRule], number: int) -> tuple[_AnyRule, ...]:
    def negated(rule: _AnyRule) -> _AnyRule:
        holds: Callable[[Any], bool] = rule.holds
        return rule._replace(holds=lambda seen: not holds(seen))

    return tuple(negated(rule) if rule.number == number else rule for rule in table)


def _swapped(table: Sequence[_AnyRule], number: int) -> tuple[_AnyRule, ...]:
    places = {number: number - 1, number - 1: number}
    return tuple(table[places.get(place, place)] for place in range(len(table)))


def _mutants(what: str, table: Sequence[_AnyRule]) -> dict[str, tuple[_AnyRule, ...]]:
    numbers = [rule.number for rule in table]
    return {
        **{f"{what} {number} left out": _without(table, number) for number in numbers},
        **{f"{what} {number} negated": _negated(table, number) for number in numbers},
        **{f"{what}s {number} and {number + 1} exchanged": _swapped(table, number) for number in numbers[:-1]},
    }


#: Each rule left out, its condition negated, and its place changed with the next one's.
RULE_MUTANTS: Final[Mapping[str, Table]] = _mutants("rule", RULES)
#: The same of the rules before a write.
WRITE_RULE_MUTANTS: Final[Mapping[str, tuple[WriteRule, ...]]] = _mutants("write rule", WRITE_RULES)


@contextmanager
def at_large(table: Sequence[Rule] | Sequence[WriteRule]) -> Iterator[None]:
    """The engine goes by another table."""
    is_of_writes = isinstance(table[0], WriteRule)
    module, name = (read_before_write, "WRITE_RULES") if is_of_writes else (rules, "RULES")
    with mock.patch.object(module, name, table):
        yield


# -- how a mutant of a rule is told from the rules ---------------------------------------------------------------------


class Answered(NamedTuple):
    """A question that a mutant answers in another way: how both do, and which promise the mutant's answer breaks."""

    question: Question | LookResult
    by_rules: Verdict | NextAction
    by_mutant: Verdict | NextAction
    broken: str


def other_answer(name: str) -> Answered | None:
    """Return the shortest question of all that breaks a promise by a mutant, or that it answers otherwise, or none."""
    found = None
    for answered in (
        _of_looks(WRITE_RULE_MUTANTS[name]) if name in WRITE_RULE_MUTANTS else _of_doubt(RULE_MUTANTS[name])
    ):
        if answered.broken:
            return answered
        found = found or answered
    return found


def _of_doubt(table: Table) -> Iterator[Answered]:
    for question in questions():
        by_rules, by_mutant = question.answer(), question.answer(table)
        if by_mutant != by_rules:
            broken = promises.by_answer(question.evidence, question.now, by_mutant)
            yield Answered(question, by_rules, by_mutant, broken)


def _of_looks(table: Sequence[WriteRule]) -> Iterator[Answered]:
    for look in looks():
        by_rules = next_action(look)
        with at_large(table):
            by_mutant = next_action(look)
        if by_mutant is not by_rules:
            yield Answered(look, by_rules, by_mutant, promises.by_look(look, by_mutant))


def why_same(number: int, table: Sequence[Rule] | Sequence[WriteRule]) -> str:
    """Return why a rule and the next one may change places: which questions are of both, over all that there are."""
    one, other = table[number - 1], table[number]
    asked: list[Any] = [*looks()] if isinstance(one, WriteRule) else [question.seen() for question in questions()]
    both = [seen for seen in asked if one.holds(seen) and other.holds(seen)]
    if not both:
        return "no question is of both"
    first = {next(rule.number for rule in table if rule.holds(seen)) for seen in both}
    if number not in first:
        return f"what is of both is decided before, by {' or '.join(map(str, sorted(first)))}"
    return ""


# -- how a mutant is caught --------------------------------------------------------------------------------------------


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


#: A mutant may make a tiny world a large one; so many states of it are looked at.
_MOST: Final = 20_000


def catch_by_engine(families: Iterable[EngineFamily] = ENGINE_TINY, *, is_shortest: bool = False) -> Caught | None:
    """As `catch`, of the worlds in which the whole engine runs."""
    best: Caught | None = None
    for family in families:
        ran, _ = engine_world.explored(family, _MOST)
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
