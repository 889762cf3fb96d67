"""When faults are played: to which endpoint, how often, and after how many requests.

Faults of one request add up until one of them decides the answer, so a delay and a drop can be had together.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from heatpunk_desktop.sandbox.endpoints import Endpoint
from heatpunk_desktop.sandbox.faults import MODIFIERS, Fault, FaultKind
from heatpunk_desktop.sandbox.project import META_ATTRIBUTES
from heatpunk_desktop.sandbox.validation import META_CHECKS, RefusedError

if TYPE_CHECKING:
    from collections.abc import Mapping

_FIELD_TYPES: Final[dict[str, type | tuple[type, ...]]] = {
    "applied": bool,
    "seconds": (int, float),
    "status": int,
    "body": str,
    "content_type": str,
    "headers": list,
    "reset": bool,
    "count": int,
    "framed": bool,
    "on_headers": bool,
    "hang": bool,
    "final": bool,
    "project_id": (int, type(None)),
    "changes": dict,
}
_RULE_FIELDS: Final = frozenset({"kind", "endpoint", "times", "skip"})


def checked_changes(prefix: str, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Names of `meta` with values that the API would take; RefusedError (400) names the first that it would not."""
    for name, value in changes.items():
        if name not in META_ATTRIBUTES:
            raise RefusedError(400, f"{prefix}.{name} is not a known field", f"{prefix}.{name}")
        META_CHECKS[name](f"{prefix}.{name}", value)
    return dict(changes)


def fault_from_json(given: object) -> tuple[Fault, Endpoint | None, int | None, int]:
    """Reads what the control path was sent: a fault's fields with `endpoint`, `times` and `skip` beside them."""
    if not isinstance(given, dict):
        raise RefusedError(400, "The body must be a JSON object")
    kind, endpoint = given.get("kind"), given.get("endpoint")
    if kind not in tuple(FaultKind):
        raise RefusedError(400, "kind must be one of " + ", ".join(FaultKind), "kind")
    if endpoint is not None and endpoint not in tuple(Endpoint):
        raise RefusedError(400, "endpoint must be one of " + ", ".join(Endpoint), "endpoint")
    times = None if given.get("times", 1) is None else _whole_number("times", given.get("times", 1), least=1)
    skip = _whole_number("skip", given.get("skip", 0), least=0)
    values = {name: _fault_value(name, value) for name, value in given.items() if name not in _RULE_FIELDS}
    try:
        fault = Fault(FaultKind(kind), **values)
    except ValueError as error:
        raise RefusedError(400, str(error)) from None
    return fault, Endpoint(endpoint) if endpoint else None, times, skip


def _whole_number(name: str, value: object, *, least: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise RefusedError(400, f"{name} must be a whole number from {least}", name)
    return value


def _fault_value(name: str, value: Any) -> Any:  # noqa: ANN401  (whatever JSON holds)
    wanted = _FIELD_TYPES.get(name)
    if wanted is None:
        raise RefusedError(400, f"{name} is not a known field", name)
    fits = isinstance(value, wanted) and (not isinstance(value, bool) or wanted is bool)
    if not fits:
        raise RefusedError(400, f"{name} has the wrong type", name)
    if name == "changes":
        return checked_changes("changes", value)
    return _headers(value) if name == "headers" else value


def _headers(given: list[Any]) -> tuple[tuple[str, str], ...]:
    pairs: list[tuple[str, str]] = []
    for pair in given:
        match pair:
            case [str(name), str(value)]:
                pairs.append((name, value))
            case _:
                raise RefusedError(400, "headers must be a list of pairs of name and value", "headers")
    return tuple(pairs)


@dataclass(slots=True)
class Rule:
    """A fault and when it is played.

    Attributes:
        number: Of the rule, for taking it back.
        fault: What is done.
        endpoint: Where; None is everywhere under `/api`.
        times: How many more times; None is until it is taken back.
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
        """Begins with none."""
        self._lock = threading.Lock()
        self._rules: list[Rule] = []
        self._numbers = 0

    def add(
        self, fault: Fault, *, endpoint: Endpoint | str | None = None, times: int | None = 1, skip: int = 0
    ) -> Rule:
        """Plays a fault on the next `times` requests to an endpoint.

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
        """Takes all of them back."""
        with self._lock:
            self._rules.clear()

    def remove(self, number: int) -> bool:
        """Takes one back; False where there is none of that number."""
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
