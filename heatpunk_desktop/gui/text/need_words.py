"""Why a change needs the user, and the ways out, in the words of the page `Needs you`."""

from __future__ import annotations

from typing import Final

from heatpunk_desktop.domain.needs import Need, WayOut
from heatpunk_desktop.gui.text.translation import translated
from heatpunk_desktop.texts import text

_NEEDS: Final = {
    Need.OWNER: text("needs", "Owner not in your team"),
    Need.FIELD: text("needs", "A field was refused"),
    Need.REFUSED: text("needs", "Refused"),
    Need.DELETE_REFUSED: text("needs", "Delete refused"),
    Need.CONFLICT: text("needs", "Changed by someone else too"),
    Need.GONE: text("needs", "Project no longer in Heatpunk"),
    Need.UNCLEAR_CREATE: text("needs", "Created, or not?"),
    Need.UNCLEAR: text("needs", "Done, or not?"),
    Need.DAMAGED: text("needs", "Can’t be read"),
}

_WAYS: Final = {
    WayOut.KEEP_MINE: text("needs", "Keep mine"),
    WayOut.KEEP_THEIRS: text("needs", "Keep theirs"),
    WayOut.ADOPT: text("needs", "This is it"),
    WayOut.CREATE_AGAIN: text("needs", "Create again"),
    WayOut.CHANGE_OWNER: text("needs", "Change owner"),
    WayOut.EDIT: text("needs", "Edit and try again"),
    WayOut.OPEN: text("needs", "Open in Heatpunk"),
    WayOut.TRY_AGAIN: text("needs", "Try again"),
    WayOut.DISCARD: text("needs", "Discard"),
}

_TIPS: Final = {
    WayOut.KEEP_MINE: text("needs", "Send what you typed"),
    WayOut.KEEP_THEIRS: text("needs", "Leave it as it is in Heatpunk"),
    WayOut.ADOPT: text("needs", "The chosen project is the one you created; nothing is sent"),
    WayOut.CREATE_AGAIN: text("needs", "Create the project again with everything known of it here"),
    WayOut.CHANGE_OWNER: text("needs", "Choose another owner and send it again"),
    WayOut.EDIT: text("needs", "Open the form; saving it sends it again"),
    WayOut.TRY_AGAIN: text("needs", "Send it again"),
    WayOut.DISCARD: text("needs", "Don’t send it; it stays in Done"),
}


def need_words(need: Need) -> str:
    """Return why a change needs the user, in a few words."""
    return translated(_NEEDS[need])


def way_words(way: WayOut) -> str:
    """Return what stands on the button of a way out."""
    return translated(_WAYS[way])


def way_tip(way: WayOut) -> str:
    """Return what the button of a way out does, or nothing where its words say it."""
    return translated(_TIPS[way]) if way in _TIPS else ""
