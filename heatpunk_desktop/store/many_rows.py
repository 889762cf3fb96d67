"""Rows by the dozen in one statement.

While a statement runs, the other threads have the interpreter, and it takes a while to get it back. So a dozen rows
are written in one statement and not in a dozen.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

#: Rows of a statement at most: SQLite takes no more than some thousand values at once.
_MOST: Final = 100

_Item = TypeVar("_Item")


@lru_cache(maxsize=256)
def row_places(rows: int, columns: int) -> str:
    """The places of so many rows after `VALUES`, such as `(?, ?), (?, ?)`."""
    row = f"({', '.join('?' * columns)})"
    return ", ".join([row] * rows)


def in_dozens(items: Sequence[_Item]) -> Iterator[Sequence[_Item]]:
    """Some at a time, as many as one statement takes."""
    return (items[start : start + _MOST] for start in range(0, len(items), _MOST))
