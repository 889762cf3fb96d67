"""All that a person did in this run of the program, undone and redone in turn."""

from __future__ import annotations

from collections import deque
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, cast

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtGui import QUndoCommand, QUndoStack

from heatpunk_desktop.domain.changes import ChangeBatch, FieldEdit, MoveToDeleted, NewProject
from heatpunk_desktop.domain.choices import MaybeTheSame, NotTheSame
from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.domain.undo import NotUndone, RedoResult, StoredEdit, Undoable, UndoObstacle, UndoResult
from heatpunk_desktop.errors import KnownError
from heatpunk_desktop.services.sync.commands import (
    DropDraft,
    KeepChoice,
    KeepDraft,
    RedoChanges,
    UndoableCommand,
    UndoChanges,
    WithdrawBatch,
)
from heatpunk_desktop.services.sync.facts import Changed, Done, RedoReport, UndoReport
from heatpunk_desktop.services.sync.instructions import DeletePermanently
from heatpunk_desktop.system.compat import override

if TYPE_CHECKING:
    from collections.abc import Mapping

    from heatpunk_desktop.domain.changes import BatchWithdrawal, Staged
    from heatpunk_desktop.services.sync.commands import Command
    from heatpunk_desktop.services.sync.instructions import Request
    from heatpunk_desktop.services.sync.reply import Reply
    from heatpunk_desktop.services.sync.service import SyncService

#: Milliseconds that something has to wait before undoing it is offered: with a server that answers it is gone by then.
_REST_MS: Final = 300

#: How many things back can be undone.
LIMIT: Final = 200


class _Entry(QUndoCommand):
    """A place in the stack. It does nothing by itself, as what is asked of the store ends later."""

    def __init__(self, done: Done, undoable: Undoable) -> None:
        super().__init__(done.name)
        self.done = done
        self.undoable = undoable
        self.undone: UndoResult | None = None
        self.is_gone = False

    @property
    def choice(self) -> NotTheSame | MaybeTheSame | None:
        """What was chosen, where nothing was done that is ever sent."""
        change = self.done.change
        return change if isinstance(change, NotTheSame | MaybeTheSame) else None

    @override
    def undo(self) -> None:
        pass

    @override
    def redo(self) -> None:
        pass


class UndoHistory(QObject):
    """Undoes and redoes what the person does, in a stack of Qt's.

    What was not sent is taken back; what was sent is changed back by a new change, which is compared with the server
    before it goes. One thing is undone at a time: what is asked for while one is being stored is passed over.

    Args:
        service: Tells what is saved, and undoes it.
        parent: Owner.
    """

    #: What can be undone and redone, or how, is another.
    changed = Signal()
    #: Done or None: what was saved last, as long as `undo` undoes it.
    offered = Signal(object)
    #: UndoReport
    undone = Signal(object)
    #: RedoReport
    redone = Signal(object)
    #: NotTheSame or MaybeTheSame: it is kept, whether it was chosen, undone or done again.
    chosen = Signal(object)
    #: KnownError: undoing or redoing, or a choice, could not be stored.
    not_stored = Signal(object)

    def __init__(self, service: SyncService, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._service = service
        self._stack = QUndoStack(self)
        self._stack.setUndoLimit(LIMIT)
        self._stack.indexChanged.connect(self._on_index_changed)
        #: What is on its way to the disk, in the order in which it gets there.
        self._asked: deque[Done] = deque()
        self._choices: deque[Done] = deque()
        #: What is being undone or redone.
        self._moving: _Entry | None = None
        self._moved: dict[int, int] = {}
        self._is_unsent = True
        #: What was saved last, unless something else was done since.
        self._fresh: _Entry | None = None
        self._offered: _Entry | None = None
        self._timer = QTimer(self, singleShot=True, interval=_REST_MS)
        self._timer.timeout.connect(self._follow)
        service.command_given.connect(self._on_command_given)
        service.request_given.connect(self._on_request_given)
        service.changed.connect(self._on_store_changed)

    @property
    def to_undo(self) -> Done | None:
        """What `undo` would undo."""
        entry = self._entry(self._stack.index() - 1)
        return entry.done if entry is not None else None

    @property
    def to_redo(self) -> Done | None:
        """What `redo` would do again."""
        entry = self._entry(self._stack.index())
        return entry.done if entry is not None else None

    @property
    def takes_back(self) -> bool:
        """Whether `undo` takes back what was not sent; else it stores a change that changes back what was."""
        return self._is_unsent

    @Slot()
    def undo(self) -> None:
        """Undoes what was done last, unless something is being undone or redone."""
        entry = self._entry(self._stack.index() - 1)
        if entry is None or self._moving is not None:
            return
        if entry.is_gone:
            # Its project was deleted for good, as the dialog said beforehand.
            self._moving = entry
            self._end_undo(UndoResult(entry.undoable, left=(NotUndone(entry.done.key, UndoObstacle.GONE),)))
            return
        if entry.choice is not None:
            self._begin(entry)
            self._service.run(KeepChoice(_opposite(entry.choice))).then(self._on_choice_undone, self._on_not_moved)
            return
        # What the changes back are called where they wait, which `Changes` can take back as a whole too.
        label = self.tr("Undo of {0}").format(entry.done.name) if entry.done.name else self.tr("Undo")
        self._begin(entry)
        self._service.run(UndoChanges(entry.undoable, label, self._frozen_moved())).then(
            self._end_undo, self._on_not_moved
        )

    @Slot()
    def redo(self) -> None:
        """Does again what was undone last, unless something is being undone or redone."""
        entry = self._entry(self._stack.index())
        if entry is None or entry.undone is None or self._moving is not None:
            return
        self._begin(entry)
        if entry.choice is not None:
            self._service.run(KeepChoice(entry.choice)).then(self._on_choice_redone, self._on_not_moved)
            return
        self._service.run(RedoChanges(entry.undone, entry.done.name, self._frozen_moved())).then(
            self._end_redo, self._on_not_moved
        )

    def choose(self, choice: NotTheSame | MaybeTheSame, name: str) -> None:
        """Keeps a choice, so that it can be undone. Ends in `chosen` or `not_stored`.

        Args:
            choice: What is to be kept.
            name: The names of the projects that it is about.
        """
        self._choices.append(Done(choice, 0, name))
        self._service.run(KeepChoice(choice)).then(self._on_choice_kept, self._on_choice_not_kept)

    def _frozen_moved(self) -> Mapping[int, int]:
        return MappingProxyType(dict(self._moved))

    def _begin(self, entry: _Entry) -> None:
        self._moving = entry
        self._fresh = None
        self._offer(None)

    def _entry(self, index: int) -> _Entry | None:
        # The stack gives back the very objects that were pushed.
        return cast("_Entry", self._stack.command(index)) if 0 <= index < self._stack.count() else None

    # -- what is done ------------------------------------------------------------------------------------------------

    @Slot(object, object)
    def _on_command_given(self, command: Command[object], reply: Reply[Any]) -> None:
        """Note what is changed, before it is, and what else ends the offer to undo the last thing."""
        if isinstance(command, UndoableCommand):
            self._asked.append(self._done(command.change))
            reply.then(self._on_stored, self._on_not_stored)
        elif isinstance(command, WithdrawBatch):
            reply.succeeded.connect(self._on_taken_back)
        elif not isinstance(command, UndoChanges | RedoChanges | KeepChoice | KeepDraft | DropDraft):
            reply.succeeded.connect(self._on_decided)

    @Slot(object, object)
    def _on_request_given(self, request: Request[object], reply: Reply[object]) -> None:
        if isinstance(request, DeletePermanently):
            reply.succeeded.connect(self._on_project_deleted)

    def _done(self, change: NewProject | FieldEdit | MoveToDeleted | ChangeBatch) -> Done:
        match change:
            case ChangeBatch(label):
                return Done(change, 0, label)
            case NewProject(values):
                name = values.get(Field.PROJECT_NAME) or values.get(Field.CUSTOMER_NAME) or ""
                return Done(change, 0, str(name))
            case FieldEdit(key) | MoveToDeleted(key):
                return Done(change, key, self._name_of(key))

    @Slot(object)
    def _on_stored(self, stored: int | StoredEdit | Staged) -> None:
        done = self._asked.popleft()
        if isinstance(stored, StoredEdit):
            self._push(_Entry(done._replace(key=stored.edit.key), Undoable(edits=(stored,))))
        elif isinstance(stored, int):
            is_new = isinstance(done.change, NewProject)
            undoable = Undoable(operations=(-stored,)) if is_new else Undoable(deleted=stored)
            self._push(_Entry(done._replace(key=stored), undoable))
        elif stored.batch or stored.given_up:
            if isinstance(done.change, ChangeBatch):  # some of them may have had nothing to change
                done = done._replace(change=done.change._replace(size=stored.stored))
            batches = (stored.batch,) if stored.batch else ()
            self._push(_Entry(done, Undoable(batches=batches, given_up=stored.given_up)))

    @Slot(object)
    def _on_not_stored(self, _error: KnownError) -> None:
        self._asked.popleft()

    @Slot()
    def _on_decided(self) -> None:
        """Something was decided otherwise, in `Changes` say."""
        self._fresh = None
        self._offer(None)

    @Slot(object)
    def _on_taken_back(self, taken: BatchWithdrawal) -> None:
        """What was taken back whole by its batch, in `Changes`, is not there to be undone any more."""
        for entry in map(self._entry, range(self._stack.index())):
            if entry is not None and not taken.left and entry.undoable == Undoable(batches=(taken.batch,)):
                entry.setObsolete(True)
        self._on_decided()
        if self._moving is None:
            self._drop_obsolete()

    @Slot(object)
    def _on_choice_kept(self, _number: int) -> None:
        done = self._choices.popleft()
        self._push(_Entry(done, Undoable()))
        self.chosen.emit(done.change)

    @Slot(object)
    def _on_choice_not_kept(self, error: KnownError) -> None:
        self._choices.popleft()
        self.not_stored.emit(error)

    def _push(self, entry: _Entry) -> None:
        self._offer(None)
        self._stack.push(entry)
        self._fresh = entry
        self._timer.start()

    # -- undoing and redoing -----------------------------------------------------------------------------------------

    @Slot(object)
    def _on_choice_undone(self, _number: int) -> None:
        choice = self._moving.choice if self._moving is not None else None
        self._end_undo(UndoResult(Undoable()))
        if choice is not None:
            self.chosen.emit(_opposite(choice))

    @Slot(object)
    def _on_choice_redone(self, _number: int) -> None:
        choice = self._moving.choice if self._moving is not None else None
        self._end_redo(RedoResult(Undoable()))
        if choice is not None:
            self.chosen.emit(choice)

    @Slot(object)
    def _on_not_moved(self, error: KnownError) -> None:
        """It was not undone, or not redone."""
        self._moving = None
        self.not_stored.emit(error)

    @Slot(object)
    def _end_undo(self, undone: UndoResult) -> None:
        entry = self._end(undone)
        if entry is None:
            return
        entry.undone = undone
        is_last = self._entry(self._stack.index() - 1) is entry
        # What did nothing cannot be redone, and neither can what something else was done after: the stack drops it.
        entry.setObsolete((undone.did_nothing and entry.choice is None) or not is_last)
        if is_last:
            self._stack.undo()
        self._drop_obsolete()
        self.undone.emit(UndoReport(entry.done, undone))

    def _drop_obsolete(self) -> None:
        while (entry := self._entry(self._stack.index() - 1)) is not None and entry.isObsolete():
            self._stack.undo()

    @Slot(object)
    def _end_redo(self, redone: RedoResult) -> None:
        entry = self._end(redone)
        if entry is None:
            return
        entry.undone = None
        entry.undoable = redone.undoable
        # What could not be done again is not there to be undone either: the stack drops it.
        is_dropped = redone.did_nothing and entry.choice is None
        entry.setObsolete(is_dropped)
        if self._entry(self._stack.index()) is entry:
            self._stack.redo()
        if not is_dropped:
            self._fresh = entry
            self._timer.start()
        self.redone.emit(RedoReport(entry.done, redone))

    def _end(self, result: UndoResult | RedoResult) -> _Entry | None:
        entry, self._moving = self._moving, None
        self._moved.update(result.replaced)
        return entry

    # -- how it stands -----------------------------------------------------------------------------------------------

    @Slot(object)
    def _on_store_changed(self, changed: Changed) -> None:
        if changed.replaced:
            self._follow_keys(changed.replaced)
        if changed.counts is None:
            return
        # A try that surely sent nothing ends in the queue again, so that there is something to take back once more.
        self._look()
        if not self._timer.isActive():
            self._follow()

    @Slot()
    def _on_index_changed(self) -> None:
        self._look()
        self.changed.emit()

    def _look(self) -> None:
        before, self._is_unsent = self._is_unsent, self._reads_unsent()
        if self._is_unsent != before:
            self.changed.emit()

    @Slot()
    def _follow(self) -> None:
        # What was saved last is what would be undone first, so that it was looked at already.
        fresh = self._fresh
        # What was moved to deleted on the server stays there, and a button would promise otherwise.
        is_over = (
            fresh is None or fresh.is_gone or (isinstance(fresh.done.change, MoveToDeleted) and not self._is_unsent)
        )
        self._offer(None if is_over else fresh)

    def _reads_unsent(self) -> bool:
        entry = self._entry(self._stack.index() - 1)
        if entry is None or entry.is_gone:
            return entry is None
        if entry.choice is not None:
            return True
        try:
            return self._service.reader.is_unsent(entry.undoable, self._moved)
        except KnownError:
            return False  # the service tells of a database in trouble by itself

    def _offer(self, entry: _Entry | None) -> None:
        before, self._offered = self._offered, entry
        if before is not entry:
            self.offered.emit(entry.done if entry is not None else None)

    def _follow_keys(self, replaced: Mapping[int, int]) -> None:
        for entry in map(self._entry, range(self._stack.count())):
            if entry is not None and entry.done.key in replaced:
                entry.done = entry.done._replace(key=replaced[entry.done.key])
            if entry is not None and entry.choice is not None:
                pairs = tuple((replaced.get(one, one), replaced.get(other, other)) for one, other in entry.choice.pairs)
                entry.done = entry.done._replace(change=type(entry.choice)(pairs))

    @Slot(object)
    def _on_project_deleted(self, project_id: int) -> None:
        for entry in map(self._entry, range(self._stack.count())):
            if entry is not None and entry.done.key == project_id:
                entry.is_gone = True
        self._look()

    def _name_of(self, key: int) -> str:
        try:
            row = self._service.reader.rows_of([key]).get(key)
        except KnownError:
            return ""
        return str(row[1] or row[2]) if row else ""


def _opposite(choice: NotTheSame | MaybeTheSame) -> NotTheSame | MaybeTheSame:
    return MaybeTheSame(choice.pairs) if isinstance(choice, NotTheSame) else NotTheSame(choice.pairs)
