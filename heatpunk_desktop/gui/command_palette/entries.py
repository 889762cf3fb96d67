"""What the command palette offers, and in which order."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from heatpunk_desktop.domain.folding import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


class Entry(NamedTuple):
    """One thing to do or to go to.

    Attributes:
        words: What it is called.
        kind: Where it belongs, such as the menu that it is in.
        keys: Its keys, or empty.
        run: Does it.
        reason: Why it cannot be done now; empty where it can.
    """

    words: str
    kind: str
    keys: str
    run: Callable[[], object]
    reason: str = ""


def ranked(entries: Iterable[Entry], text: str) -> list[Entry]:
    """Return those entries in which each word of a text occurs, the best first.

    A word at the beginning counts most, then one at the beginning of a word, then one anywhere, then one that is only
    in the kind; of those that are equal in that, what cannot be done now stands behind what can.
    """
    words = fold(text).split()
    found = [(_distance(entry, words), entry) for entry in entries]
    fitting = [(distance, bool(entry.reason), entry) for distance, entry in found if distance is not None]
    fitting.sort(key=lambda ranking: ranking[:2])
    return [entry for _, _, entry in fitting]


def _distance(entry: Entry, words: list[str]) -> int | None:
    """Return how far an entry is from some words; None where one of them is not in it."""
    name, kind = fold(entry.words), fold(entry.kind)
    distance = 0
    for word in words:
        if name.startswith(word):
            continue
        if f" {word}" in name:
            distance += 1
        elif word in name:
            distance += 2
        elif kind.startswith(word):
            distance += 3
        else:
            return None
    return distance
