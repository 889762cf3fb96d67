"""Puts the certificate and the notary's key of a workflow's run where `signing` finds them, and throws them away again.

`python -m installers.macos.keychain open` reads the variables below; without the first it does nothing, so that the
image is not signed, and says so in its name. `close` throws everything away.

| variable | what it holds |
| --- | --- |
| `CERTIFICATE` | the developer's certificate with its key: a `.p12` file, in base64 |
| `CERTIFICATE_PASSWORD` | the password of that file |
| `NOTARY_KEY` | an App Store Connect key: the text of its `.p8` file; may be missing |
| `NOTARY_KEY_ID`, `NOTARY_ISSUER` | that key's number, and its issuer's; may be missing with it |
"""

from __future__ import annotations

import base64
import binascii
import os
import re
import secrets
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from installers.commands import Trouble, attempt, must, say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

#: In the folder that the runner empties after each run.
KEYCHAIN: Final = "heatpunk-signing.keychain-db"
CERTIFICATE: Final = "heatpunk-signing.p12"
NOTARY_KEY: Final = "heatpunk-notary.p8"

#: Seconds after which the keychain locks itself.
_OPEN_FOR: Final = "7200"

_IDENTITY: Final = re.compile(r'"(Developer ID Application: [^"]+)"')


def open_keychain(variables: Mapping[str, str]) -> dict[str, str]:
    """Makes a keychain of its own with the certificate in it, and a file with the notary's key.

    Args:
        variables: See above; and `RUNNER_TEMP`, the folder for it all.

    Returns:
        The variables that `signing` reads; empty where there is no certificate.

    Raises:
        Trouble: The certificate cannot be used.
    """
    if not variables.get("CERTIFICATE"):
        say("There is no certificate, so the image will not be signed, and will say so in its name.")
        return {}
    place = Path(variables["RUNNER_TEMP"])
    keychain, certificate = place / KEYCHAIN, place / CERTIFICATE
    _write_private(certificate, decoded(variables["CERTIFICATE"]))
    for command in open_commands(keychain, certificate, variables.get("CERTIFICATE_PASSWORD", ""), secrets.token_hex()):
        must(command, "The certificate could not be put into a keychain.", seconds=120)
    certificate.unlink()
    listed = must(
        ["security", "find-identity", "-v", "-p", "codesigning", keychain], "The keychain is unreadable.", seconds=60
    )
    found = {"HEATPUNK_CODESIGN_IDENTITY": identity_in(listed)}
    if variables.get("NOTARY_KEY"):
        key = place / NOTARY_KEY
        _write_private(key, variables["NOTARY_KEY"].strip().encode() + b"\n")
        found["HEATPUNK_NOTARY_KEY"] = str(key)
        found["HEATPUNK_NOTARY_KEY_ID"] = variables.get("NOTARY_KEY_ID", "")
        found["HEATPUNK_NOTARY_ISSUER"] = variables.get("NOTARY_ISSUER", "")
    return found


def open_commands(keychain: Path, certificate: Path, password: str, secret: str) -> list[list[str | Path]]:
    """What macOS has to be told, in this order.

    Args:
        keychain: The keychain that is made.
        certificate: The `.p12` file.
        password: That file's.
        secret: The keychain's own password, which nobody has to know.
    """
    codesign = "/usr/bin/codesign"
    return [
        ["security", "create-keychain", "-p", secret, keychain],
        ["security", "set-keychain-settings", "-lut", _OPEN_FOR, keychain],
        ["security", "unlock-keychain", "-p", secret, keychain],
        ["security", "import", certificate, "-k", keychain, "-P", password, "-f", "pkcs12", "-T", codesign],
        # Without it macOS asks a person, who is not there, whether codesign may use the key.
        ["security", "set-key-partition-list", "-S", "apple-tool:,apple:", "-s", "-k", secret, keychain],
        ["security", "list-keychains", "-d", "user", "-s", keychain, "login.keychain-db"],
    ]


def decoded(certificate: str) -> bytes:
    """The bytes of a certificate in base64. Raises Trouble where it is none."""
    try:
        return base64.b64decode("".join(certificate.split()), validate=True)
    except binascii.Error as error:
        raise Trouble("The certificate is not in base64: `base64 -i certificate.p12` writes it so.") from error


def identity_in(listed: str) -> str:
    """The name of the first certificate for programs outside the App Store that `security find-identity` lists.

    Raises:
        Trouble: There is none that holds.
    """
    found = _IDENTITY.search(listed)
    if found is None:
        raise Trouble(
            f"{listed.strip()}\n\nThe certificate is none of the kind Developer ID Application, or has run out."
        )
    return found[1]


def close_keychain(place: Path) -> None:
    """Throws the keychain and the files away; what is not there is nothing to complain of."""
    keychain = place / KEYCHAIN
    if keychain.exists():
        attempt(["security", "delete-keychain", keychain], seconds=60)
    for name in (KEYCHAIN, CERTIFICATE, NOTARY_KEY):
        (place / name).unlink(missing_ok=True)


def _write_private(file: Path, content: bytes) -> None:
    file.unlink(missing_ok=True)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as opened:
        opened.write(content)


def main(arguments: Sequence[str]) -> int:
    """Opens or closes; gives the exit code."""
    if list(arguments) not in (["open"], ["close"]):
        sys.stderr.write("python -m installers.macos.keychain open|close\n")
        return 2
    if arguments[0] == "close":
        close_keychain(Path(os.environ["RUNNER_TEMP"]))
        return 0
    try:
        found = open_keychain(os.environ)
    except Trouble as trouble:
        sys.stderr.write(f"{trouble}\n")
        return 1
    # The steps that follow have these variables.
    with Path(os.environ["GITHUB_ENV"]).open("a", encoding="utf-8") as file:
        file.writelines(f"{name}={value}\n" for name, value in found.items())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
