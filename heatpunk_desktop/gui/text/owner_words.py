"""The words for a project's owner, the same everywhere."""

from __future__ import annotations

from heatpunk_desktop.gui.text.translation import translate


def owner_words(email: str, owner_id: int | None) -> str:
    """Return an owner's email or name, else the owner's number, else words for an unknown owner.

    Args:
        email: The email, or what the user calls the owner; empty where neither is known.
        owner_id: None where it is not known.
    """
    if email:
        return email
    if owner_id is None:
        return translate("owner", "not known")
    return translate("owner", "Colleague {0}").format(owner_id)
