"""The actions around a written file: replacing one, opening it, showing its folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from heatpunk_desktop.errors import KnownError
from heatpunk_desktop.gui.dialogs.message import ask, show_error
from heatpunk_desktop.gui.text.translation import translate

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtWidgets import QMessageBox, QWidget


def ask_to_replace(parent: QWidget, path: Path) -> QMessageBox:
    """Ask whether to replace an existing file."""
    words = translate("exporting", "It is replaced by the new file if you go on.")
    title = translate("exporting", "“{0}” is there already").format(path.name)
    return ask(parent, title, words, yes=translate("exporting", "Replace it"), no=translate("exporting", "Keep it"))


def open_file(parent: QWidget, path: Path) -> None:
    """Open a file in the system's program for it, or say where it is."""
    if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(path))):
        advice = translate("exporting", "Open it from the folder, or with a program of your choice.")
        show_error(
            parent,
            KnownError(
                translate("exporting", "No program opened the file"),
                translate("exporting", "It is there: {0}").format(path),
                advice,
            ),
        )


def show_in_folder(parent: QWidget, path: Path) -> None:
    """Open the folder of a file, or say where it is."""
    if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(path.parent))):
        words = translate("exporting", "The file is there: {0}").format(path)
        show_error(parent, KnownError(translate("exporting", "No program opened the folder"), words))
