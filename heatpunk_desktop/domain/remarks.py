"""Remarks on operations, as codes with values; `gui/text/remark_words.py` has their text.

They say what happened last, and decide nothing; `needs.py` says how they go with why a change needs the user.
"""

from __future__ import annotations

import json
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

from heatpunk_desktop.texts import Text

if TYPE_CHECKING:
    from collections.abc import Sequence


class RemarkCode(StrEnum):
    """What is remarked, with the values that belong to it. Codes are stored: one that was ever used keeps its meaning.

    Waiting. `key_refused`: nothing goes before there is a valid key. `not_sent` (title of the error): no byte left, or
    the server put us off. `not_compared` (title of the error): the look before an update did not succeed. `not_shown`:
    the server does not show its project yet. `held`: an abandoned request of its project may still be applied.
    `absent`: it was looked for and is not there, so it goes again.

    In doubt. `in_doubt` (UTC text of the end of the grace period, title of the error): no clear answer came.
    `interrupted` (that UTC text): the app ended meanwhile. `damaged_checking`, `older_copy_checking`: it was carried
    over from a damaged database, or an older copy of one, and may have been sent.

    Needs the user. `unusable` (why): it cannot be put in a request. `owner_refused` (email), `field_refused` (field),
    `create_forbidden` (email), `refused` (message, advice): the server said no. `conflict`; `gone`; `no_proof`;
    `too_often`; `unclear_create`; `unclear_update`: see `Reason`. `damaged`: its row cannot be read.
    `damaged_left` (what is left of it): that of a damaged database.

    Settled. `found`, `found_by_reference`; `found_untold` (fields): the same, but these could not be compared.
    `adopted`: found by the user. `there_already`: nothing was sent. `untold`: it was sent without comparing.
    `changed_after` (fields): the server holds something else in them. `settled_since`: it waited in an older copy of
    the database.

    `text` (the text): what a version wrote that stored sentences.
    """

    KEY_REFUSED = "key_refused"
    NOT_SENT = "not_sent"
    NOT_COMPARED = "not_compared"
    NOT_SHOWN = "not_shown"
    HELD = "held"
    ABSENT = "absent"
    IN_DOUBT = "in_doubt"
    INTERRUPTED = "interrupted"
    DAMAGED_CHECKING = "damaged_checking"
    OLDER_COPY_CHECKING = "older_copy_checking"
    UNUSABLE = "unusable"
    OWNER_REFUSED = "owner_refused"
    FIELD_REFUSED = "field_refused"
    CREATE_FORBIDDEN = "create_forbidden"
    REFUSED = "refused"
    CONFLICT = "conflict"
    GONE = "gone"
    NO_PROOF = "no_proof"
    TOO_OFTEN = "too_often"
    UNCLEAR_CREATE = "unclear_create"
    UNCLEAR_UPDATE = "unclear_update"
    DAMAGED = "damaged"
    DAMAGED_LEFT = "damaged_left"
    FOUND = "found"
    FOUND_BY_REFERENCE = "found_by_reference"
    FOUND_UNTOLD = "found_untold"
    ADOPTED = "adopted"
    THERE_ALREADY = "there_already"
    UNTOLD = "untold"
    CHANGED_AFTER = "changed_after"
    SETTLED_SINCE = "settled_since"
    TEXT = "text"


class Remark(NamedTuple):
    """One remark: what it says, and its values, of which marked texts can still be translated."""

    code: RemarkCode
    values: tuple[str, ...] = ()


Remarks: TypeAlias = tuple[Remark, ...]

#: How a stored list of remarks begins, and no sentence does.
_BEGINNING: Final = '[["'


def remark(code: RemarkCode, *values: str) -> Remarks:
    """Return one remark as the remarks on an operation."""
    return (Remark(code, values),)


def remarks_as_json(remarks: Remarks) -> str:
    """Return remarks as they are stored; empty for none."""
    if not remarks:
        return ""
    if remarks[0].code is RemarkCode.TEXT and len(remarks) == 1:
        return "".join(remarks[0].values)
    return json.dumps([[remark.code, *map(_as_json, remark.values)] for remark in remarks], ensure_ascii=False)


@lru_cache(maxsize=256)
def remarks_of_json(stored: str) -> Remarks:
    """Return stored remarks; what is none, such as a sentence of an earlier version, as a text.

    Cached: most operations bear the same few.
    """
    if not stored:
        return ()
    if stored.startswith(_BEGINNING):
        try:
            return tuple(Remark(RemarkCode(code), tuple(map(_of_json, values))) for code, *values in json.loads(stored))
        except (ValueError, TypeError, KeyError, IndexError, RecursionError):
            pass
    return remark(RemarkCode.TEXT, stored)


def _as_json(value: object) -> object:
    if not isinstance(value, Text):
        return str(value)
    return {"context": value.context, "source": value.source, "values": [*map(_as_json, value.values)]}


def _of_json(value: Any) -> str:  # noqa: ANN401 - JSON
    if isinstance(value, str):
        return value
    values: Sequence[object] = value["values"]
    return Text(value["context"], value["source"], tuple(map(_of_json, values)))
