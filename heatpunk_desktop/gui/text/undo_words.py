"""The words of undo and redo: in the menu, in the status bar, and their results."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from heatpunk_desktop.domain.changes import ChangeBatch, FieldEdit, MoveToDeleted, NewProject
from heatpunk_desktop.domain.choices import MaybeTheSame, NotTheSame
from heatpunk_desktop.domain.display import one_line
from heatpunk_desktop.domain.operation import OperationKind
from heatpunk_desktop.domain.undo import NotUndone, UndoObstacle
from heatpunk_desktop.errors import KnownError
from heatpunk_desktop.gui.actions.actions import explain
from heatpunk_desktop.gui.text.project_words import field_label, project_words
from heatpunk_desktop.gui.text.translation import translate, translated
from heatpunk_desktop.texts import marked

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

#: How undo goes about it: what was not sent is withdrawn; for what may have been, a compensating change is sent.
WITHDRAWS: Final = marked("undo", "It has not been sent, and is taken back.")
CHANGES_BACK: Final = marked(
    "undo", "It may have been sent: a change back is sent, once it has been compared with the server."
)

#: What was sent, by the project's name.
SENT: Final = {
    OperationKind.CREATE: marked("undo", "Created in Heatpunk: {0}"),
    OperationKind.UPDATE: marked("undo", "Saved in Heatpunk: {0}"),
    OperationKind.SOFT_DELETE: marked("undo", "Moved to deleted in Heatpunk: {0}"),
}


def show_undo_actions(undo: QAction, redo: QAction, history: UndoHistory) -> None:
    """Name on the actions Undo and Redo what they would undo and redo, and how."""
    _show(undo, translate("undo", "&Undo"), history.to_undo, translate("undo", "There is nothing to undo"))
    if history.to_undo is not None and not _is_choice(history.to_undo):
        how = translated(WITHDRAWS if history.undo_withdraws else CHANGES_BACK)
        undo.setToolTip(f"{undo.toolTip()}. {how}")
    _show(redo, translate("undo", "&Redo"), history.to_redo, translate("undo", "There is nothing to redo"))


def _show(action: QAction, plain: str, done: Done | None, nothing: str) -> None:
    # An ampersand in a name would be taken for a mnemonic. The tool tip has no name, which could hold markup.
    action.setText(plain if done is None else f"{plain} {change_words(done).replace('&', '&&')}")
    action.setIconText(plain.replace("&", ""))
    explain(action, nothing if done is None else "")


def change_words(done: Done) -> str:
    """Return what was done, as it follows `Undo` in the menu."""
    match done.change:
        case ChangeBatch(label):
            return one_line(label, _LONGEST) or translate("undo", "several changes")
        case NewProject():
            return translate("undo", "new project: {0}").format(_name(done))
        case MoveToDeleted():
            return translate("undo", "move to deleted: {0}").format(_name(done))
        case NotTheSame():
            return translate("undo", "not a duplicate: {0}").format(_name(done))
        case MaybeTheSame():
            return translate("undo", "may be a duplicate: {0}").format(_name(done))
        case FieldEdit(changes=changes, owner=owner):
            labels = [field_label(field) for field in changes] + ([translate("undo", "Owner")] if owner else [])
            fields = (
                ", ".join(labels)
                if len(labels) <= _MOST_FIELDS
                else translate("undo", "{0} fields").format(len(labels))
            )
            return translate("undo", "change of {0}: {1}").format(fields, _name(done))


def saved_words(done: Done) -> str:
    """Return what was saved, as it is shown beside the button `Undo`."""
    match done.change:
        case ChangeBatch(label, size) if f"{size:,} " in label:
            return one_line(label, _LONGEST)  # it counts them itself
        case ChangeBatch(label, size):
            words = (
                translate("undo", "1 change saved here: {1}")
                if size == 1
                else translate("undo", "{0} changes saved here: {1}")
            )
            return words.format(f"{size:,}", one_line(label, _LONGEST))
        case NewProject():
            return translate("undo", "Saved here: {0}").format(_name(done))
        case FieldEdit():
            return translate("undo", "Changed here: {0}").format(_name(done))
        case MoveToDeleted():
            return translate("undo", "Moved to deleted: {0}").format(_name(done))
        case NotTheSame():
            return translate("undo", "Marked as not a duplicate: {0}").format(_name(done))
        case MaybeTheSame():
            return translate("undo", "May be a duplicate again: {0}").format(_name(done))


def sent_words(operation: Operation, count: int) -> str:
    """Return what was sent, as it is said in passing.

    Args:
        operation: The last one of them.
        count: How many there are.
    """
    if count > 1:
        return translate("undo", "{0} changes saved in Heatpunk").format(f"{count:,}")
    return translated(SENT[operation.kind].format(project_words(operation, _LONGEST)))


def undone_words(report: UndoReport) -> str:
    """Return the result of undo in a few words: what was withdrawn, and what is changed back."""
    words = plain_undone_words(report)
    if _is_choice(report.done):
        return words
    undone = report.undone
    taken = len(undone.withdrawn) + bool(undone.withdrawn_edit) + len(undone.revived)
    back = len(undone.reversed)
    if undone.did_nothing:
        return translate("undo", "It was not undone.")
    if not back:
        return translate("undo", "{0}. It hadn’t been sent.").format(words)
    if taken:
        how = translate("undo", "{0}. {1} hadn’t been sent; {2} had, so changes back follow.")
        return how.format(words, f"{taken:,}", f"{back:,}")
    if back == 1:
        return translate("undo", "{0}. It had been sent, so a change back follows.").format(words)
    return translate("undo", "{0}. {1} had been sent, so changes back follow.").format(words, f"{back:,}")


def plain_undone_words(report: UndoReport) -> str:
    """Return what was undone, without how."""
    return translate("undo", "Undone: {0}").format(change_words(report.done))


def redone_words(report: RedoReport) -> str:
    """Return the result of redo in a few words."""
    if report.redone.did_nothing:
        return translate("undo", "It was not done again.")
    return translate("undo", "Done again: {0}").format(change_words(report.done))


def withdrawn_words(taken: BatchWithdrawal) -> str:
    """Return the result of withdrawing a batch in a few words."""
    if not taken.undone:
        return translate("undo", "Nothing was taken back: all of it had been sent.")
    one, several = translate("undo", "1 change taken back"), translate("undo", "{0} changes taken back")
    words = one if taken.undone == 1 else several.format(f"{taken.undone:,}")
    return (
        translate("undo", "{0}; {1} had been sent, and stay.").format(words, f"{len(taken.left):,}")
        if taken.left
        else f"{words}."
    )


def left_words(left: Sequence[NotUndone], *, did_nothing: bool) -> KnownError | None:
    """Return what was not undone, and why; None for nothing worth mentioning."""
    # That the server held something already is worth a word only where nothing else came of it.
    told = dict.fromkeys(
        not_undone.why for not_undone in left if did_nothing or not_undone.why is not UndoObstacle.NOTHING_SENT
    )
    reasons = [translated(_LEFT[why]) for why in told]
    if not reasons:
        return None
    title = (
        translate("undo", "It stays as it is")
        if did_nothing
        else translate("undo", "Not all of it was undone or done again")
    )
    return KnownError(title, "\n\n".join(reasons))


_LEFT: Final = {
    UndoObstacle.DELETED: marked(
        "undo", "What is in deleted on the server stays there: this program has no way to bring it back."
    ),
    UndoObstacle.UNDECIDED: marked(
        "undo", "Something of it is still under way or waits for your decision: see Changes."
    ),
    UndoObstacle.NOT_KNOWN: marked("undo", "Where it was never loaded what was there before, it stays as it is now."),
    UndoObstacle.CANNOT_EMPTY: marked(
        "undo", "Where nothing was there before, it stays as it is now: the server does not take that back."
    ),
    UndoObstacle.NOTHING_SENT: marked("undo", "What the server held already stays."),
    UndoObstacle.OWNER: marked("undo", "Owners can only be changed in Heatpunk itself."),
    UndoObstacle.GONE: marked("undo", "The project is not there any more."),
}


def _is_choice(done: Done) -> bool:
    """Return whether a change concerns only this computer and is not sent."""
    return isinstance(done.change, NotTheSame | MaybeTheSame)


def _name(done: Done) -> str:
    name = one_line(done.name, _LONGEST)
    if name:
        return name
    return (
        translate("undo", "Project {0}").format(done.key)
        if done.key > 0
        else translate("undo", "A project without a name")
    )
