"""An index of projects that answers which of them match another one."""

from __future__ import annotations

import marshal
from array import array
from typing import TYPE_CHECKING, Final, NamedTuple

from heatpunk_desktop.linkage.blocking import Blocks, blocks_of, blocks_to_look_in
from heatpunk_desktop.linkage.features import Features, KnownProject, features_of, known_project
from heatpunk_desktop.linkage.scoring import LIKELY, Reason, score

if TYPE_CHECKING:
    from collections.abc import Iterable

    from heatpunk_desktop.domain.fields import FieldValues

#: Projects of one block that are compared: a value that more share, such as a firm's own number, says nothing.
_MOST: Final = 40


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
