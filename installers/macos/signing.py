"""How the program is signed for macOS: with a developer's certificate where there is one, else ad hoc.

The certificate and the keys of Apple's notary come in by the environment, where the release workflow puts them:

| variable | what it holds |
| --- | --- |
| `HEATPUNK_CODESIGN_IDENTITY` | the certificate's name in the keychain: `Developer ID Application: NAME (TEAM)` |
| `HEATPUNK_NOTARY_KEY` | the path of the `.p8` file of an App Store Connect key |
| `HEATPUNK_NOTARY_KEY_ID`, `HEATPUNK_NOTARY_ISSUER` | that key's number, and its issuer's |
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from installers.commands import Trouble

if TYPE_CHECKING:
    from collections.abc import Mapping

ENTITLEMENTS: Final = Path(__file__).with_name("entitlements.plist")

#: What `codesign` takes for no certificate at all.
AD_HOC: Final = "-"


@dataclass(frozen=True, slots=True)
class Notary:
    """The key for Apple's notary.

    Attributes:
        key: The path of its file.
        number: Its number.
        issuer: Its issuer's number.
    """

    key: str
    number: str
    issuer: str


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs.

    Attributes:
        identity: The certificate's name; empty where there is none.
        notary: The notary's key; None where there is none.
    """

    identity: str
    notary: Notary | None

    @property
    def suffix(self) -> str:
        """What the artefact's name says of it: nothing where people can open it without a warning."""
        return "" if self.identity and self.notary else "-unsigned"


def signer(variables: Mapping[str, str] = os.environ) -> Signer:
    """Who signs, by the environment.

    Raises:
        Trouble: The notary's key is there in part only, or without a certificate to sign with first.
    """
    identity = variables.get("HEATPUNK_CODESIGN_IDENTITY", "")
    names = ("HEATPUNK_NOTARY_KEY", "HEATPUNK_NOTARY_KEY_ID", "HEATPUNK_NOTARY_ISSUER")
    given = [variables.get(name, "") for name in names]
    if not any(given):
        return Signer(identity, None)
    if not all(given) or not identity:
        missing = [name for name in ("HEATPUNK_CODESIGN_IDENTITY", *names) if not variables.get(name)]
        raise Trouble(f"The notary takes only what is signed, and needs all of its key. Missing: {', '.join(missing)}.")
    return Signer(identity, Notary(*given))


def sign_bundle(app: Path, signer: Signer) -> list[str | Path]:
    """Seals the bundle anew, after something was put into it. What lies in it is signed already, by PyInstaller."""
    command: list[str | Path] = ["codesign", "--force", "--sign", signer.identity or AD_HOC]
    if signer.identity:
        command += ["--options", "runtime", "--timestamp", "--entitlements", ENTITLEMENTS]
    return [*command, app]


def check_bundle(app: Path) -> list[str | Path]:
    """Looks at the seal of the bundle and of everything in it."""
    return ["codesign", "--verify", "--deep", "--strict", "--verbose=2", app]


def sign_image(image: Path, signer: Signer) -> list[str | Path]:
    """Signs the disk image."""
    return ["codesign", "--force", "--sign", signer.identity, "--timestamp", image]


def notarise(image: Path, notary: Notary) -> list[str | Path]:
    """Has Apple look at the image, and waits for the answer."""
    key: list[str | Path] = ["--key", notary.key, "--key-id", notary.number, "--issuer", notary.issuer]
    return ["xcrun", "notarytool", "submit", image, *key, "--wait", "--timeout", "30m"]


def staple(image: Path) -> list[str | Path]:
    """Fastens the notary's answer to the image, so that it opens without a network, too."""
    return ["xcrun", "stapler", "staple", image]


def check_image(image: Path) -> list[str | Path]:
    """Asks macOS whether it would open the image for somebody who downloaded it."""
    return ["spctl", "--assess", "--type", "open", "--context", "context:primary-signature", "--verbose", image]
