"""The projects and earlier rows that an imported row is compared with, to find the one that it is about."""

from __future__ import annotations

import heapq
from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final, Protocol

from heatpunk_desktop.domain.fields import Field, FieldValues
from heatpunk_desktop.domain.folding import fold
from heatpunk_desktop.domain.validation import check_address
from heatpunk_desktop.spreadsheets.column_content import part_address

#: Returns the known values of projects by their keys; those that do not exist are missing.
Fetch = Callable[[Sequence[int]], Mapping[int, FieldValues]]

#: Projects that are sorted at a time.
_PART: Final = 8192
_TEXTS: Final = (Field.PROJECT_NAME, Field.CUSTOMER_NAME, Field.POSTCODE)
_REACHED: Final = (Field.CUSTOMER_EMAIL, Field.CUSTOMER_PHONE)
_PLACED: Final = (Field.LATITUDE, Field.LONGITUDE)


class Compared(Protocol):
    """A collection that a row can be looked up in."""

    def matches(self, values: FieldValues, /) -> Sequence[Match]:
        """Return the matches, the best first."""

    def exactly(self, mark: int, /) -> Sequence[int]:
        """Return the keys of those with the same mark, in their order."""


class KnownProjects:
    """All existing projects.

    `matches` finds those that are probably the same, by the finder's confidence; `exactly` finds those of the very same
    names and place, however little that says, so that importing a file twice creates nothing twice.
    """

    def __init__(self, projects: Iterable[tuple[int, FieldValues]], make_finder: MakeFinder, fetch: Fetch) -> None:
        """Index all projects.

        Args:
            projects: Their keys with their known values.
            make_finder: Makes the finder of matches.
            fetch: Returns the known values of some of them again.
        """
        self._fetch = fetch
        marked: list[tuple[int, int]] = []
        self._finder: MatchFinder = make_finder(_marked(projects, marked))
        # Sorted in parts, as the window would wait for a single sort of a hundred thousand.
        parts = [sorted(marked[at : at + _PART]) for at in range(0, len(marked), _PART)]
        self._marks, self._keys = array("q"), array("q")
        for mark, key in heapq.merge(*parts):
            self._marks.append(mark)
            self._keys.append(key)

    def matches(self, values: FieldValues) -> Sequence[Match]:
        """Return the matches, the best first."""
        return self._finder.matches(values)

    def exactly(self, mark: int) -> list[int]:
        """Return the keys of those with the same mark (see `mark_of`), in their order."""
        keys: list[int] = []
        place = bisect_left(self._marks, mark)
        while mark != NO_MARK and place < len(self._marks) and self._marks[place] == mark:
            keys.append(self._keys[place])
            place += 1
        return keys

    def values_of(self, keys: Sequence[int]) -> Mapping[int, FieldValues]:
        """Return the known values of some projects; those that do not exist any more are missing."""
        return self._fetch(keys) if keys else {}


class RowsBefore:
    """The earlier rows of the file, with the interface of `KnownProjects`; their keys are their numbers."""

    def __init__(self, make_finder: MakeFinder) -> None:
        """Begin without rows."""
        self._finder = make_finder(())
        self._by_mark: dict[int, list[int]] = {}

    def add(self, number: int, values: FieldValues, mark: int) -> None:
        """Add a row, or a corrected one; its values before the correction may still be found."""
        self._finder.add(number, values)
        marked = self._by_mark.setdefault(mark, []) if mark != NO_MARK else [number]
        if number not in marked[-1:] and number not in marked:
            marked.append(number)

    def matches(self, values: FieldValues) -> Sequence[Match]:
        """Return the matches, the best first."""
        return self._finder.matches(values)

    def exactly(self, mark: int) -> Sequence[int]:
        """Return the numbers of those with the same mark, in their order."""
        return self._by_mark.get(mark, ())


def _marked(
    projects: Iterable[tuple[int, FieldValues]], marks: list[tuple[int, int]]
) -> Iterator[tuple[int, FieldValues]]:
    for key, values in projects:
        marks.append((mark_of(values), key))
        yield key, values


def mark_of(values: FieldValues) -> int:
    """Return a number that projects with the very same project name, customer, address and postcode share.

    Those that have none of these are told apart by contact details and position, and those that have none of these
    either by their CRM reference.
    """
    texts = [_folded(values, field) for field in _TEXTS]
    address, postcode = part_address(str(check_address(str(values.get(Field.ADDRESS) or "")).value or ""))
    place = texts[2].replace(" ", "") or postcode.lower().replace(" ", "")
    named = (texts[0], texts[1], " ".join(fold(address).split()), place)
    if any(named):
        return hash(named)
    degrees = (value if isinstance(value := values.get(field), float) else "" for field in _PLACED)
    reached = (*(_folded(values, field) for field in _REACHED), *degrees)
    return hash(reached if any(reached) else ("", _folded(values, Field.CRM_REFERENCE)))


def _folded(values: FieldValues, field: Field) -> str:
    return " ".join(fold(str(values.get(field) or "")).split())


#: The mark of projects that say nothing of all that.
NO_MARK: Final = mark_of({})


class Match(Protocol):
    """A project that matches the one asked about."""

    @property
    def key(self) -> int:
        """The key under which it was added."""

    @property
    def score(self) -> int:
        """The confidence, 0 to 100; 100 is the same CRM reference."""

    @property
    def reasons(self) -> Sequence[str]:
        """What the two share, the strongest first; each a value of an enum."""


class MatchFinder(Protocol):
    """Finds the matches for a project among those that were added."""

    def add(self, key: int, values: FieldValues, /) -> None:
        """Add one more project."""

    def matches(self, values: FieldValues, /) -> Sequence[Match]:
        """Return the matches, the best first; the same question always has the same answer."""


#: Makes a finder of projects: their keys with the values that are known of them.
MakeFinder = Callable[[Iterable[tuple[int, "FieldValues"]]], MatchFinder]
