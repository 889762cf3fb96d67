"""Claim: what users download and what it takes on their disks is small; and what takes the room."""

from __future__ import annotations

import json
import subprocess
import tarfile
import tempfile
from typing import TYPE_CHECKING, Final, NamedTuple

from benchmarks.harness import Result
from installers.bill.contents import BILL
from installers.names import NAME, TITLE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

#: Works that are told of one by one; the rest is told of together.
_MOST: Final = 12

#: Files that are told of beneath them.
_LARGEST: Final = 5


class Bar(NamedTuple):
    """How large an artefact may be.

    Attributes:
        packed: Megabytes of what is downloaded; None where nothing was asked for.
        unpacked: Megabytes on the disk; None likewise.
    """

    packed: float | None
    unpacked: float | None


class Artefact(NamedTuple):
    """Something that users get.

    Attributes:
        name: What it is, for the table.
        packed: Bytes of the one file that is downloaded; None for a folder.
        files: Bytes of each file that it lays on the disk, by its path; empty where it cannot be looked into here.
        bill: Its bill of materials; empty where there is none.
        bar: How large it may be.
    """

    name: str
    packed: int | None
    files: Mapping[str, int]
    bill: str
    bar: Bar


def artefacts(dist: Path) -> Iterator[Artefact]:
    """Those that lie in a folder."""
    folder = dist / NAME
    if folder.is_dir():
        linux = (folder / NAME).is_file()
        yield _of_folder("folder of Linux" if linux else "folder of Windows", folder, Bar(None, 140 if linux else None))
    for package in sorted(dist.glob("*.deb")):
        yield _of_debian_package(package)
    for installer in sorted(dist.glob("*-setup.exe")):
        parts = next((path for path in (dist / "windows" / NAME, folder) if (path / f"{NAME}.exe").is_file()), None)
        inside = _of_folder("", parts, Bar(None, None)) if parts else Artefact("", None, {}, "", Bar(None, None))
        yield inside._replace(name="installer of Windows", packed=installer.stat().st_size, bar=Bar(40, None))
    for image in sorted(dist.glob("*.dmg")):
        app = dist / f"{TITLE}.app"
        inside = _of_folder("", app, Bar(None, None))
        yield inside._replace(name="disk image of macOS", packed=image.stat().st_size)


def measure(dist: Path) -> list[Result]:
    """Weigh each artefact in a folder: a row for what is downloaded, one for what it takes unpacked."""
    results = []
    for artefact in artefacts(dist):
        if artefact.packed is not None:
            results.append(_result(f"{artefact.name}, packed", artefact.packed, artefact.bar.packed, {}))
        if artefact.files:
            details = {"files": len(artefact.files), "room": {name: size for name, size, _count in room(artefact)}}
            size, count = sum(artefact.files.values()), len(artefact.files)
            results.append(
                _result(f"{artefact.name}, unpacked", size, artefact.bar.unpacked, details, f", {count} files")
            )
    return results


def room(artefact: Artefact) -> list[tuple[str, int, int]]:
    """What takes the room.

    Returns:
        Name, bytes and number of files of each work of the bill of materials, the largest first; the small ones
        together at the end. Qt's libraries and Python's modules of it are one work, as in the bill.
    """
    works: dict[str, tuple[int, int]] = {}
    owners = dict(_owners(artefact.bill))
    for file, size in artefact.files.items():
        owner = next((name for path, name in owners.items() if file.endswith(path)), "everything else")
        held, count = works.get(owner, (0, 0))
        works[owner] = (held + size, count + 1)
    rows = sorted(((name, size, count) for name, (size, count) in works.items()), key=lambda row: -row[1])
    rest = rows[_MOST:]
    if not rest:
        return rows
    return [*rows[:_MOST], (f"{len(rest)} more", sum(row[1] for row in rest), sum(row[2] for row in rest))]


def room_table(artefact: Artefact) -> str:
    """What takes the room, as a table for the README and for the terminal."""
    lines = [f"| {artefact.name}: what takes the room | MB | files |", "| --- | ---: | ---: |"]
    lines += [f"| {name} | {size / 1e6:.1f} | {count} |" for name, size, count in room(artefact)]
    largest = sorted(artefact.files.items(), key=lambda row: -row[1])[:_LARGEST]
    named = ", ".join(f"{file.rpartition('/')[2]} {size / 1e6:.1f}" for file, size in largest)
    return "\n".join([*lines, "", f"Largest files, in MB: {named}."])


def _owners(bill: str) -> Iterator[tuple[str, str]]:
    """The path in the folder, and the work's name, of each file that a bill names."""
    if not bill:
        return
    told = json.loads(bill)
    for work in [told["metadata"]["component"], *told["components"]]:
        for part in work.get("components", ()):
            if part["type"] == "file":
                yield f"/{part['name']}", work["name"]


def _of_folder(name: str, folder: Path, bar: Bar) -> Artefact:
    found = [file for file in sorted(folder.rglob("*")) if file.is_file() and not file.is_symlink()]
    files = {f"/{file.relative_to(folder).as_posix()}": file.stat().st_size for file in found}
    bill = next((file.read_text("utf-8") for file in found if file.name == BILL), "")
    return Artefact(name, None, files, bill, bar)


def _of_debian_package(package: Path) -> Artefact:
    files, bill = {}, ""
    with tempfile.TemporaryFile() as unpacked:
        subprocess.run(["dpkg-deb", "--fsys-tarfile", str(package)], check=True, stdout=unpacked, timeout=120)
        unpacked.seek(0)
        with tarfile.open(fileobj=unpacked) as archive:
            for member in archive:
                if member.isfile():
                    files[f"/{member.name}"] = member.size
                if member.name.endswith(f"/{BILL}") and (opened := archive.extractfile(member)):
                    bill = opened.read().decode()
    return Artefact("package of Debian", package.stat().st_size, files, bill, Bar(50, None))


def _result(claim: str, size: int, bar: float | None, details: Mapping[str, object], more: str = "") -> Result:
    figure = f"{size / 1e6:.1f} MB{more}"
    words = "" if bar is None else f"≤ {bar:g} MB"
    return Result(claim, figure, words, bar is None or size <= bar * 1e6, details={"bytes": size, **details})
