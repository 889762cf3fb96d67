"""The wheel: built from this checkout without a network, installed in a folder of its own, and run from there."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from heatpunk_desktop import __version__

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "heatpunk_desktop"
RESOURCES = ROOT / "resources"
#: Seconds that a step may take on a busy machine.
TIMEOUT = 300.0


def run(*arguments: str, folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run this Python with arguments, in a folder from which the checkout is not found."""
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env={**{key: value for key, value in os.environ.items() if key != "PYTHONPATH"}, **variables},
        check=False,
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
    )


def files(folder: Path) -> set[str]:
    """The files below a folder by their paths from it, without what Python leaves there."""
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    options = ("--no-build-isolation", "--no-deps", "--no-index", "--no-cache-dir", "--disable-pip-version-check")
    built = run("-m", "pip", "wheel", *options, "-w", str(folder), str(ROOT), folder=folder)
    assert built.returncode == 0, built.stdout + built.stderr
    (made,) = folder.glob("*.whl")
    return made


@pytest.fixture(scope="module")
def installed(wheel: Path) -> Path:
    folder = wheel.parent / "installed"
    done = run(
        "-m", "pip", "install", "--no-deps", "--no-index", "--disable-pip-version-check", "--target", str(folder),
        str(wheel), folder=wheel.parent,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def test_the_wheel_holds_every_file_of_the_program(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        held = set(archive.namelist())
    expected = {f"heatpunk_desktop/{name}" for name in files(PACKAGE)}
    expected |= {f"heatpunk_desktop/_resources/{name}" for name in files(RESOURCES)}
    assert expected - held == set()
    assert {name for name in held - expected if ".dist-info/" not in name} == set()


def test_what_was_installed_says_its_version(installed: Path) -> None:
    told = run("-m", "heatpunk_desktop", "--version", folder=installed, PYTHONPATH=str(installed))
    assert told.returncode == 0, told.stderr
    assert __version__ in told.stdout


def test_what_was_installed_runs_with_its_icons_and_licences(installed: Path) -> None:
    where = "from heatpunk_desktop.system.resources import resources_folder; print(resources_folder())"
    found = run("-c", where, folder=installed, PYTHONPATH=str(installed)).stdout.strip()
    assert Path(found) == installed / "heatpunk_desktop" / "_resources"
    done = run("-m", "heatpunk_desktop", "--self-test", folder=installed, PYTHONPATH=str(installed))
    steps = set(re.findall(r"^ok   (.+) \(\d+\.\d\d s\)$", done.stdout, re.MULTILINE))
    # Whether there is a keyring says nothing about the wheel.
    assert steps >= {"icons", "plug-ins", "licences", "window", "list", "create", "close"}, done.stdout + done.stderr
