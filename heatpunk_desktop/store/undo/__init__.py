"""Undo and redo of stored changes: withdrawn while unsent, compensated by a further change once sent."""

from typing import TYPE_CHECKING

from heatpunk_desktop.lazy import lazy_names

if TYPE_CHECKING:
    from heatpunk_desktop.store.undo.status import is_fully_unsent as is_fully_unsent
else:
    __getattr__ = lazy_names(__name__, is_fully_unsent="status")
