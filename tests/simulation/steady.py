"""Liveness: many new projects against a server that answers a steady share of all requests badly, in virtual time."""

from __future__ import annotations

import heapq
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from random import Random
from typing import TYPE_CHECKING, Final

from heatpunk_desktop.domain.dates import utc_text
from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.store.account_store import AccountStore
from heatpunk_desktop.store.database import transaction
from heatpunk_desktop.sync.engine import SyncEngine
from heatpunk_desktop.sync.policy import ReconciliationPolicy
from tests.simulation import network
from tests.simulation.device import ACCOUNT, ME, MEMBERS, SENDERS
from tests.simulation.model_server import Maker, ModelServer, ServerOptions
from tests.simulation.story import Fate

if TYPE_CHECKING:
    from collections.abc import Callable

    from heatpunk_desktop.api.exchange import Exchange
    from heatpunk_desktop.sync.tasks import Task
    from tests.simulation.device import Disk
    from tests.simulation.model_server import Answer

#: Everything that a bad server does, each as often: what it did not do, did, or does later than anybody waits for.
FAULTS: Final = (
    "lost_before", "lost_after", "lost_late", "error_before", "error_after", "error_late", "page", "page_after", "cut",
    "unsent",
)  # fmt: skip

_BEGAN: Final = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Steady:
    """How it is bad.

    Attributes:
        creates: New projects that wait at the beginning; every tenth form is like the one before.
        faults: The share of requests that go wrong.
        latency: Seconds that an answer takes.
        connections: Requests that are under way at once.
        options: What the server does that nobody has said.
        already: Projects that are there before, and known.
    """

    creates: int
    faults: float
    latency: float = 0.15
    connections: int = SENDERS
    options: ServerOptions = ServerOptions(late=30.0)  # noqa: RUF009 - frozen
    already: int = 40


@dataclass(slots=True)
class Ended:
    """How it ended.

    Attributes:
        seconds: Virtual seconds until nothing was waiting or in doubt any more.
        requests: Requests by the name of their endpoint.
        states: Operations by the name of their state.
        wrong: For each form that there are not as many projects of as it was filled in: how many there are too many, or
            below 0 too few. Nobody can tell which of two identical forms made which project.
        strays: Confirmed operations whose project is not there, or is another operation's, too.
    """

    seconds: float
    requests: Counter[str] = field(default_factory=Counter)
    states: Counter[str] = field(default_factory=Counter)
    wrong: dict[str, int] = field(default_factory=dict)
    strays: int = 0


class SteadyWorld:
    """One computer, one server, and time."""

    def __init__(
        self,
        steady: Steady,
        disk: Disk,
        seed: int,
        make_engine: Callable[..., SyncEngine] = SyncEngine,
        policy: ReconciliationPolicy | None = None,
    ) -> None:
        """Set the scene.

        Args:
            steady: How the server is bad.
            disk: Wiped.
            seed: Where chance comes from.
            make_engine: Makes the engine: mutants have one of their own.
            policy: The engine's.
        """
        disk.wipe()
        self._steady = steady
        self._chance = Random(seed)
        self._time = 0.0
        self._heap: list[tuple[float, int, Callable[[], None]]] = []
        self._numbers = count()
        self._in_flight = 0
        self._wakes_at = float("inf")
        self._inbox: list[tuple[Task, Exchange]] = []
        self._requests: Counter[str] = Counter()
        self._forms: Counter[str] = Counter()
        self.server = ModelServer(steady.options, MEMBERS, _BEGAN, lambda: self._time, lambda _done: None)
        references = Random(f"{seed} references")
        self.store = AccountStore.on(
            disk.connection,
            lambda: "HPD-" + "".join(references.choices("0123456789ABCDEFGHJKMNPQRSTVWXYZ", k=10)),
        )
        for index in range(steady.already):
            meta = {"projectName": f"Old {index}", "customerName": f"Customer {index}"}
            self.server.add(MEMBERS[ME], meta, ago=86_400.0 + index * 40_000.0)
        self.engine = make_engine(
            ACCOUNT,
            self.store,
            self.clock,
            lambda: self._time,
            policy or ReconciliationPolicy(),
            Random(f"{seed} engine"),
        )

    def clock(self) -> datetime:
        """The true time."""
        return _BEGAN + timedelta(seconds=self._time)

    def play(self, limit: float) -> Ended:
        """Stages the forms and goes on until everything is settled, or for so many virtual seconds."""
        now = utc_text(self.clock())
        with transaction(self.store.connection):
            for number in range(self._steady.creates):
                one = number - (number % 10 == 9)
                values = {Field.CUSTOMER_NAME: f"New customer {one}", Field.ADDRESS: f"{one} Mill Lane"}
                self._forms[f"New customer {one}"] += 1
                self.store.outbox.add_create(values, ME, now)
        self.engine.start()
        self._work()
        settled_at = 0.0
        while self._heap and self._time <= limit:
            self._time, _, what = heapq.heappop(self._heap)
            what()
            if not self._is_settled():
                settled_at = self._time
        return self._ended(settled_at if self._is_settled() else float("inf"))

    def _is_settled(self) -> bool:
        sql = "SELECT 1 FROM operation WHERE state IN ('queued', 'sending', 'unknown') LIMIT 1"
        return self.store.connection.execute(sql).fetchone() is None

    def _ended(self, seconds: float) -> Ended:
        states = self.store.connection.execute("SELECT state, count(*) FROM operation GROUP BY state")
        confirmed = self.store.connection.execute("SELECT project_key FROM operation WHERE state = 'confirmed'")
        keys = [key for (key,) in confirmed]
        there = {project.number for project in self.server}
        made = Counter(str(project.first["customerName"]) for project in self.server if project.maker.operation)
        made.subtract(self._forms)
        return Ended(
            seconds,
            self._requests,
            Counter({str(state): number for state, number in states}),
            {form: number for form, number in made.items() if number},
            len(keys) - len(there.intersection(keys)),
        )

    def _after(self, seconds: float, what: Callable[[], None]) -> None:
        heapq.heappush(self._heap, (self._time + seconds, next(self._numbers), what))

    def _work(self) -> None:
        inbox, self._inbox = self._inbox, []
        self._wakes_at = float("inf")
        with self.engine.batch():
            self.engine.take(inbox)
            tasks = self.engine.next_tasks(max(0, self._steady.connections - self._in_flight))
        for task in tasks:
            self._send(task)
        seconds = self.engine.seconds_to_wait()
        if seconds is None or (self._in_flight >= self._steady.connections and seconds <= 0):
            return
        at = self._time + max(seconds, 0.0) + 0.001
        if at < self._wakes_at:
            self._wakes_at = at
            self._after(at - self._time, self._on_time)

    def _on_time(self) -> None:
        if self._wakes_at <= self._time:
            self._work()

    def _send(self, task: Task) -> None:
        self._in_flight += 1
        self._requests[task.request.endpoint.value] += 1
        is_bad = self._chance.random() < self._steady.faults
        kind = self._chance.choice(FAULTS) if is_bad else "answered"
        latency = self._steady.latency * self._chance.uniform(0.5, 1.5)
        fate = Fate(kind, latency, self._chance.random(), self._chance.random(), self._chance.randrange(100))
        course = network.course_of(task.request, fate, self._steady.options.late)
        operation = getattr(task, "operation", None)
        maker = Maker("A", operation.operation_id if operation is not None else 0)
        answers: list[Answer] = []
        if course.done_after is not None:
            lag = fate.lag * self._steady.options.stale
            self._after(course.done_after, lambda: answers.append(self.server.perform(task.request, maker, lag)))
        self._after(
            course.heard_after,
            lambda: self._hear(task, network.heard(task.request, fate, answers[0] if answers else None)),
        )

    def _hear(self, task: Task, exchange: Exchange) -> None:
        self._in_flight -= 1
        self._inbox.append((task, exchange))
        self._work()
