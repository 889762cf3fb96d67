"""What Debian's own tools say of the package, before anybody installs it."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from installers.commands import attempt, ensure, must
from installers.debian.texts import PREFIX
from installers.names import HOMEPAGE, IDENTIFIER, NAME
from installers.trial.waiting import expect

if TYPE_CHECKING:
    from installers.trial.report import Report

NEEDS: Final = {
    "lintian": "lintian",
    "appstreamcli": "appstream",
    "desktop-file-validate": "desktop-file-utils",
    "man": "man-db",
    "dpkg-deb": "dpkg",
}

#: Megabytes that the package, and what it installs, may have.
LARGEST: Final = 50
LARGEST_UNPACKED: Final = 140

#: What AppStream does not find, and cannot as long as it is so.
_KNOWN_GAPS: Final = () if HOMEPAGE else ("--override=url-homepage-missing=info",)


def field(artefact: Path, name: str) -> str:
    """What a package says of itself. Raises Trouble where it is none."""
    return must(["dpkg-deb", "-f", artefact, name], f"{artefact} is no package.", seconds=60).strip()


def check_package(artefact: Path, report: Report) -> None:
    """Checks a package, with a step a tool.

    Raises:
        Trouble: It cannot be unpacked, or a tool is missing.
    """
    ensure(NEEDS)
    with tempfile.TemporaryDirectory(prefix="checked-") as place:
        tree = Path(place)
        must(["dpkg-deb", "-x", artefact, tree], f"{artefact} is no package.", seconds=300)
        share = tree / "usr" / "share"
        checks = {
            "desktop-file-validate finds nothing": [
                "desktop-file-validate",
                share / "applications" / f"{NAME}.desktop",
            ],
            "appstreamcli finds nothing": [
                *("appstreamcli", "validate", "--no-net", *_KNOWN_GAPS),
                share / "metainfo" / f"{IDENTIFIER}.metainfo.xml",
            ],
            "Lintian finds nothing but what the package gives reasons for": [
                *("lintian", "--allow-root", "--fail-on", "error,warning", "--tag-display-limit", "20", artefact)
            ],
        }
        for name, command in checks.items():
            with report.step(name) as seen:
                done = attempt(command, seconds=300)
                expect(done.returncode == 0, done.stdout)
                seen.append(done.stdout.strip())
        with report.step("man can show the manual page"):
            shown = attempt(["man", "--warnings", "--local-file", share / "man" / "man1" / f"{NAME}.1.gz"], seconds=60)
            expect(shown.returncode == 0 and "--data-dir" in shown.stdout, shown.stdout)
            expect("warning" not in shown.stdout, shown.stdout)
        with report.step("It is no larger than it may be") as seen:
            size = artefact.stat().st_size / 1e6
            files = [
                file for file in (tree / PREFIX.lstrip("/")).rglob("*") if file.is_file() and not file.is_symlink()
            ]
            unpacked = sum(file.stat().st_size for file in files) / 1e6
            seen.append(f"{size:.1f} MB, unpacked {unpacked:.1f} MB in {len(files)} files")
            expect(size <= LARGEST, f"more than {LARGEST} MB")
            expect(unpacked <= LARGEST_UNPACKED, f"more than {LARGEST_UNPACKED} MB unpacked")
