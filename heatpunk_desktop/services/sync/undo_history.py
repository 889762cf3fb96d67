"""The undo history: what the user did since the program started."""

from __future__ import annotations

from collections import deque
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, cast

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtGui import QUndoCommand, QUndoStack

from heatpunk_desktop.domain.changes import ChangeBatch, FieldEdit, MoveToDeleted, NewProject
from heatpunk_desktop.domain.choices import MaybeTheSame, NotTheSame
from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.domain.project import CUSTOMER, NAME
from heatpunk_desktop.domain.undo import NotUndone, RedoResult, StoredEdit, Undoable, UndoObstacle, UndoResult
from heatpunk_desktop.errors import KnownError
from heatpunk_desktop.services import sync
from heatpunk_desktop.services.sync.facts import Changed, Done, RedoReport, UndoReport
from heatpunk_desktop.system.compat import override

if TYPE_CHECKING:
    from collections.abc import Mapping

    from heatpunk_desktop.domain.changes import BatchWithdrawal, Staged
    from heatpunk_desktop.services.sync.commands import Command
    from heatpunk_desktop.services.sync.instructions import Request
    from heatpunk_desktop.services.sync.reply import Reply
    from heatpunk_desktop.services.sync.service import SyncService

#: Milliseconds before undo is offered: a server that answers has received the change by then, which changes the offer.
_OFFER_DELAY_MS: Final = 300

#: How many changes can be undone at most.
LIMIT: Final = 200


class _Entry(QUndoCommand):
    """An entry of the stack. Qt's `undo` and `redo` only move the index, as the store does the work asynchronously."""

    def __init__(self, done: Done, undoable: Undoable) -> None:
        super().__init__(done.name)
        self.done = done
        self.undoable = undoable
        self.undone: UndoResult | None = None
        self.is_gone = False

    @property
    def choice(self) -> NotTheSame | MaybeTheSame | None:
        """The choice, if this entry is one that is never sent; else None."""
        change = self.done.change
        return change if isinstance(change, NotTheSame | MaybeTheSame) else None

    @override
    def undo(self) -> None:
        pass

    @override
    def redo(self) -> None:
        pass


class UndoHistory(QObject):
    """Undo and redo what the user does, on a `QUndoStack`.

    What was not sent is withdrawn; what was sent is reversed by a compensating change, which is compared with the
    server before it is sent. One change is undone at a time: a request while one is being stored is ignored.

    Args:
        service: Its commands are recorded, and it stores the reversal.
        parent: Owner.
    """

    #: What can be undone or redone has changed, or how it would be undone.
    changed = Signal()
    #: Done or None: what was saved last, as long as `undo` would undo it.
    offered = Signal(object)
    #: UndoReport
    undone = Signal(object)
    #: RedoReport
    redone = Signal(object)
    #: NotTheSame or MaybeTheSame: a choice was stored, whether made, undone or redone.
    chosen = Signal(object)
    #: KnownError: a choice, or an undo or redo, could not be stored.
    not_stored = Signal(object)

    def __init__(self, service: SyncService, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._service = service
        self._stack = QUndoStack(self)
        self._stack.setUndoLimit(LIMIT)
        self._stack.indexChanged.connect(self._on_index_changed)
        #: What is being stored, in the order of its replies.
        self._asked: deque[Done] = deque()
        self._choices: deque[Done] = deque()
        #: What is being undone or redone.
        self._moving: _Entry | None = None
        self._moved: dict[int, int] = {}
        self._is_unsent = True
        #: What was saved last, unless something else was done since.
        self._fresh: _Entry | None = None
        self._offered: _Entry | None = None
        self._timer = QTimer(self, singleShot=True, interval=_OFFER_DELAY_MS)
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
        """What `redo` would redo."""
        entry = self._entry(self._stack.index())
        return entry.done if entry is not None else None

    @property
    def undo_withdraws(self) -> bool:
        """Whether `undo` withdraws, as nothing was sent; else it stores a compensating change."""
        return self._is_unsent

    @Slot()
    def undo(self) -> None:
        """Undo the last change, unless something is being undone or redone."""
        entry = self._entry(self._stack.index() - 1)
        if entry is None or self._moving is not None:
            return
        if entry.is_gone:
            # Its project was deleted permanently, which the dialog warned about.
            self._moving = entry
            self._end_undo(UndoResult(entry.undoable, left=(NotUndone(entry.done.key, UndoObstacle.GONE),)))
            return
        if entry.choice is not None:
            self._begin(entry)
            self._service.run(sync.KeepChoice(_opposite(entry.choice))).then(self._on_choice_undone, self._on_not_moved)
            return
        # The label of the compensating changes in `Changes`, where they can be withdrawn as a batch.
        label = self.tr("Undo of {0}").format(entry.done.name) if entry.done.name else self.tr("Undo")
        self._begin(entry)
        self._service.run(sync.UndoChanges(entry.undoable, label, self._frozen_moved())).then(
            self._end_undo, self._on_not_moved
        )

    @Slot()
    def redo(self) -> None:
        """Redo what was undone last, unless something is being undone or redone."""
        entry = self._entry(self._stack.index())
        if entry is None or entry.undone is None or self._moving is not None:
            return
        self._begin(entry)
        if entry.choice is not None:
            self._service.run(sync.KeepChoice(entry.choice)).then(self._on_choice_redone, self._on_not_moved)
            return
        self._service.run(sync.RedoChanges(entry.undone, entry.done.name, self._frozen_moved())).then(
            self._end_redo, self._on_not_moved
        )

    def choose(self, choice: NotTheSame | MaybeTheSame, name: str) -> None:
        """Store a choice that can be undone. `chosen` or `not_stored` follows.

        Args:
            choice: The choice.
            name: The names of the projects that it is about.
        """
        self._choices.append(Done(choice, 0, name))
        self._service.run(sync.KeepChoice(choice)).then(self._on_choice_kept, self._on_choice_not_kept)

    def _frozen_moved(self) -> Mapping[int, int]:
        return MappingProxyType(dict(self._moved))

    def _begin(self, entry: _Entry) -> None:
        self._moving = entry
        self._fresh = None
        self._offer(None)

    def _entry(self, index: int) -> _Entry | None:
        # The stack returns the very objects that were pushed.
        return cast("_Entry", self._stack.command(index)) if 0 <= index < self._stack.count() else None

    # -- recording ---------------------------------------------------------------------------------------------------

    @Slot(object, object)
    def _on_command_given(self, command: Command[object], reply: Reply[Any]) -> None:
        """Record a change before it is stored; any other command ends the offer to undo the last one."""
        if isinstance(command, sync.UndoableCommand):
            self._asked.append(self._done(command.change))
            reply.then(self._on_stored, self._on_not_stored)
        elif isinstance(command, sync.WithdrawBatch):
            reply.succeeded.connect(self._on_batch_withdrawn)
        elif not isinstance(
            command, sync.UndoChanges | sync.RedoChanges | sync.KeepChoice | sync.KeepDraft | sync.DropDraft
        ):
            reply.succeeded.connect(self._on_decided)

    @Slot(object, object)
    def _on_request_given(self, request: Request[object], reply: Reply[object]) -> None:
        if isinstance(request, sync.DeletePermanently):
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
        elif stored.batch or stored.discarded:
            if isinstance(done.change, ChangeBatch):  # some of its changes may have had no effect
                done = done._replace(change=done.change._replace(size=stored.stored))
            batches = (stored.batch,) if stored.batch else ()
            self._push(_Entry(done, Undoable(batches=batches, discarded=stored.discarded)))

    @Slot(object)
    def _on_not_stored(self, _error: KnownError) -> None:
        self._asked.popleft()

    @Slot()
    def _on_decided(self) -> None:
        """End the offer: the user decided something, for example in `Changes`."""
        self._fresh = None
        self._offer(None)

    @Slot(object)
    def _on_batch_withdrawn(self, withdrawal: BatchWithdrawal) -> None:
        """Remove a batch from the history that was withdrawn completely in `Changes`."""
        for entry in map(self._entry, range(self._stack.index())):
            if entry is not None and not withdrawal.left and entry.undoable == Undoable(batches=(withdrawal.batch,)):
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
        """Report that an undo or redo failed."""
        self._moving = None
        self.not_stored.emit(error)

    @Slot(object)
    def _end_undo(self, undone: UndoResult) -> None:
        entry = self._end(undone)
        if entry is None:
            return
        entry.undone = undone
        is_last = self._entry(self._stack.index() - 1) is entry
        # An undo without effect cannot be redone, nor one that something else was done after: the stack removes it.
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
        # A redo without effect cannot be undone either: the stack removes it.
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

    # -- keeping up with the store -----------------------------------------------------------------------------------

    @Slot(object)
    def _on_store_changed(self, changed: Changed) -> None:
        if changed.replaced:
            self._follow_keys(changed.replaced)
        if changed.counts is None:
            return
        # An attempt that certainly sent nothing is queued again, so that it can be withdrawn once more.
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
        # The last change is the one that `undo` would undo, so `_is_unsent` is about it.
        fresh = self._fresh
        # A project that was moved to deleted on the server stays there, and a button would promise otherwise.
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
            return False  # the service reports trouble with the database

    def _offer(self, entry: _Entry | None) -> None:
        before, self._offered = self._offered, entry
        if before is not entry:
            self.offered.emit(entry.done if entry is not None else None)

    def _follow_keys(self, replaced: Mapping[int, int]) -> None:
        for entry in map(self._entry, range(self._stack.count())):
            if entry is not None and entry.done.key in replaced:
                entry.done = entry.done._replace(key=replaced[entry.done.key])
            if entry is not None and entry.choice is not None:
                pairs = tuple((replaced.get(a, a), replaced.get(b, b)) for a, b in entry.choice.pairs)
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
        return str(row[NAME] or row[CUSTOMER]) if row else ""


def _opposite(choice: NotTheSame | MaybeTheSame) -> NotTheSame | MaybeTheSame:
    return MaybeTheSame(choice.pairs) if isinstance(choice, NotTheSame) else NotTheSame(choice.pairs)
