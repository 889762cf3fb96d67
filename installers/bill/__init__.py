"""What is in a package: bill of materials, licences, sums, sizes."""

from __future__ import annotations

import shutil
import subprocess
import tarfile
import tempfile
from typing import TYPE_CHECKING

from installers.bill.sums import write_sums
from installers.commands import Trouble, say
from installers.names import NAME, version

if TYPE_CHECKING:
    from pathlib import Path


def enclose(folder: Path) -> None:
    """Puts the licences and the bill of materials of all that a folder program holds into it.

    It is called when the folder is complete and before it is packed or signed, on the system that it was built on: only
    that one knows which of its own libraries were taken.

    Args:
        folder: A folder program; on macOS the `.app`.

    Raises:
        Trouble: Something in it is of unknown origin, has an unknown or unfit licence, or has no licence text.
    """
    # sums.py and notes.py have to run where the build's packages are not.
    from installers.bill import bill_of_materials, contents, notices, policy, taking_apart  # noqa: PLC0415

    contents.tidy(folder)
    for package in taking_apart.without_code(contents.read(folder)):
        shutil.rmtree(package.folder)  # nothing of it is in the program, so nothing is to be said of it
    account = taking_apart.take_apart(contents.read(folder), policy.known())
    bill = bill_of_materials.bill_of(account)
    troubles = account.troubles + bill_of_materials.differences(bill, account)
    if troubles:
        raise Trouble("\n".join([*troubles, "", f"So {folder.name} cannot be handed out."]))
    contents.notices_in(folder).write_bytes(notices.notices_of(account).encode())
    contents.bill_in(folder).write_bytes(bill.encode())
    works = sum(1 for part in account.parts for _ in part.all_of_it())
    files, modules = len(account.contents.files), len(account.contents.modules)
    say(f"Accounted for {files} files and {modules} modules of {works} works")


def account(dist: Path) -> None:
    """Lays the bills of materials and the licences beside the artefacts, and writes the sums of them all.

    Args:
        dist: Where the artefacts lie; folder programs have been through `enclose`.

    Raises:
        Trouble: A folder program does not hold what its bill of materials says.
    """
    from installers.bill import bill_of_materials, contents, policy, taking_apart  # noqa: PLC0415 - as above

    folders = sorted(path for path in (*dist.glob("*"), *dist.glob("*/*")) if contents.bill_in(path).is_file())
    for folder in folders:
        read = contents.read(folder)
        bill = contents.bill_in(folder).read_text("utf-8")
        differences = bill_of_materials.differences(bill, taking_apart.take_apart(read, policy.known()))
        if differences:
            raise Trouble("\n".join(differences))
        name = f"{NAME}-{version()}-{read.system}-{read.machine}"
        (dist / f"{name}.cdx.json").write_bytes(bill.encode())
        (dist / f"{name}-{contents.NOTICES}").write_bytes(contents.notices_in(folder).read_bytes())
    for package in sorted(dist.glob("*.deb")):
        _of_debian_package(package)
    write_sums(dist)


def _of_debian_package(package: Path) -> None:
    from installers.bill.contents import BILL  # noqa: PLC0415 - as above

    with tempfile.TemporaryFile() as unpacked:
        subprocess.run(["dpkg-deb", "--fsys-tarfile", str(package)], check=True, stdout=unpacked, timeout=120)
        unpacked.seek(0)
        with tarfile.open(fileobj=unpacked) as archive:
            for member in archive:
                if member.name.endswith(f"/{BILL}") and (opened := archive.extractfile(member)):
                    package.with_name(f"{package.name}.cdx.json").write_bytes(opened.read())
                    return
    raise Trouble(f"There is no bill of materials in {package.name}.")
