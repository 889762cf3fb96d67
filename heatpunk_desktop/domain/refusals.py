"""What a refused change was refused for, as far as the server's words tell. Nobody has said how a server words it."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.domain.operation import OperationKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from heatpunk_desktop.domain.operation import Operation

#: The one thing in a create that is no field of `meta`.
OWNER: Final = "owner"

#: How a text may name each field: as it is called on the wire, or in plain words.
_NAMES: Final = {
    Field.PROJECT_NAME: r"project[ _]?name",
    Field.CUSTOMER_NAME: r"customer[ _]?name",
    Field.CUSTOMER_EMAIL: r"customer[ _]?e-?mail",
    Field.CUSTOMER_PHONE: r"(?:customer[ _]?)?(?:tele)?phone",
    Field.ADDRESS: r"(?<!mail )(?<!ip )address(?:es)?",
    Field.POSTCODE: r"post[ _]?code",
    Field.LATITUDE: r"lat(?:itude)?",
    Field.LONGITUDE: r"lng|lon(?:gitude)?",
    Field.BUILD_DATE: r"build[ _]?date",
    Field.STATUS: r"(?<!http )status(?! code)",
    Field.CRM_REFERENCE: r"(?:crm[ _]?)?reference",
}
_OWNER_WORDS: Final = r"owner(?:[ _]?e-?mail)?|team[ _]?members?|(?:in|of|on|from|to) (?:the|this|your|that) team"


def _pattern(words: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![a-z0-9])(?:{words})(?![a-z0-9])")


_FIELDS: Final = {field: _pattern(words) for field, words in _NAMES.items()}
_OWNER: Final = _pattern(_OWNER_WORDS)


@lru_cache(maxsize=256)
def _fields_named(text: str) -> Mapping[str, int]:
    """Where a text names fields; many changes are refused in the same words, and a page shows 500 of them."""
    return {field: found.start() for field, pattern in _FIELDS.items() if (found := pattern.search(text))}


def refused_for(server_words: str, operation: Operation) -> str:
    """What the server's words name first: a `Field`, `OWNER` (of a create), or empty where they name neither.

    Of an update only a field that it sets counts, and of a create such a field comes first: `status` and `address` are
    everyday words.
    """
    if operation.kind is OperationKind.SOFT_DELETE:
        return ""
    text = server_words.casefold()
    places: dict[str, int] = {**_fields_named(text)}
    if operation.kind is OperationKind.CREATE:
        starts = [found.start()] if (found := _OWNER.search(text)) else []
        if operation.owner and (at := text.find(operation.owner.casefold())) >= 0:
            starts.append(at)
        if starts:
            places[OWNER] = min(starts)
    likely = [one for one in places if one == OWNER or one in operation.changes]
    named = likely if likely or operation.kind is OperationKind.UPDATE else places
    return min(named, key=places.__getitem__, default="")
