"""Claims: a refresh costs little more than parsing and storing, next to nothing where nothing changed, and no hitch."""

from __future__ import annotations

import json
import os
import tempfile
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import apsw
import orjson
import requests

from benchmarks.event_loop import STALL_BAR, Ticks, run_until
from benchmarks.harness import Result, interleaved, milliseconds, timed
from benchmarks.server_process import server_process
from heatpunk_desktop.app.cli import Options
from heatpunk_desktop.app.controller import Program
from heatpunk_desktop.app.qt_application import make_application
from heatpunk_desktop.domain.dates import DateRange, RangePreset
from heatpunk_desktop.gui.table.project_table import ProjectTable
from heatpunk_desktop.models.project_table_model import ProjectTableModel
from heatpunk_desktop.services.desktop.single_instance import SingleInstance
from heatpunk_desktop.store.account_store import AccountStore
from heatpunk_desktop.sync.list_sync import ListPull
from heatpunk_desktop.sync.server_traits import Learning

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from heatpunk_desktop.services.sync.facts import RefreshState

PIECE = 64 * 1024
NEW_BAR, SAME_BAR = 1.6, 0.25

_TABLE = """
    CREATE TABLE project (id INTEGER PRIMARY KEY, owner INTEGER, created TEXT, modified TEXT, name TEXT, customer TEXT,
                          address TEXT, postcode TEXT, lat REAL, lng REAL, status TEXT);
    CREATE INDEX newest ON project (created DESC, id DESC);
"""
_KEYS = (
    "ID", "owner", "dateCreated", "dateModified", "projectName", "customerName", "address", "postcode", "lat", "lng",
    "status",
)  # fmt: skip


def measure(*, quick: bool) -> list[Result]:
    """Read what a real sandbox sends; the stalls are those of the real window while it refreshes from it."""
    count = 10_000 if quick else 100_000
    with server_process(count) as server:
        origin, email, key = server.origin, server.email, server.key
        return [*_costs(origin, email, key, count, 3 if quick else 11), *_stalls(origin, email, key, count)]


def _costs(origin: str, email: str, key: str, count: int, pairs: int) -> list[Result]:
    today = datetime.now(UTC).date()
    ask = _asker(origin, key)
    whole = ask(email, "2009-12-31", "2026-12-31" if today.year <= 2026 else f"{today.year + 1}-12-31")
    with tempfile.TemporaryDirectory(prefix="heatpunk-bench-") as folder:
        stores: list[AccountStore] = []

        def floor() -> float:
            place = Path(tempfile.mkdtemp(dir=folder)) / "floor.sqlite3"
            connection = apsw.Connection(str(place))
            connection.pragma("journal_mode", "WAL")
            connection.pragma("synchronous", "FULL")
            connection.execute(_TABLE)
            seconds = timed(lambda: _parse_and_store(connection, whole))
            connection.close()
            return seconds

        def all_new() -> float:
            store = AccountStore.open(Path(tempfile.mkdtemp(dir=folder)) / "accounts" / "new.sqlite3")
            seconds = timed(lambda: _pull(store, email, today, ask))
            stores.append(store)
            return seconds

        def nothing_new() -> float:
            return timed(lambda: _pull(stores[-1], email, today, ask))

        new = interleaved(floor, all_new, pairs)
        stored = sum(len(rows) for rows in stores[-1].reader.all_rows())
        listed = len(orjson.loads(whole)["projects"])
        if stored != listed:
            raise AssertionError(f"{listed} projects were listed and {stored} are stored")
        same = interleaved(floor, nothing_new, pairs)
        for store in stores:
            store.close()
    return [
        Result(
            f"refresh that brings {count:,}",
            f"{new.ratio:.2f} ×",
            f"≤ {NEW_BAR} ×",
            new.ratio <= NEW_BAR,
            "orjson.loads + one executemany",
            new.noisy,
            new.details(),
        ),
        Result(
            "refresh that changes nothing",
            f"{same.ratio:.2f} ×",
            f"≤ {SAME_BAR} ×",
            same.ratio <= SAME_BAR,
            "the same",
            same.noisy,
            same.details(),
        ),
    ]


def _parse_and_store(connection: apsw.Connection, body: bytes) -> None:
    projects = orjson.loads(body)["projects"]
    with connection:
        connection.executemany(
            "INSERT INTO project VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [tuple([project[name] for name in _KEYS]) for project in projects],
        )


def _asker(origin: str, key: str) -> Any:  # noqa: ANN401 - a cached function
    @cache
    def ask(email: str, start: str, end: str) -> bytes:
        answer = requests.post(
            f"{origin}/api/v1/projects/list",
            headers={"X-API-KEY": key},
            json={"userEmail": email, "start": start, "end": end},
            timeout=60,
        )
        answer.raise_for_status()
        return answer.content

    return ask


def _pull(store: AccountStore, email: str, today: date, ask: Any) -> None:  # noqa: ANN401 - as above
    wanted = DateRange.of_preset(RangePreset.ALL_TIME, today)
    learning = Learning(store.reader, store.facts)
    pull = ListPull(
        store.server, store.reader, learning, email, wanted, datetime.now(UTC), today, lambda _changed: None
    )
    while (request := pull.next_request()) is not None:
        asked = json.loads(request.body or b"{}")
        body = ask(email, asked["start"], asked["end"])
        for first in range(0, len(body), PIECE):
            pull.take(body[first : first + PIECE])
        pull.end_window()
    pull.end()


def _stalls(origin: str, email: str, key: str, count: int) -> list[Result]:
    os.environ["HEATPUNK_API_KEY"] = key
    application = make_application()
    runs = [_stall(application, origin, email, count) for _ in range(3)]
    refresh, idle = (sorted(run[which] for run in runs)[1] for which in (0, 1))
    return [
        Result(
            "the window's longest stall while a refresh brings all",
            milliseconds(refresh),
            "≤ 33 ms",
            refresh <= STALL_BAR,
            f"when idle: {milliseconds(idle)}",
            details={"refresh_and_idle_ms": [[round(1000 * sample, 2) for sample in run] for run in runs]},
        )
    ]


def _stall(application: QApplication, origin: str, email: str, count: int) -> tuple[float, float]:
    """The longest stall in seconds while a first refresh runs in the real window, and when idle after it."""
    with tempfile.TemporaryDirectory(prefix="heatpunk-bench-", ignore_cleanup_errors=True) as folder:
        options = Options(Path(folder), domain=origin, email=email)
        program = Program(application, options, SingleInstance(options.data_dir))
        program.start()
        ticks = Ticks()
        table = program.window.findChild(ProjectTable)
        assert table is not None
        model = table.model()
        assert isinstance(model, ProjectTableModel)
        states: list[RefreshState] = []
        program.service.refresh_changed.connect(states.append)
        run_until(lambda: len(states) > 1)
        ticks.restart()
        run_until(lambda: states[-1].windows > 0 and not states[-1].running and model.total == count)
        busy = ticks.longest
        run_until(lambda: False, 1.0)
        ticks.restart()
        run_until(lambda: False, 2.0)
        if model.total != count:
            raise AssertionError(f"the table holds {model.total} of {count}")
        program.stop()
        return busy, ticks.longest
