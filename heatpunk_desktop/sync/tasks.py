"""What the engine wants asked of the server: requests with what they are for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from heatpunk_desktop.api.protocol import ApiRequest
    from heatpunk_desktop.domain.operation import Operation
    from heatpunk_desktop.sync.list_sync import ListScan


@dataclass(frozen=True, slots=True, eq=False)
class Task:
    """One request on its way.

    Attributes:
        request: What is sent.
    """

    request: ApiRequest


@dataclass(frozen=True, slots=True, eq=False)
class Send(Task):
    """A write; its operation says `sending` on the disk."""

    operation: Operation


@dataclass(frozen=True, slots=True, eq=False)
class Compare(Task):
    """A look at a project before it is updated; by the list where the server has no call for one project.

    Attributes:
        operation: The update.
        asked_at: Monotonic seconds of when the look was asked for.
        asked: The same by the clock on the wall, which goes on while the computer sleeps.
        scan: The list, where it is the list that tells.
    """

    operation: Operation
    asked_at: float
    asked: datetime
    scan: ListScan | None = None

    @property
    def by_list(self) -> bool:
        """Whether it is the list that tells."""
        return self.scan is not None


@dataclass(frozen=True, slots=True, eq=False)
class Check(Task):
    """A look at a project after it was updated."""

    operation: Operation


@dataclass(frozen=True, slots=True, eq=False)
class Probe(Task):
    """A look at some project or other, which tells whether the server has the call for one project at all."""

    project_id: int


@dataclass(frozen=True, slots=True, eq=False)
class Membership(Task):
    """A short list, which tells whether a refusal was about one project or about the user."""


@dataclass(frozen=True, slots=True, eq=False)
class Look(Task):
    """A part of a round of looking around: one project, or the list.

    Attributes:
        round: The number of the round.
        project_id: The project; None where it is the list.
        is_of_another: Whether it is another user's list.
    """

    round: int
    project_id: int | None = None
    is_of_another: bool = False


@dataclass(slots=True)
class Taken:
    """What some answers changed.

    Attributes:
        keys: Keys of projects whose rows changed.
        replaced: Keys of projects created here, with the IDs that they have by now.
        needs_user: Operations that have just come to need a person.
    """

    keys: set[int] = field(default_factory=set)
    replaced: list[tuple[int, int]] = field(default_factory=list)
    needs_user: list[int] = field(default_factory=list)
