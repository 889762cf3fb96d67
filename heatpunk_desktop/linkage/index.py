"""The projects that are there, ready to be asked which of them one more is like."""

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

#: Projects of one block that are looked at: what more of them share tells them not apart, such as a firm's own number.
_MOST: Final = 40


class Likelihood(NamedTuple):
    """A project that another one is like.

    Attributes:
        key: Which one.
        score: 0 to 100.
        reasons: What the two share, the strongest first.
    """

    key: int
    score: int
    reasons: tuple[Reason, ...]


class LinkageIndex:
    """Finds the projects that another one is like. About 350 bytes a project.

    Args:
        projects: Those that are there at first.
    """

    def __init__(self, projects: Iterable[Known] = ()) -> None:
        self._blocks = Blocks()
        self._keys = array("q")
        self._packed: list[bytes] = []
        for project in projects:
            self.add(project)

    def __len__(self) -> int:
        """How many projects there are."""
        return len(self._keys)

    def add(self, project: Known) -> None:
        """Takes one more project, such as a row of the file that is looked through."""
        keys = keys_of(project)
        self._blocks.add(len(self._keys), blocks_of(keys))
        self._keys.append(project.key)
        self._packed.append(marshal.dumps(tuple(keys)))

    def like(self, values: FieldValues, at_least: int = LIKELY) -> list[Likelihood]:
        """The projects that a project with these values may be, the likeliest first, then by key.

        Args:
            values: Its values; a field that is missing is not known.
            at_least: The least score that counts, 1 to 100. One that has the same CRM reference is in any case found.
        """
        return self.like_known(known(0, values), at_least)

    def like_known(self, project: Known, at_least: int = LIKELY) -> list[Likelihood]:
        """As `like`, for a project whose key does not matter."""
        keys = keys_of(project)
        found = []
        for slot in self._blocks.members_of_any(blocks_to_look_in(keys), _MOST):
            value, reasons = score(keys, self.keys_at(slot))
            if value >= at_least or Reason.SAME_REFERENCE in reasons:
                found.append(Likelihood(self._keys[slot], value, reasons))
        found.sort(key=lambda one: (-one.score, one.key))
        return found

    # -- for `pairs` ----------------------------------------------------------------------------------------------

    @property
    def blocks(self) -> Blocks:
        """Which project is in which blocks."""
        return self._blocks

    def key_at(self, slot: int) -> int:
        """The caller's key of the project at a place."""
        return self._keys[slot]

    def keys_at(self, slot: int) -> Keys:
        """What the project at a place is compared by."""
        return Keys._make(marshal.loads(self._packed[slot]))  # noqa: S302 - packed above, in memory


__all__ = ["Known", "Likelihood", "LinkageIndex", "known"]


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
