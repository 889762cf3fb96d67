"""Lays a person's change beside what the server holds by now, field by field. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from heatpunk_desktop.domain.fields import Field, Status
from heatpunk_desktop.sync.comparing import is_empty, same

if TYPE_CHECKING:
    from collections.abc import Container

    from heatpunk_desktop.domain.fields import FieldValues


class Merged(NamedTuple):
    """What becomes of each field of a change.

    Attributes:
        send: Fields to send: nobody else touched them, or nobody can tell (`untold`).
        there: Fields that the server holds already as the person wants them.
        clash: Fields that somebody else changed too, with what the server holds.
        untold: Those of `send` of which the server does not tell what it holds.
    """

    send: FieldValues
    there: frozenset[Field]
    clash: FieldValues
    untold: frozenset[Field]


def merge(
    base: FieldValues, mine: FieldValues, theirs: FieldValues, set_later: Container[Field] = frozenset()
) -> Merged:
    """Three ways: what the person saw, what the person wants, what the server holds.

    Args:
        base: What the person saw in the fields; a field that is missing was not loaded, so nothing was seen.
        mine: The change.
        theirs: What the server told; a field that is missing was not told.
        set_later: Fields that the person has set since: unless it is what the person saw, what they hold is meant, even
            where it is what every project begins with.
    """
    send: dict[Field, str | float | None] = {}
    clash: dict[Field, str | float | None] = {}
    there: set[Field] = set()
    untold: set[Field] = set()
    for field, value in mine.items():
        if field not in theirs:
            send[field] = value
            untold.add(field)
        elif same(field, theirs[field], value):
            there.add(field)
        elif field in base and same(field, theirs[field], base[field]):
            send[field] = value
        elif field in set_later:
            clash[field] = theirs[field]
        elif field not in base and is_empty(theirs[field]):
            send[field] = value
        elif field is Field.STATUS and is_empty(base.get(field)) and theirs[field] == Status.LEAD:
            # Every project begins as a lead, whether anybody said so or not: that is nobody's change.
            send[field] = value
        else:
            clash[field] = theirs[field]
    return Merged(send, frozenset(there), clash, frozenset(untold))
