"""The main window, its parts, and the controllers that connect them with the services."""

from typing import TYPE_CHECKING

from heatpunk_desktop.lazy import lazy_names

if TYPE_CHECKING:
    from heatpunk_desktop.gui.main_window.files_controller import FilesController as FilesController
else:
    __getattr__ = lazy_names(__name__, FilesController="files_controller")
