"""Keeps the table's column of phone numbers in step with the store, once a person asked for it."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, Signal, Slot

from heatpunk_desktop.errors import KnownError
from heatpunk_desktop.services.own_thread import OwnThread
from heatpunk_desktop.store.database import open_reader
from heatpunk_desktop.store.phones import known_phones

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from heatpunk_desktop.domain.project import ProjectDetail
    from heatpunk_desktop.services.sync_service import SyncService

_log = logging.getLogger(__name__)


class PhonesRead(NamedTuple):
    """Phone numbers as they are now.

    Attributes:
        phones: Of each project of which the number is known; empty where it has none.
        of: The projects that were looked at; None for all.
    """

    phones: Mapping[int, str]
    of: tuple[int, ...] | None


class PhoneReader(QObject):
    """Reads all that is known in a thread of its own, and then again of each project that changes.

    Args:
        database: The account's database.
        service: Tells what changes; it is this object's owner.
    """

    #: PhonesRead
    read = Signal(object)

    def __init__(self, database: Path, service: SyncService) -> None:
        super().__init__(service)
        self._database = database
        self._is_on = False
        self._wants_all = False
        self._wanted: set[int] = set()
        self._thread = OwnThread("heatpunk-phones", _bug, self)
        self._thread.ended.connect(self._on_ended)
        self._thread.failed.connect(self._on_failed)
        service.projects_changed.connect(self._on_projects_changed)
        service.project_loaded.connect(self._on_project_loaded)

    def start(self) -> None:
        """Reads all, and goes on with what changes; does nothing where that is so already."""
        if not self._is_on:
            self._is_on = self._wants_all = True
            self._go_on()

    def stop(self) -> None:
        """Reads nothing any more."""
        self._is_on = False
        self._thread.stop()

    def _go_on(self) -> None:
        if not self._is_on or self._thread.is_running or not (self._wants_all or self._wanted):
            return
        keys = None if self._wants_all else tuple(self._wanted)
        self._wants_all = False
        self._wanted.clear()
        self._thread.start(lambda _, __: self._phones(keys))

    def _phones(self, keys: tuple[int, ...] | None) -> PhonesRead:
        connection = open_reader(self._database)
        try:
            return PhonesRead(known_phones(connection, keys), keys)
        finally:
            connection.close()

    def _want(self, keys: Iterable[int]) -> None:
        if self._is_on:
            self._wanted.update(keys)
            self._go_on()

    @Slot(object)
    def _on_projects_changed(self, keys: Iterable[int]) -> None:
        self._want(keys)

    @Slot(int, object)
    def _on_project_loaded(self, _request: int, detail: ProjectDetail) -> None:
        self._want([detail.row.key])

    @Slot(object)
    def _on_ended(self, read: PhonesRead) -> None:
        self.read.emit(read)
        self._go_on()

    @Slot(object)
    def _on_failed(self, error: KnownError) -> None:
        # The column goes on saying that they are not known. That the database is in trouble is told elsewhere.
        _log.warning("phone numbers could not be read: %s", error.title)
        self._go_on()


def _bug() -> KnownError:
    return KnownError(
        "The phone numbers could not be read",
        "This is a mistake in the program. Nothing was changed.",
        "Report the problem: what happened is in the diagnostics, in the menu Help.",
    )
