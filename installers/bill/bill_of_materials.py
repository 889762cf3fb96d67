"""The bill of materials of a folder program, as CycloneDX's JSON: what it is made of, with every file's SHA-256."""

from __future__ import annotations

import hashlib
import json
import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.dependency import Dependency
from cyclonedx.model.license import LicenseExpression
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL

from installers.names import PUBLISHER, source_date

if TYPE_CHECKING:
    from pathlib import Path

    from installers.bill.part import Part
    from installers.bill.taking_apart import Account


def bill_of(account: Account) -> str:
    """The bill of a folder program, with nothing in it but what the folder says: the same bits each time."""
    root = account.contents.root
    program = _component(account.program, root, "program", ComponentType.APPLICATION)
    parts = [_component(part, root, "part") for part in account.parts]
    bom = Bom(components=parts)
    bom.metadata.component = program
    bom.metadata.timestamp = datetime.fromtimestamp(source_date(), UTC)
    bom.dependencies.add(Dependency(ref=program.bom_ref, dependencies=[Dependency(ref=part.bom_ref) for part in parts]))
    hashes = "".join(value.content for component in [program, *parts] for value in _hashes(component))
    bom.serial_number = uuid.uuid5(uuid.NAMESPACE_OID, hashes)
    return JsonV1Dot6(bom).output_as_string(indent=2) + "\n"


def files_in(bill: str) -> dict[str, str]:
    """The SHA-256 of every file that a bill names, by its path in the folder."""
    told = json.loads(bill)
    return dict(_files([told["metadata"]["component"], *told["components"]]))


def differences(bill: str, account: Account) -> list[str]:
    """What the bill names and the folder has not, or the other way round, or otherwise; a sentence each."""
    named = files_in(bill)
    there = {file: _sha256(account.contents.root / file) for file in account.contents.files}
    lacking = [f"The bill of materials leaves out {file}." for file in sorted(there.keys() - named.keys())]
    invented = [
        f"The bill of materials names {file}, which is not there." for file in sorted(named.keys() - there.keys())
    ]
    other = [
        f"{file} is another than the bill of materials says."
        for file in sorted(there.keys() & named.keys())
        if there[file] != named[file]
    ]
    return lacking + invented + other


def _component(part: Part, root: Path, ref: str, kind: ComponentType = ComponentType.LIBRARY) -> Component:
    ref = f"{ref}/{part.purl}"
    inside = [_component(inner, root, ref) for inner in _once(part.inside)]
    return Component(
        name=part.name,
        version=part.version or None,
        type=kind,
        bom_ref=ref,
        publisher=PUBLISHER if kind is ComponentType.APPLICATION else None,
        purl=PackageURL.from_string(part.purl),
        licenses=[LicenseExpression(part.licence)] if part.licence else [],
        components=[*inside, *(_file(file, root, ref) for file in part.files)],
    )


def _once(parts: list[Part]) -> list[Part]:
    return list({part.purl: part for part in parts}.values())


def _file(file: str, root: Path, ref: str) -> Component:
    digest = HashType(alg=HashAlgorithm.SHA_256, content=_sha256(root / file))
    return Component(name=file, type=ComponentType.FILE, bom_ref=f"{ref}/{file}", hashes=[digest])


def _hashes(component: Component) -> list[HashType]:
    return [*component.hashes, *(hash_ for inner in component.components for hash_ in _hashes(inner))]


def _files(components: list[dict[str, Any]]) -> list[tuple[str, str]]:
    found = []
    for component in components:
        if component["type"] == "file":
            found.append((component["name"], component["hashes"][0]["content"]))
        found += _files(component.get("components", []))
    return found


def _sha256(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
