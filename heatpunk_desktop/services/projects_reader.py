"""Reads many projects whole in a thread of its own, with a connection of its own that only reads."""

from __future__ import annotations

import contextlib
import logging
import threading
from itertools import chain
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Qt, Signal, Slot

from heatpunk_desktop.errors import KnownError
from heatpunk_desktop.store.database import open_reader
from heatpunk_desktop.store.whole_rows import whole_rows

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from heatpunk_desktop.domain.whole_row import WholeRow

_log = logging.getLogger(__name__)

#: Seconds that the thread gets to end when nobody waits for the projects any more.
_STOP_S: Final = 5.0


class ProjectsReader(QObject):
    """Reads one lot of projects at a time.

    Args:
        database: The account's database.
        parent: Owner.
    """

    #: list[WholeRow]: in the order of their keys; one that is there no more is left out.
    read = Signal(object)
    #: KnownError: they could not be read.
    failed = Signal(object)

    _finished = Signal(int, object)

    def __init__(self, database: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._database = database
        self._thread: threading.Thread | None = None
        self._stop = threading.Event()
        self._number = 0
        self._finished.connect(self._on_finished, Qt.ConnectionType.QueuedConnection)

    def start(self, keys: Sequence[int]) -> None:
        """Begins to read; `read` or `failed` follows. One that runs is stopped first, and says nothing more."""
        self.stop()
        self._stop = threading.Event()
        arguments = (self._number, tuple(keys), self._stop)
        self._thread = threading.Thread(target=self._work, args=arguments, name="heatpunk-projects", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stops what runs, and waits until it has; neither signal follows."""
        thread, self._thread = self._thread, None
        self._number += 1
        self._stop.set()
        if thread is not None:
            thread.join(_STOP_S)

    # -- in the thread ---------------------------------------------------------------------------------------------

    def _work(self, number: int, keys: tuple[int, ...], stop: threading.Event) -> None:
        found: list[WholeRow] | KnownError
        try:
            found = self._rows(keys, stop)
        except KnownError as error:
            found = error
        except Exception:  # noqa: BLE001 - whatever it is, somebody waits to be told
            _log.exception("projects could not be read")
            found = _bug()
        with contextlib.suppress(RuntimeError):  # the window is gone, and its objects with it
            self._finished.emit(number, found)

    def _rows(self, keys: tuple[int, ...], stop: threading.Event) -> list[WholeRow]:
        found: list[WholeRow] = []
        connection = open_reader(self._database)
        try:
            for row in chain.from_iterable(whole_rows(connection, keys)):
                if stop.is_set():
                    break
                found.append(row)
        finally:
            connection.close()
        return found

    # -- in the window's thread ------------------------------------------------------------------------------------

    @Slot(int, object)
    def _on_finished(self, number: int, found: list[WholeRow] | KnownError) -> None:
        if number != self._number:
            return
        if self._thread is not None:
            self._thread.join()
        self._thread = None
        if isinstance(found, KnownError):
            self.failed.emit(found)
        else:
            self.read.emit(found)


def _bug() -> KnownError:
    return KnownError(
        "The projects could not be read",
        "This is a mistake in the program. Nothing was changed.",
        "Report the problem: what happened is in the diagnostics, in the menu Help.",
    )
