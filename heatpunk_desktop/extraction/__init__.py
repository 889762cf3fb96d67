"""Extraction of a project's fields from a pasted email or note: only what is certain, never a guess."""

from typing import TYPE_CHECKING

from heatpunk_desktop.lazy import lazy_names

if TYPE_CHECKING:
    from heatpunk_desktop.extraction.reading import read_note as read_note
else:
    __getattr__ = lazy_names(__name__, read_note="reading")
