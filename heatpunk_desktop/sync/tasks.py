"""The engine's requests to the server, each with its purpose."""

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
    """The read-before-write of an update; by the list if the server has no call for one project.

    Attributes:
        operation: The update.
        asked_at: Monotonic seconds of when the look was requested.
        asked: The same by the wall clock, which goes on while the computer sleeps.
        scan: The scan of the list, if it is read by the list.
    """

    operation: Operation
    asked_at: float
    asked: datetime
    scan: ListScan | None = None

    @property
    def by_list(self) -> bool:
        """Whether the project is looked up in the list."""
        return self.scan is not None


@dataclass(frozen=True, slots=True, eq=False)
class Check(Task):
    """The verification of an update: a look at the project after it."""

    operation: Operation


@dataclass(frozen=True, slots=True, eq=False)
class Probe(Task):
    """A look at any project, to learn whether the server has the call for one project at all."""

    project_id: int


@dataclass(frozen=True, slots=True, eq=False)
class Membership(Task):
    """A short list, to learn whether a refusal was about one project or about the user."""


@dataclass(frozen=True, slots=True, eq=False)
class Look(Task):
    """A request of a round: one project, or the list.

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
    """What the engine has changed, for the window and for notifications.

    Attributes:
        keys: Keys of projects whose rows changed.
        replaced: Keys of projects created here, with the IDs that the server has given them.
        needs_user: Operations that now need the user.
    """

    keys: set[int] = field(default_factory=set)
    replaced: list[tuple[int, int]] = field(default_factory=list)
    needs_user: list[int] = field(default_factory=list)
