"""Error messages of the worker."""

from __future__ import annotations

from typing import Final

from heatpunk_desktop.errors import KnownError, StorageError
from heatpunk_desktop.texts import marked

NOT_OPEN: Final = StorageError(
    marked("worker_messages", "The data on this computer are not open"),
    marked("worker_messages", "Nothing was saved. What you typed stays in the form."),
    marked("worker_messages", "Start the program anew."),
)

BROKEN: Final = KnownError(
    marked("worker_messages", "Something in the program is broken"),
    marked("worker_messages", "It could not be done. What you typed stays in the form."),
    marked("worker_messages", "Start the program anew. What happened is written in the log."),
)

DAMAGED: Final = StorageError(
    marked("worker_messages", "The data on this computer are damaged"),
    marked("worker_messages", "The check of the database found faults. What is shown may be incomplete."),
    marked(
        "worker_messages",
        "Start the program anew. It then sets the file aside, makes a new one, and carries over what waits to be sent.",
    ),
)

GONE: Final = KnownError(
    marked("worker_messages", "This project is not there any more"),
    marked("worker_messages", "It was deleted or given up meanwhile."),
)
