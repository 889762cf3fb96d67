"""The bottom line: whose data these are, how fresh they are, and what has not reached the server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QSizePolicy, QWidget

from heatpunk_desktop.domain.dates import display_moment
from heatpunk_desktop.views.form_labels import PlainLabel, Tone

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from heatpunk_desktop.domain.account import Account
    from heatpunk_desktop.domain.operation import OperationCounts
    from heatpunk_desktop.services.facts import RefreshState

_PROGRESS_WIDTH: Final = 120


class StatusBar(QWidget):
    """The account, the last or the running refresh, and the button `Changes`.

    Args:
        account: The account that is open.
        today: Tells which day it is.
        parent: Owner.
    """

    #: A person wants the running refresh stopped.
    cancel_wanted = Signal()
    #: bool: whether the panel `Changes` is to be shown.
    changes_wanted = Signal(bool)

    def __init__(self, account: Account, today: Callable[[], date], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._today = today
        self._are_changes_open = False
        name = self.tr("Sample data") if account.is_demo else account.host
        self._account = _label(f"{account.email} · {name}", self)
        self._account.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._account.setMinimumWidth(self._account.fontMetrics().averageCharWidth() * 20)
        self._account.setMaximumWidth(self._account.sizeHint().width())
        self._account.setToolTip(self._account.text())
        self._refresh = _label("", self)
        self._progress = QProgressBar(self)
        self._progress.setFixedWidth(_PROGRESS_WIDTH)
        self._progress.setTextVisible(False)
        self._progress.setAccessibleName(self.tr("Progress of the refresh"))
        self._cancel = QPushButton(self.tr("Cancel"), self)
        self._cancel.setAutoDefault(False)
        self._cancel.setToolTip(self.tr("Stop reading; what was read stays"))
        self._cancel.clicked.connect(self.cancel_wanted)
        self._changes = QPushButton(self)
        self._changes.setAutoDefault(False)
        self._changes.setToolTip(self.tr("What has not reached the server, and what has"))
        self._changes.clicked.connect(self._on_changes_clicked)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 3, 12, 3)
        layout.setSpacing(12)
        layout.addWidget(self._account, 1)
        layout.addWidget(self._refresh)
        layout.addWidget(self._progress)
        layout.addWidget(self._cancel)
        layout.addStretch(1)
        layout.addWidget(self._changes)

    @property
    def changes_text(self) -> str:
        """The words on the button `Changes`."""
        return self._changes.text()

    def show_counts(self, counts: OperationCounts) -> None:
        """Puts the number of unsettled operations on the button."""
        word = self.tr("Changes")
        self._changes.setText(f"{word} {counts.unsettled:,}" if counts.unsettled else word)
        font = self._changes.font()
        font.setBold(bool(counts.unsettled))
        self._changes.setFont(font)

    def show_changes_open(self, is_open: bool) -> None:
        """Takes whether the panel is open."""
        self._are_changes_open = is_open
        self._changes.setDown(is_open)

    def show_refresh(self, state: RefreshState) -> None:
        """Says how the refresh stands."""
        self._progress.setVisible(state.running)
        self._cancel.setVisible(state.running)
        if state.running:
            self._progress.setRange(0, state.windows)
            self._progress.setValue(state.windows_done)
        self._refresh.setText(self._words(state))

    @Slot()
    def _on_changes_clicked(self) -> None:
        # A button that Qt knows as checkable would be a check box to a screen reader.
        self.changes_wanted.emit(not self._are_changes_open)

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
    """How far a running refresh is, in words."""
    projects = f"{state.projects:,}"
    if state.is_held_up:
        words = QCoreApplication.translate("refresh", "Waiting, as the server asked · {0} projects")
        return words.format(projects)
    if state.windows > 1:
        place = min(state.windows_done + 1, state.windows)
        words = QCoreApplication.translate("refresh", "Reading {0} of {1} · {2} projects")
        return words.format(place, state.windows, projects)
    return QCoreApplication.translate("refresh", "Reading · {0} projects").format(projects)


def _label(text: str, parent: QWidget) -> PlainLabel:
    label = PlainLabel(text, Tone.MUTED, parent)
    label.setWordWrap(False)
    return label
