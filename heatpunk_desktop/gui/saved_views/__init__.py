"""The user's saved views: created, shown, changed and put in order."""

from typing import TYPE_CHECKING

from heatpunk_desktop.lazy import lazy_names

if TYPE_CHECKING:
    from heatpunk_desktop.gui.saved_views.saved_views_controller import SavedViewsController as SavedViewsController
else:
    __getattr__ = lazy_names(__name__, SavedViewsController="saved_views_controller")
