"""`--self-test`: the main job once, offscreen, on the embedded sandbox; a line a step. For the packaged program."""

from __future__ import annotations

import os
import sys
import tempfile
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

import apsw

from heatpunk_desktop import __version__
from heatpunk_desktop.app import Program, make_application
from heatpunk_desktop.credentials import Credentials, KeptWhere
from heatpunk_desktop.demo import PROJECTS
from heatpunk_desktop.domain.account import Account
from heatpunk_desktop.options import Options
from heatpunk_desktop.pilot import Pilot
from heatpunk_desktop.services.single_instance import SingleInstance
from heatpunk_desktop.store.database import check_engine, check_integrity, open_writer

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Seconds that the whole test may take; then it ends the program, whatever hangs.
LIMIT: Final = 120.0


def run_self_test() -> int:
    """Runs the test and prints how each step ended; gives the exit code, 0 or 1."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    print(f"Heatpunk Desktop {__version__} on Python {sys.version.split()[0]}, {sys.platform}")
    failed: list[str] = []
    watchdog = threading.Timer(LIMIT, _give_up)
    watchdog.daemon = True
    watchdog.start()
    with tempfile.TemporaryDirectory(prefix="heatpunk-self-test-", ignore_cleanup_errors=True) as folder:
        with _step("database engine, and an encrypted file", failed):
            _check_database(Path(folder))
        with _step("keyring", failed):
            print(f"     {_check_keyring()}")
        _check_window(Path(folder) / "data", failed)
    watchdog.cancel()
    print("self-test passed" if not failed else f"self-test FAILED: {', '.join(failed)}")
    sys.stdout.flush()
    return 1 if failed else 0


def _give_up() -> None:
    print(f"self-test FAILED: it did not end within {LIMIT:.0f} s", flush=True)
    os._exit(1)


@contextmanager
def _step(name: str, failed: list[str]) -> Iterator[None]:
    began = time.perf_counter()
    try:
        yield
    except Exception as error:  # noqa: BLE001 - whatever it is, it is what this test is there to say
        failed.append(name)
        print(f"FAIL {name}: {type(error).__name__}: {error}")
    else:
        print(f"ok   {name} ({time.perf_counter() - began:.2f} s)")
    sys.stdout.flush()


def _check_database(folder: Path) -> None:
    check_engine()
    database = open_writer(folder / "accounts" / "plain.sqlite3")
    found = check_integrity(database)
    database.close()
    if found:
        raise RuntimeError(found)
    path = folder / "encrypted.sqlite3"
    for statement in ("CREATE TABLE secret (words TEXT)", "SELECT count(*) FROM secret"):
        connection = apsw.Connection(str(path))
        connection.pragma("hexkey", "00112233445566778899aabbccddeeff" * 2)
        connection.execute(statement).fetchall()
        connection.close()
    if path.read_bytes().startswith(b"SQLite format 3"):
        raise RuntimeError("the file that should be encrypted is not")
    print(f"     SQLite {apsw.sqlite_lib_version()}")


def _check_keyring() -> str:
    account = Account("heatpunk.co.uk", f"self-test-{os.getpid()}@example.com")
    secret = f"self-test-{time.time_ns()}"
    credentials = Credentials(environment={})
    where = credentials.set(account, secret)
    if where is KeptWhere.SESSION_ONLY:
        return "no keyring here: a key would be kept for the session only, and that is said"
    try:
        if Credentials(environment={}).get(account) != secret:
            raise RuntimeError("the keyring gave something else back")
    finally:
        credentials.delete(account)
    if Credentials(environment={}).get(account) is not None:
        raise RuntimeError("the keyring did not forget")
    return "written, read back and removed"


def _check_window(data_dir: Path, failed: list[str]) -> None:
    pilot = Pilot()
    started: list[Program] = []
    with _step("window", failed):
        application = make_application()
        program = Program(application, Options(data_dir, demo=True), SingleInstance(data_dir), open_project=_no_browser)
        program.start()
        pilot.table()
        started.append(program)
    if not started:
        return
    for name, step in _STEPS:
        with _step(name, failed):
            step(pilot)
    with _step("close", failed):
        if not started[0].stop():
            raise RuntimeError("the worker did not end in time")


def _no_browser(account: object, project_id: int) -> None:
    """Takes the browser's place."""


def _list(pilot: Pilot) -> None:
    pilot.wait(lambda: pilot.table().model().rowCount() == PROJECTS, "the sample projects")


def _create(pilot: Pilot) -> None:
    pilot.press("New project")
    pilot.fill("Customer name", "Self Test")
    pilot.fill("Project name", "Self-test cottage")
    pilot.fill("Postcode", "cb13qd")
    pilot.press("Create project")
    pilot.select("Self-test cottage")
    pilot.wait(lambda: "not sent" not in pilot.cell(pilot.row("Self-test cottage"), 5), "the server's word")


def _edit(pilot: Pilot) -> None:
    pilot.select("Self-test cottage")
    pilot.press("Edit")
    pilot.fill("Project name", "Self-test barn")
    pilot.choose("Status", "Quote")
    pilot.press("Save changes")
    pilot.wait(lambda: pilot.row("Self-test barn") >= 0, "the new name")
    pilot.wait(lambda: "waiting" not in pilot.cell(pilot.row("Self-test barn"), 5), "the server's word")


def _delete(pilot: Pilot) -> None:
    pilot.select("Self-test barn")
    pilot.press("Delete")
    pilot.press("Move to deleted")
    pilot.wait(lambda: pilot.row("Self-test barn") < 0, "the row to go")


_STEPS: Final = (("list", _list), ("create", _create), ("edit", _edit), ("delete", _delete))
