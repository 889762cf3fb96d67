"""Every text that a user can see is one that Qt's translators' tool finds, and `dev.py texts` lists it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tools import texts

if TYPE_CHECKING:
    from pathlib import Path

#: Layers in which every text is marked. What the others say is listed as not translated, and becomes less.
MARKED = ("api", "config", "domain", "gui", "models")
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
    *("This year", "All time"),  # codes: the window has words of its own
    # Stored in saved views under these words; `filter_words` and the sidebar have those that are shown.
    "All projects",
    "Changed in the last 7 days",
    "Changed this week",
    "Moved to deleted",
    "Needs you",
    "No status",
    "Waiting to be sent",
}


def unmarked_in(code: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setattr(texts, "ROOT", folder)
    monkeypatch.setattr(texts, "PACKAGE", folder)
    file = folder / "module.py"
    file.write_text(code, "utf-8")
    return [one.source for one in texts.unmarked_texts([file])]


def test_every_text_of_the_windows_can_be_translated() -> None:
    files = [file for layer in MARKED for file in texts.python_files(texts.PACKAGE / layer)]
    found = [one for one in texts.unmarked_texts(files) if one.source not in NO_TEXTS]
    assert not found, "\n".join(f"{one.places[0]}: {one.source}" for one in found)


def test_texts_of_all_kinds_are_listed_with_context_and_place() -> None:
    listed = {(one.context, one.source): one.places[0].file for one in texts.marked_texts(texts.python_files())}
    assert listed["fields", "Project name"] == "heatpunk_desktop/domain/fields.py"
    assert listed["undo", "It was not undone."] == "heatpunk_desktop/gui/text/undo_words.py"
    assert listed["Sidebar", "All projects"] == "heatpunk_desktop/gui/main_window/sidebar.py"
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


def test_a_file_for_translators_is_written(tmp_path: Path) -> None:
    file = tmp_path / "de.ts"
    assert texts.main(["--ts", str(file)]) == 0
    assert "<source>Project name</source>" in file.read_text("utf-8")
