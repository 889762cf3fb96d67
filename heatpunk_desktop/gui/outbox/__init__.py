"""The panel Changes: what waits, what needs the user, what is done."""

from typing import TYPE_CHECKING

from heatpunk_desktop.lazy import lazy_names

if TYPE_CHECKING:
    from heatpunk_desktop.gui.outbox.changes_panel import ChangesPanel as ChangesPanel
else:
    __getattr__ = lazy_names(__name__, ChangesPanel="changes_panel")
