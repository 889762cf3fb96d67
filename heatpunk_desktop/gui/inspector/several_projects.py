"""The page of the inspector for several selected projects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QGridLayout, QPushButton, QVBoxLayout, QWidget

from heatpunk_desktop.domain.fields import Status
from heatpunk_desktop.gui.actions.actions import Act, ActionButton
from heatpunk_desktop.gui.widgets.labels import PlainLabel, TitleLabel, Tone
from heatpunk_desktop.gui.widgets.status_pill import status_icon
from heatpunk_desktop.system.compat import override

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtGui import QAction

#: Status buttons in a row.
_ACROSS: Final = 2


class SeveralProjects(QWidget):
    """The number of selected projects, and buttons for what can be done with all of them.

    Args:
        actions: Every declared action.
        parent: Owner.
    """

    #: str: the status that the user chose for all of them.
    status_chosen = Signal(str)

    def __init__(self, actions: Mapping[Act, QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = TitleLabel(parent=self)
        self._words = PlainLabel(tone=Tone.MUTED, parent=self)
        self._set_status = actions[Act.SET_STATUS]
        self._buttons = [QPushButton(status.value, self) for status in Status]
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(10)
        column.addWidget(self._title)
        column.addWidget(self._words)
        column.addWidget(PlainLabel(self.tr("Set status"), parent=self))
        column.addLayout(self._lay_out_statuses())
        for act, said in (
            (Act.CHANGE_SEVERAL, self.tr("Change a field…")),
            (Act.DELETE, self.tr("Delete…")),
            (Act.EXPORT, self.tr("Export…")),
        ):
            column.addWidget(ActionButton(said, actions[act], self), 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch(1)
        self._set_status.changed.connect(self._follow_action)
        self._follow_action()
        self._draw_icons()

    def _lay_out_statuses(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setSpacing(6)
        for place, button in enumerate(self._buttons):
            button.setAutoDefault(True)
            button.clicked.connect(self._on_clicked)
            grid.addWidget(button, *divmod(place, _ACROSS))
        return grid

    def show_count(self, count: int) -> None:
        """Show how many projects are selected."""
        self._title.setText(self.tr("{0} projects selected").format(f"{count:,}"))
        words = self.tr("These apply to both projects.") if count == 2 else self.tr("These apply to all {0} projects.")  # noqa: PLR2004
        self._words.setText(words.format(f"{count:,}"))

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._draw_icons()

    def _draw_icons(self) -> None:
        for button in self._buttons:
            button.setIcon(status_icon(button.text(), QPalette()))

    @Slot()
    def _follow_action(self) -> None:
        is_enabled = self._set_status.isEnabled()
        for button in self._buttons:
            button.setEnabled(is_enabled)
            words = self.tr("Set all of them to {0}").format(button.text())
            button.setToolTip(words if is_enabled else self._set_status.toolTip())

    @Slot()
    def _on_clicked(self) -> None:
        button = self.sender()
        if isinstance(button, QPushButton):
            self.status_chosen.emit(button.text())
