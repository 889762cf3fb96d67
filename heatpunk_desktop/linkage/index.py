"""An index of projects that answers which of them match another one."""

from __future__ import annotations

import marshal
from array import array
from typing import TYPE_CHECKING, Final, NamedTuple

from heatpunk_desktop.linkage.blocking import Blocks, blocks_of, blocks_to_look_in
from heatpunk_desktop.linkage.features import Keys, Known, keys_of, known
from heatpunk_desktop.linkage.scoring import LIKELY, Reason, score

if TYPE_CHECKING:
    from collections.abc import Iterable

    from heatpunk_desktop.domain.fields import FieldValues

#: Projects of one block that are compared: a value that more share, such as a firm's own number, says nothing.
_MOST: Final = 40


class Likelihood(NamedTuple):
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

    def __init__(self, projects: Iterable[Known] = ()) -> None:
        self._blocks = Blocks()
        self._keys = array("q")
        self._packed: list[bytes] = []
        for project in projects:
            self.add(project)

    def __len__(self) -> int:
        """Return how many projects there are."""
        return len(self._keys)

    def add(self, project: Known) -> None:
        """Add a project, such as a row of the file that is being imported."""
        keys = keys_of(project)
        self._blocks.add(len(self._keys), blocks_of(keys))
        self._keys.append(project.key)
        self._packed.append(marshal.dumps(tuple(keys)))

    def like(self, values: FieldValues, at_least: int = LIKELY) -> list[Likelihood]:
        """Return the matches for a project with these values, the best first, then by key.

        Args:
            values: Its values; a field that is missing is not known.
            at_least: The lowest score that counts, 1 to 100. One with the same CRM reference is always found.
        """
        return self.like_known(known(0, values), at_least)

    def like_known(self, project: Known, at_least: int = LIKELY) -> list[Likelihood]:
        """Return the matches as `like` does, for a project whose key does not matter."""
        keys = keys_of(project)
        found = []
        for slot in self._blocks.members_of_any(blocks_to_look_in(keys), _MOST):
            value, reasons = score(keys, self.keys_at(slot))
            if value >= at_least or Reason.SAME_REFERENCE in reasons:
                found.append(Likelihood(self._keys[slot], value, reasons))
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

    def keys_at(self, slot: int) -> Keys:
        """Return the features of the project at a place."""
        return Keys._make(marshal.loads(self._packed[slot]))  # noqa: S302 - packed above, in memory


__all__ = ["Known", "Likelihood", "LinkageIndex", "known"]


class ProjectFinder:
    """A match finder over projects or rows of a file; implements `spreadsheets.known_projects.MatchFinder`."""

    def __init__(self, projects: Iterable[tuple[int, FieldValues]] = ()) -> None:
        """Index the projects that exist at the start.

        Args:
            projects: Their keys with their known values.
        """
        self._index = LinkageIndex(known(key, values) for key, values in projects)

    def add(self, key: int, values: FieldValues) -> None:
        """Add one more project."""
        self._index.add(known(key, values))

    def like(self, values: FieldValues) -> list[Likelihood]:
        """Return the matches, the best first, then by key."""
        return self._index.like(values)
