"""Undoing and redoing in words: in the menu, in the status bar, and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication

from heatpunk_desktop.domain.changes import ChangeBatch, FieldEdit, MoveToDeleted, NewProject
from heatpunk_desktop.domain.choices import MaybeTheSame, NotTheSame
from heatpunk_desktop.domain.display import one_line
from heatpunk_desktop.domain.fields import FIELD_LABELS
from heatpunk_desktop.domain.operation import OperationKind
from heatpunk_desktop.domain.undo import NotUndone, UndoObstacle
from heatpunk_desktop.errors import KnownError
from heatpunk_desktop.gui.actions.actions import explain
from heatpunk_desktop.gui.text.operation_words import project_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QAction

    from heatpunk_desktop.domain.changes import BatchWithdrawal
    from heatpunk_desktop.domain.operation import Operation
    from heatpunk_desktop.services.sync.facts import Done, RedoReport, UndoReport
    from heatpunk_desktop.services.sync.undo_history import UndoHistory

#: Characters of a project's name, or of what a batch is called, in a menu or in the status bar.
_LONGEST: Final = 40

#: Fields that are named one by one; more are counted.
_MOST_FIELDS: Final = 2


def _tr(words: str) -> str:
    return QCoreApplication.translate("undo", words)


def show_undo_actions(undo: QAction, redo: QAction, history: UndoHistory) -> None:
    """Has the actions Undo and Redo say what they would undo and redo, and how."""
    _show(undo, _tr("&Undo"), history.to_undo, _tr("There is nothing to undo"))
    if history.to_undo is not None and not _is_choice(history.to_undo):
        how = (
            _tr("It has not been sent, and is taken back.")
            if history.takes_back
            else _tr("It may have been sent: a change back is sent, once it has been compared with the server.")
        )
        undo.setToolTip(f"{undo.toolTip()}. {how}")
    _show(redo, _tr("&Redo"), history.to_redo, _tr("There is nothing to redo"))


def _show(action: QAction, plain: str, done: Done | None, nothing: str) -> None:
    # An ampersand in a name would be taken for a mnemonic. The tool tip has no name, which could hold markup.
    action.setText(plain if done is None else f"{plain} {change_words(done).replace('&', '&&')}")
    action.setIconText(plain.replace("&", ""))
    explain(action, nothing if done is None else "")


def change_words(done: Done) -> str:
    """What was done, as it stands after `Undo` in the menu."""
    match done.deed:
        case ChangeBatch(label):
            return one_line(label, _LONGEST) or _tr("several changes")
        case NewProject():
            return _tr("new project: {0}").format(_name(done))
        case MoveToDeleted():
            return _tr("move to deleted: {0}").format(_name(done))
        case NotTheSame():
            return _tr("not a duplicate: {0}").format(_name(done))
        case MaybeTheSame():
            return _tr("may be a duplicate: {0}").format(_name(done))
        case FieldEdit(changes=changes, owner=owner):
            labels = [FIELD_LABELS[field] for field in changes] + ([_tr("Owner")] if owner else [])
            fields = ", ".join(labels) if len(labels) <= _MOST_FIELDS else _tr("{0} fields").format(len(labels))
            return _tr("change of {0}: {1}").format(fields, _name(done))


def saved_words(done: Done) -> str:
    """What was saved, as it is told beside the button `Undo`."""
    match done.deed:
        case ChangeBatch(label, size) if f"{size:,} " in label:
            return one_line(label, _LONGEST)  # it counts them itself
        case ChangeBatch(label, size):
            words = _tr("1 change saved here: {1}") if size == 1 else _tr("{0} changes saved here: {1}")
            return words.format(f"{size:,}", one_line(label, _LONGEST))
        case NewProject():
            return _tr("Saved here: {0}").format(_name(done))
        case FieldEdit():
            return _tr("Changed here: {0}").format(_name(done))
        case MoveToDeleted():
            return _tr("Moved to deleted: {0}").format(_name(done))
        case NotTheSame():
            return _tr("Marked as not a duplicate: {0}").format(_name(done))
        case MaybeTheSame():
            return _tr("May be a duplicate again: {0}").format(_name(done))


def sent_words(operation: Operation, count: int) -> str:
    """What has reached the server, as it is told in passing.

    Args:
        operation: The last one of them.
        count: How many there are.
    """
    if count > 1:
        return _tr("{0} changes saved in Heatpunk").format(f"{count:,}")
    words = {
        OperationKind.CREATE: _tr("Created in Heatpunk: {0}"),
        OperationKind.UPDATE: _tr("Saved in Heatpunk: {0}"),
        OperationKind.SOFT_DELETE: _tr("Moved to deleted in Heatpunk: {0}"),
    }[operation.kind]
    return words.format(project_words(operation, _LONGEST))


def undone_words(report: UndoReport) -> str:
    """What came of undoing something, in a few words: what was taken back, and what is changed back."""
    words = plain_undone_words(report)
    if _is_choice(report.done):
        return words
    undone = report.undone
    taken = len(undone.withdrawn) + bool(undone.put_back) + len(undone.revived)
    back = len(undone.reversed)
    if undone.did_nothing:
        return _tr("It was not undone.")
    if not back:
        return _tr("{0}. It hadn’t been sent.").format(words)
    if taken:
        how = _tr("{0}. {1} hadn’t been sent; {2} had, so changes back follow.")
        return how.format(words, f"{taken:,}", f"{back:,}")
    if back == 1:
        return _tr("{0}. It had been sent, so a change back follows.").format(words)
    return _tr("{0}. {1} had been sent, so changes back follow.").format(words, f"{back:,}")


def plain_undone_words(report: UndoReport) -> str:
    """Return what was undone, without how."""
    return _tr("Undone: {0}").format(change_words(report.done))


def redone_words(report: RedoReport) -> str:
    """What came of redoing something, in a few words."""
    if report.redone.did_nothing:
        return _tr("It was not done again.")
    return _tr("Done again: {0}").format(change_words(report.done))


def taken_back_words(taken: BatchWithdrawal) -> str:
    """What came of taking a batch back, in a few words."""
    if not taken.undone:
        return _tr("Nothing was taken back: all of it had been sent.")
    one, several = _tr("1 change taken back"), _tr("{0} changes taken back")
    words = one if taken.undone == 1 else several.format(f"{taken.undone:,}")
    return _tr("{0}; {1} had been sent, and stay.").format(words, f"{len(taken.left):,}") if taken.left else f"{words}."


def left_words(left: Sequence[NotUndone], *, did_nothing: bool) -> KnownError | None:
    """What was left as it is, and why; None where nothing was that matters."""
    # That the server held something already is worth a word only where nothing else came of it.
    told = dict.fromkeys(one.why for one in left if did_nothing or one.why is not UndoObstacle.NOTHING_SENT)
    reasons = [_tr(_LEFT[why]) for why in told]
    if not reasons:
        return None
    title = _tr("It stays as it is") if did_nothing else _tr("Not all of it was undone or done again")
    return KnownError(title, "\n\n".join(reasons))


def QT_TRANSLATE_NOOP(_context: str, words: str) -> str:  # noqa: N802
    """Marks words for the translators, who find them by this name, and gives them back as they are."""
    return words


_LEFT: Final = {
    UndoObstacle.DELETED: QT_TRANSLATE_NOOP(
        "undo", "What is in deleted on the server stays there: this program has no way to bring it back."
    ),
    UndoObstacle.UNDECIDED: QT_TRANSLATE_NOOP(
        "undo", "Something of it is still under way or waits for your decision: see Changes."
    ),
    UndoObstacle.NOT_KNOWN: QT_TRANSLATE_NOOP(
        "undo", "Where it was never loaded what was there before, it stays as it is now."
    ),
    UndoObstacle.CANNOT_EMPTY: QT_TRANSLATE_NOOP(
        "undo", "Where nothing was there before, it stays as it is now: the server does not take that back."
    ),
    UndoObstacle.NOTHING_SENT: QT_TRANSLATE_NOOP("undo", "What the server held already stays."),
    UndoObstacle.OWNER: QT_TRANSLATE_NOOP("undo", "Owners can only be changed in Heatpunk itself."),
    UndoObstacle.GONE: QT_TRANSLATE_NOOP("undo", "The project is not there any more."),
}


def _is_choice(done: Done) -> bool:
    """Whether it is something that is kept on this computer and sent nowhere."""
    return isinstance(done.deed, NotTheSame | MaybeTheSame)


def _name(done: Done) -> str:
    name = one_line(done.name, _LONGEST)
    if name:
        return name
    return _tr("Project {0}").format(done.key) if done.key > 0 else _tr("A project without a name")
