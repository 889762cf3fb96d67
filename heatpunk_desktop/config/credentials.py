"""Storage of the API key: the operating system's keyring, or this session's memory. Never a file.

Every method may block while the user unlocks the keyring or the keyring hangs, so none may run in the GUI thread.
"""

from __future__ import annotations

import os
import threading
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Protocol, TypeVar

from heatpunk_desktop.errors import BadInputError, KeyringError
from heatpunk_desktop.texts import marked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from heatpunk_desktop.domain.account import Account

#: The name under which the keyring's own window shows the key.
SERVICE: Final = "Heatpunk Desktop"

#: This variable's key is used instead of the keyring's and never stored.
VARIABLE: Final = "HEATPUNK_API_KEY"

#: Backends that are real keyrings, by module and class, in order of preference; others use plain files or memory.
ALLOWED_BACKENDS: Final = (
    ("keyring.backends.Windows", "WinVaultKeyring"),
    ("keyring.backends.macOS", "Keyring"),
    ("keyring.backends.SecretService", "Keyring"),
    ("keyring.backends.kwallet", "DBusKeyring"),
    ("keyring.backends.kwallet", "DBusKeyringKWallet4"),
)

_LONGEST: Final = 4096

_Answer = TypeVar("_Answer")


class Keyring(Protocol):
    """The part of a `keyring` backend that is used."""

    def get_password(self, service: str, username: str) -> str | None:
        """Return the password, or None where there is none."""

    def set_password(self, service: str, username: str, password: str) -> None:
        """Store a password."""

    def delete_password(self, service: str, username: str) -> None:
        """Delete the password; raise where there is none."""


class KeyLocation(StrEnum):
    """Where a key was stored: in the keyring, or for this session only."""

    KEYRING = "keyring"
    SESSION_ONLY = "session_only"


def kept_words(where: KeyLocation) -> str:
    """Return the message that tells the user where the key was stored."""
    if where is KeyLocation.KEYRING:
        return marked("credentials", "The key is kept in this computer's keyring.")
    return marked(
        "credentials",
        "This computer has no keyring that can be used, so the key is kept until the program is closed, and asked for"
        " again after that. It is not written to any file.",
    )


def is_allowed(backend: object) -> bool:
    """Return whether a backend of the `keyring` library is one of `ALLOWED_BACKENDS`."""
    kind = type(backend)
    return (kind.__module__, kind.__name__) in ALLOWED_BACKENDS


def find_keyring() -> Keyring | None:
    """Return the first allowed backend that works here, also out of a chain; None where there is none."""
    import keyring  # noqa: PLC0415 - it looks for its backends when it is imported, which takes long
    import keyring.backend  # noqa: PLC0415 - as above

    # The library's own choice may be a chain, whose first writable link gets the password, whatever it is.
    chosen = keyring.get_keyring()
    candidates: Iterable[Keyring] = [chosen, *getattr(chosen, "backends", ())]
    allowed = [backend for backend in candidates if is_allowed(backend)]
    allowed = allowed or [backend for backend in keyring.backend.get_all_keyring() if is_allowed(backend)]
    return min(allowed, key=_place, default=None)


def _place(backend: object) -> int:
    return ALLOWED_BACKENDS.index((type(backend).__module__, type(backend).__name__))


def check_key(text: str) -> str:
    """Check a key as the user pastes it.

    Raises:
        BadInputError: No key can look like this. The message does not contain it.
    """
    key = text.strip()
    if not key:
        raise BadInputError(
            marked("credentials", "There is no key"),
            marked("credentials", "The field for the API key is empty."),
            marked("credentials", "Paste the key."),
        )
    if len(key) > _LONGEST or not key.isascii() or not key.isprintable() or " " in key:
        raise BadInputError(
            marked("credentials", "That is no API key"),
            marked(
                "credentials", "A key is one word of plain letters, digits and signs, without spaces or line breaks."
            ),
            marked("credentials", "Copy the key again, alone and whole."),
        )
    return key


def _name(account: Account) -> str:
    return f"{account.email} @ {account.host}"


def _trouble(why: str) -> KeyringError:
    return KeyringError(
        marked("credentials", "The keyring could not be used"),
        marked("credentials", "This computer's keyring cannot keep or give the API key: {0}.").format(why),
        marked("credentials", "Unlock the keyring and try again. Until then the key can be entered for this session."),
    )


def _asked(question: Callable[[], _Answer]) -> _Answer:
    """Ask the keyring, translating errors without the library's own message, which may contain the key."""
    try:
        return question()
    except Exception as error:  # noqa: BLE001 - backends raise what their system raises: D-Bus, COM, ctypes errors
        locked = "Locked" in type(error).__name__ or "InitError" in type(error).__name__
        raise _trouble(
            marked("credentials", "it is locked")
            if locked
            else marked("credentials", "it answered with {0}").format(type(error).__name__)
        ) from None


class Credentials:
    """The API keys of accounts. May be used from several threads.

    Args:
        find: Finds the keyring to use; called once, when first needed.
        environment: The process's environment.
    """

    def __init__(
        self, find: Callable[[], Keyring | None] = find_keyring, environment: Mapping[str, str] = os.environ
    ) -> None:
        self._find = find
        self._environment = environment
        self._lock = threading.Lock()
        self._found = False
        self._keyring: Keyring | None = None
        self._session: dict[str, str] = {}

    def __repr__(self) -> str:
        return "Credentials()"

    def get(self, account: Account) -> str | None:
        """Return the account's key: this session's, else the environment's, else the keyring's, else None.

        Raises:
            BadInputError: The environment's cannot be a key.
            KeyringError: The keyring does not answer, or stays locked.
        """
        name = _name(account)
        with self._lock:
            kept = self._session.get(name)
        if kept is not None:
            return kept
        given = self._environment.get(VARIABLE, "")
        if given.strip():
            return check_key(given)
        ring = self._ring()
        if ring is None:
            return None
        key = _asked(lambda: ring.get_password(SERVICE, name)) or None
        if key is not None:
            with self._lock:
                self._session[name] = key
        return key

    def set(self, account: Account, key: str) -> KeyLocation:
        """Store a key and read it back to verify it.

        A key that the keyring did not accept is kept for this session.

        Raises:
            BadInputError: It cannot be a key.
            KeyringError: There is a keyring, and it did not accept the key, which is kept for this session.
        """
        checked = check_key(key)
        name = _name(account)
        with self._lock:
            self._session[name] = checked
        ring = self._ring()
        if ring is None:
            return KeyLocation.SESSION_ONLY
        _asked(lambda: ring.set_password(SERVICE, name, checked))
        if _asked(lambda: ring.get_password(SERVICE, name)) != checked:
            raise _trouble(marked("credentials", "it did not give back what was put in"))
        return KeyLocation.KEYRING

    def delete(self, account: Account) -> bool:
        """Delete a key, here and in the keyring. Does nothing where there is none.

        Returns:
            Whether the keyring held one.

        Raises:
            KeyringError: The keyring does not answer, or stays locked.
        """
        name = _name(account)
        with self._lock:
            self._session.pop(name, None)
        ring = self._ring()
        if ring is None or _asked(lambda: ring.get_password(SERVICE, name)) is None:
            return False
        _asked(lambda: ring.delete_password(SERVICE, name))
        return True

    def secrets(self) -> tuple[str, ...]:
        """Return the keys that are known without asking the keyring, for `redaction`."""
        with self._lock:
            kept = tuple(self._session.values())
        given = self._environment.get(VARIABLE, "").strip()
        return (*kept, given) if given else kept

    def _ring(self) -> Keyring | None:
        with self._lock:
            if not self._found:
                self._keyring = _asked(self._find)
                self._found = True
            return self._keyring
