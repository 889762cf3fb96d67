from __future__ import annotations

import json
import subprocess
from datetime import date
from typing import TYPE_CHECKING

import pytest

from heatpunk_desktop.system.build_info import FILE, Build, build_words, read_build
from installers.identity import VARIABLE, write_build
from installers.names import ROOT

if TYPE_CHECKING:
    from pathlib import Path


def test_from_its_sources_the_program_is_no_build() -> None:
    assert read_build() is None
    assert build_words(None) == "run from its sources"


def test_what_the_build_writes_the_program_reads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795564800")
    monkeypatch.delenv(VARIABLE, raising=False)
    write_build(tmp_path / "new" / FILE)
    build = read_build(tmp_path / "new")
    assert build is not None
    assert build.day == date(2026, 11, 25)
    head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert head.startswith(build.commit.removesuffix("-dirty"))
    assert len(build.commit) >= 10
    assert build_words(build) == f"build {build.commit} of 25 Nov 2026"


def test_sources_outside_a_clone_are_told_their_commit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "no clone"))
    monkeypatch.setenv(VARIABLE, "0123456789")
    write_build(tmp_path / FILE)
    assert read_build(tmp_path) == Build("0123456789", date(1970, 1, 1))
    monkeypatch.delenv(VARIABLE)
    write_build(tmp_path / FILE)
    assert build_words(read_build(tmp_path)) == "build without a number of 1 Jan 1970"


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", '{"commit": "0123456789"}', '{"commit": 5, "day": "2026-11-25"}', '"day"',
     '{"commit": "<b>", "day": "2026-11-25"}', '{"commit": "0123456789", "day": "yesterday"}'],
)  # fmt: skip
def test_a_file_that_says_nothing_is_not_believed(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE).write_text(text)
    assert read_build(tmp_path) is None


def test_the_same_sources_give_the_same_bits(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_build(tmp_path / name)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    assert json.loads((tmp_path / "one").read_text())["day"] <= date.today().isoformat()  # noqa: DTZ011 - any zone
