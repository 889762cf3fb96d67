"""Databases that version 0.1.0 left open in this version: nothing is lost or doubled, and each need has its ways out.

`tests/end2end/test_databases_0_1.py` has the program send what waits in them.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import apsw
import pytest

from heatpunk_desktop.config.settings import Settings
from heatpunk_desktop.domain.account import Account
from heatpunk_desktop.domain.needs import Need, WayOut, need_of, ways_out
from heatpunk_desktop.domain.operation import DiscardCause, OperationState
from heatpunk_desktop.domain.project import MARK_OF
from heatpunk_desktop.filters.saved_view import SavedView
from heatpunk_desktop.store import database
from heatpunk_desktop.store.account_store import AccountStore
from heatpunk_desktop.store.reader import OperationGroup
from heatpunk_desktop.store.recovery.journal import journal_path, read_journal
from heatpunk_desktop.store.recovery.salvage import salvage_database
from heatpunk_desktop.store.sqlite_errors import DamagedError
from heatpunk_desktop.sync.engine import SyncEngine
from tests.databases_0_1.kept import FILES, NAMES, OLD_VERSION, columns_of, tables, told, unpack
from tests.fakes import ACCOUNT, NOON

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from heatpunk_desktop.domain.operation import Operation

#: Headings of a spreadsheet whose columns were remembered.
HEADINGS: Final = ("Tel", "Who")

#: In the file `settled`: by their numbers, why operations were discarded.
CAUSES: Final = {
    10: DiscardCause.TAKEN_BACK,
    11: DiscardCause.TAKEN_BACK,
    12: DiscardCause.TAKEN_BACK,
    13: DiscardCause.DELETED_UNSENT,
    14: DiscardCause.THEIRS_KEPT,
    15: DiscardCause.PROJECT_DELETED,
    16: DiscardCause.CREATED_AGAIN,
    18: DiscardCause.DISCARDED,
}

#: In the file `needs_you`: by their numbers, why operations need the user.
NEEDS: Final = {
    1: Need.DAMAGED,
    2: Need.OWNER,
    3: Need.FIELD,
    4: Need.FIELD,
    5: Need.REFUSED,
    6: Need.DELETE_REFUSED,
    7: Need.CONFLICT,
    9: Need.CONFLICT,
    10: Need.GONE,
    11: Need.UNCLEAR_CREATE,
    12: Need.UNCLEAR_CREATE,
    13: Need.UNCLEAR,
}


@pytest.fixture
def path(data_dir: Path) -> Path:
    return database.database_path(data_dir, ACCOUNT)


def opened(name: str, path: Path) -> AccountStore:
    """One of the files, opened as the program does it."""
    unpack(name, path)
    database.prepare(path)
    return AccountStore.open(path)


def plain(value: object) -> Any:
    """What a value is in JSON."""
    return json.loads(json.dumps(value, default=dict))


def operations(store: AccountStore) -> dict[int, Operation]:
    found = [operation for group in OperationGroup for operation in store.reader.operations(group, 1000)]
    assert len(found) == len({operation.operation_id for operation in found})
    return {operation.operation_id: operation for operation in found}


def by_number(entries: Iterable[dict[str, Any]]) -> dict[int, dict[str, Any]]:
    return {entry["operation_id"]: entry for entry in entries}


def test_the_files_hold_work_in_every_state() -> None:
    assert {path.name for path in FILES.iterdir()} == {f"{name}{end}" for name in NAMES for end in (".json", ".tar.xz")}
    states = {operation["state"] for name in NAMES for operation in told(name)["operations"]}
    assert states == set(OperationState)
    half_sent = [operation["state"] for operation in told("killed")["operations"] if operation["batch"]]
    assert set(half_sent) == {"confirmed", "sending", "queued"}
    assert {draft["key"] is None for name in NAMES for draft in told(name)["drafts"]} == {True, False}


@pytest.mark.parametrize("name", NAMES)
def test_every_row_of_every_table_is_there_once_and_as_it_was(name: str, path: Path) -> None:
    unpack(name, path)
    reader = apsw.Connection(str(path))
    columns = columns_of(reader)
    assert reader.pragma("user_version") == OLD_VERSION
    reader.close()
    before = tables(path)
    database.prepare(path)
    assert tables(path, columns) == before
    store = AccountStore.open(path)
    assert store.connection.pragma("user_version") == database.SCHEMA_VERSION
    assert database.check_integrity(store.connection) == ""
    store.close()


@pytest.mark.parametrize("name", NAMES)
def test_what_a_user_reads_is_what_the_old_version_told(name: str, path: Path) -> None:
    store = opened(name, path)
    then = told(name)
    now = {number: plain(operation._asdict()) for number, operation in operations(store).items()}
    old = by_number(then["operations"])
    for number, operation in old.items():
        del operation["words"]  # what is stored of it is compared above; the rest of it is the program's own words
        assert {part: now[number][part] for part in operation} == operation
    assert now.keys() == old.keys()
    counts = store.reader.operation_counts()._asdict()
    assert {part: counts[part] for part in then["counts"]} == then["counts"]
    assert plain([batch._asdict() for batch in store.reader.batches()]) == then["batches"]
    assert plain([draft._asdict() for draft in store.reader.drafts()]) == then["drafts"]
    assert plain([view._asdict() for view in store.reader.saved_views()]) == then["views"]
    assert plain(sorted(store.reader.not_duplicates())) == then["not_duplicates"]
    assert store.reader.recalled_columns(HEADINGS) == then["columns"]
    members = [member._asdict() for member in store.reader.members()]
    assert not any(member.pop("name") for member in members), "the old version knew no names"
    assert plain(members) == then["members"]
    assert store.reader.facts("") == then["facts"]
    rows = [row for rows in store.reader.all_rows() for row in rows]
    assert plain(rows) == then["rows"]
    for key, old_detail in then["details"].items():
        detail = store.reader.detail(int(key))
        assert detail is not None
        assert plain(detail.values) == old_detail["values"]
        assert plain(detail.server_values) == old_detail["server_values"]
        assert (detail.owner_email, detail.loaded_at) == (old_detail["owner_email"], old_detail["loaded_at"])
        assert [
            [operation.operation_id, operation.created_at, MARK_OF[operation.state]] for operation in detail.pending
        ] == old_detail["pending"]
        assert [entry.settled_at for entry in detail.history] == old_detail["history"]
    store.close()


@pytest.mark.parametrize("name", NAMES)
def test_at_the_start_only_what_was_on_its_way_comes_to_be_in_doubt(name: str, path: Path) -> None:
    store = opened(name, path)
    old = by_number(told(name)["operations"])
    SyncEngine(ACCOUNT, store, lambda: datetime.now(UTC)).start()
    for number, operation in operations(store).items():
        was_on_its_way = old[number]["state"] == OperationState.SENDING
        assert operation.state == (OperationState.UNKNOWN if was_on_its_way else old[number]["state"])
        assert plain(operation.changes) == old[number]["changes"]
        assert (operation.attempts, operation.attempt) == (old[number]["attempts"], old[number]["attempt"])
    store.close()


def test_why_something_was_given_up_is_known_of_each(path: Path) -> None:
    store = opened("settled", path)
    causes = {
        number: operation.cause
        for number, operation in operations(store).items()
        if operation.cause is not DiscardCause.NONE
    }
    assert causes == CAUSES
    assert set(causes.values()) == set(DiscardCause) - {DiscardCause.NONE}
    store.close()


def test_everything_that_needs_the_user_has_its_ways_out(path: Path) -> None:
    store = opened("needs_you", path)
    needing = {
        number: operation
        for number, operation in operations(store).items()
        if operation.state is OperationState.NEEDS_YOU
    }
    assert {number: need_of(operation) for number, operation in needing.items()} == NEEDS
    assert set(NEEDS.values()) == set(Need)
    assert all(WayOut.DISCARD in ways_out(operation) for operation in needing.values())
    assert all(len(ways_out(operation)) > 1 or number == 1 for number, operation in needing.items())
    assert WayOut.ADOPT in ways_out(needing[11])
    assert needing[7].theirs == {"project_name": "Theirs"}
    for number, operation in needing.items():
        assert store.outbox.discard(number, "2026-12-01T00:00:00.000Z") == operation.project_key
    assert store.reader.operation_counts().needs_you == 0
    store.close()


def test_what_was_chosen_is_still_understood(path: Path, data_dir: Path) -> None:
    store = opened("settled", path)
    views = {view.name: SavedView.from_json(view.content) for view in store.reader.saved_views()}
    assert list(views) == ["Old leads", "Won", "Mine, “quoted”"]
    won, old_leads = views["Won"], views["Old leads"]
    assert won is not None
    assert old_leads is not None
    assert (won.statuses, won.columns[0]) == (("Sale", "Install"), ("project", 240))
    assert (old_leads.search, old_leads.preset, old_leads.layout) == ("barn", "Last 30 days", "board")
    store.close()
    settings = Settings.load(data_dir)
    origin, email = told("settled")["account"]
    assert settings.accounts_with_keys == (Account(origin, email),)
    assert (settings.appearance, settings.compact_rows, settings.refresh_minutes) == ("dark", True, 30)
    assert settings.window == {"columns": ["project", "customer", "status"], "sort": "customer"}


@pytest.mark.parametrize("name", NAMES)
def test_the_copy_beside_it_is_the_old_database_whole(name: str, path: Path) -> None:
    store = opened(name, path)
    store.close()
    copy = path.with_name(f"{path.stem}.before-version-{OLD_VERSION + 1}.sqlite3")
    again = path.with_name("again.sqlite3")
    unpack(name, again)
    assert tables(copy) == tables(again)
    reader = apsw.Connection(str(copy))
    assert reader.pragma("user_version") == OLD_VERSION
    reader.close()


@pytest.mark.parametrize("step", range(1, database.SCHEMA_VERSION - OLD_VERSION + 1))
def test_a_migration_that_fails_half_way_leaves_the_old_database(
    step: int, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scripts = database.migrations()
    broken = [*scripts[: OLD_VERSION + step], "INSERT INTO fact VALUES (1)", *scripts[OLD_VERSION + step :]]
    unpack("killed", path)
    again = path.with_name("again.sqlite3")
    unpack("killed", again)
    with monkeypatch.context() as patch:
        patch.setattr(database, "migrations", lambda: broken)
        with pytest.raises(apsw.SQLError):
            database.open_writer(path)
    assert tables(path) == tables(again)
    database.prepare(path)
    store = AccountStore.open(path)
    assert len(operations(store)) == len(told("killed")["operations"])
    store.close()


@pytest.mark.parametrize("name", NAMES)
def test_the_journal_goes_on_with_all_that_is_not_settled(name: str, path: Path) -> None:
    """Should the database be found damaged later, what version 0.1.0 took in is in the second copy too."""
    store = opened(name, path)
    assert database.check_integrity(store.connection) == ""
    store.close()
    old = told(name)["operations"]
    unsettled = {operation["operation_id"] for operation in old if operation["state"] not in ("confirmed", "discarded")}
    assert read_journal(journal_path(path)).operations.keys() == unsettled


PAGE: Final = 4096


@pytest.mark.parametrize("name", NAMES)
def test_a_damaged_one_goes_on_by_the_journal_that_the_old_version_wrote(name: str, path: Path) -> None:
    unpack(name, path)
    path.with_name(f"{path.name}-wal").unlink(missing_ok=True)
    spoil(path, 1)
    with pytest.raises(DamagedError):
        database.prepare(path)
    assert salvage_database(path, NOON) is not None
    goes_on_after_damage(name, path).close()


@pytest.mark.parametrize("name", NAMES)
def test_a_damaged_one_whose_journal_is_gone_goes_on_by_what_can_be_read(name: str, path: Path) -> None:
    unpack(name, path)
    journal_path(path).unlink()
    reader = apsw.Connection(str(path))
    index = reader.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'operation_state'").get
    reader.close()
    spoil(path, index)
    database.mark_damaged(path)
    assert salvage_database(path, NOON) is not None
    store = goes_on_after_damage(name, path)
    then = told(name)
    assert plain([draft._asdict() for draft in store.reader.drafts()]) == then["drafts"]
    assert plain([view._asdict() for view in store.reader.saved_views()]) == then["views"]
    assert plain(sorted(store.reader.not_duplicates())) == then["not_duplicates"]
    assert store.reader.recalled_columns(HEADINGS) == then["columns"]
    assert operations(store).keys() == by_number(then["operations"]).keys(), "what is settled too"
    store.close()


def spoil(path: Path, page: int) -> None:
    raw = bytearray(path.read_bytes())
    raw[(page - 1) * PAGE : page * PAGE] = b"\xaa" * PAGE
    path.write_bytes(raw)


def goes_on_after_damage(name: str, path: Path) -> AccountStore:
    """Look whether all that was not settled goes on; what may have been sent only after a look at the server."""
    database.prepare(path)
    store = AccountStore.open(path)
    now = operations(store)
    assert database.check_integrity(store.connection) == ""
    for operation in told(name)["operations"]:
        state, kind = operation["state"], operation["kind"]
        if state in ("confirmed", "discarded"):
            continue
        if state == "sending" or (kind, state) == ("create", "queued"):
            state = "unknown"
        found = plain(now[operation["operation_id"]]._asdict())
        assert (found["kind"], found["state"], found["reason"]) == (kind, state, operation["reason"])
        for part in ("project_key", "owner", "changes", "base", "created_at", "batch", "theirs", "candidates"):
            assert found[part] == operation[part]
    return store
