"""Recovery of the drafts that earlier runs left: offered, opened once each, or discarded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from heatpunk_desktop.errors import KnownError
from heatpunk_desktop.gui import dialogs
from heatpunk_desktop.gui import drafts as drafts_parts

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from PySide6.QtWidgets import QMessageBox, QWidget

    from heatpunk_desktop.domain.changes import Draft
    from heatpunk_desktop.gui.drafts.recovery_banner import DraftOffer
    from heatpunk_desktop.services.sync.service import SyncService


class DraftRecovery(QObject):
    """The drafts that no form has open.

    Args:
        service: Holds the drafts.
        today: Returns the current day in the UK.
        window: The window that they are offered in.
    """

    #: Draft: the user wants it opened.
    open_requested = Signal(object)
    #: KnownError: they cannot be read.
    troubled = Signal(object)

    def __init__(self, service: SyncService, today: Callable[[], date], window: QWidget) -> None:
        super().__init__(window)
        self._service = service
        self._today = today
        self._window = window
        self._left: list[str] = []
        self._offer: DraftOffer | None = None
        self._question: QMessageBox | None = None
        self._asked_about = ""

    def begin(self, place: Callable[[QWidget], None]) -> None:
        """Offer the drafts that were left; called once, before any form is open.

        Args:
            place: Puts the offer in the window.

        Raises:
            StorageError: The drafts cannot be read.
        """
        drafts = self._service.reader.drafts()
        if not drafts:
            return

        self._left = [draft.draft_id for draft in drafts]
        self._offer = drafts_parts.DraftOffer(self._today, self._window)
        place(self._offer)
        self._offer.open_requested.connect(self._on_open_requested)
        self._offer.open_all_requested.connect(self._on_open_all_requested)
        self._offer.discard_requested.connect(self._on_discard_requested)
        self._offer.show_drafts(drafts)

    def take(self, draft_id: str) -> None:
        """Offer a draft no longer, because a form has it open."""
        if draft_id in self._left:
            self._left.remove(draft_id)
        if self._offer is not None:
            self._offer.show_drafts(self._drafts())

    def about(self, key: int) -> Draft | None:
        """Return the newest draft of an edit of a project, or None."""
        return next((draft for draft in reversed(self._drafts()) if draft.key == key), None)

    def _drafts(self) -> tuple[Draft, ...]:
        """Return the drafts as they are now: a project that was created here may have got its ID meanwhile."""
        if not self._left:
            return ()
        try:
            drafts = self._service.reader.drafts()
        except KnownError as error:
            self.troubled.emit(error)
            return ()
        return tuple(draft for draft in drafts if draft.draft_id in self._left)

    @Slot(str)
    def _on_open_requested(self, draft_id: str) -> None:
        for draft in self._drafts():
            if draft.draft_id == draft_id:
                self.open_requested.emit(draft)

    @Slot()
    def _on_open_all_requested(self) -> None:
        for draft in self._drafts():
            self.open_requested.emit(draft)

    @Slot(str)
    def _on_discard_requested(self, draft_id: str) -> None:
        draft = next((draft for draft in self._drafts() if draft.draft_id == draft_id), None)
        if draft is None or self._question is not None:
            return

        self._asked_about = draft_id
        self._question = dialogs.ask(
            self._window,
            self.tr("Discard what you typed?"),
            self.tr("{0}: it has not been saved, and cannot be brought back.").format(drafts_parts.draft_words(draft)),
            yes=self.tr("Discard"),
            no=self.tr("Keep it"),
        )
        self._question.accepted.connect(self._on_discard_chosen)
        self._question.rejected.connect(self._on_keep_chosen)

    @Slot()
    def _on_discard_chosen(self) -> None:
        self._question = None
        if self._asked_about in self._left:
            drafts_parts.DroppedDraft(self._service, self._asked_about)
            self.take(self._asked_about)

    @Slot()
    def _on_keep_chosen(self) -> None:
        self._question = None
