"""Changing several projects at once, and moving several to deleted."""

from typing import TYPE_CHECKING

from heatpunk_desktop.lazy import lazy_names

if TYPE_CHECKING:
    from heatpunk_desktop.gui.bulk_edit.batch_dialogs import DeleteSeveralDialog as DeleteSeveralDialog
    from heatpunk_desktop.gui.bulk_edit.change_dialog import ChangeSeveralDialog as ChangeSeveralDialog
else:
    __getattr__ = lazy_names(__name__, DeleteSeveralDialog="batch_dialogs", ChangeSeveralDialog="change_dialog")
