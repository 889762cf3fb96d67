"""The customer's name: in an email's header, a greeting, a sign-off or a call note."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from heatpunk_desktop.domain.folding import fold
from heatpunk_desktop.extraction.lines import Span, is_others

if TYPE_CHECKING:
    from collections.abc import Sequence

    from heatpunk_desktop.extraction.lines import Line

_WORD: Final = r"[^\W\d_a-zß-öø-ÿ][^\W\d_]*(?:['’-][^\W\d_]+)*"
_TITLE: Final = r"(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Professor|Rev|Sir|Lady|Lord)\b\.?"
_PART: Final = rf"(?:{_WORD}|[A-Z]\.|(?:de|van|von|der|den|la|le|du|al|bin|ap|ab)(?= ))"
_AND: Final = r"(?:&|and|\+)"
_ONE: Final = rf"(?:{_TITLE} {_PART}(?: {_PART}){{0,3}}|{_PART}(?: {_PART}){{1,3}})"

#: A full name, or that of a couple.
NAME_PATTERN: Final = (
    rf"(?:{_TITLE} {_AND} {_TITLE} {_PART}(?: {_PART}){{0,3}}|{_WORD} {_AND} {_WORD}(?: {_PART}){{1,2}}|{_ONE})"
)
_NAME: Final = re.compile(NAME_PATTERN)
_TITLED: Final = re.compile(rf"{_TITLE} .*")

#: Capitalised words that are no part of a person's name.
_NOT_NAMES: Final = frozenset(
    re.findall(
        r"\w+",
        "ltd limited llp plc cic team heating services service sales support office department dept company group "
        "homes properties renewables energy heat pump pumps plumbing customer customers thanks thank "
        "regards kind kindest best "
        "warm wishes many hi hello dear good morning afternoon evening cheers sincerely faithfully yours sent the "
        "our your we i my this that please road street lane avenue close drive way court house farm barn cottage "
        "rectory terrace crescent gardens hill green park place row square flat monday tuesday wednesday thursday "
        "friday saturday sunday january february march april may june july august "
        "september october november december "
        "uk united kingdom england wales "
        "scotland ireland director manager surveyor engineer installer estimator administrator coordinator re fw fwd "
        "email phone tel mobile address postcode looking interested happy lead quote sale install completed rejected "
        "new enquiry message from iphone outlook",
    )
)
#: Names that are also in the list above.
_BOTH: Final = frozenset({"may", "april", "june", "hill", "green", "park", "lane", "barn", "house", "close", "way"})


def is_name(text: str) -> bool:
    """Return whether a text is a full name, or that of a couple: `Jane Smith`, `Mr & Mrs O'Neill`."""
    if not _NAME.fullmatch(text):
        return False
    words = re.findall(r"[^\W\d_]+", fold(text))
    strange = _NOT_NAMES.intersection(words)
    if strange - _BOTH:
        return False
    # `Jane Green` is a person and `Church Lane` may be a road: the surname alone may be such a word, after a title.
    return not strange or _TITLED.fullmatch(text) is not None or words[-1] in {"green", "hill", "park", "may"}


_CLOSING: Final = (
    r"(?:(?i:(?:with )?(?:kind(?:est)?|best|warm(?:est)?|many)? ?(?:regards|wishes|thanks)"
    r"|thanks(?: again| in advance| very much)?|thank you(?: very much| in advance)?|cheers|"
    r"yours (?:sincerely|faithfully|truly)|all the best|best|sincerely"
    r"|ta|kr))"
)
_SIGN_OFF: Final = re.compile(
    rf"(?:(?:Many )?[Tt]hanks (?:and|&) )?{_CLOSING}[ ,.!-–—]*(?P<name>{NAME_PATTERN})?[ ,.]*"
)
_GREETING: Final = re.compile(
    rf"(?i:dear|hi|hello|good (?:morning|afternoon|evening))[ ,]+(?P<name>{NAME_PATTERN})[ ,.:!–-]*"
)
_SELF: Final = re.compile(rf"\b(?i:my name is|my name's|my name’s|i am|i'm|i’m|this is) (?P<name>{NAME_PATTERN})")
_CALL: Final = re.compile(
    rf"\b(?i:spoke (?:to|with)|spoken (?:to|with)|call(?:ed)? from|conversation with|call with|visited|met with|met|"
    rf"message "
    rf"from|voicemail from|enquiry from|letter from|lead from|rang) (?P<name>{NAME_PATTERN})"
)
_CALLED: Final = re.compile(
    rf"^[^\w\n]{{0,8}}(?P<name>{NAME_PATTERN}) (?i:called|rang|phoned|telephoned|emailed|"
    rf"came in|popped in|left a|wants|would like|has asked|asked)\b",
    re.MULTILINE,
)
_FIRM_LETTER: Final = re.compile(
    r"thank you for (?:your (?:enquiry|interest|order)|choosing|contacting)|"
    r"\bwe(?: are|'re|’re) pleased to|\bour quot(?:e|ation)\b|"
    r"please find (?:attached|enclosed)|\bour (?:surveyor|engineer|installer)s?\b",
    re.IGNORECASE,
)
_FIRM_SIGNATURE: Final = re.compile(
    r"\b(?:director|manager|surveyor|engineer|sales|estimator|installer|administrator|coordinator|consultant|architect|"
    r"agents?|ltd|limited|llp|plc|registered|company no|vat no|team|on behalf of|www\.)",
    re.IGNORECASE,
)
_FROM: Final = re.compile(r"[\"']?(?P<name>[^\"<>]*?)[\"']?\s*[<\[(]\s*(?:mailto:)?[^<>\s]+@.*")


class Letter(NamedTuple):
    """How a note is signed.

    Attributes:
        is_firms: Whether a firm wrote it, so that the signer is not the customer.
        signature: The number of the line with the signature; None where it is not signed.
        signer: The signer, where that is a name.
    """

    is_firms: bool
    signature: int | None
    signer: Span | None


def letter_of(body: Sequence[Line]) -> Letter:
    """Return how a note is signed, and by whom."""
    is_firms = any(_FIRM_LETTER.search(line.text) for line in body)
    for number in range(len(body) - 1, -1, -1):
        found = _SIGN_OFF.fullmatch(body[number].text)
        if found is None:
            continue
        signer = None
        if found["name"]:
            signer = Span(
                found["name"].strip(), body[number].start + found.start("name"), body[number].start + found.end("name")
            )
        elif number + 1 < len(body):
            line = body[number + 1]
            name = line.text.strip(" ,.*")
            start = line.start + line.text.find(name)
            signer = Span(name, start, start + len(name))
        is_firms = is_firms or any(_FIRM_SIGNATURE.search(line.text) for line in body[number + 1 :])
        return Letter(is_firms, number, signer if signer and is_name(signer.value) else None)
    return Letter(is_firms, None, None)


def sender_name(text: str, start: int) -> Span | None:
    """Return the name in the header line `From` of an email."""
    found = _FROM.fullmatch(text.strip())
    name = found["name"].strip() if found else ""
    if not is_name(name):
        return None
    place = start + text.find(name)
    return Span(name, place, place + len(name))


def callers(words: str) -> list[Span]:
    """Return the people whom a note of a call or a visit is about."""
    return _named(words, _CALL) + _named(words, _CALLED)


def introduced(words: str) -> list[Span]:
    """Return the people who give their own names."""
    return _named(words, _SELF)


def greeted(body: Sequence[Line]) -> Span | None:
    """Return the name in the greeting, where it has a title or a surname."""
    found = _GREETING.fullmatch(body[0].text) if body else None
    if found is None or not is_name(found["name"]):
        return None
    return Span(found["name"], body[0].start + found.start("name"), body[0].start + found.end("name"))


def _named(words: str, pattern: re.Pattern[str]) -> list[Span]:
    return [
        Span(found["name"], found.start("name"), found.end("name"))
        for found in pattern.finditer(words)
        if is_name(found["name"]) and not is_others(words, found.start("name"))
    ]
