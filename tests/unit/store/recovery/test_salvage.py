from __future__ import annotations

import json
import shutil
from datetime import timedelta
from typing import TYPE_CHECKING

import apsw
import pytest

from heatpunk_desktop.domain.changes import Draft
from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.domain.operation import OperationKind, OperationState, Reason
from heatpunk_desktop.domain.operation_states import Event
from heatpunk_desktop.errors import StorageError
from heatpunk_desktop.store.account_store import AccountStore
from heatpunk_desktop.store.database import check_integrity, damage_path, open_writer, prepare, transaction
from heatpunk_desktop.store.drafts import read_drafts
from heatpunk_desktop.store.recovery import salvage as salvage_module
from heatpunk_desktop.store.recovery.journal import journal_path
from heatpunk_desktop.store.recovery.salvage import Salvaged, salvage_database
from heatpunk_desktop.store.sqlite_errors import DamagedError
from heatpunk_desktop.system.files import write_private
from tests.fakes import LATER, ME, NOON, NOW, listed, said

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from heatpunk_desktop.domain.operation import Operation

pytestmark = pytest.mark.usefixtures("untraced")

NAME, STATUS = Field.CUSTOMER_NAME, Field.STATUS
PAGE = 4096
S = OperationState
DRAFT = Draft("d1", 1, {NAME: "half a na"}, {NAME: "Ann"}, "", "Barn", NOW)


def fill(path: Path) -> dict[int, tuple[OperationKind, OperationState]]:
    """A database with operations in every state; gives kind and state by number."""
    store = AccountStore.open(path)
    store.server.take_listed([listed(number) for number in range(1, 40)])
    outbox, delivery = store.outbox, store.delivery
    creates = [-outbox.add_create({NAME: f"new {number}"}, ME, NOW) for number in range(6)]
    _queued, sending, unknown, refused, confirmed, discarded = creates
    for number in (sending, unknown, refused, confirmed):
        waiting = delivery.operation(number)
        assert waiting is not None
        assert delivery.begin(number, waiting.changes, LATER)
    delivery.move(unknown, Event.IN_DOUBT, LATER, remarks=said("No answer came."))
    delivery.move(
        refused, Event.REFUSED, LATER, remarks=said("Refused."), server_words="Bad postcode", reason=Reason.REFUSED
    )
    done = delivery.operation(confirmed)
    assert done is not None
    outbox.add_update(-confirmed, {STATUS: "Won"}, {STATUS: "Lead"}, LATER)
    delivery.confirm(done, 77, 27091, LATER)
    outbox.discard(discarded, LATER)
    outbox.add_update(-unknown, {STATUS: "Won"}, {STATUS: "Lead"}, LATER)
    outbox.add_update(1, {NAME: "Ann"}, {NAME: "Priya Patel"}, LATER)
    outbox.add_update(2, {NAME: "Bob"}, {NAME: "Priya Patel"}, LATER)
    last = store.connection.last_insert_rowid()
    assert delivery.begin(last, {NAME: "Bob"}, LATER)
    outbox.add_soft_delete(3, LATER)
    store.drafts.keep(DRAFT)
    assert check_integrity(store.connection) == ""
    every = [operation for state in OperationState for operation in delivery.in_state(state)]
    store.close()
    return {operation.operation_id: (operation.kind, operation.state) for operation in every}


def operations(path: Path) -> dict[int, Operation]:
    store = AccountStore.open(path)
    try:
        found = [operation for state in OperationState for operation in store.delivery.in_state(state)]
        assert check_integrity(store.connection) == ""
        return {operation.operation_id: operation for operation in found}
    finally:
        store.close()


def expected(kind: OperationKind, state: OperationState) -> OperationState:
    """What is sent again only after it was looked for, or compared."""
    if state is S.SENDING or (kind is OperationKind.CREATE and state is S.QUEUED):
        return S.UNKNOWN
    return state


def see_all(path: Path, before: dict[int, tuple[OperationKind, OperationState]]) -> dict[int, Operation]:
    after = operations(path)
    for number, (kind, state) in before.items():
        if state not in (S.CONFIRMED, S.DISCARDED):
            assert (after[number].kind, after[number].state) == (kind, expected(kind, state)), number
        elif number in after:
            assert after[number].state is state
    for operation in after.values():
        if operation.state in (S.UNKNOWN, S.QUEUED):
            assert operation.attempts
            assert operation.attempt
            assert operation.attempted_at
            assert operation.sent == operation.changes
    return after


def done(path: Path) -> Salvaged:
    salvaged = salvage_database(path, NOON)
    assert salvaged is not None
    return salvaged


def destroy_first_page(path: Path) -> None:
    raw = bytearray(path.read_bytes())
    raw[:PAGE] = b"Dear Priya, thank you for your lett" * 117 + b"x"
    path.write_bytes(raw)


def test_a_file_that_is_no_database_is_set_aside_and_what_waited_goes_on(path: Path) -> None:
    before = fill(path)
    destroy_first_page(path)
    raw = path.read_bytes()
    with pytest.raises(DamagedError):
        prepare(path)
    salvaged = done(path)
    aside = path.with_name(f"{path.stem}.damaged-2026-11-24T12-00-00.sqlite3")
    assert salvaged.set_aside == aside
    assert aside.read_bytes() == raw
    prepare(path)
    after = see_all(path, before)
    assert json.loads(json.dumps(after[1].changes))["customer_name"] == "new 0"
    assert after[1].changes[Field.CRM_REFERENCE], "by which it is found"
    assert after[1].owner == ME
    pending = [state for _, state in before.values() if state not in (S.CONFIRMED, S.DISCARDED)]
    assert (salvaged.carried_over, salvaged.in_doubt, salvaged.spoilt) == (len(pending), 3, 0)
    assert {entry.name for entry in path.parent.iterdir()} == {path.name, aside.name, journal_path(path).name}


def test_the_user_is_told_where_it_lies_and_what_was_carried_over(path: Path) -> None:
    words = Salvaged(path, 3, 1, 1, 2, is_whole=False).words()
    assert str(path) in words.message
    assert "Carried over: 3 changes that waited to be sent, and 2 open forms." in words.message
    assert "1 new project may have been sent before." in words.message
    assert "1 change cannot be read whole" in words.message
    assert "something may be missing" in words.message
    nothing = Salvaged(path).words()
    assert "Nothing that waited to be sent was found in it." in nothing.message
    assert "missing" not in nothing.message


def test_without_a_journal_every_row_that_can_be_read_goes_on(path: Path) -> None:
    before = fill(path)
    journal_path(path).unlink()
    damage_path(path).touch()
    raw = bytearray(path.read_bytes())
    raw[-PAGE:] = b"\xaa" * PAGE
    path.write_bytes(raw)
    salvaged = done(path)
    after = see_all(path, before)
    assert after.keys() == before.keys(), "settled ones too"
    assert after[5].project_key == 77, "which is claimed"
    assert salvaged.drafts == 1
    store = AccountStore.open(path)
    assert read_drafts(store.connection) == (DRAFT,)
    assert set(store.reader.rows_of([1, 2])) == {1, 2}, "something to show until the server is read again"
    assert store.outbox.add_create({}, ME, NOW) == -max(before) - 1
    store.close()


def test_everything_is_carried_over_that_no_server_tells_again(path: Path) -> None:
    told_again = {"server_detail", "server_detail_refused", "server_window"}
    store = AccountStore.open(path)
    tables = {row[0] for row in store.connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    assert {"operation", "sqlite_sequence", *salvage_module.CARRIED} | told_again == tables
    store.owners.name(27115, "Dave", NOW)
    store.close()
    destroy_an_index(path)
    done(path)
    store = AccountStore.open(path)
    assert store.reader.named_owners() == {27115: "Dave"}
    store.close()


def destroy_an_index(path: Path) -> None:
    """Damage a page that holds nothing of its own, and lay the marker."""
    reader = apsw.Connection(str(path))
    page = reader.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'operation_state'").get
    reader.close()
    raw = bytearray(path.read_bytes())
    raw[(page - 1) * PAGE : page * PAGE] = b"\xaa" * PAGE
    path.write_bytes(raw)
    damage_path(path).touch()


@pytest.mark.parametrize("with_journal", [True, False])
def test_a_lost_page_makes_nothing_up_and_the_journal_loses_nothing(path: Path, with_journal: bool) -> None:
    before = fill(path)
    whole = path.read_bytes()
    journal = journal_path(path).read_bytes()
    for page in range(len(whole) // PAGE):
        shutil.rmtree(path.parent)
        path.parent.mkdir()
        raw = bytearray(whole)
        raw[page * PAGE : (page + 1) * PAGE] = b"\xaa" * PAGE
        path.write_bytes(raw)
        if with_journal:
            journal_path(path).write_bytes(journal)
        damage_path(path).touch()
        if salvage_database(path, NOON) is None:
            # A page that was free already.
            assert operations(path).keys() == before.keys()
            continue
        if with_journal:
            see_all(path, before)
        else:
            for number, operation in operations(path).items():
                kind, state = before[number]
                assert (operation.kind, operation.state) == (kind, expected(kind, state))


def test_rows_before_and_after_an_unreadable_page_are_found(path: Path) -> None:
    store = AccountStore.open(path)
    with transaction(store.connection):
        for number in range(400):
            store.outbox.add_create({NAME: f"{number}", Field.ADDRESS: "y" * 300}, ME, NOW)
    check_integrity(store.connection)
    leaves = [
        row[0]
        for row in store.connection.execute(
            "SELECT pageno FROM dbstat WHERE name = 'operation' AND pagetype = 'leaf' ORDER BY path"
        )
    ]
    cells = {
        row[0]: row[1] for row in store.connection.execute("SELECT pageno, ncell FROM dbstat WHERE name = 'operation'")
    }
    store.close()
    journal_path(path).unlink()
    whole = path.read_bytes()
    for lost in (leaves[0], leaves[len(leaves) // 2], leaves[-1]):
        shutil.rmtree(path.parent)
        path.parent.mkdir()
        raw = bytearray(whole)
        raw[(lost - 1) * PAGE : lost * PAGE] = b"\xaa" * PAGE
        path.write_bytes(raw)
        damage_path(path).touch()
        salvaged = done(path)
        assert salvaged.carried_over == 400 - cells[lost]
        assert not salvaged.is_whole


def test_a_log_that_was_lost_does_not_send_again_what_the_journal_saw_go(path: Path) -> None:
    store = AccountStore.open(path)
    number = -store.outbox.add_create({NAME: "Ewan"}, ME, NOW)
    store.connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)
    store.delivery.begin(number, {NAME: "Ewan"}, LATER)
    operation = store.delivery.operation(number)
    assert operation is not None
    raw = path.read_bytes()
    store.delivery.confirm(operation, 77, None, LATER)
    store.close()
    for end in ("-wal", "-shm"):
        path.with_name(path.name + end).unlink(missing_ok=True)
    path.write_bytes(raw[: 3 * PAGE] + b"\xaa" * 64 + raw[3 * PAGE + 64 :])
    damage_path(path).touch()
    assert done(path).carried_over == 0
    kept = operations(path)[number]
    assert (kept.state, kept.project_key) == (S.CONFIRMED, 77)


def test_a_database_that_is_gone_is_made_again_from_its_journal(path: Path) -> None:
    before = fill(path)
    for gone in (path.unlink, lambda: path.write_bytes(b"")):
        gone()
        with pytest.raises(DamagedError) as caught:
            prepare(path)
        assert "gone" in caught.value.message
        assert done(path).set_aside in (None, path.with_name(f"{path.stem}.damaged-2026-11-24T12-00-00.sqlite3"))
        see_all(path, before)


def test_what_the_check_finds_is_salvaged_at_the_next_start(path: Path) -> None:
    before = fill(path)
    raw = bytearray(path.read_bytes())
    store = AccountStore.open(path)
    page = store.connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'server_project'").get
    index = store.connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'operation_state'").get
    store.close()
    assert isinstance(page, int)
    assert isinstance(index, int)
    raw[(index - 1) * PAGE + 3 : (index - 1) * PAGE + 5] = b"\0\1"  # an index that tells of one row only
    path.write_bytes(raw)
    prepare(path)
    store = AccountStore.open(path)
    assert check_integrity(store.connection)
    store.close()
    with pytest.raises(DamagedError):
        prepare(path)
    assert done(path).carried_over == 9
    prepare(path)
    see_all(path, before)


def test_a_sound_copy_that_somebody_put_in_its_place_is_left_alone(path: Path) -> None:
    before = fill(path)
    damage_path(path).touch()
    raw = path.read_bytes()
    assert salvage_database(path, NOON) is None
    assert path.read_bytes() == raw
    prepare(path)
    assert {number: (operation.kind, operation.state) for number, operation in operations(path).items()} == before


def test_a_second_damage_in_the_same_second_overwrites_nothing(path: Path) -> None:
    before = fill(path)
    kept = []
    for _ in range(3):
        destroy_first_page(path)
        aside = done(path).set_aside
        assert aside is not None
        kept.append(aside)
        see_all(path, before)
    assert len(set(kept)) == 3
    assert all(value.exists() for value in kept)
    destroy_first_page(path)
    salvage_database(path, NOON + timedelta(days=1))
    assert all(value.exists() for value in kept)


def test_the_log_goes_with_the_file(path: Path) -> None:
    before = fill(path)
    store = AccountStore.open(path)
    store.outbox.add_create({NAME: "in the log"}, ME, NOW)
    raw = {end: path.with_name(path.name + end).read_bytes() for end in ("", "-wal")}
    store.close()
    for end, text in raw.items():
        path.with_name(path.name + end).write_bytes(text)
    destroy_first_page(path)
    path.with_name(f"{path.name}-shm").unlink(missing_ok=True)
    aside = done(path).set_aside
    assert aside is not None
    assert aside.with_name(f"{aside.name}-wal").read_bytes() == raw["-wal"]
    assert not path.with_name(f"{path.name}-wal").exists()
    assert max(operations(path)) == max(before) + 1


def spoil(column: str, value: str) -> Callable[[Path], None]:
    def spoil_it(path: Path) -> None:
        connection = apsw.Connection(str(path))
        connection.execute(f"UPDATE operation SET {column} = ? WHERE operation_id = 1", (value,))
        connection.close()

    return spoil_it


@pytest.mark.parametrize(
    "do", [spoil("changes", '{"customer_name": "new 0", "crm_'), spoil("base", "[]"), spoil("project_key", "-99")]
)
def test_a_row_that_makes_no_sense_needs_the_user_and_holds_nothing_up(path: Path, do: Callable[[Path], None]) -> None:
    before = fill(path)
    journal_path(path).unlink()
    do(path)
    raw = bytearray(path.read_bytes())
    raw[-PAGE:] = b"\xaa" * PAGE
    path.write_bytes(raw)
    damage_path(path).touch()
    assert done(path).spoilt == 1
    after = operations(path)
    assert after.keys() == before.keys()
    assert (after[1].state, after[1].reason) == (S.NEEDS_YOU, Reason.DAMAGED)
    assert "new 0" in after[1].remarks[0].values[0], "what is left of it can be read"


def test_cut_short_anywhere_it_goes_on_from_there(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """At each step that changes the folder."""
    before = fill(path)
    destroy_first_page(path)
    folder = path.parent
    saved = folder.with_name("saved")
    shutil.copytree(folder, saved)
    raw = path.read_bytes()
    steps = 0

    class CutShortError(BaseException):
        pass

    for cut in range(1, 100):
        shutil.rmtree(folder)
        shutil.copytree(saved, folder)
        steps = 0

        def step(name: str, real: Callable[..., object], cut: int = cut) -> Callable[..., object]:
            def do(*arguments: object, **options: object) -> object:
                nonlocal steps
                steps += 1
                if steps == cut:
                    raise CutShortError(name)
                return real(*arguments, **options)

            return do

        with monkeypatch.context() as patch:
            patch.setattr(salvage_module, "write_private", step("marker", write_private))
            for method in ("rename", "replace", "unlink"):
                patch.setattr(type(path), method, step(method, getattr(type(path), method)))
            try:
                salvage_database(path, NOON)
            except CutShortError:
                pass
            else:
                break
        if damage_path(path).exists() or not path.exists() or path.read_bytes() == raw:
            with pytest.raises(DamagedError):
                prepare(path)
            assert done(path).set_aside is not None
        prepare(path)
        see_all(path, before)
        asides = [entry for entry in folder.iterdir() if ".damaged-" in entry.name]
        assert [entry.read_bytes() for entry in asides] == [raw]
        assert not list(folder.glob("*.unfinished*"))
    assert 5 < cut < 99


def test_a_disk_without_room_loses_nothing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = fill(path)
    destroy_first_page(path)
    with monkeypatch.context() as patch:

        def full(*_arguments: object, **_options: object) -> None:
            raise StorageError("The disk is full", "")

        patch.setattr(salvage_module, "open_writer", full)
        with pytest.raises(StorageError):
            salvage_database(path, NOON)
    assert not path.exists()
    with pytest.raises(DamagedError):
        prepare(path)
    done(path)
    see_all(path, before)


def test_an_older_version_that_is_damaged_is_salvaged_too(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from heatpunk_desktop.store import database  # noqa: PLC0415

    scripts = database.migrations()
    with monkeypatch.context() as patch:
        patch.setattr(database, "migrations", lambda: scripts[:1])
        old = open_writer(path)
        for number in range(60):
            old.execute(
                "INSERT INTO operation (kind, state, project_key, owner, changes, base, created_at)"
                " VALUES ('update', 'queued', ?, '', '{}', '{}', '2026-11-24T12:00:00.000Z')",
                (number + 1,),
            )
        old.close()
    journal_path(path).unlink(missing_ok=True)
    connection = apsw.Connection(str(path))
    connection.pragma("writable_schema", 1)
    connection.execute("DELETE FROM sqlite_schema WHERE name = 'server_project'")
    connection.close()
    with pytest.raises(DamagedError):
        prepare(path)
    assert done(path).carried_over == 60
    assert all(operation.state is S.QUEUED for operation in operations(path).values())
