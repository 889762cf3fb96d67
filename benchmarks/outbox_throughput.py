"""Claim: what waits goes out nearly as fast as bare requests with one fsync each, and the window stays smooth."""

from __future__ import annotations

import os
import tempfile
import threading
import time
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

import apsw
import requests
from PySide6.QtCore import QEventLoop, QObject, QTimer, Signal

from benchmarks.event_loop import STALL_BAR, Ticks, run_until
from benchmarks.harness import PAIRS, Result, interleaved, milliseconds, say
from benchmarks.server_process import ServerProcess, server_process
from heatpunk_desktop.api import protocol
from heatpunk_desktop.app.cli import Options
from heatpunk_desktop.app.controller import Program
from heatpunk_desktop.app.qt_application import make_application
from heatpunk_desktop.config.credentials import VARIABLE
from heatpunk_desktop.domain.account import Account
from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.gui.table.project_table import ProjectTable
from heatpunk_desktop.models.project_table_model import ProjectTableModel
from heatpunk_desktop.services.desktop.single_instance import SingleInstance
from heatpunk_desktop.services.sync.commands import CreateProject
from heatpunk_desktop.store.database import database_path

if TYPE_CHECKING:
    from heatpunk_desktop.domain.fields import FieldValues
    from heatpunk_desktop.services.sync.facts import Changed

BAR = 1.25
CONNECTIONS = 4

#: How the references of the projects begin that the program sends.
_PROGRAMS = "BENCH-"


def measure(*, quick: bool) -> list[Result]:
    """The program sends from its real window, over all its projects; the floor sends in the same process."""
    known, count, pairs = (2_000, 200, 3) if quick else (100_000, 1000, PAIRS)
    with (
        server_process(known) as server,
        tempfile.TemporaryDirectory(prefix="heatpunk-bench-", ignore_cleanup_errors=True) as folder,
    ):
        sender = _Sender(server, Path(folder), known)
        try:
            return _measured(sender, _Floor(server, Path(folder)), count, pairs)
        finally:
            sender.stop()


def _measured(sender: _Sender, floor: _Floor, count: int, pairs: int) -> list[Result]:
    found = interleaved(lambda: floor.send(count), lambda: sender.send(count), pairs)
    sender.check()
    own = [ours - theirs for ours, theirs in zip(sender.own_seconds, floor.own_seconds, strict=True)]
    say(
        f"  CPU: ours {sorted(sender.own_seconds)[len(own) // 2] / count * 1000:.3f} ms, floor"
        f" {sorted(floor.own_seconds)[len(own) // 2] / count * 1000:.3f} ms a create; server"
        f" {sorted(sender.server_seconds)[len(own) // 2] / count * 1000:.3f}"
    )
    stalls = [sender.stall(count) for _ in range(3)]
    busy, idle = (sorted(stall[which] for stall in stalls)[1] for which in (0, 1))
    return [
        Result(
            f"{count:,} waiting projects sent, each durably",
            f"{found.ratio:.2f} × ({1000 * min(found.candidate) / count:.2f} ms each)",
            f"≤ {BAR} ×",
            found.ratio <= BAR,
            f"`requests` alone and one fsync each ({1000 * min(found.floor) / count:.2f} ms)",
            found.noisy,
            {
                **found.details(),
                "own_cpu_ms_each": [round(1000 * second / count, 4) for second in sender.own_seconds],
                "floor_cpu_ms_each": [round(1000 * second / count, 4) for second in floor.own_seconds],
                "server_cpu_ms_each": [round(1000 * second / count, 4) for second in sender.server_seconds],
            },
        ),
        Result(
            "the window's longest stall meanwhile",
            milliseconds(busy),
            "≤ 33 ms",
            busy <= STALL_BAR,
            f"when idle: {milliseconds(idle)}",
            details={"sending_and_idle_ms": [[round(1000 * sample, 2) for sample in run] for run in stalls]},
        ),
    ]


def _values(number: int, reference: str) -> FieldValues:
    return {
        Field.PROJECT_NAME: f"Heat pump at {number} Elm Grove",
        Field.CUSTOMER_NAME: f"Morgan Ellis {number}",
        Field.CUSTOMER_EMAIL: f"morgan.{number}@example.test",
        Field.CUSTOMER_PHONE: "01632 960 001",
        Field.ADDRESS: f"{number} Elm Grove, Sheffield",
        Field.POSTCODE: "S7 1AB",
        Field.LATITUDE: 53.35,
        Field.LONGITUDE: -1.49,
        Field.STATUS: "Lead",
        Field.CRM_REFERENCE: reference,
    }


class _Floor:
    """The same requests by `requests` alone over as many connections, and for each its answer on the disk.

    Not by the program's own client: the slower that were, the better the program would look.
    """

    def __init__(self, server: ServerProcess, folder: Path) -> None:
        self._server = server
        self._folder = folder
        self.own_seconds: list[float] = []

    def send(self, count: int) -> float:
        """Seconds until the last answer is on the disk."""
        projects: SimpleQueue[FieldValues] = SimpleQueue()
        for number in range(count):
            projects.put(_values(number, f"FLOOR-{number}"))
        threads = [threading.Thread(target=self._work, args=(number, projects)) for number in range(CONNECTIONS)]
        used = time.process_time()
        began = time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        seconds = time.perf_counter() - began
        self.own_seconds.append(time.process_time() - used)
        return seconds

    def _work(self, number: int, projects: SimpleQueue[FieldValues]) -> None:
        file = os.open(self._folder / f"floor-{number}", os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
        with requests.Session() as session:
            session.trust_env = False
            session.headers[protocol.KEY_HEADER] = self._server.key
            try:
                while True:
                    asked = protocol.create(self._server.email, projects.get_nowait())
                    answer = session.request(
                        asked.method,
                        self._server.origin + asked.target,
                        data=asked.body,
                        headers=asked.headers,
                        timeout=30,
                        allow_redirects=False,
                    )
                    if answer.status_code != 200:
                        raise AssertionError(f"the floor was answered {answer.status_code}")
                    os.write(file, answer.content + b"\n")
                    os.fsync(file)
            except Empty:
                return
            finally:
                os.close(file)


class _Sender(QObject):
    """The program with its window, and projects that wait because the server did not take the key."""

    _all_sent = Signal()

    def __init__(self, server: ServerProcess, folder: Path, known: int) -> None:
        super().__init__()
        self._server = server
        self._references: list[str] = []
        self.own_seconds: list[float] = []
        self.server_seconds: list[float] = []
        os.environ[VARIABLE] = server.key
        options = Options(folder, domain=server.origin, email=server.email)
        account = Account(server.origin, server.email)
        self._database = database_path(options.data_dir, account)
        self._program = Program(make_application(), options, SingleInstance(options.data_dir))
        self._program.start()
        self._waiting = -1
        self._program.service.changed.connect(self._on_changed)
        table = self._program.window.findChild(ProjectTable)
        assert table is not None
        model = table.model()
        assert isinstance(model, ProjectTableModel)
        self._model = model
        if not run_until(lambda: model.total == known):
            raise AssertionError(f"the table holds {model.total} of {known}")
        run_until(lambda: False, 3.0)

    def _on_changed(self, changed: Changed) -> None:
        if changed.counts is None:
            return
        self._waiting = changed.counts.waiting
        if not changed.counts.waiting:
            self._all_sent.emit()

    def send(self, count: int) -> float:
        """Seconds until the last of so many projects that wait is confirmed, and the window knows."""
        self._fill(count)
        used, server = time.process_time(), self._server.cpu_seconds()
        began = time.perf_counter()
        self._go()
        seconds = time.perf_counter() - began
        self.own_seconds.append(time.process_time() - used)
        run_until(lambda: False, 0.5)
        self.server_seconds.append(self._server.cpu_seconds() - server)
        self._check(count)
        return seconds

    def stall(self, count: int) -> tuple[float, float]:
        """The longest stall in seconds while so many are sent, and when idle after it."""
        self._fill(count)
        ticks = Ticks()
        self._go()
        busy = ticks.longest
        run_until(lambda: False, 1.0)
        ticks.restart()
        run_until(lambda: False, 2.0)
        ticks.stop()
        self._check(count)
        return busy, ticks.longest

    def stop(self) -> None:
        """End the program."""
        self._program.stop()

    def check(self) -> None:
        """Each project that was to be created is on the server once, and known here by the number that it has there."""
        there = sorted(
            (project["crm_reference"], project["project_id"])
            for project in self._server.told("/projects")["projects"]
            if str(project["crm_reference"]).startswith(_PROGRAMS)
        )
        connection = apsw.Connection(str(self._database), flags=apsw.SQLITE_OPEN_READONLY)
        here = sorted(
            connection.execute(
                "SELECT json_extract(changes, '$.crm_reference'), project_key FROM operation WHERE state = 'confirmed'"
            ).fetchall()
        )
        connection.close()
        if here != there or [reference for reference, _ in there] != sorted(self._references):
            raise AssertionError(f"{len(self._references)} to create, {len(there)} there, {len(here)} confirmed")

    def _go(self) -> None:
        os.environ[VARIABLE] = self._server.key
        loop = QEventLoop()
        self._all_sent.connect(loop.quit)
        QTimer.singleShot(120_000, loop, loop.quit)
        self._program.service.key_given()
        loop.exec()
        if self._waiting:
            raise AssertionError(f"{self._waiting} wait after two minutes")

    def _fill(self, count: int) -> None:
        """Have the user create projects while the server does not take the key, so that they wait."""
        os.environ[VARIABLE] = "a-key-that-the-server-does-not-take"
        references = [f"{_PROGRAMS}{len(self._references) + number}" for number in range(count)]
        for number, reference in enumerate(references):
            self._program.service.run(CreateProject(_values(number, reference), self._server.email))
        if not run_until(lambda: self._waiting == count):
            raise AssertionError(f"{self._waiting} of {count} wait")
        run_until(lambda: False, 0.5)
        if not run_until(lambda: self._model.is_settled):
            raise AssertionError("the table does not come to rest")
        self._references += references
        self._server.forget_requests()

    def _check(self, count: int) -> None:
        """As many creates as projects came in, over no more connections than the program may have."""
        # Beside them contact details may be loaded, a project a second.
        came = [request for request in self._server.told("/requests")["requests"] if request["method"] == "POST"]
        used = {request["connection"] for request in came}
        if len(came) != count or len(used) > CONNECTIONS:
            raise AssertionError(f"{len(came)} creates for {count} projects, over {len(used)} connections")
