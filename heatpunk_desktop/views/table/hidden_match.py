"""What the search found in a column that is not shown: said beside the name, so that each row tells why it is there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from heatpunk_desktop.domain.folding import fold
from heatpunk_desktop.domain.phones import searched_digits
from heatpunk_desktop.domain.project import STATUS
from heatpunk_desktop.models.folding import match_spans
from heatpunk_desktop.models.project_table_model import Column

if TYPE_CHECKING:
    from collections.abc import Iterator

    from heatpunk_desktop.models.folding import Word
    from heatpunk_desktop.models.project_table_model import ProjectTableModel
    from heatpunk_desktop.models.row_store import Row

#: Columns in which the search looks, as far as words can be marked in them.
SEARCHED: Final = (
    Column.PROJECT,
    Column.CUSTOMER,
    Column.POSTCODE,
    Column.ADDRESS,
    Column.PHONE,
    Column.EMAIL,
    Column.REFERENCE,
    Column.PROJECT_ID,
)
#: Rows that were looked at, kept until they are this many.
_KEPT: Final = 4096
#: Characters before what matches in a text that are shown; in place of more there is an ellipsis.
_BEFORE: Final = 4
#: What a British number may be typed with and written without.
_BEFORE_NUMBER: Final = ("00", "0044", "44", "0")


def spans_in(text: str, column: int, words: Word) -> list[tuple[int, int]]:
    """Return where words stand in a text of a column."""
    if column == Column.PHONE:
        words = tuple(_as_written(text, words))
    return match_spans(text, words, ignore_blanks=column == Column.POSTCODE, only_digits=column == Column.PHONE)


def _as_written(text: str, words: Word) -> Iterator[str]:
    """The words, but what a number was found by in the way that it is written: at home, or with its country's code."""
    found_by = searched_digits(text)
    digits = "".join(sign for sign in fold(text) if sign in "0123456789")
    for word in words:
        parts = (word.removeprefix(prefix) for prefix in ("", *_BEFORE_NUMBER)) if word in found_by else ()
        yield next((part for part in parts if part and part in digits), word)


class HiddenMatches:
    """Tell of each row in which hidden column one of the words stands that no shown one has."""

    def __init__(self, model: ProjectTableModel) -> None:
        self._model = model
        self._asked: tuple[object, ...] = ()
        self._found: dict[Row, tuple[str, str, int] | None] = {}

    def of(self, row: Row, shown: frozenset[int]) -> tuple[str, str, int] | None:
        """Find what a row was found by, where that is in no shown column.

        Args:
            row: The row.
            shown: The columns that are shown.

        Returns:
            The column's heading, its text from a little before the match on, and the column; or None.
        """
        words = self._model.search_words
        if not words:
            return None
        if self._asked != (words, shown):
            self._asked = (words, shown)
            self._found.clear()
        if row not in self._found:
            if len(self._found) >= _KEPT:
                self._found.clear()
            self._found[row] = self._look(row, words, shown)
        return self._found[row]

    def _look(self, row: Row, words: tuple[Word, ...], shown: frozenset[int]) -> tuple[str, str, int] | None:
        text_of = self._model.text_of
        for word in words:
            if any(spans_in(text_of(row, column), column, word) for column in SEARCHED if column in shown):
                continue
            if Column.STATUS in shown and spans_in(row[STATUS], Column.STATUS, word):
                continue
            for column in SEARCHED:
                text = text_of(row, column) if column not in shown else ""
                if spans := spans_in(text, column, word):
                    start = spans[0][0]
                    text = text if start <= _BEFORE else f"…{text[start:]}"
                    return self._model.heading_of(column), text, column
        return None
