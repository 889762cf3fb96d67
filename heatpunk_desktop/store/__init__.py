"""One SQLite database for each account: the server's projects, the user's operations, and their projection."""

from typing import TYPE_CHECKING

from heatpunk_desktop.lazy import lazy_names

if TYPE_CHECKING:
    from heatpunk_desktop.store.batches import batch_progress as batch_progress
    from heatpunk_desktop.store.batches import batch_waiting as batch_waiting
    from heatpunk_desktop.store.batches import unsettled_batches as unsettled_batches
else:
    __getattr__ = lazy_names(__name__, batch_progress="batches", batch_waiting="batches", unsettled_batches="batches")
