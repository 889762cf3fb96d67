"""Pairs of projects that probably are the same one entered twice."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Final, NamedTuple

from heatpunk_desktop.linkage.blocking import VAGUE, Kind, LinkageIndex
from heatpunk_desktop.linkage.scoring import LIKELY, Reason, score

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from heatpunk_desktop.linkage.features import Features, KnownProject

#: In a block of more projects than this, each is compared only with its neighbours when they are sorted.
_LARGE: Final = 30
#: How many neighbours.
_NEIGHBOURS: Final = 12
#: Projects or entries between two progress reports.
_STEP: Final = 500

#: Large blocks of these kinds are skipped: the value is the firm's own, or means "none".
_SHARED_BY_MANY: Final = frozenset({Kind.EMAIL, Kind.PHONE})


class MatchedPair(NamedTuple):
    """Two projects that probably are the same.

    Attributes:
        first: The lower of the two keys.
        second: The higher one.
        score: The confidence, 0 to 100.
        reasons: What they share, the strongest first.
    """

    first: int
    second: int
    score: int
    reasons: tuple[Reason, ...]


def find_pairs(
    projects: Iterable[KnownProject],
    known_not: Collection[tuple[int, int]] = (),
    progress: Callable[[int, int], None] = lambda _done, _total: None,
    cancelled: Callable[[], bool] = lambda: False,
    *,
    at_least: int = LIKELY,
) -> list[MatchedPair]:
    """Compare all projects within their blocks. The same projects give the same pairs in any order.

    Args:
        projects: All projects, each once.
        known_not: Pairs that the user marked as not duplicates, each with its lower key first.
        progress: Called some hundred times with how much of how much is done.
        cancelled: Returns whether to stop; called as often. Nothing is found then.
        at_least: The lowest score of a pair, 1 to 100.

    Returns:
        The pairs, the best first, then by their keys.
    """
    # The order of the keys decides which projects of a large block are neighbours.
    waiting = sorted(projects, key=lambda project: project.key)
    total = 2 * len(waiting)
    index = LinkageIndex()
    for done, project in enumerate(waiting):
        if done % _STEP == 0:
            if cancelled():
                return []
            progress(done, total)
        index.add(project)
    unlike = frozenset(known_not)
    found = pairs_in(index, lambda done, _total: progress(len(waiting) + done, total), cancelled, at_least=at_least)
    return [pair for pair in found if pair[:2] not in unlike]


def pairs_in(
    index: LinkageIndex,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
    cancelled: Callable[[], bool] = lambda: False,
    *,
    at_least: int = LIKELY,
) -> list[MatchedPair]:
    """Find pairs as `find_pairs` does, in an index to which projects were added in ascending order of their keys.

    Args:
        index: All projects, each once.
        progress: Called with how many of how many projects, in effect, are compared.
        cancelled: Returns whether to stop; called as often. Nothing is found then.
        at_least: The lowest score of a pair, 1 to 100.
    """
    found: dict[tuple[int, int], MatchedPair] = {}
    total = len(index)
    entries = max(1, sum(index.blocks.count(kind) for kind in Kind))
    gone_through = next_step = 0
    for members, pairs in _pairs_by_block(index):
        gone_through += members
        if gone_through >= next_step:
            next_step = gone_through + _STEP
            if cancelled():
                return []
            progress(total * gone_through // entries, total)
        for (one_place, one_features), (other_place, other_features) in pairs:
            pair = (one_place, other_place) if one_place < other_place else (other_place, one_place)
            if pair in found:
                continue
            value, reasons = score(one_features, other_features)
            if value >= at_least:
                found[pair] = MatchedPair(index.key_at(pair[0]), index.key_at(pair[1]), value, reasons)
    progress(total, total)
    return sorted(found.values(), key=best_first)


def best_first(pair: MatchedPair) -> tuple[int, int, int]:
    """Return the sort key of a pair: the best first, then by their keys."""
    return -pair.score, pair.first, pair.second


_Placed = tuple[int, "Features"]


def candidate_pairs(index: LinkageIndex) -> Iterator[tuple[Features, Features]]:
    """Yield every pair that is compared; some come more than once."""
    for _, pairs in _pairs_by_block(index):
        for (_, first), (_, other) in pairs:
            yield first, other


def _pairs_by_block(index: LinkageIndex) -> Iterator[tuple[int, Iterable[tuple[_Placed, _Placed]]]]:
    """Yield for each block how many entries it has, and the pairs in it to compare."""
    for kind in Kind:
        if kind in VAGUE.values():
            continue
        for number, slots in index.blocks.all_of(kind):
            if kind in VAGUE:
                yield len(slots), _with_all(index, slots, index.blocks.members(VAGUE[kind], number, _LARGE))
            elif len(slots) > 1 and not (len(slots) > _LARGE and kind in _SHARED_BY_MANY):
                yield len(slots), _within(index, slots)
            else:
                yield len(slots), ()


def _with_all(index: LinkageIndex, slots: Sequence[int], others: Sequence[int]) -> Iterator[tuple[_Placed, _Placed]]:
    """Yield each project without features of its property, with all of the same name."""
    placed = [(slot, index.features_at(slot)) for slot in others]
    for slot in slots[:_LARGE]:
        keys = index.features_at(slot)
        yield from (((slot, keys), other) for other in placed if other[0] != slot)


def _within(index: LinkageIndex, slots: Sequence[int]) -> Iterator[tuple[_Placed, _Placed]]:
    placed = [(slot, index.features_at(slot)) for slot in slots]
    if len(placed) <= _LARGE:
        yield from combinations(placed, 2)
        return
    for order in (_by_name, _by_house):
        placed.sort(key=order)
        for place, project in enumerate(placed):
            yield from ((project, other) for other in placed[place + 1 : place + 1 + _NEIGHBOURS])


def _by_name(placed: _Placed) -> tuple[str, str, int]:
    slot, keys = placed
    return keys.name, keys.address, slot


def _by_house(placed: _Placed) -> tuple[str, str, int]:
    slot, keys = placed
    return keys.street, keys.premises, slot
