"""Dialogs that belong to no single feature."""

from typing import TYPE_CHECKING

from heatpunk_desktop.lazy import lazy_names

if TYPE_CHECKING:
    from heatpunk_desktop.gui.dialogs.about import AboutDialog as AboutDialog
    from heatpunk_desktop.gui.dialogs.delete_dialogs import HardDeleteDialog as HardDeleteDialog
    from heatpunk_desktop.gui.dialogs.delete_dialogs import SoftDeleteDialog as SoftDeleteDialog
    from heatpunk_desktop.gui.dialogs.message import ask as ask
    from heatpunk_desktop.gui.dialogs.message import show_error as show_error
    from heatpunk_desktop.gui.dialogs.owner_dialogs import OwnerNaming as OwnerNaming
    from heatpunk_desktop.gui.dialogs.report_dialog import BugDialog as BugDialog
    from heatpunk_desktop.gui.dialogs.report_dialog import DiagnosticsDialog as DiagnosticsDialog
else:
    __getattr__ = lazy_names(
        __name__,
        AboutDialog="about",
        HardDeleteDialog="delete_dialogs",
        SoftDeleteDialog="delete_dialogs",
        ask="message",
        show_error="message",
        OwnerNaming="owner_dialogs",
        BugDialog="report_dialog",
        DiagnosticsDialog="report_dialog",
    )
