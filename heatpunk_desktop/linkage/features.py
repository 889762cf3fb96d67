"""The features that projects are compared by: words and addresses in one normal form that all spellings share."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from heatpunk_desktop.domain.fields import IDENTIFYING_FIELDS
from heatpunk_desktop.domain.folding import fold
from heatpunk_desktop.domain.postcodes import format_postcode

if TYPE_CHECKING:
    from heatpunk_desktop.domain.fields import FieldValues

_SEGMENTS: Final = re.compile(r"[,;\n\r\t]+")
_MARKS: Final = re.compile("['.]")
_WORD: Final = re.compile(r"[^\W_]+")
_NUMBER: Final = re.compile(r"[0-9]+[a-z]?", re.ASCII)
_LETTER_APART: Final = re.compile(r"\b([0-9]+) ([a-z])\b")
_LOOKS_LIKE_POSTCODE: Final = re.compile(r"\b[A-Z]{1,2}[0-9O][0-9A-Z]?\s*[0-9O][A-Z]{2}\s*$", re.IGNORECASE | re.ASCII)
#: Usual abbreviations in the names of streets and houses.
_LONG: Final = {
    "rd": "road",
    "ave": "avenue",
    "av": "avenue",
    "ln": "lane",
    "la": "lane",
    "cl": "close",
    "dr": "drive",
    "drv": "drive",
    "cres": "crescent",
    "cresc": "crescent",
    "gdn": "garden",
    "gdns": "gardens",
    "ct": "court",
    "crt": "court",
    "pl": "place",
    "sq": "square",
    "ter": "terrace",
    "terr": "terrace",
    "tce": "terrace",
    "gr": "grove",
    "gro": "grove",
    "grv": "grove",
    "pk": "park",
    "hse": "house",
    "ho": "house",
    "cott": "cottage",
    "ctg": "cottage",
    "fm": "farm",
    "mt": "mount",
    "gt": "great",
    "lt": "little",
    "lwr": "lower",
    "upr": "upper",
    "saint": "st",
}
#: Optional words before a number.
_BEFORE_NUMBERS: Final = frozenset({"flat", "unit", "apt", "apartment", "no", "number", "plot", "the"})
#: Optional words before and after names, and words between names.
_TITLES: Final = frozenset(
    {"mr", "mrs", "ms", "miss", "mx", "dr", "prof", "professor", "sir", "dame", "lady", "lord", "rev", "revd"}
    | {"reverend", "master", "messrs", "and", "the", "of", "ltd", "limited", "llp", "plc", "co", "company"}
)
#: What firms call themselves behind their name.
_TRADES: Final = frozenset(
    {"association", "builders", "club", "construction", "council", "developments", "energy", "estates", "group"}
    | {"homes", "housing", "installations", "parish", "properties", "property", "services", "sons", "trust"}
)
_APOSTROPHES: Final = re.compile("['`\u00b4\u2018\u2019\u02bc.]")
#: The server's name for an unnamed project, such as `Mon Sep 01 2025`, which says nothing.
_DEFAULT_NAME: Final = re.compile(r"(?:mon|tue|wed|thu|fri|sat|sun) [a-z]{3} \d\d \d{4}")
_EXTENSION: Final = re.compile(r"(?:ext|x)\.?\s*\d+\s*$", re.IGNORECASE)
_PHONE_PARTS: Final = re.compile(r"[/,;|\n]|\bor\b", re.IGNORECASE)
_NOT_DIGITS: Final = re.compile(r"\D+", re.ASCII)
#: Digits of a number with its country's: fewer are an extension or no number, more are two numbers in one field.
_PHONE_LENGTHS: Final = range(9, 16)
_NATIONAL_LENGTH: Final = 10
_LEAST_DIGITS: Final = 3
_EMAIL_PARTS: Final = re.compile(r"[\s,;<>]+")
_GOOGLE: Final = frozenset({"gmail.com", "googlemail.com"})
_MAC: Final = re.compile(r"^ma?c(?=[^aeiouyhk])")
_SILENT: Final = re.compile(
    r"^(?:k(?=n)|g(?=n)|p(?=[ns])|w(?=r))|(?<=[aeiouy])gh|(?<=m)b\b|h(?=[^aeiouy]|\b)|(?<=m)p(?=s)"
)
#: What sounds alike is one letter. Vowels go, save for one that a name begins with.
_ALIKE: Final = str.maketrans(
    {"b": "p", "v": "f", "c": "k", "q": "k", "g": "k", "z": "s", "x": "s", "j": "k", "d": "t", "n": "m", "w": None}
    | dict.fromkeys("aeiouyh")
)
_DOUBLED: Final = re.compile(r"(.)\1+")


class Address(NamedTuple):
    """A parsed address; every text is folded and may be empty.

    Attributes:
        premises: Numbers of flat and house, such as `3/12` or `12a`.
        street: The words of the line that has the number, or of all lines where there is none.
        place: The line after the street, mostly the town.
        words: All words but the numbers, in their order.
        postcode: The postcode at its end, without its space.
    """

    premises: str
    street: str
    place: str
    words: str
    postcode: str


_EMPTY: Final = Address("", "", "", "", "")


def read_address(text: str) -> Address:
    """Parse an address."""
    text = text.strip()
    if not text:
        return _EMPTY
    postcode = ""
    found = _LOOKS_LIKE_POSTCODE.search(text)
    if found and (formatted := format_postcode(found[0])):
        postcode = formatted.replace(" ", "")
        text = text[: found.start()]
    numbers: list[str] = []
    lines: list[tuple[str, ...]] = []
    street_at = 0
    for segment in _SEGMENTS.split(text):
        own, words = _words(segment)
        # A number alone, or a word that only announces one, belongs to the next line.
        if own:
            numbers += own
            street_at = len(lines)
        if words:
            lines.append(words)
    street = lines[min(street_at, len(lines) - 1)] if lines else ()
    after = lines[street_at + 1] if street_at + 1 < len(lines) else ()
    all_words = " ".join([word for line in lines for word in line])
    return Address(
        premises="/".join(numbers),
        street=" ".join(street) if numbers else all_words,
        place=" ".join(after),
        words=all_words,
        postcode=postcode,
    )


def _joined(found: re.Match[str]) -> str:
    """Return a number and its letter.

    A template would be quicker to read, but makes Python import its parser at each call.
    """
    return found[1] + found[2]


@lru_cache(maxsize=4096)
def _words(segment: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the numbers of a segment, and its other words expanded. Cached: towns and counties recur."""
    plain = _MARKS.sub("", fold(segment))
    all_words = _WORD.findall(_LETTER_APART.sub(_joined, plain))
    numbers = [word.lstrip("0") or "0" for word in all_words if _NUMBER.fullmatch(word)]
    words = [_LONG.get(word, word) for word in all_words if word not in _BEFORE_NUMBERS and not _NUMBER.fullmatch(word)]
    if words and words[-1] == "st":
        words[-1] = "street"  # anywhere else it is a saint
    return tuple(numbers), tuple(words)


class Features(NamedTuple):
    """The features of a project. Every text is folded; an empty one is not known.

    Attributes:
        name: The words of the customer's name, sorted, without titles.
        surname_sound: The sound of the last name.
        name_sound: The sound of the whole name, whatever its order.
        project_name: The words of the project's name, sorted.
        emails: Addresses, in lower case.
        phones: Numbers as digits with the country code and no sign, such as `447700900123`.
        postcode: Without its space, in capitals: a valid UK postcode, or what was written instead.
        premises: Numbers of flat and house, such as `3/12` or `12a`.
        street: The words of the line that has the number, or of all lines where there is none.
        place: The word after the street, mostly the town.
        address: All words of the address but the numbers, in their order.
        reference: The CRM reference as it was written.
    """

    name: str
    surname_sound: str
    name_sound: str
    project_name: str
    emails: tuple[str, ...]
    phones: tuple[str, ...]
    postcode: str
    premises: str
    street: str
    place: str
    address: str
    reference: str


class KnownProject(NamedTuple):
    """A project's values that features are made of. What is not known is empty.

    Attributes:
        key: The caller's key for it.
        project_name: As all others, in the words of the user or the server.
    """

    key: int
    project_name: str = ""
    customer_name: str = ""
    customer_email: str = ""
    customer_phone: str = ""
    address: str = ""
    postcode: str = ""
    crm_reference: str = ""


def known_project(key: int, values: FieldValues) -> KnownProject:
    """Return a project's values for comparison; a field that is missing is not known."""
    return KnownProject(key, *["" if value is None else str(value) for value in map(values.get, IDENTIFYING_FIELDS)])


def features_of(project: KnownProject) -> Features:
    """Return the features of a project."""
    return _keys_of(project[1:])


@lru_cache(maxsize=16)
def _keys_of(texts: tuple[str, ...]) -> Features:
    """Do the work of `features_of`. Cached: an import asks three times for each row."""
    project = KnownProject(0, *texts)
    words = name_words(project.customer_name)
    address = read_address(project.address)
    sounds = [*map(sound, words)]
    names = [heard for word, heard in zip(words, sounds, strict=True) if word not in _TRADES] or sounds
    return Features(
        name=" ".join(sorted(words)),
        surname_sound=names[-1] if names else "",
        name_sound=" ".join(sorted(sounds)),
        project_name=project_name_feature(project.project_name),
        emails=email_features(project.customer_email),
        phones=phone_features(project.customer_phone),
        postcode=postcode_feature(project.postcode) or address.postcode,
        premises=address.premises,
        street=address.street,
        place=address.place,
        address=address.words,
        reference=project.crm_reference.strip(),
    )


def _plain_words(text: str) -> list[str]:
    return _WORD.findall(_APOSTROPHES.sub("", fold(text)))


def name_words(text: str) -> list[str]:
    """Return the words of a name without titles, family name last: john, smith for `Smith, Mr John`."""
    last, comma, first = text.partition(",")
    if comma and "," not in first and _WORD.search(first):
        text = f"{first} {last}"
    words = _plain_words(text)
    return [word for word in words if word not in _TITLES] or words


def project_name_feature(text: str) -> str:
    """Return the words of a project's name, sorted; empty where the name is only the day that the server gave it."""
    words = _plain_words(text)
    return "" if _DEFAULT_NAME.fullmatch(" ".join(words)) else " ".join(sorted(words))


def postcode_feature(text: str) -> str:
    """Return a postcode without its space, with typing mistakes corrected where only one reading is possible."""
    if not text:
        return ""
    return (format_postcode(text) or text.strip().upper()).replace(" ", "")


def email_features(text: str) -> tuple[str, ...]:
    """Return the email addresses in a field in canonical form: without case, tags, and the dots that Google ignores."""
    if "@" not in text:
        return ()
    keys = []
    for part in _EMAIL_PARTS.split(text.casefold()):
        box, at, domain = part.removeprefix("mailto:").rpartition("@")
        if at and box and domain:
            box = box.partition("+")[0] or box
            keys.append(f"{box.replace('.', '') if domain in _GOOGLE else box}@{domain}")
    return tuple(dict.fromkeys(keys))


def phone_features(text: str) -> tuple[str, ...]:
    """Return the phone numbers in a field as digits that begin with the country code; invalid ones are left out."""
    if not text:
        return ()
    text = _EXTENSION.sub("", text)
    whole = _NOT_DIGITS.sub("", text)
    parts = (text,) if len(whole) in _PHONE_LENGTHS else _PHONE_PARTS.split(text)
    return tuple(dict.fromkeys(key for part in parts if (key := _phone_key(part))))


def _phone_key(text: str) -> str:
    digits = _NOT_DIGITS.sub("", text)
    if digits.startswith("00"):
        digits = digits[2:]
    elif digits.startswith("0"):
        digits = f"44{digits[1:]}"
    elif len(digits) == _NATIONAL_LENGTH and "+" not in text:
        digits = f"44{digits}"  # a spreadsheet read it as a number and dropped the zero
    if digits.startswith("440"):
        digits = f"44{digits[3:]}"
    return digits if len(digits) in _PHONE_LENGTHS and len(set(digits)) > _LEAST_DIGITS else ""


@lru_cache(maxsize=65_536)
def sound(word: str) -> str:
    """Return roughly how a folded word sounds in English: `thompson` as `thomson`, `macleod` as `mcleod`."""
    if not word.isascii() or word.isdigit():
        return word
    heard = _MAC.sub("mk", word.replace("ph", "f").replace("sch", "s").replace("ck", "k"))
    heard = _SILENT.sub("", heard)
    heard = heard.replace("ce", "se").replace("ci", "si").replace("cy", "sy").replace("tz", "s")
    first = "a" if heard[:1] in "aeiouy" else ""
    return first + _DOUBLED.sub(r"\1", heard.translate(_ALIKE)) or word
