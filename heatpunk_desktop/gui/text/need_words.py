"""Why a change needs the user, and the ways out, in the words of the page `Needs you`."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QCoreApplication

from heatpunk_desktop.domain.needs import Need, WayOut


def QT_TRANSLATE_NOOP(_context: str, words: str) -> str:  # noqa: N802
    """Mark words for the translators, who find them by this name, and return them as they are."""
    return words


_NEEDS: Final = {
    Need.OWNER: QT_TRANSLATE_NOOP("needs", "Owner not in your team"),
    Need.FIELD: QT_TRANSLATE_NOOP("needs", "A field was refused"),
    Need.REFUSED: QT_TRANSLATE_NOOP("needs", "Refused"),
    Need.DELETE_REFUSED: QT_TRANSLATE_NOOP("needs", "Delete refused"),
    Need.CONFLICT: QT_TRANSLATE_NOOP("needs", "Changed by someone else too"),
    Need.GONE: QT_TRANSLATE_NOOP("needs", "Project no longer in Heatpunk"),
    Need.UNCLEAR_CREATE: QT_TRANSLATE_NOOP("needs", "Created, or not?"),
    Need.UNCLEAR: QT_TRANSLATE_NOOP("needs", "Done, or not?"),
    Need.DAMAGED: QT_TRANSLATE_NOOP("needs", "Can’t be read"),
}

_WAYS: Final = {
    WayOut.KEEP_MINE: QT_TRANSLATE_NOOP("needs", "Keep mine"),
    WayOut.KEEP_THEIRS: QT_TRANSLATE_NOOP("needs", "Keep theirs"),
    WayOut.ADOPT: QT_TRANSLATE_NOOP("needs", "This is it"),
    WayOut.CREATE_AGAIN: QT_TRANSLATE_NOOP("needs", "Create again"),
    WayOut.CHANGE_OWNER: QT_TRANSLATE_NOOP("needs", "Change owner"),
    WayOut.EDIT: QT_TRANSLATE_NOOP("needs", "Edit and try again"),
    WayOut.OPEN: QT_TRANSLATE_NOOP("needs", "Open in Heatpunk"),
    WayOut.TRY_AGAIN: QT_TRANSLATE_NOOP("needs", "Try again"),
    WayOut.DISCARD: QT_TRANSLATE_NOOP("needs", "Discard"),
}

_TIPS: Final = {
    WayOut.KEEP_MINE: QT_TRANSLATE_NOOP("needs", "Send what you typed"),
    WayOut.KEEP_THEIRS: QT_TRANSLATE_NOOP("needs", "Leave it as it is in Heatpunk"),
    WayOut.ADOPT: QT_TRANSLATE_NOOP("needs", "The chosen project is the one you created; nothing is sent"),
    WayOut.CREATE_AGAIN: QT_TRANSLATE_NOOP("needs", "Create the project again with everything known of it here"),
    WayOut.CHANGE_OWNER: QT_TRANSLATE_NOOP("needs", "Choose another owner and send it again"),
    WayOut.EDIT: QT_TRANSLATE_NOOP("needs", "Open the form; saving it sends it again"),
    WayOut.TRY_AGAIN: QT_TRANSLATE_NOOP("needs", "Send it again"),
    WayOut.DISCARD: QT_TRANSLATE_NOOP("needs", "Don’t send it; it stays in Done"),
}


def need_words(need: Need) -> str:
    """Return why a change needs the user, in a few words."""
    return QCoreApplication.translate("needs", _NEEDS[need])


def way_words(way: WayOut) -> str:
    """Return what stands on the button of a way out."""
    return QCoreApplication.translate("needs", _WAYS[way])


def way_tip(way: WayOut) -> str:
    """Return what the button of a way out does, or nothing where its words say it."""
    return QCoreApplication.translate("needs", _TIPS[way]) if way in _TIPS else ""
