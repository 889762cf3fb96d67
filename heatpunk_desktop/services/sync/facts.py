"""The immutable values that the service's signals carry to the windows."""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from heatpunk_desktop.domain.changes import ChangeBatch, FieldEdit, MoveToDeleted, NewProject
    from heatpunk_desktop.domain.choices import MaybeTheSame, NotTheSame
    from heatpunk_desktop.domain.operation import OperationCounts
    from heatpunk_desktop.domain.undo import RedoResult, UndoResult
    from heatpunk_desktop.errors import KnownError
    from heatpunk_desktop.store.reader import Row


_NOTHING: Final[Mapping[int, int]] = MappingProxyType({})


class Changed(NamedTuple):
    """The new state of the store after a commit, or after a few that follow each other closely.

    Attributes:
        rows: The projects that were added or changed, as they are now; see `store.reader.Row`.
        gone: Keys of projects that no longer exist.
        keys: Keys of all of these.
        replaced: Keys that are no longer used, as the server has numbered the project, with those in their place.
        counts: How many operations there are in each state; None if none was added, removed or changed.
        needs_user: Numbers of operations that need the user since this commit.
    """

    rows: tuple[Row, ...] = ()
    gone: tuple[int, ...] = ()
    keys: tuple[int, ...] = ()
    replaced: Mapping[int, int] = _NOTHING
    counts: OperationCounts | None = None
    needs_user: tuple[int, ...] = ()


class Link(StrEnum):
    """Whether the server answers: not tried yet, answering, not reached, or refusing the key."""

    UNTRIED = "untried"
    ONLINE = "online"
    OFFLINE = "offline"
    KEY_REFUSED = "key_refused"
    KEY_MISSING = "key_missing"


class Connection(NamedTuple):
    """The state of the connection to the server.

    Attributes:
        link: Whether the server answers.
        since: Since when, as UTC text.
        error: What went wrong, or None.
    """

    link: Link = Link.UNTRIED
    since: str = ""
    error: KnownError | None = None


class RefreshState(NamedTuple):
    """The state of the running refresh, or of the last one.

    Attributes:
        running: Whether one is under way.
        windows_done: How many windows of the range are read.
        windows: Into how many windows the range is divided; 0 before the first refresh.
        projects: How many projects this refresh has read so far.
        last_at: When a refresh was last completed, as UTC text, or empty.
        error: Why the last one failed; None if it was completed or cancelled.
        cancelled: Whether the user cancelled the last one.
        is_held_up: Whether the running one waits for a pause that the server asked for.
    """

    running: bool = False
    windows_done: int = 0
    windows: int = 0
    projects: int = 0
    last_at: str = ""
    error: KnownError | None = None
    cancelled: bool = False
    is_held_up: bool = False


class Sending(NamedTuple):
    """Whether queued operations can be sent.

    Attributes:
        is_paused_for_key: Whether nothing is sent until the user enters an API key.
        next_try_at: When the server is tried again, as UTC text, or empty if sending is not put off.
    """

    is_paused_for_key: bool = False
    next_try_at: str = ""


class DetailsState(NamedTuple):
    """The progress of loading contact details in the background.

    Attributes:
        loaded: How many projects' details have been loaded.
        left: How many are still to be loaded; projects that the server refuses are in neither number.
        is_on: Whether loading is switched on.
        is_unavailable: Whether this server has no call for one project.
    """

    loaded: int = 0
    left: int = 0
    is_on: bool = False
    is_unavailable: bool = False


class ConnectionTest(NamedTuple):
    """The result of `Test connection`: words for the user, and the error if it failed."""

    words: str
    error: KnownError | None = None


class Done(NamedTuple):
    """One thing that the user did.

    Attributes:
        change: What it was.
        key: The current key of its project; 0 for a batch.
        name: The name of its project at that time, or empty; for a batch its label; for a choice the names of the
            projects that it is about.
    """

    change: NewProject | FieldEdit | MoveToDeleted | ChangeBatch | NotTheSame | MaybeTheSame
    key: int
    name: str


class UndoReport(NamedTuple):
    """The result of undoing something."""

    done: Done
    undone: UndoResult


class RedoReport(NamedTuple):
    """The result of redoing something."""

    done: Done
    redone: RedoResult
