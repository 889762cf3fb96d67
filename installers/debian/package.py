"""Makes the Debian package of the system that this runs on: the folder program and what Debian wants to know of it."""

from __future__ import annotations

import gzip
import hashlib
import os
import re
import shutil
import tempfile
from pathlib import Path
from typing import Final

from installers.commands import Trouble, attempt, ensure, must, say
from installers.debian.copyright import copyright_file
from installers.debian.manual import manual_page
from installers.debian.texts import (
    PREFIX,
    changelog,
    control,
    debian_version,
    desktop_file,
    lintian_overrides,
    metainfo,
)
from installers.folder import build_folder, build_variables, libraries_in, program_in
from installers.names import BUILD, IDENTIFIER, NAME, ROOT, source_date, version

NEEDS: Final = {"dpkg-deb": "dpkg", "dpkg-shlibdeps": "dpkg-dev", "strip": "binutils", "xz": "xz-utils"}

#: Pixels of the icons that a desktop's theme has a folder for.
ICON_SIZES: Final = (16, 24, 32, 48, 64, 128, 256, 512)


def make_package(out: Path) -> Path:
    """Makes the package into a folder.

    Raises:
        Trouble: It could not be made.
    """
    ensure(NEEDS)
    out.mkdir(parents=True, exist_ok=True)
    folder = build_folder(out=BUILD / "deb", with_system_libraries=False)
    say("Packing it for Debian")
    with tempfile.TemporaryDirectory(prefix="deb-", dir=BUILD) as place:
        tree = Path(place, "tree")
        lay_out(tree, folder)
        own_version = debian_version(version())
        size = sum(-(-file.stat().st_size // 1024) for file in tree.rglob("*") if not file.is_symlink())
        write_control(tree, control(own_version, _depends(tree, Path(place)), size))
        return pack(tree, out / f"{NAME}_{own_version}_amd64.deb")


def lay_out(tree: Path, folder: Path) -> None:
    """Puts everything where it goes on the system that installs it, but for what the package manager reads."""
    moment = source_date()
    shutil.copytree(folder, tree / PREFIX.lstrip("/"), symlinks=True)
    share = tree / "usr" / "share"
    _write(share / "applications" / f"{NAME}.desktop", desktop_file())
    _write(share / "metainfo" / f"{IDENTIFIER}.metainfo.xml", metainfo(version(), moment))
    _write_packed(share / "man" / "man1" / f"{NAME}.1.gz", manual_page(version(), moment))
    about = share / "doc" / NAME
    _write(about / "copyright", copyright_file())
    _write_packed(about / "changelog.gz", changelog(version(), moment, (ROOT / "CHANGELOG.md").read_text("utf-8")))
    _write(share / "lintian" / "overrides" / NAME, lintian_overrides())
    hicolor = share / "icons" / "hicolor"
    _copy(ROOT / "resources" / "icons" / "app.svg", hicolor / "scalable" / "apps" / f"{NAME}.svg")
    for size in ICON_SIZES:
        _copy(BUILD / "icons" / f"app-{size}.png", hicolor / f"{size}x{size}" / "apps" / f"{NAME}.png")
    link = tree / "usr" / "bin" / NAME
    link.parent.mkdir(parents=True)
    link.symlink_to(program_in(Path(PREFIX)))
    _set_modes(tree)


def write_control(tree: Path, text: str) -> None:
    """Writes what the package manager reads: the control file, and the sum of each file."""
    place = tree / "DEBIAN"
    place.mkdir(exist_ok=True)
    _write(place / "control", text)
    files = [file for file in sorted(tree.rglob("*")) if file.is_file() and not file.is_symlink()]
    sums = [
        f"{hashlib.md5(file.read_bytes(), usedforsecurity=False).hexdigest()}  {file.relative_to(tree)}"
        for file in files
        if place not in file.parents
    ]
    _write(place / "md5sums", "\n".join(sums) + "\n")


def pack(tree: Path, package: Path, *, compression: str = "xz") -> Path:
    """Packs a tree, always into the same bits.

    Args:
        tree: What is installed, with `DEBIAN/control` in it.
        package: The file that is made.
        compression: `xz`; `none` for a trial, which nobody has to wait for.

    Raises:
        Trouble: It could not be packed.
    """
    moment = source_date()
    for path in (tree, *tree.rglob("*")):
        os.utime(path, (moment, moment), follow_symlinks=False)
    package.unlink(missing_ok=True)
    must(
        # The bits that xz makes depend on how many threads it has.
        ["dpkg-deb", "--root-owner-group", f"-Z{compression}", "--threads-max=1", "--build", tree, package],
        "dpkg-deb could not pack it.",
        seconds=1800,
        environment=build_variables(),
    )
    return package


def _depends(tree: Path, place: Path) -> str:
    """The packages that hold what the program's own libraries ask for and do not find in its folder."""
    _write(place / "debian" / "control", f"Source: {NAME}\n\nPackage: {NAME}\nArchitecture: amd64\n")
    own = tree / PREFIX.lstrip("/")
    folders = sorted({file.parent for file in libraries_in(own)})
    options = ["-O", "--ignore-missing-info", f"-S{tree}", *(f"-l{folder}" for folder in folders)]
    done = attempt(["dpkg-shlibdeps", *options, *libraries_in(own)], seconds=900, folder=place)
    found = re.search(r"^shlibs:Depends=(.+)$", done.stdout, re.MULTILINE)
    if done.returncode != 0 or found is None:
        why = "\n".join(line for line in done.stdout.splitlines() if "warning:" not in line)
        raise Trouble(f"{why}\n\ndpkg-shlibdeps could not tell which packages the program needs.")
    return found[1]


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")


def _write_packed(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(gzip.compress(text.encode(), mtime=0))


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def _set_modes(tree: Path) -> None:
    program = program_in(tree / PREFIX.lstrip("/"))
    for path in (tree, *tree.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path == program else 0o644)
