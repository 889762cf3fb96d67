"""Engines that break the promise, each by one change, to see that the proofs notice."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from heatpunk_desktop.store.database import transaction
from heatpunk_desktop.store.outbox_delivery import OutboxDelivery
from heatpunk_desktop.sync.engine import SyncEngine
from heatpunk_desktop.sync.server_traits import ServerTraits
from heatpunk_desktop.sync.tasks import Send, Taken

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from heatpunk_desktop.domain.operation import Operation
    from heatpunk_desktop.sync.policy import ReconciliationPolicy

#: In the environment of a process that is to be killed: the name of the mutant that it is to be.
VARIABLE: Final = "HEATPUNK_SOAK_MUTANT"


def _send_again() -> None:
    """At the start, what was being sent is put back in the queue: retry at once."""

    def interrupt(delivery: OutboxDelivery, _words: str, _now: str) -> int:
        with transaction(delivery._connection):
            delivery._connection.execute("UPDATE operation SET state = 'queued' WHERE state = 'sending'")
        return 0

    OutboxDelivery.interrupt = interrupt  # type: ignore[assignment, method-assign]


def _mark_late() -> None:
    """The row says `sending` once the answer is there, and not before the request leaves."""
    begin, take = OutboxDelivery.begin_all, SyncEngine.take

    def begin_unmarked(delivery: OutboxDelivery, *arguments: Any) -> dict[int, Operation]:
        with transaction(delivery._connection):
            begun = begin(delivery, *arguments)
            for number in begun:
                delivery._connection.execute(
                    "UPDATE operation SET state = 'queued', attempts = 0, attempt = 0 WHERE operation_id = ?", (number,)
                )
        return begun

    def mark_and_take(engine: SyncEngine, answers: Any) -> Taken:
        for task, _ in (answers := list(answers)):
            if isinstance(task, Send):
                engine._store.connection.execute(
                    "UPDATE operation SET state = 'sending' WHERE operation_id = ?", (task.operation.operation_id,)
                )
        return take(engine, answers)

    OutboxDelivery.begin_all = begin_unmarked  # type: ignore[assignment, method-assign]
    SyncEngine.take = mark_and_take  # type: ignore[assignment, method-assign]


def _look_at_once() -> None:
    """A look at the server proves at once that nothing was done: no grace period."""

    def without_grace(_traits: ServerTraits, policy: ReconciliationPolicy) -> ReconciliationPolicy:
        return replace(policy, grace_seconds=0.0)

    ServerTraits.policy = without_grace  # type: ignore[assignment, method-assign]


MUTANTS: Final[Mapping[str, Callable[[], None]]] = {
    "sends again at the start": _send_again,
    "marks it after the request": _mark_late,
    "looks at once": _look_at_once,
}


def put_on() -> None:
    """Make this process the mutant that its environment names, if it names one."""
    if name := os.environ.get(VARIABLE):
        MUTANTS[name]()
