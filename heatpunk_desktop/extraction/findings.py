"""What was read in a note."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from heatpunk_desktop.domain.fields import Field


class Sureness(StrEnum):
    """How sure a value is, the surest first. Nothing that is less sure than these is ever a value."""

    #: A label such as `Tel:` or the head of the email says what it is.
    LABELLED = "labelled"
    #: Its own form says what it is, and the note has no other of its kind.
    FORMED = "formed"
    #: Where it stands says what it is, such as a name under `Kind regards`.
    PLACED = "placed"


class Finding(NamedTuple):
    """One value that was read.

    Attributes:
        value: What would have been typed into the form.
        start: Where it begins in the note, in characters from 0.
        end: Where it ends, exclusive. An address of several lines reaches from its first to its last.
        sureness: How sure it is.
    """

    value: str
    start: int
    end: int
    sureness: Sureness


class NoteReading(NamedTuple):
    """All that was read in a note.

    Attributes:
        sure: The fields with the one value that each has. The others are not known.
        unsure: Fields that are left alone because the note holds several values, in the note's order.
    """

    sure: Mapping[Field, Finding]
    unsure: Mapping[Field, tuple[Finding, ...]]
