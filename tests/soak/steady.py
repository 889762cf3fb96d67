"""10,000 new projects, and a server that answers a steady share of requests badly: all settled in time, none twice.

With 5 % of bad answers within 10 minutes, with 20 % within 30, with the real delays, over real sockets and through the
real service. The same in virtual time is `tests/simulation/test_steady.py`.
"""

from __future__ import annotations

import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtWidgets import QApplication

from benchmarks.event_loop import run_until
from benchmarks.harness import say
from heatpunk_desktop.api.client import ApiClient
from heatpunk_desktop.domain.account import Account
from heatpunk_desktop.domain.dates import utc_text
from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.services.sync.service import SyncService
from heatpunk_desktop.store.account_store import AccountStore
from heatpunk_desktop.store.database import database_path, transaction
from heatpunk_desktop.sync.policy import ReconciliationPolicy
from tests.faulty_sandbox.faults import Fault
from tests.faulty_sandbox.plan import FaultPlan
from tests.faulty_sandbox.server import FaultySandbox

if TYPE_CHECKING:
    from collections.abc import Callable

    from heatpunk_desktop.domain.operation import OperationCounts
    from heatpunk_desktop.sandbox import Endpoint
    from heatpunk_desktop.services.sync.facts import Changed

#: New projects at scale 1.
CREATES: Final = 10_000
#: Seconds within which all has to be settled, for each share of requests that are answered badly.
BOUNDS: Final = {0.05: 600.0, 0.20: 1800.0}
#: Seconds by which a server is late at most that carries out what nobody waits for any more.
LATEST: Final = 30.0
#: Seconds between two lines about how far it is.
_EVERY: Final = 15.0


def run(*, seed: int, seconds: float | None, scale: float) -> dict[str, Any]:
    """Run it with each share; see `__main__`."""
    application = QApplication.instance() or QApplication([])
    counts: Counter[str] = Counter()
    broken: list[str] = []
    for share, bound in BOUNDS.items():
        say(f"  {share:.0%} of the answers bad")
        with tempfile.TemporaryDirectory(prefix="heatpunk-steady-") as folder:
            trial = Trial(Path(folder), round(CREATES * scale), share, seed)
            ended = trial.play(min(bound, seconds or bound), ReconciliationPolicy(), LATEST, tell=say)
        broken += [f"{share:.0%}: {problem}" for problem in ended.broken]
        counts["projects"] += trial.creates
        counts["requests"] += ended.requests
        counts[f"seconds at {share:.0%}"] = round(ended.seconds)
    del application
    return {"counts": dict(counts), "broken": broken}


@dataclass(frozen=True)
class Ended:
    """How it ended.

    Attributes:
        seconds: Until all was settled, or until it was broken off.
        requests: What the server was asked.
        broken: What was not as promised, in words.
    """

    seconds: float
    requests: int
    broken: list[str]


class Badly(FaultPlan):
    """Has a share of all requests answered badly, whichever they are."""

    def __init__(self, share: float, chance: Random, latest: float) -> None:
        super().__init__()
        self._share = share
        self._chance = chance
        self._latest = latest
        self._guard = threading.Lock()

    def take(self, endpoint: Endpoint) -> tuple[Fault, ...]:
        """One fault or none; called in the server's threads."""
        del endpoint
        with self._guard:
            chance = self._chance
            if chance.random() >= self._share:
                return ()
            is_done = chance.random() < 0.5
            return (
                chance.choice(
                    (
                        Fault.drop_before(reset=is_done),
                        Fault.drop_after(reset=chance.random() < 0.5),
                        Fault.answer(chance.choice((500, 503)), applied=is_done),
                        Fault.truncated(chance.randint(0, 30), framed=chance.random() < 0.5),
                        Fault.html(chance.choice((200, 502)), applied=is_done),
                        Fault.late(chance.uniform(0.1, self._latest), reset=is_done),
                    )
                ),
            )


class Trial:
    """One computer with new projects that wait, and one bad server.

    Args:
        folder: Where the data go.
        creates: How many projects wait.
        share: Of the answers that are bad.
        seed: Where chance comes from.
    """

    def __init__(self, folder: Path, creates: int, share: float, seed: int) -> None:
        self.creates = creates
        self._folder = folder
        self._share = share
        self._seed = seed
        self._counts: OperationCounts | None = None

    def play(self, limit: float, policy: ReconciliationPolicy, latest: float, tell: Callable[[str], object]) -> Ended:
        """Send them, and wait until all is settled, or for so many seconds."""
        with FaultySandbox(projects=30, seed=7) as server:
            account = Account(server.origin, server.user_email)
            database = database_path(self._folder, account)
            before = Counter(project.customer_name for project in server.state)
            self._stage(database, account.email, datetime.now(UTC))
            server.faults = Badly(self._share, Random(self._seed), latest)
            service = SyncService(
                database, account, lambda: ApiClient(account.origin, lambda: server.api_key), policy=policy
            )
            service.changed.connect(self._on_changed)
            began = told = time.monotonic()
            service.start()

            def is_settled() -> bool:
                nonlocal told
                if time.monotonic() - told > _EVERY:
                    told = time.monotonic()
                    tell(f"  {told - began:.0f} s: {self._counts}")
                return self._counts is not None and self._counts.waiting == 0

            is_over = run_until(is_settled, limit)
            seconds = time.monotonic() - began
            # What the server is late with comes yet, and would be a second one.
            run_until(lambda: False, latest + 1.0)
            stopped = service.stop()
            made = Counter(project.customer_name for project in server.state)
            made.subtract(before)
            return Ended(seconds, len(server.requests), self._broken(is_over and stopped, seconds, made))

    def _stage(self, database: Path, email: str, now: datetime) -> None:
        store = AccountStore.open(database)
        try:
            with transaction(store.connection):
                for number in range(self.creates):
                    values = {Field.CUSTOMER_NAME: _name(number), Field.ADDRESS: f"{number} Mill Lane"}
                    store.outbox.add_create(values, email, utc_text(now))
        finally:
            store.close()

    def _on_changed(self, changed: Changed) -> None:
        if changed.counts is not None:
            self._counts = changed.counts

    def _broken(self, is_over: bool, seconds: float, made: Counter[str]) -> list[str]:
        broken = []
        if not is_over:
            broken.append(f"not settled within {seconds:.0f} s: {self._counts}")
        elif self._counts is None or self._counts.needs_you or self._counts.done != self.creates:
            broken.append(f"not all is done: {self._counts}")
        twice = [name for name, number in made.items() if number > 1]
        lost = [name for name in map(_name, range(self.creates)) if not made[name]] if is_over else []
        broken += [f"there twice: {name}" for name in twice] + [f"lost: {name}" for name in lost]
        return broken


def _name(number: int) -> str:
    return f"Customer of the steady proof {number}"
