"""Reads of the store for the windows: a connection that cannot write."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum

from heatpunk_desktop.domain.operation import Operation, OperationCounts
from heatpunk_desktop.domain.project import Member, ProjectDetail


class OperationGroup(StrEnum):
    """The pages of the panel `Changes`."""

    WAITING = "Waiting"
    NEEDS_YOU = "Needs you"
    DONE = "Done"


class StoreReader:
    """Reads one account's database. Rows are plain tuples in the order of `ProjectRow`."""

    def first_rows(self, limit: int) -> list[tuple]:
        """The newest projects by the time they were created, pending ones first."""
        raise NotImplementedError

    def all_rows(self, slice_size: int = 2000) -> Iterator[list[tuple]]:
        """Every project in slices, the newest first; a caller may pause between slices."""
        raise NotImplementedError

    def rows_of(self, keys: Iterable[int]) -> dict[int, tuple]:
        """The rows of some keys; a key that has no row any more is missing."""
        raise NotImplementedError

    def count(self) -> int:
        """How many rows `all_rows` gives, nearly: for progress."""
        raise NotImplementedError

    def detail(self, key: int) -> ProjectDetail | None:
        """Everything known of one project, or None where there is no such project."""
        raise NotImplementedError

    def operations(self, group: OperationGroup, limit: int = 500) -> tuple[Operation, ...]:
        """The operations of a page of `Changes`: oldest first, Done newest first."""
        raise NotImplementedError

    def operation_counts(self) -> OperationCounts:
        """How many operations stand where."""
        raise NotImplementedError

    def members(self) -> tuple[Member, ...]:
        """People of the team that are known here, me first."""
        raise NotImplementedError
