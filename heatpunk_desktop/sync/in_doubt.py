"""The operations in doubt, the evidence about each, and when to look next: the value that `reconciler.py` works on."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from heatpunk_desktop.sync.evidence import Evidence, EvidenceKind, record
from heatpunk_desktop.sync.rules import Conclusion, Verdict, resolve

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from heatpunk_desktop.domain.operation import Operation
    from heatpunk_desktop.sync.policy import ReconciliationPolicy


@dataclass(frozen=True, slots=True)
class Case:
    """One operation in doubt.

    Attributes:
        evidence: The evidence about it, in order; the first is `unanswered`.
        look_at: Monotonic seconds of when to look next.
    """

    evidence: tuple[Evidence, ...]
    look_at: float

    @property
    def since(self) -> float:
        """When it came in doubt, or the program started."""
        return self.evidence[0].at


@dataclass(frozen=True, slots=True)
class InDoubt:
    """All operations in doubt. Every method returns a new value; times are monotonic seconds.

    Attributes:
        cases: The case of each, by the number of the operation.
    """

    cases: Mapping[int, Case] = field(default_factory=dict)

    def added(self, operations: Iterable[Operation], now: float, policy: ReconciliationPolicy) -> InDoubt:
        """Add operations that have come in doubt: earlier evidence says nothing about this attempt."""
        return self._with({operation.operation_id: _begun(operation, now, policy) for operation in operations})

    def observed(
        self, seen: Iterable[tuple[Operation, Evidence]], now: float, policy: ReconciliationPolicy
    ) -> tuple[InDoubt, dict[int, Verdict]]:
        """Add evidence about operations, and resolve those that it decides.

        Args:
            seen: Operations, each once, with the evidence; those that are not in doubt are ignored.
            now: Monotonic seconds.
            policy: As for `resolve`.

        Returns:
            The new value, and the verdict of each.
        """
        cases = dict(self.cases)
        verdicts: dict[int, Verdict] = {}
        for operation, evidence in seen:
            number = operation.operation_id
            case = cases.get(number)
            if case is None:
                continue
            all_of_it = record(case.evidence, evidence)
            verdict = verdicts[number] = resolve(operation, all_of_it, now, policy)
            if verdict.conclusion is Conclusion.LOOK_AGAIN:
                cases[number] = Case(all_of_it, verdict.when)
            else:
                del cases[number]
        return replace(self, cases=cases), verdicts

    def ended(self, number: int) -> InDoubt:
        """Remove an operation that is no longer in doubt, or left to the user."""
        return replace(self, cases={key: case for key, case in self.cases.items() if key != number})

    def looked_at(self, numbers: Collection[int], at: float) -> InDoubt:
        """Set another time for the next look at some operations."""
        return self._with(
            {number: replace(self.cases[number], look_at=at) for number in numbers if number in self.cases}
        )

    def due(self, busy: Collection[int], now: float) -> list[int]:
        """Return the operations whose next look is due, except those that are being looked for."""
        return [number for number, case in self.cases.items() if case.look_at <= now and number not in busy]

    def next_at(self, busy: Collection[int]) -> float | None:
        """Return when to look next for any operation except those that are being looked for; None for never."""
        return min((case.look_at for number, case in self.cases.items() if number not in busy), default=None)

    def any_in_grace(self, now: float, grace_seconds: float) -> bool:
        """Return whether any request in doubt may still be carried out."""
        return any(now < case.since + grace_seconds for case in self.cases.values())

    def _with(self, cases: Mapping[int, Case]) -> InDoubt:
        return replace(self, cases={**self.cases, **cases})


def _begun(operation: Operation, now: float, policy: ReconciliationPolicy) -> Case:
    evidence = (Evidence(EvidenceKind.UNANSWERED, now),)
    return Case(evidence, resolve(operation, evidence, now, policy).when)
