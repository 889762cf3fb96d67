"""What is shown in place of one project where several are selected: how many, and what can be done with all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from heatpunk_desktop.views.action_button import ActionButton
from heatpunk_desktop.views.actions import Act
from heatpunk_desktop.views.form_labels import PlainLabel, TitleLabel, Tone

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtGui import QAction


class SeveralProjects(QWidget):
    """A page for any number of projects from two.

    Args:
        actions: Every declared action.
        parent: Owner.
    """

    def __init__(self, actions: Mapping[Act, QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = TitleLabel(parent=self)
        words = PlainLabel(self.tr("What you do here is done to all of them, as one change."), Tone.MUTED, self)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(10)
        column.addWidget(self._title)
        column.addWidget(words)
        for act, said in (
            (Act.CHANGE_SEVERAL, self.tr("Change a field of all…")),
            (Act.DELETE, self.tr("Move all to deleted…")),
            (Act.EXPORT, self.tr("Export only these…")),
        ):
            column.addWidget(ActionButton(said, actions[act], self), 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch(1)

    def show_count(self, count: int) -> None:
        """Says how many are selected."""
        self._title.setText(self.tr("{0} projects selected").format(f"{count:,}"))
