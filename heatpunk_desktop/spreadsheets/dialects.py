"""Detection of a text file's dialect: each is tried, and the one with the most regular table wins.

The measure follows van den Burg, Nazábal and Sutton, "Wrangling messy CSV files by detecting row and type patterns"
(2019): rows of one length, and cells that look like something.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from enum import StrEnum
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from heatpunk_desktop.spreadsheets.encodings import Encoding
from heatpunk_desktop.texts import marked

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


class Separator(StrEnum):
    """The separator between two cells. Values are the characters themselves."""

    COMMA = ","
    SEMICOLON = ";"
    TAB = "\t"
    BAR = "|"

    @property
    def label(self) -> str:
        """The name shown to the user: `Comma`."""
        return _SEPARATOR_LABELS[self]


_SEPARATOR_LABELS: Final = {
    Separator.COMMA: marked("dialects", "Comma"),
    Separator.SEMICOLON: marked("dialects", "Semicolon"),
    Separator.TAB: marked("dialects", "Tab"),
    Separator.BAR: marked("dialects", "Bar"),
}


class Quote(StrEnum):
    """The quotation mark around a cell that holds separators or line breaks. Values are the characters themselves."""

    DOUBLE = '"'
    SINGLE = "'"
    NONE = ""


class TextDialect(NamedTuple):
    """The dialect of a text file; the user may change each part.

    Attributes:
        encoding: The encoding of the bytes. Not used for pasted text.
        separator: The separator between two cells.
        quote: The quotation mark around cells that need it.
        has_escapes: Whether a quote inside a cell is escaped by a backslash instead of doubled.
        skips_spaces: Whether spaces after a separator do not belong to the cell.
    """

    encoding: Encoding = Encoding.UTF_8
    separator: Separator = Separator.COMMA
    quote: Quote = Quote.DOUBLE
    has_escapes: bool = False
    skips_spaces: bool = False

    def for_reader(self) -> dict[str, Any]:
        """Return the arguments of `csv.reader`."""
        return {
            "delimiter": self.separator.value,
            "quotechar": self.quote.value or None,
            "quoting": csv.QUOTE_MINIMAL if self.quote else csv.QUOTE_NONE,
            "doublequote": not self.has_escapes,
            "escapechar": "\\" if self.has_escapes else None,
            "skipinitialspace": self.skips_spaces,
        }


#: Letters and rows that are tried out.
_SAMPLE: Final = 64 * 1024
_SAMPLE_ROWS: Final = 150
#: Letters of a cell that are enough to know it by.
_LONGEST_KNOWN: Final = 200
#: What a file of one column is worth, so that it does not beat one that has several.
_SINGLE: Final = 1e-3
#: What a table is worth in which no cell looks like anything.
_STRANGE: Final = 1e-6

_KNOWN_CELL: Final = re.compile(
    r"""\s*(?:
        [-+]?[£$€]?\d[\d,.\s]*%?                                # a number, an amount, a phone number
      | \+?\(?\d[\d\s().-]+
      | \d{1,4}[-/.\s]\w{2,9}[-/.\s]\d{2,4}(?:[T\s]+[\d:.]+Z?)? # a date, perhaps with a time
      | [^\s@,;|]+@[^\s@,;|]+                                   # an email
      | https?://\S+
      | [^\W_](?:[^",;|\t\n]|,[ ]|\n)*                          # words; a comma as people write it
    )?\s*+""",
    re.VERBOSE,
)
_SINGLE_QUOTED: Final = re.compile(r"(?:^|[,;\t|])'[^'\n]*'(?=[,;\t|]|$)", re.MULTILINE)
_SEPARATOR_LINE: Final = re.compile(r'^"?sep=([,;\t|])"?\r?(?:\n|$)', re.IGNORECASE)


def announced_separator(text: str) -> tuple[Separator | None, str]:
    """Return the separator of a first line such as `sep=;`, and the rest of the text.

    Some programs write such a line for Excel.
    """
    found = _SEPARATOR_LINE.match(text)
    return (Separator(found[1]), text[found.end() :]) if found else (None, text)


def detect_dialect(text: str, encoding: Encoding = Encoding.UTF_8) -> TextDialect:
    """Return the dialect of a text.

    Args:
        text: The file's text, or its beginning.
        encoding: Its encoding, copied to the result.
    """
    announced, rest = announced_separator(text[: 2 * _SAMPLE])
    sample = _whole_lines(rest)
    best, best_score = TextDialect(encoding), -1.0
    for dialect in _candidates(sample, announced):
        score = _score(sample, dialect)
        if score > best_score * (1 + 1e-9):
            best, best_score = dialect._replace(encoding=encoding), score
    return best


def _whole_lines(text: str) -> str:
    if len(text) <= _SAMPLE:
        return text
    return text[: max(text.rfind("\n", 0, _SAMPLE), text.rfind("\r", 0, _SAMPLE)) + 1] or text[:_SAMPLE]


def _candidates(sample: str, announced: Separator | None) -> Iterator[TextDialect]:
    """Yield dialects to try, the commonest first: it stays where another is no better."""
    quotes = [Quote.DOUBLE]
    if len(_SINGLE_QUOTED.findall(sample)) > 1:
        quotes.append(Quote.SINGLE)
    if sample.count('"') % 2:
        quotes.append(Quote.NONE)
    separators = [announced] if announced else [separator for separator in Separator if separator.value in sample]
    for separator in separators or [Separator.COMMA]:
        for quote in quotes:
            skips = bool(quote) and f"{separator} {quote}" in sample and f"{separator}{quote}" not in sample
            yield TextDialect(separator=separator, quote=quote, skips_spaces=skips)
            if quote and f"\\{quote}" in sample:
                yield TextDialect(separator=separator, quote=quote, has_escapes=True, skips_spaces=skips)


def _score(sample: str, dialect: TextDialect) -> float:
    rows = [row for row in islice(csv.reader(_lines(sample), **dialect.for_reader()), _SAMPLE_ROWS) if row]
    if not rows:
        return 0.0
    return _pattern_score(rows) * _type_score(rows)


def _lines(text: str) -> list[str]:
    return re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+", text)


def _pattern_score(rows: Sequence[list[str]]) -> float:
    """Return a score that is high where many rows have the same length, above one."""
    lengths = Counter(map(len, rows))
    return sum(count * max(_SINGLE, length - 1) / length for length, count in lengths.items()) / len(lengths)


def _type_score(rows: Sequence[list[str]]) -> float:
    """Return the share of cells that look like typical content."""
    cells = [cell for row in rows for cell in row]
    known = sum(_KNOWN_CELL.fullmatch(cell[:_LONGEST_KNOWN]) is not None for cell in cells)
    return max(_STRANGE, known / len(cells))
