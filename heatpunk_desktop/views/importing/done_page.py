"""The last page of an import: how many changes wait, and the way back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from heatpunk_desktop.views.form_labels import PlainLabel, TitleLabel, Tone

if TYPE_CHECKING:
    from heatpunk_desktop.domain.operation import OperationCounts


class DonePage(QWidget):
    """The last page: how many changes wait, and the way back."""

    #: The person wants the whole import undone.
    undo_wanted = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._number = 0
        self._what = ""
        self._title = TitleLabel(parent=self)
        self._words = PlainLabel(parent=self)
        self._left_out = PlainLabel(tone=Tone.DOUBT, parent=self)
        self._undo = QPushButton(self.tr("&Undo"), self)
        self._undo.setAccessibleName(self.tr("Undo"))
        self._undo.clicked.connect(self.undo_wanted)
        self._how = PlainLabel(tone=Tone.MUTED, parent=self)
        row = QHBoxLayout()
        row.addWidget(self._undo)
        row.addWidget(self._how, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self._title)
        column.addWidget(self._words)
        column.addWidget(self._left_out)
        column.addSpacing(6)
        column.addLayout(row)
        column.addStretch(1)

    def show_staged(self, number: int, new: int, updates: int, problems: int = 0, others: int = 0) -> str:
        """Says what is imported; gives the title of it.

        Args:
            number: How many projects.
            new: How many of them are to be created.
            updates: How many are to be changed.
            problems: Rows that were left out because something in them has to be corrected.
            others: Rows that were left out for any other reason.
        """
        title = self.tr("1 project is imported") if number == 1 else self.tr("{0} projects are imported")
        what = (
            self.tr("{0} to be created and {1} to be changed")
            if new and updates
            else self.tr("{0} to be created")
            if new
            else self.tr("{1} to be changed")
        )
        self._number = number
        self._what = what.format(f"{new:,}", f"{updates:,}")
        self._left_out.say(left_out_words(problems, others), Tone.DOUBT)
        self._say(title.format(f"{number:,}"), self._waiting_words())
        return title.format(f"{number:,}")

    @Slot(object)
    def show_counts(self, counts: OperationCounts) -> None:
        """Says how it stands by now; nothing before it is imported, or once it is undone."""
        if not self._number:
            return
        words = self._waiting_words()
        if counts.waiting == 0:
            words = self.tr("All of it has been sent.")
        elif counts.waiting < self._number:
            words = self.tr("{0}: it is being sent, and {1} changes still wait here.")
            words = words.format(self._what, f"{counts.waiting:,}")
        if counts.needs_you:
            words = self.tr("{0} Some of what is under Changes needs you.").format(words)
        self._words.setText(words)

    def _waiting_words(self) -> str:
        return self.tr("{0} wait here, and go to the server by themselves.").format(self._what)

    def say_undone(self, words: str) -> None:
        """Says that it was undone, and what came of that."""
        self._number = 0
        self._left_out.say("", Tone.DOUBT)
        self._say(self.tr("The import is undone"), words)
        self.offer_undo("", can=False)

    def _say(self, title: str, words: str) -> None:
        self._title.setText(title)
        self._words.setText(words)

    def offer_undo(self, how: str, *, can: bool) -> None:
        """Offers to undo it, or says why not."""
        self._undo.setEnabled(can)
        self._undo.setVisible(can or bool(how))
        self._how.setText(how)


def left_out_words(problems: int, others: int) -> str:
    """Which rows were left out, and how they can follow; empty where none were.

    Args:
        problems: Rows in which something has to be corrected.
        others: Rows that are there already, or that the person left out.
    """
    words = ""
    if problems:
        one = _tr("1 row with a problem was left out. To bring it in as well, import the file again and correct it.")
        several = _tr(
            "{0} rows with problems were left out. To bring them in as well, import the file again and correct them."
        )
        again = _tr("What is there by now is left out then.")
        words = f"{(one if problems == 1 else several).format(f'{problems:,}')} {again}"
    if others:
        one, several = _tr("1 other row was left out."), _tr("{0} other rows were left out.")
        if not problems:
            one, several = _tr("1 row was left out."), _tr("{0} rows were left out.")
        words = f"{words} {(one if others == 1 else several).format(f'{others:,}')}".strip()
    return words


def _tr(words: str) -> str:
    return QCoreApplication.translate("DonePage", words)
