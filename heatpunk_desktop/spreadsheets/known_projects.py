"""The projects that rows are compared with: those that are there, or the rows of the same file."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from heatpunk_desktop.domain.fields import Field, FieldValues
from heatpunk_desktop.domain.folding import fold
from heatpunk_desktop.domain.validation import check_address
from heatpunk_desktop.spreadsheets.column_content import part_address

if TYPE_CHECKING:
    from heatpunk_desktop.spreadsheets.likely import LikenessFinder, LikeProject, MakeFinder

#: Gives what is known of projects by their keys; those that are not there are missing.
Fetch = Callable[[Sequence[int]], Mapping[int, FieldValues]]

_TEXTS: Final = (Field.PROJECT_NAME, Field.CUSTOMER_NAME, Field.POSTCODE)


class KnownProjects:
    """Projects that are asked which of them a row is, or may be.

    `like` finds those that are probably the same by whatever the finder goes by; `exactly` finds those of the very same
    names and place, however little that says, so that a file that is imported twice brings nothing twice.
    """

    def __init__(self, projects: Iterable[tuple[int, FieldValues]], make_finder: MakeFinder, fetch: Fetch) -> None:
        """Goes through all projects once.

        Args:
            projects: Their keys with what is known of them.
            make_finder: Makes the finder of like projects.
            fetch: Gives what is known of some of them again.
        """
        self._fetch = fetch
        self._by_mark: list[tuple[int, int]] = []
        self._finder: LikenessFinder = make_finder(self._marked(projects))
        self._by_mark.sort()
        self._marks = array("q", (mark for mark, _ in self._by_mark))
        self._keys = array("q", (key for _, key in self._by_mark))
        self._by_mark.clear()

    def _marked(self, projects: Iterable[tuple[int, FieldValues]]) -> Iterator[tuple[int, FieldValues]]:
        for key, values in projects:
            self._by_mark.append((_mark(values), key))
            yield key, values

    def like(self, values: FieldValues) -> Sequence[LikeProject]:
        """Those that may be the same, the likeliest first."""
        return self._finder.like(values)

    def exactly(self, values: FieldValues) -> list[int]:
        """Keys of those with the very same project name, customer, address and postcode, the first key first."""
        mark = _mark(values)
        if mark == _NOTHING:
            return []
        keys = []
        place = bisect_left(self._marks, mark)
        while place < len(self._marks) and self._marks[place] == mark:
            keys.append(self._keys[place])
            place += 1
        return keys

    def values_of(self, keys: Sequence[int]) -> Mapping[int, FieldValues]:
        """What is known of some projects; those that are not there any more are missing."""
        return self._fetch(keys) if keys else {}


#: The mark of projects that say nothing of all that.
_NOTHING: Final = hash(("", "", "", ""))


def _mark(values: FieldValues) -> int:
    """A number that projects of the same names and place share."""
    texts = [" ".join(fold(str(values.get(field) or "")).split()) for field in _TEXTS]
    address, postcode = part_address(str(check_address(str(values.get(Field.ADDRESS) or "")).value or ""))
    place = texts[2].replace(" ", "") or postcode.lower().replace(" ", "")
    return hash((texts[0], texts[1], " ".join(fold(address).split()), place))
