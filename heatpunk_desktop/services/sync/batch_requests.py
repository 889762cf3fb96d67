"""What a window may ask for that concerns many projects at once, or takes back what was done; choices to be kept."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Signal

from heatpunk_desktop.domain.changes import ChangeBatch
from heatpunk_desktop.services.sync import commands
from heatpunk_desktop.services.sync.batch_signals import BatchSignals

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from heatpunk_desktop.domain.changes import Change
    from heatpunk_desktop.domain.choices import Choice
    from heatpunk_desktop.domain.undo import Undoable, UndoResult

_NOTHING: Final[Mapping[int, int]] = MappingProxyType({})


class BatchRequests(BatchSignals):
    """The part of `SyncService` that stores many deeds at once, undoes and redoes them, and keeps choices.

    Every request returns at once with a number; a signal with that number tells how it ended.
    """

    #: request, NewProject, FieldEdit, MoveToDeleted or ChangeBatch: a person asked for it, and it is not stored yet.
    deed_asked = Signal(int, object)
    #: Numbers for requests; the service's own.
    _numbers: Iterator[int]

    def stage(self, deeds: Iterable[Change], label: str) -> int:
        """Stores deeds in one transaction: all of them, or none. New projects that name no owner are the person's own.

        Ends in `staged`, with the number of the batch, or `deeds_not_stored`.

        Args:
            deeds: In the order in which they are to be done.
            label: What is done, for the person, such as `Import of leads.csv`.
        """
        wanted = tuple(deeds)
        command = commands.StageChanges(next(self._numbers), wanted, label)
        return self._ask_change(command, ChangeBatch(label, len(wanted)))

    def take_back(self, batch: int) -> int:
        """Gives up what of a batch was not sent.

        Ends in `taken_back`, which tells what stays, or `deeds_not_stored`.
        """
        return self._ask(commands.TakeBackBatch(next(self._numbers), batch))

    def undo(self, undoable: Undoable, label: str, moved: Mapping[int, int] = _NOTHING) -> int:
        """Gives up what was not sent, and stores changes that change back what was.

        Ends in `undone`, which tells what nobody can undo, or `deeds_not_stored`. Windows go through `UndoHistory`.

        Args:
            undoable: What is to be undone.
            label: What the changes back are to be called.
            moved: Numbers of operations that were given up, with the numbers of those in their place.
        """
        return self._ask(commands.UndoChanges(next(self._numbers), undoable, label, MappingProxyType(dict(moved))))

    def redo(self, undone: UndoResult, label: str, moved: Mapping[int, int] = _NOTHING) -> int:
        """Does again what was undone. Ends in `redone` or `deeds_not_stored`. Arguments as of `undo`."""
        return self._ask(commands.RedoChanges(next(self._numbers), undone, label, MappingProxyType(dict(moved))))

    def keep_choice(self, choice: Choice) -> int:
        """Keeps something that a person chose. Ends in `choice_kept` or `choice_not_kept`."""
        return self._ask(commands.KeepChoice(next(self._numbers), choice))

    def _ask_change(self, command: commands.Command, deed: Change | ChangeBatch) -> int:
        """Tells of a deed, then asks for it: whoever is told still reads how things stood before."""
        self.deed_asked.emit(command.request, deed)
        return self._ask(command)

    def _ask(self, command: commands.Command) -> int:
        raise NotImplementedError
