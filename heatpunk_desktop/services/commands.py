"""What a window may ask of the worker: immutable values on their way into its thread."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from heatpunk_desktop.domain.dates import DateRange
    from heatpunk_desktop.domain.fields import FieldValues


@dataclass(frozen=True, slots=True)
class Command:
    """Something asked of the worker.

    Attributes:
        request: Number by which the answer is known again.
    """

    request: int


@dataclass(frozen=True, slots=True)
class CreateProject(Command):
    """Store a new project to be created."""

    values: FieldValues
    owner: str


@dataclass(frozen=True, slots=True)
class EditProject(Command):
    """Store changed fields of a project."""

    key: int
    changes: FieldValues
    base: FieldValues


@dataclass(frozen=True, slots=True)
class MoveToDeleted(Command):
    """Store a soft delete."""

    key: int


@dataclass(frozen=True, slots=True)
class TryAgain(Command):
    """Put a refused or doubtful operation back in the queue."""

    operation_id: int


@dataclass(frozen=True, slots=True)
class Discard(Command):
    """Give an operation up."""

    operation_id: int


@dataclass(frozen=True, slots=True)
class DeletePermanently(Command):
    """Ask the server now to delete a project for good."""

    project_id: int


@dataclass(frozen=True, slots=True)
class LoadProject(Command):
    """Ask the server for everything about one project."""

    key: int


@dataclass(frozen=True, slots=True)
class Refresh(Command):
    """Read the projects of a range, the newest window first."""

    wanted: DateRange


@dataclass(frozen=True, slots=True)
class CancelRefresh(Command):
    """Stop the running refresh."""


@dataclass(frozen=True, slots=True)
class SendNow(Command):
    """Try the server without waiting out the pause."""


@dataclass(frozen=True, slots=True)
class CheckIntegrity(Command):
    """Look the database over."""


@dataclass(frozen=True, slots=True)
class Stop(Command):
    """End."""


#: Those that store something that a person did, and end in `operation_saved` or `operation_not_saved`.
StoringCommand = CreateProject | EditProject | MoveToDeleted | TryAgain | Discard
