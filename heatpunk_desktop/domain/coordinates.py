"""Latitude and longitude: typed, pasted as a pair, or extracted from a map's link."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import parse_qsl, unquote_plus, urlsplit

from heatpunk_desktop.domain.fields import FIELD_LABELS, Field
from heatpunk_desktop.domain.problem import Checked, Problem, error, warning
from heatpunk_desktop.texts import marked

if TYPE_CHECKING:
    from collections.abc import Iterator
    from urllib.parse import SplitResult

#: Decimal places kept: the seventh is a centimetre.
PLACES: Final = 7
MAX_LATITUDE: Final = 90.0
MAX_LONGITUDE: Final = 180.0

_TOGETHER: Final = marked("coordinates", "Latitude and longitude go together: fill in both, or neither.")
_NOT_A_NUMBER: Final = marked("coordinates", "This is not a number of degrees, such as 52.1951 or -0.1313.")
_LINK_WITHOUT: Final = marked(
    "coordinates", "This link holds no position. Open it in the browser and copy the long address from there."
)
_OUTSIDE: Final = marked("coordinates", "This place is outside the British Isles. You can still save it.")
_SWAPPED: Final = marked(
    "coordinates", "This place is outside the British Isles. Latitude and longitude may be the wrong way round."
)

_NUMBER: Final = r"[-+]?[0-9]{1,3}(?:\.[0-9]*)?"
_PLAIN: Final = re.compile(_NUMBER)
_PAIR: Final = re.compile(rf"({_NUMBER})(?:\s*[,;]\s*|\s+)({_NUMBER})")
_INTEGERS_WITH_COMMA: Final = re.compile(r"[-+]?[0-9]+,[-+]?[0-9]+")
#: `52.195° N`, `N 52.195` or `52°11'42.4"N`: degrees, perhaps minutes and seconds, and the letter on either side.
_LETTERED: Final = re.compile(
    r"""(?P<before>[NSEW])?\s*+(?P<degrees>[0-9]{1,3}(?:\.[0-9]*)?)\s*+°?\s*+
        (?:(?P<minutes>[0-9]{1,2}(?:\.[0-9]*)?)\s*+')?\s*+
        (?:(?P<seconds>[0-9]{1,2}(?:\.[0-9]*)?)\s*+")?\s*+
        (?(before)|(?P<after>[NSEW])?)""",
    re.VERBOSE | re.IGNORECASE,
)
#: Minus, en dash, quotes, primes, ordinal and fixed space, as they come out of documents and web pages.
_SIGNS: Final = str.maketrans("\u2212\u2013\u2019\u2032\u201c\u201d\u2033\u00ba\u00a0", '--\'\'"""° ')

_GOOGLE_PIN: Final = re.compile(rf"!3d({_NUMBER})!4d({_NUMBER})")
_GOOGLE_VIEW: Final = re.compile(rf"/@({_NUMBER}),({_NUMBER})")
_OSM_VIEW: Final = re.compile(rf"map=[0-9.]+/({_NUMBER})/({_NUMBER})")
_PATH_PAIR: Final = re.compile(rf"/({_NUMBER}),\s*({_NUMBER})(?=/|$)")
_LATITUDE_PARAMETERS: Final = (("mlat", "mlon"), ("lat", "lon"), ("lat", "lng"))
#: Parameters that hold a pair. Google: q, query, ll, destination. Apple: coordinate, ll, q, center. Bing: sp, cp.
_PAIR_PARAMETERS: Final = ("coordinate", "q", "query", "destination", "ll", "sll", "sp", "cp", "center")


class Position(NamedTuple):
    """A place on the map in decimal degrees."""

    latitude: float
    longitude: float


#: Box around the British Isles with Shetland and the Channel Islands.
_SOUTH_WEST: Final = Position(49.0, -11.0)
_NORTH_EAST: Final = Position(61.0, 2.5)


def format_degrees(value: float) -> str:
    """Return decimal degrees for the screen, without trailing zeros: `52.1951`."""
    text = f"{value:.{PLACES}f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def is_in_british_isles(place: Position) -> bool:
    """Return whether a place is in a box around the British Isles."""
    return (
        _SOUTH_WEST.latitude <= place.latitude <= _NORTH_EAST.latitude
        and _SOUTH_WEST.longitude <= place.longitude <= _NORTH_EAST.longitude
    )


def read_position(text: str) -> Position | None:
    """Read a latitude and a longitude out of one text.

    Args:
        text: `52.2, 0.12`, `52.2 0.12`, `52.2° N 0.12° W`, `52°11'42"N 0°07'12"E`, `geo:52.2,0.12`, or the address of a
            place in Google Maps, Apple Maps, Bing Maps or OpenStreetMap.

    Returns:
        The place, or None where the text holds none, or one that is not on the Earth. `50,7` is none: it may be one
        number with a decimal comma.
    """
    clean = text.translate(_SIGNS).strip()
    if clean.lower().startswith("geo:"):
        return _pair(clean[4:].partition(";")[0].partition("?")[0])
    if is_link(clean):
        return _link_position(clean)
    return _pair(clean.strip("()[]")) or _lettered_pair(clean)


def is_link(text: str) -> bool:
    """Return whether a text is a web address."""
    return "://" in text or text.lower().startswith(("www.", "maps."))


def _on_earth(latitude: float, longitude: float) -> Position | None:
    if abs(latitude) > MAX_LATITUDE or abs(longitude) > MAX_LONGITUDE:
        return None
    return Position(round(latitude, PLACES), round(longitude, PLACES))


def _pair(text: str) -> Position | None:
    match = _PAIR.fullmatch(text.strip())
    if match is None or _INTEGERS_WITH_COMMA.fullmatch(match[0]):
        return None
    return _on_earth(float(match[1]), float(match[2]))


def _lettered_pair(text: str) -> Position | None:
    first = _LETTERED.match(text)
    second = _LETTERED.match(text.rstrip(), _skip_separator(text, first.end())) if first else None
    if first is None or second is None or second.end() != len(text.rstrip()):
        return None
    by_axis = dict((_lettered_degrees(first), _lettered_degrees(second)))
    if set(by_axis) != {"NS", "EW"}:
        return None
    return _on_earth(by_axis["NS"], by_axis["EW"])


def _skip_separator(text: str, position: int) -> int:
    return position + len(text[position:]) - len(text[position:].lstrip(" ,;"))


def _lettered_degrees(match: re.Match[str]) -> tuple[str, float]:
    letters = {letter.upper() for letter in (match["before"], match["after"]) if letter}
    if len(letters) != 1:
        return "", 0.0
    letter = letters.pop()
    degrees = float(match["degrees"]) + float(match["minutes"] or 0) / 60 + float(match["seconds"] or 0) / 3600
    return "NS" if letter in "NS" else "EW", -degrees if letter in "SW" else degrees


def _link_position(link: str) -> Position | None:
    try:
        parts = urlsplit(link)
    except ValueError:
        return None
    for latitude, longitude in _candidates(parts):
        place = _pair(f"{latitude} {longitude}")
        if place:
            return place
    return None


def _candidates(parts: SplitResult) -> Iterator[tuple[str, str]]:
    """Yield pairs of texts that may be a position, those of a pin before those of the map's middle."""
    path = unquote_plus(parts.path)
    parameters = dict(parse_qsl(parts.query))
    yield from _GOOGLE_PIN.findall(path)
    for latitude, longitude in _LATITUDE_PARAMETERS:
        yield parameters.get(latitude, ""), parameters.get(longitude, "")
    for name in _PAIR_PARAMETERS:
        value = parameters.get(name, "").removeprefix("loc:").removeprefix("point.")
        numbers = re.split(r"[,~_\s]+", value.strip())
        if len(numbers) > 1:
            yield numbers[0], numbers[1]
    yield from _PATH_PAIR.findall(path)
    yield from _GOOGLE_VIEW.findall(path)
    yield from _OSM_VIEW.findall(parts.fragment)


def check_latitude(text: str) -> Checked:
    """Check a latitude in decimal degrees on its own; `check_position` checks more."""
    return _check_degrees(text, MAX_LATITUDE, FIELD_LABELS[Field.LATITUDE])


def check_longitude(text: str) -> Checked:
    """Check a longitude in decimal degrees on its own; `check_position` checks more."""
    return _check_degrees(text, MAX_LONGITUDE, FIELD_LABELS[Field.LONGITUDE])


def _check_degrees(text: str, limit: float, name: str) -> Checked:
    if not _PLAIN.fullmatch(text):
        text = text.translate(_SIGNS).strip().removesuffix("°").rstrip()
        if not text:
            return Checked(None)
        if not _PLAIN.fullmatch(text):
            return Checked(None, error(_LINK_WITHOUT if is_link(text) else _NOT_A_NUMBER))
    value = round(float(text), PLACES)
    if abs(value) > limit:
        return Checked(
            None, error(marked("coordinates", "{0} goes from -{1} to {1} degrees.").format(name, f"{limit:.0f}"))
        )
    return Checked(value)


class CheckedPosition(NamedTuple):
    """Latitude and longitude, checked together."""

    latitude: Checked
    longitude: Checked


def check_position(latitude: str, longitude: str) -> CheckedPosition:
    """Check latitude and longitude together.

    Either text may hold both, as `read_position` accepts them; that pair then fills both fields. One coordinate without
    the other is an error on the empty one; a place outside the British Isles is a warning.
    """
    if _PLAIN.fullmatch(latitude) and _PLAIN.fullmatch(longitude):
        place = None  # as nearly all are, in files of 10,000 rows; one number is no pair
    else:
        place = read_position(latitude) or read_position(longitude)
    if place:
        north, east = Checked(place.latitude), Checked(place.longitude)
    else:
        north, east = check_latitude(latitude), check_longitude(longitude)
    if north.is_error or east.is_error:
        return CheckedPosition(north, east)
    if isinstance(north.value, float) and isinstance(east.value, float):
        return CheckedPosition(Checked(north.value, _place_warning(Position(north.value, east.value))), east)
    if north.value is None and east.value is None:
        return CheckedPosition(north, east)
    missing = Checked(None, error(_TOGETHER))
    return CheckedPosition(missing, east) if north.value is None else CheckedPosition(north, missing)


def _place_warning(place: Position) -> Problem | None:
    if is_in_british_isles(place):
        return None
    return warning(_SWAPPED if is_in_british_isles(Position(place.longitude, place.latitude)) else _OUTSIDE)
