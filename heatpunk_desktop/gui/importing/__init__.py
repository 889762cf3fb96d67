"""Bringing spreadsheets in: the window of an import, its pages, and the ways to it."""

from typing import TYPE_CHECKING

from heatpunk_desktop.lazy import lazy_names

if TYPE_CHECKING:
    from heatpunk_desktop.gui.importing.import_controller import ImportController as ImportController
else:
    __getattr__ = lazy_names(__name__, ImportController="import_controller")
