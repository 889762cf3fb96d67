"""Claims: ten thousand changes that wait make neither the start slow, nor the sender, nor the panel that shows them."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, NoReturn

from benchmarks.harness import Result, interleaved, milliseconds, timed
from benchmarks.rows import listed_rows
from benchmarks.start import ACCOUNT, ROOT, started
from heatpunk_desktop.app.qt_application import make_application
from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.gui.outbox.changes_panel import ChangesPanel
from heatpunk_desktop.gui.outbox.operation_list import OperationList
from heatpunk_desktop.services.sync.service import SyncService
from heatpunk_desktop.store.account_store import AccountStore
from heatpunk_desktop.store.database import database_path, transaction
from heatpunk_desktop.store.reader import OperationGroup

if TYPE_CHECKING:
    from collections.abc import Callable

START_BAR = 1.1
#: Seconds.
NEXT_BAR = 0.005
PANEL_BAR = 0.1

_NOW = "2026-11-24T18:00:00.000Z"


def measure(*, quick: bool) -> list[Result]:
    """The same database with and without changes that wait."""
    known, waiting = (10_000, 1_000) if quick else (100_000, 10_000)
    subprocess.run([sys.executable, "-m", "compileall", "-q", "heatpunk_desktop"], cwd=ROOT, check=True)
    with tempfile.TemporaryDirectory(prefix="heatpunk-bench-") as folder:
        bare, full = Path(folder) / "bare", Path(folder) / "full"
        _make(bare, known)
        shutil.copytree(bare, full)
        store = AccountStore.open(database_path(full, ACCOUNT))
        _have_waiting(store, waiting)
        store.close()
        pairs = interleaved(
            lambda: started("start_program", str(bare)), lambda: started("start_program", str(full)), 5 if quick else 21
        )
        return [
            Result(
                f"start with {waiting:,} changes waiting",
                f"{pairs.ratio:.2f} ×",
                f"≤ {START_BAR} ×",
                pairs.ratio <= START_BAR,
                f"the start without them (best {milliseconds(min(pairs.floor))})",
                pairs.noisy,
                pairs.details(),
            ),
            _panel(database_path(full, ACCOUNT), waiting),
            _next(database_path(full, ACCOUNT), waiting),
        ]


def _make(folder: Path, known: int) -> None:
    store = AccountStore.open(database_path(folder, ACCOUNT))
    rows = listed_rows(known)
    for first in range(0, known, 4000):
        store.server.take_listed(rows[first : first + 4000])
    store.close()


def _have_waiting(store: AccountStore, count: int) -> None:
    """Creates, and changes of projects that the server has, as many of these as of those."""
    keys = [row[0] for row in store.reader.first_rows(count)]
    with transaction(store.connection):
        for number in range(count // 2):
            values = {Field.PROJECT_NAME: f"Waiting {number}", Field.CUSTOMER_NAME: f"Morgan Ellis {number}"}
            store.outbox.add_create(values, ACCOUNT.email, _NOW)
            store.outbox.add_update(keys[number], {Field.STATUS: "Sale"}, {Field.STATUS: "Lead"}, _NOW)


def _panel(path: Path, waiting: int) -> Result:
    """Open the panel and paint it, each time."""
    make_application()
    service = SyncService(path, ACCOUNT, _no_client)
    counts = service.reader.operation_counts()
    if counts.waiting != waiting:
        raise AssertionError(f"{counts.waiting} of {waiting} wait")

    def opened() -> float:
        panel = ChangesPanel(service, lambda: date(2026, 11, 24))
        panel.resize(1440, 320)

        def show() -> None:
            panel.open()
            panel.grab()

        seconds = timed(show)
        shown = max(operation_list.count() for operation_list in panel.findChildren(OperationList))
        if not 0 < shown <= len(service.reader.operations(OperationGroup.WAITING)):
            raise AssertionError(f"the panel shows {shown} entries")
        panel.deleteLater()
        return seconds

    opened()
    seconds = [opened() for _ in range(11)]
    service.stop()
    return Result(
        f"opening Changes with {waiting:,} in it",
        milliseconds(median(seconds)),
        f"≤ {milliseconds(PANEL_BAR)}",
        median(seconds) <= PANEL_BAR,
        "none",
        details={"ms": [round(1000 * second, 2) for second in seconds]},
    )


def _no_client() -> NoReturn:
    raise AssertionError("nothing is to be sent")


def _next(path: Path, waiting: int) -> Result:
    """What the sender asks for each time: the next ones that may go; also where half of all wait for one in doubt."""
    store = AccountStore.open(path)
    free = _median(lambda: store.delivery.some_queued((), 8))
    store.connection.execute(
        "UPDATE operation SET state = 'unknown' WHERE operation_id = (SELECT min(operation_id) FROM operation)"
    )
    store.connection.execute(
        "UPDATE operation SET project_key = (SELECT project_key FROM operation WHERE state = 'unknown')"
        " WHERE state = 'queued' AND operation_id <= ?",
        (waiting // 2,),
    )
    found = store.delivery.some_queued((), 8)
    if [operation.operation_id for operation in found] != list(range(waiting // 2 + 1, waiting // 2 + 9)):
        raise AssertionError("others than the first ones that may go were found")
    blocked = _median(lambda: store.delivery.some_queued((), 8))
    store.close()
    return Result(
        f"the next to send of {waiting:,}; half of them held back by one in doubt",
        f"{milliseconds(free)}; {milliseconds(blocked)}",
        f"≤ {milliseconds(NEXT_BAR)}",
        max(free, blocked) <= NEXT_BAR,
        "none",
    )


def _median(work: Callable[[], object]) -> float:
    def once() -> float:
        began = time.perf_counter()
        work()
        return time.perf_counter() - began

    return median(once() for _ in range(31))
