"""Colours by what they mean, each derived from a palette: light and dark follow the system, with no style sheet."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from PySide6.QtGui import QColor, QPalette

from heatpunk_desktop.domain.fields import Status

#: The ratio of luminances that text and its ground have at least. Source: WCAG 2.2, 1.4.3 (AA).
MIN_CONTRAST: Final = 4.5

#: The ratio that the edge of a field and its grounds have at least. Source: WCAG 2.2, 1.4.11 (AA).
MIN_EDGE_CONTRAST: Final = 3.0

#: How much of a status's colour its pill's ground has.
PILL_TINT: Final = 0.13

#: On light and on dark.
_Pair = tuple[str, str]

_STATUSES: Final[dict[str, _Pair]] = {
    Status.LEAD: ("#05619E", "#85BFEB"),
    Status.QUOTE: ("#7A5600", "#F7A241"),
    Status.SALE: ("#3A3FB0", "#A2B1FF"),
    Status.INSTALL: ("#861473", "#F094D3"),
    Status.COMPLETED: ("#03663C", "#4FE0A0"),
    Status.REJECTED: ("#59606A", "#C3C7CC"),
}
_AMBER: Final[_Pair] = ("#7A5600", "#F2B94B")
_RED: Final[_Pair] = ("#B3261E", "#FF9A8F")
_MATCH: Final[_Pair] = ("#FFE08A", "#6E5200")
_BANNER: Final[_Pair] = ("#FFF1CC", "#3B2E12")

_SELECTED: Final = 0.14
_HOVERED: Final = 0.04
_MUTED: Final = 0.66
_HAIRLINE: Final = 0.12
_PANEL: Final = 0.04
_STEPS: Final = 20


def is_dark(palette: QPalette) -> bool:
    """Return whether text is lighter than its ground."""
    return palette.color(QPalette.ColorRole.Base).lightness() < palette.color(QPalette.ColorRole.Text).lightness()


def blend(colour: QColor, ground: QColor, share: float) -> QColor:
    """Return the opaque colour that `share` (0 to 1) of one colour makes over another."""
    rest = 1 - share
    return QColor.fromRgbF(
        colour.redF() * share + ground.redF() * rest,
        colour.greenF() * share + ground.greenF() * rest,
        colour.blueF() * share + ground.blueF() * rest,
    )


def contrast(colour: QColor, ground: QColor) -> float:
    """Return the ratio of two colours' luminances, 1 to 21. Source: WCAG 2.2, "contrast ratio"."""
    darker, lighter = sorted((_luminance(colour.rgb()), _luminance(ground.rgb())))
    return (lighter + 0.05) / (darker + 0.05)


def readable_on(colour: QColor, *grounds: QColor) -> QColor:
    """Return a text colour, moved towards black or white only as far as each of the grounds needs it.

    Palettes of people's own may have any ground; those of the system leave the colour as it is.
    """
    if all(contrast(colour, ground) >= MIN_CONTRAST for ground in grounds):
        return colour
    black, white = QColor("black"), QColor("white")
    end = max(black, white, key=lambda pole: min(contrast(pole, ground) for ground in grounds))
    for step in range(1, _STEPS + 1):
        moved = blend(end, colour, step / _STEPS)
        if all(contrast(moved, ground) >= MIN_CONTRAST for ground in grounds):
            return moved
    return end


def status_colour(status: str, palette: QPalette) -> QColor:
    """Return the colour of a status's glyph and word; a status that is not known has that of Rejected."""
    return _of(_STATUSES.get(status, _STATUSES[Status.REJECTED]), palette)


def pill_background(status: str, palette: QPalette, ground: QColor) -> QColor:
    """Return the ground of a status pill that lies on `ground`."""
    return blend(status_colour(status, palette), ground, PILL_TINT)


def muted_text(palette: QPalette) -> QColor:
    """Return text of less weight, readable on tables and on panels."""
    base = palette.color(QPalette.ColorRole.Base)
    muted = blend(palette.color(QPalette.ColorRole.Text), base, _MUTED)
    return readable_on(
        muted, base, panel_background(palette), palette.color(QPalette.ColorRole.Window), selection_background(palette)
    )


def waiting_text(palette: QPalette) -> QColor:
    """Amber: something has not reached the server yet."""
    return _of(_AMBER, palette)


def danger(palette: QPalette) -> QColor:
    """Red: an error, or what cannot be withdrawn."""
    return _of(_RED, palette)


def match_background(palette: QPalette) -> QColor:
    """Return the ground of text that matches what is searched for."""
    return _of(_MATCH, palette)


def selection_background(palette: QPalette) -> QColor:
    """Return the ground of a selected row: light enough that every text on it keeps its colour."""
    return blend(palette.color(QPalette.ColorRole.Highlight), palette.color(QPalette.ColorRole.Base), _SELECTED)


def hover_background(palette: QPalette) -> QColor:
    """Return the ground of the row under the pointer."""
    return blend(palette.color(QPalette.ColorRole.Text), palette.color(QPalette.ColorRole.Base), _HOVERED)


def hairline(palette: QPalette) -> QColor:
    """Return lines that part rows and panels."""
    return blend(palette.color(QPalette.ColorRole.Text), palette.color(QPalette.ColorRole.Base), _HAIRLINE)


def field_edge(palette: QPalette) -> QColor:
    """Return the line around a field to type in, to be told from the field and from what it lies on."""
    base, text = palette.color(QPalette.ColorRole.Base), palette.color(QPalette.ColorRole.Text)
    grounds = (base, palette.color(QPalette.ColorRole.Window), panel_background(palette))
    for step in range(1, _STEPS + 1):
        edge = blend(text, base, step / _STEPS)
        if all(contrast(edge, ground) >= MIN_EDGE_CONTRAST for ground in grounds):
            return edge
    return text


def panel_background(palette: QPalette) -> QColor:
    """Return the ground of what stands beside the table."""
    return blend(palette.color(QPalette.ColorRole.Text), palette.color(QPalette.ColorRole.Base), _PANEL)


def banner_background(palette: QPalette) -> QColor:
    """Return the ground of a banner across the window."""
    return _of(_BANNER, palette)


def banner_text(palette: QPalette) -> QColor:
    """Return text on `banner_background`."""
    return _of(_AMBER, palette)


def _of(pair: _Pair, palette: QPalette) -> QColor:
    return QColor(pair[is_dark(palette)])


@lru_cache(maxsize=256)
def _luminance(rgb: int) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4  # noqa: PLR2004 - the definition of sRGB
        for part in ((rgb >> shift & 0xFF) / 255 for shift in (16, 8, 0))
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
