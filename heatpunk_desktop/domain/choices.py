"""Choices of the user that are stored on this computer only and never sent: saved views, pairs, import mappings."""

from __future__ import annotations

from typing import NamedTuple


class StoredView(NamedTuple):
    """A saved view, as stored. Its content is JSON that only the layers above understand.

    Attributes:
        view_id: Its number; 0 for one that was not stored yet.
        name: The user's name for it.
        content: JSON of its conditions, columns, order, sort, and whether it is a table or a board.
    """

    view_id: int
    name: str
    content: str


class RemovedView(NamedTuple):
    """The removal of a saved view."""

    view_id: int


class ViewOrder(NamedTuple):
    """The order of the saved views; those that are not named come last."""

    view_ids: tuple[int, ...]


class NotTheSame(NamedTuple):
    """Pairs of keys of projects that the user marked as not duplicates of each other."""

    pairs: tuple[tuple[int, int], ...]


class MaybeTheSame(NamedTuple):
    """Pairs of keys of projects whose mark as not duplicates is taken away."""

    pairs: tuple[tuple[int, int], ...]


class ColumnMapping(NamedTuple):
    """How the columns of spreadsheets with certain headings are read.

    Attributes:
        headings: The headings, as in the file.
        columns: JSON of what each column is read as.
    """

    headings: tuple[str, ...]
    columns: str


class ValueReplacement(NamedTuple):
    """What a value of a spreadsheet's column is replaced by.

    Attributes:
        target: What the column is read as.
        heading: The key of the column's heading; empty where it has none.
        value: The key of the value.
        becomes: The replacement; empty where the cell is left empty.
    """

    target: str
    heading: str
    value: str
    becomes: str


class ValueReplacements(NamedTuple):
    """Replacements of spreadsheet values that no field accepts as they are."""

    values: tuple[ValueReplacement, ...]


class OwnerName(NamedTuple):
    """The user's name for an owner whose email is not known; an empty name removes it."""

    owner_id: int
    name: str


#: Anything that can be kept.
Choice = (
    StoredView | RemovedView | ViewOrder | NotTheSame | MaybeTheSame | ColumnMapping | ValueReplacements | OwnerName
)
