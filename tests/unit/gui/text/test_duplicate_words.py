"""What the page of duplicates says of a scan."""

from __future__ import annotations

import pytest

from heatpunk_desktop.gui.text.duplicate_words import not_loaded_words
from heatpunk_desktop.services.tasks.duplicate_scan import Prints, Scanned


@pytest.mark.parametrize(
    ("not_loaded", "words"),
    [
        (0, ""),
        (3, "Contact details of 3 of 12 projects are not loaded yet, so more pairs may appear."),
        (12, "Contact details of 12 of 12 projects are not loaded yet"),
    ],
)
def test_what_could_not_be_compared_is_said(not_loaded: int, words: str) -> None:
    said = not_loaded_words(Scanned((), frozenset(), {}, 12, not_loaded, 0.1, Prints()))
    assert words in said
    assert bool(said) is bool(words)
