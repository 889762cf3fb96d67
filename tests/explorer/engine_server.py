"""A server of a few projects, as one immutable value, and what it answers to the bytes of requests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import orjson

from heatpunk_desktop.api.exchange import Exchange, FailureKind
from heatpunk_desktop.api.protocol import Endpoint
from heatpunk_desktop.sandbox.project import iso_text, to_millis, zoneless_text
from heatpunk_desktop.sandbox.validation import read_create, read_data_query, read_delete, read_list, read_update
from tests.explorer.engine_device import BEGINNING
from tests.explorer.states import COLLEAGUE, NOBODY
from tests.simulation.device import ME, MEMBERS

if TYPE_CHECKING:
    from heatpunk_desktop.api.protocol import ApiRequest

Values = tuple[str, ...]

#: The fields that are told apart, by their names on the wire; the last is never in a list.
WIRE: Final = ("customerName", "address", "crmReference")
#: Number of the first project.
FIRST: Final = 101
#: When the projects that were there before were made, and those that are new: seconds before the beginning.
_LONG_AGO: Final = -5 * 86400
_NEW: Final = -60

BROKEN: Final = Exchange(None, bytes_sent=True, failure=FailureKind.RESET)
REFUSED: Final = Exchange(
    422, bytes_sent=True, content_type="application/json", body=b'{"status":"error","message":"no"}'
)
TROUBLE: Final = Exchange(503, bytes_sent=True, content_type="text/html", body=b"<html>Sorry</html>")
NOT_THERE: Final = Exchange(
    404, bytes_sent=True, content_type="application/json", body=b'{"status":"error","message":"no such project"}'
)


class Project(NamedTuple):
    """A project on the server.

    Attributes:
        maker: The change that made it, or `NOBODY` or `COLLEAGUE`.
        values: By `WIRE`.
        writers: Who wrote each.
        created: The second.
        modified: The second.
        is_deleted: It was moved to deleted.
        was_deleted: It ever was: by a user (1), by the colleague (2).
    """

    maker: int
    values: Values
    writers: tuple[int, ...]
    created: int = _LONG_AGO
    modified: int = _LONG_AGO
    is_deleted: int = 0
    was_deleted: int = 0


Server = tuple[Project, ...]


class Written(NamedTuple):
    """What a write did: the server then, the answer, the project that it was about, and the fields that it set."""

    server: Server
    answer: Exchange
    place: int
    fields: tuple[tuple[int, str], ...] = ()


def old(values: Values, *, is_new: bool = False) -> Project:
    """Return a project that was there before all begins: for long, or for a minute."""
    made = _NEW if is_new else _LONG_AGO
    return Project(NOBODY, values, (NOBODY,) * len(values), made, made)


def place(request: ApiRequest) -> int:
    """Return which project a request for one is about."""
    return read_data_query(request.query).project_id - FIRST


def shows(exchange: Exchange, place: int) -> bool:
    """Return whether an answer is about a project, or a list that holds it."""
    if exchange.status != HTTPStatus.OK:
        return False
    told = orjson.loads(exchange.body)
    return "projectData" in told or any(project["ID"] == FIRST + place for project in told["projects"])


def written(server: Server, request: ApiRequest, who: int, now: int, *, forgets: bool) -> Written:
    """Carry a write out.

    Args:
        server: The server before.
        request: What is wanted.
        who: The change that it belongs to.
        now: The second.
        forgets: Projects that were deleted are not known any more.
    """
    body = request.body or b""
    if request.endpoint is Endpoint.CREATE:
        meta = read_create(body).meta
        values = tuple(str(meta.get(name, "")) for name in WIRE)
        made = Project(who, values, (who,) * len(values), now, now)
        answer = {"status": "success", "projectId": FIRST + len(server)}
        return Written((*server, made), _json(200, answer), len(server))
    if request.endpoint is Endpoint.UPDATE:
        update = read_update(body)
        place, fields = (
            update.project_id - FIRST,
            tuple((WIRE.index(name), str(value)) for name, value in update.meta.items()),
        )
        changed = server[place]
        for index, value in fields:
            changed = changed._replace(
                values=_put(changed.values, index, value), writers=_put(changed.writers, index, who)
            )
        changed = changed._replace(modified=now)
    else:
        place, fields = read_delete(body).project_id - FIRST, ()
        changed = server[place]._replace(is_deleted=1, was_deleted=server[place].was_deleted | 1, modified=now)
    if server[place].is_deleted and forgets:
        return Written(server, NOT_THERE, place)
    return Written(_put(server, place, changed), Exchange(204, bytes_sent=True), place, fields)


def by_colleague(server: Server, place: int, now: int, **changes: Any) -> Server:
    """Return the server once the colleague has changed a project: `value` of a `field`, or `is_deleted`."""
    project = server[place]._replace(modified=now)
    if "field" in changes:
        index = int(changes["field"])
        values = _put(project.values, index, str(changes["value"]))
        project = project._replace(values=values, writers=_put(project.writers, index, COLLEAGUE))
    else:
        is_deleted = int(changes["is_deleted"])
        project = project._replace(is_deleted=is_deleted, was_deleted=project.was_deleted | 2 * is_deleted)
    return _put(server, place, project)


def read(server: Server, request: ApiRequest, *, forgets: bool, has_pages: bool, gives_references: bool) -> Exchange:
    """Answer a read."""
    if request.endpoint is Endpoint.LIST:
        return _json(200, _listed(server, request.body or b""))
    number = place(request)
    project = server[number] if 0 <= number < len(server) else None
    if not has_pages or project is None or (project.is_deleted and forgets):
        return NOT_THERE
    told: dict[str, Any] = {
        "projectID": str(FIRST + number),
        "userID": str(MEMBERS[ME]),
        "projectType": "heat",
        "dateCreated": zoneless_text(_millis(project.created)),
        "dateModified": zoneless_text(_millis(project.modified)),
        **{name: value or None for name, value in zip(WIRE, project.values, strict=True)},
        **_PLAIN,
        "customerEmail": None, "customerPhone": None, "buildDate": None,
    }  # fmt: skip
    if not gives_references:
        del told[WIRE[-1]]
    return _json(200, {"status": "success", "projectData": told})


_PLAIN: Final[dict[str, Any]] = {"projectName": "House", "postcode": None, "lat": None, "lng": None, "status": "Lead"}


def _listed(server: Server, body: bytes) -> dict[str, Any]:
    request = read_list(body)
    begin = datetime(request.start.year, request.start.month, request.start.day, tzinfo=UTC)
    end = datetime(request.end.year, request.end.month, request.end.day, tzinfo=UTC) + timedelta(days=1)
    projects = [
        {
            "ID": FIRST + place,
            "owner": MEMBERS[ME],
            "dateCreated": iso_text(_millis(project.created)),
            "dateModified": iso_text(_millis(project.modified)),
            **_PLAIN,
            "postcode": "",
            **dict(zip(WIRE[:-1], project.values, strict=False)),
        }
        for place, project in enumerate(server)
        if not project.is_deleted and begin <= BEGINNING + timedelta(seconds=project.created) < end
    ]
    return {"status": "success", "projects": projects, "ownerEmail": request.user_email, "ownerID": MEMBERS[ME]}


def _millis(second: int) -> int:
    return to_millis(BEGINNING + timedelta(seconds=second))


def _put(values: tuple[Any, ...], place: int, value: object) -> tuple[Any, ...]:
    return (*values[:place], value, *values[place + 1 :])


def _json(status: int, told: object) -> Exchange:
    return Exchange(status, bytes_sent=True, content_type="application/json", body=orjson.dumps(told))
