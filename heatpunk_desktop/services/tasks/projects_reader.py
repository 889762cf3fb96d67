"""The reading of many whole projects on a background thread, with a read-only connection."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from heatpunk_desktop.errors import KnownError
from heatpunk_desktop.services.tasks.background_task import BackgroundTask
from heatpunk_desktop.store.database import open_reader
from heatpunk_desktop.store.whole_rows import whole_rows
from heatpunk_desktop.texts import marked

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from heatpunk_desktop.domain.project import WholeRow
    from heatpunk_desktop.services.tasks.background_task import Cancelled


class ProjectsReader(QObject):
    """A reader of one list of projects at a time.

    Args:
        database: The account's database.
        parent: Owner.
    """

    #: list[WholeRow]: in the order of their keys; one that is there no more is left out.
    read = Signal(object)
    #: KnownError: they could not be read.
    failed = Signal(object)

    def __init__(self, database: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._database = database
        self._thread = BackgroundTask("heatpunk-projects", _bug, self)
        self._thread.ended.connect(self.read)
        self._thread.failed.connect(self.failed)

    def start(self, keys: Sequence[int]) -> None:
        """Start reading; `read` or `failed` follows. A running one is stopped first, and reports nothing more."""
        wanted = tuple(keys)
        self._thread.start(lambda cancelled, _: self._rows(wanted, cancelled))

    def stop(self) -> None:
        """Stop reading, and wait for its end; neither signal follows."""
        self._thread.stop()

    def _rows(self, keys: tuple[int, ...], cancelled: Cancelled) -> list[WholeRow]:
        found: list[WholeRow] = []
        connection = open_reader(self._database)
        try:
            for row in chain.from_iterable(whole_rows(connection, keys)):
                if cancelled():
                    break
                found.append(row)
        finally:
            connection.close()
        return found


def _bug() -> KnownError:
    return KnownError(
        marked("projects_reader", "The projects could not be read"),
        marked("projects_reader", "This is a mistake in the program. Nothing was changed."),
        marked("projects_reader", "Report the problem: what happened is in the diagnostics, in the menu Help."),
    )
