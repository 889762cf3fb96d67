"""10,000 SIGKILLs of a process that runs the engine on a real file against a server with faults.

The user does things in it, as fast as the file takes them. It is killed while it starts, while something is saved, as a
request reaches the server, as the server has carried it out, as the answer comes: where chance has it. After so many
kills it is left alone until nothing moves any more, and then everything that was promised is looked for.
"""

from __future__ import annotations

import sys
import tempfile
import threading
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, Final

from benchmarks.harness import say
from heatpunk_desktop.domain.account import Account
from heatpunk_desktop.store.database import database_path
from tests.soak.fast_policy import FAST_POLICY, GRACE_S
from tests.soak.fork_server import ForkServer, Life
from tests.soak.recording_server import ANSWERED, CAME, DONE, RecordingServer
from tests.soak.user_record import UserRecord, is_at_rest, read_operations
from tests.soak.workload import Workload

if TYPE_CHECKING:
    from collections.abc import Iterator

KILLS: Final = 10_000

#: Kills before everything is left to come to rest and looked at.
KILLS_A_BATCH: Final = 50

#: Processes of this proof at a time; each has one that is killed, and a server.
LANES: Final = 2

#: Seconds within which everything comes to rest, once nothing goes wrong any more.
PATIENT: Final = 60.0


@dataclass(frozen=True, slots=True)
class Moment:
    """When a life ends.

    Attributes:
        seconds: At the latest.
        what: Or once this happened: an event of the recording server, or `saved`.
        count: So often.
        after: Seconds to wait then.
    """

    seconds: float
    what: str = ""
    count: int = 0
    after: float = 0.0

    @classmethod
    def by_chance(cls, chance: Random) -> Moment:
        """Some at the start, some at any time, most where something is under way."""
        kind = chance.random()
        if kind < 0.15:
            return cls(chance.uniform(0, 0.04))
        if kind < 0.45:
            return cls(min(0.02 + chance.expovariate(12), 1.0))
        if kind < 0.55:
            return cls(chance.uniform(1, 2) * GRACE_S)
        what = chance.choice((CAME, DONE, ANSWERED, "saved"))
        return cls(0.7, what, chance.randint(1, 8), chance.choice((0.0, 0.0, chance.uniform(0, 0.003))))


@dataclass(slots=True)
class Tally:
    """What came of a batch."""

    counts: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)
    states: Counter[str] = field(default_factory=Counter)
    moments: Counter[str] = field(default_factory=Counter)
    lives: dict[str, list[str]] = field(default_factory=dict)


class Batch:
    """Some kills on one database, and what is found after them.

    Args:
        seed: Where its chance comes from.
        folder: Holds the database.
        stack: Ends its server.
        fork_server: Forks the processes; runs `tests.soak.engine_child`.
    """

    def __init__(self, seed: str, folder: Path, stack: ExitStack, fork_server: ForkServer) -> None:
        self._seed = seed
        self._chance = Random(seed)
        self._record = UserRecord()
        self._tally = Tally()
        self.lives: list[tuple[float, float, Moment]] = []
        self._server = stack.enter_context(RecordingServer(projects=20, seed=self._chance.randrange(2**31)))
        self._fork_server = fork_server
        self._workload = Workload(self._server, self._chance)
        account = Account(self._server.origin, self._server.user_email)
        self._database = database_path(folder, account)
        self._given = {
            "origin": account.domain,
            "email": account.email,
            "api_key": self._server.api_key,
            "folder": str(folder),
            "policy": FAST_POLICY,
        }

    def run(self, kills: int) -> Tally:
        """Kill, lets rest, looks."""
        for _ in range(kills):
            self._live_and_be_killed()
        self._rest()
        self._look()
        return self._tally

    # -- a life ----------------------------------------------------------------------------------------------------

    def _live_and_be_killed(self) -> None:
        moment = Moment.by_chance(self._chance)
        outage = self._workload.begin_life()
        killed = threading.Event()
        seen = Counter[str]()
        began = time.monotonic()
        with self._fork_server.fork(self._given) as life:

            def happened(what: str) -> None:
                # In the server's thread, so that it hits the process just then.
                seen[what] += 1
                if what == moment.what and seen[what] == moment.count and not killed.is_set():
                    time.sleep(moment.after)
                    killed.set()
                    life.strike()

            self._server.watch = happened
            ends = began + moment.seconds
            acts = began + self._chance.expovariate(60)
            while not killed.is_set() and (now := time.monotonic()) < ends:
                if now >= acts:
                    self._act(life)
                    acts = now + self._chance.expovariate(60)
                said = life.hear(min(acts, ends) - now)
                if said is not None and self._note(said):
                    happened("saved")
            self._server.watch = None
            if not killed.is_set():
                life.strike()
            status, unheard = life.ended()
            for said in unheard:
                self._note(said)
        if status != 9:
            self._tally.broken.append(f"{self._seed}: a process ended by itself with status {status}")
        self._tally.moments[moment.what or "time"] += 1
        self.lives.append((began, time.monotonic(), moment))
        self._tally.counts["kills"] += 1
        if outage:
            self._workload.end_outage()

    def _note(self, said: dict[str, Any]) -> bool:
        """Take what the process said; report whether it was a promise."""
        if "saved" in said:
            self._record.saved(said["saved"], said.get("key"))
            self._tally.counts["promises"] += 1
            return True
        if "nothing" in said:
            self._record.not_done(said["nothing"])
        if "not_saved" in said and "not there any more" not in said["why"]:
            self._tally.broken.append(f"{self._seed}: not saved: {said}")
        return False

    def _act(self, life: Life) -> None:
        """Do something; whether it is saved will be told."""
        action, message = self._workload.next_action(self._record.actions)
        if action is not None:
            self._record.actions.append(action)
            self._tally.counts["actions"] += 1
        life.tell(message)

    # -- after the kills -------------------------------------------------------------------------------------------

    def _rest(self) -> None:
        """Lives without a kill and without faults until nothing moves any more."""
        self._server.faults.clear()
        with suppress(TimeoutError):
            self._server.late.wait()
        began = time.monotonic()
        with self._fork_server.fork(self._given) as life:
            while time.monotonic() < began + PATIENT and not is_at_rest(read_operations(self._database)):
                life.tell({"do": "send", "token": -1})
                for said in _all_said(life, 0.2):
                    self._note(said)
            life.tell({"do": "stop", "token": -1})
            status, unheard = life.ended()
            for said in unheard:
                self._note(said)
            if status != 0:
                self._tally.broken.append(f"{self._seed}: the last process ended with status {status}")
        self._tally.counts["ms to rest"] += round(1000 * (time.monotonic() - began))

    def _look(self) -> None:
        found = self._record.check(self._database, self._server)
        self._tally.states += found.states
        self._tally.counts["requests"] = len(self._server.log.to())
        self._tally.counts["colleagues' edits"] = self._workload.edits
        self._tally.counts["edits in the gap between look and PATCH"] = found.gaps
        if self._server.slowest >= GRACE_S:
            # The promise is for servers that are quicker than that, and this one runs on a busy machine.
            self._tally.counts["batches with a server slower than the grace period"] += 1
            return
        self._tally.broken += [f"{self._seed}: {problem}" for problem in found.broken]
        if found.broken:
            self._tally.lives[self._seed] = [f"{began:.3f} to {ended:.3f}: {how}" for began, ended, how in self.lives]


def _all_said(life: Life, within: float) -> Iterator[dict[str, Any]]:
    until = time.monotonic() + within
    while (left := until - time.monotonic()) > 0:
        if (said := life.hear(left)) is not None:
            yield said


@cache
def _fork_server() -> ForkServer:
    """One for all batches of this process: all of them try the program as it was read at the start."""
    return ForkServer("tests.soak.engine_child")


def run_batch(seed: str, kills: int, fork_server: ForkServer | None = None) -> Tally:
    """One batch in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="heatpunk-kills-") as folder, ExitStack() as stack:
        return Batch(seed, Path(folder), stack, fork_server or _fork_server()).run(kills)


def run(*, seed: int, seconds: float | None, scale: float) -> dict[str, Any]:
    """Kill 10,000 times; see the package for the arguments and for what is given."""
    kills = max(1, round(KILLS * scale))
    sizes = [min(KILLS_A_BATCH, kills - first) for first in range(0, kills, KILLS_A_BATCH)]
    until = time.monotonic() + (seconds or float("inf"))
    counts, states, moments = Counter[str](), Counter[str](), Counter[str]()
    broken: list[str] = []
    lives: dict[str, list[str]] = {}
    began = time.monotonic()
    with ProcessPoolExecutor(LANES, mp_context=get_context("spawn")) as pool:
        batches = [pool.submit(run_batch, f"{seed}/{number}", size) for number, size in enumerate(sizes)]
        for done in as_completed(batches):
            batch = done.result()
            counts += batch.counts
            states += batch.states
            moments += batch.moments
            lives |= batch.lives
            broken += batch.broken
            rate = counts["kills"] / (time.monotonic() - began)
            so_far = f"{counts['kills']:,} kills, {counts['promises']:,} promises"
            say(f"  {so_far}, {rate:.1f} kills/s, {len(broken)} broken")
            if time.monotonic() > until:
                pool.shutdown(wait=True, cancel_futures=True)
                break
    return {
        "counts": dict(counts),
        "broken": broken,
        "operations ended as": dict(states),
        "killed by": dict(moments),
        "lives of batches with something broken": lives,
        "grace_seconds": GRACE_S,
        "slowest answer": "shorter than the grace period in every batch that counts",
    }


def main() -> None:
    """`python -m tests.soak.kill_engine SEED/BATCH [KILLS]`: one batch again, its folder kept to be looked at."""
    folder = Path(tempfile.mkdtemp(prefix="heatpunk-kills-"))
    with ExitStack() as stack:
        batch = Batch(sys.argv[1], folder, stack, _fork_server())
        tally = batch.run(int(sys.argv[2]) if len(sys.argv) > 2 else KILLS_A_BATCH)
    print(folder, dict(tally.counts), dict(tally.states), *tally.broken, sep="\n")
    if tally.broken:
        print(*batch.lives, sep="\n")


if __name__ == "__main__":
    main()
