"""The field `Owner` of a form: editable until the project is created, shown from then on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from heatpunk_desktop.domain.emails import check_member_email
from heatpunk_desktop.gui.project_form.form_fields import FormField, TypedChoiceField
from heatpunk_desktop.gui.text.project_words import owner_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from heatpunk_desktop.domain.project import Member, ProjectDetail


class FormOwner(QObject):
    """The owner of a form's project, and the check of a typed one.

    Args:
        field: The form's entry.
        members: The team members to pick from; the signed-in user owns a new project.
        detail: The project that is edited, or None for a new one.
        parent: The form.

    Attributes:
        members: The members of the team.
        is_open: Whether the owner can be chosen, as the project was not created yet.
    """

    def __init__(
        self, field: FormField, members: Sequence[Member], detail: ProjectDetail | None, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._field = field
        self._is_new = detail is None
        self.is_open = detail is None or detail.is_owner_open
        self.members: Sequence[Member] = ()
        self.offer(members)
        if detail is None:
            field.show_text(next((member.email for member in members if member.is_me), ""))
        elif self.is_open:
            field.show_text(detail.owner_email)
        else:
            known = [member.email for member in members if member.owner_id == detail.row.owner_id is not None]
            called = detail.owner_email or next(iter(known), "") or detail.owner_name
            field.show_text(owner_words(called, detail.row.owner_id))
            field.editor.setEnabled(False)
            field.say(
                self._fixed_words()
                if detail.row.key > 0
                else self.tr("It may be in Heatpunk already, where alone the owner can be changed then.")
            )

    @property
    def text(self) -> str:
        """Who was chosen, as typed; empty where nobody can be."""
        return self._field.text() if self.is_open else ""

    @property
    def other(self) -> str:
        """The chosen owner of a project that is not created yet, where it differs from the stored one; else empty."""
        is_other = self.is_open and not self._is_new and self._field.is_touched
        return self._field.text().strip() if is_other else ""

    @Slot(object)
    def offer(self, members: Sequence[Member]) -> None:
        """Offer the members of the team."""
        self.members = members
        if isinstance(self._field, TypedChoiceField):
            self._field.offer(member.email for member in members)

    def close(self) -> None:
        """Make the owner read-only, because the project was created."""
        if self.is_open:
            self.is_open = False
            self._field.set_text(self._field.shown)
            self._field.editor.setEnabled(False)
            self._field.set_remark("")
            self._field.say(self._fixed_words())

    def check(self) -> bool:
        """Show what is wrong with the owner.

        Returns:
            Whether nothing is.
        """
        if not self.is_open:
            return True
        checked = check_member_email(self._field.text())
        self._field.set_problem(checked.problem)
        return not checked.is_error

    def _fixed_words(self) -> str:
        return self.tr("The owner can only be changed in Heatpunk itself.")
