"""The small buttons beside a form's fields that call or email the customer, or show the house on a map."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QLineEdit, QPushButton, QWidget

from heatpunk_desktop.domain.coordinates import check_latitude, check_longitude
from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.gui.actions.actions import Act
from heatpunk_desktop.gui.actions.contact_actions import shown_of, target_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from heatpunk_desktop.domain.fields import FieldValues
    from heatpunk_desktop.gui.project_form.form_fields import FormField

_LOOKED_AT: Final = (
    Field.CUSTOMER_PHONE,
    Field.CUSTOMER_EMAIL,
    Field.ADDRESS,
    Field.POSTCODE,
    Field.LATITUDE,
    Field.LONGITUDE,
)


class ContactButtons(QObject):
    """The contact buttons of a form, enabled and disabled as their fields change.

    Tab skips them, because it goes from field to field; their mnemonics reach them.

    Args:
        fields: The form's entries.
        parent: The widget that they lie on.

    Attributes:
        beside: The button that stands beside each field that has one.
    """

    #: str, str: a link to open, and what it is made of.
    link_requested = Signal(str, str)

    def __init__(self, fields: Mapping[str, FormField], parent: QWidget) -> None:
        super().__init__(parent)
        self._fields = fields
        self._buttons = {
            Act.CALL: QPushButton(self.tr("&Call"), parent),
            Act.EMAIL: QPushButton(self.tr("E&mail"), parent),
            Act.SHOW_ON_MAP: QPushButton(self.tr("Sho&w on map"), parent),
        }
        self.beside: Mapping[str, QPushButton] = dict(
            zip((Field.CUSTOMER_PHONE, Field.CUSTOMER_EMAIL, Field.ADDRESS), self._buttons.values(), strict=True)
        )
        width = max(button.sizeHint().width() for button in self._buttons.values())
        for button in self._buttons.values():
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.setAutoDefault(False)
            button.setFixedWidth(width)
            button.clicked.connect(self._on_clicked)
        for field in _LOOKED_AT:
            editor = fields[field].editor
            if isinstance(editor, QLineEdit):
                editor.textChanged.connect(self._update)
        self._update()

    def _values(self) -> FieldValues:
        texts = {field: self._fields[field].text() for field in _LOOKED_AT}
        places = {
            Field.LATITUDE: check_latitude(texts[Field.LATITUDE]).value,
            Field.LONGITUDE: check_longitude(texts[Field.LONGITUDE]).value,
        }
        return {**texts, **places}

    @Slot()
    def _update(self) -> None:
        values = self._values()
        for act, button in self._buttons.items():
            way = target_of(act, values)
            button.setEnabled(bool(way.content))
            button.setToolTip(way.reason)

    @Slot()
    def _on_clicked(self) -> None:
        values = self._values()
        for act, button in self._buttons.items():
            if button is self.sender() and (way := target_of(act, values)).content:
                self.link_requested.emit(way.content, shown_of(act, values))
