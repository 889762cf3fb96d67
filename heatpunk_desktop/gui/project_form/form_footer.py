"""The foot of a form: when its values are sent, and when its draft was saved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from heatpunk_desktop.gui.drafts.draft_note import DraftNote
from heatpunk_desktop.gui.widgets.labels import PlainLabel, Tone
from heatpunk_desktop.services.sync.facts import Connection, Link

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from heatpunk_desktop.gui.drafts.autosave import DraftAutosave


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
