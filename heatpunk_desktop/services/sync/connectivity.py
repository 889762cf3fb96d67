"""Derive from the outcome of each request whether the server can be reached."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from heatpunk_desktop.api.error_messages import known_error_for
from heatpunk_desktop.api.exchange import Exchange, FailureKind
from heatpunk_desktop.domain.dates import utc_text
from heatpunk_desktop.services.sync.facts import Connection, Link

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime


class ConnectionWatch(QObject):
    """Track the state of the connection from every exchange with the server."""

    #: facts.Connection
    connection_changed = Signal(object)
    #: The server answers again.
    came_back = Signal()

    def __init__(self, clock: Callable[[], datetime], parent: QObject) -> None:
        super().__init__(parent)
        self._clock = clock
        self._connection = Connection()

    def learn(self, exchange: Exchange) -> None:
        """Update the state from one exchange."""
        if exchange.failure is FailureKind.CANCELLED:
            return
        link = _link_of(exchange)
        if link is Link.ONLINE and self._connection.link is Link.OFFLINE:
            self.came_back.emit()
        error = None if link is Link.ONLINE else known_error_for(exchange)
        if link is not self._connection.link:
            self._set_connection(Connection(link, utc_text(self._clock()), error))
        elif error and self._connection.error and error.title != self._connection.error.title:
            # Still offline, but for another reason, which the user may have to act on.
            self._set_connection(self._connection._replace(error=error))

    def _set_connection(self, connection: Connection) -> None:
        self._connection = connection
        self.connection_changed.emit(connection)


def _link_of(exchange: Exchange) -> Link:
    if exchange.failure is FailureKind.KEY_MISSING:
        return Link.KEY_MISSING
    if exchange.status == HTTPStatus.UNAUTHORIZED:
        return Link.KEY_REFUSED
    # A refusal is an answer too: the server can be reached.
    return Link.OFFLINE if exchange.status is None else Link.ONLINE
