"""The engine with one thing wrong with it: a simulation that does not notice proves nothing.

Another mutant, `synchronous=NORMAL`, loses what was committed in a power cut. No simulation in memory can see that;
the tests in `tests/power_loss` catch it.
"""

from __future__ import annotations

import sys
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from heatpunk_desktop.sync import evidence
from heatpunk_desktop.sync.engine import SyncEngine
from heatpunk_desktop.sync.learning import Learnt
from heatpunk_desktop.sync.matching import judge
from heatpunk_desktop.sync.merge import merge
from heatpunk_desktop.sync.policy import SyncPolicy
from tests.simulation.world import Cast

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from heatpunk_desktop.domain.fields import FieldValues
    from heatpunk_desktop.domain.operation import Operation
    from heatpunk_desktop.sync.matching import Candidate, Verdict, Wanted
    from heatpunk_desktop.sync.tasks import Taken, Task


@dataclass(frozen=True, slots=True)
class Mutant:
    """One thing wrong.

    Attributes:
        name: What, in a few words.
        cast: Who plays.
        caught_as: The kinds of broken invariants by which it may be caught.
        judge: What takes the place of the judgement on doubtful creates, where that is what is wrong.
    """

    name: str
    cast: Cast
    caught_as: frozenset[str]
    judge: Callable[[Sequence[Wanted], Sequence[Candidate]], dict[int, Verdict]] | None = None

    @contextmanager
    def at_large(self) -> Iterator[Cast]:
        """Puts it in the place of the right thing for a while."""
        names = vars(evidence)
        names["judge"] = self.judge or judge
        try:
            yield self.cast
        finally:
            names["judge"] = judge


def _retrying_at_once(*arguments: Any) -> SyncEngine:
    engine = SyncEngine(*arguments)
    dispatch = arguments[1].dispatch

    def begin(operations: Iterable[Operation], _now: float) -> None:
        for operation in operations:
            dispatch.absent(operation.operation_id, "")

    engine._reconciler.begin = begin  # type: ignore[method-assign, assignment]
    return engine


def _forgetful(*arguments: Any) -> SyncEngine:
    engine = SyncEngine(*arguments)
    updates = engine._updates
    send = updates._send_what_differs

    def send_unseen(operation: Operation, _theirs: FieldValues, taken: Taken) -> list[Task]:
        return send(operation, {}, taken)

    updates._send_what_differs = send_unseen  # type: ignore[method-assign, assignment]
    return engine


def _not_counting(*arguments: Any) -> SyncEngine:
    outbox = arguments[1].outbox
    outbox.claimed = lambda _: set()
    return SyncEngine(*arguments)


def _giving_way(*arguments: Any) -> SyncEngine:
    engine = SyncEngine(*arguments)
    updates = engine._updates
    send = updates._send_what_differs

    def send_what_clashes_not(operation: Operation, theirs: FieldValues, taken: Taken) -> list[Task]:
        clash = merge(operation.base, operation.changes, theirs).clash
        rest = {name: value for name, value in operation.changes.items() if name not in clash}
        return send(operation._replace(changes=rest), theirs, taken)

    updates._send_what_differs = send_what_clashes_not  # type: ignore[method-assign]
    return engine


def _starting_without_patience(*arguments: Any) -> SyncEngine:
    engine = SyncEngine(*arguments)
    start = engine.start

    def start_at_once() -> None:
        start()
        state, grace = engine._reconciler.state, engine._known.policy_in_effect().grace_seconds
        cases = {
            number: replace(case, evidence=(replace(case.evidence[0], at=case.since - grace),))
            for number, case in state.doubts.cases.items()
        }
        engine._reconciler.state = replace(state, doubts=replace(state.doubts, cases=cases))

    engine.start = start_at_once  # type: ignore[method-assign]
    return engine


def _trusting_lists(*arguments: Any) -> SyncEngine:
    engine = SyncEngine(*arguments)
    learning = engine._known.learning
    number = learning.number

    def no_list_is_too_long(fact: Learnt) -> int:
        return sys.maxsize if fact is Learnt.LARGEST_LIST else number(fact)

    learning.number = no_list_is_too_long  # type: ignore[method-assign]
    return engine


def _each_alone(wanted: Sequence[Wanted], candidates: Sequence[Candidate]) -> dict[int, Verdict]:
    verdicts: dict[int, Verdict] = {}
    for one in wanted:
        verdicts |= judge([one], candidates)
    return verdicts


_LOOKING_AT_ONCE: Final = SyncPolicy(grace_seconds=0.0, early_looks=(), second_look_seconds=0.0)

MUTANTS: Final[Mapping[str, Mutant]] = {
    one.name: one
    for one in (
        Mutant("retry at once", Cast(make_engine=_retrying_at_once), frozenset({"doubled"})),
        Mutant("look in the list at once", Cast(policy=_LOOKING_AT_ONCE), frozenset({"doubled"})),
        Mutant("forget the base", Cast(make_engine=_forgetful), frozenset({"overwritten"})),
        Mutant("give way without a word", Cast(make_engine=_giving_way), frozenset({"lost"})),
        Mutant("start without the grace period", Cast(make_engine=_starting_without_patience), frozenset({"doubled"})),
        Mutant("take a list that is cut off for whole", Cast(make_engine=_trusting_lists), frozenset({"doubled"})),
        Mutant(
            "match without counting", Cast(make_engine=_not_counting), frozenset({"merged", "wrong claim"}), _each_alone
        ),
    )
}
