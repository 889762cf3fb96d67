"""The last page of an import: its progress, and undo."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from heatpunk_desktop.gui.text.translation import translate
from heatpunk_desktop.gui.widgets.labels import PlainLabel, TitleLabel, Tone

if TYPE_CHECKING:
    from heatpunk_desktop.store.batches import BatchProgress

_BAR_WIDTH = 320


class DonePage(QWidget):
    """The numbers of projects that are created, waiting and refused, counted from the state of each change."""

    #: The user wants the whole import undone.
    undo_requested = Signal()
    #: The user wants to see what was refused.
    refused_requested = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._title = TitleLabel(parent=self)
        self._words = PlainLabel(parent=self)
        self._left_out = PlainLabel(tone=Tone.WARNING, parent=self)
        self._bar = QProgressBar(self)
        self._bar.setMaximumWidth(_BAR_WIDTH)
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(self.tr("Progress of the import"))
        self._created, self._changed, self._waiting, self._refused = (PlainLabel(parent=self) for _ in range(4))
        numbers = QHBoxLayout()
        numbers.setSpacing(24)
        for label in (self._created, self._changed, self._waiting, self._refused):
            label.setWordWrap(False)
            numbers.addWidget(label)
        numbers.addStretch(1)
        self._show = self._make_button("", self.refused_requested)
        self._undo = self._make_button(self.tr("&Undo"), self.undo_requested)
        self._undo.setAccessibleName(self.tr("Undo"))
        self._how = PlainLabel(tone=Tone.MUTED, parent=self)
        row = QHBoxLayout()
        row.addWidget(self._show)
        row.addWidget(self._undo)
        row.addWidget(self._how, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self._title)
        column.addLayout(numbers)
        for widget in (self._bar, self._words, self._left_out):
            column.addWidget(widget)
        column.addSpacing(6)
        column.addLayout(row)
        column.addStretch(1)

    def _make_button(self, words: str, wanted: object) -> QPushButton:
        button = QPushButton(words, self)
        button.clicked.connect(wanted)
        return button

    def show_left_out(self, problems: int, others: int) -> None:
        """Show which rows were left out.

        Args:
            problems: Because something in them has to be corrected.
            others: For any other reason.
        """
        self._left_out.say(left_out_words(problems, others), Tone.WARNING)

    def show_progress(self, progress: BatchProgress) -> str:
        """Show the progress of the import.

        Returns:
            The headline.
        """
        settled = progress.created + progress.changed + progress.needs_you + progress.discarded
        title = headline(progress)
        self._title.setText(title)
        self._created.setText(self.tr("Created: {0}").format(f"{progress.created:,}"))
        self._changed.say(
            self.tr("Changed: {0}").format(f"{progress.changed:,}") if progress.changed else "", Tone.PLAIN
        )
        self._waiting.setText(self.tr("Waiting: {0}").format(f"{progress.waiting:,}"))
        refused = self.tr("Refused: {0}").format(f"{progress.needs_you:,}")
        self._refused.say(refused, Tone.ERROR if progress.needs_you else Tone.PLAIN)
        self._bar.setRange(0, settled + progress.waiting)
        self._bar.setValue(settled)
        self._bar.setVisible(progress.waiting > 0)
        self._words.say(self._waiting_words(progress), Tone.PLAIN)
        self._show.setText(self.tr("Show the {0}").format(f"{progress.needs_you:,}"))
        self._show.setVisible(progress.needs_you > 0)
        for label in (self._created, self._waiting):
            label.show()
        return title

    def _waiting_words(self, progress: BatchProgress) -> str:
        parts = []
        if progress.waiting:
            parts.append(self.tr("It is sent to Heatpunk in the background. You can close this window."))
        if progress.needs_you:
            parts.append(self.tr("What was refused is in Changes, under Needs you."))
        if progress.discarded:
            parts.append(self.tr("Discarded since: {0}.").format(f"{progress.discarded:,}"))
        return " ".join(parts)

    def say_undone(self, words: str) -> None:
        """Show that the import was undone, and with what result."""
        for widget in (
            self._left_out,
            self._bar,
            self._created,
            self._changed,
            self._waiting,
            self._refused,
            self._show,
        ):
            widget.hide()
        self._title.setText(self.tr("The import is undone"))
        self._words.say(words, Tone.PLAIN)
        self.offer_undo("", can=False)

    def offer_undo(self, how: str, *, can: bool) -> None:
        """Offer to undo the import, or say why not."""
        self._undo.setEnabled(can)
        self._undo.setVisible(can or bool(how))
        self._how.setText(how)


def headline(progress: BatchProgress) -> str:
    """Return the progress of an import in a few words, as far as the state of its changes proves it."""
    created, changed = progress.created, progress.changed
    parts = []
    if created:
        parts.append(
            (
                translate("DonePage", "1 project created")
                if created == 1
                else translate("DonePage", "{0} projects created")
            ).format(f"{created:,}")
        )
    if changed:
        parts.append(
            (
                translate("DonePage", "1 project changed")
                if changed == 1
                else translate("DonePage", "{0} projects changed")
            ).format(f"{changed:,}")
        )
    if progress.waiting and not parts and not progress.needs_you:
        one, several = (
            translate("DonePage", "1 project is saved here and waiting"),
            translate("DonePage", "{0} projects are saved here and waiting"),
        )
        parts.append((one if progress.waiting == 1 else several).format(f"{progress.waiting:,}"))
    elif progress.waiting:
        parts.append(translate("DonePage", "{0} waiting").format(f"{progress.waiting:,}"))
    if progress.needs_you:
        parts.append(translate("DonePage", "{0} refused").format(f"{progress.needs_you:,}"))
    return " · ".join(parts) or translate("DonePage", "Nothing was imported")


def left_out_words(problems: int, others: int) -> str:
    """Return which rows were left out, and how to import them later; empty where none were.

    Args:
        problems: Rows in which something has to be corrected.
        others: Rows that are there already, or that the user left out.
    """
    words = ""
    if problems:
        one = translate(
            "DonePage",
            "1 row with a problem was left out. To bring it in as well, import the file again and correct it.",
        )
        several = translate(
            "DonePage",
            "{0} rows with problems were left out. To bring them in as well, import the file again and correct them.",
        )
        again = translate("DonePage", "What is there by now is left out then.")
        words = f"{(one if problems == 1 else several).format(f'{problems:,}')} {again}"
    if others:
        one, several = (
            translate("DonePage", "1 other row was left out."),
            translate("DonePage", "{0} other rows were left out."),
        )
        if not problems:
            one, several = (
                translate("DonePage", "1 row was left out."),
                translate("DonePage", "{0} rows were left out."),
            )
        words = f"{words} {(one if others == 1 else several).format(f'{others:,}')}".strip()
    return words
