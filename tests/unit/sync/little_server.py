"""A server in memory that follows the guide, and the engine on top of it with clocks that stand."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs

import orjson

from heatpunk_desktop.api.exchange import Exchange, FailureKind
from heatpunk_desktop.api.protocol import WIRE_NAMES, ApiRequest, Endpoint
from heatpunk_desktop.domain.fields import LISTED_FIELDS, Field
from heatpunk_desktop.domain.project import Member
from heatpunk_desktop.store.reader import OperationGroup
from heatpunk_desktop.sync.engine import SyncEngine
from heatpunk_desktop.sync.policy import ReconciliationPolicy
from heatpunk_desktop.sync.rounds import Moment
from heatpunk_desktop.sync.state import Turn
from heatpunk_desktop.sync.tasks import Taken, Task
from tests.fakes import ACCOUNT, ME, NOW, Clock, answered

if TYPE_CHECKING:
    from collections.abc import Callable

    from heatpunk_desktop.domain.operation import Operation
    from heatpunk_desktop.store.account_store import AccountStore
    from heatpunk_desktop.sync.server_traits import Learnt

TOM: Final = "tom@acme-heat.test"
OWNERS: Final = {ME: 27091, TOM: 27102}
RESET: Final = Exchange(None, bytes_sent=True, failure=FailureKind.RESET)
LISTED: Final = tuple(WIRE_NAMES[name] for name in WIRE_NAMES if name in LISTED_FIELDS)
POLICY: Final = ReconciliationPolicy()


@dataclass
class LittleServer:
    """Answers list, data and the writes out of a dictionary.

    Attributes:
        projects: What it holds, by ID, under the names of the wire.
        now: UTC text of its clock.
        has_data: Whether there is a call for one project.
        gives_references: Whether that call tells CRM references.
        says_blank: Whether it says that there is none, where it does not tell.
        hidden: Projects that lists lack as yet.
        cap: Lists hold at most so many projects; 0 for no limit.
        asked: What came in.
        faults: For an endpoint, what to answer instead of carrying the request out, in turn.
        lost: For an endpoint, how many answers get lost after the request was carried out.
    """

    projects: dict[int, dict[str, Any]] = field(default_factory=dict)
    now: str = NOW
    has_data: bool = True
    gives_references: bool = True
    says_blank: bool = False
    hidden: set[int] = field(default_factory=set)
    cap: int = 0
    asked: list[ApiRequest] = field(default_factory=list)
    faults: dict[Endpoint, list[Exchange]] = field(default_factory=dict)
    lost: dict[Endpoint, int] = field(default_factory=dict)
    next_id: int = 100

    def put(self, project_id: int = 0, *, owner: str = ME, created: str = "", **meta: Any) -> int:
        """Add a project; return its ID."""
        if not project_id:
            self.next_id += 1
            project_id = self.next_id
        at = created or self.now
        blank = {wire: None if key in (Field.LATITUDE, Field.LONGITUDE) else "" for key, wire in WIRE_NAMES.items()}
        given = {"status": "Lead", "projectName": "Tue Nov 24 2026", **meta}
        self.projects[project_id] = {
            "ID": project_id, "owner": OWNERS[owner], "dateCreated": at, "dateModified": at, **blank, **given
        }  # fmt: skip
        return project_id

    def named(self, name: str) -> list[int]:
        """The projects of a customer."""
        return [number for number, project in self.projects.items() if project["customerName"] == name]

    def to(self, endpoint: Endpoint) -> list[ApiRequest]:
        """What was asked of an endpoint."""
        return [request for request in self.asked if request.endpoint is endpoint]

    def lose(self, request: ApiRequest, *, applied: bool) -> Exchange:
        """The connection breaks off, before or after the request is carried out."""
        self.asked.append(request)
        if applied:
            self._carry_out(request)
        return RESET

    def answer(self, request: ApiRequest) -> Exchange:
        self.asked.append(request)
        faults = self.faults.get(request.endpoint)
        if faults:
            return faults.pop(0)
        answer = self._carry_out(request)
        if self.lost.get(request.endpoint, 0):
            self.lost[request.endpoint] -= 1
            return RESET
        return answer

    def _carry_out(self, request: ApiRequest) -> Exchange:
        if request.endpoint is Endpoint.DATA:
            return self._data(int(parse_qs(request.query)["projectId"][0]))
        assert request.body is not None
        body = orjson.loads(request.body)
        if request.endpoint is Endpoint.LIST:
            return self._list(body)
        if request.endpoint is Endpoint.CREATE:
            return answered(200, {"projectId": self.put(owner=body["owner"], **body["meta"])})
        if body["projectId"] not in self.projects:
            return answered(404, {"message": "No such project"})
        if request.endpoint is Endpoint.UPDATE:
            self.projects[body["projectId"]].update(body["data"]["meta"], dateModified=self.now)
        else:
            del self.projects[body["projectId"]]
        return answered(204)

    def _list(self, body: dict[str, Any]) -> Exchange:
        owner = OWNERS[body["userEmail"].lower()]
        found = [
            {name: project[name] for name in ("ID", "owner", "dateCreated", "dateModified", *LISTED)}
            for number, project in self.projects.items()
            if body["start"] <= project["dateCreated"][:10] <= body["end"]
            and number not in self.hidden
            and owner in (project["owner"], OWNERS[ME])
        ]
        shown = found[: self.cap] if self.cap else found
        return answered(
            200, {"status": "success", "projects": shown, "ownerEmail": body["userEmail"], "ownerID": owner}
        )

    def _data(self, number: int) -> Exchange:
        if not self.has_data:
            return answered(404, b"<html><body>Not found</body></html>")
        if number not in self.projects:
            return answered(404, {"message": "No such project"})
        one = dict(self.projects[number])
        told = {"projectID": str(one.pop("ID")), "userID": str(one.pop("owner")), **one}
        if not self.gives_references:
            told["crmReference"] = ""
            if not self.says_blank:
                del told["crmReference"]
        return answered(200, {"status": "success", "projectData": told})


@dataclass
class Seconds:
    """A monotonic clock that stands until it is moved."""

    at: float = 1000.0

    def __call__(self) -> float:
        return self.at


class HalfChance:
    """Chance that always gives the middle."""

    @staticmethod
    def uniform(a: float, b: float) -> float:
        return (a + b) / 2


class Bench:
    """An engine, its store, a server, and clocks that a test moves."""

    def __init__(
        self,
        store: AccountStore,
        policy: ReconciliationPolicy = POLICY,
        *,
        monotonic: float = 1000.0,
        server: LittleServer | None = None,
        clock: Clock | None = None,
    ) -> None:
        self.store = store
        self.policy = policy
        self.server = server or LittleServer()
        self.clock = clock or Clock()
        self.seconds = Seconds(monotonic)
        self.engine = self._engine()
        self.taken = Taken()

    def _engine(self) -> SyncEngine:
        return SyncEngine(ACCOUNT, self.store, self.clock, self.seconds, self.policy, HalfChance())

    def turn(self) -> Turn:
        """A step that begins now."""
        engine = self.engine
        return Turn(engine.state, Moment(self.seconds(), self.clock()), engine._reads, engine._context)

    def learnt(self, fact: Learnt, value: str, **more: Any) -> None:
        """Something else is known of the server than what it showed."""
        traits = replace(self.engine.state.traits.kept(fact, value), **more)
        self.engine._learning.adopt(traits)

    def start_again(self, monotonic: float = 5.0) -> None:
        """The program ends, and starts again some time later: another monotonic clock, another memory."""
        self.seconds = Seconds(monotonic)
        self.engine = self._engine()
        self.engine.start()

    def known(self, *, is_me_known: bool = True) -> Bench:
        """Have the store know what the server lists now, as a refresh would."""
        scan_of_all = [project for project in self.server.projects.values() if project["ID"] not in self.server.hidden]
        self.store.server.take_listed([_row(project) for project in scan_of_all])
        if is_me_known:
            self.store.server.take_member(Member(ME, OWNERS[ME], is_me=True))
        return self

    def tasks(self, limit: int = 9) -> list[Task]:
        with self.engine.batch():
            taken = self.engine.take([])
            tasks = self.engine.next_tasks(limit, taken)
        self._keep(taken)
        return tasks

    def take(self, task: Task, exchange: Exchange) -> Taken:
        with self.engine.batch():
            taken = self.engine.take([(task, exchange)])
        self._keep(taken)
        return taken

    def _keep(self, taken: Taken) -> None:
        self.taken.keys |= taken.keys
        self.taken.replaced += taken.replaced
        self.taken.needs_user += taken.needs_user

    def one(self) -> Task:
        """The one thing to ask now."""
        (task,) = self.tasks()
        return task

    def step(self, limit: int = 9) -> list[Task]:
        """Ask all that is to be asked now, once."""
        tasks = self.tasks(limit)
        for task in tasks:
            self.take(task, self.server.answer(task.request))
        return tasks

    def now(self, most: int = 60) -> None:
        """Ask until there is nothing more to ask now."""
        for _ in range(most):
            if not self.step():
                return
        raise AssertionError("it goes on asking without a pause")

    def wait(self, seconds: float) -> None:
        """Time passes without anybody asking anything."""
        self.seconds.at += seconds
        self.clock.forward(seconds=seconds)

    def run(self, seconds: float) -> None:
        """Time passes, and whatever becomes due is asked when it does."""
        until = self.seconds.at + seconds
        self.now()
        while (pause := self.engine.seconds_to_wait()) is not None and self.seconds.at + pause <= until:
            self.wait(pause)
            self.now()
        self.wait(max(0.0, until - self.seconds.at))

    def operations(self) -> list[Operation]:
        every = [operation for group in OperationGroup for operation in self.store.reader.operations(group, 5000)]
        return sorted(every, key=lambda operation: operation.operation_id)

    def only(self) -> Operation:
        (operation,) = self.operations()
        return operation

    def states(self) -> list[str]:
        return [operation.state.value for operation in self.operations()]

    def create(self, owner: str = ME, **more: Any) -> int:
        values = {Field(name): value for name, value in more.items()}
        return self.store.outbox.add_create(values or {Field.CUSTOMER_NAME: "Ewan"}, owner, self.engine.now())

    def update(self, project: int, changes: dict[Field, Any], base: dict[Field, Any]) -> int:
        return self.store.outbox.add_update(project, changes, base, self.engine.now())

    def when(self, said: Callable[[], bool], most: float = 3600.0) -> float:
        """Let time pass until something is so; return how many seconds that took."""
        began = self.seconds.at
        self.now()
        while not said():
            pause = self.engine.seconds_to_wait()
            assert pause is not None, "nothing will happen any more"
            self.wait(pause)
            self.now()
            assert self.seconds.at - began <= most, "it takes too long"
        return self.seconds.at - began


def _row(one: dict[str, Any]) -> tuple[Any, ...]:
    return (
        one["ID"], one["owner"], one["dateCreated"], one["dateModified"], one["projectName"], one["customerName"],
        one["address"], one["postcode"], one["lat"], one["lng"], one["status"], None, None, None,
    )  # fmt: skip
