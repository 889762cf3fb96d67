"""What can be seen of the macOS program without a macOS: its plist, its entitlements, what macOS' tools are told."""

from __future__ import annotations

import base64
import os
import plistlib
import stat
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from heatpunk_desktop.app import qt_application
from installers import macos
from installers.bill.release import ARTEFACTS
from installers.commands import Trouble
from installers.macos import keychain, signing, using
from installers.macos.plist import info_plist
from installers.names import IDENTIFIER, NAME, ROOT, TITLE, version
from installers.trial.report import FailedStepError
from tests.unit.installers.mac_tools import MacTools

if TYPE_CHECKING:
    from collections.abc import Mapping

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the tools are scripts that Windows does not start")

IDENTITY = "Developer ID Application: Jo Bloggs (AB12CD34EF)"
NOTARY = {
    "HEATPUNK_NOTARY_KEY": "/secret/key.p8",
    "HEATPUNK_NOTARY_KEY_ID": "K1",
    "HEATPUNK_NOTARY_ISSUER": "I1",
}
SIGNED = {"HEATPUNK_CODESIGN_IDENTITY": IDENTITY, **NOTARY}


@pytest.fixture
def tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MacTools:
    tools = MacTools.into(tmp_path / "tools")
    monkeypatch.setenv("PATH", f"{tools.folder}{os.pathsep}{os.environ['PATH']}")
    for name in (*SIGNED, "CERTIFICATE", "CERTIFICATE_PASSWORD", "NOTARY_KEY", "NOTARY_KEY_ID", "NOTARY_ISSUER"):
        monkeypatch.delenv(name, raising=False)
    return tools


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A bundle as PyInstaller lays it, and in it what `enclose` puts there."""
    app = tmp_path / "dist" / f"{TITLE}.app"
    for place in ("MacOS", "Resources"):
        (app / "Contents" / place).mkdir(parents=True)
    using.program_in(app).write_text("#!/bin/sh\n", "utf-8")
    (app / "Contents" / "Info.plist").write_bytes(plistlib.dumps(info_plist(version())))
    monkeypatch.setattr(macos, "DIST", app.parent)

    def enclose(folder: Path) -> None:
        (folder / "Contents" / "Resources" / "THIRD-PARTY-LICENCES.txt").write_text("licences", "utf-8")

    monkeypatch.setattr(macos, "enclose", enclose)  # the real one wants a program of macOS; test_bill.py tries it
    return app


def sign(monkeypatch: pytest.MonkeyPatch, variables: Mapping[str, str]) -> None:
    monkeypatch.setattr(signing, "signer", lambda: SIGNER(variables))


SIGNER = signing.signer


def test_the_plist_says_what_macos_shows_and_opens_with_it() -> None:
    told = plistlib.loads(plistlib.dumps(info_plist("1.2.3")))
    assert told["CFBundleIdentifier"] == IDENTIFIER == qt_application.APP_ID
    assert told["CFBundleName"] == told["CFBundleDisplayName"] == TITLE
    assert told["CFBundleExecutable"] == NAME
    assert told["CFBundleShortVersionString"] == told["CFBundleVersion"] == "1.2.3"
    assert [kind["CFBundleURLSchemes"] for kind in told["CFBundleURLTypes"]] == [["heatpunk"]]
    assert told["LSMinimumSystemVersion"] == "13.0"
    assert told["NSHighResolutionCapable"] is True
    assert told["NSRequiresAquaSystemAppearance"] is False


@pytest.mark.parametrize(("given", "numbers"), [("1.2.0rc1", "1.2.0"), ("2.0", "2.0"), ("1.2.3.4", "1.2.3")])
def test_macos_compares_the_numbers_of_a_version_only(given: str, numbers: str) -> None:
    told = info_plist(given)
    assert told["CFBundleVersion"] == numbers
    assert told["CFBundleShortVersionString"] == given
    with pytest.raises(ValueError, match="'next' is no version"):
        info_plist("next")


def test_the_identifier_may_be_one() -> None:
    # Apple takes letters, digits, hyphens and full stops.
    assert set(IDENTIFIER) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-")
    assert IDENTIFIER.count(".") >= 2


def test_the_program_asks_for_one_entitlement_and_no_more() -> None:
    assert plistlib.loads(signing.ENTITLEMENTS.read_bytes()) == {
        "com.apple.security.cs.allow-unsigned-executable-memory": True
    }


def test_the_spec_makes_a_bundle_of_that_plist() -> None:
    spec = (ROOT / "build.spec").read_text("utf-8")
    bundle = spec[spec.index("    BUNDLE(") :]
    assert "info_plist=info_plist(__version__)" in bundle
    assert "bundle_identifier=IDENTIFIER" in bundle
    assert 'name=f"{TITLE}.app"' in bundle
    assert "entitlements_file=str(ENTITLEMENTS)" in spec


def test_without_a_certificate_the_image_is_named_unsigned(
    app: Path, tools: MacTools, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    sign(monkeypatch, {})
    (image,) = macos.build(tmp_path)
    assert image.is_file()
    assert image.name.startswith(f"{NAME}-{version()}-macos-")
    assert image.name.endswith("-unsigned.dmg")
    assert [call[:2] for call in tools.calls()] == [
        ["codesign", "--force"],
        ["codesign", "--verify"],
        ["hdiutil", "create"],
    ]
    seal = tools.calls()[0]
    assert seal[seal.index("--sign") + 1] == "-"
    assert "runtime" not in seal  # ad hoc and hardened, it could not load its own libraries
    assert seal[-1] == str(app)


@pytest.mark.usefixtures("app")
def test_with_certificate_and_key_it_is_signed_notarised_and_looked_at(
    tools: MacTools, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    sign(monkeypatch, SIGNED)
    (image,) = macos.build(tmp_path)
    assert image.name == f"{NAME}-{version()}-macos-{os.uname().machine}.dmg"
    calls = tools.calls()
    assert [call[0] for call in calls] == ["codesign", "codesign", "hdiutil", "codesign", "xcrun", "xcrun", "spctl"]
    seal = calls[0]
    assert seal[seal.index("--sign") + 1] == IDENTITY
    assert seal[seal.index("--options") + 1] == "runtime"
    assert seal[seal.index("--entitlements") + 1] == str(signing.ENTITLEMENTS)
    assert "--timestamp" in seal
    assert calls[3][-1] == str(image)
    submitted = calls[4]
    assert submitted[1:4] == ["notarytool", "submit", str(image)]
    assert "--wait" in submitted
    assert [submitted[submitted.index(text) + 1] for text in ("--key", "--key-id", "--issuer")] == list(NOTARY.values())
    assert calls[5][1:] == ["stapler", "staple", str(image)]


def test_signed_but_not_notarised_is_named_unsigned_as_macos_warns_of_it() -> None:
    assert signing.signer({"HEATPUNK_CODESIGN_IDENTITY": IDENTITY}).suffix == "-unsigned"
    assert signing.signer(SIGNED).suffix == ""
    names = [name.format(version()) for name in ARTEFACTS.values() if name.endswith(".dmg")]
    for machine, pattern in zip(("arm64", "x86_64"), names, strict=True):
        for variables in ({}, SIGNED):
            assert Path(macos.image_name(signing.signer(variables), machine)).match(pattern)


@pytest.mark.parametrize("missing", sorted(SIGNED))
def test_a_key_that_is_not_whole_is_told_of(missing: str) -> None:
    with pytest.raises(Trouble, match=f"Missing: {missing}"):
        signing.signer({name: value for name, value in SIGNED.items() if name != missing})


@pytest.mark.parametrize(
    ("step", "words"),
    [
        ("codesign --verify", r"The signature of Heatpunk Desktop\.app does not hold"),
        ("hdiutil create", "The disk image could not be made"),
        ("xcrun notarytool", "Apple's notary did not accept it"),
        ("spctl", "macOS would not open the image"),
    ],
)
@pytest.mark.usefixtures("app")
def test_a_step_that_fails_stops_it_with_words(
    step: str, words: str, tools: MacTools, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    sign(monkeypatch, SIGNED)
    tools.refuse(step)
    with pytest.raises(Trouble, match=f"(?s)not today.*{words}"):
        macos.build(tmp_path)


@pytest.mark.usefixtures("tools")
def test_the_image_holds_program_licences_and_a_link_to_applications(
    app: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    sign(monkeypatch, {})
    (image,) = macos.build(tmp_path)
    with using.mounted(image, tmp_path / "volume") as volume:
        using.look(volume)
        (volume / "Applications").unlink()
        with pytest.raises(FailedStepError, match="no link to Applications"):
            using.look(volume)
    assert not (tmp_path / "volume").exists()
    told = app / "Contents" / "Info.plist"
    told.write_bytes(plistlib.dumps(info_plist("0.0.1")))
    (image,) = macos.build(tmp_path)
    with (
        using.mounted(image, tmp_path / "volume") as volume,
        pytest.raises(FailedStepError, match=r"CFBundleShortVersionString': '0\.0\.1'"),
    ):
        using.look(volume)


def secret_variables(place: Path) -> dict[str, str]:
    return {
        "RUNNER_TEMP": str(place),
        "CERTIFICATE": base64.encodebytes(b"a certificate").decode(),
        "CERTIFICATE_PASSWORD": "pass word",
        "NOTARY_KEY": "-----BEGIN PRIVATE KEY-----\n",
        "NOTARY_KEY_ID": "K1",
        "NOTARY_ISSUER": "I1",
    }


def test_the_certificate_gets_a_keychain_of_its_own_that_is_thrown_away(tools: MacTools, tmp_path: Path) -> None:
    found = keychain.open_keychain(secret_variables(tmp_path))
    signer = signing.signer(found)
    assert signer.identity == IDENTITY
    assert signer.notary == signing.Notary(str(tmp_path / keychain.NOTARY_KEY), "K1", "I1")
    assert stat.S_IMODE((tmp_path / keychain.NOTARY_KEY).stat().st_mode) == 0o600
    assert (tmp_path / keychain.NOTARY_KEY).read_text("utf-8") == "-----BEGIN PRIVATE KEY-----\n"
    assert not (tmp_path / keychain.CERTIFICATE).exists()
    calls = tools.calls()
    (imported,) = [call for call in calls if call[1] == "import"]
    assert imported[imported.index("-P") + 1] == "pass word"
    secrets = {
        call[call.index(option) + 1] for call in calls for option in ("-p", "-k") if option in call[1:3] + call[6:8]
    }
    assert len([secret for secret in secrets if len(secret) == 64]) == 1, "one secret, made for this run"
    keychain.close_keychain(tmp_path)
    assert [file for file in tmp_path.iterdir() if file.is_file()] == []
    keychain.close_keychain(tmp_path)


def test_without_a_certificate_nothing_is_made(tools: MacTools, tmp_path: Path) -> None:
    assert keychain.open_keychain({"RUNNER_TEMP": str(tmp_path), "CERTIFICATE": "", "NOTARY_KEY": "x"}) == {}
    assert tools.calls() == []


def test_a_certificate_that_is_none_is_told_of(tools: MacTools, tmp_path: Path) -> None:
    with pytest.raises(Trouble, match="is not in base64"):
        keychain.open_keychain({**secret_variables(tmp_path), "CERTIFICATE": "certificate.p12"})
    with pytest.raises(Trouble, match="none of the kind Developer ID Application"):
        keychain.identity_in('1) 0A1B "Apple Development: Jo"\n     1 valid identities found')
    tools.refuse("security import")
    with pytest.raises(Trouble, match=r"(?s)not today.*could not be put into a keychain"):
        keychain.open_keychain(secret_variables(tmp_path))


def test_what_was_found_is_told_to_the_steps_that_follow(tools: MacTools, tmp_path: Path) -> None:
    told = tmp_path / "environment"
    told.write_text("EARLIER=1\n", "utf-8")
    variables = {**os.environ, **secret_variables(tmp_path), "GITHUB_ENV": str(told)}
    command = [sys.executable, "-m", "installers.macos.keychain"]
    subprocess.run([*command, "open"], cwd=ROOT, env=variables, check=True, timeout=60)
    lines = dict(line.split("=", 1) for line in told.read_text("utf-8").splitlines())
    assert lines.pop("EARLIER") == "1"
    assert signing.signer(lines).suffix == ""
    subprocess.run([*command, "close"], cwd=ROOT, env=variables, check=True, timeout=60)
    assert not Path(lines["HEATPUNK_NOTARY_KEY"]).exists()
    assert tools.calls()[-1][:2] == ["security", "delete-keychain"]
    assert subprocess.run(command, cwd=ROOT, check=False, capture_output=True, timeout=60).returncode == 2
