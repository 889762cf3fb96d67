"""Forms that are open when the program dies: real processes, killed, and started again on the same folder."""

from __future__ import annotations

import ast
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pytest

from heatpunk_desktop.domain.account import Account
from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.gui.drafts.autosave import KEEP_MS
from heatpunk_desktop.sandbox import SandboxServer
from heatpunk_desktop.store.database import database_path
from tests.conftest import TIMEOUT_S

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).resolve().parents[2]
#: What is promised of a machine that is not busy: milliseconds from a key to the disk.
PROMISED_MS = 1000


@pytest.fixture
def server() -> Iterator[SandboxServer]:
    with SandboxServer(projects=6, seed=7) as running:
        yield running


class Program:
    """The program in a process of its own."""

    def __init__(self, data_dir: Path, server: SandboxServer, *, with_key: bool) -> None:
        self._log = (data_dir.parent / "child.txt").open("a")
        variables = {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "QT_QPA_PLATFORM": "offscreen",
            "HEATPUNK_API_KEY": server.api_key if with_key else "",
        }
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.end2end.draft_child", str(data_dir), server.origin, server.user_email],
            env=variables,
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
        )

    def ask(self, *step: object) -> Any:
        """Have the program take a step; return what it answers."""
        self.send(*step)
        return self.answer()

    def send(self, *step: object) -> None:
        assert self._process.stdin is not None
        print(repr(list(step)), file=self._process.stdin, flush=True)

    def answer(self) -> Any:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, "the program ended"
        answer = ast.literal_eval(line)
        assert not isinstance(answer, tuple), "\n".join(answer)
        return answer

    def end(self, number: int = signal.SIGKILL) -> int:
        """End the program by a signal; return its exit code."""
        if self._process.poll() is None:
            self._process.send_signal(number)
        return self.wait()

    def wait(self) -> int:
        code = self._process.wait(TIMEOUT_S)
        for stream in (self._process.stdin, self._process.stdout, self._log):
            assert stream is not None
            stream.close()
        return code


class Start(Protocol):
    """Starts the program."""

    def __call__(self, *, with_key: bool = True) -> Program: ...


@pytest.fixture
def start(data_dir: Path, server: SandboxServer) -> Iterator[Start]:
    running: list[Program] = []

    def begin(*, with_key: bool = True) -> Program:
        running.append(Program(data_dir, server, with_key=with_key))
        return running[-1]

    yield begin
    for program in running:
        program.end()


@pytest.fixture
def database(data_dir: Path, server: SandboxServer) -> Path:
    return database_path(data_dir, Account(server.origin, server.user_email))


def read(database: Path, sql: str, *arguments: str) -> list[tuple[Any, ...]]:
    """Read what is on the disk, as anybody may."""
    connection = sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)
    try:
        return connection.execute(sql, arguments).fetchall()
    finally:
        connection.close()


def drafts(database: Path) -> list[dict[str, str]]:
    """The texts of the drafts, the oldest first."""
    return [json.loads(row[0]) for row in read(database, "SELECT texts FROM draft ORDER BY changed_at, draft_id")]


def draft_keys(database: Path) -> list[int]:
    return [row[0] for row in read(database, "SELECT project_key FROM draft")]


def operations(database: Path, state: str = "%") -> list[tuple[str, str]]:
    """The kinds of the operations, and the project's name in each."""
    rows = read(database, "SELECT kind, changes FROM operation WHERE state LIKE ? ORDER BY operation_id", state)
    return [(kind, json.loads(changes).get(Field.PROJECT_NAME, "")) for kind, changes in rows]


def bases(database: Path) -> list[dict[str, str]]:
    return [json.loads(row[0]) for row in read(database, "SELECT base FROM operation ORDER BY operation_id")]


def typed_names(database: Path) -> list[str]:
    return [draft.get(Field.PROJECT_NAME, "") for draft in drafts(database)]


def is_typed(database: Path, name: str) -> bool:
    return name in typed_names(database)


def wait_until(condition: Callable[[], object]) -> None:
    until = time.monotonic() + TIMEOUT_S
    while not condition():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.01)


def names(server: SandboxServer) -> list[str]:
    return sorted(project.project_name for project in server.state)


def fill_two_forms(program: Program, database: Path) -> None:
    """Types in two forms and sees each on the disk, though nothing is pressed or left."""
    for number, name in enumerate(("Forge Cottage", "The Kiln")):
        program.ask("press", "New project")
        program.ask("type", "Postcode", "ex1 1hs")
        program.ask("type", "Project name", name)
        wait_until(partial(is_typed, database, name))
        assert len(drafts(database)) == number + 1


def test_two_forms_come_back_after_a_kill_and_become_two_projects(
    start: Start, server: SandboxServer, database: Path
) -> None:
    before = names(server)
    program = start()
    fill_two_forms(program, database)
    program.end()
    assert len(drafts(database)) == 2

    program = start()
    program.ask("reads", "You have 2 unsaved drafts from before the program closed.")
    program.ask("press", "Show them")
    words = program.ask("words")
    assert "New project “Forge Cottage”, today" in words
    assert "New project “The Kiln”, today" in words
    program.ask("press", "Open all")
    contents = program.ask("contents")
    assert sorted((content["Project name"], content["Postcode"]) for content in contents) == [
        ("Forge Cottage", "EX1 1HS"),
        ("The Kiln", "EX1 1HS"),
    ]
    assert all(content["Owner"] == server.user_email for content in contents)
    assert len(drafts(database)) == 2
    program.ask("save_all")
    assert drafts(database) == []
    wait_until(lambda: names(server) == sorted([*before, "Forge Cottage", "The Kiln"]))
    program.end()

    program = start()
    program.ask("row", "The Kiln")
    assert program.ask("titles") == []
    assert names(server) == sorted([*before, "Forge Cottage", "The Kiln"])


def test_what_is_typed_without_a_pause_is_on_the_disk_all_the_same(start: Start, database: Path) -> None:
    program = start()
    program.ask("press", "New project")
    text = "x" * 200
    program.send("type", "Project name", text)  # takes 3 s at least, with no pause of even 100 ms
    wait_until(lambda: drafts(database))
    kept: list[int] = []

    def is_all_kept() -> bool:
        length = len(typed_names(database)[0])
        if length not in kept:
            kept.append(length)
        return length == len(text)

    wait_until(is_all_kept)
    assert len(kept) > 3
    assert 2 * KEEP_MS <= PROMISED_MS, "the timer leaves the disk as much time as it takes itself"


def test_a_kill_between_disk_and_form_makes_nothing_twice(start: Start, server: SandboxServer, database: Path) -> None:
    before = names(server)
    program = start(with_key=False)
    program.ask("reads", "The API key is needed")  # from now on nothing is even begun to be sent
    program.ask("press", "New project")
    program.ask("type", "Project name", "Forge Cottage")
    wait_until(lambda: typed_names(database) == ["Forge Cottage"])
    program.ask("die_when_saved")
    program.send("save_all")
    assert program.wait() == -signal.SIGKILL
    assert drafts(database) == []
    assert operations(database) == [("create", "Forge Cottage")]
    assert names(server) == before

    program = start()
    wait_until(lambda: names(server) == sorted([*before, "Forge Cottage"]))
    program.ask("row", "Forge Cottage")
    assert "unsaved draft" not in program.ask("words")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_ends_the_program_in_order_with_the_last_key_on_the_disk(
    start: Start, database: Path, number: int
) -> None:
    program = start()
    program.ask("press", "New project")
    program.ask("type", "Project name", "Forge Cottage")
    assert program.end(number) == 0
    assert typed_names(database) == ["Forge Cottage"]


def test_closing_the_program_keeps_the_forms_and_says_so(start: Start, database: Path) -> None:
    program = start()
    program.ask("press", "New project")
    program.ask("type", "Project name", "Forge Cottage")
    assert program.ask("close") is False
    program.ask("reads", "What you typed is kept on this computer and offered when the program starts next.")
    assert typed_names(database) == ["Forge Cottage"]
    program.send("press", "Close the program")
    assert program.wait() == 0
    program = start()
    program.ask("reads", "You have an unsaved draft from before the program closed")
    program.ask("press", "Discard")
    program.ask("reads", "Discard what you typed?")
    program.ask("press_in_question", "Discard")
    wait_until(lambda: not drafts(database))
    assert "unsaved draft" not in program.ask("words")


def test_an_edit_comes_back_with_what_was_seen_and_what_changed_since(
    start: Start, server: SandboxServer, database: Path
) -> None:
    project = next(iter(server.state))
    server.state.edit(project.project_id, project_name="Before", customer_name="Priya")
    program = start()
    program.ask("edit", "Before")
    program.ask("type", "Project name", "Mine")
    wait_until(lambda: typed_names(database) == ["Mine"])
    program.end()

    server.state.edit(project.project_id, project_name="Theirs", customer_name="Siân")
    program = start()
    program.ask("row", "Theirs")
    program.ask("reads", "Changes to “Before”")
    program.ask("edit", "Theirs")  # opens what was left, as the offer would
    assert [draft["Project name"] for draft in program.ask("contents")] == ["Mine"]
    program.ask("reads", "In Heatpunk this is “Theirs” by now. When you save, you are asked which one is to stay.")
    assert "unsaved draft" not in program.ask("words")
    program.ask("save_all")
    assert drafts(database) == []
    assert bases(database) == [{Field.PROJECT_NAME: "Before"}]


def test_an_edit_of_a_project_that_is_gone_can_be_made_into_a_new_one(
    start: Start, server: SandboxServer, database: Path
) -> None:
    project = next(iter(server.state))
    server.state.edit(project.project_id, project_name="Before")
    program = start()
    program.ask("edit", "Before")
    program.ask("type", "Customer name", "Priya")
    wait_until(lambda: drafts(database) == [{Field.CUSTOMER_NAME: "Priya"}])
    program.end()

    server.state.hard_delete(project.project_id)
    program = start()
    program.ask("gone", "Before")
    program.ask("press", "Open")
    program.ask("reads", "“Before” is not there any more")
    assert program.ask("titles") == ["New project"]
    program.ask("save_all")
    assert drafts(database) == []
    wait_until(lambda: "Priya" in {project.customer_name for project in server.state})


def test_a_draft_opens_a_project_that_got_its_id_meanwhile(start: Start, server: SandboxServer, database: Path) -> None:
    program = start(with_key=False)
    program.ask("press", "New project")
    program.ask("type", "Project name", "Forge Cottage")
    program.ask("save_all")
    program.ask("edit", "Forge Cottage")
    program.ask("type", "Customer name", "Priya")
    wait_until(lambda: drafts(database) == [{Field.CUSTOMER_NAME: "Priya"}])
    assert draft_keys(database)[0] < 0
    program.end()

    program = start()
    wait_until(lambda: "Forge Cottage" in names(server))
    program.ask("reads", "Changes to “Forge Cottage”")
    wait_until(lambda: operations(database, "confirmed"))
    program.ask("press", "Open")
    assert program.ask("titles") == ["Edit Forge Cottage"]
    program.ask("save_all")
    assert drafts(database) == []
    wait_until(
        lambda: (
            [project.customer_name for project in server.state if project.project_name == "Forge Cottage"] == ["Priya"]
        )
    )
