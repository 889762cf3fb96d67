"""The menu of the filter button: statuses and owners to tick, and the way to any other filter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QMenu, QWidget

from heatpunk_desktop.domain.display import one_line
from heatpunk_desktop.domain.fields import Status
from heatpunk_desktop.system.compat import override

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QAction, QKeyEvent, QMouseEvent

#: Limit in characters for the name of an owner.
_LONGEST: Final = 120
_TICKING_KEYS: Final = frozenset({Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter})


class FilterMenu(QMenu):
    """A menu that stays open while entries are ticked, so that several can be chosen in one go."""

    #: The user wants to make another filter.
    dialog_requested = Signal()
    #: frozenset[str]: the ticked statuses.
    statuses_chosen = Signal(object)
    #: int | None: the ID of the ticked owner.
    owner_chosen = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)

    def fill(self, owners: Sequence[tuple[int, str]]) -> None:
        """Create the entries again.

        Args:
            owners: ID and name of each owner, in order; none as long as the team is not known.
        """
        self.clear()
        self.addAction(self.tr("&Add a filter…")).triggered.connect(self.dialog_requested)
        self.addSection(self.tr("Status"))
        for word in (*map(str, Status), ""):
            action = self.addAction(word or self.tr("No status"))
            action.setCheckable(True)
            action.setData(word)
            action.triggered.connect(self._on_status_triggered)
        self.addSection(self.tr("Owner"))
        if not owners:
            self.addAction(self.tr("The team is known after the first refresh")).setEnabled(False)
        for owner_id, name in owners:
            action = self.addAction(one_line(name, _LONGEST).replace("&", "&&"))
            action.setCheckable(True)
            action.setData(owner_id)
            action.triggered.connect(self._on_owner_triggered)

    def tick(self, statuses: frozenset[str], owner_id: int | None) -> None:
        """Tick exactly what is in force."""
        for action in self.actions():
            value = action.data()
            if action.isCheckable():
                action.setChecked(value in statuses if isinstance(value, str) else value == owner_id)

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if not self._trigger(self.actionAt(event.position().toPoint())):
            super().mouseReleaseEvent(event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() not in _TICKING_KEYS or not self._trigger(self.activeAction()):
            super().keyPressEvent(event)

    def _trigger(self, action: QAction | None) -> bool:
        """Toggle an entry, and return whether it can be ticked at all."""
        is_ticked = action is not None and action.isCheckable() and action.isEnabled()
        if is_ticked and action is not None:
            action.trigger()
        return is_ticked

    @Slot()
    def _on_status_triggered(self) -> None:
        checked = (action for action in self.actions() if isinstance(action.data(), str) and action.isChecked())
        self.statuses_chosen.emit(frozenset(action.data() for action in checked))

    @Slot(bool)
    def _on_owner_triggered(self, checked: bool) -> None:
        action = self.sender()
        self.owner_chosen.emit(action.data() if checked else None)  # type: ignore[attr-defined]  # a QAction
