"""Blocking: only projects that share a block are compared; and an index that answers which projects match one."""

from __future__ import annotations

import marshal
from array import array
from bisect import bisect_left, insort
from enum import IntEnum
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING, Final, NamedTuple
from zlib import crc32

from heatpunk_desktop.linkage.features import Features, KnownProject, features_of, known_project
from heatpunk_desktop.linkage.scoring import LIKELY, Reason, score

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from heatpunk_desktop.domain.fields import FieldValues

#: Projects of one block that are compared: a value that more share, such as a firm's own number, says nothing.
_MOST: Final = 40


class Kind(IntEnum):
    """What the projects of a block share."""

    REFERENCE = 0
    EMAIL = 1
    PHONE = 2
    POSTCODE = 3
    #: The sound of the family name, in one postcode district: for houses without a number.
    NAME_IN_DISTRICT = 4
    #: The house, by number, street and town.
    HOUSE = 5
    #: The number and the street, and the sound of the family name: for postcodes with a slip of the pen.
    NAME_IN_STREET = 6
    #: The sound of the whole name.
    NAME = 7
    #: The project's name.
    PROJECT_NAME = 8
    #: The same of projects that say nothing of their property.
    NAME_ALONE = 9
    PROJECT_NAME_ALONE = 10


#: Kinds whose blocks are searched only for projects without features of their property, as they share
#: too little where both say it.
VAGUE: Final = {Kind.NAME_ALONE: Kind.NAME, Kind.PROJECT_NAME_ALONE: Kind.PROJECT_NAME}


_ALONE: Final = {whole: alone for alone, whole in VAGUE.items()}


#: Bits of an entry for the project; a million fit.
_SLOT_BITS: Final = 21


_SLOTS: Final = (1 << _SLOT_BITS) - 1


#: Bits of a block's number; that two blocks share one costs a comparison and changes no result.
_EXTRA_BITS: Final = 10


_EXTRA: Final = (1 << _EXTRA_BITS) - 1


_PARTS: Final = 256


_INWARD: Final = 3


_LEAST_POSTCODE: Final = 5


#: Letters of a street that have to be right.
_STREET: Final = 4


def says_where(keys: Features) -> bool:
    """Return whether a project has features of its property."""
    return bool(keys.postcode or keys.address)


@lru_cache(maxsize=16)
def blocks_of(keys: Features) -> tuple[tuple[Kind, int], ...]:
    """Return the blocks that a project is in, each by its kind and a 42-bit number; the same on every computer."""
    named = [(Kind.REFERENCE, keys.reference)]
    named += [(Kind.EMAIL, email) for email in keys.emails]
    named += [(Kind.PHONE, phone) for phone in keys.phones]
    named.append((Kind.POSTCODE, keys.postcode))
    if keys.surname_sound and keys.address and not keys.premises and len(keys.postcode) >= _LEAST_POSTCODE:
        named.append((Kind.NAME_IN_DISTRICT, f"{keys.surname_sound}\n{keys.postcode[:-_INWARD]}"))
    if keys.address and (keys.premises or not keys.postcode):
        named.append((Kind.HOUSE, f"{keys.premises}\n{keys.street}\n{keys.place}"))
    if keys.premises and keys.surname_sound:
        named.append((Kind.NAME_IN_STREET, f"{keys.premises}\n{keys.street[:_STREET]}\n{keys.surname_sound}"))
    names = [(Kind.NAME, keys.name_sound), (Kind.PROJECT_NAME, keys.project_name)]
    named += names
    if not says_where(keys):
        named += zip(VAGUE, (text for _, text in names), strict=True)
    return tuple((kind, _number_of(text)) for kind, text in named if text)


@lru_cache(maxsize=16)
def blocks_to_look_in(keys: Features) -> tuple[tuple[Kind, int], ...]:
    """Return the blocks that hold all projects that one with these features may match."""
    if says_where(keys):
        return tuple((_ALONE.get(kind, kind), number) for kind, number in blocks_of(keys))
    return tuple(block for block in blocks_of(keys) if block[0] not in VAGUE)


def _number_of(text: str) -> int:
    data = text.encode("utf-8", "surrogatepass")
    return crc32(data) << _EXTRA_BITS | crc32(data, 1) & _EXTRA


class Blocks:
    """An index of projects by block, in 8 bytes an entry. Projects are identified by their place, 0 to 2,097,151."""

    def __init__(self) -> None:
        # Many short lists: putting one more in its place costs nothing, and no sorting holds up the other threads.
        self._parts = [[array("Q") for _ in range(_PARTS)] for _ in Kind]

    def add(self, slot: int, blocks: Iterable[tuple[Kind, int]]) -> None:
        """Put a project into its blocks."""
        if slot > _SLOTS:
            raise ValueError(f"a project's place is at most {_SLOTS:,}")
        for kind, number in blocks:
            insort(self._parts[kind][number % _PARTS], number << _SLOT_BITS | slot)

    def members(self, kind: Kind, number: int, limit: int) -> list[int]:
        """Return the projects of a block, the first ones up to a limit."""
        return list(self.members_of_any(((kind, number),), limit))

    def members_of_any(self, blocks: Iterable[tuple[Kind, int]], limit: int) -> Iterable[int]:
        """Return the projects of some blocks, the first ones of each up to a limit, without repetition."""
        found: dict[int, None] = {}
        for kind, number in blocks:
            part = self._parts[kind][number % _PARTS]
            start = bisect_left(part, number << _SLOT_BITS)
            if start == len(part) or part[start] >> _SLOT_BITS != number:
                continue  # as most are: no other project has this phone number
            end = bisect_left(part, (number + 1) << _SLOT_BITS, start, min(start + limit, len(part)))
            for entry in part[start:end]:
                found[entry & _SLOTS] = None
        return found

    def all_of(self, kind: Kind) -> Iterator[tuple[int, list[int]]]:
        """Yield the blocks of a kind, each by its number with its projects, ascending; always in the same order."""
        for part in self._parts[kind]:
            for number, entries in groupby(part, _number):
                yield number, [entry & _SLOTS for entry in entries]

    def count(self, kind: Kind) -> int:
        """Return how many entries a kind has."""
        return sum(map(len, self._parts[kind]))


def _number(entry: int) -> int:
    return entry >> _SLOT_BITS


class Match(NamedTuple):
    """A project that matches another one.

    Attributes:
        key: Its key.
        score: The confidence, 0 to 100.
        reasons: What the two share, the strongest first.
    """

    key: int
    score: int
    reasons: tuple[Reason, ...]


class LinkageIndex:
    """An index that finds matches for a project. About 350 bytes a project.

    Args:
        projects: The projects at the start.
    """

    def __init__(self, projects: Iterable[KnownProject] = ()) -> None:
        self._blocks = Blocks()
        self._keys = array("q")
        self._packed: list[bytes] = []
        for project in projects:
            self.add(project)

    def __len__(self) -> int:
        """Return how many projects there are."""
        return len(self._keys)

    def add(self, project: KnownProject) -> None:
        """Add a project, such as a row of the file that is being imported."""
        keys = features_of(project)
        self._blocks.add(len(self._keys), blocks_of(keys))
        self._keys.append(project.key)
        self._packed.append(marshal.dumps(tuple(keys)))

    def matches(self, values: FieldValues, at_least: int = LIKELY) -> list[Match]:
        """Return the matches for a project with these values, the best first, then by key.

        Args:
            values: Its values; a field that is missing is not known.
            at_least: The lowest score that counts, 1 to 100. One with the same CRM reference is always found.
        """
        return self.matches_of(known_project(0, values), at_least)

    def matches_of(self, project: KnownProject, at_least: int = LIKELY) -> list[Match]:
        """Return the matches as `matches` does, for a project whose key does not matter."""
        keys = features_of(project)
        found = []
        for slot in self._blocks.members_of_any(blocks_to_look_in(keys), _MOST):
            value, reasons = score(keys, self.features_at(slot))
            if value >= at_least or Reason.SAME_REFERENCE in reasons:
                found.append(Match(self._keys[slot], value, reasons))
        found.sort(key=lambda match: (-match.score, match.key))
        return found

    # -- for `pairs` ----------------------------------------------------------------------------------------------

    @property
    def blocks(self) -> Blocks:
        """The index of projects by block."""
        return self._blocks

    def key_at(self, slot: int) -> int:
        """Return the caller's key of the project at a place."""
        return self._keys[slot]

    def features_at(self, slot: int) -> Features:
        """Return the features of the project at a place."""
        return Features._make(marshal.loads(self._packed[slot]))  # noqa: S302 - packed above, in memory


class ProjectFinder:
    """A match finder over projects or rows of a file; implements `spreadsheets.known_projects.MatchFinder`."""

    def __init__(self, projects: Iterable[tuple[int, FieldValues]] = ()) -> None:
        """Index the projects that exist at the start.

        Args:
            projects: Their keys with their known values.
        """
        self._index = LinkageIndex(known_project(key, values) for key, values in projects)

    def add(self, key: int, values: FieldValues) -> None:
        """Add one more project."""
        self._index.add(known_project(key, values))

    def matches(self, values: FieldValues) -> list[Match]:
        """Return the matches, the best first, then by key."""
        return self._index.matches(values)
