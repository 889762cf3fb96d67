"""A view of a person's own, as it is kept: what it says about filters and columns is text to whoever keeps it."""

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
