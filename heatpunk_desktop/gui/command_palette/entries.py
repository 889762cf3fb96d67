"""The entries of the command palette and their ranking."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from heatpunk_desktop.domain.folding import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


class Entry(NamedTuple):
    """An action to run or a place to go to.

    Attributes:
        words: Its name.
        kind: Its category, such as the menu that it is in.
        keys: Its shortcut, or empty.
        run: Runs it.
        reason: Why it is unavailable; empty if it is available.
    """

    words: str
    kind: str
    keys: str
    run: Callable[[], object]
    reason: str = ""


def ranked(entries: Iterable[Entry], text: str) -> list[Entry]:
    """Return the entries that contain each word of a text, the best first.

    A match at the beginning of the name counts most, then at the beginning of a word, then anywhere, then only in the
    category. Of equal entries, available ones come first.
    """
    words = fold(text).split()
    found = [(_distance(entry, words), entry) for entry in entries]
    fitting = [(distance, bool(entry.reason), entry) for distance, entry in found if distance is not None]
    fitting.sort(key=lambda ranking: ranking[:2])
    return [entry for _, _, entry in fitting]


def _distance(entry: Entry, words: list[str]) -> int | None:
    """Return the distance of an entry from some words; None if it lacks one of them."""
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
