"""The values that an edit form knows of its project: first from the store, the rest from the server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.domain.validation import format_value
from heatpunk_desktop.gui.text.translation import translated
from heatpunk_desktop.gui.widgets.labels import Tone
from heatpunk_desktop.models.table_columns import NONE, NOT_LOADED
from heatpunk_desktop.services.sync.facts import Changed, Connection, Link
from heatpunk_desktop.services.sync.instructions import LoadProject

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from heatpunk_desktop.domain.project import ProjectDetail
    from heatpunk_desktop.errors import KnownError
    from heatpunk_desktop.gui.project_form.form_fields import FormField
    from heatpunk_desktop.gui.project_form.form_layout import NoticeBar
    from heatpunk_desktop.services.sync.reply import Reply
    from heatpunk_desktop.services.sync.service import SyncService


class KnownValues(QObject):
    """The base values of an edit form, and what its fields show and remark of them.

    Args:
        service: Loads what the list of projects lacks.
        fields: The form's entries.
        notice: Says what is missing, and lets the user try again.
        parent: The form.
    """

    def __init__(
        self, service: SyncService, fields: Mapping[str, FormField], notice: NoticeBar, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._service = service
        self._fields = fields
        self._notice = notice
        self._key: int | None = None
        self._base: dict[Field, str | float | None] = {}
        self._reply: Reply[ProjectDetail] | None = None
        self._has_failed = False
        #: Fields that the server's answer lacked.
        self._untold: set[Field] = set()
        for field in fields.values():
            field.edited.connect(self._on_edited)
        notice.button.clicked.connect(self._load)
        service.changed.connect(self._on_changed)
        service.connection_changed.connect(self._on_connection_changed)

    @property
    def key(self) -> int | None:
        """The project, or None for a new one."""
        return self._key

    def begin(self, detail: ProjectDetail) -> None:
        """Show a project and load what is missing from the server."""
        self._key = detail.row.key
        self._show(detail)
        self._load()

    def base_of(self, fields: Iterable[Field]) -> dict[Field, str | float | None]:
        """Return what the user saw in some fields before typing; fields that were not loaded are missing."""
        return {field: self._base[field] for field in fields if field in self._base}

    def restore(self, texts: Mapping[Field, str], base: Mapping[Field, str | float | None]) -> None:
        """Restore what was typed in an earlier form, over what the user saw in it then.

        The base stays that of the earlier form: a newer value may be a colleague's, and the merge has to see it.
        """
        for field, text in texts.items():
            entry = self._fields[field]
            if field not in base:
                entry.set_text(text)
                if field in self._base:
                    self._remark_typed_over(entry)
                continue
            now = self._base.get(field, base[field])
            entry.show_text(format_value(base[field]))
            entry.set_text(text)
            self._base[field] = base[field]
            self._remark_changed(entry, now)

    def _show(self, detail: ProjectDetail) -> None:
        """Show the known values in the fields that nobody has touched."""
        for field in Field:
            entry = self._fields[field]
            if field in detail.values:
                entry.set_placeholder("")
                self._show_value(field, detail.values[field])
            elif detail.row.key > 0:
                entry.set_placeholder(NOT_LOADED, self.tr("Not loaded yet"))

    def _show_value(self, field: Field, value: str | float | None) -> None:
        entry = self._fields[field]
        typed = entry.text() if entry.is_touched else None
        if typed is not None and field in self._base:
            # The base stays what the user saw, so that a colleague's change is not overwritten unseen.
            self._remark_changed(entry, value)
            return
        entry.show_text(format_value(value))
        self._base[field] = value
        self._untold.discard(field)
        if typed is None:
            return
        entry.set_text(typed)
        self._remark_typed_over(entry)

    def _remark_typed_over(self, field: FormField) -> None:
        """Say what a field held that was not loaded when the user typed in it."""
        if field.is_touched and field.shown:
            words = self.tr("In Heatpunk this is “{0}”. What you typed replaces it.")
            field.set_remark(words.format(field.words_for(field.shown)))

    def _remark_changed(self, field: FormField, now: str | float | None) -> None:
        """Say that a field is no longer what the user saw before typing."""
        text = format_value(now)
        if text == field.shown or text == field.text():
            field.set_remark("")
        elif text:
            words = self.tr("In Heatpunk this is “{0}” by now. When you save, you are asked which one is to stay.")
            field.set_remark(words.format(field.words_for(text)))
        else:
            field.set_remark(
                self.tr("In Heatpunk this is empty by now. When you save, you are asked which one is to stay.")
            )

    @Slot()
    def _load(self) -> None:
        if self._key is None or self._key <= 0:
            return
        self._has_failed = False
        if self._missing():
            self._notice.say(self.tr("Loading: {0}.").format(self._missing()), is_in_passing=True)
        if self._reply is not None:
            self._reply.leave(self)  # what counts is the last one
        self._reply = self._service.ask(LoadProject(self._key)).then(self._on_loaded, self._on_not_loaded)

    def _missing(self) -> str:
        """Return the labels of the fields that were never loaded."""
        return ", ".join(self._fields[field].label.text() for field in Field if field not in self._base)

    @Slot(object)
    def _on_loaded(self, detail: ProjectDetail) -> None:
        self._show(detail)
        self._notice.say("", is_in_passing=True)
        for field in Field:
            if field not in self._base:
                self._untold.add(field)
                self._fields[field].set_placeholder(NONE, self.tr("Not shared by Heatpunk"))
                self._remark_untold(field)

    def _remark_untold(self, field: Field) -> None:
        """Say that a touched field may hold a value that Heatpunk does not share."""
        entry = self._fields[field]
        if entry.is_touched:
            entry.set_remark(self.tr("Heatpunk doesn’t share what stands here. What you typed replaces it."))
        else:
            entry.set_remark("")

    @Slot()
    def _on_edited(self) -> None:
        for field in self._untold:
            self._remark_untold(field)

    @Slot(object)
    def _on_not_loaded(self, error: KnownError) -> None:
        self._has_failed = True
        missing = self._missing()
        if missing:
            words = self.tr("Not loaded: {0}. What you leave alone there is not sent. {1}")
            self._notice.say(
                words.format(missing, translated(error.message)), Tone.WARNING, with_button=True, is_in_passing=True
            )

    @Slot(object)
    def _on_connection_changed(self, connection: Connection) -> None:
        if connection.link is Link.ONLINE and self._has_failed:
            self._load()

    @Slot(object)
    def _on_changed(self, changed: Changed) -> None:
        if self._key is not None:
            self._key = changed.replaced.get(self._key, self._key)
