"""The note in a form that its customer is already here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal, Slot

from heatpunk_desktop.domain.dates import display_date, uk_day
from heatpunk_desktop.domain.display import one_line
from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.gui.widgets.labels import announce
from heatpunk_desktop.services import tasks

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from heatpunk_desktop.gui.project_form.form_fields import FormField
    from heatpunk_desktop.services.tasks.customer_finder import AlreadyHere, CustomerFinder, Sought

#: The fields that identify a customer.
_LOOKED_AT: Final = (Field.CUSTOMER_NAME, Field.CUSTOMER_EMAIL, Field.CUSTOMER_PHONE, Field.POSTCODE)
#: The field that shows a match found by another one.
_TOLD_UNDER: Final = {Field.CUSTOMER_NAME: Field.POSTCODE}
_LONGEST: Final = 60


class CustomerMatches(QObject):
    """The search for a form's customer among all projects, each time a field that identifies them is left.

    Args:
        make_finder: Makes the search; None for no search.
        fields: The form's entries.
        own_key: Returns the key of the project that the form edits, or None.
        today: Returns the current day.
        parent: The form.
    """

    #: int: the key of a project that is to be opened.
    open_requested = Signal(object)

    def __init__(
        self,
        make_finder: Callable[[], CustomerFinder] | None,
        fields: Mapping[str, FormField],
        own_key: Callable[[], int | None],
        today: Callable[[], date],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._make_finder = make_finder
        self._fields = fields
        self._own_key = own_key
        self._today = today
        self._own_keys: set[int] = set()
        self._finder: CustomerFinder | None = None
        self._sought: Sought | None = None
        self._keys: dict[Field, int] = {}
        for field in _LOOKED_AT:
            fields[field].left.connect(self._on_left)
            fields[field].edited.connect(self._on_edited)
            fields[field].link_pressed.connect(self._on_link_pressed)

    def stop(self) -> None:
        """Stop searching, because the form closes."""
        if self._finder is not None:
            self._finder.stop()

    @Slot(str)
    def _on_left(self, _key: str) -> None:
        if (own := self._own_key()) is not None:
            self._own_keys.add(own)
        typed = {field: entry.text().strip() if entry.is_touched else "" for field, entry in self._watched().items()}
        place = (Field.CUSTOMER_NAME, Field.POSTCODE)
        if any(typed[field] for field in place):  # one of the two may have been there before
            typed |= {field: self._fields[field].text().strip() for field in place}
        sought = tasks.Sought(
            typed[Field.CUSTOMER_EMAIL],
            typed[Field.CUSTOMER_PHONE],
            typed[Field.CUSTOMER_NAME],
            typed[Field.POSTCODE],
            frozenset(self._own_keys),
        )
        if sought == self._sought:
            return
        self._sought = sought
        if not any(sought[:4]):
            self._show({})
            return
        if self._finder is None:
            if self._make_finder is None:
                return
            self._finder = self._make_finder()
            self._finder.setParent(self)
            self._finder.found.connect(self._show)
        self._finder.look(sought)

    def _watched(self) -> dict[Field, FormField]:
        return {field: self._fields[field] for field in _LOOKED_AT}

    @Slot()
    def _on_edited(self) -> None:
        """Clear the match of the field's former text."""
        for field, entry in self._watched().items():
            if entry is self.sender():
                self._sought = None
                told = _TOLD_UNDER.get(field, field)
                self._keys.pop(told, None)
                self._fields[told].set_match("")

    @Slot(object)
    def _show(self, found: Mapping[Field, AlreadyHere]) -> None:
        for field in _LOOKED_AT:
            match = found.get(field)
            words = "" if match is None else self._words(match)
            if match is not None and self._keys.get(field) != match.key:
                announce(self._fields[field].editor, words)
            self._fields[field].set_match(words, self.tr("Open it"))
        self._keys = {item: match.key for item, match in found.items()}

    def _words(self, match: AlreadyHere) -> str:
        who = ", ".join(one_line(text, _LONGEST) for text in (match.name, match.postcode) if text.strip())
        what = ", ".join(filter(None, (one_line(match.status, _LONGEST), self._day(match.created))))
        words = self.tr("{0} is already here ({1}).") if what else self.tr("{0} is already here.")
        said = words.format(who or self.tr("This customer"), what)
        if match.others:
            more = self.tr("And 1 more.") if match.others == 1 else self.tr("And {0} more.").format(match.others)
            said = f"{said} {more}"
        return said

    def _day(self, created: str) -> str:
        day = uk_day(created)
        if day is None:
            return ""
        ago = (self._today() - day).days
        return {0: self.tr("today"), 1: self.tr("yesterday")}.get(ago) or display_date(day)

    @Slot(str)
    def _on_link_pressed(self, key: str) -> None:
        if (wanted := self._keys.get(Field(key))) is not None:
            self.open_requested.emit(wanted)
