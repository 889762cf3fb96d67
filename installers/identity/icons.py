"""Renders the two drawings of the icon into pictures of each size, and those into Windows' and macOS' files.

The same drawings give the same bits: nothing in the files tells when, where or by whom they were made.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Final

from icnsutil import ArgbImage, IcnsFile  # type: ignore[import-untyped]
from PIL import Image
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

from installers.names import ROOT

if TYPE_CHECKING:
    from pathlib import Path

#: Pixels of a side: those that a Linux desktop's theme has, those that Windows and macOS ask for.
SIZES: Final = (16, 20, 24, 32, 40, 48, 64, 96, 128, 256, 512, 1024)

#: Up to this size the drawing with fewer, thicker lines is used: the other's would run into each other.
SMALL: Final = 24

#: What Windows shows in lists, on the taskbar and on the desktop, at 100 % and at 150 %.
WINDOWS_SIZES: Final = (16, 24, 32, 48, 64, 128, 256)

#: macOS' name of each picture, and its size. Those of 16 and 32 pixels are stored as raw colours, the others as PNG.
_MACOS_RAW: Final = (("ic04", 16), ("ic05", 32))
_MACOS_PNG: Final = (
    ("ic11", 32),
    ("ic12", 64),
    ("ic07", 128),
    ("ic13", 256),
    ("ic08", 256),
    ("ic14", 512),
    ("ic09", 512),
    ("ic10", 1024),
)


def make_icons(out: Path) -> None:
    """Writes `app-SIZE.png` of each of `SIZES`, `app.ico` and `app.icns`.

    Args:
        out: The folder they go into; made where it is not there.

    Raises:
        ValueError: A drawing cannot be read.
    """
    out.mkdir(parents=True, exist_ok=True)
    for size in SIZES:
        if not render(size).save(str(picture(out, size))):
            raise ValueError(f"the icon of {size} pixels could not be written to {out}")
    _make_ico(out)
    _make_icns(out)


def picture(out: Path, size: int) -> Path:
    """Where the picture of a size lies in the folder that `make_icons` was given."""
    return out / f"app-{size}.png"


def drawing(size: int) -> Path:
    """The drawing for a picture of this size."""
    return ROOT / "resources" / "icons" / ("app-small.svg" if size <= SMALL else "app.svg")


def render(size: int) -> QImage:
    """The icon as a picture with a transparent ground, `size` pixels a side. Raises ValueError."""
    source = drawing(size)
    renderer = QSvgRenderer(str(source))
    if not renderer.isValid():
        raise ValueError(f"{source} is no SVG drawing that Qt can read")
    image = QImage(size, size, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    renderer.render(painter, QRectF(0, 0, size, size))
    painter.end()
    return image


def _make_ico(out: Path) -> None:
    images = []
    for size in sorted(WINDOWS_SIZES, reverse=True):
        with Image.open(picture(out, size)) as image:
            images.append(image.convert("RGBA"))
    sizes = [image.size for image in images]
    # Each size from its own picture; Pillow would make those that it is not given from the largest.
    images[0].save(out / "app.ico", sizes=sizes, append_images=images[1:])


def _make_icns(out: Path) -> None:
    icon = IcnsFile()
    for name, size in _MACOS_RAW:
        with warnings.catch_warnings():
            # It reads the picture in a way that Pillow 14 will know no more: until then Pillow stays below.
            warnings.simplefilter("ignore", DeprecationWarning)
            raw = ArgbImage(file=str(picture(out, size)))
        icon.add_media(name, data=raw.argb_data())
    for name, size in _MACOS_PNG:
        icon.add_media(name, file=str(picture(out, size)))
    icon.write(str(out / "app.icns"), toc=True)
