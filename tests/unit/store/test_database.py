from __future__ import annotations

import contextlib
import os
import shutil
import stat
import subprocess
from typing import TYPE_CHECKING

import apsw
import pytest

from heatpunk_desktop.domain.account import Account
from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.errors import StorageError
from heatpunk_desktop.store import database
from heatpunk_desktop.store.account_store import AccountStore
from heatpunk_desktop.store.reader import StoreReader
from heatpunk_desktop.store.recovery.journal import journal_path
from tests.fakes import ACCOUNT, ME, NOW, listed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SHIPPED = database.migrations()
#: What a later version of the program could bring.
NEXT = len(SHIPPED) + 1
COMING = "ALTER TABLE fact ADD COLUMN told_at TEXT NOT NULL DEFAULT '';"


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_a_new_database_has_the_newest_version_and_commits_to_the_disk(path: Path) -> None:
    connection = database.open_writer(path)
    assert connection.pragma("user_version") == len(SHIPPED)
    assert connection.pragma("journal_mode") == "wal"
    assert connection.pragma("synchronous") == 2  # FULL
    assert connection.pragma("foreign_keys") == 1
    connection.close()


def test_only_the_owner_can_read_what_is_made(path: Path) -> None:
    connection = database.open_writer(path)
    connection.execute("INSERT INTO fact VALUES ('a', 'b')")
    assert mode(path.parent) == 0o700
    assert {entry.name.removeprefix(path.name): mode(entry) for entry in path.parent.iterdir()} == {
        "": 0o600,
        "-wal": 0o600,
        "-shm": 0o600,
    }
    connection.close()


def test_the_names_of_accounts_are_readable_and_never_the_same(data_dir: Path) -> None:
    path = database.database_path(data_dir, ACCOUNT)
    assert path.parent == data_dir / "accounts"
    assert path.name.startswith("heatpunk.co.uk-office@acme-heat.test-")
    others = [
        Account("heatpunk.co.uk", "office@acme-heat.te.st"),
        Account("easy-pv.co.uk", ME),
        Account("http://127.0.0.1:8000", ME),
        Account("http://127.0.0.1:8001", ME),
        Account("heatpunk.co.uk", "a+b@c.test"),
        Account("heatpunk.co.uk", "a-b@c.test"),
        Account("heatpunk.co.uk", "../../etc/passwd"),
        Account("heatpunk.co.uk", "x" * 300 + "1@c.test"),
        Account("heatpunk.co.uk", "x" * 300 + "2@c.test"),
    ]
    paths = {database.database_path(data_dir, account) for account in [ACCOUNT, *others]}
    assert len(paths) == 10
    assert {path.parent for path in paths} == {data_dir / "accounts"}
    assert all(len(path.name) < 120 and "/" not in path.name for path in paths)
    assert database.database_path(data_dir, Account("Heatpunk.co.uk", ME.upper())) == path, "case is no difference"


def test_what_a_newer_program_wrote_is_refused_and_left_byte_for_byte(path: Path) -> None:
    connection = database.open_writer(path)
    connection.execute("CREATE TABLE from_the_future (a)")
    connection.pragma("user_version", len(SHIPPED) + 1)
    connection.close()
    before = files(path.parent)
    for opening in (database.open_writer, database.prepare):
        with pytest.raises(StorageError) as caught:
            opening(path)
        assert caught.value.title == "A newer version of this program made these data"
        assert path.name in caught.value.message
        assert "--data-dir" in caught.value.what_to_do
        assert files(path.parent) == before


@pytest.fixture
def next_version(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    scripts = [*SHIPPED, COMING]
    monkeypatch.setattr(database, "migrations", lambda: scripts)
    monkeypatch.setattr(database, "SCHEMA_VERSION", len(scripts))
    return scripts


def test_a_migration_keeps_all_that_was_in_the_database_and_a_copy_of_it(
    path: Path, request: pytest.FixtureRequest
) -> None:
    with_data = AccountStore.open(path)
    with_data.server.take_listed([listed(1)])
    key = with_data.outbox.add_create({Field.CUSTOMER_NAME: "Ewan"}, ME, NOW)
    with_data.close()
    request.getfixturevalue("next_version")

    store = AccountStore.open(path)
    assert store.connection.pragma("user_version") == NEXT
    assert store.connection.execute("SELECT told_at FROM fact").fetchall() == []
    assert set(store.reader.rows_of([1, key])) == {1, key}
    store.close()

    copy = path.with_name(f"{path.stem}.before-version-{NEXT}.sqlite3")
    assert {entry.name for entry in path.parent.iterdir()} == {path.name, copy.name, journal_path(path).name}
    assert mode(copy) == 0o600
    old = apsw.Connection(str(copy), flags=apsw.SQLITE_OPEN_READONLY)
    assert old.pragma("user_version") == NEXT - 1
    assert old.execute("SELECT count(*) FROM operation").get == 1
    old.close()


def test_the_version_is_the_number_of_the_scripts() -> None:
    assert len(SHIPPED) == database.SCHEMA_VERSION


def test_a_migration_that_fails_changes_nothing(path: Path, next_version: list[str]) -> None:
    next_version.remove(COMING)
    database.open_writer(path).close()
    before = path.read_bytes()
    next_version += [COMING, "ALTER TABLE nowhere ADD COLUMN a;"]
    with pytest.raises(apsw.SQLError):
        database.open_writer(path)
    reader = database.open_reader(path)
    assert reader.pragma("user_version") == len(SHIPPED)
    assert reader.execute("SELECT count(*) FROM pragma_table_info('fact') WHERE name = 'told_at'").get == 0
    reader.close()
    assert len(path.read_bytes()) == len(before)


def test_prepare_makes_what_is_missing_and_brings_what_is_old_up_to_date(path: Path, next_version: list[str]) -> None:
    next_version.remove(COMING)
    database.prepare(path)
    database.prepare(path)
    next_version.append(COMING)
    database.prepare(path)
    reader = database.open_reader(path)
    assert reader.pragma("user_version") == NEXT
    reader.close()


def test_a_database_in_whose_making_the_program_died_is_made_after_all(path: Path, tmp_path: Path) -> None:
    """What was begun lies in the file, and what was there before it beside it, in SQLite's own way."""
    begun = tmp_path / "begun.sqlite3"
    with contextlib.closing(apsw.Connection(str(begun))) as connection:
        connection.execute("CREATE TABLE begun (page); INSERT INTO begun VALUES (zeroblob(4096))")
        connection.pragma("cache_size", 1)
        connection.execute("BEGIN; UPDATE begun SET page = randomblob(40960); INSERT INTO begun SELECT page FROM begun")
        path.parent.mkdir(parents=True, exist_ok=True)
        for end in ("", "-journal"):
            shutil.copy(f"{begun}{end}", f"{path}{end}")
    with (
        contextlib.closing(apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)) as reader,
        pytest.raises(apsw.ReadOnlyError),
    ):
        reader.pragma("user_version")
    database.prepare(path)
    with contextlib.closing(database.open_reader(path)) as reader:
        assert reader.pragma("user_version") == database.SCHEMA_VERSION
        assert reader.execute("SELECT length(page) FROM begun").fetchall() == [(4096,)]


def test_an_older_sqlite_is_refused(monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
    database.check_engine()
    monkeypatch.setattr(apsw, "sqlite_lib_version", lambda: "3.46.1")
    with pytest.raises(StorageError) as caught:
        database.open_writer(path)
    assert "3.51.3" in caught.value.message
    assert "3.46.1" in caught.value.message
    assert not path.exists()


def test_a_file_that_is_no_database_is_named_and_left_alone(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"Dear Priya, " * 1000)
    before = path.read_bytes()
    for opening in (database.open_writer, database.prepare):
        with pytest.raises(StorageError) as caught:
            opening(path)
        assert caught.value.title == "The data on this computer are damaged"
        assert str(path) in caught.value.message
        assert path.read_bytes() == before


def test_a_damaged_page_is_found_by_the_check_in_words(path: Path) -> None:
    store = AccountStore.open(path)
    store.server.take_listed([listed(number, name="x" * 200) for number in range(1, 2000)])
    assert database.check_integrity(store.connection) == ""
    store.close()
    raw = bytearray(path.read_bytes())
    for page in range(len(raw) // 4096 // 2, len(raw) // 4096 - 1):
        raw[page * 4096 : page * 4096 + 64] = b"\xaa" * 64
    path.write_bytes(raw)
    connection = database.open_writer(path)
    try:
        found = database.check_integrity(connection)
    except StorageError as error:
        found = error.title
    assert found
    with pytest.raises(StorageError) as caught:
        StoreReader(connection).first_rows(5000)
    assert caught.value.title == "The data on this computer are damaged"
    connection.close()


def test_a_file_in_the_folders_place_is_said_in_words(data_dir: Path) -> None:
    (data_dir / "accounts").write_text("in the way")
    path = database.database_path(data_dir, ACCOUNT)
    with pytest.raises(StorageError) as caught:
        database.open_writer(path)
    assert caught.value.title == "Something else is where the data should be"
    assert "Move it somewhere else" in caught.value.what_to_do
    assert (data_dir / "accounts").read_text() == "in the way"


def test_a_folder_in_the_files_place_is_said_in_words(path: Path) -> None:
    path.mkdir(parents=True)
    with pytest.raises(StorageError) as caught:
        database.open_writer(path)
    assert caught.value.title == "The data folder cannot be written"


def test_what_was_not_made_cannot_be_read(path: Path) -> None:
    with pytest.raises(StorageError):
        database.open_reader(path)


def test_a_reader_cannot_write(path: Path) -> None:
    database.open_writer(path).close()
    reader = database.open_reader(path)
    with pytest.raises(apsw.ReadOnlyError):
        reader.execute("INSERT INTO fact VALUES ('a', 'b')")
    reader.close()


def test_a_database_that_another_program_holds_is_said_in_words(monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
    monkeypatch.setattr(database, "_BUSY_TIMEOUT_MS", 10)
    store = AccountStore.open(path)
    other = apsw.Connection(str(path))
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StorageError) as caught:
        store.outbox.add_create({}, ME, NOW)
    assert caught.value.title == "The data are in use"
    assert not store.connection.in_transaction
    other.close()
    assert store.outbox.add_create({}, ME, NOW) == -1
    store.close()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "small"
    folder.mkdir()
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        pytest.skip("only root can mount a small disk")
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=512k", "none", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"no small disk: {mounted.stderr.decode()}")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def fill(path: Path) -> None:
    with path.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(b"x" * 4096)


def save_much(store: AccountStore) -> None:
    for _ in range(100):
        store.outbox.add_create({Field.ADDRESS: "y" * 4000}, ME, NOW)


def test_a_full_disk_is_said_in_words_and_nothing_changes(small_disk: Path) -> None:
    store = AccountStore.open(database.database_path(small_disk, ACCOUNT))
    store.server.take_listed([listed(1)])
    saved = store.outbox.add_create({Field.CUSTOMER_NAME: "before"}, ME, NOW)
    fill(small_disk / "filler")
    with pytest.raises(StorageError) as caught:
        save_much(store)
    assert caught.value.title == "The disk is full"
    assert not store.connection.in_transaction
    with pytest.raises(StorageError):
        store.server.take_listed([listed(number) for number in range(2, 2000)])
    assert set(store.reader.rows_of(range(-1, 3))) == {1, saved}
    (small_disk / "filler").unlink()
    assert store.outbox.add_create({Field.CUSTOMER_NAME: "after"}, ME, NOW) < saved
    assert database.check_integrity(store.connection) == ""
    store.close()


def test_a_folder_on_a_disk_that_cannot_be_written_is_said_in_words(small_disk: Path) -> None:
    path = database.database_path(small_disk, ACCOUNT)
    database.open_writer(path).close()
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    with pytest.raises(StorageError) as caught:
        AccountStore.open(path)
    assert caught.value.title == "The data folder cannot be written"
    with pytest.raises(StorageError) as caught:
        AccountStore.open(path.with_name("another.sqlite3"))
    assert caught.value.title == "The data folder cannot be written"


def test_a_bug_in_sql_stays_a_bug(store: AccountStore) -> None:
    with pytest.raises(apsw.SQLError), database.transaction(store.connection):
        store.connection.execute("SELECT nothing FROM nowhere")
    assert not store.connection.in_transaction
