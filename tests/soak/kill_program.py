"""500 SIGKILLs of the whole program with its window, used by its buttons and fields against a server with faults.

As `kill_engine`, with forms that are open when it dies: whatever the program had kept of them is offered at the next
start, and is never there beside the project that was made of it.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import ExitStack, suppress
from multiprocessing import get_context
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, Final

from benchmarks.harness import say
from heatpunk_desktop.domain.account import Account
from heatpunk_desktop.store.database import database_path
from tests.soak.fast_policy import GRACE_S
from tests.soak.fork_server import ROOT, Life
from tests.soak.kill_engine import Moment, Tally
from tests.soak.recording_server import RecordingServer
from tests.soak.user_record import CUSTOMER, Action, UserRecord, is_at_rest, read_drafts, read_operations
from tests.soak.workload import Workload

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

KILLS: Final = 500
KILLS_A_BATCH: Final = 10
LANES: Final = 2

#: Seconds until a start is through, on a machine that is busy, and until everything has come to rest.
_STARTS: Final = 30.0
_RESTS: Final = 90.0


class Session:
    """The user, a server and a data folder, over many lives of the program.

    Args:
        seed: Where its chance comes from.
        folder: The data folder.
        stack: Ends its server.
    """

    def __init__(self, seed: str, folder: Path, stack: ExitStack) -> None:
        self.tally = Tally()
        self._seed = seed
        self._chance = Random(seed)
        self._folder = folder
        self._record = UserRecord()
        self._kept: dict[str, dict[str, str]] = {}
        self._server = stack.enter_context(RecordingServer(projects=20, seed=self._chance.randrange(2**31)))
        self._workload = Workload(self._server, self._chance)
        self._account = Account(self._server.origin, self._server.user_email)
        self._database = database_path(folder, self._account)

    def live_and_be_killed(self, given: Moment | None = None) -> None:
        """One life: it starts, is used, and is killed; by chance, unless a moment is given."""
        moment = given or Moment.by_chance(self._chance)
        is_early = given is None and self._chance.random() < 0.15
        outage = self._workload.begin_life()
        killed = threading.Event()
        seen = Counter[str]()
        with self._start() as life:

            def happened(what: str) -> None:
                seen[what] += 1
                if what == moment.what and seen[what] == moment.count and not killed.is_set():
                    killed.set()
                    life.strike()

            self._server.watch = happened
            self._use(life, killed, happened, moment.seconds, is_early=is_early)
            self._server.watch = None
            life.strike()
            status, unheard = life.ended()
            for said in unheard:
                self._note(said)
        if status != signal.SIGKILL:
            self.tally.broken.append(f"{self._seed}: the program ended by itself with status {status}")
        self.tally.counts["kills"] += 1
        self.tally.moments[moment.what or "time"] += 1
        if outage:
            self._workload.end_outage()

    def _use(
        self, life: Life, killed: threading.Event, happened: Callable[[str], None], seconds: float, *, is_early: bool
    ) -> None:
        """Use the program until it is to be killed; where that is early, it may not have started by then."""
        ends = time.monotonic() + (self._chance.uniform(0, 0.6) if is_early else _STARTS)
        has_started = is_free = False
        while not killed.is_set() and (now := time.monotonic()) < ends:
            if is_free:
                self._act(life)
            said = life.hear(ends - now)
            is_free = said is not None and ("ready" in said or "did" in said)
            if said is None:
                continue
            if self._note(said):
                happened("saved")
            if "ready" in said:
                has_started = True
                ends = time.monotonic() + 0.2 + 2 * seconds
        if not (has_started or is_early or killed.is_set()):
            self.tally.broken.append(f"{self._seed}: did not start")

    def rest_and_look(self) -> None:
        """A life without a kill and without faults, until nothing moves; then everything is looked for."""
        self._server.faults.clear()
        with suppress(TimeoutError):
            self._server.late.wait()
        with self._start() as life:
            until = time.monotonic() + _RESTS
            while time.monotonic() < until and not is_at_rest(self._stored()):
                life.tell({"do": "send", "token": -1, "values": {}})
                for said in _all_said(life, 0.3):
                    self._note(said)
            life.tell({"do": "stop", "token": -1, "values": {}})
            status, unheard = life.ended()
            for said in unheard:
                self._note(said)
        if status != 0:
            self.tally.broken.append(f"{self._seed}: the last life ended with status {status}")
        found = self._record.check(self._database, self._server)
        self.tally.states += found.states
        self.tally.counts["edits in the gap between look and PATCH"] += found.gaps
        self.tally.counts["colleagues' edits"] += self._workload.edits
        if self._server.slowest >= GRACE_S:
            self.tally.counts["batches with a server slower than the grace period"] += 1
            return
        self.tally.broken += [f"{self._seed}: {problem}" for problem in (*found.broken, *self._forms())]

    def _stored(self) -> list[Any]:
        return read_operations(self._database) if self._database.exists() else []

    def _forms(self) -> Iterator[str]:
        """Each form that the program had kept is kept still, or was stored: never both, never neither, never twice."""
        drafts = Counter(texts.get(CUSTOMER) for texts in read_drafts(self._database).values())
        stored = Counter(operation.changes.get(CUSTOMER) for operation in self._stored() if operation.kind == "create")
        for customer in set(drafts) | set(self._kept):
            if drafts[customer] + stored[customer] > 1:
                yield f"{customer}: {drafts[customer]} drafts and {stored[customer]} projects of one form"
        for customer, texts in self._kept.items():
            if drafts[customer] + stored[customer] == 0:
                yield f"lost: the form of {texts}"

    def _start(self) -> Life:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        variables = {name: value for name, value in os.environ.items() if name not in {"DISPLAY", "WAYLAND_DISPLAY"}}
        variables |= {
            "PYTHONPATH": str(ROOT),
            "QT_QPA_PLATFORM": "offscreen",
            "QT_LOGGING_RULES": "default.warning=false",
        }
        variables["HEATPUNK_API_KEY"] = self._server.api_key
        command = [sys.executable, "-m", "tests.soak.program_child", str(theirs.fileno())]
        command += [str(self._folder), self._account.domain, self._account.email]
        with theirs:
            process = subprocess.Popen(
                command, env=variables, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL, cwd=ROOT
            )
        return Life(process.pid, ours, lambda: _status(process))

    def _act(self, life: Life) -> None:
        token = len(self._record.actions)
        kind = self._chance.choices(("create", "type", "reopen", "edit", "send"), (40, 20, 15, 20, 5))[0]
        values: dict[str, str] = {}
        match kind:
            case "create" | "type":
                values = {CUSTOMER: f"form {token}", "address": f"at {token}"}
            case "edit":
                values = {"address": f"mine {token}"}
        # What stands in a form may be stored in any later life.
        self._record.actions.append(Action(token, "create" if kind == "type" else kind, values))
        self.tally.counts["actions"] += 1
        life.tell({"do": kind, "token": token, "values": values})

    def _note(self, said: dict[str, Any]) -> bool:
        if "ready" in said:
            self.tally.counts["starts"] += 1
            self.tally.counts["starts with forms that were open"] += said["left"] > 0
            if said["left"] and not said["offered"]:
                self.tally.broken.append(f"{self._seed}: {said['left']} forms were open and are not offered")
        if "stuck" in said:
            self.tally.broken.append(f"{self._seed}: {said}; {self._record.actions[said['stuck']]}")
        if "kept" in said:
            for texts in said["kept"].values():
                if CUSTOMER in texts:
                    self._kept[texts[CUSTOMER]] = texts
                    self.tally.counts["times a form was kept"] += 1
        if "saved" not in said:
            return False
        self.tally.counts["promises"] += 1
        action = self._record.actions[said["saved"]]
        if action.do == "reopen":
            action = next(
                (action for action in self._record.actions if action.values.get(CUSTOMER) == said["customer"]), action
            )
        self._record.saved(action.token, said["key"])
        return True


def _status(process: subprocess.Popen[bytes]) -> int:
    code = process.wait()
    return -code if code < 0 else code << 8


def _all_said(life: Life, within: float) -> Iterator[dict[str, Any]]:
    until = time.monotonic() + within
    while (left := until - time.monotonic()) > 0:
        if (said := life.hear(left)) is not None:
            yield said


def run_session(seed: str, kills: int) -> Tally:
    """One session in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="heatpunk-kills-") as folder, ExitStack() as stack:
        session = Session(seed, Path(folder), stack)
        for _ in range(kills):
            session.live_and_be_killed()
        session.rest_and_look()
        return session.tally


def run(*, seed: int, seconds: float | None, scale: float) -> dict[str, Any]:
    """Kill 500 times; see the package for the arguments and for what is given."""
    kills = max(1, round(KILLS * scale))
    sizes = [min(KILLS_A_BATCH, kills - first) for first in range(0, kills, KILLS_A_BATCH)]
    until = time.monotonic() + (seconds or float("inf"))
    total = Tally()
    with ProcessPoolExecutor(LANES, mp_context=get_context("spawn")) as pool:
        sessions = [pool.submit(run_session, f"{seed}/{number}", size) for number, size in enumerate(sizes)]
        for done in as_completed(sessions):
            tally = done.result()
            total.counts += tally.counts
            total.states += tally.states
            total.moments += tally.moments
            total.broken += tally.broken
            say(f"  {total.counts['kills']:,} kills, {total.counts['promises']:,} promises, {len(total.broken)} broken")
            if time.monotonic() > until:
                pool.shutdown(wait=True, cancel_futures=True)
                break
    return {
        "counts": dict(total.counts),
        "broken": total.broken,
        "operations ended as": dict(total.states),
        "killed by": dict(total.moments),
    }


if __name__ == "__main__":
    print(
        json.dumps({"broken": (tally := run_session(sys.argv[1], int(sys.argv[2]))).broken, **tally.counts}, indent=1)
    )
