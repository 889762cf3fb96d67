"""The form that creates or edits a project, online and offline alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from uuid import uuid4

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QComboBox, QDialog, QDialogButtonBox, QFrame, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from heatpunk_desktop.domain.changes import Draft
from heatpunk_desktop.domain.clock import utc_now
from heatpunk_desktop.domain.dates import UK, utc_text
from heatpunk_desktop.domain.display import one_line
from heatpunk_desktop.domain.fields import Field, Status
from heatpunk_desktop.domain.needs import refused_for
from heatpunk_desktop.domain.project_names import suggest_name
from heatpunk_desktop.gui.dialogs.message import ask
from heatpunk_desktop.gui.drafts.autosave import DraftAutosave
from heatpunk_desktop.gui.project_form.form_checks import FormChecks, FormContent, FormReading, title_of
from heatpunk_desktop.gui.project_form.form_fields import OWNER
from heatpunk_desktop.gui.project_form.form_footer import FormFooter
from heatpunk_desktop.gui.project_form.form_layout import FieldGrid, GrowingArea, NoticeBar
from heatpunk_desktop.gui.project_form.form_loading import KnownValues
from heatpunk_desktop.gui.project_form.form_matches import CustomerMatches
from heatpunk_desktop.gui.project_form.form_owner import FormOwner
from heatpunk_desktop.gui.project_form.note_pasting import NotePasting
from heatpunk_desktop.gui.text.project_words import called
from heatpunk_desktop.gui.text.remark_words import remark_words
from heatpunk_desktop.gui.text.translation import translated
from heatpunk_desktop.gui.widgets.dialog import Dialog, name_window
from heatpunk_desktop.gui.widgets.labels import Tone
from heatpunk_desktop.services.sync.commands import CreateProject, EditProject, TryAgain
from heatpunk_desktop.services.sync.facts import Changed, Connection
from heatpunk_desktop.system.compat import override

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date, datetime

    from PySide6.QtGui import QKeyEvent
    from PySide6.QtWidgets import QMessageBox

    from heatpunk_desktop.domain.operation import Operation
    from heatpunk_desktop.domain.project import Member, ProjectDetail
    from heatpunk_desktop.domain.undo import StoredEdit
    from heatpunk_desktop.errors import KnownError
    from heatpunk_desktop.services.sync.service import SyncService
    from heatpunk_desktop.services.tasks.customer_finder import CustomerFinder

#: Characters of a project's name in a sentence.
_LONGEST_NAME: Final = 120
_WIDTH: Final = 700
_ENTER_KEYS: Final = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class ProjectForm(Dialog):
    """A form that creates a project, or edits one. Not modal: several may be open.

    Args:
        service: Stores what is typed, and loads the fields that are not known here.
        members: The team members to pick the owner from; the signed-in user owns a new project.
        detail: The project to edit, or None for a new one.
        connection: The current state of the connection; later changes come from the service.
        parent: The window that it belongs to.
        draft: What stood in this form when the program last ended. Where it is about a project and `detail` is None,
            that project is gone, and the form makes a new one of it.
        clock: Returns the current time, aware.
        make_finder: Makes the search for the customer among existing projects; None for no search.
    """

    #: The user saved the form; `saved` follows unless it cannot be stored.
    save_started = Signal()
    #: int: the key of the project that was stored; the form closes.
    saved = Signal(object)
    #: str, str: a link to a customer that is to be opened, and what it is made of.
    link_requested = Signal(str, str)
    #: int: the key of another project that the user wants to see.
    open_requested = Signal(object)
    #: The user changed something.
    content_changed = Signal()

    def __init__(
        self,
        service: SyncService,
        members: Sequence[Member],
        detail: ProjectDetail | None = None,
        connection: Connection = Connection(),
        parent: QWidget | None = None,
        *,
        draft: Draft | None = None,
        clock: Callable[[], datetime] = utc_now,
        make_finder: Callable[[], CustomerFinder] | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._service = service
        self._clock = clock
        self._title = draft.title if draft else ""
        self._is_new = detail is None
        #: Number of a refused change that goes again once the form is saved; 0 where there is none.
        self._mends = 0
        self._is_saving = False
        self._question: QMessageBox | None = None
        draft_id = draft.draft_id if draft else uuid4().hex
        self._keeper = DraftAutosave(service, draft_id, self._draft, is_kept=draft is not None, parent=self)
        self._build(make_finder)
        self._owner = FormOwner(self._fields[OWNER], members, detail, self)
        self._connect()
        if detail is None:
            self.setWindowTitle(self.tr("New project"))
            self._fields[Field.STATUS].suggest(Status.LEAD)
            self.content_changed.connect(self._suggest_name)
        else:
            self._title = called(detail.row, _LONGEST_NAME)
            words = self.tr("Edit {0}") if detail.row.key > 0 else self.tr("New project: {0}")
            name_window(self, words.format(self._title))
            self._known.begin(detail)
        if draft is not None:
            self._take_up(draft)
        self._footer.show_connection(connection)
        self._fields[Field.CUSTOMER_NAME].editor.setFocus()

    @property
    def key(self) -> int | None:
        """The project that is edited, or None for a new one."""
        return self._known.key

    @property
    def is_dirty(self) -> bool:
        """Whether closing the form would lose something that was typed."""
        return any(field.is_touched for field in self._fields.values())

    def content(self) -> FormContent:
        """Return what the user has put into the form."""
        texts = {field: self._fields[field].text() for field in Field if self._fields[field].is_touched}
        return FormContent(self.key, texts, self._owner.text, self._known.base_of(texts))

    def restore(self, content: FormContent) -> None:
        """Restore what `content` returned."""
        self._known.restore(content.texts, content.base if self.key is not None else {})
        if self._owner.is_open and content.owner and (content.key is None) is self._is_new:
            self._fields[OWNER].set_text(content.owner)

    def edit_refused(self, refused: Operation) -> None:
        """Show why a change was refused, at the field concerned; saving the form sends it again."""
        self._mends = refused.operation_id
        key = refused_for(refused.server_words, refused)
        if key == OWNER and self._owner.is_open:
            self._fields[OWNER].set_remark(remark_words(refused.remarks), until_edited=True, tone=Tone.ERROR)
        elif key and key != OWNER:
            words = self.tr("Heatpunk said: {0}").format(refused.server_words)
            self._fields[key].set_remark(words, until_edited=True, tone=Tone.ERROR)
        else:
            words = self.tr("Heatpunk refused this: {0}").format(refused.server_words or remark_words(refused.remarks))
            self._notice.say(words, Tone.ERROR, until_edited=True)
            return
        self._go_to(key)

    @property
    def keeper(self) -> DraftAutosave:
        """The autosave of the form."""
        return self._keeper

    @property
    def is_saving(self) -> bool:
        """Whether the form is being stored; it closes afterwards."""
        return self._is_saving

    @property
    def title(self) -> str:
        """What the form is about; empty for a new project without a name."""
        if self.key is not None:
            return self._title
        return title_of({field: self._fields[field].text() for field in Field}) or self._title

    def leave(self) -> None:
        """Close without asking, and leave the draft for the next start."""
        self._keeper.flush()
        self._keeper.end()
        self.done(QDialog.DialogCode.Rejected)

    def _today(self) -> date:
        return self._clock().astimezone(UK).date()

    def _draft(self) -> Draft | None:
        if not self.is_dirty:
            return None
        content = self.content()
        now = utc_text(self._clock())
        return Draft(self._keeper.draft_id, content.key, content.texts, content.base, content.owner, self.title, now)

    def _take_up(self, draft: Draft) -> None:
        self.restore(FormContent(draft.key, draft.texts, draft.owner, draft.base))
        if draft.key is not None and self.key is None:
            words = self.tr(
                "“{0}” is not there any more, so its changes cannot be saved. Here is what you typed: copy it, or"
                " create a new project with it."
            )
            self._notice.say(words.format(one_line(draft.title, _LONGEST_NAME)), Tone.WARNING)
        self._footer.draft_note.show_kept(draft.changed_at)
        if self._is_new:
            self._suggest_name()

    def _build(self, make_finder: Callable[[], CustomerFinder] | None) -> None:
        self._grid = FieldGrid()
        self._fields = self._grid.fields
        self._grid.contact.link_requested.connect(self.link_requested)
        self._scroll = GrowingArea(self._grid, self)
        self._notice = NoticeBar(self.tr("Try again"), self)
        self._known = KnownValues(self._service, self._fields, self._notice, self)
        self._matches = CustomerMatches(make_finder, self._fields, lambda: self.key, self._today, self)
        self._matches.open_requested.connect(self.open_requested)
        line = QFrame(self)
        line.setFrameShape(QFrame.Shape.HLine)
        line.setFrameShadow(QFrame.Shadow.Sunken)
        self._footer = FormFooter(self._keeper, self._clock, self)
        buttons = QDialogButtonBox(self)
        words = self.tr("Create project") if self._is_new else self.tr("Save changes")
        self._save_button = buttons.addButton(words, QDialogButtonBox.ButtonRole.AcceptRole)
        self._save_button.setDefault(True)
        self._save_button.setToolTip(QKeySequence("Ctrl+Return").toString(QKeySequence.SequenceFormat.NativeText))
        buttons.addButton(self.tr("Cancel"), QDialogButtonBox.ButtonRole.RejectRole)
        if self._is_new:  # of a project that is there, an empty field may be one that was not loaded
            pasting = NotePasting(buttons, self._fields, lambda: self._owner.members, self)
            pasting.filled.connect(self._on_note_read)
        buttons.accepted.connect(self.save)
        self._checks = FormChecks(self._fields, self._save_button, is_new=self._is_new, parent=self)
        self._checks.repaired.connect(self.content_changed)
        buttons.rejected.connect(self.reject)
        bottom = QHBoxLayout()
        bottom.setContentsMargins(20, 10, 20, 14)
        bottom.addWidget(self._footer, 1)
        bottom.addWidget(buttons)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._notice)
        layout.addWidget(self._scroll, 1)
        layout.addWidget(line)
        layout.addLayout(bottom)
        for key in _ENTER_KEYS:
            shortcut = QShortcut(QKeySequence(Qt.Modifier.CTRL | key), self, self.save)
            shortcut.setAutoRepeat(False)  # a key that is held down is no second press
        hint = self.sizeHint()
        self.resize(max(hint.width(), _WIDTH), hint.height())

    def _connect(self) -> None:
        for field in self._fields.values():
            field.edited.connect(self._on_field_edited)
        self._fields[OWNER].left.connect(self._on_owner_left)
        self.content_changed.connect(self._keeper.note_change)
        self.content_changed.connect(self._notice.on_edited)
        service = self._service
        service.connection_changed.connect(self._footer.show_connection)
        service.members_changed.connect(self._owner.offer)
        service.changed.connect(self._on_changed)

    # -- what is shown --

    @Slot(str)
    def _on_note_read(self, words: str) -> None:
        self._notice.say(words, Tone.WARNING)
        self.content_changed.emit()

    @Slot(object)
    def _on_changed(self, changed: Changed) -> None:
        if changed.replaced and self.key is not None and self.key > 0:
            self._owner.close()

    @Slot()
    def _suggest_name(self) -> None:
        told = (self._fields[field].text() for field in (Field.ADDRESS, Field.CUSTOMER_NAME, Field.POSTCODE))
        self._fields[Field.PROJECT_NAME].suggest(suggest_name(*told))

    @Slot()
    def _on_field_edited(self) -> None:
        self.content_changed.emit()

    @Slot(str)
    def _on_owner_left(self, _key: str) -> None:
        self._owner.check()

    # -- saving and closing --

    @Slot()
    def save(self) -> None:
        """Check everything and store it; the form closes once it is on the disk."""
        if self._is_saving or self._checks.has_just_stopped():
            return
        reading, unread = self._checks.check_all()
        bad: list[str] = [field for field, checked in reading.checks.items() if checked.is_error]
        if not self._owner.check():
            bad.append(OWNER)
        if bad:
            self._go_to(next(key for key in self._fields if key in bad))
        elif unread:
            self._show_unread([key for key in self._fields if key in unread])
        elif self._is_new and not any(self._fields[field].is_touched for field in Field):
            words = self.tr("Nothing is filled in yet. Fill in at least one field besides the owner.")
            self._notice.say(words, Tone.ERROR, until_edited=True)
            self._go_to(Field.CUSTOMER_NAME)
        elif reading.changes or self._owner.other:
            self._store(reading)
        elif self._mends:
            self._keeper.drop()
            self._set_saving(True)
            self._service.run(TryAgain((self._mends,))).then(self._on_saved, self._on_not_saved)
        else:
            self._keeper.drop()
            self.accept()

    def _show_unread(self, keys: Sequence[str]) -> None:
        """Keep the form open once, so that the user can read new warnings."""
        self._checks.stop()
        *labels, last = (self._fields[key].label.text() for key in keys)
        named = self.tr("{0} and {1}").format(", ".join(labels), last) if labels else last
        words = self.tr("Look at what is said under {0}. Press “{1}” once more to keep it as it is.")
        words = words.format(named, self._save_button.text().replace("&", ""))
        self._notice.say(words, Tone.WARNING, until_edited=True)
        self._go_to(keys[0])

    def _store(self, reading: FormReading) -> None:
        self._set_saving(True)
        self._keeper.hold()
        draft_id = self._keeper.draft_id
        if self.key is None:
            new = CreateProject(reading.changes, self._owner.text.strip(), draft_id)
            self._service.run(new).then(self._on_saved, self._on_not_saved)
        else:
            base = self._known.base_of(reading.changes)
            edit = EditProject(self.key, reading.changes, base, self._owner.other, self._mends, draft_id)
            self._service.run(edit).then(self._on_edit_saved, self._on_not_saved)

    def _set_saving(self, is_saving: bool) -> None:
        self._is_saving = is_saving
        self._save_button.setEnabled(not is_saving)
        self._grid.setEnabled(not is_saving)
        if is_saving:
            self.save_started.emit()

    def _go_to(self, key: str) -> None:
        self._fields[key].editor.setFocus(Qt.FocusReason.OtherFocusReason)
        QTimer.singleShot(0, self, self._on_focus_gone_to)  # the notes that were just shown move what is below them

    @Slot()
    def _on_focus_gone_to(self) -> None:
        field = next((field for field in self._fields.values() if field.editor.hasFocus()), None)
        if field:
            self._scroll.ensureWidgetVisible(field.note)
            self._scroll.ensureWidgetVisible(field.editor)

    @Slot(object)
    def _on_saved(self, key: int) -> None:
        self._keeper.end()
        self.saved.emit(key)
        self.accept()

    @Slot(object)
    def _on_edit_saved(self, stored: StoredEdit) -> None:
        self._on_saved(stored.edit.key)

    @Slot(object)
    def _on_not_saved(self, error: KnownError) -> None:
        self._keeper.go_on()
        self._set_saving(False)
        self._save_button.setFocus()
        words = self.tr("Not stored. What you typed is still here. {0}")
        self._notice.say(
            words.format(" ".join((f"{translated(error.title)}.", *translated(error.text()).split("\n\n")))), Tone.ERROR
        )

    @override
    def done(self, result: int) -> None:
        self._matches.stop()
        super().done(result)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _ENTER_KEYS and isinstance(self.focusWidget(), QLineEdit | QComboBox):
            self.focusNextChild()  # Enter goes on to the next field; it is Ctrl+Enter that saves
            return
        super().keyPressEvent(event)

    @override
    def reject(self) -> None:
        if self._is_saving or self._question:
            return
        if not self.is_dirty:
            self._keeper.drop()
            super().reject()
            return
        self._question = ask(
            self,
            self.tr("Discard what you typed?"),
            self.tr("It has not been saved, and cannot be brought back."),
            yes=self.tr("Discard"),
            no=self.tr("Keep editing"),
        )
        self._question.accepted.connect(self._on_discard_chosen)
        self._question.rejected.connect(self._on_keep_chosen)

    @Slot()
    def _on_discard_chosen(self) -> None:
        self._question = None
        self._keeper.drop()
        super().reject()

    @Slot()
    def _on_keep_chosen(self) -> None:
        self._question = None
