"""Values found in running text without a label: emails, phones, postcodes, statuses, ages, positions, references."""

from __future__ import annotations

import re
from typing import Final

from heatpunk_desktop.domain.coordinates import format_degrees, is_in_british_isles, is_link, read_position
from heatpunk_desktop.domain.emails import is_email
from heatpunk_desktop.domain.fields import BuildDate, Status
from heatpunk_desktop.domain.naming import is_own_reference
from heatpunk_desktop.domain.postcodes import format_postcode
from heatpunk_desktop.extraction.lines import Span, is_others
from heatpunk_desktop.spreadsheets.cell_values import DayOrder, read_build_date, read_status

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
