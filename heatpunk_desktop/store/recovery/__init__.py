"""Recovery from a damaged, lost or outdated database: the journal, and what is salvaged with it."""

from typing import TYPE_CHECKING

from heatpunk_desktop.lazy import lazy_names

if TYPE_CHECKING:
    from heatpunk_desktop.store.recovery.salvage import salvage_database as salvage_database
else:
    __getattr__ = lazy_names(__name__, salvage_database="salvage")
