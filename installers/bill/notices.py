"""The licences of everything in a folder program, as one text that lies in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from installers.names import TITLE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from installers.bill.part import Part
    from installers.bill.taking_apart import Account

_LINE: Final = "-" * 100

#: What the LGPL asks to be told: that it is used, that it may be replaced, and where its source is.
_QT: Final = """\
Qt and Qt for Python

This program uses Qt {qt} and Qt for Python (PySide6, Shiboken6) {qt}, which are under the GNU Lesser General Public
License, version 3; its text and that of the GNU General Public License, on which it builds, are below. They are used
as they were published, unchanged but for symbols that only a debugger reads.

Qt's libraries lie in the program's folder as files of their own, in {where}. You may replace
them with others of the same version, also with ones that you changed and built yourself, and the program uses
those. You may take the program apart to find faults in such changes.

Their source code can be had from the Qt Project: Qt under official_releases/qt/{minor}/{qt}/ and Qt for Python under
official_releases/QtForPython/ at download.qt.io.
"""

_HEAD: Final = """\
Licences of others' works in {title} {version}

{title} itself is under the MIT licence. Its package also holds the works of others that are named below, each
under a licence of its own. Indented is what is built into the work above it.
"""


def notices_of(account: Account) -> str:
    """All of it: the head, the list, what the LGPL asks to be told, and each licence's text once."""
    lines = [_HEAD.format(title=TITLE, version=account.program.version)]
    for part in account.parts:
        lines.append(f"  {part.title}: {part.licence}")
        lines += [f"      {inner.title}: {inner.licence}" for inner in sorted_inside(part)]
    qt = next((part for part in account.parts if part.name.lower().startswith("pyside6")), None)
    if qt is not None:
        libraries = sorted(
            {file.rpartition("/")[0] for file in qt.files if "Qt6Core" in file or "QtCore.framework" in file}
        )
        minor = ".".join(qt.version.split(".")[:2])
        lines += ["", _LINE, _QT.format(qt=qt.version, minor=minor, where=libraries[0] if libraries else "PySide6")]
    for words, titles in _texts(account.parts).items():
        lines += ["", _LINE, *titles, "", words]
    return "\n".join(lines) + "\n"


def sorted_inside(part: Part) -> Sequence[Part]:
    """What is built into a part, each once, by name."""
    found = {bundled.purl: bundled for inner in part.inside for bundled in inner.all_of_it()}
    return sorted(found.values(), key=lambda part: (part.name.lower(), part.version))


def _texts(parts: Sequence[Part]) -> dict[str, list[str]]:
    """The titles of all that stand under the same text, by the text."""
    texts: dict[str, list[str]] = {}
    for part in parts:
        for inner in (part, *sorted_inside(part)):
            for words in inner.texts.values():
                titles = texts.setdefault(words.strip(), [])
                if inner.title not in titles:
                    titles.append(inner.title)
    return texts
