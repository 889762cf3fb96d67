"""What the marks on a project mean, in a sentence each."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from heatpunk_desktop.domain.project import Mark


def mark_words(marks: Mark) -> str:
    """What has not reached the server of a project, the gravest first; empty where everything has."""
    words = {
        Mark.NEEDS_YOU: _tr("Needs you: a change waits for your decision, in Changes."),
        Mark.POSSIBLY_DONE: _tr("Possibly done: no clear answer came back, and the program is finding out."),
        Mark.NOT_ON_SERVER: _tr("Not on the server yet."),
        Mark.DELETED_HERE: _tr("Moved to deleted on this computer."),
    }
    said = [text for mark, text in words.items() if mark in marks]
    if Mark.WAITING in marks and not marks & (Mark.NEEDS_YOU | Mark.POSSIBLY_DONE):
        said.append(_tr("What waits is sent by itself."))
    return " ".join(said)


def _tr(words: str) -> str:
    return QCoreApplication.translate("marks", words)
