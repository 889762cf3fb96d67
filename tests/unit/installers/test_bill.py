from __future__ import annotations

import importlib.resources
import json
import os
import re
import shutil
import subprocess
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema_rs
import pytest

from installers import bill
from installers.bill import bill_of_materials, contents, debian_libraries, policy, taking_apart
from installers.bill.notices import notices_of
from installers.bill.origins import library_part, look_inside_python, package_part
from installers.bill.part import Part
from installers.bill.sums import write_sums
from installers.bill.taking_apart import Account
from installers.commands import Trouble

if TYPE_CHECKING:
    from installers.bill.contents import Package

ROOT = Path(__file__).resolve().parents[3]
LOCK = ROOT / "requirements" / "run.txt"


@pytest.fixture(autouse=True)
def date(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1760000000")


def _installed(name: str) -> Package | None:
    try:
        found = metadata.distribution(name)
    except metadata.PackageNotFoundError:
        return None  # for another system or another Python
    record = next(file for file in found.files or () if file.name == "METADATA")
    return contents.Package(
        found.metadata["Name"], found.version, Path(str(found.locate_file(record))).parent, found.metadata, frozenset()
    )


@pytest.mark.parametrize("name", sorted(re.findall(r"^([a-z0-9-]+)==", LOCK.read_text("utf-8"), re.MULTILINE)))
def test_every_package_that_runs_has_a_known_and_fit_licence_and_its_text(name: str) -> None:
    package = _installed(name)
    if package is None:
        pytest.skip("it is not for this system")
    part = package_part(package, policy.known())
    assert not list(taking_apart.unfit(part, policy.known()))


@pytest.mark.parametrize(
    ("licence", "fit"),
    [
        ("MIT", True),
        ("LGPL-3.0-only OR GPL-2.0-only OR GPL-3.0-only", True),
        ("GPL-3.0-or-later WITH GCC-exception-3.1", True),
        ("GPL-3.0-or-later", False),
        ("GPL-3.0-or-later WITH Classpath-exception-2.0", False),
        ("MIT AND AGPL-3.0-only", False),
        ("(MIT OR AGPL-3.0-only) AND Apache-2.0", True),
        ("Proprietary", False),
        ("", False),
        ("MIT AND", False),
    ],
)
def test_one_of_alternative_licences_has_to_fit_and_all_of_joint_ones(licence: str, fit: bool) -> None:
    assert policy.is_fit(licence, policy.known()) is fit


def test_all_that_was_looked_up_by_hand_is_fit_and_has_its_text() -> None:
    known = policy.known()
    refused = {"readline"}  # named, so that the reason is told
    licences = {**known.python, **known.debian} | {
        part["name"]: part["licence"] for part in (*known.inside, *known.library)
    }
    assert {name for name, licence in licences.items() if not policy.is_fit(licence, known)} == refused
    files = [name for part in (*known.inside, *known.library) for name in part["texts"]]
    files += [name for names in known.texts.values() for name in names]
    assert all(policy.text(name) for name in files)


def test_a_folder_is_accounted_for_file_by_file(folder: Path) -> None:
    bill.enclose(folder)
    told = json.loads(contents.bill_in(folder).read_text("utf-8"))
    versions = {component["name"]: component.get("version") for component in told["components"]}
    assert versions["h11"] == metadata.version("h11")
    assert re.fullmatch(r"3\.\d+\.\d+", versions["Python"])
    assert "iniconfig" not in versions  # only its metadata was there
    assert not list(folder.rglob("iniconfig*"))
    named = bill_of_materials.files_in(contents.bill_in(folder).read_text("utf-8"))
    there = {
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file() and not path.is_symlink()
    }
    assert named.keys() == there - {contents.NOTICES, contents.BILL}
    notices = contents.notices_in(folder).read_text("utf-8")
    assert f"h11 {metadata.version('h11')}: MIT" in notices
    assert "Nathaniel J. Smith" in notices
    assert "PYTHON SOFTWARE FOUNDATION LICENSE" in notices


def test_the_bill_is_valid_cyclonedx(folder: Path) -> None:
    bill.enclose(folder)
    schemas = importlib.resources.files("cyclonedx.schema") / "_res"

    def retrieve(uri: str) -> Any:
        name = uri.rpartition("/")[2].removesuffix(".schema.json").removesuffix(".SNAPSHOT") + ".SNAPSHOT.schema.json"
        return json.loads((schemas / name).read_text("utf-8"))

    schema = json.loads((schemas / "bom-1.6.SNAPSHOT.schema.json").read_text("utf-8"))
    checker = jsonschema_rs.validator_for(schema, retriever=retrieve)
    told = json.loads(contents.bill_in(folder).read_text("utf-8"))
    checker.validate(told)
    told["components"][0]["type"] = "a thing"
    assert not checker.is_valid(told)


def test_the_same_folder_gives_the_same_bits(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "elsewhere" / "heatpunk-desktop"
    shutil.copytree(folder, other, symlinks=True)
    bill.enclose(folder)
    bill.enclose(other)
    bill.enclose(other)  # once more changes nothing
    for file in (contents.bill_in, contents.notices_in):
        assert file(folder).read_bytes() == file(other).read_bytes()


def test_nothing_tells_of_the_environment_that_was_built_in(folder: Path) -> None:
    record = next(folder.rglob("h11-*.dist-info/RECORD"))
    text = record.read_text("utf-8")
    record.write_text(f"../../../bin/h11,sha256=abc,12\nh11/__pycache__/x.pyc,,\n{text}", "utf-8")
    bill.enclose(folder)
    kept = record.read_text("utf-8")
    assert "h11/_state.py,sha256=" in kept
    assert "../" not in kept
    assert "__pycache__" not in kept


def test_a_library_of_unknown_origin_stops_it(folder: Path) -> None:
    (folder / "_internal" / "libstranger.so.1").write_bytes(b"\x7fELF")
    with pytest.raises(Trouble, match=r"Nobody knows where _internal/libstranger\.so\.1 comes from"):
        bill.enclose(folder)
    assert not contents.bill_in(folder).exists()


def test_a_module_of_unknown_origin_stops_it(folder: Path) -> None:
    """As when a package is brought whose metadata is not."""
    shutil.rmtree(next(folder.rglob("h11-*.dist-info")))
    with pytest.raises(Trouble, match=r"the module h11\._state comes from"):
        bill.enclose(folder)


@pytest.mark.parametrize("licence", ["AGPL-3.0-only", "All rights reserved"])
def test_a_licence_that_is_unfit_or_unknown_stops_it(folder: Path, licence: str) -> None:
    head = next(folder.rglob("h11-*.dist-info/METADATA"))
    text = re.sub(r"^License(-Expression)?: .*$", f"License: {licence}", head.read_text("utf-8"), flags=re.MULTILINE)
    head.write_text(text, "utf-8")
    with pytest.raises(Trouble, match=r"h11 .* is under AGPL-3\.0-only|Nobody knows the licence of h11"):
        bill.enclose(folder)


def test_a_package_without_its_licence_text_stops_it(folder: Path) -> None:
    for text in next(folder.rglob("h11-*.dist-info")).rglob("LICENSE*"):
        text.unlink()
    with pytest.raises(Trouble, match=r"There is no licence text of h11"):
        bill.enclose(folder)


def test_a_file_that_was_changed_since_is_found(folder: Path, tmp_path: Path) -> None:
    bill.enclose(folder)
    bill.account(tmp_path)
    library = next(folder.rglob("base_library.zip"))
    library.write_bytes(library.read_bytes() + b"!")
    with pytest.raises(Trouble, match=r"base_library\.zip is another"):
        bill.account(tmp_path)


def test_bill_licences_and_sums_of_all_lie_beside_the_artefacts(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "heatpunk-desktop-setup.exe").write_bytes(b"an installer")
    bill.enclose(folder)
    bill.account(tmp_path)
    read = contents.read(folder)
    (beside,) = tmp_path.glob(f"*-{read.system}-{read.machine}.cdx.json")
    assert beside.read_bytes() == contents.bill_in(folder).read_bytes()
    sums = (tmp_path / "SHA256SUMS").read_text("utf-8")
    assert beside.name in sums
    assert "heatpunk-desktop-setup.exe" in sums


@pytest.mark.skipif(shutil.which("dpkg-deb") is None, reason="this system makes no Debian packages")
def test_the_bill_of_a_debian_package_is_taken_out_of_it(folder: Path, tmp_path: Path) -> None:
    bill.enclose(folder)
    tree, dist = tmp_path / "tree", tmp_path / "dist"
    shutil.copytree(folder, tree / "opt" / "heatpunk-desktop", symlinks=True)
    (tree / "DEBIAN").mkdir()
    control = "Package: heatpunk-desktop\nVersion: 1\nArchitecture: all\nMaintainer: A <a@b.test>\nDescription: x\n"
    (tree / "DEBIAN" / "control").write_text(control, "utf-8")
    dist.mkdir()
    package = dist / "heatpunk-desktop_1_all.deb"
    subprocess.run(
        ["dpkg-deb", "-Znone", "--build", "--root-owner-group", tree, package], check=True, capture_output=True
    )
    bill.account(dist)
    assert (dist / f"{package.name}.cdx.json").read_bytes() == contents.bill_in(folder).read_bytes()
    shutil.rmtree(tree / "opt")
    subprocess.run(
        ["dpkg-deb", "-Znone", "--build", "--root-owner-group", tree, package], check=True, capture_output=True
    )
    with pytest.raises(Trouble, match="no bill of materials"):
        bill.account(dist)


def test_the_sums_are_what_sha256sum_reads(tmp_path: Path) -> None:
    (tmp_path / "b").write_bytes(b"two")
    (tmp_path / "a").write_bytes(b"one")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "c").write_bytes(b"three")
    sums = write_sums(tmp_path)
    assert sums.read_bytes() == (
        b"7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed  a\n"
        b"3fc4ccfe745870e2c0d99f71f30ff0656c8dedd41cc1d7d3d376b0dbe685e2f3  b\n"
    )


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"\x7fELF" + bytes(14) + b"\x3e\x00", ("linux", "x86_64")),
        (b"\x7fELF" + bytes(14) + b"\xb7\x00", ("linux", "arm64")),
        (b"MZ" + bytes(58) + b"\x40\x00\x00\x00" + b"PE\x00\x00\x64\x86", ("windows", "x86_64")),
        (b"\xcf\xfa\xed\xfe\x0c\x00\x00\x01", ("macos", "arm64")),
        (b"\xcf\xfa\xed\xfe\x07\x00\x00\x01", ("macos", "x86_64")),
    ],
)
def test_a_program_tells_by_its_head_which_system_it_is_for(tmp_path: Path, head: bytes, kind: tuple[str, str]) -> None:
    program = tmp_path / "program"
    program.write_bytes(head + bytes(64))
    assert contents.system_of(program) == kind


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("_internal/libcrypto-3.dll", "OpenSSL"),
        ("_internal/libssl-3-x64.dll", "OpenSSL"),
        ("Contents/Frameworks/libssl.3.dylib", "OpenSSL"),
        ("_internal/libffi-8.dll", "libffi"),
        ("_internal/VCRUNTIME140.dll", "Microsoft Visual C++ runtime"),
        ("_internal/VCRUNTIME140_1.dll", "Microsoft Visual C++ runtime"),
        ("_internal/icuuc.dll", None),  # the stand-in that builds under wine need, and that is never handed out
    ],
)
def test_libraries_beside_pythons_own_are_known_by_name(tmp_path: Path, file: str, name: str | None) -> None:
    library = tmp_path / file
    library.parent.mkdir(parents=True)
    library.write_bytes(b"... OpenSSL 3.0.13 30 Jan 2024 ...")
    read = contents.Contents(tmp_path, library, "windows", "x86_64", (file,), frozenset(), {})
    part = library_part(read, file, policy.known())
    assert (part and part.name) == name
    assert part is None or part.name != "OpenSSL" or part.version == "3.0.13"


def _python_of(tmp_path: Path, **files: bytes) -> Part:
    """Python's part of a folder with these files; in their names a full stop is written as two underscores."""
    names = []
    for name, content in files.items():
        file = tmp_path / "_internal" / name.replace("__", ".")
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(content)
        names.append(file.relative_to(tmp_path).as_posix())
    part = Part("Python", "3.11.9", "PSF-2.0", "pkg:generic/python@3.11.9", {}, names)
    read = contents.Contents(tmp_path, tmp_path, "windows", "x86_64", tuple(names), frozenset(), {})
    look_inside_python(part, read, policy.known())
    return part


def test_what_is_built_into_python_is_told_of(tmp_path: Path) -> None:
    part = _python_of(
        tmp_path,
        python311__dll=b"..\x003.11.9\x00..\x001.3.1\x00",
        pyexpat__pyd=b"..expat_2.6.0\x00..",
        _bz2__pyd=b"..1.0.8, 13-Jul-2019\x00..",
        _decimal__pyd=b"..\x002.5.1\x00..",
        _lzma__pyd=b"",
    )
    titles = ["Works incorporated into Python 3.11.9", "Expat 2.6.0", "mpdecimal 2.5.1", "zlib 1.3.1", "bzip2 1.0.8"]
    assert [inner.title for inner in part.inside] == [*titles, "XZ Utils"]
    assert not [trouble for inner in part.inside for trouble in taking_apart.unfit(inner, policy.known())]
    assert "Mersenne Twister" in part.inside[0].texts["Python-incorporated.txt"]


def test_libraries_that_python_takes_from_the_system_are_not_built_in(tmp_path: Path) -> None:
    part = _python_of(tmp_path, pyexpat__so=b"libexpat.so.1", _bz2__so=b"libbz2.so.1.0", _lzma__so=b"liblzma.so.5")
    assert part.inside == []


@pytest.mark.skipif(shutil.which("dpkg-query") is None, reason="this is no Debian")
def test_a_system_too_busy_to_answer_is_not_one_that_does_not_know(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = tmp_path / "dpkg-query"
    slow.write_text("#!/bin/sh\nexec sleep 30\n", "utf-8")
    slow.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr(debian_libraries, "_TIMEOUT", 0.3)
    with pytest.raises(Trouble, match="could not be asked which packages"):
        debian_libraries.parts_of([tmp_path / "libz.so.1"], policy.known())


def test_what_the_lgpl_asks_to_be_told_is_told(tmp_path: Path) -> None:
    package = _installed("PySide6-Essentials")
    assert package is not None
    qt = package_part(package, policy.known())
    qt.files.append("_internal/PySide6/Qt/lib/libQt6Core.so.6")
    read = contents.Contents(tmp_path, tmp_path, "linux", "x86_64", (), frozenset(), {})
    text = notices_of(Account(read, Part("Heatpunk Desktop", "1.0", "MIT", "pkg:generic/x@1.0"), [qt]))
    assert f"uses Qt {package.version}" in text
    assert "in _internal/PySide6/Qt/lib. You may replace" in text
    assert "GNU LESSER GENERAL PUBLIC LICENSE" in text
    assert "GNU GENERAL PUBLIC LICENSE" in text
    assert f"official_releases/qt/6.11/{package.version}/" in text
