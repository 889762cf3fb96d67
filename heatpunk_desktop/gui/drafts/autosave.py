"""Autosave of an open form, so that neither a crash nor a power cut loses what is typed, until it is discarded.

A full disk refuses even to delete. Nothing is lost by that, but the discarded draft would be offered at the next start.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from heatpunk_desktop.services.sync.commands import DropDraft, KeepDraft

if TYPE_CHECKING:
    from collections.abc import Callable

    from heatpunk_desktop.domain.changes import Draft
    from heatpunk_desktop.errors import KnownError
    from heatpunk_desktop.services.sync.reply import Reply
    from heatpunk_desktop.services.sync.service import SyncService

#: Milliseconds between two attempts.
RETRY_MS: Final = 2000
#: Milliseconds from the first unsaved key press to saving. They do not start again with each key, so that typing
#: without a pause is saved as well; the rest of the second that is promised is for a slow disk.
KEEP_MS: Final = 300


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


class DraftAutosave(QObject):
    """The draft of one form: stored while the user types, removed where nothing is typed any more.

    Args:
        service: Stores it.
        draft_id: The form's own name.
        read: What stands in the form now; None where nothing is typed.
        is_kept: Whether the draft is on the disk already, because the form was opened from it.
        parent: The form.
    """

    #: `error`, `is_kept` or `is_settled` changed.
    state_changed = Signal()

    def __init__(
        self,
        service: SyncService,
        draft_id: str,
        read: Callable[[], Draft | None],
        *,
        is_kept: bool = False,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._service = service
        self._draft_id = draft_id
        self._read = read
        self._is_kept = is_kept
        # Also after an attempt that the disk refused: it may have been written all the same.
        self._may_be_there = is_kept
        self._is_changed = False
        self._is_held = False
        self._has_ended = False
        self._reply: Reply[None] | None = None
        self._wants_kept = False
        self._error: KnownError | None = None
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._keep)

    @property
    def draft_id(self) -> str:
        """The identifier of the draft."""
        return self._draft_id

    @property
    def is_kept(self) -> bool:
        """Whether a draft of this form is on the disk, be it a moment old."""
        return self._is_kept

    @property
    def is_settled(self) -> bool:
        """Whether the disk holds exactly what stands in the form."""
        return not self._is_changed and self._reply is None

    @property
    def error(self) -> KnownError | None:
        """Why the last attempt failed; it is repeated until one succeeds."""
        return self._error

    @Slot()
    def note_change(self) -> None:
        """Store the draft soon, because the user changed something."""
        self._is_changed = True
        if not self._timer.isActive() and not self._is_held and not self._has_ended:
            self._timer.start(KEEP_MS)

    def flush(self) -> None:
        """Store the draft at once, though an earlier attempt may be under way; `state_changed` follows."""
        if self._is_changed and not self._is_held and not self._has_ended:
            self._timer.stop()
            self._ask()

    def hold(self) -> None:
        """Pause while the form is being saved: a draft stored after that would be a second copy."""
        self._is_held = True
        self._timer.stop()

    def go_on(self) -> None:
        """Resume, because the form could not be saved."""
        self._is_held = False
        if self._is_changed:
            self._timer.start(KEEP_MS)

    def end(self) -> None:
        """Stop, and leave the draft on the disk as it is."""
        self._has_ended = True
        self._timer.stop()

    def drop(self) -> None:
        """Delete the draft, because the user discarded the form or undid what was typed."""
        self.end()
        if self._may_be_there:
            DroppedDraft(self._service, self._draft_id)

    @Slot()
    def _keep(self) -> None:
        if self._has_ended or self._is_held or self._reply is not None:
            return  # while one is under way the answer to it goes on with the next
        self._ask()

    def _ask(self) -> None:
        self._is_changed = False
        draft = self._read()
        self._wants_kept = draft is not None
        if draft is not None:
            self._may_be_there = True
            self._run(KeepDraft(draft))
        elif self._is_kept or self._reply is not None:
            self._run(DropDraft(self._draft_id))
        else:
            self._error = None
            self.state_changed.emit()

    def _run(self, command: KeepDraft | DropDraft) -> None:
        if self._reply is not None:
            self._reply.leave(self)  # what counts is the last one
        self._reply = self._service.run(command).then(self._on_draft_kept, self._on_draft_not_kept)

    @Slot(object)
    def _on_draft_kept(self, _nothing: None) -> None:
        self._reply = None
        self._error = None
        self._is_kept = self._may_be_there = self._wants_kept
        if self._is_changed and not self._timer.isActive():
            self._keep()
        self.state_changed.emit()

    @Slot(object)
    def _on_draft_not_kept(self, error: KnownError) -> None:
        self._reply = None
        self._error = error
        self._is_changed = True
        if not self._has_ended and not self._is_held:
            self._timer.start(RETRY_MS)
        self.state_changed.emit()
