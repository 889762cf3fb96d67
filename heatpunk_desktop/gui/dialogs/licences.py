"""The components of the application and their licences, read from package metadata. No Qt."""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib import metadata
from typing import TYPE_CHECKING, Final

from heatpunk_desktop.system.resources import resources_folder

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Direct dependencies; theirs are found through them.
COMPONENTS: Final = (
    "PySide6_Essentials",
    "apsw-sqlite3mc",
    "h11",
    "idna",
    "keyring",
    "orjson",
    "phonenumberslite",
    "platformdirs",
    "python-calamine",
    "rapidfuzz",
    "requests",
    "truststore",
    "typing_extensions",
    "tzdata",
    "urllib3",
    "XlsxWriter",
)

#: Licences of libraries whose metadata is not exact.
_KNOWN: Final = {"apsw_sqlite3mc": "any OSI approved licence (SQLite3 Multiple Ciphers: MIT)"}
_NAME: Final = re.compile(r"[A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class Component:
    """A library that is part of the application.

    Attributes:
        name: Its name.
        version: Its version.
        licence: The name of its licence, or empty where its metadata lacks it.
        texts: Its licence texts.
    """

    name: str
    version: str
    licence: str
    texts: tuple[str, ...]


def components() -> tuple[Component, ...]:
    """Return the libraries and all their dependencies, by name, as far as their metadata is present."""
    found: dict[str, Component] = {}
    wanted = list(COMPONENTS)
    while wanted:
        name = wanted.pop()
        key = re.sub(r"[-_.]+", "-", name).lower()
        if key in found:
            continue
        try:
            distribution = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            continue  # for another platform or Python version
        found[key] = _component(distribution)
        wanted += _requirements(distribution)
    icons = resources_folder() / "icons" / "LICENSE-lucide.txt"
    if icons.is_file():
        found["lucide"] = Component("Lucide icons", "", "ISC", (icons.read_text("utf-8"),))
    return tuple(found[key] for key in sorted(found))


def _requirements(distribution: metadata.Distribution) -> Iterator[str]:
    for requirement in distribution.requires or ():
        name = _NAME.match(requirement)
        if name and "extra ==" not in requirement:
            yield name[0]


def _component(distribution: metadata.Distribution) -> Component:
    head = distribution.metadata
    name = head["Name"]
    stated = [value for key in ("License-Expression", "License") for value in head.get_all(key) or ()]
    classifiers = [
        classifier.rpartition(" :: ")[2]
        for classifier in head.get_all("Classifier") or ()
        if classifier.startswith("License ::")
    ]
    # Some have the text of the licence in place of its name.
    short = next((value for value in stated if value and "\n" not in value), "")
    licence = _KNOWN.get(name) or short or ", ".join(classifiers)
    texts = (
        file.read_text("utf-8")
        for file in distribution.files or ()
        if file.name.upper().startswith(("LICEN", "COPYING", "NOTICE")) and ".dist-info" in str(file)
    )
    return Component(name, distribution.version, licence, tuple(text for text in texts if text))


def licence_text() -> str:
    """Return a list of all libraries with their licences, then the licence texts, as plain text."""
    all_of_them = components()
    lines = [
        " ".join(part for part in (component.name, component.version) if part) + f": {component.licence}"
        for component in all_of_them
    ]
    parts = ["\n".join(lines)]
    for component in all_of_them:
        parts += [_headed(component.name, text) for text in component.texts]
    # Texts that no library brings: those of Qt and of code inside the libraries.
    parts += [
        _headed(file.stem, file.read_text("utf-8")) for file in sorted((resources_folder() / "licences").glob("*.txt"))
    ]
    return "\n\n".join(parts)


def _headed(name: str, text: str) -> str:
    return f"{'-' * 72}\n{name}\n\n{text.strip()}"
