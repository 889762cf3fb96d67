"""Where a file that lies in a folder program comes from: a Python package, Python itself, or the system's libraries."""

from __future__ import annotations

import json
import re
import sys
from fnmatch import fnmatch
from importlib import metadata
from typing import TYPE_CHECKING, Any, Final

from installers.bill.part import Part
from installers.bill.policy import licence_of, text
from installers.commands import Trouble
from installers.names import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from installers.bill.contents import Contents, Package
    from installers.bill.policy import Known

#: Files of Python's own, as paths below the folder that it imports from.
_PYTHON: Final = (
    "base_library.zip",
    "python3*/lib-dynload/*",
    "lib-dynload/*",
    "libpython3*.so*",
    "python3*.dll",
    "Python",
    "Python.framework/*",
)
_PYTHON_LIBRARY: Final = re.compile(r"(^|/)(libpython3[^/]*\.so[^/]*|python3\d+\.dll|Python)$")
_PYTHON_VERSION: Final = re.compile(rb"(?<![\d.])(3\.(?:1[1-9]|[2-9]\d)\.\d+)\+?\x00")
_EXTENSION: Final = re.compile(r"([^/]+?)(\.(cpython|cp3|abi3)[^/]*)?\.(so|pyd)")

#: Python's own modules. Those that 3.13 has no more are named: what is made under wine holds Python 3.11, and
#: is taken apart by whichever Python this is.
STANDARD_LIBRARY: Final = sys.stdlib_module_names | frozenset(
    [
        "_bootsubprocess",
        "_crypt",
        "_msi",
        "_sha256",
        "_sha512",
        "aifc",
        "asynchat",
        "asyncore",
        "audioop",
        "cgi",
        "cgitb",
        "chunk",
        "crypt",
        "distutils",
        "imghdr",
        "imp",
        "lib2to3",
        "mailcap",
        "msilib",
        "nis",
        "nntplib",
        "ossaudiodev",
        "pipes",
        "smtpd",
        "sndhdr",
        "spwd",
        "sunau",
        "telnetlib",
        "uu",
        "xdrlib",
    ]
)

#: Licence texts, by SPDX's name, of what packages name in bills of their own: Rust's crates come without texts.
_RUST_TEXTS: Final = {name: f"{name}.txt" for name in ("Apache-2.0", "BSD-3-Clause", "BSL-1.0", "MIT", "Zlib")}


def is_pythons(where: str) -> bool:
    """Whether a file is Python's own."""
    if any(fnmatch(where, item) for item in _PYTHON):
        return True
    extension = _EXTENSION.fullmatch(where)
    return extension is not None and extension[1] in STANDARD_LIBRARY


def python_part(contents: Contents) -> Part:
    """Python, in the version that its library tells.

    Raises:
        Trouble: There is no such library, or it does not tell.
    """
    for file in contents.files:
        if _PYTHON_LIBRARY.search(file):
            found = _PYTHON_VERSION.search((contents.root / file).read_bytes())
            if found:
                number = found[1].decode()
                return Part(
                    "Python", number, "PSF-2.0", f"pkg:generic/python@{number}", {"LICENSE": text("Python.txt")}
                )
    raise Trouble("There is no library of Python in the program, so nothing tells which Python it is.")


def bootloader_part() -> Part:
    """What PyInstaller puts into the program's file to start Python: of the PyInstaller of this environment."""
    number = metadata.version("pyinstaller")
    files = metadata.files("pyinstaller") or []
    texts = {file.name: file.read_text("utf-8").strip() for file in files if file.name.startswith("COPYING")}
    licence = "GPL-2.0-or-later WITH Bootloader-exception"
    return Part("PyInstaller's bootloader", number, licence, f"pkg:pypi/pyinstaller@{number}", texts)


def icons_part() -> Part:
    """The icons of others."""
    told = (ROOT / "resources" / "icons" / "LICENSE-lucide.txt").read_text("utf-8").strip()
    return Part("Lucide icons", "", "ISC AND MIT", "pkg:npm/lucide-static", {"LICENSE": told})


def package_part(package: Package, known: Known) -> Part:
    """A Python package."""
    texts = package.texts() or {name: text(name) for name in known.texts.get(package.key, ())}
    purl = f"pkg:pypi/{package.key}@{package.version}"
    return Part(package.name, package.version, licence_of(package, known), purl, texts)


def library_part(contents: Contents, file: str, known: Known) -> Part | None:
    """A library that came with Python on Windows and macOS; none where it is no known one."""
    name = file.rpartition("/")[2]
    for told in known.library:
        if re.fullmatch(told["files"], name, re.IGNORECASE):
            number = _version(told, contents, [file])
            return Part(told["name"], number, told["licence"], _generic(told["name"], number), _texts(told))
    return None


def look_inside(part: Part, contents: Contents, package: Package, known: Known) -> None:
    """Finds what others have built into a Python package's libraries: by hand, and by the package's own bills."""
    part.inside += _known_inside(part, contents, package.key, known)
    for bill in sorted(package.folder.glob("sboms/*.json")):
        part.inside += [_of_bill(component) for component in _components(json.loads(bill.read_text("utf-8")))]


def look_inside_python(part: Part, contents: Contents, known: Known) -> None:
    """Finds what is built into Python: more on Windows and macOS than on Linux, which has libraries of its own."""
    part.inside += _known_inside(part, contents, part.name, known)


def _known_inside(part: Part, contents: Contents, key: str, known: Known) -> Iterator[Part]:
    for told in known.inside:
        files = [file for file in part.files if re.search(told.get("files", r"\.(so[.\d]*|pyd|dll|dylib)$"), file)]
        if told["of"] != key or not files:
            continue
        number = part.version if told.get("same_version") else _version(told, contents, files)
        if number or not told.get("only_if_told"):
            yield Part(told["name"], number, told["licence"], _generic(told["name"], number), _texts(told))


def _components(bill: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Those of a bill's components that are really in it: no tools that only build."""
    for component in bill.get("components", ()):
        if component.get("scope", "required") == "required":
            yield component


def _of_bill(one: Mapping[str, Any]) -> Part:
    stated = one.get("licenses") or [{}]
    first = stated[0]
    licence = first.get("expression") or first.get("license", {}).get("id", "")
    name, number = one["name"], one.get("version", "")
    if name == "openssl":
        licence = licence or "Apache-2.0"
    texts = {file: text(file) for spdx, file in _RUST_TEXTS.items() if spdx in licence}
    return Part(name, number, licence, one.get("purl") or _generic(name, number), texts)


def _version(told: Mapping[str, Any], contents: Contents, files: list[str]) -> str:
    """The version that a library tells in its own bytes."""
    if "version" not in told:
        return ""
    for file in files:
        found = re.search(told["version"].encode(), (contents.root / file).read_bytes())
        if found:
            return found[1].decode()
    return ""


def _generic(name: str, number: str) -> str:
    purl = "pkg:generic/" + re.sub(r"[^a-z0-9]+", "-", name.lower())
    return f"{purl}@{number}" if number else purl


def _texts(told: Mapping[str, Any]) -> dict[str, str]:
    return {name: text(name) for name in told["texts"]}
