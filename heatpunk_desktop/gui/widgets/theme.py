"""Colours by their meaning, derived from the palette; they follow light and dark themes without style sheets."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from PySide6.QtGui import QColor, QPalette

from heatpunk_desktop.domain.fields import Status

#: The least contrast ratio of text and its background. Source: WCAG 2.2, 1.4.3 (AA).
MIN_CONTRAST: Final = 4.5

#: The least contrast ratio of a field's edge and its surroundings. Source: WCAG 2.2, 1.4.11 (AA).
MIN_EDGE_CONTRAST: Final = 3.0

#: The share of the status's colour in the background of its pill.
PILL_TINT: Final = 0.13

#: For light and dark themes.
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
    """Return whether text is lighter than its background."""
    return palette.color(QPalette.ColorRole.Base).lightness() < palette.color(QPalette.ColorRole.Text).lightness()


def blend(colour: QColor, ground: QColor, share: float) -> QColor:
    """Return the opaque colour of a `share` (0 to 1) of one colour over another."""
    rest = 1 - share
    return QColor.fromRgbF(
        colour.redF() * share + ground.redF() * rest,
        colour.greenF() * share + ground.greenF() * rest,
        colour.blueF() * share + ground.blueF() * rest,
    )


def contrast(colour: QColor, ground: QColor) -> float:
    """Return the contrast ratio of two colours, 1 to 21. Source: WCAG 2.2, "contrast ratio"."""
    darker, lighter = sorted((_luminance(colour.rgb()), _luminance(ground.rgb())))
    return (lighter + 0.05) / (darker + 0.05)


def readable_on(colour: QColor, *grounds: QColor) -> QColor:
    """Return a text colour, moved towards black or white as far as its contrast with each background requires.

    The system's palettes need no change; a user's own palette may have any background.
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
    """Return the colour of a status's glyph and text; unknown statuses have that of Rejected."""
    return _of(_STATUSES.get(status, _STATUSES[Status.REJECTED]), palette)


def pill_background(status: str, palette: QPalette, ground: QColor) -> QColor:
    """Return the background of a status pill that lies on `ground`."""
    return blend(status_colour(status, palette), ground, PILL_TINT)


def muted_text(palette: QPalette) -> QColor:
    """Return the colour of secondary text, readable on tables and panels."""
    base = palette.color(QPalette.ColorRole.Base)
    muted = blend(palette.color(QPalette.ColorRole.Text), base, _MUTED)
    return readable_on(
        muted, base, panel_background(palette), palette.color(QPalette.ColorRole.Window), selection_background(palette)
    )


def waiting_text(palette: QPalette) -> QColor:
    """Return amber, for what has not reached the server yet."""
    return _of(_AMBER, palette)


def danger(palette: QPalette) -> QColor:
    """Return red, for errors and for what cannot be undone."""
    return _of(_RED, palette)


def match_background(palette: QPalette) -> QColor:
    """Return the background of text that matches the search."""
    return _of(_MATCH, palette)


def selection_background(palette: QPalette) -> QColor:
    """Return the background of a selected row, light enough for text of any colour."""
    return blend(palette.color(QPalette.ColorRole.Highlight), palette.color(QPalette.ColorRole.Base), _SELECTED)


def hover_background(palette: QPalette) -> QColor:
    """Return the background of the row under the pointer."""
    return blend(palette.color(QPalette.ColorRole.Text), palette.color(QPalette.ColorRole.Base), _HOVERED)


def hairline(palette: QPalette) -> QColor:
    """Return the colour of lines between rows and panels."""
    return blend(palette.color(QPalette.ColorRole.Text), palette.color(QPalette.ColorRole.Base), _HAIRLINE)


def field_edge(palette: QPalette) -> QColor:
    """Return the colour of a field's edge, distinct from the field and from what is around it."""
    base, text = palette.color(QPalette.ColorRole.Base), palette.color(QPalette.ColorRole.Text)
    grounds = (base, palette.color(QPalette.ColorRole.Window), panel_background(palette))
    for step in range(1, _STEPS + 1):
        edge = blend(text, base, step / _STEPS)
        if all(contrast(edge, ground) >= MIN_EDGE_CONTRAST for ground in grounds):
            return edge
    return text


def panel_background(palette: QPalette) -> QColor:
    """Return the background of panels beside the table."""
    return blend(palette.color(QPalette.ColorRole.Text), palette.color(QPalette.ColorRole.Base), _PANEL)


def banner_background(palette: QPalette) -> QColor:
    """Return the background of a banner."""
    return _of(_BANNER, palette)


def banner_text(palette: QPalette) -> QColor:
    """Return the colour of text on `banner_background`."""
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
