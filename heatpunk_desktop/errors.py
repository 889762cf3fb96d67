"""Errors that the user can do something about. Anything else that is raised is a bug."""

from __future__ import annotations

from typing import Final

from heatpunk_desktop.texts import Text, joined, marked

#: The advice where there is nothing to do.
TRIES_ITSELF: Final = marked(
    "errors", "Nothing needs doing: the program goes on trying, and what you enter is kept until then."
)
#: Where an error points to the account's settings. On the very page that has these fields, it says something else.
IN_SETTINGS: Final = marked("errors", " in the settings")


class KnownError(Exception):
    """Something went wrong that the program has words for.

    Attributes:
        title: What happened, in a few words, without a full stop.
        message: What it means for the user's work.
        what_to_do: What the user can do about it; may be empty.
        server_words: What the server said about it, plain text and not to be trusted; may be empty.
    """

    def __init__(self, title: str, message: str, what_to_do: str = "", *, server_words: str = "") -> None:
        super().__init__(title)
        self.title = title
        self.message = message
        self.what_to_do = what_to_do
        self.server_words = server_words

    def text(self) -> Text:
        """Message, advice and the server's words as one plain text."""
        said = marked("errors", "The server said: {0}").format(self.server_words) if self.server_words else ""
        return joined((self.message, self.what_to_do, said))


class BadInputError(KnownError):
    """Something that the user typed, or gave on the command line, cannot be used."""


class ConnectionTroubleError(KnownError):
    """The server was not reached, or did not answer in time."""


class KeyRefusedError(KnownError):
    """The server does not take the API key, or the user is not of its team."""


class ServerRefusedError(KnownError):
    """The server answered that it will not do this."""


class BadAnswerError(KnownError):
    """The server answered something that this program cannot read."""


class StorageError(KnownError):
    """The disk or the database could not take or give what was asked of it."""


class KeyringError(KnownError):
    """The operating system's keyring could not be used."""
