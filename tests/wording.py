"""What the screen says, by the words of `gui/text/`, where it takes more than one call to have them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from heatpunk_desktop.domain.changes import FieldEdit, MoveToDeleted
from heatpunk_desktop.domain.remarks import RemarkCode, remark
from heatpunk_desktop.domain.undo import RedoResult, Undoable, UndoResult
from heatpunk_desktop.gui.text.remark_words import remark_words
from heatpunk_desktop.gui.text.undo_words import plain_undone_words, redone_words, undone_words
from heatpunk_desktop.services.sync.facts import Done, RedoReport, UndoReport

if TYPE_CHECKING:
    from heatpunk_desktop.domain.fields import FieldValues
    from heatpunk_desktop.texts import Text

#: A time that stands in no other words; in winter, as British time is UTC then.
_UNTIL: Final = "2026-11-24T23:59:00.000Z"


def beginning(text: Text) -> str:
    """Return what a text says before the first of its values."""
    return text.source.partition("{0}")[0]


def moved(name: str) -> Done:
    """Return that the project of this name was moved to deleted."""
    return Done(MoveToDeleted(1), 1, name)


def edited(name: str, changes: FieldValues) -> Done:
    """Return that the project of this name was edited."""
    return Done(FieldEdit(1, {}, changes), 1, name)


def undone(done: Done) -> str:
    """Return what is said of undoing this, without how."""
    return plain_undone_words(UndoReport(done, UndoResult(Undoable())))


def done_again(done: Done) -> str:
    """Return what is said of redoing this."""
    return redone_words(RedoReport(done, RedoResult(Undoable(), keys=(1,))))


def undone_unsent(done: Done) -> str:
    """Return what is said of undoing what was not sent."""
    return undone_words(UndoReport(done, UndoResult(Undoable(), withdrawn=(1,))))


def undone_by_change_back(done: Done) -> str:
    """Return what is said of undoing what was sent."""
    return undone_words(UndoReport(done, UndoResult(Undoable(), reversed=((1, 2),))))


def in_doubt(title: str) -> str:
    """Return what is said of a change that is in doubt for this reason, as far as the time that it goes on to name."""
    words, time, _ = remark_words(remark(RemarkCode.IN_DOUBT, _UNTIL, title)).partition("23:59")
    assert time, "it names no time"
    return words.rstrip()
