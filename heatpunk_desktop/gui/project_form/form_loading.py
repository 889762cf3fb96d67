"""What an edit form knows of its project: shown at once from the store, the rest loaded from the server."""

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
    """Keeps the fields of a form in step with what is known of the project.

    Args:
        service: Loads what the list of projects lacks.
        fields: The form's entries.
        notice: Says what is missing, and lets a person try again.
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
        """The project, or None for one that is being made."""
        return self._key

    def begin(self, detail: ProjectDetail) -> None:
        """Shows a project and asks the server for the rest of it."""
        self._key = detail.row.key
        self._show(detail)
        self._load()

    def base_of(self, fields: Iterable[Field]) -> dict[Field, str | float | None]:
        """What the person saw in some fields before typing; those that were not loaded are missing."""
        return {one: self._base[one] for one in fields if one in self._base}

    def restore(self, texts: Mapping[Field, str], base: Mapping[Field, str | float | None]) -> None:
        """Puts back what was typed in an earlier form, over what the person saw in it then.

        What is known by now is not put in its place: it may be a colleague's change, and has to be found in the way.
        """
        for one, text in texts.items():
            field = self._fields[one]
            if one not in base:
                field.set_text(text)
                if one in self._base:
                    self._remark_typed_over(field)
                continue
            now = self._base.get(one, base[one])
            field.show_text(format_value(base[one]))
            field.set_text(text)
            self._base[one] = base[one]
            self._remark_changed(field, now)

    def _show(self, detail: ProjectDetail) -> None:
        """Shows what is known in the fields that nobody has touched; what was typed stays."""
        for one in Field:
            field = self._fields[one]
            if one in detail.values:
                field.set_placeholder("")
                self._show_value(one, detail.values[one])
            elif detail.row.key > 0:
                field.set_placeholder(NOT_LOADED, self.tr("Not loaded yet"))

    def _show_value(self, one: Field, value: str | float | None) -> None:
        field = self._fields[one]
        typed = field.text() if field.is_touched else None
        if typed is not None and one in self._base:
            # The base stays what the person saw, so that a colleague's change is not overwritten unseen.
            self._remark_changed(field, value)
            return
        field.show_text(format_value(value))
        self._base[one] = value
        self._untold.discard(one)
        if typed is None:
            return
        field.set_text(typed)
        self._remark_typed_over(field)

    def _remark_typed_over(self, field: FormField) -> None:
        """Says what stood in a field that was not loaded when it was typed in."""
        if field.is_touched and field.shown:
            words = self.tr("In Heatpunk this is “{0}”. What you typed replaces it.")
            field.set_remark(words.format(field.words_for(field.shown)))

    def _remark_changed(self, field: FormField, now: str | float | None) -> None:
        """Says that a field is no longer what the person saw before typing."""
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
        """The labels of the fields that were never loaded."""
        return ", ".join(self._fields[one].label.text() for one in Field if one not in self._base)

    @Slot(object)
    def _on_loaded(self, detail: ProjectDetail) -> None:
        self._show(detail)
        self._notice.say("", is_in_passing=True)
        for one in Field:
            if one not in self._base:
                self._untold.add(one)
                self._fields[one].set_placeholder(NONE, self.tr("Not shared by Heatpunk"))
                self._remark_untold(one)

    def _remark_untold(self, one: Field) -> None:
        """Says that a field may hold something, to a person who types in it."""
        field = self._fields[one]
        if field.is_touched:
            field.set_remark(self.tr("Heatpunk doesn’t share what stands here. What you typed replaces it."))
        else:
            field.set_remark("")

    @Slot()
    def _on_edited(self) -> None:
        for one in self._untold:
            self._remark_untold(one)

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
