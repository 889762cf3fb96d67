"""The storing of keys in the keyring, which may wait for the user to unlock it, on a background thread."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from heatpunk_desktop.errors import KnownError
from heatpunk_desktop.services.tasks.background_task import BackgroundTask
from heatpunk_desktop.texts import marked

if TYPE_CHECKING:
    from heatpunk_desktop.config.credentials import Credentials, KeyLocation
    from heatpunk_desktop.domain.account import Account

_log = logging.getLogger(__name__)


class KeySaver(QObject):
    """A runner of keyring calls, however many wait at once."""

    #: Account, credentials.KeyLocation | KnownError: the key can be used now; where it is kept, or why no further than
    #: this session.
    kept = Signal(object, object)

    def __init__(self, credentials: Credentials, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._credentials = credentials

    def keep(self, account: Account, api_key: str) -> None:
        """Start storing a key; `kept` reports the result."""

        def job(*_: object) -> tuple[Account, KeyLocation | KnownError]:
            try:
                return account, self._credentials.set(account, api_key)
            except KnownError as error:
                return account, error
            except Exception:  # noqa: BLE001 - whatever it is, the caller waits for a result
                _log.exception("a key could not be kept")
                return account, _bug()

        # One for each key: a keyring that hangs with one must not hold up the next.
        task = BackgroundTask("heatpunk-keyring", _bug, self)
        task.ended.connect(self._on_ended)
        task.ended.connect(task.deleteLater)
        task.start(job)

    @Slot(object)
    def _on_ended(self, kept: tuple[Account, object]) -> None:
        self.kept.emit(*kept)


def _bug() -> KnownError:
    return KnownError(
        marked("key_saver", "The key could not be stored"),
        marked("key_saver", "This is a mistake in the program."),
        marked("key_saver", "Report the problem: what happened is in the diagnostics, in the menu Help."),
    )
