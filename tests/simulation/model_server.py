"""A server that does what the vendor's guide says and what nobody has ruled out, in virtual time.

It keeps every version of every project, so a read may come from a replica that lags behind, and it knows who wrote
which value when, which is what the invariants ask for.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from zoneinfo import ZoneInfo

import orjson

from heatpunk_desktop.api.protocol import BASE_PATH, Endpoint
from heatpunk_desktop.sandbox.project import default_name, iso_text, stored_coordinate, to_millis, zoneless_text
from heatpunk_desktop.sandbox.validation import (
    RefusedError,
    read_create,
    read_data_query,
    read_delete,
    read_list,
    read_update,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from heatpunk_desktop.api.protocol import ApiRequest

Value = str | float | None
JSON_TYPE: Final = "application/json"
PAGE: Final = b"<!doctype html><html><body><h1>Sorry</h1></body></html>"

_UK: Final = ZoneInfo("Europe/London")
_UTC: Final = ZoneInfo("UTC")
_PATHS: Final = {f"{BASE_PATH}/projects/{endpoint.value}": endpoint for endpoint in Endpoint}
_METHODS: Final = {
    Endpoint.CREATE: "POST",
    Endpoint.LIST: "POST",
    Endpoint.UPDATE: "PATCH",
    Endpoint.SOFT_DELETE: "DELETE",
    Endpoint.HARD_DELETE: "DELETE",
    Endpoint.DATA: "GET",
}

#: The eleven fields of `meta` (guide, POST create) as an untouched project has them.
EMPTY_META: Final[Mapping[str, Value]] = {
    "buildDate": "",
    "projectName": "",
    "customerName": "",
    "customerEmail": "",
    "customerPhone": "",
    "address": "",
    "postcode": "",
    "lat": None,
    "lng": None,
    "status": "",
    "crmReference": "",
}
#: Those that a list entry carries (guide, POST list).
LISTED: Final = ("projectName", "customerName", "address", "postcode", "lat", "lng", "status")


class Maker(NamedTuple):
    """Who wrote something: a device with the number of its operation, or a colleague."""

    device: str
    operation: int = 0


COLLEAGUE: Final = Maker("colleague")


class Write(NamedTuple):
    """A value that a field had from a moment on, and who wrote it."""

    at: float
    value: Value
    maker: Maker


@dataclass(frozen=True, slots=True)
class ServerOptions:
    """What nobody has said of the vendor's server, and how this one does it.

    Attributes:
        data_call: `GET projects/data`: `refs` (with CRM references), `plain` (without), `page` or `json` (there is no
            such call, said by a page or as JSON).
        by_modification: The range of a list is about the day of the last change, instead of the first.
        uk_days: These days are UK days, instead of UTC ones.
        unordered: Lists come in no particular order; otherwise the oldest first.
        cap: Lists hold at most so many projects; 0 for no limit.
        stale: Reads lag behind by at most so many seconds.
        late: A request whose client has gone is carried out at most so many seconds later.
        own_only: Users see only their own projects.
        shows_deleted: `data` still tells of a soft-deleted project, and updates still take; otherwise 404.
        defaults_for_empty: An empty name or status gets the default too, not only one that is missing.
        trims: Space at either end of a text is taken off.
    """

    data_call: str = "refs"
    by_modification: bool = False
    uk_days: bool = False
    unordered: bool = False
    cap: int = 0
    stale: float = 0.0
    late: float = 0.0
    own_only: bool = False
    shows_deleted: bool = True
    defaults_for_empty: bool = False
    trims: bool = False

    @property
    def gives_references(self) -> bool:
        """Whether a CRM reference can be read back."""
        return self.data_call == "refs"

    @property
    def gives_data(self) -> bool:
        """Whether there is a call that tells everything of one project."""
        return self.data_call in {"refs", "plain"}


@dataclass(frozen=True, slots=True, eq=False)
class Version:
    """A project from a moment on; each is equal to itself only."""

    at: float
    owner: int
    created: int
    modified: int
    meta: Mapping[str, Value]
    is_deleted: bool = False
    is_gone: bool = False


@dataclass(slots=True)
class Project:
    """A project with all that it ever was.

    Attributes:
        number: The ID.
        maker: Who made it.
        first: The fields as they were made.
        versions: Oldest first.
        writes: For each field, the values that it had, oldest first.
    """

    number: int
    maker: Maker
    first: Mapping[str, Value]
    versions: list[Version]
    writes: dict[str, list[Write]]

    @property
    def now(self) -> Version:
        """As it is."""
        return self.versions[-1]

    def at(self, moment: float) -> Version | None:
        """As it was, or None where it was not there yet."""
        for version in reversed(self.versions):
            if version.at <= moment:
                return version
        return None


@dataclass(frozen=True, slots=True)
class Applied:
    """A write of the program's that was carried out.

    Attributes:
        at: When.
        maker: The operation.
        endpoint: What was done.
        project: To which project.
        meta: The fields that it set, as they were stored.
        before: For each of them, the last write before.
    """

    at: float
    maker: Maker
    endpoint: Endpoint
    project: Project
    meta: Mapping[str, Value] = field(default_factory=dict)
    before: Mapping[str, Write] = field(default_factory=dict)


class Answer(NamedTuple):
    """What goes back to the client.

    Attributes:
        status: The HTTP status.
        body: The whole body.
        view: The moment whose state a read told.
        content_type: The header.
        number: The project that it is about, or 0.
    """

    status: int
    body: bytes = b""
    view: float = 0.0
    content_type: str = JSON_TYPE
    number: int = 0


class ModelServer:
    """The projects of one team, and the six calls on them."""

    def __init__(
        self,
        options: ServerOptions,
        members: Mapping[str, int],
        began: datetime,
        now: Callable[[], float],
        applied: Callable[[Applied], None],
    ) -> None:
        """Begin with no projects.

        Args:
            options: How it does what nobody has said.
            members: The numbers of the team's users by their addresses.
            began: The true time at the virtual second 0.
            now: Virtual seconds.
            applied: Told of each write of the program's that is carried out.
        """
        self.options = options
        self.projects: dict[int, Project] = {}
        self._members = members
        self._began = began
        self._now = now
        self._applied = applied
        self._next = 101
        #: Versions as lists and single answers tell them, which they do again and again.
        self._listed: dict[Version, orjson.Fragment] = {}
        self._told: dict[Version, bytes] = {}
        self._zone = _UK if options.uk_days else _UTC

    # -- what colleagues do --------------------------------------------------------------------------------------------

    def add(self, owner: int, meta: Mapping[str, Value], maker: Maker = COLLEAGUE, ago: float = 0.0) -> Project:
        """Make a project, so many seconds before now."""
        at = self._now() - ago
        moment = self._began + timedelta(seconds=at)
        stored = {**EMPTY_META, **self._stored(meta)}
        for name, default in (("projectName", default_name(moment)), ("status", "Lead")):
            if name not in meta or (self.options.defaults_for_empty and not stored[name]):
                stored[name] = default
        millis = to_millis(moment)
        writes = {name: [Write(at, value, maker)] for name, value in stored.items()}
        project = Project(self._next, maker, stored, [Version(at, owner, millis, millis, stored)], writes)
        self.projects[self._next] = project
        self._next += 1
        return project

    def change(self, project: Project, meta: Mapping[str, Value], maker: Maker = COLLEAGUE) -> None:
        """Lay fields over a project."""
        at, stored = self._now(), self._stored(meta)
        if self.options.defaults_for_empty:
            stored = {name: value or {"status": "Lead"}.get(name, value) for name, value in stored.items()}
        for name, value in stored.items():
            # Saving a form that nobody changed is not writing.
            if maker != COLLEAGUE or value != project.now.meta[name]:
                project.writes[name].append(Write(at, value, maker))
        self._next_version(project, meta={**project.now.meta, **stored})

    def delete(self, project: Project) -> None:
        """Soft-deletes a project."""
        self._next_version(project, is_deleted=True)

    def bring_back(self, project: Project) -> None:
        """Take a soft delete back, as can be done on the vendor's pages."""
        self._next_version(project, is_deleted=False)

    def delete_for_good(self, project: Project) -> None:
        """Delete a project so that nothing is left of it."""
        self._next_version(project, is_gone=True)

    def open(self, project: Project) -> None:
        """Save a project as it is, as the vendor's program does automatically when somebody opens it."""
        self._next_version(project)

    def __iter__(self) -> Iterator[Project]:
        """The projects that are there, soft-deleted ones included."""
        return (project for project in self.projects.values() if not project.now.is_gone)

    # -- what the program does -----------------------------------------------------------------------------------------

    def perform(self, request: ApiRequest, maker: Maker, lag: float = 0.0) -> Answer:
        """Carry a request out, by its bytes; reads tell what was so many seconds ago."""
        endpoint = _PATHS.get(request.path)
        if endpoint is None or request.method != _METHODS[endpoint]:
            return _json(404, {"status": "error", "message": "there is no such call"})
        view = self._now() - min(lag, self.options.stale)
        try:
            match endpoint:
                case Endpoint.LIST:
                    return self._list(request.body or b"", view)
                case Endpoint.DATA:
                    return self._data(request.query, view)
                case Endpoint.CREATE:
                    return self._create(request.body or b"", maker)
                case Endpoint.UPDATE:
                    return self._update(request.body or b"", maker)
                case _:
                    return self._delete(request.body or b"", maker, endpoint)
        except RefusedError as error:
            return Answer(error.status, error.body(), view)

    def _create(self, body: bytes, maker: Maker) -> Answer:
        request = read_create(body)
        project = self.add(self._member(request.owner), request.meta, maker)
        self._applied(Applied(self._now(), maker, Endpoint.CREATE, project, project.first))
        return _json(200, {"status": "success", "projectId": project.number})._replace(number=project.number)

    def _update(self, body: bytes, maker: Maker) -> Answer:
        request = read_update(body)
        project = self._project(request.project_id, self._member(request.user_email))
        before = {name: project.writes[name][-1] for name in request.meta}
        self.change(project, request.meta, maker)
        meta = {name: project.writes[name][-1].value for name in request.meta}
        self._applied(Applied(self._now(), maker, Endpoint.UPDATE, project, meta, before))
        return Answer(204, content_type="", number=project.number)

    def _delete(self, body: bytes, maker: Maker, endpoint: Endpoint) -> Answer:
        request = read_delete(body)
        project = self._project(request.project_id, self._member(request.user_email))
        if endpoint is Endpoint.SOFT_DELETE:
            self.delete(project)
        else:
            self.delete_for_good(project)
        self._applied(Applied(self._now(), maker, endpoint, project))
        return Answer(204, content_type="", number=project.number)

    def _list(self, body: bytes, view: float) -> Answer:
        request = read_list(body)
        me = self._member(request.user_email)
        first, last = request.start, request.end
        if last < first:
            raise RefusedError(400, "end must not be before start", "end")
        begin = to_millis(datetime(first.year, first.month, first.day, tzinfo=self._zone))
        end = to_millis(datetime(last.year, last.month, last.day, tzinfo=self._zone) + timedelta(days=1))
        found: list[tuple[int, Version]] = []
        for number, project in self.projects.items():
            version = project.at(view)
            if version is None or version.is_gone or version.is_deleted:
                continue
            if self.options.own_only and version.owner != me:
                continue
            if begin <= (version.modified if self.options.by_modification else version.created) < end:
                found.append((number, version))
        if self.options.unordered:
            found.sort(key=lambda entry: entry[0] * 7919 % 1009)
        if self.options.cap:
            del found[self.options.cap :]
        listed = [self._entry(number, version) for number, version in found]
        answer = {"status": "success", "projects": listed, "ownerEmail": request.user_email, "ownerID": me}
        return Answer(200, orjson.dumps(answer), view)

    def _entry(self, number: int, version: Version) -> orjson.Fragment:
        entry = self._listed.get(version)
        if entry is None:
            told = {
                "ID": number,
                "owner": version.owner,
                "dateCreated": iso_text(version.created),
                "dateModified": iso_text(version.modified),
                **{name: version.meta[name] for name in LISTED},
            }
            entry = self._listed[version] = orjson.Fragment(orjson.dumps(told))
        return entry

    def _data(self, query: str, view: float) -> Answer:
        if self.options.data_call == "page":
            return Answer(404, PAGE, view, "text/html")
        if self.options.data_call == "json":
            return _json(404, {"status": "error", "message": "no such call"})
        request = read_data_query(query)
        me = self._member(request.user_email)
        project = self.projects.get(request.project_id)
        version = project.at(view) if project else None
        if version is None or version.is_gone or (version.is_deleted and not self.options.shows_deleted):
            raise RefusedError(404, f"projectId: there is no project {request.project_id}", "projectId")
        if self.options.own_only and version.owner != me:
            raise RefusedError(403, "userEmail has no access to this project", "userEmail")
        body = self._told.get(version)
        if body is None:
            body = self._told[version] = self._everything(request.project_id, version)
        return Answer(200, body, view, number=request.project_id)

    def _everything(self, number: int, version: Version) -> bytes:
        told: dict[str, Any] = {
            "projectID": str(number),
            "userID": str(version.owner),
            "projectType": "heat",
            "dateCreated": zoneless_text(version.created),
            "dateModified": zoneless_text(version.modified),
            # null stands for what is empty (the vendor's help pages)
            **{name: None if value == "" else value for name, value in version.meta.items()},
        }
        if not self.options.gives_references:
            del told["crmReference"]
        return orjson.dumps({"status": "success", "projectData": told})

    def _member(self, email: str) -> int:
        number = self._members.get(email.lower())
        if number is None:
            raise RefusedError(403, "this is no member of the team", "userEmail")
        return number

    def _project(self, number: int, me: int) -> Project:
        project = self.projects.get(number)
        if project is None or project.now.is_gone or (project.now.is_deleted and not self.options.shows_deleted):
            raise RefusedError(404, f"projectId: there is no project {number}", "projectId")
        if self.options.own_only and project.now.owner != me:
            raise RefusedError(403, "userEmail has no access to this project", "userEmail")
        return project

    def _stored(self, meta: Mapping[str, Value]) -> dict[str, Value]:
        stored = dict(meta)
        for name, value in meta.items():
            if name in {"lat", "lng"}:
                stored[name] = None if value is None else stored_coordinate(float(value))
            elif self.options.trims and isinstance(value, str):
                stored[name] = value.strip()
        return stored

    def _next_version(self, project: Project, **changes: Any) -> None:
        now = project.now
        at = self._now()
        millis = to_millis(self._began + timedelta(seconds=at))
        fields: dict[str, Any] = {"meta": now.meta, "is_deleted": now.is_deleted, "is_gone": now.is_gone, **changes}
        project.versions.append(Version(at, now.owner, now.created, millis, **fields))


def _json(status: int, value: object) -> Answer:
    return Answer(status, orjson.dumps(value))
