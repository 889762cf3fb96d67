"""What lies in a folder program: its files, Python's modules packed into it, and the packages that they came from."""

from __future__ import annotations

import csv
import io
import re
import struct
from dataclasses import dataclass
from email.parser import Parser
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final

from installers.commands import Trouble
from installers.names import NAME

if TYPE_CHECKING:
    from email.message import Message
    from importlib import metadata

#: What `enclose` itself puts into the folder.
NOTICES: Final = "THIRD-PARTY-LICENCES.txt"
BILL: Final = f"{NAME}.cdx.json"

#: Lines of a package's list of files that tell of the environment it was installed in, not of the package.
_LOCAL: Final = re.compile(r"^\.\.|(^|/)__pycache__/|\.dist-info/(INSTALLER|REQUESTED|direct_url\.json)$")
_TEXT: Final = re.compile(r"^(licen[cs]e|copying|notice|authors)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Package:
    """A Python package whose metadata lies in the folder.

    Attributes:
        name: As its metadata spells it.
        version: Its version.
        folder: Its `.dist-info`.
        metadata: The head of its METADATA.
        files: What it had installed, as paths with forward slashes.
    """

    name: str
    version: str
    folder: Path
    metadata: Message | metadata.PackageMetadata
    files: frozenset[str]

    @property
    def key(self) -> str:
        """Its name as package indexes compare it."""
        return re.sub(r"[-_.]+", "-", self.name).lower()

    def texts(self) -> dict[str, str]:
        """Its licence texts, by the name of the file."""
        files = (file for file in sorted(self.folder.rglob("*")) if file.is_file() and _TEXT.match(file.name))
        texts = {file.name: file.read_text("utf-8", "replace").strip() for file in files}
        return {name: text for name, text in texts.items() if text}


@dataclass(frozen=True)
class Contents:
    """A folder program, read once.

    Attributes:
        root: The folder.
        program: The program's file.
        system: `linux`, `windows` or `macos`.
        machine: `x86_64` or `arm64`.
        files: Every file but those that `enclose` makes, as paths in the folder with forward slashes.
        modules: Python's modules packed into the program, with dots.
        packages: By key.
    """

    root: Path
    program: Path
    system: str
    machine: str
    files: tuple[str, ...]
    modules: frozenset[str]
    packages: dict[str, Package]

    def where(self, file: str) -> str:
        """A file's path as packages know it: below the folder that Python imports from."""
        return below_imports(file)


def below_imports(file: str) -> str:
    """The path below the folder that Python imports from; `file` itself where it lies elsewhere."""
    path = re.sub(r"^(_internal|Contents/(Frameworks|Resources|MacOS))/", "", file)
    return path.replace("__dot__", ".")


def notices_in(root: Path) -> Path:
    """Where the licences lie in a folder program."""
    return (root / "Contents" / "Resources" if root.suffix == ".app" else root) / NOTICES


def bill_in(root: Path) -> Path:
    """Where the bill of materials lies in a folder program."""
    return notices_in(root).with_name(BILL)


def read(root: Path) -> Contents:
    """Reads a folder program, of whichever system.

    Raises:
        Trouble: There is no program in it, or it is not one of PyInstaller's.
    """
    program = _program(root)
    system, machine = system_of(program)
    own = {notices_in(root), bill_in(root)}
    found = sorted(file for file in root.rglob("*") if file.is_file() and not file.is_symlink() and file not in own)
    return Contents(
        root=root,
        program=program,
        system=system,
        machine=machine,
        files=tuple(file.relative_to(root).as_posix() for file in found),
        modules=_modules(program),
        packages={package.key: package for package in map(_package, sorted(root.rglob("*.dist-info")))},
    )


def tidy(root: Path) -> None:
    """Takes out of the packages' lists of files what tells of the environment that was built in.

    What stays is the same wherever the program is built: the package's own files, with their hashes.
    """
    for record in sorted(root.rglob("*.dist-info/RECORD")):
        if record.is_symlink():
            continue
        rows = [row for row in csv.reader(io.StringIO(record.read_text("utf-8"))) if row and not _LOCAL.search(row[0])]
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerows(sorted(rows))
        record.write_bytes(out.getvalue().encode())


def _program(root: Path) -> Path:
    for name in (NAME, f"{NAME}.exe", f"Contents/MacOS/{NAME}"):
        if (root / name).is_file():
            return root / name
    raise Trouble(f"There is no program in {root}. `python3 dev.py package` makes it.")


def system_of(program: Path) -> tuple[str, str]:
    """The system and the machine that a program is for, by its own head."""
    with program.open("rb") as opened:
        head = opened.read(4096)
    if head.startswith(b"\x7fELF"):
        return "linux", {62: "x86_64", 183: "arm64"}[struct.unpack_from("<H", head, 18)[0]]
    if head.startswith(b"MZ"):
        (offset,) = struct.unpack_from("<I", head, 60)
        return "windows", {0x8664: "x86_64", 0xAA64: "arm64"}[struct.unpack_from("<H", head, offset + 4)[0]]
    if head.startswith(b"\xcf\xfa\xed\xfe"):
        return "macos", {0x01000007: "x86_64", 0x0100000C: "arm64"}[struct.unpack_from("<I", head, 4)[0]]
    raise Trouble(f"{program.name} is a program of no system that packages are made for.")


def _modules(program: Path) -> frozenset[str]:
    # Only what builds has PyInstaller; sums and notes are made without.
    from PyInstaller.archive.readers import CArchiveReader  # noqa: PLC0415

    archive = CArchiveReader(str(program))
    archives = [name for name, entry in archive.toc.items() if entry[-1] == "z"]
    return frozenset(module for name in archives for module in archive.open_embedded_archive(name).toc)


def _package(folder: Path) -> Package:
    metadata = Parser().parsestr((folder / "METADATA").read_text("utf-8"), headersonly=True)
    record = folder / "RECORD"
    rows = csv.reader(io.StringIO(record.read_text("utf-8") if record.is_file() else ""))
    files = frozenset(PurePosixPath(row[0].replace("\\", "/")).as_posix() for row in rows if row)
    return Package(str(metadata["Name"]), str(metadata["Version"]), folder, metadata, files)
