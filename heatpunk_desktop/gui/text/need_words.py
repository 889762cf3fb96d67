"""The words of the page `Needs you`: reasons and ways out."""

from __future__ import annotations

from typing import Final

from heatpunk_desktop.domain.needs import Need, WayOut
from heatpunk_desktop.gui.text.translation import translated
from heatpunk_desktop.texts import marked

_NEEDS: Final = {
    Need.OWNER: marked("needs", "Owner not in your team"),
    Need.FIELD: marked("needs", "A field was refused"),
    Need.REFUSED: marked("needs", "Refused"),
    Need.DELETE_REFUSED: marked("needs", "Delete refused"),
    Need.CONFLICT: marked("needs", "Changed by someone else too"),
    Need.GONE: marked("needs", "Project no longer in Heatpunk"),
    Need.UNCLEAR_CREATE: marked("needs", "Created, or not?"),
    Need.UNCLEAR: marked("needs", "Done, or not?"),
    Need.DAMAGED: marked("needs", "Can’t be read"),
}

_WAYS: Final = {
    WayOut.KEEP_MINE: marked("needs", "Keep mine"),
    WayOut.KEEP_THEIRS: marked("needs", "Keep theirs"),
    WayOut.ADOPT: marked("needs", "This is it"),
    WayOut.CREATE_AGAIN: marked("needs", "Create again"),
    WayOut.CHANGE_OWNER: marked("needs", "Change owner"),
    WayOut.EDIT: marked("needs", "Edit and try again"),
    WayOut.OPEN: marked("needs", "Open in Heatpunk"),
    WayOut.TRY_AGAIN: marked("needs", "Try again"),
    WayOut.DISCARD: marked("needs", "Discard"),
}

_TIPS: Final = {
    WayOut.KEEP_MINE: marked("needs", "Send what you typed"),
    WayOut.KEEP_THEIRS: marked("needs", "Leave it as it is in Heatpunk"),
    WayOut.ADOPT: marked("needs", "The chosen project is the one you created; nothing is sent"),
    WayOut.CREATE_AGAIN: marked("needs", "Create the project again with everything known of it here"),
    WayOut.CHANGE_OWNER: marked("needs", "Choose another owner and send it again"),
    WayOut.EDIT: marked("needs", "Open the form; saving it sends it again"),
    WayOut.TRY_AGAIN: marked("needs", "Send it again"),
    WayOut.DISCARD: marked("needs", "Don’t send it; it stays in Done"),
}


def need_words(need: Need) -> str:
    """Return why a change needs the user, in a few words."""
    return translated(_NEEDS[need])


def way_words(way: WayOut) -> str:
    """Return the button text of a way out."""
    return translated(_WAYS[way])


def way_tip(way: WayOut) -> str:
    """Return what a way out does; empty where its button says it."""
    return translated(_TIPS[way]) if way in _TIPS else ""
