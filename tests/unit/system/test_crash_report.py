"""What may be sent to anybody: where it broke, and nothing of what the program was working on; ."""

from __future__ import annotations

import errno
import json
import platform
import subprocess
import sys
from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heatpunk_desktop import __version__
from heatpunk_desktop.app import fatal_error as last_words
from heatpunk_desktop.domain.dates import DateRange
from heatpunk_desktop.errors import KnownError
from heatpunk_desktop.system import crash_report as bug_report
from heatpunk_desktop.system.crash_report import FILE, Build, build_words, read_build
from installers.identity import VARIABLE, write_build
from installers.names import ROOT

if TYPE_CHECKING:
    from pathlib import Path

SECRET = "Priya Patel <priya@patel.test>, 87 High Street, zQ7-recognisable"


def caught(error: BaseException) -> BaseException:
    with pytest.raises(type(error)) as raised:
        raise error
    return raised.value


def test_it_tells_program_system_kind_and_place() -> None:
    report = bug_report.bug_report(caught(ValueError(SECRET)))
    assert report.startswith(f"Heatpunk Desktop {__version__}, run from its sources\n")
    assert f"Python {platform.python_version()}, Qt " in report
    assert "\nValueError\n" in report
    assert "test_crash_report.py, line " in report
    assert ", in caught" in report


@given(st.text(min_size=1))
def test_no_word_of_an_error_gets_into_it(words: str) -> None:
    plain = bug_report.bug_report(caught(ValueError("")))
    told = bug_report.bug_report(caught(ValueError(words)))
    assert told.splitlines()[4:] == plain.splitlines()[4:]


def test_what_led_to_an_error_is_told_in_order() -> None:
    def break_in_turn() -> None:
        try:
            try:
                dict[str, str]()[SECRET]
            except KeyError as inner:
                raise OSError(errno.EIO, SECRET, SECRET) from inner
        except OSError:
            raise RuntimeError(SECRET)  # noqa: B904 - as bugs do

    with pytest.raises(RuntimeError) as raised:
        break_in_turn()
    report = bug_report.bug_report(raised.value)
    kinds = [line for line in report.splitlines()[3:] if line and not line.startswith(" ")]
    assert kinds == ["RuntimeError", f"Before it: OSError, number {errno.EIO}", "Before it: KeyError"]
    assert not any(word in report for word in SECRET.split())


def test_a_part_that_cannot_be_loaded_is_named() -> None:
    report = bug_report.bug_report(caught(ImportError("DLL load failed in C:\\Users\\Priya", name="apsw")))
    assert "ImportError, module apsw" in report
    assert "Priya" not in report


def test_paths_begin_with_the_program_and_not_with_a_home() -> None:
    with pytest.raises(ValueError, match="before it begins") as raised:
        DateRange(date(2026, 2, 1), date(2026, 1, 1))
    report = bug_report.bug_report(raised.value)
    assert "\n  heatpunk_desktop/domain/dates.py, line " in report.replace("\\", "/")


@pytest.mark.parametrize(
    ("path", "told"),
    [
        (
            r"C:\Users\Пётр\AppData\Local\heatpunk-desktop\heatpunk_desktop\app\program.py",
            r"heatpunk_desktop\app\program.py",
        ),
        ("/home/priya/venv/lib/python3.11/site-packages/requests/api.py", "site-packages/requests/api.py"),
        ("/opt/heatpunk-desktop/heatpunk_desktop/system/files.py", "heatpunk_desktop/system/files.py"),
        ("heatpunk_desktop/system/files.py", "heatpunk_desktop/system/files.py"),
        ("json/decoder.py", "json/decoder.py"),
        ("/home/priya/lib/python3.11/json/decoder.py", "python3.11/json/decoder.py"),
        ("/home/priya/notes.py", "notes.py"),
    ],
)
def test_a_place_is_told_without_whose_home_it_lies_in(path: str, told: str) -> None:
    assert bug_report.place_of(path) == told


def test_a_deep_fall_is_told_from_both_ends() -> None:
    def fall(depth: int) -> None:
        if depth:
            fall(depth - 1)
        raise ValueError(SECRET)

    with pytest.raises(ValueError, match="Priya") as raised:
        fall(300)
    report = bug_report.bug_report(raised.value)
    assert "more)" in report
    assert len(report.splitlines()) < 60


# -- the last words ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "title"),
    [
        (ValueError(SECRET), "The program ended because something in it is broken"),
        (MemoryError(SECRET), "There is not enough memory"),
        (ModuleNotFoundError(SECRET, name="apsw"), "A part of the program is missing or broken"),
    ],
)
def test_each_end_has_words_and_none_of_the_errors(
    error: Exception, title: str, capsys: pytest.CaptureFixture[str]
) -> None:
    words = last_words.bug_words(error)
    assert words.title == title
    assert words.what_to_do
    assert isinstance(words, KnownError)
    assert last_words.tell(caught(error), on_screen=False) == 1
    said = capsys.readouterr().err
    assert said.startswith(f"{title}. {words.message}")
    assert f"Heatpunk Desktop {__version__}" in said
    assert not any(word in said for word in SECRET.split())


def test_a_terminal_that_is_gone_is_no_further_trouble(monkeypatch: pytest.MonkeyPatch) -> None:
    class Gone:
        def write(self, _text: str) -> int:
            raise OSError(errno.EPIPE, "gone")

        def flush(self) -> None:
            raise OSError(errno.EPIPE, "gone")

    monkeypatch.setattr(sys, "stderr", Gone())
    assert last_words.tell(ValueError(), on_screen=False) == 1


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
