"""Deeds: what a person wants done to projects, before it is stored. Many of them are staged together, as a batch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from heatpunk_desktop.domain.fields import Field, FieldValues

#: The project ID of the server (above 0), or minus the number of the create of a project that has no ID yet.
ProjectKey = int


@dataclass(frozen=True, slots=True)
class NewProject:
    """A project to be created.

    Attributes:
        values: The fields that are set. Without a CRM reference the program fills in one of its own.
        owner: Email of the owner to be; empty for the account's own.
    """

    values: FieldValues
    owner: str = ""


@dataclass(frozen=True, slots=True)
class FieldEdit:
    """Fields of a project to be changed.

    Attributes:
        key: The project.
        base: What the person saw in the changed fields before; a field that is missing was not loaded.
        changes: The fields with their new values; at least one, unless there is another owner.
        owner: Email of another owner, which only a project that was not created yet can be given; else empty.
    """

    key: ProjectKey
    base: FieldValues
    changes: FieldValues
    owner: str = ""


@dataclass(frozen=True, slots=True)
class MoveToDeleted:
    """A project to be moved to deleted. Once that is sent, no call of the server brings it back."""

    key: ProjectKey


#: One thing that a person wants done. A hard delete is never one: it is asked for while online and cannot be undone.
Deed = NewProject | FieldEdit | MoveToDeleted


class ChangeBatch(NamedTuple):
    """Deeds that are staged together, as they are told of: what is done, in words, and how many they are."""

    label: str
    size: int


class Staged(NamedTuple):
    """What became of deeds that were staged together.

    Attributes:
        batch: The number of the batch, above 0; 0 where nothing was to be stored.
        keys: For each deed, in the same order, the key of its project as it is by now.
        given_up: Numbers of creates that were given up instead of being moved to deleted: nothing of them was sent.
        stored: How many changes that makes: a deed that changes nothing is none.
    """

    batch: int
    keys: tuple[ProjectKey, ...]
    given_up: tuple[int, ...] = ()
    stored: int = 0


class TakenBack(NamedTuple):
    """What became of a batch that was to be taken back.

    Attributes:
        batch: Its number.
        undone: How many operations were taken back, with what waited for them: nothing of them was sent.
        left: Numbers of the operations that stay, as they were sent or attempted, or went on since.
        keys: Keys of all projects that stand otherwise now.
    """

    batch: int
    undone: int
    left: tuple[int, ...]
    keys: tuple[ProjectKey, ...]


class Draft(NamedTuple):
    """A form that was typed into and neither stored nor discarded.

    Attributes:
        draft_id: The form's own name, unique among all forms ever opened.
        key: The project that is edited (see `ProjectRow.key`), or None for a new one.
        texts: What stands in the fields that were touched, as typed.
        base: What the form showed in these fields before; a field that is missing was not loaded.
        owner: What stands in the field of the owner, as typed.
        title: What the form is about, for the person.
        changed_at: UTC text of the last change.
    """

    draft_id: str
    key: int | None
    texts: Mapping[Field, str]
    base: FieldValues
    owner: str
    title: str
    changed_at: str
