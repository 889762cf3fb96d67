"""The journal: an append-only second copy of the user's operations, in a file beside the database.

A damaged database takes with it what was not sent yet. The journal is read only then, by `store.recovery.salvage`. Each
line is a JSON object with a checksum; a line that was torn by a power cut, or damaged since, is skipped.

A record holds columns of the table `operation`: an act (a change by the user) holds all of them, a step (of its
delivery) those that changed. Later records of an operation are laid over earlier ones.

What is written here was committed to the database before. So a journal that cannot be written fails nothing: to say
"not saved" of what is saved would make the user save it twice. The lines wait in memory and are written before the next
one; `behind` and the log say so.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import zlib
from collections import deque
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol

from heatpunk_desktop.store.projection import PENDING
from heatpunk_desktop.store.sqlite_errors import translated
from heatpunk_desktop.system.files import storage_error, sync_folder, words_for

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    import apsw

_log = logging.getLogger(__name__)

#: Columns of `operation`, by name.
Record = dict[str, Any]

#: Every line begins so, then come eight hexadecimal digits and `_MIDDLE`, the record, and `}`.
_BEGIN: Final = b'{"crc":"'
_MIDDLE: Final = b'","record":'
_HEAD_LENGTH: Final = len(_BEGIN) + 8 + len(_MIDDLE)

#: Lines that wait in memory for a disk that refuses them; the database has their content.
_MOST_WAITING: Final = 20_000

#: Lines that are written at once when the journal is rewritten.
_LINES_A_WRITE: Final = 500

#: Lines of one act that are written at once; more of them must not push each other out of what waits in memory.
_LINES_OF_AN_ACT: Final = 5_000


#: Kept, as `json.dumps` would make one for each line.
_encode: Final = json.JSONEncoder(separators=(",", ":"), default=str).encode


class OpenFile(Protocol):
    """A file open for appending. Every method may raise OSError."""

    def write(self, data: bytes) -> None:
        """Append all of the data."""

    def sync(self) -> None:
        """Return once the disk has what was written."""

    def close(self) -> None:
        """Close the file."""


class Disk(Protocol):
    """The file system operations that a journal needs. Every method may raise OSError."""

    def open(self, path: Path, *, truncate: bool) -> OpenFile:
        """Open a file for appending, made where missing, readable by its owner only; emptied where `truncate`."""

    def replace(self, source: Path, target: Path) -> None:
        """Rename a file over another."""

    def sync_folder(self, folder: Path) -> None:
        """Return once the disk has the names of the files in a folder."""

    def read(self, path: Path) -> bytes:
        """Return the content of a file."""


class JournalContent(NamedTuple):
    """The content of a journal.

    Attributes:
        operations: Every operation in it, in its last recorded state, by its number.
        last_operation_id: The highest operation number ever recorded, of settled ones too.
        last_attempt: The highest attempt number ever recorded.
        damaged_lines: How many lines could not be read.
        renewed_to: The highest operation number when the journal was last rewritten: of those up to it, every one that
            was pending then is in `operations`.
    """

    operations: dict[int, Record]
    last_operation_id: int
    last_attempt: int
    damaged_lines: int
    renewed_to: int = 0


def journal_path(database: Path) -> Path:
    """Return the path of the journal of a database."""
    return database.with_suffix(".journal")


class Journal:
    """Appends to a journal. Belongs to the thread that writes the database; never raises for a disk error."""

    def __init__(self, path: Path | None, disk: Disk | None = None) -> None:
        """Prepare a journal, which is opened at the first write.

        Args:
            path: The file; None for an in-memory store, which has no journal.
            disk: The file system, where it is not the computer's.
        """
        self._path = path
        self._disk: Disk = disk or _RealDisk()
        self._file: OpenFile | None = None
        self._waiting: deque[bytes] = deque(maxlen=_MOST_WAITING)
        self._act_waits = False
        self._is_torn = False
        self._told = False

    @property
    def behind(self) -> bool:
        """Whether the disk refused something that the database accepted."""
        return bool(self._waiting)

    def act(self, *records: Mapping[str, object]) -> None:
        """Record a change by the user; on the disk when this returns, unless the disk refuses (see `behind`).

        Args:
            records: Every operation that the change made or altered, with all its columns (`operation_records`).
        """
        self.append(records, sync=True)

    def step(self, *records: Mapping[str, object]) -> None:
        """Record the progress of operations; the system may write it to the disk later.

        Args:
            records: For each operation its `operation_id` and the columns that changed.
        """
        self.append(records, sync=False)

    def renew(self, connection: apsw.Connection) -> None:
        """Rewrite the journal atomically with the pending operations only, so that it stays small.

        Call it only on a database that `check_integrity` found sound: what only the journal holds is lost by it.

        Raises:
            StorageError: The database cannot be read. (Where the journal cannot be written, the old one stays.)
        """
        if self._path is None:
            return
        unfinished = self._path.with_name(f"{self._path.name}.unfinished")
        with translated():
            rows = _lines_of(connection)
            try:
                self._write_whole(unfinished, rows)
                self._close_file()
                self._disk.replace(unfinished, self._path)
                self._disk.sync_folder(self._path.parent)
            except OSError as error:
                self._note_trouble(error)
                return
        self._waiting.clear()
        self._act_waits = self._is_torn = self._told = False

    def close(self) -> None:
        """Try once more to write what waits, and close the file."""
        if self._waiting:
            self.append((), sync=True)
        self._close_file()

    def append(self, records: Iterable[Mapping[str, object]], *, sync: bool) -> None:
        """Record any number of records in order, as an act (`sync`) or as a step."""
        if self._path is None:
            return
        left = iter(records)
        self._waiting.extend(map(_line, islice(left, _LINES_OF_AN_ACT)))
        for record in left:
            self._write_waiting(self._path, sync=False)
            self._waiting.extend(map(_line, (record, *islice(left, _LINES_OF_AN_ACT))))
        self._write_waiting(self._path, sync=sync)

    def _write_waiting(self, path: Path, *, sync: bool) -> None:
        self._act_waits |= sync
        try:
            if self._file is None:
                self._file = self._disk.open(path, truncate=False)
                self._disk.sync_folder(path.parent)
                self._is_torn = True
            # A line that may be torn is ended first, or it would take the next one with it.
            text = (b"\n" if self._is_torn else b"") + b"".join(self._waiting)
            self._is_torn = True
            self._file.write(text)
            self._is_torn = False
            if self._act_waits:
                self._file.sync()
        except OSError as error:
            self._close_file()
            self._note_trouble(error)
            return
        self._waiting.clear()
        self._act_waits = False
        if self._told:
            self._told = False
            _log.warning("the journal can be written again")

    def _write_whole(self, path: Path, lines: Iterator[bytes]) -> None:
        file = self._disk.open(path, truncate=True)
        try:
            pile: list[bytes] = []
            for line in lines:
                pile.append(line)
                if len(pile) == _LINES_A_WRITE:
                    file.write(b"".join(pile))
                    pile.clear()
            file.write(b"".join(pile))
            file.sync()
        finally:
            file.close()

    def _close_file(self) -> None:
        file, self._file = self._file, None
        if file is not None:
            with contextlib.suppress(OSError):
                file.close()

    def _note_trouble(self, error: OSError) -> None:
        if not self._told:
            self._told = True
            _log.warning("the journal cannot be written; what people did is in the database alone: %s", error)


def operation_records(connection: apsw.Connection, numbers: Iterable[int]) -> list[Record]:
    """Return operations with all their columns, as `Journal.act` takes them. Raises StorageError."""
    return [
        record
        for number in numbers
        for record in _records(connection, "SELECT * FROM operation WHERE operation_id = ?", number)
    ]


def read_journal(path: Path, disk: Disk | None = None) -> JournalContent:
    """Read a journal; an empty one where there is none.

    Raises:
        StorageError: The disk cannot read it.
    """
    try:
        raw = (disk or _RealDisk()).read(path)
    except FileNotFoundError:
        raw = b""
    except OSError as error:
        raise storage_error(words_for(error), path) from error
    operations: dict[int, Record] = {}
    last = attempt = spoilt = renewed = 0
    for line in raw.split(b"\n"):
        if not line:
            continue
        record = _record_of(line)
        if record is None:
            spoilt += 1
            continue
        renewed = max(renewed, _whole(record.get("last_operation_id")))
        last = max(last, renewed, _whole(record.get("operation_id")))
        attempt = max(attempt, _whole(record.get("last_attempt")), _whole(record.get("attempt")))
        if number := _whole(record.get("operation_id")):
            operations.setdefault(number, {}).update(record)
    return JournalContent(operations, last, attempt, spoilt, renewed)


def _lines_of(connection: apsw.Connection) -> Iterator[bytes]:
    """Yield the lines of a new journal: the highest numbers, then the pending operations."""
    last = connection.execute("SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'operation'").get
    attempt = connection.execute("SELECT coalesce(max(attempt), 0) FROM operation").get
    yield _line({"last_operation_id": last, "last_attempt": attempt})
    yield from map(_line, _records(connection, f"SELECT * FROM operation WHERE {PENDING} ORDER BY operation_id"))


def _records(connection: apsw.Connection, sql: str, *bindings: int) -> Iterator[Record]:
    with translated():
        cursor = connection.execute(sql, bindings)
        for row in cursor:
            yield dict(zip((column[0] for column in cursor.get_description()), row, strict=True))


def _line(record: Mapping[str, object]) -> bytes:
    # ASCII, so that half characters do no harm, and no byte of a line is a line's end.
    raw = _encode(record).encode("ascii")
    return b"%b%08x%b%b}\n" % (_BEGIN, zlib.crc32(raw), _MIDDLE, raw)


def _record_of(line: bytes) -> Record | None:
    raw = line[_HEAD_LENGTH:-1]
    if line != b"%b%08x%b%b}" % (_BEGIN, zlib.crc32(raw), _MIDDLE, raw):
        return None
    record = json.loads(raw)
    return record if isinstance(record, dict) else None


def _whole(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


class _RealFile:
    """A file of the operating system."""

    def __init__(self, path: Path, *, truncate: bool) -> None:
        flags = os.O_CREAT | os.O_WRONLY | os.O_APPEND | getattr(os, "O_BINARY", 0)
        self._descriptor = os.open(path, flags | (os.O_TRUNC if truncate else 0), 0o600)

    def write(self, data: bytes) -> None:
        left = memoryview(data)
        while left:
            left = left[os.write(self._descriptor, left) :]

    def sync(self) -> None:
        _sync(self._descriptor)

    def close(self) -> None:
        os.close(self._descriptor)


class _RealDisk:
    """The file system of the operating system."""

    def open(self, path: Path, *, truncate: bool) -> OpenFile:
        return _RealFile(path, truncate=truncate)

    def replace(self, source: Path, target: Path) -> None:
        source.replace(target)

    def sync_folder(self, folder: Path) -> None:
        sync_folder(folder)

    def read(self, path: Path) -> bytes:
        return path.read_bytes()


def _sync(descriptor: int) -> None:
    try:
        # macOS: `fsync` alone leaves the data in the drive's own memory.
        from fcntl import F_FULLFSYNC, fcntl  # type: ignore[attr-defined] # noqa: PLC0415 - there only
    except ImportError:
        os.fsync(descriptor)
        return
    fcntl(descriptor, F_FULLFSYNC)
