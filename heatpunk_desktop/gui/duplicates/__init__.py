"""The page Duplicates: likely duplicate projects, side by side."""

from typing import TYPE_CHECKING

from heatpunk_desktop.lazy import lazy_names

if TYPE_CHECKING:
    from heatpunk_desktop.gui.duplicates.duplicates_controller import DuplicatesController as DuplicatesController
else:
    __getattr__ = lazy_names(__name__, DuplicatesController="duplicates_controller")
