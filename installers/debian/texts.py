"""What the Debian package says of the program: for its menu, for software shops, for the package manager."""

from __future__ import annotations

import re
import textwrap
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import escape

from installers.names import HOMEPAGE, IDENTIFIER, NAME, PUBLISHER, SCHEME, SUMMARY, TITLE

if TYPE_CHECKING:
    from collections.abc import Sequence

PREFIX: Final = f"/opt/{NAME}"
MAINTAINER: Final = f"{PUBLISHER} <contributors@{NAME}.invalid>"  # nobody reads it: there is no such address yet

#: Without a trailing full stop, as paragraphs: for the package manager and for software shops alike.
DESCRIPTION: Final = (
    (
        "Every project of the team in one window, there at once at the next start, with or without a connection: "
        "search while you type, sort, and narrow by status and by date."
    ),
    (
        "Create, edit and delete projects anywhere. What has not reached the server waits on this computer, is sent "
        "once there is a connection, and never twice. What a colleague changed meanwhile is put before you."
    ),
    (
        "It works with Heatpunk and Easy PV, and is not made by their vendor. A demonstration with sample data "
        "needs no account."
    ),
)

#: What it is best to have beside it: each is asked of the system at run time, and the program goes on without it.
RECOMMENDS: Final = (
    "gnome-keyring | kwalletmanager | keepassxc",  # to keep the API key from one session to the next
    "dbus-user-session | dbus-x11",
    "desktop-file-utils",  # tells the desktop who opens the links
    "xdg-utils",  # opens a project in the browser
    "ca-certificates",
)

#: What Lintian may not hold against the package, each with the reason.
OVERRIDES: Final = (
    (
        "dir-or-file-in-opt",
        "It comes from its makers, not from Debian, and brings libraries that have to be replaceable.",
    ),
    ("hardening-no-pie [opt/*]", "PyInstaller's launcher is built so. What it starts lies in libraries, which move."),
    ("embedded-library expat [opt/*/libpython*]", "It is Debian's own library of Python, as Debian built it."),
    (
        "shared-library-lacks-prerequisites [opt/*]",
        "Qt's makers and Python's built these so: they hold data, or call Python.",
    ),
)


def debian_version(version: str) -> str:
    """A version as Debian sorts it: what comes before a release (`1.0rc1`, `1.0.dev2`) is older than it."""
    return re.sub(r"\.?(a|b|rc|dev)(?=\d)", r"~\1", version)


def desktop_file() -> str:
    """The entry of the menu, which opens the program's links, too."""
    return textwrap.dedent(f"""\
        [Desktop Entry]
        Type=Application
        Version=1.5
        Name={TITLE}
        GenericName=Heat pump projects
        Comment={SUMMARY}
        Exec={NAME} %u
        TryExec={NAME}
        Icon={NAME}
        Terminal=false
        Categories=Office;ProjectManagement;
        Keywords=heat pump;solar;installer;survey;quote;
        MimeType=x-scheme-handler/{SCHEME};
        StartupNotify=true
        StartupWMClass={NAME}
        SingleMainWindow=true
        Actions=demo;

        [Desktop Action demo]
        Name=Try with sample data
        Exec={NAME} --demo
        """)


def metainfo(version: str, moment: int) -> str:
    """What software shops show of the program.

    Args:
        version: The program's.
        moment: When it was released, in seconds since 1970.
    """
    day = datetime.fromtimestamp(moment, UTC).date().isoformat()
    home = f'  <url type="homepage">{escape(HOMEPAGE)}</url>\n' if HOMEPAGE else ""
    paragraphs = "\n".join(f"    <p>{escape(text)}</p>" for text in DESCRIPTION)
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<component type="desktop-application">
  <id>{IDENTIFIER}</id>
  <name>{escape(TITLE)}</name>
  <summary>{escape(SUMMARY)}</summary>
  <metadata_license>CC0-1.0</metadata_license>
  <project_license>MIT</project_license>
  <developer id="{IDENTIFIER}">
    <name>{escape(PUBLISHER)}</name>
  </developer>
  <description>
{paragraphs}
  </description>
{home}  <launchable type="desktop-id">{NAME}.desktop</launchable>
  <icon type="stock">{NAME}</icon>
  <categories>
    <category>Office</category>
    <category>ProjectManagement</category>
  </categories>
  <provides>
    <binary>{NAME}</binary>
    <mediatype>x-scheme-handler/{SCHEME}</mediatype>
  </provides>
  <requires>
    <display_length compare="ge">768</display_length>
  </requires>
  <supports>
    <control>pointing</control>
    <control>keyboard</control>
  </supports>
  <content_rating type="oars-1.1"/>
  <releases>
    <release version="{escape(version)}" date="{day}"/>
  </releases>
</component>
"""


def changelog(version: str, moment: int, changes: str) -> str:
    """Debian's own list of changes, with those of this version.

    Args:
        version: The program's.
        moment: When it was released, in seconds since 1970.
        changes: The text of `CHANGELOG.md`.
    """
    date = format_datetime(datetime.fromtimestamp(moment, UTC))
    lines = [
        textwrap.fill(text, 78, initial_indent="  * ", subsequent_indent="    ", break_on_hyphens=False)
        for text in _changes_of(version, changes)
    ]
    head = f"{NAME} ({debian_version(version)}) stable; urgency=medium"
    return "\n\n".join([head, "\n".join(lines), f" -- {MAINTAINER}  {date}"]) + "\n"


def _changes_of(version: str, changes: str) -> Sequence[str]:
    """What changed in a version; where it has no part of its own yet, what is to come."""
    parts: dict[str, str] = dict(
        re.findall(r"^## \[([^\]]+)\][^\n]*\n(.*?)(?=^## \[|\Z)", changes, re.MULTILINE | re.DOTALL)
    )
    part = parts.get(version, parts.get("Unreleased", ""))
    entries = re.findall(r"^- (.*?)(?=^- |^#|\n\n|\Z)", part, re.MULTILINE | re.DOTALL)
    found = [re.sub(r"[`*]", "", " ".join(entry.split())) for entry in entries]
    return found or [f"Version {version}."]


def lintian_overrides() -> str:
    """What Lintian may not hold against the package, with the reasons."""
    entries = list(OVERRIDES)
    if not HOMEPAGE:
        entries.append(("appstream-metadata-validation-failed *", "There is no home page yet that could be named."))
    return "\n".join(f"# {why}\n{NAME}: {what}" for what, why in entries) + "\n"


def control(version: str, depends: str, size: int) -> str:
    """What the package manager reads.

    Args:
        version: Debian's spelling of it.
        depends: The packages it cannot do without, as dpkg-shlibdeps found them.
        size: KiB that it takes when installed.
    """
    paragraphs = [textwrap.fill(text, 78, initial_indent=" ", subsequent_indent=" ") for text in DESCRIPTION]
    return (
        "\n".join(
            [
                f"Package: {NAME}",
                f"Version: {version}",
                "Architecture: amd64",
                f"Maintainer: {MAINTAINER}",
                f"Installed-Size: {size}",
                f"Depends: {depends}",
                f"Recommends: {', '.join(RECOMMENDS)}",
                *([f"Homepage: {HOMEPAGE}"] if HOMEPAGE else []),
                "Section: misc",
                "Priority: optional",
                f"Description: {SUMMARY[0].lower()}{SUMMARY[1:]}",
                "\n .\n".join(paragraphs),
            ]
        )
        + "\n"
    )
