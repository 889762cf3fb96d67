"""The places in a row's texts where the search matches, and matches in columns that are not shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from heatpunk_desktop.domain.folding import fold
from heatpunk_desktop.domain.phones import searched_digits
from heatpunk_desktop.domain.project import STATUS
from heatpunk_desktop.models.search_text import match_spans
from heatpunk_desktop.models.table_columns import SEARCHED, Column

if TYPE_CHECKING:
    from collections.abc import Iterator

    from heatpunk_desktop.models.project_table_model import ProjectTableModel
    from heatpunk_desktop.models.row_store import Row
    from heatpunk_desktop.models.search_text import Word

#: Plain numbers: a column is compared for each cell that is painted, and a member of an enum takes ten times as long
#: to come by.
_POSTCODE, _PHONE, _STATUS = int(Column.POSTCODE), int(Column.PHONE), int(Column.STATUS)
#: Size of the cache of searched texts.
_KEPT: Final = 8192
#: Characters before what matches in a text that are shown; in place of more there is an ellipsis.
_BEFORE: Final = 4
#: What a British number may be typed with and written without.
_BEFORE_NUMBER: Final = ("00", "0044", "44", "0")


#: Where something stands in a text: start and end of each stretch, in order.
Spans = list[tuple[int, int]]


def _spans_in(text: str, column: int, words: Word) -> Spans:
    """Return the spans where words occur in a text of a column."""
    if column == _PHONE:
        words = tuple(_as_written(text, words))
    return match_spans(text, words, ignore_blanks=column == _POSTCODE, only_digits=column == _PHONE)


def _as_written(text: str, words: Word) -> Iterator[str]:
    """Yield the words, and for a phone number the part of it that is written in the text.

    A number may be written as at home, or with its country code.
    """
    found_by = searched_digits(text)
    digits = "".join(sign for sign in fold(text) if sign in "0123456789")
    for word in words:
        parts = (word.removeprefix(prefix) for prefix in ("", *_BEFORE_NUMBER)) if word in found_by else ()
        yield next((part for part in parts if part and part in digits), word)


class SearchMatches:
    """The matches of a model's search in its rows. Each text is searched once."""

    def __init__(self, model: ProjectTableModel) -> None:
        self._model = model
        self._known: dict[tuple[str, int, Word], Spans] = {}

    def spans(self, text: str, column: int) -> Spans:
        """Return the spans where any of the words occurs in a text of a column, none overlapping another."""
        words = self._model.search_words
        if len(words) == 1:
            return self._spans_of(words[0], text, column)
        merged: list[tuple[int, int]] = []
        for start, end in sorted(span for word in words for span in self._spans_of(word, text, column)):
            if merged and start <= merged[-1][1]:
                merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
            else:
                merged.append((start, end))
        return merged

    def hidden(self, row: Row, shown: frozenset[int]) -> tuple[str, str, int] | None:
        """Return the match of a row where no shown column has one.

        Matches are cached by the texts, not by the row: contact details change while the row stays as it is.

        Args:
            row: The row.
            shown: The columns that are shown.

        Returns:
            The column's heading, its text from a little before the match on, and the column; or None.
        """
        text_of, spans_of = self._model.text_of, self._spans_of
        for word in self._model.search_words:
            if any(spans_of(word, text_of(row, column), column) for column in SEARCHED if column in shown):
                continue
            if _STATUS in shown and spans_of(word, row[STATUS], _STATUS):
                continue
            for column in SEARCHED:
                text = text_of(row, column) if column not in shown else ""
                if spans := spans_of(word, text, column):
                    start = spans[0][0]
                    text = text if start <= _BEFORE else f"…{text[start:]}"
                    return self._model.heading_of(column), text, column
        return None

    def _spans_of(self, word: Word, text: str, column: int) -> Spans:
        key = (text, column, word)
        spans = self._known.get(key)
        if spans is None:
            if len(self._known) >= _KEPT:
                self._known.clear()
            spans = self._known[key] = _spans_in(text, column, word)
        return spans
