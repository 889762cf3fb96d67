"""The status bar: the account, the last refresh, and the number of unsettled changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QTimer, Signal, Slot
from PySide6.QtGui import QIcon, QPalette
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QSizePolicy, QWidget

from heatpunk_desktop.domain.dates import display_moment
from heatpunk_desktop.gui.text.translation import translate
from heatpunk_desktop.gui.widgets.icons import tinted_pixmap
from heatpunk_desktop.gui.widgets.labels import ElidedLabel, Tone, announce
from heatpunk_desktop.gui.widgets.theme import waiting_text
from heatpunk_desktop.system.compat import override

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from heatpunk_desktop.domain.account import Account
    from heatpunk_desktop.domain.operation import OperationCounts
    from heatpunk_desktop.services.sync.facts import DetailsState, RefreshState

_PROGRESS_WIDTH: Final = 120

#: Milliseconds that a message is shown.
_SAY_MS: Final = 8000


class StatusBar(QWidget):
    """The content of the status bar, with the button `Changes`.

    Args:
        account: The open account.
        today: Returns the current day.
        parent: Owner.
    """

    #: The user cancels the running refresh.
    cancel_requested = Signal()
    #: bool: whether the user opens or closes the panel `Changes`.
    changes_requested = Signal(bool)
    #: The user undoes the last batch.
    undo_requested = Signal()

    def __init__(self, account: Account, today: Callable[[], date], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._today = today
        self._are_changes_open = False
        self._needs_you = 0
        name = self.tr("Sample data") if account.is_demo else account.host
        self._account = _label(f"{account.email} · {name}", self)
        self._account.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._account.setMinimumWidth(self._account.fontMetrics().averageCharWidth() * 20)
        self._account.setMaximumWidth(self._account.sizeHint().width())
        self._account.setToolTip(self._account.text())
        self._refresh = _label("", self)
        self._details = _label("", self)
        self._details.hide()
        self._progress = QProgressBar(self)
        self._progress.setFixedWidth(_PROGRESS_WIDTH)
        self._progress.setTextVisible(False)
        self._progress.setAccessibleName(self.tr("Progress of the refresh"))
        self._cancel = QPushButton(self.tr("Cancel"), self)
        self._cancel.setAutoDefault(True)
        self._cancel.setToolTip(self.tr("Stop reading; what was read stays"))
        self._cancel.clicked.connect(self.cancel_requested)
        self._saved = _label("", self)
        self._undo = QPushButton(self.tr("Undo"), self)
        self._undo.setAutoDefault(True)
        self._undo.clicked.connect(self.undo_requested)
        self._say_timer = QTimer(self, singleShot=True, interval=_SAY_MS)
        self._say_timer.timeout.connect(self._on_said)
        self.show_undo("")
        self._changes = QPushButton(self)
        self._changes.setAutoDefault(True)
        self._changes.clicked.connect(self._on_changes_clicked)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 3, 12, 3)
        layout.setSpacing(12)
        layout.addWidget(self._account, 1)
        layout.addWidget(self._refresh)
        layout.addWidget(self._progress)
        layout.addWidget(self._cancel)
        layout.addWidget(self._details)
        layout.addStretch(1)
        layout.addWidget(self._saved)
        layout.addWidget(self._undo)
        layout.addWidget(self._changes)

    @property
    def changes_text(self) -> str:
        """The text of the button `Changes`."""
        return self._changes.text()

    def show_counts(self, counts: OperationCounts) -> None:
        """Show the number of unsettled operations on the button."""
        word = self.tr("Changes")
        self._changes.setText(f"{word} {counts.unsettled:,}" if counts.unsettled else word)
        font = self._changes.font()
        font.setBold(bool(counts.unsettled))
        self._changes.setFont(font)
        words = self.tr("What hasn’t reached Heatpunk, and what has")
        if counts.unsettled:
            told = self.tr("Waiting: {0}. Needs you: {1}.")
            words = f"{words}. {told.format(f'{counts.waiting:,}', f'{counts.needs_you:,}')}"
        self._changes.setToolTip(words)
        self._changes.setAccessibleDescription(words)
        self._needs_you = counts.needs_you
        self._draw_badge()

    def show_undo(self, words: str, *, is_sent: bool = False) -> None:
        """Offer to undo the last batch; an empty text removes the offer.

        Args:
            words: The label of the batch.
            is_sent: Whether some of it was sent, so that undoing takes a compensating change.
        """
        tip = self.tr("Change it back in Heatpunk") if is_sent else self.tr("Take it back; nothing of it has been sent")
        self._undo.setToolTip(tip)
        if words and words == self._saved.text() and self._undo.isVisibleTo(self):
            return
        self._say_timer.stop()
        self._saved.setText(words)
        self._saved.setVisible(bool(words))
        self._undo.setVisible(bool(words))
        self._undo.setAccessibleDescription(words)
        if words:
            announce(self, words)

    def say(self, words: str) -> None:
        """Show a message for a few seconds."""
        self.show_undo("")
        self._saved.setText(words)
        self._saved.show()
        self._say_timer.start()
        announce(self, words)

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._draw_badge()

    def _draw_badge(self) -> None:
        """Mark the button where something needs the user, not by colour alone."""
        if self._needs_you:
            self._changes.setIcon(QIcon(tinted_pixmap("triangle-alert", waiting_text(QPalette()))))
        elif not self._changes.icon().isNull():
            self._changes.setIcon(QIcon())

    @Slot()
    def _on_said(self) -> None:
        self._saved.hide()

    def show_changes_open(self, is_open: bool) -> None:
        """Show whether the panel Changes is open."""
        self._are_changes_open = is_open
        self._changes.setDown(is_open)

    def show_refresh(self, state: RefreshState) -> None:
        """Show the state of the refresh."""
        self._progress.setVisible(state.running)
        self._cancel.setVisible(state.running)
        if state.running:
            self._progress.setRange(0, state.windows)
            self._progress.setValue(state.windows_done)
        self._refresh.setText(self._words(state))

    def show_details(self, state: DetailsState) -> None:
        """Show the progress of loading contact details in the background."""
        words = details_words(state)
        self._details.setText(words)
        self._details.setVisible(bool(words))

    @Slot()
    def _on_changes_clicked(self) -> None:
        # To a screen reader, a checkable button would be a check box.
        self.changes_requested.emit(not self._are_changes_open)

    def _words(self, state: RefreshState) -> str:
        if state.running:
            return reading_words(state)
        if not state.last_at:
            return self.tr("Not brought up to date yet")
        when = display_moment(state.last_at, self._today())
        words = self.tr("Brought up to date {0}").format(when.removeprefix("today "))
        if state.cancelled:
            return self.tr("{0} · the last refresh was cancelled").format(words)
        if state.error is not None:
            return self.tr("{0} · the last refresh did not finish").format(words)
        return words


def reading_words(state: RefreshState) -> str:
    """Return the progress of a running refresh in words."""
    projects = f"{state.projects:,}"
    if state.is_held_up:
        words = translate("refresh", "Waiting, as the server asked · {0} projects")
        return words.format(projects)
    if state.windows > 1:
        place = min(state.windows_done + 1, state.windows)
        words = translate("refresh", "Reading {0} of {1} · {2} projects")
        return words.format(place, state.windows, projects)
    return translate("refresh", "Reading · {0} projects").format(projects)


def details_words(state: DetailsState) -> str:
    """Return the progress of loading contact details in words; empty if none are being loaded."""
    if state.is_unavailable:
        return translate("details", "This server does not share contact details")
    if not state.is_on or not state.left:
        return ""
    words = translate("details", "Loading details: {0} of {1}")
    return words.format(f"{state.loaded:,}", f"{state.loaded + state.left:,}")


def _label(text: str, parent: QWidget) -> ElidedLabel:
    return ElidedLabel(text, Tone.MUTED, parent)
