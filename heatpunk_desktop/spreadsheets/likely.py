"""What an import asks of whoever knows which projects are alike."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from heatpunk_desktop.domain.fields import FieldValues


class LikeProject(Protocol):
    """One project that may be the same as the one that was asked about."""

    @property
    def key(self) -> int:
        """The key that the project was given under."""

    @property
    def score(self) -> int:
        """How alike, 0 to 100; 100 is the same CRM reference."""

    @property
    def reasons(self) -> Sequence[str]:
        """What is alike, the strongest first; each a word of an enum."""


class MatchFinder(Protocol):
    """Knows a number of projects and finds those that are like another."""

    def add(self, key: int, values: FieldValues, /) -> None:
        """Takes one more project."""

    def like(self, values: FieldValues, /) -> Sequence[LikeProject]:
        """Those that may be the same, the likeliest first; the same question gives the same answer."""


#: Makes a finder of projects: their keys with the values that are known of them.
MakeFinder = Callable[[Iterable[tuple[int, "FieldValues"]]], MatchFinder]
