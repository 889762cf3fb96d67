"""A service that has no key: when it has tried to send all that waits, and nothing left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from heatpunk_desktop.domain.operation import OperationState
from heatpunk_desktop.services.sync.facts import Connection, Link
from heatpunk_desktop.store.reader import OperationGroup

if TYPE_CHECKING:
    from heatpunk_desktop.services.sync.service import SyncService


class VainTries:
    """Listens to a service from before it starts."""

    def __init__(self, service: SyncService) -> None:
        self._service = service
        self._connections: list[Connection] = []
        service.connection_changed.connect(self._connections.append)

    def have_ended(self) -> bool:
        """Whether all that waits stands in the queue again, as it is now known that there is no key."""
        is_without_key = bool(self._connections) and self._connections[-1].link is Link.KEY_MISSING
        operations = self._service.reader.operations(OperationGroup.WAITING)
        return is_without_key and {operation.state for operation in operations} == {OperationState.QUEUED}
