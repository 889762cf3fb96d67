"""Completion of conditions in the search field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from heatpunk_desktop.domain.fields import BuildDate, Status
from heatpunk_desktop.domain.folding import fold
from heatpunk_desktop.filters.conditions import DATES, ME, ChangesState, Subject
from heatpunk_desktop.filters.query import HEAD, SUBJECTS, Part, read_query, write_value
from heatpunk_desktop.filters.spans import NAMED
from heatpunk_desktop.texts import marked

if TYPE_CHECKING:
    from collections.abc import Iterable

#: A word of so many letters may be meant as the beginning of a condition; shorter ones are most likely searched for.
_LETTERS: Final = 3
_MOST: Final = 12

_SPANS: Final = ("7d", "30d", "90d", *NAMED)
_SIGN_WORDS: Final = {
    ">": marked("completion", "after"),
    ">=": marked("completion", "on or after"),
    "<": marked("completion", "before"),
    "<=": marked("completion", "on or before"),
}
_EMPTY: Final = "empty"

#: What each subject is, for the one who has not met it.
SUBJECT_WORDS: Final = {
    Subject.PROJECT: marked("completion", "the project’s name"),
    Subject.CUSTOMER: marked("completion", "the customer’s name"),
    Subject.POSTCODE: marked("completion", "the beginning of the postcode, such as CB1"),
    Subject.ADDRESS: marked("completion", "a part of the address"),
    Subject.STATUS: marked("completion", "Lead, Quote, Sale …"),
    Subject.OWNER: marked("completion", "me, or a colleague’s email"),
    Subject.CREATED: marked("completion", "when it was created: 1/11/26, >2026-01, 7d"),
    Subject.MODIFIED: marked("completion", "when it was last changed or opened"),
    Subject.ID: marked("completion", "the project’s number"),
    Subject.CHANGES: marked("completion", "what has not reached the server"),
    Subject.EMAIL: marked("completion", "a part of the customer’s email"),
    Subject.PHONE: marked("completion", "the customer’s phone number, or its last digits"),
    Subject.BUILD: marked("completion", "Pre 2000, Post 2000 or Post 2006"),
    Subject.REFERENCE: marked("completion", "a part of the CRM reference"),
}


class Vocabulary(NamedTuple):
    """The known values of an account.

    Attributes:
        owners: Emails or names of colleagues, and the numbers of those without.
        statuses: Statuses, including unknown ones of the server's.
    """

    owners: tuple[str, ...] = ()
    statuses: tuple[str, ...] = tuple(map(str, Status))


class Option(NamedTuple):
    """One completion: the text that it inserts, and its meaning for the user, which may be empty."""

    text: str
    words: str = ""


class Completion(NamedTuple):
    """The completions for a part of the text.

    Attributes:
        start: Where that part begins.
        end: Where it ends.
        options: The options, the likeliest first; may be empty.
    """

    start: int
    end: int
    options: tuple[Option, ...] = ()

    def applied(self, text: str, option: Option) -> tuple[str, int]:
        """Return the text with an option inserted, and the new place of the cursor.

        A space follows a complete value, so that the user can type on.
        """
        is_open = option.text.endswith((":", *_SIGN_WORDS))
        tail = text[self.end :]
        gap = "" if is_open or tail.startswith(" ") else " "
        cursor = self.start + len(option.text) + (0 if is_open else 1)
        return text[: self.start] + option.text + gap + tail, cursor


def complete(text: str, cursor: int, vocabulary: Vocabulary) -> Completion:
    """Return the completions for the part of the text before the cursor.

    Args:
        text: All of the text.
        cursor: The place of the cursor.
        vocabulary: The known values.
    """
    nothing = Completion(cursor, cursor)
    for part in read_query(text).parts:
        if part.start < cursor <= part.end:
            return _of_values(part, cursor, text, vocabulary) if part.subject else _of_subjects(part, cursor, text)
    return nothing


def _of_subjects(part: Part, cursor: int, text: str) -> Completion:
    typed = text[part.start : cursor]
    minus = "-" if typed.startswith("-") else ""
    begun = typed.removeprefix("-").lower()
    if len(begun) < _LETTERS or cursor != part.end:
        return Completion(cursor, cursor)
    found = dict.fromkeys(subject for word, subject in SUBJECTS.items() if word.startswith(begun))
    options = tuple(Option(f"{minus}{subject}:", SUBJECT_WORDS[subject]) for subject in found)
    return Completion(part.start, part.end, options)


def _of_values(part: Part, cursor: int, text: str, vocabulary: Vocabulary) -> Completion:
    value = next((candidate for candidate in part.values if candidate.start <= cursor <= candidate.end), None)
    head = HEAD.match(text, part.start)
    if value is None or head is None or part.subject is None:
        return Completion(cursor, cursor)
    typed = text[value.start : cursor].lstrip('"')
    taken = {fold(candidate.text) for candidate in part.values if candidate is not value}
    known = [option for option in _known_values(part.subject, vocabulary) if fold(option.text) not in taken]
    if part.subject in DATES and len(part.values) > 1:
        known = []
    if not head[3] and len(part.values) == 1:
        if part.subject in DATES:
            known = [*known[:4], *(Option(sign, words) for sign, words in _SIGN_WORDS.items()), *known[4:]]
        known = [*known, Option(_EMPTY, marked("completion", "nothing in it"))]
    found = tuple(_fitting(known, typed))
    if len(found) == 1 and fold(found[0].text) == fold(text[value.start : value.end]):
        return Completion(cursor, cursor)  # it is there already
    return Completion(value.start, value.end, found)


def _known_values(subject: Subject, vocabulary: Vocabulary) -> list[Option]:
    if subject is Subject.STATUS:
        return [Option(write_value(word)) for word in vocabulary.statuses]
    if subject is Subject.OWNER:
        return [
            Option(ME, marked("completion", "yourself")),
            *(Option(write_value(email)) for email in vocabulary.owners),
        ]
    if subject is Subject.CHANGES:
        return [Option(write_value(word)) for word in ChangesState]
    if subject is Subject.BUILD:
        return [Option(write_value(band.label)) for band in BuildDate]
    if subject in DATES:
        return [Option(span, _span_hint(span)) for span in _SPANS]
    return []


def _span_hint(span: str) -> str:
    return marked("completion", "the last {0} days").format(span[:-1]) if span not in NAMED else ""


def _fitting(known: Iterable[Option], typed: str) -> list[Option]:
    """Return the words that begin with the typed text, then those that contain it."""
    wanted = fold(typed)
    begun = [option for option in known if fold(option.text).lstrip('"').startswith(wanted)]
    within = [
        option for option in known if len(wanted) >= _LETTERS and wanted in fold(option.text) and option not in begun
    ]
    return [*begun, *within][:_MOST]
