"""The way to have a sandbox go wrong from another process.

Besides what any sandbox has under `/sandbox`: GET, POST and DELETE /sandbox/faults and DELETE /sandbox/faults/ID rule
the faults.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from heatpunk_desktop.sandbox.endpoints import Answer, Endpoint, json_answer
from heatpunk_desktop.sandbox.validation import RefusedError, read_json, read_meta
from tests.faulty_sandbox.faults import Fault, FaultKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from heatpunk_desktop.sandbox.server import ControlCall
    from tests.faulty_sandbox.plan import FaultPlan

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


class FaultRoutes:
    """Rules the faults.

    Args:
        faults: Gives the plan of now.

    Attributes:
        routes: Those that the sandbox's own `Control` lacks.
    """

    def __init__(self, faults: Callable[[], FaultPlan]) -> None:
        self.routes: dict[str, dict[str, Callable[[ControlCall], Answer]]] = {
            "/faults": {"GET": self._rules, "POST": self._add_rule, "DELETE": self._clear_rules},
            "/faults/#": {"DELETE": self._remove_rule},
        }
        self._faults = faults

    def _rules(self, _call: ControlCall) -> Answer:
        return json_answer(200, {"faults": [rule.as_json() for rule in self._faults().rules()]})

    def _add_rule(self, call: ControlCall) -> Answer:
        fault, endpoint, times, skip = _fault_from_json(read_json(call.request.body))
        return json_answer(201, self._faults().add(fault, endpoint=endpoint, times=times, skip=skip).as_json())

    def _clear_rules(self, _call: ControlCall) -> Answer:
        self._faults().clear()
        return Answer(204)

    def _remove_rule(self, call: ControlCall) -> Answer:
        if not self._faults().remove(call.number):
            raise RefusedError(404, f"There is no fault {call.number}")
        return Answer(204)


def _fault_from_json(given: object) -> tuple[Fault, Endpoint | None, int | None, int]:
    """Read what the control path was sent: a fault's fields with `endpoint`, `times` and `skip` beside them."""
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


def _fault_value(name: str, value: Any) -> Any:
    wanted = _FIELD_TYPES.get(name)
    if wanted is None:
        raise RefusedError(400, f"{name} is not a known field", name)
    fits = isinstance(value, wanted) and (not isinstance(value, bool) or wanted is bool)
    if not fits:
        raise RefusedError(400, f"{name} has the wrong type", name)
    if name == "changes":
        return read_meta("changes", value)
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
