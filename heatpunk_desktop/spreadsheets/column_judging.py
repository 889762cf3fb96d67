"""The judgement on one column: what it should be read as, from its heading and its cells."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.domain.headings import BY_HEADING, Extra
from heatpunk_desktop.spreadsheets.column_aliases import (
    FOREIGN_WORDS,
    KNOWN_KEYS,
    TELLING_WORDS,
    heading_key,
    heading_words,
)
from heatpunk_desktop.spreadsheets.column_content import Look, looks_of
from heatpunk_desktop.spreadsheets.targets import Part, Target

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from heatpunk_desktop.spreadsheets.sheet import Cell


class Why(StrEnum):
    """The evidence for how a column is read."""

    #: It is called exactly as in our own export and template.
    HEADING = "heading"
    #: The heading is a usual name for it.
    ALIAS = "alias"
    #: Its cells look like it.
    CONTENT = "content"
    #: The user chose so for an earlier file.
    REMEMBERED = "remembered"
    #: The user chose so now.
    USER = "user"
    #: It would be what another column is already.
    TAKEN = "taken"
    #: The heading is a usual name for owners, but no cell names a team member.
    NOBODY = "nobody"
    #: It is called like something that a project has no field for.
    NO_FIELD = "no_field"
    #: There is no evidence.
    NOTHING = "nothing"


class Judgement(NamedTuple):
    """The judgement on a column.

    Attributes:
        target: What it should be read as.
        why: The evidence for that.
        score: The confidence, 0 to 100.
        filled: How many of the sampled cells are filled.
        holds_postcodes: Whether many of its cells end with a postcode.
    """

    target: Target
    why: Why
    score: float
    filled: int = 0
    holds_postcodes: bool = False


#: Other columns of our own export that are read.
_EXTRAS: Final = {Extra.PROJECT_ID: Part.PROJECT_ID, Extra.OWNER: Part.OWNER}

_EXACT, _ALIAS, _WORD, _FUZZY, _CONTENT = 100.0, 95.0, 60.0, 55.0, 50.0
_RANK_STEP: Final = 0.1
#: How alike a misspelt heading has to be, of 100, and how long.
_ALIKE: Final = 85.0
_FUZZY_LENGTH: Final = 5

_MOST, _SOME, _HARDLY = 0.6, 0.4, 0.2

#: What cells look like where they are what the heading says.
_OWN_LOOKS: Final[Mapping[Target, frozenset[Look]]] = {
    Field.CUSTOMER_EMAIL: frozenset({Look.EMAIL}),
    Field.CUSTOMER_PHONE: frozenset({Look.PHONE}),
    Field.POSTCODE: frozenset({Look.POSTCODE}),
    Field.LATITUDE: frozenset({Look.LATITUDE, Look.NUMBER, Look.POSITION}),
    Field.LONGITUDE: frozenset({Look.LONGITUDE, Look.NUMBER, Look.POSITION}),
    Part.POSITION: frozenset({Look.POSITION}),
    Part.OWNER: frozenset({Look.EMAIL}),
}
#: Looks that alone decide what a column is, the most certain first.
_TELLING_LOOKS: Final[tuple[tuple[Look, Target], ...]] = (
    (Look.EMAIL, Field.CUSTOMER_EMAIL),
    (Look.POSTCODE, Field.POSTCODE),
    (Look.POSITION, Part.POSITION),
    (Look.PHONE, Field.CUSTOMER_PHONE),
)
_CONTENT_LOOKS: Final = (
    *_TELLING_LOOKS,
    (Look.STATUS, Field.STATUS),
    (Look.BUILD_DATE, Field.BUILD_DATE),
    (Look.TITLE, Part.NAME_TITLE),
    (Look.FULL_ADDRESS, Field.ADDRESS),
)
#: Only where no headings help.
_LAST_LOOKS: Final = ((Look.ADDRESS, Field.ADDRESS), (Look.NAME, Field.CUSTOMER_NAME))


def judge(heading: str, cells: Sequence[Cell], *, has_headings: bool) -> Judgement:
    """Judge a column.

    Args:
        heading: Its heading, on one line.
        cells: A sample of its filled cells; see `sample_of`.
        has_headings: Whether the sheet has a row of headings at all.
    """
    looks = looks_of(cells)
    found = _by_heading(heading, looks) or _by_content(heading, looks, has_headings=has_headings)
    if cells:
        found = _against_heading(found, looks)
    return found._replace(filled=len(cells), holds_postcodes=looks.get(Look.FULL_ADDRESS, 0) >= _SOME)


def _by_heading(heading: str, looks: Mapping[Look, float]) -> Judgement | None:
    own = BY_HEADING.get(heading)
    if own is not None:
        target = own if isinstance(own, Field) else _EXTRAS.get(own, Part.IGNORE)
        return Judgement(target, Why.NO_FIELD if target is Part.IGNORE else Why.HEADING, _EXACT)
    known = KNOWN_KEYS.get(heading_key(heading))
    if known is not None:
        why = Why.NO_FIELD if known[0] is Part.IGNORE else Why.ALIAS
        return Judgement(known[0], why, _ALIAS - _RANK_STEP * known[1])
    if not FOREIGN_WORDS.isdisjoint(heading_words(heading)):
        return Judgement(Part.IGNORE, Why.NO_FIELD, 0)
    words = heading_words(heading)
    for word, target in TELLING_WORDS:
        if word in words and _agrees(target, looks):
            return Judgement(target, Why.ALIAS, _WORD)
    return _by_misspelt_heading(heading, looks)


def _by_misspelt_heading(heading: str, looks: Mapping[Look, float]) -> Judgement | None:
    key = heading_key(heading)
    if len(key) < _FUZZY_LENGTH:
        return None
    # The import takes longer than a window may take to open.
    from rapidfuzz import fuzz, process  # noqa: PLC0415

    alike = process.extractOne(key, KNOWN_KEYS.keys(), scorer=fuzz.ratio, score_cutoff=_ALIKE)
    if alike is None:
        return None
    target, _ = KNOWN_KEYS[alike[0]]
    return Judgement(target, Why.ALIAS, _FUZZY) if _agrees(target, looks) else None


def _agrees(target: Target, looks: Mapping[Look, float]) -> bool:
    own = _OWN_LOOKS.get(target)
    return own is None or any(looks.get(look, 0) >= _SOME for look in own)


def _by_content(heading: str, looks: Mapping[Look, float], *, has_headings: bool) -> Judgement:
    candidates = _CONTENT_LOOKS if has_headings or heading else (*_CONTENT_LOOKS, *_LAST_LOOKS)
    for look, target in candidates:
        share = looks.get(look, 0)
        if share >= _MOST:
            return Judgement(target, Why.CONTENT, _CONTENT * share)
    return Judgement(Part.IGNORE, Why.NOTHING, 0)


def _against_heading(found: Judgement, looks: Mapping[Look, float]) -> Judgement:
    """Return the judgement by the cells where they clearly contradict their heading."""
    if found.why not in {Why.HEADING, Why.ALIAS} or found.target is Part.IGNORE:
        return found
    own = _OWN_LOOKS.get(found.target, frozenset())
    if any(looks.get(look, 0) >= _HARDLY for look in own):
        return found
    if found.target is Field.PROJECT_NAME and looks.get(Look.TITLE, 0) >= _MOST:
        return Judgement(Part.NAME_TITLE, Why.CONTENT, _CONTENT)
    if found.target is Field.STATUS and looks.get(Look.DATE, 0) >= _MOST:
        return Judgement(Part.IGNORE, Why.CONTENT, 0)
    if found.target in {Field.CRM_REFERENCE, Field.BUILD_DATE, Part.PROJECT_ID}:  # long numbers look like telephones
        return found
    for look, target in _TELLING_LOOKS:
        if looks.get(look, 0) >= _MOST:
            return Judgement(target, Why.CONTENT, _CONTENT)
    return found
