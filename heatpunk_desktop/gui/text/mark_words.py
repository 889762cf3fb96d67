"""The meaning of the marks on a project, in a sentence each."""

from __future__ import annotations

from heatpunk_desktop.domain.project import Mark
from heatpunk_desktop.gui.text.translation import translate


def mark_words(marks: Mark) -> str:
    """Return what is pending of a project, the gravest first; empty where nothing is."""
    words = {
        Mark.NEEDS_YOU: translate("marks", "Needs you: a change waits for your decision, in Changes."),
        Mark.POSSIBLY_DONE: translate(
            "marks", "Possibly done: no clear answer came back, and the program is finding out."
        ),
        Mark.NOT_ON_SERVER: translate("marks", "Not on the server yet."),
        Mark.DELETED_HERE: translate("marks", "Moved to deleted on this computer."),
    }
    said = [text for mark, text in words.items() if mark in marks]
    if Mark.WAITING in marks and not marks & (Mark.NEEDS_YOU | Mark.POSSIBLY_DONE):
        said.append(translate("marks", "What waits is sent by itself."))
    return " ".join(said)
