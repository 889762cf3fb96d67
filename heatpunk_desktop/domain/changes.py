"""Changes that the user asks for, before they are stored as operations: edits, creates, deletions, batches, drafts."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from heatpunk_desktop.domain.fields import Field, FieldValues

#: The project ID of the server (above 0), or minus the number of the create of a project that has no ID yet.
ProjectKey = int


class NewProject(NamedTuple):
    """A project to be created.

    Attributes:
        values: The fields that are set. Without a CRM reference the program fills in one of its own.
        owner: Email of the owner to be; empty for the account's own.
    """

    values: FieldValues
    owner: str = ""


class FieldEdit(NamedTuple):
    """Fields of a project to be changed.

    Attributes:
        key: The project.
        base: What the user saw in the changed fields before; a field that is missing was not loaded.
        changes: The fields with their new values; at least one, unless the owner changes.
        owner: Email of the new owner, possible only for a project that was not created yet; else empty.
    """

    key: ProjectKey
    base: FieldValues
    changes: FieldValues
    owner: str = ""


class MoveToDeleted(NamedTuple):
    """A project to be moved to deleted. Once that is sent, no call of the server brings it back."""

    key: ProjectKey


#: One change that the user asks for. A hard delete is never one: it is done while online and cannot be undone.
Change = NewProject | FieldEdit | MoveToDeleted


class ChangeBatch(NamedTuple):
    """The description of a batch of changes: a label for the user, and how many changes it holds."""

    label: str
    size: int


class Staged(NamedTuple):
    """The result of storing a batch of changes.

    Attributes:
        batch: The number of the batch, above 0; 0 where there was nothing to store.
        keys: For each change, in the same order, the current key of its project.
        discarded: Numbers of creates that were discarded instead of being moved to deleted, as nothing was sent.
        stored: How many operations were stored; an edit that changes nothing counts for none.
    """

    batch: int
    keys: tuple[ProjectKey, ...]
    discarded: tuple[int, ...] = ()
    stored: int = 0


class BatchWithdrawal(NamedTuple):
    """The result of withdrawing a batch.

    Attributes:
        batch: Its number.
        undone: How many operations were withdrawn, those that waited for them included: nothing of them was sent.
        left: Numbers of the operations that stay, because they were sent or attempted, or have moved on since.
        keys: Keys of all projects that changed.
    """

    batch: int
    undone: int
    left: tuple[int, ...]
    keys: tuple[ProjectKey, ...]


class Draft(NamedTuple):
    """An open form that was typed into and neither stored nor discarded, kept so that no crash loses it.

    Attributes:
        draft_id: The form's own name, unique among all forms ever opened.
        key: The project that is edited (see `ProjectRow.key`), or None for a new one.
        texts: The texts of the fields that were touched, as typed.
        base: What the form showed in these fields before; a field that is missing was not loaded.
        owner: The text of the owner's field, as typed.
        title: What the form is about, for the user.
        changed_at: UTC text of the last change.
    """

    draft_id: str
    key: int | None
    texts: Mapping[Field, str]
    base: FieldValues
    owner: str
    title: str
    changed_at: str
