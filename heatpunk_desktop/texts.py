"""Texts that are written where there is no Qt: English with its values, translated where a window shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Iterable


class Text(str):
    """A text in English that a window can show in the user's language.

    It is a string, so logs, files and the database hold English whatever language the windows speak. Joining it to
    another makes a plain string of it, which nothing can translate any more: put it in a place of a longer text.

    Attributes:
        context: What it belongs to, for the translators; empty for a frame, which holds nothing but places.
        source: The text as it is written in the code, with its places: `{0}`.
        values: What stands in the places; these may be such texts, too.
    """

    __slots__ = ("context", "source", "values")

    context: str
    source: str
    values: tuple[object, ...]

    def __new__(cls, context: str, source: str, values: tuple[object, ...] = ()) -> Self:
        """Make a text; use `marked` in code, as that is what the translators' tool looks for."""
        made = super().__new__(cls, source.format(*values) if values else source)
        made.context, made.source, made.values = context, source, values
        return made

    def format(self, *values: object) -> Text:  # type: ignore[override] # places have numbers, so nothing is named
        """Return the text with these values in its places."""
        return Text(self.context, self.source, values)

    def __getnewargs__(self) -> tuple[str, str, tuple[object, ...]]:  # type: ignore[override] # for copies of it
        """Return what a copy is made of."""
        return self.context, self.source, self.values


def joined(parts: Iterable[str], separator: str = "\n\n") -> Text:
    """Return one text of several, each of which can still be translated; empty ones are left out."""
    kept = tuple(part for part in parts if part)
    return Text("", separator.join(f"{{{place}}}" for place in range(len(kept))), kept)


def marked(context: str, source: str) -> Text:
    """Mark a text for the translators, whose tool finds it by this name; both have to be written out.

    Args:
        context: What it belongs to, in a word; a text may read otherwise in another language in another context.
        source: The text, with `{0}`, `{1}`... where `Text.format` puts values.
    """
    return Text(context, source)
