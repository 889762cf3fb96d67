"""What the worker says where something cannot be done."""

from __future__ import annotations

from typing import Final

from heatpunk_desktop.errors import KnownError, StorageError

NOT_OPEN: Final = StorageError(
    "The data on this computer are not open",
    "Nothing was saved. What you typed stays in the form.",
    "Start the program anew.",
)

BROKEN: Final = KnownError(
    "Something in the program is broken",
    "It could not be done. What you typed stays in the form.",
    "Start the program anew. What happened is written in the log.",
)

DAMAGED: Final = StorageError(
    "The data on this computer are damaged",
    "The check of the database found faults. What is shown may be incomplete.",
    "Start the program anew. It then sets the file aside, makes a new one, and carries over what waits to be sent.",
)

GONE: Final = KnownError("This project is not there any more", "It was deleted or given up meanwhile.")
