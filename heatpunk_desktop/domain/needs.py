"""The table of all ways in which a change can need the user (`Need`), and of the ways out of each (`WAYS_OUT`).

Windows, tests and `docs/needs-attention.md`, which explains it to users, share this table.

That a change needs the user is a state (`needs_you`), to which the events lead that `operation_states.NEED_THE_USER`
derives. Each is decided in one place: `refused` and `unusable` in `sync/step.py`, `conflict` and `gone` in
`sync/read_before_write.py`, `unclear` in `sync/rules.py`, `damaged` in `store/recovery`.

Why, and what about it, is said in three ways that build on each other:

- `Reason` (`operation.py`) is stored with the state: which kind of trouble it is, for the program to go by.
- `Need` (here) is not stored: `need_of` derives it from the reason, the kind of change and what the server said. It is
  the heading that the user reads, and `WAYS_OUT` holds what they can do.
- `Remark` (`remarks.py`) is stored too, in any state: what happened last, as the sentence that the user reads below
  the heading. Nothing is decided by it.

`refused_for` finds the field that a refusal is about, as far as the server's words show it: how it words a refusal is
documented nowhere.
"""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from heatpunk_desktop.domain.fields import FIELD_SPECS, Field
from heatpunk_desktop.domain.operation import OperationKind, OperationState, Reason

if TYPE_CHECKING:
    from collections.abc import Mapping

    from heatpunk_desktop.domain.operation import Operation

#: The only value of a create that is no field of `meta`.
OWNER: Final = "owner"

#: Names of each field in a message: that of the API, or plain words.
_NAMES: Final = {field: FIELD_SPECS[field].refused_as or field.value.replace("_", "[ _]?") for field in Field}
_OWNER_WORDS: Final = r"owner(?:[ _]?e-?mail)?|team[ _]?members?|(?:in|of|on|from|to) (?:the|this|your|that) team"


def _found(words: str, text: str) -> re.Match[str] | None:
    """Return where the words of a pattern first stand in a text, as whole words."""
    return re.search(rf"(?<![a-z0-9])(?:{words})(?![a-z0-9])", text)


@lru_cache(maxsize=256)
def _fields_named(text: str) -> Mapping[str, int]:
    """Return where a text names fields.

    Cached: many changes are refused in the same words, and a page shows 500 of them.
    """
    return {field: found.start() for field, words in _NAMES.items() if (found := _found(words, text))}


def refused_for(server_words: str, operation: Operation) -> str:
    """Return what the server's words name first: a `Field`, `OWNER` (of a create), or empty where they name neither.

    Of an update only a field that it sets counts, and of a create such a field comes first: `status` and `address` are
    everyday words.
    """
    if operation.kind is OperationKind.SOFT_DELETE:
        return ""
    text = server_words.casefold()
    places: dict[str, int] = {**_fields_named(text)}
    if operation.kind is OperationKind.CREATE:
        starts = [found.start()] if (found := _found(_OWNER_WORDS, text)) else []
        if operation.owner and (at := text.find(operation.owner.casefold())) >= 0:
            starts.append(at)
        if starts:
            places[OWNER] = min(starts)
    likely = [name for name in places if name == OWNER or name in operation.changes]
    named = likely if likely or operation.kind is OperationKind.UPDATE else places
    return min(named, key=places.__getitem__, default="")


class Need(StrEnum):
    """Why a change needs the user: a `Reason`, split where the ways out differ.

    `owner`: a new project was refused because of its owner. `field`: the server named a field that it does not accept.
    `refused`: it refused in any other words. `delete_refused`: it refused a move to deleted. `conflict`: somebody else
    changed the same fields. `gone`: the project is not on the server any more. `unclear_create`, `unclear`: it may have
    been carried out, and reconciliation could not determine it. `damaged`: the stored operation cannot be read.
    """

    OWNER = "owner"
    FIELD = "field"
    REFUSED = "refused"
    DELETE_REFUSED = "delete_refused"
    CONFLICT = "conflict"
    GONE = "gone"
    UNCLEAR_CREATE = "unclear_create"
    UNCLEAR = "unclear"
    DAMAGED = "damaged"


class WayOut(StrEnum):
    """An action that the user can take on a change that needs attention."""

    KEEP_MINE = "keep_mine"
    KEEP_THEIRS = "keep_theirs"
    ADOPT = "adopt"
    CREATE_AGAIN = "create_again"
    CHANGE_OWNER = "change_owner"
    EDIT = "edit"
    OPEN = "open"
    TRY_AGAIN = "try_again"
    DISCARD = "discard"


_W = WayOut

#: For each need its ways out, the likeliest first. `OPEN` only looks; all others settle the change.
WAYS_OUT: Final[Mapping[Need, tuple[WayOut, ...]]] = {
    Need.OWNER: (_W.CHANGE_OWNER, _W.EDIT, _W.TRY_AGAIN, _W.DISCARD),
    Need.FIELD: (_W.EDIT, _W.TRY_AGAIN, _W.DISCARD),
    Need.REFUSED: (_W.EDIT, _W.TRY_AGAIN, _W.DISCARD),
    Need.DELETE_REFUSED: (_W.TRY_AGAIN, _W.DISCARD),
    Need.CONFLICT: (_W.KEEP_MINE, _W.KEEP_THEIRS, _W.OPEN, _W.DISCARD),
    Need.GONE: (_W.CREATE_AGAIN, _W.TRY_AGAIN, _W.DISCARD),
    Need.UNCLEAR_CREATE: (_W.ADOPT, _W.OPEN, _W.TRY_AGAIN, _W.DISCARD),
    Need.UNCLEAR: (_W.OPEN, _W.TRY_AGAIN, _W.DISCARD),
    Need.DAMAGED: (_W.DISCARD,),
}

#: Actions on several changes at once; each of the others is for one.
FOR_SEVERAL: Final = frozenset(
    {_W.KEEP_MINE, _W.KEEP_THEIRS, _W.CREATE_AGAIN, _W.CHANGE_OWNER, _W.TRY_AGAIN, _W.DISCARD}
)


def need_of(operation: Operation) -> Need:
    """Return why a change needs the user; also for one in doubt, which the user may decide first."""
    is_create = operation.kind is OperationKind.CREATE
    if operation.state is OperationState.UNKNOWN or operation.reason is Reason.UNCLEAR:
        return Need.UNCLEAR_CREATE if is_create else Need.UNCLEAR
    if operation.reason is Reason.CONFLICT and operation.theirs:
        return Need.CONFLICT
    if operation.reason is Reason.GONE:
        return Need.GONE
    if operation.reason is Reason.DAMAGED:
        return Need.DAMAGED
    if operation.kind is OperationKind.SOFT_DELETE:
        return Need.DELETE_REFUSED
    named = refused_for(operation.server_words, operation)
    return Need.OWNER if named == OWNER else Need.FIELD if named else Need.REFUSED


def ways_out(operation: Operation) -> tuple[WayOut, ...]:
    """Return the actions that the user can take on a change, the likeliest first.

    The owner of any refused new project can be changed: a server may not say that the owner was the reason.
    """
    need = need_of(operation)
    ways = WAYS_OUT[need]
    if need in (Need.FIELD, Need.REFUSED) and operation.kind is OperationKind.CREATE:
        ways = (*ways[:1], WayOut.CHANGE_OWNER, *ways[1:])
    left_out: set[WayOut] = set()
    if need is Need.UNCLEAR_CREATE and not operation.candidates:
        left_out = {WayOut.ADOPT, WayOut.OPEN}
    return tuple(way for way in ways if way not in left_out)
