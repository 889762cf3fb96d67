"""A draft that a person discarded: dropped again and again where the disk does not take it, so that it stays away.

A full disk refuses even to forget something. Nothing is lost by that, but what was discarded would be offered at the
next start.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Slot

from heatpunk_desktop.services.sync.commands import DropDraft

if TYPE_CHECKING:
    from heatpunk_desktop.errors import KnownError
    from heatpunk_desktop.services.sync.service import SyncService

#: Milliseconds between two tries.
RETRY_MS: Final = 2000


class DroppedDraft(QObject):
    """Drops a draft, as often as it takes; lives as long as that, or as its service.

    No form can hold this draft any more: what is discarded is not offered, and each form's draft has a name of its own.

    Args:
        service: Drops it; becomes the owner, because the form is gone by then.
        draft_id: The draft.
    """

    def __init__(self, service: SyncService, draft_id: str) -> None:
        super().__init__(service)
        self._service = service
        self._draft_id = draft_id
        self._timer = QTimer(self, singleShot=True, interval=RETRY_MS)
        self._timer.timeout.connect(self.try_now)
        self.try_now()

    @Slot()
    def try_now(self) -> None:
        """Tries it once more without waiting: the program may be about to end."""
        self._timer.stop()
        self._service.run(DropDraft(self._draft_id)).then(self._on_dropped, self._on_not_dropped)

    @Slot(object)
    def _on_dropped(self, _nothing: None) -> None:
        self._timer.stop()
        self.deleteLater()

    @Slot(object)
    def _on_not_dropped(self, _error: KnownError) -> None:
        self._timer.start()


def try_all_now(service: SyncService) -> None:
    """Tries each draft once more that was discarded and is still on the disk: called before the service ends."""
    for dropped in service.findChildren(DroppedDraft):
        dropped.try_now()
