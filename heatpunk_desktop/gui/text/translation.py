"""Translation of this folder's texts, and of those that layers without Qt have marked."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QCoreApplication

from heatpunk_desktop.texts import Text

#: Return a text in the user's language. The context and the text have to be literals, so that `lupdate` sees them.
#: Widgets use their own `tr`.
translate: Final = QCoreApplication.translate


def translated(words: str) -> str:
    """Return a marked text in the user's language, with its values; an unmarked text as it is."""
    if not isinstance(words, Text):
        return words
    here = translate(words.context, words.source) if words.context else words.source
    return here.format(*map(_value, words.values)) if words.values else here


def _value(value: object) -> object:
    return translated(value) if isinstance(value, str) else value
