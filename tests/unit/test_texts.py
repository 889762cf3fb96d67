"""Every text that a user can see is one that Qt's translators' tool finds, and `dev.py texts` lists it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tools import texts

if TYPE_CHECKING:
    from pathlib import Path

#: What only looks like a text.
NO_TEXTS = {
    "any OSI approved licence (SQLite3 Multiple Ciphers: MIT)",  # a licence's own name
    "flask-conical",  # an icon
    "d MMM yyyy",  # a format
    "the current project is one of the selected ones",  # an assertion
    *("connecting failed", "Tunnel connection failed"),  # of urllib3
    "gzip, deflate",  # a header
    *("packed in a way that was not asked for", "damaged on the way"),  # for the log
    *("united kingdom", "great britain"),  # read, not said
    "not loaded",  # stands in exported files, and is read back
    "internal error",  # for the log
    "tuple[Action, int | None]",  # a type
}


def found_in(code: str, folder: Path, monkeypatch: pytest.MonkeyPatch, name: str = "module.py") -> list[texts.Listed]:
    monkeypatch.setattr(texts, "ROOT", folder)
    monkeypatch.setattr(texts, "PACKAGE", folder)
    file = folder / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(code, "utf-8")
    return texts.unmarked_texts([file])


def unmarked_in(code: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    return [text.source for text in found_in(code, folder, monkeypatch)]


def test_every_text_that_a_user_sees_can_be_translated() -> None:
    unmarked = texts.unmarked_texts(texts.python_files())
    found = {text.source: text.places[0] for text in unmarked if not text.context}
    assert not found.keys() - NO_TEXTS, found
    assert not NO_TEXTS - found.keys(), "none of them is there any more"


def test_texts_of_all_kinds_are_listed_with_context_and_place() -> None:
    listed = {(text.context, text.source): text.places[0].file for text in texts.marked_texts(texts.python_files())}
    assert listed["fields", "Project name"] == "heatpunk_desktop/domain/fields.py"
    assert listed["undo", "It was not undone."] == "heatpunk_desktop/gui/text/undo_words.py"
    assert listed["Sidebar", "Views"] == "heatpunk_desktop/gui/main_window/sidebar.py"
    assert len(listed) > 1_200


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("label.setText('Save')", ["Save"]),
        ("label.setText('Save' if now else 'Later')", ["Save", "Later"]),
        ("label.setToolTip(f'Saved {count}')", ["Saved {}"]),
        ("label.setText('Saved {0}'.format(count))", ["Saved {0}"]),
        ("words = 'Nothing was saved.'", ["Nothing was saved."]),
        ("label.setText(self.tr(words))", ["self.tr(words)"]),
        ("label.setText(self.tr(f'Saved {count}'))", ["self.tr(f'Saved {count}')"]),
        ("from heatpunk_desktop.texts import marked\nX = marked('a', f'b {c}')", ["marked('a', f'b {c}')"]),
    ],
)
def test_a_text_that_the_translators_would_not_see_is_found(
    code: str, expected: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert unmarked_in(code, tmp_path, monkeypatch) == expected


@pytest.mark.parametrize(
    "code",
    [
        "label.setText(self.tr('Save'))",
        "label.setText(self.tr('Saved {0}').format(count))",
        "label.setText(names['save'])",
        "from heatpunk_desktop.texts import marked\nX = marked('a', 'Nothing was saved.')",
        "_log.warning('nothing was saved')",
        "raise ValueError('there is no such thing')",
        "'About this module.'",
        "sql = 'SELECT name FROM project'",
        "painter.translate(x, y)",
    ],
)
def test_what_is_marked_or_no_text_is_not_found(code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert unmarked_in(code, tmp_path, monkeypatch) == []


@pytest.mark.parametrize(
    ("code", "name", "why"),
    [
        ("class Reason(StrEnum):\n    SAME = 'same address'", "module.py", "code"),
        ("print('no key to forget')", "module.py", "command line"),
        ("A = Rule(1, 'the look did not succeed', holds)", "module.py", "rule of the engine"),
        ("NAMES = 'job name, job title'", "spreadsheets/module.py", "read, not said"),
        ("def say():\n    return 'This sheet is empty'", "spreadsheets/module.py", ""),
        ("def say():\n    return 'This sheet is empty'", "module.py", ""),
    ],
)
def test_it_is_said_why_a_text_stays_english(
    code: str, name: str, why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (found,) = found_in(code, tmp_path, monkeypatch, name)
    assert found.context == why


def test_a_file_for_translators_is_written(tmp_path: Path) -> None:
    file = tmp_path / "de.ts"
    assert texts.main(["--ts", str(file)]) == 0
    assert "<source>Project name</source>" in file.read_text("utf-8")
