"""What may be sent to anybody: where it broke, and nothing of what the program was working on."""

from __future__ import annotations

import errno
import platform
import sys
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heatpunk_desktop import __version__
from heatpunk_desktop.app import fatal_error as last_words
from heatpunk_desktop.domain.dates import DateRange
from heatpunk_desktop.errors import KnownError
from heatpunk_desktop.system import crash_report as bug_report

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
