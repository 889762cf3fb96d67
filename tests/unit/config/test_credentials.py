from __future__ import annotations

import subprocess
import sys
import uuid
from typing import TYPE_CHECKING

import keyring.backends.kwallet
import keyring.backends.null
import keyring.backends.SecretService
import pytest

from heatpunk_desktop.config import credentials
from heatpunk_desktop.config.credentials import (
    SERVICE,
    VARIABLE,
    Credentials,
    KeyLocation,
    check_key,
    find_keyring,
    kept_words,
)
from heatpunk_desktop.domain.account import Account
from heatpunk_desktop.errors import BadInputError, KeyringError

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

ACCOUNT = Account("heatpunk.co.uk", "me@firm.co.uk")
OTHER = Account("heatpunk.co.uk", "you@firm.co.uk")
KEY = "Sesame-123"


class FakeKeyring:
    """A keyring in memory, that can be told to fail or to forget."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}
        self.error: Exception | None = None
        self.forgets = False

    def _fail(self) -> None:
        if self.error is not None:
            raise self.error

    def get_password(self, service: str, username: str) -> str | None:
        self._fail()
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._fail()
        if not self.forgets:
            self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self._fail()
        del self.kept[service, username]


@pytest.fixture
def ring() -> FakeKeyring:
    return FakeKeyring()


def made(ring: FakeKeyring | None, environment: dict[str, str] | None = None) -> Credentials:
    return Credentials(lambda: ring, environment or {})


def test_a_key_goes_to_the_keyring_and_comes_back_in_the_next_session(ring: FakeKeyring) -> None:
    assert made(ring).set(ACCOUNT, f"  {KEY}\n") is KeyLocation.KEYRING
    assert ring.kept == {(SERVICE, "me@firm.co.uk @ heatpunk.co.uk"): KEY}
    next_session = made(ring)
    assert next_session.get(ACCOUNT) == KEY
    assert next_session.get(OTHER) is None
    assert next_session.secrets() == (KEY,)


def test_an_empty_entry_of_the_keyring_is_no_key(ring: FakeKeyring) -> None:
    ring.kept[SERVICE, "me@firm.co.uk @ heatpunk.co.uk"] = ""
    assert made(ring).get(ACCOUNT) is None


def test_without_a_keyring_the_key_is_kept_for_the_session_and_said_so() -> None:
    session = made(None)
    assert session.get(ACCOUNT) is None
    kept = session.set(ACCOUNT, KEY)
    assert kept is KeyLocation.SESSION_ONLY
    assert "until the program is closed" in kept_words(kept)
    assert "keyring" in kept_words(KeyLocation.KEYRING)
    assert session.get(ACCOUNT) == KEY
    assert made(None).get(ACCOUNT) is None
    session.delete(ACCOUNT)
    assert session.get(ACCOUNT) is None


def test_the_environments_key_wins_over_the_keyrings_and_is_never_stored(ring: FakeKeyring) -> None:
    ring.kept[SERVICE, "me@firm.co.uk @ heatpunk.co.uk"] = "kept-before"
    session = made(ring, {VARIABLE: " from-outside "})
    assert session.get(ACCOUNT) == "from-outside"
    assert list(ring.kept.values()) == ["kept-before"]
    assert session.secrets() == ("from-outside",)


def test_a_key_that_the_user_gives_takes_the_place_of_the_environments(ring: FakeKeyring) -> None:
    session = made(ring, {VARIABLE: "from-outside"})
    assert session.get(ACCOUNT) == "from-outside"
    session.set(ACCOUNT, KEY)
    assert session.get(ACCOUNT) == KEY
    assert session.secrets() == (KEY, "from-outside")
    assert made(ring, {VARIABLE: "from-outside"}).get(ACCOUNT) == "from-outside", "at the next start it counts again"


def test_a_keyring_that_does_not_give_back_what_was_put_in_is_noticed(ring: FakeKeyring) -> None:
    ring.forgets = True
    session = made(ring)
    with pytest.raises(KeyringError) as trouble:
        session.set(ACCOUNT, KEY)
    assert "did not give back" in trouble.value.message
    assert session.get(ACCOUNT) == KEY


@pytest.mark.parametrize(("kind", "words"), [("KeyringLocked", "it is locked"), ("DBusError", "with DBusError")])
def test_a_keyring_in_trouble_is_said_in_words_without_the_key(ring: FakeKeyring, kind: str, words: str) -> None:
    ring.error = type(kind, (Exception,), {})(f"cannot store {KEY}")
    for act in (made(ring).get, made(ring).delete, lambda account: made(ring).set(account, KEY)):
        with pytest.raises(KeyringError) as trouble:
            act(ACCOUNT)
        assert words in trouble.value.message
        assert KEY not in repr(trouble.value) + trouble.value.text()
        assert trouble.value.__cause__ is None
        assert trouble.value.__suppress_context__


def test_deleting_forgets_the_key_everywhere_and_may_be_done_twice(ring: FakeKeyring) -> None:
    session = made(ring)
    session.set(ACCOUNT, KEY)
    session.delete(ACCOUNT)
    session.delete(ACCOUNT)
    assert ring.kept == {}
    assert session.get(ACCOUNT) is None
    assert session.secrets() == ()


@pytest.mark.parametrize("text", ["", " \n", "two words", "line\nbreak", "kéy", "a\x00b", "x" * 5000])
def test_what_can_be_no_key_is_refused_without_showing_it(ring: FakeKeyring, text: str) -> None:
    with pytest.raises(BadInputError) as refused:
        made(ring).set(ACCOUNT, text)
    assert ring.kept == {}
    assert not text.strip() or text not in refused.value.text()


def test_a_bad_key_in_the_environment_is_refused() -> None:
    with pytest.raises(BadInputError):
        made(None, {VARIABLE: "two words"}).get(ACCOUNT)
    assert check_key("a-b") == "a-b"


def test_no_key_is_in_the_repr(ring: FakeKeyring) -> None:
    session = made(ring)
    session.set(ACCOUNT, KEY)
    assert KEY not in repr(session)


class PlainFileKeyring(FakeKeyring):
    """What must never be chosen: any backend that is not on the list."""


class Chain:
    """A chain as keyring makes it where several backends work."""

    def __init__(self, *backends: object) -> None:
        self.backends = backends


#: A backend of the library that takes passwords and forgets them.
NULL = object.__new__(keyring.backends.null.Keyring)


def secret_service() -> KeyringBackend:
    return object.__new__(keyring.backends.SecretService.Keyring)


def kwallet() -> KeyringBackend:
    return object.__new__(keyring.backends.kwallet.DBusKeyring)


@pytest.mark.parametrize("chosen", [PlainFileKeyring(), NULL, Chain()])
def test_backends_that_are_no_keyring_are_never_chosen(chosen: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyring, "get_keyring", lambda: chosen)
    monkeypatch.setattr(keyring.backend, "get_all_keyring", lambda: [PlainFileKeyring(), chosen])
    assert find_keyring() is None


def test_the_first_allowed_one_of_a_chain_is_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    wallet, service = kwallet(), secret_service()
    monkeypatch.setattr(keyring, "get_keyring", lambda: Chain(PlainFileKeyring(), wallet, service))
    assert find_keyring() is service


def test_a_real_keyring_is_found_though_another_backend_is_the_default(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wallet = kwallet()
    monkeypatch.setattr(keyring, "get_keyring", PlainFileKeyring)
    monkeypatch.setattr(keyring.backend, "get_all_keyring", lambda: [PlainFileKeyring(), wallet])
    assert find_keyring() is wallet


def test_keyring_is_imported_only_when_it_is_asked() -> None:
    code = "import sys, heatpunk_desktop.config.credentials; sys.exit('keyring' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_real_keyring_keeps_gives_and_forgets_a_key(
    real_keyring: KeyringBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(credentials, "SERVICE", f"Heatpunk Desktop test {uuid.uuid4()}")
    assert Credentials(environment={}).set(ACCOUNT, KEY) is KeyLocation.KEYRING
    assert real_keyring.get_password(credentials.SERVICE, "me@firm.co.uk @ heatpunk.co.uk") == KEY
    assert Credentials(environment={}).get(ACCOUNT) == KEY
    Credentials(environment={}).delete(ACCOUNT)
    assert Credentials(environment={}).get(ACCOUNT) is None
