"""`Test connection`: one harmless request to the server, on a background thread."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from heatpunk_desktop.api.error_messages import known_error_for, unreadable
from heatpunk_desktop.api.exchange import CancelToken
from heatpunk_desktop.api.list_reader import ListReader
from heatpunk_desktop.api.protocol import list_projects
from heatpunk_desktop.domain.dates import UK, DateRange, RangePreset
from heatpunk_desktop.errors import KnownError
from heatpunk_desktop.services.sync.facts import ConnectionTest
from heatpunk_desktop.services.tasks.background_task import BackgroundTask
from heatpunk_desktop.texts import marked

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from heatpunk_desktop.domain.account import Account
    from heatpunk_desktop.services.sync.network import Client


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
        self._thread = BackgroundTask("heatpunk-test", _bug, self)
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


def _bug() -> KnownError:
    return KnownError(
        marked("connection_tester", "The connection could not be tested"),
        marked("connection_tester", "This is a mistake in the program. Nothing was changed."),
        marked("connection_tester", "Report the problem: what happened is in the diagnostics, in the menu Help."),
    )
