"""`Test connection`: one harmless question to the server, in a thread of its own."""

from __future__ import annotations

import threading
from itertools import count
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal, Slot

from heatpunk_desktop.api.exchange import CancelToken
from heatpunk_desktop.api.list_reader import ListReader
from heatpunk_desktop.api.protocol import list_projects
from heatpunk_desktop.api.words import known_error_for, unreadable
from heatpunk_desktop.domain.dates import UK, DateRange, RangePreset
from heatpunk_desktop.errors import KnownError
from heatpunk_desktop.services.facts import ConnectionTest

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from heatpunk_desktop.domain.account import Account
    from heatpunk_desktop.services.network import Client


class ConnectionTester(QObject):
    """Asks for the projects of the last 7 days, in the name of the person and with the key that were given."""

    #: facts.ConnectionTest: what the last test found. One that was overtaken by another says nothing.
    tested = Signal(object)

    _ended = Signal(int, object)

    def __init__(
        self,
        make_client: Callable[[Account, str], Client],
        clock: Callable[[], datetime],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._make_client = make_client
        self._clock = clock
        self._numbers = count(1)
        self._latest = 0
        self._token = CancelToken()
        self._ended.connect(self._on_ended, Qt.ConnectionType.QueuedConnection)

    def test(self, account: Account, api_key: str) -> None:
        """Begins a test; `tested` tells how it ended. One that still runs is given up."""
        self.cancel()
        self._latest = next(self._numbers)
        self._token = CancelToken()
        arguments = (self._latest, account, api_key, self._token)
        threading.Thread(target=self._work, args=arguments, name="heatpunk-test", daemon=True).start()

    def cancel(self) -> None:
        """Gives up the test that runs, if one does."""
        self._token.cancel()
        self._latest = 0

    def _work(self, number: int, account: Account, api_key: str, token: CancelToken) -> None:
        try:
            found = ConnectionTest(self._words(account, api_key, token))
        except KnownError as error:
            found = ConnectionTest(error.title, error)
        self._ended.emit(number, found)

    def _words(self, account: Account, api_key: str, token: CancelToken) -> str:
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
            raise unreadable("a list that breaks off")
        projects = "1 project" if end.count == 1 else f"{end.count} projects"
        return f"It works: {projects} created in the last 7 days."

    @Slot(int, object)
    def _on_ended(self, number: int, found: object) -> None:
        if number == self._latest:
            self.tested.emit(found)
