"""The icon in the formats and sizes of each system, read back as a system would."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from icnsutil import ArgbImage, IcnsFile  # type: ignore[import-untyped]
from PIL import Image

from installers.identity import make_icons, picture
from installers.identity.icons import SIZES, SMALL, WINDOWS_SIZES, drawing

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

#: Grounds that the icon stands on: Windows' and GNOME's bars, light and dark.
LIGHT, DARK = (243, 243, 243), (32, 32, 32)

#: What WCAG asks of a picture beside its ground.
LEAST_CONTRAST = 3.0


@pytest.fixture(scope="module")
def icons(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("identity") / "not there yet"
    make_icons(folder)
    return folder


def luminance(colour: Iterable[int]) -> float:
    shares = [value / 255 for value in colour]
    red, green, blue = (share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Iterable[int], other: Iterable[int]) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def check_drawn(image: Image.Image, size: int) -> None:
    """A house with something white in it, clear of its ground, that fills the picture."""
    image = image.convert("RGBA")
    assert image.size == (size, size)
    corner = image.getpixel((0, 0))
    assert isinstance(corner, tuple)
    assert corner[3] == 0, "the ground shines through"
    left, top, right, bottom = image.getchannel("A").point(lambda alpha: 255 * (alpha > 128)).getbbox() or (0, 0, 0, 0)
    assert right - left >= size * 0.8
    assert bottom - top >= size * 0.8
    found = [(number, colour) for number, colour in image.getcolors(size * size) or () if isinstance(colour, tuple)]
    counts = {colour: number for number, colour in found if colour[3] > 250}
    blue = {colour: number for colour, number in counts.items() if max(colour[:3]) - min(colour[:3]) > 100}
    white = sum(number for colour, number in counts.items() if min(colour[:3]) > 200)
    assert white > sum(counts.values()) * 0.05, "the spiral can be made out"
    assert sum(blue.values()) > sum(counts.values()) * 0.3
    for ground in (LIGHT, DARK):
        seen = sum(number * contrast(colour[:3], ground) for colour, number in blue.items())
        assert seen / sum(blue.values()) >= LEAST_CONTRAST


@pytest.mark.parametrize("size", SIZES)
def test_each_size_is_drawn_and_stands_out_on_light_and_dark(icons: Path, size: int) -> None:
    with Image.open(picture(icons, size)) as image:
        check_drawn(image, size)


def test_at_16_pixels_the_spiral_stands_out_of_the_house(icons: Path) -> None:
    with Image.open(picture(icons, 16)) as image:
        middle = image.convert("RGB").crop((4, 5, 12, 14))
    values = sorted(luminance(pixel) for pixel in middle.get_flattened_data() if isinstance(pixel, tuple))
    lightest, darkest = values[-len(values) // 8], values[len(values) // 8]
    assert (lightest + 0.05) / (darkest + 0.05) >= LEAST_CONTRAST


def test_small_pictures_have_a_drawing_with_fewer_lines() -> None:
    assert drawing(SMALL) != drawing(SMALL + 1)
    assert all(drawing(size).is_file() for size in SIZES)


def test_windows_gets_seven_sizes_each_from_its_own_picture(icons: Path) -> None:
    with Image.open(icons / "app.ico") as found:
        ico = found.ico  # type: ignore[attr-defined]
        assert sorted(ico.sizes()) == [(size, size) for size in WINDOWS_SIZES]
        for size in WINDOWS_SIZES:
            with Image.open(picture(icons, size)) as wanted:
                assert ico.getimage((size, size)).convert("RGBA").tobytes() == wanted.convert("RGBA").tobytes()


def test_macos_gets_every_size_from_16_to_1024(icons: Path) -> None:
    path = icons / "app.icns"
    assert list(IcnsFile.verify(str(path))) == []
    media = IcnsFile(str(path)).media
    sizes = {
        "ic04": 16,
        "ic05": 32,
        "ic11": 32,
        "ic12": 64,
        "ic07": 128,
        "ic13": 256,
        "ic08": 256,
        "ic14": 512,
        "ic09": 512,
        "ic10": 1024,
    }
    assert set(media) == {"TOC ", *sizes}
    for name, size in sizes.items():
        if media[name].startswith(b"ARGB"):
            raw = ArgbImage(data=media[name])
            with Image.open(picture(icons, size)) as wanted:
                channels = [bytes(channel.tobytes()) for channel in wanted.convert("RGBA").split()]
            assert [bytes(channel) for channel in (raw.r, raw.g, raw.b, raw.a)] == channels
        else:
            with Image.open(io.BytesIO(media[name])) as image:
                check_drawn(image, size)


def test_the_same_drawing_gives_the_same_bits(icons: Path, tmp_path: Path) -> None:
    make_icons(tmp_path)
    assert {file.name: file.read_bytes() for file in icons.iterdir()} == {
        file.name: file.read_bytes() for file in tmp_path.iterdir()
    }


@pytest.mark.qt_log_ignore("Cannot open file")
def test_a_drawing_that_cannot_be_read_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("installers.identity.icons.ROOT", tmp_path)
    with pytest.raises(ValueError, match=r"app-small\.svg is no SVG drawing"):
        make_icons(tmp_path / "out")
