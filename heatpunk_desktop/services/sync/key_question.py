"""Asks for the API key before anything is marked as being sent."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal, Slot

from heatpunk_desktop.errors import BadInputError, KeyringError

if TYPE_CHECKING:
    from collections.abc import Callable

    from heatpunk_desktop.services.sync.network import Client

_log = logging.getLogger(__name__)


class KeyQuestion(QObject):
    """Asks in a thread of its own, as a keyring may wait for its owner; no connection is taken up meanwhile.

    Lives in the worker's thread.

    Args:
        make_client: Makes a client, which knows where the key is.
        parent: Owner.
    """

    #: bool: there is a key. Only the latest question is answered, unless an earlier one finds a key.
    answered = Signal(bool)

    _ended = Signal(int, bool)

    def __init__(self, make_client: Callable[[], Client], parent: QObject) -> None:
        super().__init__(parent)
        self._make_client = make_client
        self._number = 0
        self._is_open = False
        self._ended.connect(self._on_ended, Qt.ConnectionType.QueuedConnection)

    def ask(self) -> None:
        """Ask, unless an answer is still awaited."""
        if self._is_open:
            return
        self._is_open = True
        self._number += 1
        # A daemon: a keyring that hangs must not keep the program from ending.
        threading.Thread(target=self._work, args=(self._number,), name="heatpunk-key", daemon=True).start()

    def forget(self) -> None:
        """Wait for no answer any more: a user gave a key, while a keyring may hang for ever."""
        self._is_open = False

    def _work(self, number: int) -> None:
        has_key = False
        try:
            client = self._make_client()
            try:
                has_key = client.has_key()
            finally:
                client.close()
        except (KeyringError, BadInputError):
            _log.warning("the API key could not be had", exc_info=True)
        except Exception:  # noqa: BLE001 - a bug; nothing is sent, and what is said is that there is no key
            _log.exception("asking for the API key failed in a way nobody thought of")
        try:
            self._ended.emit(number, has_key)
        except RuntimeError:
            _log.info("the program ended while the API key was asked for")

    @Slot(int, bool)
    def _on_ended(self, number: int, has_key: bool) -> None:
        if has_key or (self._is_open and number == self._number):
            self._is_open = False
            self.answered.emit(has_key)
