"""The requests of the vendor's API, as bytes. Pure: nothing here opens a socket, and no request carries the key."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlencode

import orjson

from heatpunk_desktop.domain.fields import FIELD_LABELS, FIELD_SPECS, Field, FieldValues, Kind
from heatpunk_desktop.texts import marked

if TYPE_CHECKING:
    from collections.abc import Mapping

    from heatpunk_desktop.domain.dates import DateRange

#: Every endpoint lies below this path. Source: guide.
BASE_PATH: Final = "/api/v1"

#: The header that carries the key; the client adds it at the last moment.
KEY_HEADER: Final = "X-API-KEY"

#: The largest project ID that JSON numbers carry exactly.
MAX_ID: Final = 2**53 - 1

_KIB: Final = 1024
_MIB: Final = 1024 * _KIB


class Endpoint(StrEnum):
    """An endpoint of the API. The first five are the guide's; `DATA` is from the vendor's help pages."""

    CREATE = "create"
    LIST = "list"
    UPDATE = "update"
    SOFT_DELETE = "softDelete"
    HARD_DELETE = "hardDelete"
    DATA = "data"

    @property
    def is_write(self) -> bool:
        """Whether a request to it changes something on the server."""
        return self not in {Endpoint.LIST, Endpoint.DATA}


#: The API's name of each field of `meta`, in the guide's order. Source: guide, POST create.
WIRE_NAMES: Final[Mapping[Field, str]] = {field: spec.wire for field, spec in FIELD_SPECS.items()}

_METHODS: Final[Mapping[Endpoint, str]] = {
    Endpoint.CREATE: "POST",
    Endpoint.LIST: "POST",
    Endpoint.UPDATE: "PATCH",
    Endpoint.SOFT_DELETE: "DELETE",
    Endpoint.HARD_DELETE: "DELETE",
    Endpoint.DATA: "GET",
}

#: Seconds from the first attempt to connect until the last byte of the answer, and decoded bytes of an answer.
_LIMITS: Final[Mapping[Endpoint, tuple[float, int]]] = {
    Endpoint.CREATE: (30.0, 256 * _KIB),
    Endpoint.LIST: (300.0, 512 * _MIB),
    Endpoint.UPDATE: (30.0, 256 * _KIB),
    Endpoint.SOFT_DELETE: (30.0, 256 * _KIB),
    Endpoint.HARD_DELETE: (30.0, 256 * _KIB),
    Endpoint.DATA: (30.0, 8 * _MIB),
}

_COORDINATE_LIMITS: Final[Mapping[Field, float]] = {
    field: spec.limit for field, spec in FIELD_SPECS.items() if spec.kind is Kind.DEGREES
}

_ALLOWED_WORDS: Final[Mapping[Field, frozenset[str]]] = {
    field: frozenset(value for value, _ in spec.choices) for field, spec in FIELD_SPECS.items() if spec.choices
}


@dataclass(frozen=True, slots=True)
class ApiRequest:
    """One request, complete but for the key.

    Attributes:
        endpoint: Its endpoint.
        method: HTTP method.
        path: Path on the server, from the first slash.
        query: The query, already encoded, without the question mark; may be empty.
        body: JSON, or None where the request has no body.
        deadline: Seconds that the whole exchange may take.
        max_decoded: Bytes that the answer may have once decompressed.
    """

    endpoint: Endpoint
    method: str
    path: str
    query: str = ""
    body: bytes | None = field(default=None, repr=False)
    deadline: float = 30.0
    max_decoded: int = 256 * _KIB

    @property
    def target(self) -> str:
        """The path and query, as in the request line."""
        return f"{self.path}?{self.query}" if self.query else self.path

    @property
    def headers(self) -> dict[str, str]:
        """The guide's headers without the key."""
        headers = {"accept": "application/json"}
        if self.body is not None:
            headers["Content-Type"] = "application/json"
        return headers


def _request(endpoint: Endpoint, payload: Mapping[str, object] | None, query: str = "") -> ApiRequest:
    deadline, max_decoded = _LIMITS[endpoint]
    try:
        body = None if payload is None else orjson.dumps(payload)
    except TypeError as error:
        raise ValueError(marked("protocol", "a value holds half a character, which cannot be sent")) from error
    path = f"{BASE_PATH}/projects/{endpoint}"
    return ApiRequest(endpoint, _METHODS[endpoint], path, query, body, deadline, max_decoded)


def _email(text: str) -> str:
    name, at, host = text.partition("@")
    if not (name and at and host) or "@" in host or not text.isprintable() or " " in text:
        raise ValueError(marked("protocol", "an email address is needed here"))
    return text


def _project_id(number: object) -> int:
    if isinstance(number, bool) or not isinstance(number, int) or not 0 < number <= MAX_ID:
        raise ValueError("a project ID is a whole number above 0")
    return number


def _wire_value(name: Field, value: object) -> str | float:
    limit = _COORDINATE_LIMITS.get(name)
    if limit is not None:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ValueError(
                marked("protocol", "{0} is a number of degrees, and cannot be cleared").format(FIELD_LABELS[name])
            )
        if not (math.isfinite(value) and -limit <= value <= limit):
            raise ValueError(
                marked("protocol", "{0} lies outside of ±{1} degrees").format(FIELD_LABELS[name], f"{limit:g}")
            )
        return value
    if not isinstance(value, str):
        raise ValueError(f"{name} is text; a cleared one is empty text")  # noqa: TRY004 - the contract says ValueError
    words = _ALLOWED_WORDS.get(name)
    if words is not None and value not in words:
        raise ValueError(marked("protocol", "{0} has a value that Heatpunk does not know").format(FIELD_LABELS[name]))
    return str(value)


def meta(values: FieldValues) -> dict[str, str | float]:
    """Return fields as the object `meta` of create and update, in the guide's order.

    Raises:
        ValueError: The guide does not allow a value (a bug: the user's input is checked before).
    """
    return {wire: _wire_value(name, values[name]) for name, wire in WIRE_NAMES.items() if name in values}


def create(owner: str, values: FieldValues) -> ApiRequest:
    """Ask for a new project. Source: guide, POST create.

    Args:
        owner: Email of the team member who becomes the owner.
        values: The fields that were set; those that are None are not sent.

    Raises:
        ValueError: The guide does not allow this.
    """
    known = {name: value for name, value in values.items() if value is not None}
    return _request(Endpoint.CREATE, {"owner": _email(owner), "meta": meta(known)})


def list_projects(user_email: str, days: DateRange) -> ApiRequest:
    """Ask for the projects of a range of days. Source: guide, POST list.

    Raises:
        ValueError: The email address is none.
    """
    payload = {"userEmail": _email(user_email), "start": days.first.isoformat(), "end": days.last.isoformat()}
    return _request(Endpoint.LIST, payload)


def update(project_id: int, user_email: str, changes: FieldValues) -> ApiRequest:
    """Ask to change some fields of a project. Source: guide, PATCH update.

    Args:
        project_id: The project.
        user_email: The team member in whose name it is changed.
        changes: Only the fields that change; empty text clears a text. A coordinate cannot be cleared.

    Raises:
        ValueError: The guide does not allow this; a None in `changes` too, which would otherwise get lost in silence.
    """
    changed = meta(changes)
    if not changed:
        raise ValueError("an update without a change")
    payload = {"projectId": _project_id(project_id), "userEmail": _email(user_email), "data": {"meta": changed}}
    return _request(Endpoint.UPDATE, payload)


def soft_delete(project_id: int, user_email: str) -> ApiRequest:
    """Ask to move a project to the deleted ones. Source: guide, DELETE softDelete.

    Raises:
        ValueError: The guide does not allow this.
    """
    return _request(Endpoint.SOFT_DELETE, {"projectId": _project_id(project_id), "userEmail": _email(user_email)})


def hard_delete(project_id: int, user_email: str) -> ApiRequest:
    """Ask to delete a project for ever. Source: guide, DELETE hardDelete.

    Raises:
        ValueError: The guide does not allow this.
    """
    return _request(Endpoint.HARD_DELETE, {"projectId": _project_id(project_id), "userEmail": _email(user_email)})


def data(project_id: int, user_email: str) -> ApiRequest:
    """Ask for everything about one project. Source: the vendor's help pages, GET data.

    A `+` in the address travels as `%2B`, since a bare one means a space in a query.

    Raises:
        ValueError: The ID or the address is none.
    """
    query = urlencode({"projectId": _project_id(project_id), "userEmail": _email(user_email)}, quote_via=quote, safe="")
    return _request(Endpoint.DATA, None, query)
