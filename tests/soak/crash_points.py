"""Every point between two durable steps: the process dies there, starts again, and everything has to come right.

A step is a write to the database, its log or its journal, a sync, a file that is made, named or taken away, and a
request that goes out. None is sampled: a scenario is cut short before its first step, then before its second, and so on
until it runs through. Then the server cuts in: the process dies as its first request has come in, and as it has been
carried out and not answered, as its second has, and so on; each also with a request that is never carried out.
"""

from __future__ import annotations

import tempfile
import threading
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from benchmarks.harness import say
from heatpunk_desktop.sandbox.project import iso_text
from tests.faulty_sandbox.faults import Fault
from tests.soak.crash_scenarios import SCENARIOS, Scenario
from tests.soak.fork_server import ForkServer
from tests.soak.recording_server import ANSWERED, CAME, DONE, RecordingServer
from tests.soak.user_record import Action, UserRecord, read_operations

if TYPE_CHECKING:
    from collections.abc import Iterable

#: Processes of this proof at a time.
LANES: Final = 2

#: A scenario with more steps than this is one that never ends.
_MOST_POINTS: Final = 5000

#: Seconds that the server gets to end what it was at when the process died.
_SERVER_ENDS: Final = 5.0


@dataclass(frozen=True, slots=True)
class Point:
    """Where the process dies: before a step of its own, or at a request of its.

    Attributes:
        number: Of the step or request, from 1.
        what: `step`, `CAME` (carried out after the death) or `DONE` (carried out before it, not answered).
        is_dropped: With `CAME`: never carried out.
    """

    number: int
    what: str = "step"
    is_dropped: bool = False

    def __str__(self) -> str:
        dropped = ", never carried out" if self.is_dropped else ""
        return f"{self.what} {self.number}{dropped}"


@dataclass(slots=True)
class Tally:
    """What came of some points."""

    counts: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)
    states: Counter[str] = field(default_factory=Counter)


class CrashPoint:
    """One scenario cut short at one point, from the empty disk to the last look.

    Args:
        scenario: What is cut short.
        point: Where.
        fork_server: Forks its processes; runs `tests.soak.crash_child`.
        every_write: Whether each write is a step of its own, or only each sync.
    """

    def __init__(self, scenario: Scenario, point: Point, fork_server: ForkServer, *, every_write: bool) -> None:
        self._scenario = scenario
        self._point = point
        self._fork_server = fork_server
        self._every_write = every_write
        self._record = UserRecord()
        self._requests = 0
        self._answered = 0
        self._quiet = threading.Condition()
        self._is_dead = threading.Event()
        self._has_begun = threading.Event()
        self._was_cut = True
        self._seen = 0
        self.is_through = False
        self.states = Counter[str]()

    def run(self) -> list[str]:
        """Play it; return what was broken."""
        with (
            tempfile.TemporaryDirectory(prefix="heatpunk-crash-") as folder,
            RecordingServer(projects=6, seed=7) as server,
        ):
            self._server = server
            database = Path(folder, "account.sqlite3")
            self._given = {
                "scenario": self._scenario.name,
                "database": str(database),
                "origin": server.origin,
                "email": server.user_email,
                "api_key": server.api_key,
                "every_write": self._every_write,
                "rows": (rows := _rows(server)),
            }
            self._projects = [row[0] for row in rows]
            broken = list(self._play()) or self._look(database)
        return [f"{self._scenario.name}, {self._point}: {problem}" for problem in broken]

    def _play(self) -> Iterable[str]:
        for endpoint, fault in self._scenario.faults:
            self._server.faults.add(fault, endpoint=endpoint)
        if self._part("before") != 0:
            yield "what came before did not end well"
            return
        if self._scenario.between is not None:
            self._scenario.between(self._server, self._projects)
        self._server.faults.clear()
        at = self._point.number if self._point.what == "step" else 0
        if self._part("cut short", at, is_watched=not at) not in {0, 9}:
            yield "the process ended by itself"
            return
        self.is_through = not self._was_cut
        self._server.faults.clear()
        if self._part("after") != 0:
            yield "what came after did not end well"

    def _part(self, part: str, at: int = 0, *, is_watched: bool = False) -> int:
        """Let a process play a part; return its status."""
        if is_watched and self._point.is_dropped:
            self._server.faults.add(Fault.drop_before(), skip=self._point.number - 1)
        self._is_dead.clear()
        self._has_begun.clear()
        self._was_cut = True
        self._seen = 0
        self._server.watch = self._watch if is_watched else self._count
        with self._fork_server.fork({**self._given, "part": part, "at": at}) as life:
            self._strike = life.strike
            self._has_begun.set()
            status, heard = life.ended()
            self._is_dead.set()
        with self._quiet:
            if not self._quiet.wait_for(lambda: self._requests == self._answered, _SERVER_ENDS):
                raise TimeoutError("the server does not come to an end")
        for said in heard:
            self._note(said)
        return status

    def _watch(self, what: str) -> None:
        """In the server's thread: the process is dead before anything else happens."""
        if what == CAME:
            self._seen += 1
        if what == self._point.what and self._seen == self._point.number and not self._is_dead.is_set():
            self._has_begun.wait(_SERVER_ENDS)
            self._strike()
            self._is_dead.wait(_SERVER_ENDS)
        self._count(what)

    def _count(self, what: str) -> None:
        with self._quiet:
            self._requests += what == CAME
            self._answered += what == ANSWERED
            self._quiet.notify_all()

    def _note(self, said: dict[str, Any]) -> None:
        actions = self._record.actions
        if "doing" in said:
            actions.append(Action(len(actions), said["doing"], said["values"], said["draft"], key=said["key"]))
        elif "saved" in said:
            self._record.saved(len(actions) - 1, said["key"])
        else:
            self._was_cut = False

    def _look(self, database: Path) -> list[str]:
        found = self._record.check(database, self._server)
        self.states = found.states
        has_answered = any(action.do == "answer" and action.saved for action in self._record.actions)
        asks = [operation for operation in read_operations(database) if operation.state in {"needs_you", "unknown"}]
        if asks and (has_answered or not self._scenario.needs_you):
            found.broken.append(f"the user is asked for what can be known: {asks}")
        return found.broken


def _rows(server: RecordingServer) -> list[tuple[Any, ...]]:
    """What a refresh brings of the projects on the server."""
    return [
        (
            project.project_id, project.owner, iso_text(project.created), iso_text(project.modified),
            project.project_name, project.customer_name, project.address, project.postcode, project.lat, project.lng,
            project.status, None, None, None,
        )
        for project in server.state
        if not project.deleted
    ]  # fmt: skip


def try_points(scenario: Scenario, fork_server: ForkServer, *, every_write: bool) -> Tally:
    """Cut a scenario short at each point there is."""
    tally = Tally()
    for what, is_dropped in (("step", False), (CAME, False), (CAME, True), (DONE, False)):
        for number in range(1, _MOST_POINTS):
            point = CrashPoint(scenario, Point(number, what, is_dropped), fork_server, every_write=every_write)
            tally.broken += point.run()
            tally.states += point.states
            if point.is_through:
                break
            tally.counts["crash points"] += 1
            tally.counts["of them at a request" if what != "step" else "of them at a step of the disk"] += 1
        else:
            tally.broken.append(f"{scenario.name}: never runs through")
    return tally


@cache
def _fork_server() -> ForkServer:
    """One for all scenarios of this process."""
    return ForkServer("tests.soak.crash_child")


def _try_one(name: str) -> Tally:
    return try_points(
        next(scenario for scenario in SCENARIOS if scenario.name == name), _fork_server(), every_write=True
    )


def run(*, seed: int, seconds: float | None, scale: float) -> dict[str, Any]:
    """Try every point of every scenario; nothing is left to chance here, and nothing is left out."""
    del seed, scale
    until = time.monotonic() + (seconds or float("inf"))
    total = Tally()
    of_scenario: dict[str, int] = {}
    with ProcessPoolExecutor(LANES, mp_context=get_context("spawn")) as pool:
        tried = {pool.submit(_try_one, scenario.name): scenario.name for scenario in SCENARIOS}
        for done in as_completed(tried):
            tally = done.result()
            total.counts += tally.counts
            total.states += tally.states
            total.broken += tally.broken
            of_scenario[tried[done]] = tally.counts["crash points"]
            say(f"  {tried[done]}: {tally.counts['crash points']:,} points, {len(tally.broken)} broken")
            if time.monotonic() > until:
                pool.shutdown(wait=True, cancel_futures=True)
                break
    return {
        "counts": {"scenarios": len(of_scenario), **total.counts},
        "broken": total.broken,
        "points of each scenario": of_scenario,
        "operations ended as": dict(total.states),
    }
