"""Keeps what the table knows of phone, email, build date and reference in step with the store."""

from __future__ import annotations

import logging
import threading
import time
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from heatpunk_desktop.errors import KnownError
from heatpunk_desktop.services.tasks.background_task import BackgroundTask, Cancelled, Tell
from heatpunk_desktop.store.contact_details import all_contacts, contacts_of
from heatpunk_desktop.store.database import open_reader
from heatpunk_desktop.texts import marked

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from heatpunk_desktop.services.sync.facts import Changed
    from heatpunk_desktop.services.sync.service import SyncService

_log = logging.getLogger(__name__)

#: Projects that are read, and told of, at a time: a millisecond's work or two, of this thread and of the window's.
_SLICE: Final = 100
#: Seconds that the window's thread gets after each of them: Python lets one thread work at a time.
_GIVES_WAY: Final = 0.002
#: Milliseconds in which changes are collected: the window's thread waits for each thread that it starts.
_COLLECTS: Final = 50


class ContactReader(QObject):
    """Reads all that is known in a thread of its own, and then again of each project that changes.

    Args:
        database: The account's database.
        service: Tells what changes; it is this object's owner.
    """

    #: dict[int, PackedContact]: what is known of some projects now.
    read = Signal(object)

    def __init__(self, database: Path, service: SyncService) -> None:
        super().__init__(service)
        self._database = database
        self._is_on = False
        #: What is to be read, added to by the window's thread and taken by the other.
        self._lock = threading.Lock()
        self._wants_all = False
        self._wanted: set[int] = set()
        self._collecting = QTimer(self, interval=_COLLECTS, singleShot=True)
        self._collecting.timeout.connect(self._go_on)
        self._thread = BackgroundTask("heatpunk-contacts", _bug, self)
        self._thread.told.connect(self.read)
        self._thread.ended.connect(self._on_ended)
        self._thread.failed.connect(self._on_failed)
        service.changed.connect(self._on_changed)

    def start(self) -> None:
        """Reads all, and goes on with what changes; does nothing where that is so already."""
        if not self._is_on:
            self._is_on = self._wants_all = True
            self._go_on()

    def stop(self) -> None:
        """Reads nothing any more."""
        self._is_on = False
        self._collecting.stop()
        self._thread.stop()

    @Slot()
    def _go_on(self) -> None:
        if self._is_on and not self._thread.is_running and (self._wants_all or self._wanted):
            self._thread.start(self._read)

    def _read(self, is_cancelled: Cancelled, tell: Tell) -> None:
        """In the thread: read what is wanted, also what comes to be while it reads."""
        keys = self._take()  # first, so that what cannot be read is not tried again and again
        connection = open_reader(self._database)
        try:
            while keys is None or keys:
                for some in all_contacts(connection, _SLICE) if keys is None else contacts_of(connection, keys):
                    if is_cancelled():
                        return
                    tell(some)
                    time.sleep(_GIVES_WAY)
                keys = self._take()
        finally:
            connection.close()

    def _take(self) -> set[int] | None:
        """What is to be read, which is nothing any more then; None for all."""
        with self._lock:
            keys, self._wanted = self._wanted, set()
            wants_all, self._wants_all = self._wants_all, False
        return None if wants_all else keys

    def _want(self, keys: Iterable[int]) -> None:
        if not self._is_on:
            return
        with self._lock:
            self._wanted.update(keys)
        if not self._thread.is_running and not self._collecting.isActive():
            self._collecting.start()

    @Slot(object)
    def _on_changed(self, changed: Changed) -> None:
        self._want(changed.keys)

    @Slot(object)
    def _on_ended(self, _nothing: object) -> None:
        self._go_on()

    @Slot(object)
    def _on_failed(self, error: KnownError) -> None:
        # The columns go on saying that they are not known. That the database is in trouble is told elsewhere.
        _log.warning("contacts could not be read: %s", error.title)
        self._go_on()


def _bug() -> KnownError:
    return KnownError(
        marked("contact_reader", "Phone numbers and emails could not be read"),
        marked("contact_reader", "This is a mistake in the program. Nothing was changed."),
        marked("contact_reader", "Report the problem: what happened is in the diagnostics, in the menu Help."),
    )
