"""Puts a key in the keyring, which may wait for the person to unlock it: in a thread of its own."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal, Slot

from heatpunk_desktop.errors import KnownError

if TYPE_CHECKING:
    from heatpunk_desktop.config.credentials import Credentials
    from heatpunk_desktop.domain.account import Account


class KeySaver(QObject):
    """Lives in the window's thread."""

    #: Account, credentials.KeyLocation | KnownError: the key can be used now; where it is kept, or why no further than
    #: this session.
    kept = Signal(object, object)

    _ended = Signal(object, object)

    def __init__(self, credentials: Credentials, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._credentials = credentials
        self._ended.connect(self._on_ended, Qt.ConnectionType.QueuedConnection)

    def keep(self, account: Account, api_key: str) -> None:
        """Begins; `kept` tells how it ended."""
        threading.Thread(target=self._work, args=(account, api_key), name="heatpunk-keyring", daemon=True).start()

    def _work(self, account: Account, api_key: str) -> None:
        result: object
        try:
            result = self._credentials.set(account, api_key)
        except KnownError as error:
            result = error
        self._ended.emit(account, result)

    @Slot(object, object)
    def _on_ended(self, account: object, result: object) -> None:
        self.kept.emit(account, result)
