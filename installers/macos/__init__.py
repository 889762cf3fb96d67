"""The macOS program and disk image: made on macOS by the release workflow.

None of it could be run where it was written: there is no macOS here. The command lines, the plists and the names are
tested everywhere, what they do only by the workflow.
"""

from __future__ import annotations

import platform
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from installers.bill import enclose
from installers.commands import Trouble, attempt, must, say
from installers.macos import signing, using
from installers.names import DIST, NAME, TITLE, version

if TYPE_CHECKING:
    from installers.macos.signing import Signer
    from installers.trial.report import Report


def image_name(signer: Signer, machine: str) -> str:
    """What the disk image is called, which says for which machines it is, and whether it is signed."""
    return f"{NAME}-{version()}-macos-{machine}{signer.suffix}.dmg"


def image_command(stage: Path, image: Path) -> list[str | Path]:
    """Makes a compressed disk image of a folder."""
    return ["hdiutil", "create", "-volname", TITLE, "-srcfolder", stage, "-fs", "HFS+", "-format", "UDZO", "-ov", image]


def build(out: Path) -> list[Path]:
    """Makes the disk image of the program that lies in `dist/`, signed and notarised where there are the keys for it.

    Args:
        out: Where it goes.

    Returns:
        The disk image.

    Raises:
        Trouble: It could not be made, or not be signed.
    """
    signer = signing.signer()
    app = DIST / f"{TITLE}.app"
    enclose(app)
    must(signing.sign_bundle(app, signer), f"{app.name} could not be signed.", seconds=300)
    must(signing.check_bundle(app), f"The signature of {app.name} does not hold.", seconds=300)
    image = out / image_name(signer, platform.machine())
    with tempfile.TemporaryDirectory() as folder:
        stage = Path(folder, TITLE)
        stage.mkdir()
        shutil.copytree(app, stage / app.name, symlinks=True)
        (stage / "Applications").symlink_to("/Applications")
        # Other programs, such as one that looks for viruses, may hold the new volume for a moment.
        for _ in range(3):
            made = attempt(image_command(stage, image), seconds=600)
            if made.returncode == 0:
                break
        else:
            raise Trouble(f"{made.stdout}\n\nThe disk image could not be made.")
    if signer.identity:
        must(signing.sign_image(image, signer), "The disk image could not be signed.", seconds=300)
    if signer.notary:
        say("Apple's notary looks at the disk image, which takes minutes")
        must(
            signing.notarise(image, signer.notary),
            "Apple's notary did not accept it; its words are above.",
            seconds=2400,
        )
        must(signing.staple(image), "The notary's answer could not be fastened to the image.", seconds=300)
        must(signing.check_image(image), "macOS would not open the image.", seconds=300)
    return [image]


def trial(artefact: Path, report: Report) -> None:
    """Mounts the image, copies the program out of it, uses it, and puts everything back; see `using`."""
    using.trial(artefact, report)
