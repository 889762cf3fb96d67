"""Find out whether there is an API key, before anything is marked as being sent."""

from __future__ import annotations

import contextlib
import logging
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from heatpunk_desktop.errors import BadInputError, KeyringError, KnownError
from heatpunk_desktop.services.tasks.background_task import BackgroundTask
from heatpunk_desktop.texts import marked

if TYPE_CHECKING:
    from collections.abc import Callable

    from heatpunk_desktop.services.sync.network import Client

_log = logging.getLogger(__name__)


class KeyQuestion(QObject):
    """Look up the key on a background thread, as a keyring may wait for the user to unlock it.

    Lives in the worker's thread, and occupies no network thread.

    Args:
        make_client: Creates a client, which knows where the key is stored.
        parent: Owner.
    """

    #: bool: whether there is a key. Emitted for the latest question only, unless an earlier one finds a key.
    answered = Signal(bool)

    def __init__(self, make_client: Callable[[], Client], parent: QObject) -> None:
        super().__init__(parent)
        self._make_client = make_client
        #: The question whose answer is awaited.
        self._task: BackgroundTask | None = None

    def ask(self) -> None:
        """Ask, unless an answer is still awaited."""
        if self._task is not None:
            return
        task = self._task = BackgroundTask("heatpunk-key", _bug, self)
        task.ended.connect(self._on_answered)
        task.ended.connect(task.deleteLater)
        task.start(self._has_key)

    def forget(self) -> None:
        """Stop waiting for the answer: the user has entered a key, and a keyring may hang for ever."""
        if self._task is not None:
            self._task.ended.disconnect(self._on_answered)
            self._task.ended.connect(self._on_answered_late)
            self._task = None

    def _has_key(self, *_: object) -> bool:
        try:
            with contextlib.closing(self._make_client()) as client:
                return client.has_key()
        except (KeyringError, BadInputError):
            _log.warning("the API key could not be read", exc_info=True)
        except Exception:  # noqa: BLE001 - a bug; nothing is sent, and the user is told that there is no key
            _log.exception("reading the API key failed unexpectedly")
        return False

    @Slot(object)
    def _on_answered(self, has_key: bool) -> None:
        self._task = None
        self.answered.emit(has_key)

    @Slot(object)
    def _on_answered_late(self, has_key: bool) -> None:
        if has_key:
            self.forget()
            self.answered.emit(True)


def _bug() -> KnownError:
    return KnownError(
        marked("key_question", "The API key could not be asked for"),
        marked("key_question", "This is a mistake in the program."),
    )
