"""What is built in wrongly on purpose, and has to be caught: in the rules, in the driver, in what is asked."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar
from unittest import mock

from heatpunk_desktop.sync import read_before_write, rules
from heatpunk_desktop.sync.read_before_write import WRITE_RULES, WriteRule
from heatpunk_desktop.sync.rules import RULES, Conclusion, Rule, Verdict, resolve
from tests.explorer import engine_world
from tests.explorer.decisions import Decisions
from tests.explorer.engine_families import ENGINE_TINY
from tests.explorer.families import TINY
from tests.explorer.states import POLICY
from tests.explorer.world import explored

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from heatpunk_desktop.sync.evidence import Evidence
    from tests.explorer.decisions import Form, Listed, Values
    from tests.explorer.engine_world import EngineFamily

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


# -- what a mutant of a rule changes -----------------------------------------------------------------------------------

#: What two tables differ in, over all questions that were asked.
SAME: Final = "nothing"
TIME: Final = "only when it is looked for again"
LATER: Final = "only that what is found is found later"


def difference(table: Table, asked: Iterator[tuple[Any, ...]]) -> str:
    """Return what a table changes in all that the rules were asked in an exploration; empty for what matters."""
    found = SAME
    for operation, evidence, now, verdict in asked:
        other = resolve(operation, evidence, now, POLICY, table)
        if other._replace(rule=0) == verdict._replace(rule=0):
            continue
        if _but_for_time(other) == _but_for_time(verdict):
            found = TIME if found == SAME else found
        elif (verdict.conclusion, other.conclusion) == (Conclusion.FOUND, Conclusion.LOOK_AGAIN):
            found = LATER
        else:
            return ""
    return found


def _but_for_time(verdict: Verdict) -> Verdict:
    return verdict._replace(rule=0, when=0.0)


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
