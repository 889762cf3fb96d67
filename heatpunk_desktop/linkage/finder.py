"""The index as an import asks it: by keys and values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from heatpunk_desktop.linkage.features import known
from heatpunk_desktop.linkage.index import Likelihood, LinkageIndex

if TYPE_CHECKING:
    from collections.abc import Iterable

    from heatpunk_desktop.domain.fields import FieldValues


class ProjectFinder:
    """Finds the projects, or rows of a file, that another one is like; see `spreadsheets.likely.MatchFinder`."""

    def __init__(self, projects: Iterable[tuple[int, FieldValues]] = ()) -> None:
        """Takes the projects that are there at first.

        Args:
            projects: Their keys with what is known of them.
        """
        self._index = LinkageIndex(known(key, values) for key, values in projects)

    def add(self, key: int, values: FieldValues) -> None:
        """Takes one more."""
        self._index.add(known(key, values))

    def like(self, values: FieldValues) -> list[Likelihood]:
        """Those that may be the same, the likeliest first, then by key."""
        return self._index.like(values)
