"""Keep the contact details that the table shows in step with the store."""

from __future__ import annotations

import logging
import threading
import time
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from heatpunk_desktop.services.tasks.background_task import BackgroundTask, Cancelled, Tell, mistake
from heatpunk_desktop.store.contact_details import all_contacts, contacts_of
from heatpunk_desktop.store.database import open_reader
from heatpunk_desktop.texts import marked

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from heatpunk_desktop.errors import KnownError
    from heatpunk_desktop.services.sync.facts import Changed
    from heatpunk_desktop.services.sync.service import SyncService

_log = logging.getLogger(__name__)

#: Projects per slice: one or two milliseconds of work for this thread, and again for the GUI thread.
_SLICE: Final = 100
#: Seconds to sleep after each slice, so that the GUI thread gets Python's global lock.
_SLEEP_S: Final = 0.002
#: Milliseconds during which changes are collected: each start of a thread makes the GUI thread wait.
_COLLECT_MS: Final = 50


class ContactReader(QObject):
    """Read all contact details on a background thread, and then those of each project that changes.

    Args:
        database: The account's database.
        service: Its `changed` names the projects to read again; it is this object's owner.
    """

    #: dict[int, PackedContact]: the current contact details of some projects.
    read = Signal(object)

    def __init__(self, database: Path, service: SyncService) -> None:
        super().__init__(service)
        self._database = database
        self._is_on = False
        #: Guards the keys to be read: the GUI thread adds them, the background thread takes them.
        self._lock = threading.Lock()
        self._wants_all = False
        self._wanted: set[int] = set()
        self._collecting = QTimer(self, interval=_COLLECT_MS, singleShot=True)
        self._collecting.timeout.connect(self._go_on)
        self._thread = BackgroundTask(
            "heatpunk-contacts", mistake(marked("contact_reader", "Phone numbers and emails could not be read")), self
        )
        self._thread.told.connect(self.read)
        self._thread.ended.connect(self._on_ended)
        self._thread.failed.connect(self._on_failed)
        service.changed.connect(self._on_changed)

    def start(self) -> None:
        """Read everything, then whatever changes; does nothing if already started."""
        if not self._is_on:
            self._is_on = self._wants_all = True
            self._go_on()

    def stop(self) -> None:
        """Stop reading."""
        self._is_on = False
        self._collecting.stop()
        self._thread.stop()

    @Slot()
    def _go_on(self) -> None:
        if self._is_on and not self._thread.is_running and (self._wants_all or self._wanted):
            self._thread.start(self._read)

    def _read(self, is_cancelled: Cancelled, tell: Tell) -> None:
        """Read in the background thread until nothing is left to read, including what is added meanwhile."""
        keys = self._take()  # first, so that what cannot be read is not retried for ever
        connection = open_reader(self._database)
        try:
            while keys is None or keys:
                for some in all_contacts(connection, _SLICE) if keys is None else contacts_of(connection, keys):
                    if is_cancelled():
                        return
                    tell(some)
                    time.sleep(_SLEEP_S)
                keys = self._take()
        finally:
            connection.close()

    def _take(self) -> set[int] | None:
        """Return the keys to be read and clear them; None means all projects."""
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
        # The columns go on showing the values as not loaded. The service reports trouble with the database.
        _log.warning("contacts could not be read: %s", error.title)
        self._go_on()
