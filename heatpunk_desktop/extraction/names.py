"""What is the name of a person or a couple, and what is none."""

from __future__ import annotations

import re
from typing import Final

from heatpunk_desktop.domain.folding import fold

_WORD: Final = r"[^\W\d_a-zß-öø-ÿ][^\W\d_]*(?:['’-][^\W\d_]+)*"
_TITLE: Final = r"(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Professor|Rev|Sir|Lady|Lord)\b\.?"
_PART: Final = rf"(?:{_WORD}|[A-Z]\.|(?:de|van|von|der|den|la|le|du|al|bin|ap|ab)(?= ))"
_AND: Final = r"(?:&|and|\+)"
_ONE: Final = rf"(?:{_TITLE} {_PART}(?: {_PART}){{0,3}}|{_PART}(?: {_PART}){{1,3}})"

#: The name of a person with a surname, or of a couple.
NAME_PATTERN: Final = (
    rf"(?:{_TITLE} {_AND} {_TITLE} {_PART}(?: {_PART}){{0,3}}|{_WORD} {_AND} {_WORD}(?: {_PART}){{1,2}}|{_ONE})"
)
_NAME: Final = re.compile(NAME_PATTERN)
_TITLED: Final = re.compile(rf"{_TITLE} .*")

#: Words in capitals that are no part of a person's name.
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
#: Names that are words of the list above too.
_BOTH: Final = frozenset({"may", "april", "june", "hill", "green", "park", "lane", "barn", "house", "close", "way"})


def is_name(text: str) -> bool:
    """Whether a text is the name of a person with a surname, or of a couple: `Jane Smith`, `Mr & Mrs O'Neill`."""
    if not _NAME.fullmatch(text):
        return False
    words = re.findall(r"[^\W\d_]+", fold(text))
    strange = _NOT_NAMES.intersection(words)
    if strange - _BOTH:
        return False
    # `Jane Green` is a person and `Church Lane` may be a road: the surname alone may be such a word, after a title.
    return not strange or _TITLED.fullmatch(text) is not None or words[-1] in {"green", "hill", "park", "may"}
