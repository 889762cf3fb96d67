"""The text of banners, chosen from the state of the service."""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING, Final, NamedTuple

from heatpunk_desktop.domain.dates import display_date, display_moment
from heatpunk_desktop.errors import TRIES_ITSELF, KeyRefusedError
from heatpunk_desktop.gui.text.translation import translate, translated
from heatpunk_desktop.services.sync.facts import Connection, Link, RefreshState

if TYPE_CHECKING:
    from datetime import date

    from heatpunk_desktop.errors import KnownError
    from heatpunk_desktop.services.sync.facts import Sending


class Remedy(Enum):
    """The action of a banner's button."""

    NONE = auto()
    TRY_NOW = auto()
    SETTINGS = auto()


class Notice(NamedTuple):
    """The content of a banner; without text there is none."""

    words: str = ""
    icon: str = ""
    remedy: Remedy = Remedy.NONE


_KEY_TROUBLE: Final = (Link.KEY_REFUSED, Link.KEY_MISSING)


def _told(error: KnownError) -> str:
    return " ".join(_sentence(part) for part in (translated(error.title), *translated(error.text()).split("\n\n")))


def _sentence(words: str) -> str:
    """Return text with a full stop, which messages of a server often lack."""
    return words if words.endswith((".", "!", "?", "…", "”")) else f"{words}."


def _why(error: KnownError | None) -> str:
    """Return why there is no connection, and what the user can do if waiting does not help."""
    if error is None:
        return ""
    advice = translated(error.what_to_do).replace(translated(TRIES_ITSELF), "").strip()
    return "".join(f" {_sentence(part)}" for part in (translated(error.title), advice) if part)


def trouble_notice(
    connection: Connection,
    refresh: RefreshState,
    storage: KnownError | None,
    today: date,
    sending: Sending | None = None,
    wrong_date: date | None = None,
) -> Notice:
    """Return the notice of the most pressing problem.

    The order is: disk, date, API key, connection, last refresh.
    """
    if storage is not None:
        return Notice(_told(storage), "triangle-alert")
    if wrong_date is not None:
        words = translate(
            "notices",
            "This computer’s date is wrong: it says {0}. Set the date and time in the system’s settings; until then"
            " the server may not be reached. Your changes are kept on this computer.",
        )
        return Notice(words.format(display_date(wrong_date)), "triangle-alert")
    if connection.link in _KEY_TROUBLE or (sending is not None and sending.is_paused_for_key):
        # A user who is not in the team is refused everything, though the key is valid.
        error = connection.error or (refresh.error if isinstance(refresh.error, KeyRefusedError) else None)
        words = _told(error) if error else translate("notices", "The server does not take the API key.")
        kept = translate(
            "notices", "Nothing is sent until there is a key that is taken; your changes wait here, and none is lost."
        )
        return Notice(f"{words} {kept}", "key-round", Remedy.SETTINGS)
    if connection.link is Link.OFFLINE:
        since = display_moment(connection.since, today).removeprefix("today ")
        begin = (
            translate("notices", "No connection since {0}.").format(since)
            if connection.since
            else translate("notices", "No connection.")
        )
        words = translate(
            "notices", "Carry on: what you change is stored on this computer and is sent by itself once you are online."
        )
        return Notice(f"{begin}{_why(connection.error)} {words}", "cloud-off", Remedy.TRY_NOW)
    if refresh.error is not None and not refresh.running:
        remedy = Remedy.SETTINGS if isinstance(refresh.error, KeyRefusedError) else Remedy.TRY_NOW
        return Notice(_told(refresh.error), "triangle-alert", remedy)
    return Notice()


def demo_words() -> str:
    """Return the text of the banner over sample data."""
    return translate("notices", "This is sample data. Try anything: nothing reaches a real account.")
