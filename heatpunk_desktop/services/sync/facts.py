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
    """What is so now in the store: told once for each commit, or for a few that follow each other closely.

    Attributes:
        rows: The projects that came or changed, as they are now; see `store.reader.Row`.
        gone: Keys of projects that are not there any more.
        keys: Keys of all of these.
        replaced: For keys that are not used any more, as the server gave the project its number, those in their place.
        counts: How many operations there are of each kind; None where none came, went or went on.
        needs_user: Numbers of operations that have just come to need the user.
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
    """What is known of the way to the server.

    Attributes:
        link: Whether the server answers.
        since: UTC text of when that began.
        error: What went wrong, in words, where something did.
    """

    link: Link = Link.UNTRIED
    since: str = ""
    error: KnownError | None = None


class RefreshState(NamedTuple):
    """How the last or the running refresh stands.

    Attributes:
        running: Whether one is under way.
        windows_done: Windows of the range that are read.
        windows: Windows that the range was cut in; 0 before the first refresh.
        projects: Projects read so far in this refresh.
        last_at: UTC text of when a refresh last ended whole, or empty.
        error: Why the last one did not end whole; None where it did, or where it was cancelled.
        cancelled: Whether a person cancelled the last one.
        is_held_up: Whether the running one waits out a pause that the server asked for.
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
    """How the sending of what waits stands.

    Attributes:
        is_paused_for_key: Whether everything rests until a person gives a key.
        next_try_at: UTC text of when the server is tried again, or empty where nothing is put off.
    """

    is_paused_for_key: bool = False
    next_try_at: str = ""


class DetailsState(NamedTuple):
    """How far contact details are loaded in the background.

    Attributes:
        loaded: Projects whose details were loaded once.
        left: Projects whose details are still to be; those that the server refuses are in neither.
        is_on: Whether they are loaded.
        is_unavailable: Whether this server has no such call.
    """

    loaded: int = 0
    left: int = 0
    is_on: bool = False
    is_unavailable: bool = False


class ConnectionTest(NamedTuple):
    """What `Test connection` found: words for the person, and the error where it failed."""

    words: str
    error: KnownError | None = None


class Done(NamedTuple):
    """One thing that a person did.

    Attributes:
        change: What it was.
        key: The key of its project by now; 0 for a batch.
        name: The name of its project when it was done, or empty; for a batch what was done; for a choice the names of
            the projects that it is about.
    """

    change: NewProject | FieldEdit | MoveToDeleted | ChangeBatch | NotTheSame | MaybeTheSame
    key: int
    name: str


class UndoReport(NamedTuple):
    """What came of undoing something."""

    done: Done
    undone: UndoResult


class RedoReport(NamedTuple):
    """What came of redoing something."""

    done: Done
    redone: RedoResult
