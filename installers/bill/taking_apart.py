"""Takes a folder program apart: every file and every module in it belongs to a part, or the build stops."""

from __future__ import annotations

from dataclasses import dataclass, field
from fnmatch import fnmatch
from typing import TYPE_CHECKING, Final

from installers.bill import debian_libraries
from installers.bill.contents import below_imports
from installers.bill.origins import (
    STANDARD_LIBRARY,
    bootloader_part,
    icons_part,
    is_pythons,
    library_part,
    look_inside,
    look_inside_python,
    package_part,
    python_part,
)
from installers.bill.part import Part
from installers.bill.policy import is_fit
from installers.names import NAME, TITLE, version

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from installers.bill.contents import Contents, Package
    from installers.bill.policy import Known

_MODULE: Final = NAME.replace("-", "_")
_OURS: Final = (
    NAME,
    f"{NAME}.exe",
    f"{_MODULE}/*",
    "resources/*",
    "Contents/Info.plist",
    "Contents/PkgInfo",
    "Contents/Resources/*.icns",
    "Contents/_CodeSignature/*",
)


@dataclass
class Account:
    """What was found out about a folder program.

    Attributes:
        contents: What lies in it.
        program: The program's own part.
        parts: Everything else, by name.
        troubles: What may not be, each a sentence; empty where all is well.
    """

    contents: Contents
    program: Part
    parts: list[Part] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)


def take_apart(contents: Contents, known: Known) -> Account:
    """Finds the part that each file and each module belongs to, and looks at their licences."""
    account = Account(contents, Part(TITLE, version(), "MIT", f"pkg:generic/{NAME}@{version()}"))
    owners = _owners(contents)
    packages = {key: package_part(package, known) for key, package in contents.packages.items()}
    python = python_part(contents)
    rest: list[str] = []
    for file in contents.files:
        where = below_imports(file)
        if (key := owners.get(where) or _of_metadata(where, contents)) is not None:
            packages[key].files.append(file)
        elif is_pythons(where):
            python.files.append(file)
        elif any(fnmatch(name, our) for name in (where, file) for our in _OURS):
            account.program.files.append(file)
        else:
            rest.append(file)
    look_inside_python(python, contents, known)
    for key, part in packages.items():
        look_inside(part, contents, contents.packages[key], known)
    account.parts = [python, bootloader_part(), icons_part(), *packages.values()]
    account.parts += _libraries(contents, rest, known, account.troubles)
    account.parts.sort(key=lambda part: part.name.lower())
    strange = _strange_modules(contents, owners)
    account.troubles += [f"Nobody knows where the module {module} comes from." for module in strange]
    bare = (package.name for package in without_code(contents))
    account.troubles += [f"Of {name} there is nothing in the program but its metadata." for name in bare]
    every = (inner for part in account.parts for inner in part.all_of_it())
    account.troubles += [trouble for part in every for trouble in unfit(part, known)]
    return account


def unfit(part: Part, known: Known) -> Iterator[str]:
    """What is wrong with a part's licence, in sentences."""
    if not part.licence:
        yield f"Nobody knows the licence of {part.title}. Look it up, and write it into known.toml."
    elif not is_fit(part.licence, known):
        yield f"{part.title} is under {part.licence}, which may not lie in a package of this program."
    if not part.texts:
        yield f"There is no licence text of {part.title}."


def without_code(contents: Contents) -> list[Package]:
    """Packages of which nothing is in the program but their metadata."""
    owners = _owners(contents)
    used = {owner for module in contents.modules if (owner := _owner(module, owners))}
    for file in contents.files:
        where = below_imports(file)
        if where in owners and ".dist-info/" not in where:
            used.add(owners[where])
    return [package for key, package in contents.packages.items() if key not in used]


def _owners(contents: Contents) -> dict[str, str]:
    """The package of each file that a package had installed."""
    return {file: key for key, package in contents.packages.items() for file in package.files}


def _owner(module: str, owners: dict[str, str]) -> str | None:
    path = module.replace(".", "/")
    return owners.get(f"{path}.py") or owners.get(f"{path}/__init__.py")


def _of_metadata(where: str, contents: Contents) -> str | None:
    folder = where.partition("/")[0]
    return next((key for key, package in contents.packages.items() if package.folder.name == folder), None)


def _strange_modules(contents: Contents, owners: dict[str, str]) -> Iterator[str]:
    """Modules that belong neither to the program, nor to Python, nor to PyInstaller, nor to a package."""
    namespaces = {file[:end] for file in owners for end in range(len(file)) if file[end] == "/"}
    for module in sorted(contents.modules):
        top = module.partition(".")[0]
        is_known = top == _MODULE or top in STANDARD_LIBRARY or top.startswith(("_sysconfigdata", "_pyi_"))
        if not (is_known or _owner(module, owners) or module.replace(".", "/") in namespaces):
            yield module


def _libraries(contents: Contents, files: Sequence[str], known: Known, troubles: list[str]) -> list[Part]:
    """The parts of the files that are neither Python's nor a package's; tells of those that are of no known part."""
    if contents.system == "linux":
        found = debian_libraries.parts_of([contents.root / file for file in files], known)
        parts = {file: found.get(contents.root / file) for file in files}
    else:
        parts = {file: library_part(contents, file, known) for file in files}
    libraries: dict[str, Part] = {}
    for file, part in parts.items():
        if part is None:
            troubles.append(f"Nobody knows where {file} comes from.")
        else:
            libraries.setdefault(part.purl, part).files.append(file)
    for part in [library for library in libraries.values() if not library.version]:
        # OpenSSL is two libraries, of which one alone tells its version.
        twin = next((library for library in libraries.values() if library.name == part.name and library.version), None)
        if twin is not None:
            twin.files += libraries.pop(part.purl).files
    return list(libraries.values())
