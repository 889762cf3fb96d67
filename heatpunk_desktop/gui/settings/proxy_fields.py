"""The choice of the proxy: the system's, none, or a given one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QGridLayout, QLabel, QWidget

from heatpunk_desktop.domain.hosts import NO_PROXY, SYSTEM_PROXY, check_proxy
from heatpunk_desktop.domain.problem import error
from heatpunk_desktop.errors import BadInputError
from heatpunk_desktop.gui.project_form.form_fields import TextField
from heatpunk_desktop.gui.widgets.labels import PlainLabel, Tone
from heatpunk_desktop.texts import joined

if TYPE_CHECKING:
    from collections.abc import Callable

#: The choice of a given proxy; its value is in the field.
_NAMED: Final = "named"
_ADDRESS: Final = "proxy"


class ProxyFields(QWidget):
    """A form for the proxy.

    Args:
        setting: `system`, `none` or `host:port`.
        words: Describes the proxy now in use; called once, when it is shown. It returns an empty text while there is no
            account.
        parent: The window.
    """

    #: The user changed the choice or the address.
    edited = Signal()

    def __init__(self, setting: str, words: Callable[[], str] = str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kind = QComboBox(self)
        for value, name in (
            (SYSTEM_PROXY, self.tr("The system’s")),
            (NO_PROXY, self.tr("None")),
            (_NAMED, self.tr("This one")),
        ):
            self._kind.addItem(name, value)
        named = setting not in {SYSTEM_PROXY, NO_PROXY}
        self._kind.setCurrentIndex(self._kind.findData(_NAMED if named else setting))
        label = QLabel(self.tr("Proxy"), self)
        label.setBuddy(self._kind)
        self._kind.setAccessibleName(label.text())
        self._kind.currentIndexChanged.connect(self._on_kind_changed)
        self._address = TextField(_ADDRESS, self.tr("Proxy address"), self, self.tr("host:port"))
        self._address.show_text(setting if named else "")
        self._address.edited.connect(self.edited)
        in_use = words()
        now = PlainLabel(self.tr("In use now: {0}").format(in_use), Tone.MUTED, self)
        now.setVisible(bool(in_use))
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(7)
        grid.setColumnStretch(1, 1)
        alignment = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        grid.addWidget(label, 0, 0, alignment)
        grid.addWidget(self._kind, 0, 1, Qt.AlignmentFlag.AlignLeft)
        grid.addWidget(self._address.label, 1, 0, alignment)
        grid.addWidget(self._address.editor, 1, 1)
        grid.addWidget(self._address.note, 2, 1)
        grid.addWidget(now, 3, 1)
        self._on_kind_changed()

    def read(self) -> str | None:
        """Return the chosen setting, or None after showing that the address is invalid."""
        kind = str(self._kind.currentData())
        if kind != _NAMED:
            self._address.set_problem(None)
            return kind
        try:
            address = check_proxy(self._address.text())
        except BadInputError as bad:
            self._address.set_problem(error(joined((bad.message, bad.what_to_do), " ")))
            self.focus_address()
            return None
        self._address.set_problem(None)
        return address

    def focus_address(self) -> None:
        """Focus the address."""
        self._address.editor.setFocus()

    @Slot()
    def _on_kind_changed(self) -> None:
        is_named = self._kind.currentData() == _NAMED
        self._address.label.setVisible(is_named)
        self._address.editor.setVisible(is_named)
        if not is_named:
            self._address.set_problem(None)
        self.edited.emit()
