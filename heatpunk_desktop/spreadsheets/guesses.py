"""What a value probably means of which it is not sure: proposed to the user, and never taken without being shown."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from heatpunk_desktop.domain.fields import BuildDate, Status
from heatpunk_desktop.domain.folding import fold

if TYPE_CHECKING:
    from collections.abc import Sequence

#: What a stage says of itself, the most telling first: `Rejected - price` is rejected, whatever else it says.
_STATUSES: Final = tuple(
    (re.compile(pattern), status.value)
    for pattern, status in (
        (
            r"reject|declin|lost|cancel|refus|withdr[ae]w|not interested|no longer|unsuitable|dead|void|duplicate",
            Status.REJECTED,
        ),
        (r"(?:survey|visit) (?:is )?(?:book|due|arrang|request|schedul|needed)|to survey", Status.LEAD),
        (
            r"book|schedul|install date|awaiting install|to install|installing|fitting|on site|in progress|deliver",
            Status.INSTALL,
        ),
        (
            r"complet(?!e survey)|commission|hand(?:ed)?[ -]?over|installed|fitted|finish|signed off|paid in full",
            Status.COMPLETED,
        ),
        (r"install", Status.INSTALL),
        (r"\bsale|sold|\bwon\b|accept|deposit|order|contract|signed|approved|agreed", Status.SALE),
        (
            r"quot|proposal|estimat|survey|visited|follow|negotiat|price|design|heat loss|decid|consider",
            Status.QUOTE,
        ),
        (
            r"lead|enquir|inquir|\bnew\b|contact|call|rang|pending|prospect|hold|wait|chas|left message|no answer|web",
            Status.LEAD,
        ),
    )
)
#: A house of 2000 or 2006 may belong in either of two bands: the newer one is proposed.
_BANDS: Final = tuple(
    (re.compile(pattern), band.label)
    for pattern, band in (
        (r"2006|\bnew|modern|just built|under construction|self[ -]?build|recent", BuildDate.POST_2006),
        (r"2000|noughties", BuildDate.POST_2000),
        (
            r"\bold|period|cottage|century|\bc\.?\d\dth|\b[1-9]0'?s\b|\b1\d\d\d|between the wars|interwar",
            BuildDate.PRE_2000,
        ),
    )
)


def guess_status(text: str) -> str:
    """The status that a stage probably means; empty where nothing tells."""
    return _first(_STATUSES, text)


def guess_build_date(text: str) -> str:
    """The label of the age band that an age probably means; empty where nothing tells."""
    return _first(_BANDS, text)


def _first(meanings: Sequence[tuple[re.Pattern[str], str]], text: str) -> str:
    words = fold(text)
    return next((meaning for pattern, meaning in meanings if pattern.search(words)), "")


def guess_owner(text: str, team: Sequence[str]) -> str:
    """The address of the one member of the team who may be meant; an address means itself; else empty."""
    if "@" in text:
        return text
    words = re.findall(r"[^\W\d_]+", fold(text))
    found = [one for one in team if words and words[0] in re.findall(r"[^\W\d_]+", fold(one.partition("@")[0]))]
    return found[0] if len(found) == 1 else ""
