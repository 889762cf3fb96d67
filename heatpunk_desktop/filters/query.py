"""The text form of conditions for the search field: `status:quote postcode:CB owner:me created:>2026-01 words`.

    query     = { condition | "OR" | word }
    condition = ["-"] subject ":" ["=" | "~" | "^" | ">" | ">=" | "<" | "<="] value { "," value }
    value     = without blanks and commas, or in double quotes, in which a backslash takes the next character as it is

A minus negates. Without a sign the subject's usual comparison is used; `=` is, `~` contains, `^` begins with; the
others compare dates. `empty` means that the field is empty; a range of days has two dots between its ends. `OR` between
all conditions means that any of them may hold. What only looks like a condition is a word, and a quoted word is never a
condition.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from heatpunk_desktop.filters.conditions import (
    DATES,
    ME,
    NEGATED,
    OPPOSITES,
    TESTS,
    VALUELESS,
    Condition,
    Conditions,
    Subject,
    Test,
    condition,
)
from heatpunk_desktop.texts import marked

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Words that the search field takes for a subject besides its own.
_ALIASES: Final = {
    "name": Subject.PROJECT,
    "client": Subject.CUSTOMER,
    "changed": Subject.MODIFIED,
    "reference": Subject.REFERENCE,
}
SUBJECTS: Final = {**{str(subject): subject for subject in Subject}, **_ALIASES}

_SIGNS: Final = {
    "=": Test.IS,
    "~": Test.CONTAINS,
    "^": Test.BEGINS,
    ">": Test.AFTER,
    ">=": Test.SINCE,
    "<": Test.BEFORE,
    "<=": Test.UNTIL,
}
_SIGN_OF: Final = {test: sign for sign, test in _SIGNS.items()}
_EMPTY: Final = "empty"
_EITHER: Final = "OR"
_BETWEEN: Final = ".."

HEAD: Final = re.compile(r"(-?)([A-Za-z]+):(>=|<=|[=~^<>]?)")
_QUOTED: Final = re.compile(r'"((?:[^"\\]|\\.)*)("?)', re.DOTALL)
_BARE: Final = re.compile(r"[^\s,]*")
_TYPED_VALUE: Final = re.compile(r'\s*(?:"((?:[^"\\]|\\.)*)"\s*(?=,|$)|([^,]+))', re.DOTALL)
_WORD: Final = re.compile(r"\S+")
_BLANKS: Final = re.compile(r"\s*")
#: What needs no quotes as a value, and what needs none as a word.
_PLAIN_VALUE: Final = re.compile(r'[^\s,"=~^<>][^\s,"]*')
_PLAIN_WORD: Final = re.compile(r'[^\s"]\S*')


class Query(NamedTuple):
    """A parsed query.

    Attributes:
        conditions: Its conditions.
        text: Its other words, separated by single spaces; a project must contain each of them.
    """

    conditions: Conditions = Conditions()
    text: str = ""


class Value(NamedTuple):
    """A value in a text: its place from `start` to `end`, and its meaning."""

    start: int
    end: int
    text: str
    is_quoted: bool


class Part(NamedTuple):
    """One part of a text.

    Attributes:
        start: Where it begins.
        end: Where it ends.
        subject: The subject of its condition; None for a word.
        condition: Its condition; None for a word, and for an incomplete or invalid condition.
        words: The text of a word.
        values: The values of a condition.
        values_start: Where they begin.
    """

    start: int
    end: int
    subject: Subject | None = None
    condition: Condition | None = None
    words: str = ""
    values: tuple[Value, ...] = ()
    values_start: int = 0


class Reading(NamedTuple):
    """The result of parsing a text.

    Attributes:
        query: The query; what could not be parsed is left out.
        parts: All of its parts.
        notes: What was left out and how to write it, in sentences for the user.
    """

    query: Query
    parts: tuple[Part, ...]
    notes: tuple[str, ...]


# -- reading -----------------------------------------------------------------------------------------------------------


def read_query(text: str) -> Reading:
    """Parse a text as far as possible; never fails, as it runs at each keystroke."""
    parts = tuple(_parts(text))
    notes = [note for part in parts if (note := _note(part, text))]
    is_either = [_is_either(parts, place) for place in range(len(parts))]
    found = [part.condition for part in parts if part.condition is not None]
    between = sum(is_either)
    if 0 < between < len(found) - 1:
        notes.append(marked("query", "Write OR between all of the conditions, or between none of them."))
    words = " ".join(
        " ".join(part.words.split())
        for part, either in zip(parts, is_either, strict=True)
        if part.subject is None and not either and part.words.strip()
    )
    conditions = Conditions(tuple(dict.fromkeys(found)), any_will_do=0 < between == len(found) - 1)
    if len(conditions.every) <= 1:
        conditions = conditions._replace(any_will_do=False)
    return Reading(Query(conditions, words), parts, tuple(notes))


def _parts(text: str) -> Iterator[Part]:
    start = _end(_BLANKS, text, 0)
    while start < len(text):
        part = _condition_part(text, start) or _word_part(text, start)
        yield part
        start = _end(_BLANKS, text, part.end)


def _end(pattern: re.Pattern[str], text: str, start: int) -> int:
    found = pattern.match(text, start)
    return found.end() if found else start


def _word_part(text: str, start: int) -> Part:
    quoted = _QUOTED.match(text, start)
    if quoted and quoted[2]:
        return Part(start, quoted.end(), words=_unescaped(quoted[1]))
    end = _end(_WORD, text, start)
    return Part(start, end, words=text[start:end])


def _unescaped(quoted: str) -> str:
    return re.sub(r"\\(.)", r"\1", quoted, flags=re.DOTALL)


def _condition_part(text: str, start: int) -> Part | None:
    head = HEAD.match(text, start)
    subject = SUBJECTS.get(head[2].lower()) if head else None
    if head is None or subject is None:
        return None
    values = tuple(_values(text, head.end()))
    found = _understood(subject, head[3], values)
    if found is not None and head[1]:
        found = Condition(found.subject, OPPOSITES[found.test], found.values)
    return Part(start, values[-1].end, subject, found, values=values, values_start=head.end())


def _values(text: str, start: int) -> Iterator[Value]:
    """Yield the values from a place on, at least one; the last may be empty, or lack its second quote."""
    while True:
        quoted = _QUOTED.match(text, start)
        if quoted:
            end = quoted.end()
            yield Value(start, end, _unescaped(quoted[1]), is_quoted=True)
        else:
            end = _end(_BARE, text, start)
            yield Value(start, end, text[start:end], is_quoted=False)
        if text[end : end + 1] != ",":
            return
        start = end + 1


def _understood(subject: Subject, sign: str, values: tuple[Value, ...]) -> Condition | None:
    meant = [value.text for value in values if value.text.strip()]
    if not sign and [(value.text.lower(), value.is_quoted) for value in values] == [(_EMPTY, False)]:
        return condition(subject, Test.EMPTY)
    if subject in DATES and not sign and len(values) == 1 and _BETWEEN in values[0].text:
        return _between(subject, values[0].text)
    test = _SIGNS[sign] if sign else usual_test(subject, tuple(meant))
    if subject in DATES and test is Test.IS:
        test = Test.WITHIN
    if subject in DATES and len(meant) > 1:
        return None
    return condition(subject, test, meant)


def _between(subject: Subject, text: str) -> Condition | None:
    first, _, last = text.partition(_BETWEEN)
    if not last:
        return condition(subject, Test.SINCE, [first])
    if not first:
        return condition(subject, Test.UNTIL, [last])
    return condition(subject, Test.WITHIN, [first, last])


def usual_test(subject: Subject, values: tuple[str, ...]) -> Test:
    """Return the test that is used where no sign precedes the values."""
    if subject is Subject.OWNER and not all(_is_whole_owner(value) for value in values):
        return Test.CONTAINS
    return TESTS[subject][0]


def _is_whole_owner(value: str) -> bool:
    return value.lower() == ME or "@" in value.strip("@") or value.isdigit()


def _is_either(parts: tuple[Part, ...], place: int) -> bool:
    """Return whether a part is the word between two conditions, of which the second may not be typed yet."""
    if parts[place].words != _EITHER or not place or parts[place].end - parts[place].start != len(_EITHER):
        return False
    is_last = place + 1 == len(parts)
    return parts[place - 1].subject is not None and (is_last or parts[place + 1].subject is not None)


def _note(part: Part, text: str) -> str:
    if part.subject is None or part.condition is not None or not any(value.text.strip() for value in part.values):
        return ""
    written = text[part.start : part.end]
    if part.subject in DATES:
        return marked("query", "{0} is left out: days are written like 1/11/26, 2026-01, 7d or this-month.").format(
            written
        )
    if part.subject is Subject.ID:
        return marked("query", "{0} is left out: it takes a project’s number.").format(written)
    if part.subject is Subject.CHANGES:
        return marked("query", '{0} is left out: it takes "not sent", waiting, "possibly done" or "needs you".').format(
            written
        )
    return marked("query", "{0} is left out: > and < compare dates, and {1} is none.").format(written, part.subject)


# -- writing -----------------------------------------------------------------------------------------------------------


def write_query(query: Query) -> str:
    """Return the text form of a query."""
    join = f" {_EITHER} " if query.conditions.any_will_do else " "
    written = join.join(map(write_condition, query.conditions.every))
    return " ".join(part for part in (written, *map(write_word, query.text.split())) if part)


def write_condition(condition: Condition) -> str:
    """Return the text form of a condition."""
    test = OPPOSITES[condition.test] if condition.test in NEGATED else condition.test
    head = f"{'-' if condition.test in NEGATED else ''}{condition.subject}:"
    if test in VALUELESS:
        return head + _EMPTY
    if test is Test.WITHIN:
        return head + _BETWEEN.join(condition.values)
    sign = "" if usual_test(condition.subject, condition.values) is test else _SIGN_OF[test]
    return head + sign + ",".join(map(write_value, condition.values))


def write_value(value: str) -> str:
    """Return a value as written in a condition, quoted where necessary."""
    if _PLAIN_VALUE.fullmatch(value) and value.lower() != _EMPTY:
        return value
    return _quoted(value)


def write_values(values: tuple[str, ...]) -> str:
    """Return values as typed in a field of their own: separated by commas, quoted where they contain one."""
    return ", ".join(_quoted(value) if "," in value or '"' in value else value for value in values)


def read_values(text: str) -> tuple[str, ...]:
    """Return the values typed in a field of their own, separated by commas; they may contain spaces."""
    found = (_unescaped(match[1]) if match[1] is not None else match[2] for match in _TYPED_VALUE.finditer(text))
    return tuple(value for value in (" ".join(word.split()) for word in found) if value)


def write_word(word: str) -> str:
    """Return a word as written beside conditions, quoted where it would be parsed as something else."""
    is_plain = _PLAIN_WORD.fullmatch(word) and word != _EITHER and _condition_part(word, 0) is None
    return word if is_plain else _quoted(word)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def without_parts(text: str, gone: Condition) -> str:
    """Return a text without one of its conditions and the `OR` beside it."""
    reading = read_query(text)
    kept: list[Part] = []
    for place, part in enumerate(reading.parts):
        if part.condition == gone:
            if kept and _is_either(reading.parts, place - 1):
                kept.pop()
            continue
        kept.append(part)
    while kept and kept[0].words == _EITHER and _is_either(reading.parts, reading.parts.index(kept[0])):
        kept.pop(0)
    return " ".join(text[part.start : part.end] for part in kept)
