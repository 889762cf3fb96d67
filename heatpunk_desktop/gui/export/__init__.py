"""Getting projects out of the app: the export dialog, printing, and the template."""

from typing import TYPE_CHECKING

from heatpunk_desktop.lazy import lazy_names

if TYPE_CHECKING:
    from heatpunk_desktop.gui.export.export_controller import ExportController as ExportController
else:
    __getattr__ = lazy_names(__name__, ExportController="export_controller")
