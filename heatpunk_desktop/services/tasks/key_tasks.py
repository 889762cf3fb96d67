"""Tasks for an account that is being entered: one harmless request to test its key, and the key's storage."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from heatpunk_desktop.api.error_messages import known_error_for, unreadable
from heatpunk_desktop.api.exchange import CancelToken
from heatpunk_desktop.api.list_reader import ListReader
from heatpunk_desktop.api.protocol import list_projects
from heatpunk_desktop.domain.dates import UK, DateRange, RangePreset
from heatpunk_desktop.errors import KnownError
from heatpunk_desktop.services.sync.facts import ConnectionTest
from heatpunk_desktop.services.tasks.background_task import BackgroundTask, mistake
from heatpunk_desktop.texts import marked

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from heatpunk_desktop.config.credentials import Credentials, KeyLocation
    from heatpunk_desktop.domain.account import Account
    from heatpunk_desktop.services.sync.network import Client

_log = logging.getLogger(__name__)


class ConnectionTester(QObject):
    """A test that asks for the projects of the last 7 days, as the given user and with the given key."""

    #: facts.ConnectionTest: what the last test found. One that was overtaken by another says nothing.
    tested = Signal(object)

    def __init__(
        self,
        make_client: Callable[[Account, str], Client],
        clock: Callable[[], datetime],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._make_client = make_client
        self._clock = clock
        self._token = CancelToken()
        self._thread = BackgroundTask(
            "heatpunk-test", mistake(marked("connection_tester", "The connection could not be tested")), self
        )
        self._thread.ended.connect(self._on_ended)
        self._thread.failed.connect(self._on_failed)

    def test(self, account: Account, api_key: str) -> None:
        """Start a test; `tested` reports its result. A running one is abandoned."""
        self.cancel()
        token = self._token = CancelToken()
        self._thread.start(lambda _, __: self._ask(account, api_key, token))

    def cancel(self) -> None:
        """Abandon the running test, if there is one."""
        self._token.cancel()
        self._thread.stop(waits=False)

    def _ask(self, account: Account, api_key: str, token: CancelToken) -> str:
        today = self._clock().astimezone(UK).date()
        request = list_projects(account.email, DateRange.of_preset(RangePreset.LAST_7_DAYS, today))
        reader = ListReader()
        client = self._make_client(account, api_key)
        try:
            exchange = client.stream(request, reader.feed, token)
        finally:
            client.close()
        if error := known_error_for(exchange):
            raise error
        end = reader.close()[1]
        if not end.complete:
            raise unreadable(marked("connection_tester", "a list that breaks off"))
        return marked("connection_tester", "Connected as {0}.").format(account.email)

    @Slot(object)
    def _on_ended(self, words: str) -> None:
        self.tested.emit(ConnectionTest(words))

    @Slot(object)
    def _on_failed(self, error: KnownError) -> None:
        self.tested.emit(ConnectionTest(error.title, error))


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
                return account, _not_stored()

        # One for each key: a keyring that hangs with one must not hold up the next.
        task = BackgroundTask("heatpunk-keyring", _not_stored, self)
        task.ended.connect(self._on_ended)
        task.ended.connect(task.deleteLater)
        task.start(job)

    @Slot(object)
    def _on_ended(self, kept: tuple[Account, object]) -> None:
        self.kept.emit(*kept)


def _not_stored() -> KnownError:
    return KnownError(
        marked("key_saver", "The key could not be stored"),
        marked("key_saver", "This is a mistake in the program."),
        marked("key_saver", "Report the problem: what happened is in the diagnostics, in the menu Help."),
    )
