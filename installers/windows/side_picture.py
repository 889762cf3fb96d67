"""The picture beside the installer's first and last page, made of the program's icon."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PIL import Image

if TYPE_CHECKING:
    from pathlib import Path

#: Twice the pixels that NSIS has room for on a screen of usual scale, so that it is sharp on others too.
SIZE: Final = (328, 628)

#: Pixels from the top to the icon's middle.
_MIDDLE: Final = 220

_TOP: Final = (232, 242, 248)
_BOTTOM: Final = (176, 210, 229)


def draw(icon: Path, out: Path) -> Path:
    """Draws it; the same icon gives the same bits.

    Args:
        icon: A square picture of the icon that fits in, with a transparent ground.
        out: The bitmap that is made.

    Returns:
        The bitmap.
    """
    height = SIZE[1]
    strip = Image.new("RGB", (1, height))
    for row in range(height):
        share = row / (height - 1)
        colour = [round(top + (bottom - top) * share) for top, bottom in zip(_TOP, _BOTTOM, strict=True)]
        strip.putpixel((0, row), (colour[0], colour[1], colour[2]))
    picture = strip.resize(SIZE, Image.Resampling.NEAREST)
    with Image.open(icon) as opened:
        drawn = opened.convert("RGBA")
    picture.paste(drawn, ((SIZE[0] - drawn.width) // 2, _MIDDLE - drawn.height // 2), drawn)
    picture.save(out, "BMP")
    return out
