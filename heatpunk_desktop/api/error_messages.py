"""Error messages for exchanges, in words that the user can act on. Server text is reduced to short plain text."""

from __future__ import annotations

import html
import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from heatpunk_desktop.api.exchange import Exchange, FailureKind
from heatpunk_desktop.api.values import NotJsonError, parse_tolerantly
from heatpunk_desktop.errors import (
    IN_SETTINGS,
    TRIES_ITSELF,
    BadAnswerError,
    ConnectionTroubleError,
    KeyRefusedError,
    KnownError,
    ServerRefusedError,
)
from heatpunk_desktop.texts import joined, marked

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Characters of the server's words that are kept.
MAX_WORDS: Final = 500

_WORD_KEYS: Final = (
    "message",
    "error",
    "detail",
    "details",
    "errors",
    "title",
    "reason",
    "description",
    "msg",
    "field",
)
_DEEPEST: Final = 6
_UNSEEN_ELEMENTS: Final = re.compile(
    r"<(script|style|head)\b.*?(?:</\1\s*>|\Z)|<!--.*?(?:-->|\Z)", re.DOTALL | re.IGNORECASE
)
_TITLE: Final = re.compile(r"<title\b[^<>]{0,100}>([^<]{0,500})", re.IGNORECASE)
_TAG: Final = re.compile(r"</?[a-zA-Z!][^<>]*+>?")
_PAGE: Final = re.compile(r"\s*+<(?:!doctype|html|head|body|\?xml)", re.IGNORECASE)
_MAX_READ: Final = 64 * 1024


def _plain(text: str) -> str:
    kept = "".join(letter if letter.isprintable() else " " for letter in text[: 20 * MAX_WORDS])
    words = " ".join(kept.split())
    return words if len(words) <= MAX_WORDS else words[: MAX_WORDS - 1].rstrip() + "…"


def _without_markup(text: str) -> str:
    title = _TITLE.search(text)
    body = html.unescape(_TAG.sub(" ", _UNSEEN_ELEMENTS.sub(" ", text)))
    return f"{html.unescape(title[1])}. {body}" if title and not body.strip() else body


def _said(value: object, depth: int = 0) -> list[str]:
    if isinstance(value, str):
        return [value] if value.strip() else []
    if depth > _DEEPEST:
        return []
    if isinstance(value, list):
        return [words for item in value[:20] for words in _said(item, depth + 1)]
    if isinstance(value, dict):
        return [words for key in _WORD_KEYS if key in value for words in _said(value[key], depth + 1)]
    return []


def is_page(body: bytes, content_type: str) -> bool:
    """Return whether an answer is an HTML page."""
    return "html" in content_type.lower() or _PAGE.match(body[:200].decode("utf-8", "replace")) is not None


def server_words(body: bytes, content_type: str = "") -> str:
    """Return what the server said about an error.

    Args:
        body: The answer.
        content_type: Its header of that name, or empty.

    Returns:
        One line of plain text of at most `MAX_WORDS` characters: the messages out of a JSON object, or the text (of a
        page without its markup). Empty where there is none. It is untrusted, and must never be rendered as HTML.
    """
    head = body[:_MAX_READ]
    if is_page(head, content_type):
        return _plain(_without_markup(head.decode("utf-8", "replace")))
    try:
        parsed = parse_tolerantly(head)
    except NotJsonError:
        return "" if head.lstrip()[:1] in {b"{", b"["} else _plain(_without_markup(head.decode("utf-8", "replace")))
    said = list(dict.fromkeys(_said(parsed)))
    return _plain(_without_markup("; ".join(said)))


def unreadable(what: str, said: str = "") -> BadAnswerError:
    """Return the error for an answer that has the right status and unreadable content."""
    return BadAnswerError(
        marked("error_messages", "The answer cannot be read"),
        marked("error_messages", "The server answered with {0}.").format(what),
        marked(
            "error_messages",
            "Try again. If it stays so, check the domain{0}, or ask the vendor whether the API has changed.",
        ).format(IN_SETTINGS),
        server_words=said,
    )


#: Error class, title, message and advice for each failure.
_FAILURES: Final[Mapping[FailureKind, tuple[type[KnownError], str, str, str]]] = {
    FailureKind.KEY_MISSING: (
        KeyRefusedError,
        marked("error_messages", "There is no API key"),
        marked("error_messages", "Without the team's API key the server cannot be asked."),
        marked("error_messages", "Enter the key{0}.").format(IN_SETTINGS),
    ),
    FailureKind.CANCELLED: (
        ConnectionTroubleError,
        marked("error_messages", "Stopped"),
        marked("error_messages", "The request was stopped before its answer was there."),
        "",
    ),
    FailureKind.TIMEOUT: (
        ConnectionTroubleError,
        marked("error_messages", "The server did not answer in time"),
        marked("error_messages", "The connection or the server is too slow at the moment."),
        TRIES_ITSELF,
    ),
    FailureKind.DNS: (
        ConnectionTroubleError,
        marked("error_messages", "The server's name was not found"),
        marked("error_messages", "Either this computer has no network, or the domain is misspelt."),
        marked("error_messages", "Check the network, and the domain{0}.").format(IN_SETTINGS),
    ),
    FailureKind.NO_NETWORK: (
        ConnectionTroubleError,
        marked("error_messages", "There is no way to the server"),
        marked("error_messages", "This computer is not connected to the network, or a firewall is in the way."),
        joined((marked("error_messages", "Check the network."), TRIES_ITSELF), " "),
    ),
    FailureKind.REFUSED: (
        ConnectionTroubleError,
        marked("error_messages", "The server does not take connections"),
        marked("error_messages", "The computer at that domain is there, but nothing answers on it."),
        marked("error_messages", "It may be down for a while. If it stays so, check the domain{0}.").format(
            IN_SETTINGS
        ),
    ),
    FailureKind.CERTIFICATE: (
        ConnectionTroubleError,
        marked("error_messages", "The server's certificate is not valid"),
        marked("error_messages", "Somebody may be listening in, so nothing was sent, and neither was the key."),
        marked(
            "error_messages",
            "Check this computer's date and time, and the domain{0}. In a firm's network, ask its people.",
        ).format(IN_SETTINGS),
    ),
    FailureKind.TLS: (
        ConnectionTroubleError,
        marked("error_messages", "No secure connection came about"),
        marked(
            "error_messages", "The server, or something on the way to it, does not speak the encryption that is needed."
        ),
        marked("error_messages", "Check the domain{0}. In a firm's network, ask whoever runs it.").format(IN_SETTINGS),
    ),
    FailureKind.PROXY: (
        ConnectionTroubleError,
        marked("error_messages", "The proxy did not connect"),
        marked("error_messages", "The network's proxy did not make the connection to the server."),
        marked("error_messages", "Check the proxy{0}, or ask whoever runs the network.").format(IN_SETTINGS),
    ),
    FailureKind.RESET: (
        ConnectionTroubleError,
        marked("error_messages", "The connection broke off"),
        marked("error_messages", "The server hung up before its answer was there."),
        TRIES_ITSELF,
    ),
    FailureKind.TRUNCATED: (
        ConnectionTroubleError,
        marked("error_messages", "The answer broke off"),
        marked("error_messages", "The server hung up in the middle of its answer."),
        TRIES_ITSELF,
    ),
    FailureKind.BAD_HTTP: (
        BadAnswerError,
        marked("error_messages", "That is no web server"),
        marked("error_messages", "What answered does not speak the web's language."),
        marked("error_messages", "Check the domain{0}.").format(IN_SETTINGS),
    ),
    FailureKind.BAD_ENCODING: (
        BadAnswerError,
        marked("error_messages", "The answer cannot be unpacked"),
        marked(
            "error_messages", "The server's answer is packed in a way that cannot be read, or was damaged on the way."
        ),
        marked("error_messages", "Try again. In a firm's network, ask whoever runs it."),
    ),
    FailureKind.TOO_LARGE: (
        BadAnswerError,
        marked("error_messages", "The answer is too large"),
        marked("error_messages", "The server sent far more than such an answer can hold, so it was not read."),
        marked("error_messages", "Choose a shorter date range. If it stays so, check the domain{0}.").format(
            IN_SETTINGS
        ),
    ),
}

#: The same for single statuses.
_STATUSES: Final[Mapping[int, tuple[type[KnownError], str, str, str]]] = {
    401: (
        KeyRefusedError,
        marked("error_messages", "The server does not take the API key"),
        marked("error_messages", "The key is wrong, or somebody has replaced it by a new one."),
        marked("error_messages", "Ask the team's owner or an admin for the present key, and enter it{0}.").format(
            IN_SETTINGS
        ),
    ),
    403: (
        KeyRefusedError,
        marked("error_messages", "The server does not allow this"),
        marked(
            "error_messages", "The email address has no access here, or is not of the team that the key belongs to."
        ),
        marked(
            "error_messages",
            "Check the email address{0}. If it is about one project only, ask its owner to share it with you.",
        ).format(IN_SETTINGS),
    ),
    404: (
        ServerRefusedError,
        marked("error_messages", "The server does not know this project"),
        marked(
            "error_messages", "It may have been deleted, or moved to another team. Or the domain is not the right one."
        ),
        marked("error_messages", "Refresh the list. If every project is unknown, check the domain{0}.").format(
            IN_SETTINGS
        ),
    ),
    429: (
        ServerRefusedError,
        marked("error_messages", "The server wants a pause"),
        marked("error_messages", "It was asked too much in a short time. Nothing was done."),
        marked(
            "error_messages",
            "Nothing needs doing: the program waits as long as the server wants, and goes on by itself.",
        ),
    ),
}

_REDIRECT: Final = (
    BadAnswerError,
    marked("error_messages", "The server points elsewhere"),
    marked("error_messages", "It answered with another address. The key is not sent there, so nothing was read."),
    marked("error_messages", "Check the domain{0}.").format(IN_SETTINGS),
)
_SERVER_TROUBLE: Final = (
    ConnectionTroubleError,
    marked("error_messages", "The server is in trouble"),
    marked("error_messages", "It answered that something went wrong on its own side."),
    TRIES_ITSELF,
)
_NOT_DONE: Final = (
    ServerRefusedError,
    marked("error_messages", "The server will not do this"),
    marked("error_messages", "It answered that the request is not in order."),
    marked("error_messages", "Check what was entered, then try again."),
)
_STRANGE: Final = (
    BadAnswerError,
    marked("error_messages", "The server answered strangely"),
    marked("error_messages", "Its answer is none that this request can have."),
    marked("error_messages", "Check the domain{0}. If that is right, try again later.").format(IN_SETTINGS),
)
_A_PAGE: Final = (
    BadAnswerError,
    marked("error_messages", "That is a web page, not the API"),
    marked(
        "error_messages",
        "Something answered with a page for people: the wrong domain, or a network that wants a sign-in first.",
    ),
    marked("error_messages", "Check the domain{0}. In a guest network, open a browser and sign in.").format(
        IN_SETTINGS
    ),
)

_SUCCESS: Final = frozenset({200, 201, 204})


def _for_status(exchange: Exchange, status: int) -> tuple[type[KnownError], str, str, str] | None:
    page = is_page(exchange.body, exchange.content_type)
    if status in _STATUSES and not (page and status == HTTPStatus.NOT_FOUND):
        return _STATUSES[status]
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return _SERVER_TROUBLE
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
        return _REDIRECT
    if page:
        return _A_PAGE
    if status >= HTTPStatus.BAD_REQUEST:
        return _NOT_DONE
    return None if status in _SUCCESS else _STRANGE


def known_error_for(exchange: Exchange) -> KnownError | None:
    """Return the error of an exchange in plain words, with what to do about it.

    Returns:
        The error; None where the exchange has a whole answer with status 200, 201 or 204 that is no web page.
    """
    if exchange.failure is not None:
        words = _FAILURES[exchange.failure]
    elif exchange.status is None:
        words = _FAILURES[FailureKind.RESET]
    else:
        found = _for_status(exchange, exchange.status)
        if found is None:
            return None
        words = found
    kind, title, message, advice = words
    if words is _REDIRECT and (host := _host_of(exchange.location)):
        message = marked(
            "error_messages",
            "It answered with another address, at {0}. The key is not sent there, so nothing was read.",
        ).format(host)
    return kind(title, message, advice, server_words=server_words(exchange.body, exchange.content_type))


def _host_of(location: str) -> str:
    try:
        return _plain(urlsplit(location).hostname or "")
    except ValueError:
        return ""
