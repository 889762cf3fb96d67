"""The engine with one thing wrong with it: a simulation that does not notice proves nothing.

Another mutant, `synchronous=NORMAL`, loses what was committed in a power cut. No simulation in memory can see that;
the tests in `tests/power_loss` catch it.
"""

from __future__ import annotations

import sys
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from heatpunk_desktop.domain.operation_states import Event
from heatpunk_desktop.sync import evidence, read_before_write, reconciler
from heatpunk_desktop.sync.engine import SyncEngine
from heatpunk_desktop.sync.matching import judge
from heatpunk_desktop.sync.merge import merge
from heatpunk_desktop.sync.policy import ReconciliationPolicy
from heatpunk_desktop.sync.read_before_write import send_what_differs
from heatpunk_desktop.sync.server_traits import Learnt
from heatpunk_desktop.sync.state import Transition
from tests.simulation.world import Cast

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from types import ModuleType

    from heatpunk_desktop.domain.fields import FieldValues
    from heatpunk_desktop.domain.operation import Operation
    from heatpunk_desktop.sync.matching import Candidate, Linkage, Wanted
    from heatpunk_desktop.sync.state import Turn
    from heatpunk_desktop.sync.tasks import Compare


@dataclass(frozen=True, slots=True)
class Mutant:
    """One thing wrong.

    Attributes:
        name: What, in a few words.
        caught_as: The kinds of broken invariants by which it may be caught.
        cast: Who plays.
        wrong: What takes the place of functions of the engine, by their modules and names.
    """

    name: str
    caught_as: frozenset[str]
    cast: Cast = Cast()  # noqa: RUF009 - frozen
    wrong: tuple[tuple[ModuleType, str, Any], ...] = ()

    @contextmanager
    def at_large(self) -> Iterator[Cast]:
        """Put it in the place of the right thing for a while."""
        right = [(module, name, getattr(module, name)) for module, name, _ in self.wrong]
        for module, name, wrong in self.wrong:
            setattr(module, name, wrong)
        try:
            yield self.cast
        finally:
            for module, name, was in right:
                setattr(module, name, was)


def _send_again(turn: Turn, operations: Iterable[Operation]) -> None:
    turn.writes += [Transition(operation, Event.ABSENT) for operation in operations]


def _send_unseen(turn: Turn, look: Compare, operation: Operation, _theirs: FieldValues) -> None:
    send_what_differs(turn, look, operation, {})


def _give_way(turn: Turn, look: Compare, operation: Operation, theirs: FieldValues) -> None:
    clash = merge(operation.base, operation.changes, theirs).clash
    rest = {name: value for name, value in operation.changes.items() if name not in clash}
    send_what_differs(turn, look, operation._replace(changes=rest), theirs)


def _not_counting(*arguments: Any) -> SyncEngine:
    outbox = arguments[1].outbox
    outbox.claimed = lambda _: set()
    return SyncEngine(*arguments)


def _starting_without_grace(*arguments: Any) -> SyncEngine:
    engine = SyncEngine(*arguments)
    start = engine.start

    def start_at_once() -> None:
        start()
        looking, grace = engine.state.looking, engine.state.traits.policy(ReconciliationPolicy()).grace_seconds
        cases = {
            number: replace(case, evidence=(replace(case.evidence[0], at=case.since - grace),))
            for number, case in looking.in_doubt.cases.items()
        }
        looking = replace(looking, in_doubt=replace(looking.in_doubt, cases=cases))
        engine._state = replace(engine.state, looking=looking)

    engine.start = start_at_once  # type: ignore[method-assign]
    return engine


def _trusting_lists(*arguments: Any) -> SyncEngine:
    engine = SyncEngine(*arguments)
    traits = engine.state.traits
    no_list_is_too_long = {**traits.facts, Learnt.LARGEST_LIST.value: str(sys.maxsize)}
    engine._learning.traits = replace(traits, facts=no_list_is_too_long)
    return engine


def _each_alone(wanted: Sequence[Wanted], candidates: Sequence[Candidate]) -> dict[int, Linkage]:
    linkages: dict[int, Linkage] = {}
    for create in wanted:
        linkages |= judge([create], candidates)
    return linkages


_LOOKING_AT_ONCE: Final = ReconciliationPolicy(grace_seconds=0.0, early_looks=(), second_look_seconds=0.0)

MUTANTS: Final[Mapping[str, Mutant]] = {
    mutant.name: mutant
    for mutant in (
        Mutant("retry at once", frozenset({"doubled"}), wrong=((reconciler, "begin", _send_again),)),
        Mutant("look in the list at once", frozenset({"doubled"}), Cast(policy=_LOOKING_AT_ONCE)),
        Mutant(
            "forget the base",
            frozenset({"overwritten"}),
            wrong=((read_before_write, "send_what_differs", _send_unseen),),
        ),
        Mutant(
            "give way without a word", frozenset({"lost"}), wrong=((read_before_write, "send_what_differs", _give_way),)
        ),
        Mutant("start without the grace period", frozenset({"doubled"}), Cast(make_engine=_starting_without_grace)),
        Mutant("take a list that is cut off for whole", frozenset({"doubled"}), Cast(make_engine=_trusting_lists)),
        Mutant(
            "match without counting",
            frozenset({"merged", "wrong claim"}),
            Cast(make_engine=_not_counting),
            ((evidence, "judge", _each_alone),),
        ),
    )
}
