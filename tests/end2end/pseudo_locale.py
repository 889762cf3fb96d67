"""A language in which every text stands in brackets, with accents and 40 % longer: nobody can translate what is not."""

from __future__ import annotations

import re
from typing import Final

from PySide6.QtCore import QTranslator
from typing_extensions import override

OPEN: Final = "⟦"
CLOSE: Final = "⟧"
#: How much longer other languages are than English, as a rule of thumb.
LONGER: Final = 0.4
_ACCENTS: Final = str.maketrans("aceinosuyACEINOSUY", "áçéíñóšúýÁÇÉÍÑÓŠÚÝ")
#: What a translator leaves: places of values, markup, and what a file dialog takes for the kinds of files.
_KEPT: Final = re.compile(r"\{[^{}]*\}|<[^<>]*>|&\w+;|\(\*[^)]*\)")


def pseudo(words: str) -> str:
    """A text in that language."""
    parts, begin = [], 0
    for kept in _KEPT.finditer(words):
        parts += [words[begin : kept.start()].translate(_ACCENTS), kept[0]]
        begin = kept.end()
    longer = "~" * round(len(words) * LONGER)
    return f"{OPEN}{''.join(parts)}{words[begin:].translate(_ACCENTS)}{longer}{CLOSE}"


class PseudoTranslator(QTranslator):
    """Translates into that language whatever it is asked for."""

    @override
    def isEmpty(self) -> bool:
        return False

    @override
    def translate(self, context: str, sourceText: str, disambiguation: str | None = None, n: int = -1) -> str:
        return pseudo(sourceText) if sourceText else ""


def untranslated(words: str) -> str:
    """What of a text stands in no brackets."""
    outside, depth = [], 0
    for letter in words:
        depth += (letter == OPEN) - (letter == CLOSE)
        if depth == 0 and letter != CLOSE:
            outside.append(letter)
    return "".join(outside).strip()
