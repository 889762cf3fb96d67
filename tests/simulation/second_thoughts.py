"""What users do together, withdraw, undo and redo, through the store as the worker does it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from heatpunk_desktop.domain.changes import FieldEdit, MoveToDeleted, NewProject
from heatpunk_desktop.domain.fields import Field, Status
from heatpunk_desktop.domain.undo import Undoable
from tests.simulation.device import ME
from tests.simulation.memory import Done
from tests.simulation.story import pick
from tests.simulation.undo_ledger import UndoLedger

if TYPE_CHECKING:
    from heatpunk_desktop.domain.changes import Change
    from tests.simulation.device import Device
    from tests.simulation.story import Step
    from tests.simulation.users import Users

_STATUSES: Final = tuple(Status)
_TEXTS: Final = (Field.CUSTOMER_NAME, Field.ADDRESS, Field.CUSTOMER_PHONE, Field.PROJECT_NAME)


class SecondThoughts:
    """Everybody who changes their mind in one history."""

    def __init__(self, users: Users) -> None:
        self._users = users

    def stage(self, step: Step, device: Device) -> None:
        """Do several things as one."""
        changes = [
            change for index in range(2 + step.c % 3) if (change := self._change(step, index, device)) is not None
        ]
        if not changes:
            return
        ledger = UndoLedger(device.ledger)
        staged = self._users.attempt(device, lambda: device.store.batches.stage(changes, "Several", ME, device.text()))
        if staged is None:
            return
        self._users.count("batches staged")
        parts = ledger.staged(self._users.now(), changes, staged)
        if staged.batch or staged.discarded:
            batches = (staged.batch,) if staged.batch else ()
            device.memory.add(Done(Undoable(batches=batches, discarded=staged.discarded), parts))
        self._users.work(device)

    def _change(self, step: Step, index: int, device: Device) -> Change | None:
        choice = step.a + 37 * index
        if choice % 5 == 0:
            return NewProject({Field.CUSTOMER_NAME: self._users.new_text(), Field.STATUS: "Quote"})
        if choice % 5 == 1 and step.c % 2:
            return NewProject({Field.CUSTOMER_NAME: "Jo Twin", Field.ADDRESS: "1 High Street"})
        key = self._users.key(step.b + 101 * index, device)
        detail = device.store.reader.detail(key) if key is not None else None
        if key is None or detail is None:
            return None
        if choice % 9 == 0:
            return MoveToDeleted(key)
        wanted = {_TEXTS[choice % len(_TEXTS)]: self._users.new_text(), Field.STATUS: _STATUSES[step.c % 5].value}
        changes = {name: value for name, value in wanted.items() if detail.values.get(name, "") != value}
        return FieldEdit(key, {name: detail.values[name] for name in changes if name in detail.values}, changes)

    def take_back(self, step: Step, device: Device) -> None:
        """Take a batch back where it waits, as can be done in `Changes`."""
        ledger = UndoLedger(device.ledger)
        batch = pick(ledger.batches_waiting(), step.a)
        if batch is None:
            return
        taken = self._users.attempt(device, lambda: device.store.batches.withdraw(batch, device.text()))
        if taken is not None:
            self._users.count("batches taken back")
            ledger.taken_back(self._users.now(), taken)
            self._users.work(device)

    def undo(self, device: Device) -> None:
        """Undo what was done last."""
        memory = device.memory
        if not memory.done:
            return
        done = memory.done[-1]
        ledger = UndoLedger(device.ledger, memory.moved)
        undone = self._users.attempt(
            device, lambda: device.store.undoing.undo(done.undoable, "Undo", ME, device.text(), memory.moved)
        )
        if undone is None:
            return
        parts = ledger.undone(self._users.now(), done.parts, undone)
        memory.done.pop()
        memory.moved.update(undone.replaced)
        if not undone.did_nothing:
            memory.undone.append(Done(done.undoable, parts, undone))
        for how, happened in (
            ("taken back unsent", undone.withdrawn or undone.withdrawn_edit),
            ("changed back after they went out", undone.reversed),
            ("left in part, as was said", undone.left),
        ):
            if happened:
                self._users.count(f"changes undone: {how}")
        self._users.work(device)

    def redo(self, device: Device) -> None:
        """Do again what was undone last."""
        memory = device.memory
        if not memory.undone or (undone := memory.undone[-1].undone) is None:
            return
        ledger = UndoLedger(device.ledger, memory.moved)
        redone = self._users.attempt(
            device, lambda: device.store.undoing.redo(undone, "Redo", ME, device.text(), memory.moved)
        )
        if redone is None:
            return
        parts = ledger.redone(self._users.now(), memory.undone.pop().parts, undone, redone)
        memory.moved.update(redone.replaced)
        memory.done.append(Done(redone.undoable, parts))
        self._users.count("changes redone")
        self._users.work(device)
