"""The base class of bars whose controls stay on one line at any width."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QMargins, QSize
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from heatpunk_desktop.system.compat import override

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent, QShowEvent


class OneLineBar(QWidget):
    """A row of controls; subclasses implement `fit` to choose what is shown.

    Args:
        margins: Margins around the row, in logical pixels.
        spacing: Space between controls, in logical pixels.
        parent: Owner.

    Attributes:
        row: The layout of the controls.
    """

    def __init__(self, margins: QMargins, spacing: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(margins)
        self.row.setSpacing(spacing)
        # The window may be narrower than all controls together.
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def fit(self, room: int) -> None:
        """Show what there is room for.

        Args:
            room: The width between the margins, in logical pixels.
        """
        raise NotImplementedError

    def fit_now(self) -> None:
        """Call `fit` with the present width, if the bar has been laid out."""
        if self.isVisible():
            margins = self.row.contentsMargins()
            self.fit(self.width() - margins.left() - margins.right())

    def room_for(self, *controls: QWidget) -> int:
        """Return the width of controls in the row, each with the space after it."""
        return sum(min(control.sizeHint().width(), control.maximumWidth()) + self.row.spacing() for control in controls)

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.sizeHint().height())

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.fit_now()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit_now()

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self.fit_now()
