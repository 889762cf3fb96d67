"""The foot of a form: when its values are sent, and when its draft was saved, or that the disk refuses it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from heatpunk_desktop.domain.dates import UK, display_moment, utc_text
from heatpunk_desktop.gui.text.translation import translated
from heatpunk_desktop.gui.widgets.labels import PlainLabel, Tone, announce
from heatpunk_desktop.services.sync.facts import Connection, Link

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from heatpunk_desktop.gui.drafts.autosave import DraftAutosave


class DraftNote(PlainLabel):
    """One quiet line; a screen reader says it only when something is wrong.

    Args:
        keeper: The form's autosave.
        clock: Returns the current time, aware.
        parent: The form.
    """

    def __init__(self, keeper: DraftAutosave, clock: Callable[[], datetime], parent: QWidget) -> None:
        super().__init__(tone=Tone.MUTED, parent=parent)
        self._keeper = keeper
        self._clock = clock
        keeper.state_changed.connect(self._on_state_changed)

    def show_kept(self, at: str) -> None:
        """Show when the draft was stored.

        Args:
            at: UTC text; empty where there is no draft.
        """
        moment = display_moment(at, self._clock().astimezone(UK).date()).removeprefix("today ")
        self.say(self.tr("Draft kept on this computer: {0}").format(moment) if at else "", Tone.MUTED)

    @Slot()
    def _on_state_changed(self) -> None:
        error = self._keeper.error
        if error is None:
            self.show_kept(utc_text(self._clock()) if self._keeper.is_kept else "")
            return
        words = self.tr("{0}. What you typed is not kept as a draft yet; the program goes on trying.").format(
            translated(error.title)
        )
        if words != self.text():
            announce(self, words)
        self.say(words, Tone.WARNING)


class FormFooter(QWidget):
    """Two lines of words: about the connection, and about the draft.

    Args:
        keeper: The form's autosave.
        clock: Returns the current time, aware.
        parent: The form.

    Attributes:
        draft_note: The line about the draft.
    """

    def __init__(self, keeper: DraftAutosave, clock: Callable[[], datetime], parent: QWidget) -> None:
        super().__init__(parent)
        self._sending = PlainLabel(tone=Tone.MUTED, parent=self)
        self.draft_note = DraftNote(keeper, clock, self)
        lines = QVBoxLayout(self)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(2)
        lines.addWidget(self._sending)
        lines.addWidget(self.draft_note)

    @Slot(object)
    def show_connection(self, connection: Connection) -> None:
        """Show when the typed values reach Heatpunk."""
        self._sending.say(
            {
                Link.UNTRIED: "",
                Link.ONLINE: self.tr("Online. Saved to Heatpunk straight away."),
                Link.OFFLINE: self.tr("Offline. We’ll send it when you’re back online."),
                Link.KEY_REFUSED: self.tr("The API key is refused. We’ll send it once you give one that works."),
                Link.KEY_MISSING: self.tr("There is no API key. We’ll send it once you give one."),
            }[connection.link],
            Tone.MUTED,
        )
