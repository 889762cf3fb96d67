"""When faults are played: to which endpoint, how often, and after how many requests.

Faults of one request add up until one of them decides the answer, so a delay and a drop can be had together.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Any

from heatpunk_desktop.sandbox.endpoints import Endpoint
from tests.faulty_sandbox.faults import MODIFIERS, Fault


@dataclass(slots=True)
class Rule:
    """A fault and when it is played.

    Attributes:
        number: Of the rule, for taking it back.
        fault: What is done.
        endpoint: Where; None is everywhere under `/api`.
        times: How many more times; None is until it is withdrawn.
        skip: How many matching requests go by before the first.
        played: How often it was played.
    """

    number: int
    fault: Fault
    endpoint: Endpoint | None
    times: int | None
    skip: int
    played: int = 0

    def as_json(self) -> dict[str, Any]:
        """All of it, for the control path."""
        return {
            "id": self.number,
            "endpoint": self.endpoint,
            "times": self.times,
            "skip": self.skip,
            "played": self.played,
            "fault": self.fault.as_json(),
        }


class FaultPlan:
    """The faults that are still to be played, in the order in which they were added."""

    def __init__(self) -> None:
        """Begin with none."""
        self._lock = threading.Lock()
        self._rules: list[Rule] = []
        self._numbers = 0

    def add(
        self, fault: Fault, *, endpoint: Endpoint | str | None = None, times: int | None = 1, skip: int = 0
    ) -> Rule:
        """Play a fault on the next `times` requests to an endpoint.

        Args:
            fault: What to do.
            endpoint: `create`, `list`, `update`, `softDelete`, `hardDelete` or `data`; None is any of them.
            times: How often; None is until `clear` or `remove`.
            skip: How many requests to that endpoint go by before.

        Returns:
            The rule, whose `played` tells how often it was played.
        """
        with self._lock:
            self._numbers += 1
            rule = Rule(self._numbers, fault, Endpoint(endpoint) if endpoint else None, times, skip)
            self._rules.append(rule)
            return rule

    def rules(self) -> tuple[Rule, ...]:
        """What is still to be played."""
        with self._lock:
            return tuple(self._rules)

    def clear(self) -> None:
        """Take all of them back."""
        with self._lock:
            self._rules.clear()

    def remove(self, number: int) -> bool:
        """Take one back; False where there is none of that number."""
        with self._lock:
            found = [rule for rule in self._rules if rule.number == number]
            for rule in found:
                self._rules.remove(rule)
            return bool(found)

    def take(self, endpoint: Endpoint) -> tuple[Fault, ...]:
        """The faults of the request that just came in, and counts them as played: modifiers, then at most one other."""
        taken: list[Fault] = []
        with self._lock:
            for rule in tuple(self._rules):
                if rule.endpoint not in {None, endpoint}:
                    continue
                if rule.skip:
                    rule.skip -= 1
                    continue
                rule.played += 1
                if rule.times is not None:
                    rule.times -= 1
                    if rule.times <= 0:
                        self._rules.remove(rule)
                taken.append(rule.fault)
                if rule.fault.kind not in MODIFIERS:
                    break
        return tuple(taken)
