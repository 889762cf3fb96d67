"""The place and size of the main window and of its parts, stored between sessions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QSize, QTimer, Slot

from heatpunk_desktop.gui.actions.actions import Act
from heatpunk_desktop.gui.main_window.window_body import FIRST_SIZE
from heatpunk_desktop.gui.widgets.folding import FoldingPanel

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from PySide6.QtGui import QAction
    from PySide6.QtWidgets import QMainWindow

    from heatpunk_desktop.gui.main_window.window_body import WindowBody
    from heatpunk_desktop.gui.main_window.window_state import WindowState

#: Window widths in pixels below which the inspector and the names of the sidebar fold, unless the user opens them.
_INSPECTOR_NEEDS: Final = 1100
_SIDEBAR_NEEDS: Final = 900
#: An estimate of the window frame, whose size is unknown before the window is shown.
_FRAME: Final = QSize(16, 56)
#: Milliseconds that the window must rest before its place is stored.
PLACE_REST_MS: Final = 600


class WindowGeometry(QObject):
    """A controller that restores the window's place and the room of its parts, and stores them.

    Args:
        body: The parts of the window.
        actions: Every declared action; two of them fold a part.
        kept: Where the geometry is stored.
        save: Writes it to the disk.
        window: The window.
    """

    def __init__(
        self,
        body: WindowBody,
        actions: Mapping[Act, QAction],
        kept: WindowState,
        save: Callable[[], object],
        window: QMainWindow,
    ) -> None:
        super().__init__(window)
        self._body = body
        self._kept = kept
        self._save = save
        self._window = window
        self._inspector_part = FoldingPanel(actions[Act.INSPECTOR], _INSPECTOR_NEEDS, self)
        self._inspector_part.toggled.connect(body.inspector.setVisible)
        self._sidebar_part = FoldingPanel(actions[Act.SIDEBAR], _SIDEBAR_NEEDS, self)
        self._sidebar_part.toggled.connect(body.show_sidebar)
        self._timer = QTimer(self, singleShot=True, interval=PLACE_REST_MS)
        self._timer.timeout.connect(self._on_rested)
        body.divider_moved.connect(self._timer.start)

    def restore(self) -> None:
        """Restore the stored geometry; at the first start, choose one that fits the screen."""
        kept, window = self._kept, self._window
        if not kept.restore_geometry(window):
            room = window.screen().availableSize() - _FRAME
            window.resize(FIRST_SIZE.boundedTo(room).expandedTo(window.minimumSize()))
        self._body.restore(kept, window.width())
        self._inspector_part.restore(is_wanted=kept.flag("inspector", True), width=window.width())
        self._sidebar_part.restore(is_wanted=kept.flag("sidebar", True), width=window.width())

    def on_resized(self, width: int) -> None:
        """Fold or unfold the parts for a width of the window, in pixels, and store the geometry soon."""
        for part in (self._inspector_part, self._sidebar_part):
            part.take_width(width)
        self._timer.start()

    def on_moved(self) -> None:
        """Store the geometry soon."""
        self._timer.start()

    def keep(self) -> None:
        """Store what `restore` reads, without writing it to the disk."""
        self._kept.keep_geometry(self._window)
        self._body.keep(self._kept)
        self._kept.values["inspector"] = self._inspector_part.is_wanted
        self._kept.values["sidebar"] = self._sidebar_part.is_wanted

    @Slot()
    def _on_rested(self) -> None:
        """Store the place and sizes at once, in case the process is killed."""
        if self._window.isVisible():
            self._kept.keep_geometry(self._window)
            self._body.keep_sizes(self._kept)
            self._save()
