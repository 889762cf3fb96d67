"""The worker thread that owns the database and talks to the server, and the service that the windows use."""

from typing import TYPE_CHECKING

from heatpunk_desktop.lazy import lazy_names

if TYPE_CHECKING:
    from heatpunk_desktop.services.sync.contact_reader import ContactReader as ContactReader
    from heatpunk_desktop.services.sync.worker import SyncWorker as SyncWorker
else:
    __getattr__ = lazy_names(__name__, ContactReader="contact_reader", SyncWorker="worker")
