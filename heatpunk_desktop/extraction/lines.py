"""A note as clean lines and as running text, and the values found in running text without a label."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from heatpunk_desktop.domain.coordinates import format_degrees, is_in_british_isles, is_link, read_position
from heatpunk_desktop.domain.emails import is_email
from heatpunk_desktop.domain.fields import BuildDate, Status
from heatpunk_desktop.domain.own_references import is_own_reference
from heatpunk_desktop.domain.postcodes import format_postcode
from heatpunk_desktop.spreadsheets.cell_values import DayOrder, read_build_date, read_status

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_INVISIBLE: Final = re.compile("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
_FIXED_SPACES: Final = "\u00a0\u2007\u202f"
_BREAKS: Final = "\r\v\f\x85\u2028\u2029"
_LINE: Final = re.compile(r"[^\n]+")
_QUOTED: Final = re.compile(r"[ \t]*>")
_QUOTE_MARKS: Final = re.compile(r"[\s>]*")
_WROTE: Final = re.compile(r"(?:On\b.{6,140}\bwrote:|-{2,} ?Original Message ?-{2,}|_{10,})$", re.IGNORECASE)
_WRAPPED: Final = re.compile(r"On\b.{6,140}[>\w]$")
_FORWARDED: Final = re.compile(r"(?:-{2,} ?Forwarded message ?-{2,}|Begin forwarded message:)$", re.IGNORECASE)
_HEAD: Final = re.compile(r"\*?(from|to|cc|bcc|sent|date|subject|reply-to)\s*:\*?\s*(.*)", re.IGNORECASE)
_EMAIL: Final = re.compile(r"(?<![\w.+-])[\w.+'-]+@[\w.-]+\.\w[\w-]*", re.IGNORECASE)
_POSTCODE: Final = re.compile(
    r"(?<![\w/-])[A-Z]{1,2}[0-9][0-9A-Z]? {0,2}[0-9][A-Z]{2}(?![\w/-])", re.IGNORECASE | re.ASCII
)
#: With the letters O and I for digits, which in running words would make postcodes of words such as `mobile`.
_TYPED_POSTCODE: Final = re.compile(
    r"(?<![\w/-])[A-Z]{1,2}[0-9IO][0-9A-Z]? {0,2}[0-9IO][A-Z]{2}(?![\w/-])", re.IGNORECASE | re.ASCII
)
#: Addresses of machines, or that many people read.
_MACHINES: Final = re.compile(
    r"(?:no-?reply|do-?not-?reply|mailer|notifications?|forms?|wordpress|web(?:site|master))\b.*@"
)


class Line(NamedTuple):
    """A line of a note.

    Attributes:
        start: Where its text begins in the clean note.
        text: Without surrounding spaces and quote marks; never empty.
        gap: Whether empty lines precede it.
    """

    start: int
    text: str
    gap: bool

    @property
    def end(self) -> int:
        """The end of its text, exclusive."""
        return self.start + len(self.text)


class CleanNote(NamedTuple):
    """A note without invisible letters.

    Attributes:
        text: The text, with plain spaces and line feeds for all other kinds.
        where: For each letter its place in the note as it was pasted.
    """

    text: str
    where: tuple[int, ...]


class Layout(NamedTuple):
    """The parts of a note.

    Attributes:
        head: The lines of the email's header by their name in lower case, such as `from`, without the name.
        body: The text, without earlier letters below it.
    """

    head: tuple[tuple[str, Line], ...]
    body: tuple[Line, ...]


def clean_note(text: str) -> CleanNote:
    """Return the note without invisible letters."""
    letters: list[str] = []
    where: list[int] = []
    for place, letter in enumerate(text):
        if _INVISIBLE.match(letter) or (letter == "\r" and text[place + 1 : place + 2] == "\n"):
            continue
        letters.append(" " if letter in _FIXED_SPACES else "\n" if letter in _BREAKS else letter)
        where.append(place)
    return CleanNote("".join(letters), tuple(where))


def layout_of(text: str) -> Layout:
    """Split a clean note into header and body. Of a forwarded email, only the forwarded part counts."""
    lines, quoted = _lines_of(text)
    forwarded = [place for place, line in enumerate(lines) if _FORWARDED.match(line.text)]
    if forwarded:
        lines, quoted = lines[forwarded[-1] + 1 :], quoted[forwarded[-1] + 1 :]
    if not all(quoted):
        lines = [line for line, is_quoted in zip(lines, quoted, strict=True) if not is_quoted]
    head, rest = _part_head(lines)
    return Layout(tuple(head), tuple(_without_history(rest)))


def _lines_of(text: str) -> tuple[list[Line], list[bool]]:
    lines: list[Line] = []
    quoted: list[bool] = []
    last_end = 0
    for found in _LINE.finditer(text):
        marks = _QUOTE_MARKS.match(found[0])
        skipped = marks.end() if marks else 0
        words = found[0][skipped:].rstrip()
        if not words:
            continue
        between = text[last_end : found.start()].count("\n")
        gap = bool(lines) and (between > 1 or text[last_end : found.start()].strip("> \t\n") != "")
        lines.append(Line(found.start() + skipped, words, gap))
        quoted.append(_QUOTED.match(found[0]) is not None)
        last_end = found.end()
    return lines, quoted


def _part_head(lines: list[Line]) -> tuple[list[tuple[str, Line]], list[Line]]:
    head: list[tuple[str, Line]] = []
    for place, line in enumerate(lines):
        found = _HEAD.fullmatch(line.text)
        if found is None or (line.gap and len(head) > 1):
            return head, lines[place:]
        head.append((found[1].lower(), Line(line.start + found.start(2), found[2], gap=False)))
    return head, []


def _without_history(lines: list[Line]) -> list[Line]:
    for place, line in enumerate(lines):
        following = lines[place + 1].text if place + 1 < len(lines) else ""
        heads = [_HEAD.fullmatch(line.text) for line in lines[place : place + 3]]
        is_head = (
            len([found for found in heads if found]) > 1 and heads[0] is not None and heads[0][1].lower() == "from"
        )
        is_wrapped = following == "wrote:" and _WRAPPED.match(line.text) is not None
        if _WROTE.fullmatch(line.text) or is_wrapped or is_head:
            return lines[:place]
    return lines


#: Replaces letters that must not be read; it joins nothing.
BLANK: Final = "|"


#: Characters before a value that may say whose it is.
_LONGEST_SENTENCE: Final = 400


_SENTENCE_END: Final = re.compile(r"[.!?;](?=\s)|\n")


_OTHERS: Final = re.compile(
    r"\b(?:agents?|landlord|architect|builder|plumber|electrician|engineer|surveyor|installer|assessor|neighbour|"
    r"husband|wife|partner|son|daughter|mother|father|mum|dad|brother|sister|friend|tenants?|colleague|manager|fax|"
    r"office|our (?:number|phone|email)|your (?:number|phone|email|address)|ring us|call us|email us|contact us|"
    r"registered|company|order|invoice|account|vat|mpan|not|wrong|"
    r"old (?:number|phone|email|address)|previous|former|until|instead)\b",
    re.IGNORECASE,
)


_SOMEBODYS: Final = re.compile(r"\b(?:their|his|her)\b", re.IGNORECASE)


class Span(NamedTuple):
    """A value with its place in the clean note."""

    value: str
    start: int
    end: int


def running_words(text: str, body: Sequence[Line], taken: Iterable[tuple[int, int]]) -> str:
    """Return the clean note with all but the free text of its body blanked, so that places stay the same."""
    letters = [letter if letter == "\n" else BLANK for letter in text]
    for line in body:
        letters[line.start : line.end] = line.text
    for start, end in taken:
        letters[start:end] = BLANK * (end - start)
    return "".join(letters)


def is_others(words: str, start: int, *, is_call_note: bool = False) -> bool:
    """Return whether the sentence up to a place is about somebody else, or says that what follows is out of date.

    Args:
        words: The running text.
        start: The place.
        is_call_note: Whether the note is about the customer, whom `her number` then means.
    """
    far = max(0, start - _LONGEST_SENTENCE)
    begin = max((found.end() for found in _SENTENCE_END.finditer(words, far, start)), default=far)
    if _OTHERS.search(words, begin, start):
        return True
    return not is_call_note and _SOMEBODYS.search(words, begin, start) is not None


def different(spans: Iterable[Span]) -> list[Span]:
    """Return the first of each value, compared without case, spaces and punctuation."""
    first: dict[str, Span] = {}
    for span in spans:
        first.setdefault("".join(letter for letter in span.value.lower() if letter.isalnum()), span)
    return list(first.values())


def emails_in(words: str) -> list[Span]:
    """Return the complete email addresses of people."""
    found = ((match[0].rstrip(".'-"), match.start()) for match in _EMAIL.finditer(words))
    return [
        Span(text, start, start + len(text))
        for text, start in found
        if is_email(text) and not _MACHINES.match(text.lower())
    ]


def phones_in(words: str, *, is_labelled: bool = False) -> list[Span]:
    """Return phone numbers as they are written.

    Args:
        words: The text to search.
        is_labelled: Whether a label says that it is a phone number; then a number need only have the right length.
    """
    # The import takes longer than a window may take to open.
    from phonenumbers import Leniency, PhoneNumberMatcher  # noqa: PLC0415

    leniency = Leniency.POSSIBLE if is_labelled else Leniency.VALID
    found = PhoneNumberMatcher(words, "GB", leniency=leniency)
    return [
        Span(match.raw_string.strip(), match.start, match.start + len(match.raw_string.rstrip())) for match in found
    ]


def postcodes_in(words: str, *, is_labelled: bool = False) -> list[Span]:
    """Return normalised postcodes, each with its place in the text.

    Args:
        words: The text to search.
        is_labelled: Whether a label says that it is a postcode; then the letter O may stand for a zero.
    """
    pattern = _TYPED_POSTCODE if is_labelled else _POSTCODE
    found = ((format_postcode(match[0]), match) for match in pattern.finditer(words))
    return [Span(code, match.start(), match.end()) for code, match in found if code]


_STATUSES: Final = "|".join(Status)


_MOVED: Final = re.compile(
    rf"\b(?i:mark(?:ed)? (?:it |this |her |him |them )?as|moved? (?:it |this |her |him |them )?(?:on )?to|"
    rf"status (?:is )?(?:now )?)"
    rf"[ :]*[\"'“‘]?(?P<status>{_STATUSES})\b"
)


_NEW: Final = re.compile(r"\W*(?P<status>new (?:lead|enquiry|inquiry))\b", re.IGNORECASE)


_HOUSE: Final = (
    r"(?:house|home|property|bungalow|cottage|terrace|terraced|semi|semi-detached|detached|mid-terrace|end-terrace|"
    r"flat|barn|build|town ?house|farmhouse)"
)


_BUILT: Final = re.compile(
    rf"\b(?:{_HOUSE}|it)(?: (?:was|is))?,? (?:built|dates) "
    rf"(?:(?:back )?(?:in|from|to|around|about|circa|c\.?)(?: the)? )?(?P<age>(?:1[5-9]|20)\d\ds?)\b(?! ?[-–/] ?\d)",
    re.IGNORECASE,
)


_AGED: Final = re.compile(
    rf"\b(?P<age>(?:1[5-9]|20)\d\ds|victorian|edwardian|georgian)(?:[ -](?:[\w-]+ )?)(?={_HOUSE}\b)", re.IGNORECASE
)


_EXTENSION: Final = re.compile(r"extension|extended|conservatory|garage|annexe|boiler|roof|loft", re.IGNORECASE)


_LINK: Final = re.compile(r"https?://\S+|geo:\S+")


_PAIR: Final = re.compile(r"(?<![\d.])\d{2}\.\d{3,},? +-?\d{1,2}\.\d{3,}(?![\d.])")


_REFERENCE: Final = re.compile(r"\bHPD-\w{10}\b")


def status_of(text: str) -> str | None:
    """Return the status that a word means, or None."""
    meant = read_status(text.strip(" .!"), DayOrder.DAY_FIRST).text.lower()
    return next((status.value for status in Status if status.lower() == meant), None)


def build_date_of(text: str) -> str | None:
    """Return the API value of the age band that a text means, or None."""
    read = read_build_date(text, DayOrder.DAY_FIRST)
    return None if read.problem else next((band.value for band in BuildDate if band.label == read.text), None)


def statuses_in(words: str, opening: tuple[str, int]) -> list[Span]:
    """Return statuses that are named explicitly: `mark as Sale`, or a note that opens with `New lead`.

    Args:
        words: The running text.
        opening: The first words of the note, and where they begin.
    """
    found = [
        Span(match["status"], match.start("status"), match.end("status"))
        for match in _MOVED.finditer(words)
        if not is_others(words, match.start())
    ]
    new = _NEW.match(opening[0])
    if new and not found:
        found.append(Span(Status.LEAD.value, opening[1] + new.start("status"), opening[1] + new.end("status")))
    return found


def build_dates_in(words: str) -> list[Span]:
    """Return age bands of the house, where its age is given and falls into one band."""
    spans = []
    for match in (*_BUILT.finditer(words), *_AGED.finditer(words)):
        sentence = words.rfind("\n", 0, match.start()) + 1
        band = build_date_of(match["age"])
        if band and not _EXTENSION.search(words, sentence, match.start()) and not is_others(words, match.start()):
            spans.append(Span(band, match.start("age"), match.end("age")))
    return spans


def positions_in(words: str) -> list[tuple[Span, Span]]:
    """Return latitudes with longitudes of places in the British Isles: map links, and pairs of degrees."""
    found = []
    for match in (*_LINK.finditer(words), *_PAIR.finditer(words)):
        text = match[0].rstrip(".,;)>")
        place = read_position(text) if not text.startswith("http") or is_link(text) else None
        if place is not None and is_in_british_isles(place):
            ends = match.start(), match.start() + len(text)
            found.append((Span(format_degrees(place.latitude), *ends), Span(format_degrees(place.longitude), *ends)))
    return found


def references_in(words: str) -> list[Span]:
    """Return CRM references that this app made."""
    return [
        Span(match[0], match.start(), match.end()) for match in _REFERENCE.finditer(words) if is_own_reference(match[0])
    ]
