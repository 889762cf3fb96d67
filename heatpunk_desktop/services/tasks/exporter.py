"""The export of projects to a file on a background thread, with a read-only connection."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import Enum, auto
from itertools import chain
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from PySide6.QtCore import QObject, Signal, Slot

from heatpunk_desktop.domain.fields import DETAIL_FIELDS, Field
from heatpunk_desktop.domain.project import FIELD_COLUMNS, WholeRow
from heatpunk_desktop.errors import KnownError
from heatpunk_desktop.export.files import Cancelled, ExportStoppedError, Progress, Written, make_folder
from heatpunk_desktop.services.tasks.background_task import BackgroundTask
from heatpunk_desktop.store.contact_details import ASKED, missing_details
from heatpunk_desktop.store.database import open_reader
from heatpunk_desktop.store.whole_rows import whole_rows
from heatpunk_desktop.texts import marked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from heatpunk_desktop.export.columns import ExportColumn
    from heatpunk_desktop.services.tasks.background_task import Tell

#: Writes rows to a place: target, rows, columns, progress, cancelled. Raises StorageError or ExportStoppedError.
Write = Callable[[Path, Iterable["WholeRow"], Sequence["ExportColumn"], Progress, Cancelled], Written]

_NOTHING: Final[Mapping[Field, int]] = MappingProxyType({})


class Obstacle(Enum):
    """A reason to ask the user before a file is written."""

    #: A file of this name is there already.
    FILE_THERE = auto()
    #: Its folder is not there.
    NO_FOLDER = auto()


class ExportJob(NamedTuple):
    """The order to write a file.

    Attributes:
        target: The file.
        keys: The projects, in order.
        columns: What of each.
        write: How.
        replaces: Whether a file that is there is replaced.
        makes_folder: Whether a folder that is not there is made.
    """

    target: Path
    keys: Sequence[int]
    columns: tuple[ExportColumn, ...]
    write: Write
    replaces: bool = False
    makes_folder: bool = False


class Exported(NamedTuple):
    """The result of an export.

    Attributes:
        target: The file.
        written: What is in it; None where it was stopped or failed, and the file is as it was.
        not_loaded: Of how many projects each column is empty because the value is not loaded yet.
        error: Why it failed, or None.
        obstacle: Why it was not begun, or None.
    """

    target: Path
    written: Written | None = None
    not_loaded: Mapping[Field, int] = _NOTHING
    error: KnownError | None = None
    obstacle: Obstacle | None = None

    @property
    def is_stopped(self) -> bool:
        """Whether the user stopped it."""
        return self.written is None and self.error is None and self.obstacle is None


class Exporter(QObject):
    """A writer of one file at a time.

    Args:
        database: The account's database.
        parent: Owner.
    """

    #: int: how many projects are written.
    progressed = Signal(int)
    #: Exported: how it ended.
    ended = Signal(object)
    #: Obstacle or None: what `check` found.
    checked = Signal(object)
    #: list[bytes] or None: what `look` found; see `missing_details`.
    looked = Signal(object)

    def __init__(self, database: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._database = database
        self._target = Path()
        self._thread = BackgroundTask("heatpunk-export", _bug, self)
        self._thread.told.connect(self._on_told)
        self._thread.ended.connect(self.ended)
        self._thread.failed.connect(self._on_failed)
        self._checking = BackgroundTask("heatpunk-export-check", _bug, self)
        self._checking.ended.connect(self.checked)
        self._looking = BackgroundTask("heatpunk-export-look", _bug, self)
        self._looking.ended.connect(self.looked)

    @property
    def is_running(self) -> bool:
        """Whether a file is being written."""
        return self._thread.is_running

    def start(self, job: ExportJob) -> None:
        """Start writing; `ended` reports the result. A running export is stopped first, and reports nothing more."""
        self._target = job.target
        self._thread.start(lambda cancelled, tell: self._exported(job, cancelled, tell))

    def cancel(self) -> None:
        """Ask the export to stop; `ended` follows and reports that, unless the file was ready."""
        self._thread.cancel()

    def stop(self) -> None:
        """Stop the export, and wait for its end: nothing half-written is left. No signal follows."""
        for thread in (self._thread, self._checking, self._looking):
            thread.stop()

    def check(self, job: ExportJob) -> None:
        """Check whether the file can be written as asked; `checked` follows."""
        self._checking.start(lambda _, __: _obstacle(job))

    def look(self, *lots: Sequence[int]) -> None:
        """Find out what is not loaded of lists of projects; `looked` follows, with one text of bytes for each list."""
        self._looking.start(lambda cancelled, _: self._missing(lots, cancelled))

    def _missing(self, lots: Iterable[Sequence[int]], cancelled: Cancelled) -> list[bytes] | None:
        connection = open_reader(self._database)
        found = []
        try:
            for keys in lots:
                parts = []
                for part in missing_details(connection, keys):
                    if cancelled():
                        return None
                    parts.append(part)
                found.append(b"".join(parts))
        finally:
            connection.close()
        return found

    def _exported(self, job: ExportJob, cancelled: Cancelled, tell: Tell) -> Exported:
        obstacle = _obstacle(job)
        if obstacle is not None:
            return Exported(job.target, obstacle=obstacle)
        if job.makes_folder:
            make_folder(job.target.parent)
        try:
            return self._written(job, cancelled, tell)
        except ExportStoppedError:
            return Exported(job.target)

    def _written(self, job: ExportJob, cancelled: Cancelled, tell: Tell) -> Exported:
        connection = open_reader(self._database)
        fields = [
            column.choice
            for column in job.columns
            if isinstance(column.choice, Field) and column.choice in DETAIL_FIELDS
        ]
        places = [(field, FIELD_COLUMNS[field]) for field in fields]
        not_loaded: Counter[Field] = Counter()
        missing = chain.from_iterable(missing_details(connection, job.keys)) if places else ()
        asked = {key for key, byte in zip(job.keys, missing, strict=False) if byte & ASKED}

        def rows() -> Iterator[WholeRow]:
            for row in chain.from_iterable(whole_rows(connection, job.keys)):
                untold = [(field, place) for field, place in places if row[place] is None]
                if untold and row.key in asked:
                    # The server does not share it, so that there is nothing to load.
                    values: list[Any] = list(row)
                    for _, place in untold:
                        values[place] = ""
                    yield WholeRow._make(values)
                    continue
                not_loaded.update(field for field, _ in untold)
                yield row

        try:
            written = job.write(job.target, rows(), job.columns, tell, cancelled)
        finally:
            connection.close()
        return Exported(job.target, written, dict(not_loaded))

    @Slot(object)
    def _on_told(self, done: int) -> None:
        self.progressed.emit(done)

    @Slot(object)
    def _on_failed(self, error: KnownError) -> None:
        self.ended.emit(Exported(self._target, error=error))


def _obstacle(job: ExportJob) -> Obstacle | None:
    target = job.target
    # These two return False if the system does not know; writing then fails with a reason.
    if not job.makes_folder and not os.path.exists(target.parent):  # noqa: PTH110 - as above
        return Obstacle.NO_FOLDER
    if not job.replaces and os.path.isfile(target):  # noqa: PTH113 - as above
        return Obstacle.FILE_THERE
    return None


def _bug() -> KnownError:
    return KnownError(
        marked("exporter", "The export did not work"),
        marked(
            "exporter",
            "This is a mistake in the program. Nothing was exported, and a file that was there is as it was.",
        ),
        marked(
            "exporter",
            "Try another format, or report the problem: what happened is in the diagnostics, in the menu Help.",
        ),
    )
