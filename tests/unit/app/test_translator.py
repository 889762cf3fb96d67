"""The program speaks the user's language where there is a translation, and English where there is none."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import PySide6
from PySide6.QtCore import QLocale, QTranslator

from heatpunk_desktop.app.qt_application import translate_into
from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.gui.text.project_words import field_label
from tools import texts

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

GERMAN = QLocale(QLocale.Language.German, QLocale.Country.Germany)


def make_translation(folder: Path, english: str, german: str) -> None:
    """Make what a translator would: of the file for translators, with Qt's own tools."""
    source = folder / "heatpunk_desktop_de.ts"
    texts.write_translations(source, [texts.PACKAGE / "domain" / "fields.py"])
    before = f'<source>{english}</source>\n        <translation type="unfinished"></translation>'
    written = source.read_text("utf-8")
    assert before in written
    source.write_text(
        written.replace(before, f"<source>{english}</source><translation>{german}</translation>"), "utf-8"
    )
    tool = Path(PySide6.__file__).with_name("lrelease.exe" if sys.platform == "win32" else "lrelease")
    subprocess.run([str(tool), "-silent", str(source)], check=True)


def test_a_translation_for_the_users_language_is_loaded(qapp: QApplication, tmp_path: Path) -> None:
    make_translation(tmp_path, "Customer phone", "Telefon des Kunden")
    before = set(qapp.findChildren(QTranslator))
    assert translate_into(qapp, GERMAN, tmp_path)
    try:
        assert field_label(Field.CUSTOMER_PHONE) == "Telefon des Kunden"
        assert field_label(Field.POSTCODE) == "Postcode"  # nobody has translated it yet
    finally:
        for translator in set(qapp.findChildren(QTranslator)) - before:
            qapp.removeTranslator(translator)


def test_english_stays_where_there_is_no_translation(qapp: QApplication, tmp_path: Path) -> None:
    assert not translate_into(qapp, QLocale(QLocale.Language.French), tmp_path)
    assert not translate_into(qapp, GERMAN, tmp_path / "none")
    assert field_label(Field.CUSTOMER_PHONE) == "Customer phone"
