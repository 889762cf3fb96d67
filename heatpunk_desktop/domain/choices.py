"""What a person chooses that is kept on this computer and sent nowhere."""

from __future__ import annotations

from typing import NamedTuple


class KeptView(NamedTuple):
    """A view in the sidebar.

    Attributes:
        view_id: Its number; 0 for one that was not kept yet.
        name: What the person calls it.
        content: JSON of its conditions, columns, order, sort, and whether it is a table or a board.
    """

    view_id: int
    name: str
    content: str


class RemovedView(NamedTuple):
    """A view of the person's own that is to be forgotten."""

    view_id: int


class ViewOrder(NamedTuple):
    """The order of the person's own views; those that are not named come last."""

    view_ids: tuple[int, ...]


class NotTheSame(NamedTuple):
    """Pairs of keys of projects that are not duplicates of each other."""

    pairs: tuple[tuple[int, int], ...]


class MaybeTheSame(NamedTuple):
    """Pairs of keys of projects of which nothing is said any more."""

    pairs: tuple[tuple[int, int], ...]


class ColumnsRead(NamedTuple):
    """What the columns of spreadsheets with these headings are taken for.

    Attributes:
        headings: The headings as they stand in the file.
        columns: JSON of what each column is taken for.
    """

    headings: tuple[str, ...]
    columns: str


class ValueMeant(NamedTuple):
    """What a value of a spreadsheet's column becomes.

    Attributes:
        target: What the column is read as.
        heading: The key of the column's heading; empty where it has none.
        value: The key of the value.
        becomes: What it becomes; empty where the cell is left empty.
    """

    target: str
    heading: str
    value: str
    becomes: str


class ValuesMeant(NamedTuple):
    """What values of a spreadsheet become that no field takes as they stand."""

    values: tuple[ValueMeant, ...]


class OwnerNamed(NamedTuple):
    """What an owner is called whose email is not known; an empty name takes it away."""

    owner_id: int
    name: str


#: Anything that can be kept.
Choice = KeptView | RemovedView | ViewOrder | NotTheSame | MaybeTheSame | ColumnsRead | ValuesMeant | OwnerNamed
