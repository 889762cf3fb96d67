"""The whole program is killed a few times while it is used, and nothing that it promised is lost or there twice.

500 times: `python3 dev.py bench --soak kill_program`; its engine alone, 10,000 times: `kill_engine`.
"""

from __future__ import annotations

import sys
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from heatpunk_desktop.store.account_store import AccountStore
from tests.soak.fork_server import ForkServer
from tests.soak.kill_engine import Moment, run_batch
from tests.soak.kill_program import Session
from tests.soak.recording_server import DONE, RecordingServer
from tests.soak.user_record import Action, UserRecord

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot fork, and has no SIGKILL"),
    pytest.mark.usefixtures("programs_are_not_traced"),
]


def test_what_the_program_promised_outlives_its_kills(data_dir: Path) -> None:
    with ExitStack() as stack:
        session = Session("4", data_dir, stack)
        for moment in (Moment(10, "saved", 2), Moment(10, DONE, 3), Moment(1.0)):
            session.live_and_be_killed(moment)
        session.rest_and_look()
    assert session.tally.broken == []
    assert session.tally.counts["promises"] >= 2


def test_what_the_engine_promised_outlives_its_kills() -> None:
    with ForkServer("tests.soak.engine_child") as fork_server:
        tally = run_batch("1", 8, fork_server)
    assert tally.broken == []
    assert tally.counts["kills"] == 8


def test_what_is_lost_or_there_twice_is_seen(tmp_path: Path) -> None:
    store = AccountStore.open(tmp_path / "account.sqlite3")
    store.close()
    record = UserRecord()
    record.actions.append(Action(0, "create", {"customer_name": "form 0"}, saved=True, key=-1))
    with RecordingServer(projects=1, seed=1) as server:
        found = record.check(tmp_path / "account.sqlite3", server)
    (broken,) = found.broken
    assert broken.startswith("lost: Action(token=0, do='create', values={'customer_name': 'form 0'}")
