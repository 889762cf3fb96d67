"""Tells from what comes of requests whether there is a way to the server."""

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
    """Learns from every exchange that was made with the server."""

    #: facts.Connection
    connection_changed = Signal(object)
    #: The server answers, which was not reached just before.
    came_back = Signal()

    def __init__(self, clock: Callable[[], datetime], parent: QObject) -> None:
        super().__init__(parent)
        self._clock = clock
        self._connection = Connection()

    def learn(self, exchange: Exchange) -> None:
        """Takes what came of a request."""
        if exchange.failure is FailureKind.CANCELLED:
            return
        link = _link_of(exchange)
        if link is Link.ONLINE and self._connection.link is Link.OFFLINE:
            self.came_back.emit()
        error = None if link is Link.ONLINE else known_error_for(exchange)
        if link is not self._connection.link:
            self._tell(Connection(link, utc_text(self._clock()), error))
        elif error and self._connection.error and error.title != self._connection.error.title:
            # Still no way to the server, but for another reason, which may want something else of the person.
            self._tell(self._connection._replace(error=error))

    def _tell(self, connection: Connection) -> None:
        self._connection = connection
        self.connection_changed.emit(connection)


def _link_of(exchange: Exchange) -> Link:
    if exchange.failure is FailureKind.KEY_MISSING:
        return Link.KEY_MISSING
    if exchange.status == HTTPStatus.UNAUTHORIZED:
        return Link.KEY_REFUSED
    # A refusal is an answer too: the way to the server is open.
    return Link.OFFLINE if exchange.status is None else Link.ONLINE
