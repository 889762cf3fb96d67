"""The validation of requests, as strict as the guide, and the refusals."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl

import orjson

from heatpunk_desktop.sandbox.project import META

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from heatpunk_desktop.sandbox.project import MetaField

_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
#: Nineteen digits hold any number of 64 bits; what is longer is no ID.
_ID: Final = re.compile(r"[0-9]{1,19}")


class RefusedError(Exception):
    """A request that is answered with an error.

    Attributes:
        status: The status code.
        message: What is wrong, naming the field.
        field: The field, such as `meta.status`, or empty.
    """

    def __init__(self, status: int, message: str, field: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.field = field

    def body(self) -> bytes:
        """Return the JSON of the refusal."""
        told = {"status": "error", "message": self.message}
        return orjson.dumps(told | ({"field": self.field} if self.field else {}))


def _refuse(field: str, what: str) -> RefusedError:
    return RefusedError(400, f"{field} {what}", field)


def _text(field: str, value: object) -> str:
    if not isinstance(value, str):
        raise _refuse(field, "must be a string")
    return value


def _one_of(allowed: tuple[str, ...]) -> Callable[[str, object], str]:
    def check(field: str, value: object) -> str:
        if value not in allowed:
            raise _refuse(field, "must be one of " + ", ".join(f'"{word}"' for word in allowed))
        return str(value)

    return check


def _degrees(limit: int) -> Callable[[str, object], float]:
    def check(field: str, value: object) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not -limit <= value <= limit:
            raise _refuse(field, f"must be a number of decimal degrees from -{limit} to {limit}")
        return float(value)

    return check


def _check_of(field: MetaField) -> Callable[[str, object], str | float]:
    if field.allowed:
        return _one_of(field.allowed)
    return _degrees(field.limit) if field.limit else _text


_META_CHECKS: Final[Mapping[str, Callable[[str, object], str | float]]] = {
    name: _check_of(field) for name, field in META.items()
}


@dataclass(frozen=True, slots=True)
class CreateRequest:
    """`POST create`: the owner's email and the fields."""

    owner: str
    meta: Mapping[str, str | float]


@dataclass(frozen=True, slots=True)
class ListRequest:
    """`POST list`: who asks, and the days, both included."""

    user_email: str
    start: date
    end: date


@dataclass(frozen=True, slots=True)
class ProjectRequest:
    """`GET data` and both deletes: who asks, for which project."""

    user_email: str
    project_id: int


@dataclass(frozen=True, slots=True)
class UpdateRequest:
    """`PATCH update`: who changes which fields of which project."""

    user_email: str
    project_id: int
    meta: Mapping[str, str | float]


def _object(field: str, value: object, known: frozenset[str], *, needed: tuple[str, ...] = ()) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _refuse(field, "must be a JSON object")
    prefix = "" if field == _BODY else f"{field}."
    for name in value:
        if name not in known:
            raise _refuse(f"{prefix}{name}", "is not a known field")
    for name in needed:
        if name not in value:
            raise _refuse(f"{prefix}{name}", "is required")
    return value


_BODY: Final = "The body"


def read_json(body: bytes) -> object:
    """Return the JSON of a request.

    Raises:
        RefusedError: There is none, or it is broken (400).
    """
    if not body.strip():
        raise RefusedError(400, "The body is empty; it must be a JSON object")
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise RefusedError(400, f"The body is not valid JSON: {error}") from None


def read_meta(field: str, value: object) -> dict[str, str | float]:
    """Check the fields of a `meta`.

    Raises:
        RefusedError: A field is unknown or has a wrong value (400); it names the first.
    """
    meta = _object(field, value, frozenset(META))
    return {name: _META_CHECKS[name](f"{field}.{name}", value) for name, value in meta.items()}


def _user_email(body: Mapping[str, Any]) -> str:
    given = [name for name in ("userEmail", "ownerEmail") if name in body]
    if not given:
        raise _refuse("userEmail", "is required")
    if len(given) > 1:
        raise _refuse("userEmail", "and its older alias ownerEmail must not both be given")
    return _text(given[0], body[given[0]])


def _project_id(value: object) -> int:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise _refuse("projectId", "must be a whole number")
    return value


def _day(field: str, value: object) -> date:
    text = _text(field, value)
    with suppress(ValueError):
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
    raise _refuse(field, "must be a date in the format YYYY-MM-DD")


def read_create(body: bytes) -> CreateRequest:
    """Check the body of `POST create`."""
    given = _object(_BODY, read_json(body), frozenset({"owner", "meta"}), needed=("owner", "meta"))
    return CreateRequest(_text("owner", given["owner"]), read_meta("meta", given["meta"]))


def read_list(body: bytes) -> ListRequest:
    """Check the body of `POST list`."""
    known = frozenset({"userEmail", "ownerEmail", "start", "end"})
    given = _object(_BODY, read_json(body), known, needed=("start", "end"))
    return ListRequest(_user_email(given), _day("start", given["start"]), _day("end", given["end"]))


def read_update(body: bytes) -> UpdateRequest:
    """Check the body of `PATCH update`."""
    known = frozenset({"projectId", "userEmail", "ownerEmail", "data"})
    given = _object(_BODY, read_json(body), known, needed=("projectId", "data"))
    data = _object("data", given["data"], frozenset({"meta"}), needed=("meta",))
    return UpdateRequest(_user_email(given), _project_id(given["projectId"]), read_meta("data.meta", data["meta"]))


def read_delete(body: bytes) -> ProjectRequest:
    """Check the body of both deletes."""
    known = frozenset({"projectId", "userEmail", "ownerEmail"})
    given = _object(_BODY, read_json(body), known, needed=("projectId",))
    return ProjectRequest(_user_email(given), _project_id(given["projectId"]))


def read_data_query(query: str) -> ProjectRequest:
    """Check the query of `GET data`, in which a plus sign must travel as `%2B`."""
    given: dict[str, str] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        if name not in {"projectId", "userEmail", "ownerEmail"}:
            raise _refuse(name, "is not a known parameter")
        if name in given:
            raise _refuse(name, "is given more than once")
        given[name] = value
    user_email = _user_email(given)
    if not _ID.fullmatch(given.get("projectId", "")):
        raise _refuse("projectId", "must be a whole number" if "projectId" in given else "is required")
    return ProjectRequest(user_email, int(given["projectId"]))
