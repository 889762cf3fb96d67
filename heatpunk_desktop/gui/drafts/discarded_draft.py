"""Removal of a draft that the user discarded, repeated until the disk takes it.

A full disk refuses even to delete. Nothing is lost by that, but the discarded draft would be offered at the next start.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Slot

from heatpunk_desktop.services.sync.commands import DropDraft

if TYPE_CHECKING:
    from heatpunk_desktop.errors import KnownError
    from heatpunk_desktop.services.sync.service import SyncService

#: Milliseconds between two attempts.
RETRY_MS: Final = 2000


class DroppedDraft(QObject):
    """The repeated attempt to remove a draft; lives until it succeeds, or as long as its service.

    No form can hold this draft any more: a discarded draft is not offered, and each form's draft has its own number.

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
        """Try again without waiting, because the app may be about to end."""
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
    """Try again to remove each discarded draft that is still on the disk; called before the service ends."""
    for dropped in service.findChildren(DroppedDraft):
        dropped.try_now()
