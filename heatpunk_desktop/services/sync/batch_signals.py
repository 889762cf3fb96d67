"""What is told of many deeds at once, of undoing, and of choices: by the worker, and passed on by the service."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QObject, Signal


class BatchSignals(QObject):
    """The signals that the worker and the service share. Each bears the number of the request that it ends."""

    #: request, Staged: all of them are committed and synced to the disk.
    staged = Signal(int, object)
    #: request, TakenBack: what of the batch was not sent is given up.
    taken_back = Signal(int, object)
    #: request, Undone
    undone = Signal(int, object)
    #: request, Redone
    redone = Signal(int, object)
    #: request, KnownError: nothing of what was to be staged, taken back, undone or redone is.
    deeds_not_stored = Signal(int, object)
    #: request, int: it is on the disk; the number of a view that was kept, else 0.
    choice_kept = Signal(int, int)
    #: request, KnownError: it is not.
    choice_not_kept = Signal(int, object)


#: Their names.
DEED_SIGNALS: Final = tuple(name for name, value in vars(BatchSignals).items() if isinstance(value, Signal))
