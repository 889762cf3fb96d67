"""Errors of layers without Qt can be shown in the user's language, with the values that are in them."""

from __future__ import annotations

import errno
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from heatpunk_desktop.api.error_messages import known_error_for
from heatpunk_desktop.api.exchange import Exchange, FailureKind
from heatpunk_desktop.config.credentials import check_key
from heatpunk_desktop.domain.hosts import check_domain, check_proxy
from heatpunk_desktop.errors import KnownError
from heatpunk_desktop.gui.text.translation import translated
from heatpunk_desktop.spreadsheets.workbooks import kind_of
from heatpunk_desktop.store.sqlite_errors import damaged
from heatpunk_desktop.system.files import storage_error, words_for
from tests.end2end.pseudo_locale import PseudoTranslator, untranslated

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from PySide6.QtCore import QCoreApplication

WORD = re.compile(r"[A-Za-z]{2}")
STATUSES = (302, 400, 401, 403, 404, 418, 429, 500, 206)
PLACE = Path("/123")


@pytest.fixture
def made_up_language(qapp: QCoreApplication) -> Iterator[None]:
    translator = PseudoTranslator()
    qapp.installTranslator(translator)
    yield
    qapp.removeTranslator(translator)


def english_in(error: KnownError) -> str:
    """What of an error is left in English, but for what somebody else said."""
    shown = "\n".join((translated(error.title), translated(error.text())))
    return "".join(WORD.findall(untranslated(shown)))


def raised(act: Callable[[], object]) -> KnownError:
    with pytest.raises(KnownError) as caught:
        act()
    return caught.value


@pytest.mark.usefixtures("made_up_language")
def test_errors_of_exchanges_are_translated() -> None:
    for failure in FailureKind:
        error = known_error_for(Exchange(None, bytes_sent=True, failure=failure))
        assert error is not None
        assert not english_in(error), failure
    for status in STATUSES:
        error = known_error_for(Exchange(status, bytes_sent=True, location="https://1.2", body=b"123"))
        assert error is not None
        assert not english_in(error), status


@pytest.mark.usefixtures("made_up_language")
@pytest.mark.parametrize(
    "error",
    [
        storage_error(words_for(OSError(errno.ENOSPC, "")), PLACE),
        storage_error(words_for(OSError(errno.EACCES, "")), PLACE),
        damaged(PLACE),
        raised(lambda: check_domain("1.2:3")),
        raised(lambda: check_proxy("")),
        raised(lambda: check_key("")),
        raised(lambda: kind_of(b"")),
        raised(lambda: kind_of(b"%PDF-1.7")),
        raised(lambda: kind_of(b"\x89PNG\r\n\x1a\n")),
    ],
    ids=str,
)
def test_errors_of_the_disk_of_input_and_of_files_are_translated(error: KnownError) -> None:
    assert not english_in(error).replace("PDF", "")


def test_an_error_reads_as_before_in_english() -> None:
    error = known_error_for(
        Exchange(401, bytes_sent=True, body=b'{"message": "expired"}', content_type="application/json")
    )
    assert error is not None
    assert (
        translated(error.text())
        == error.text()
        == (
            "The key is wrong, or somebody has replaced it by a new one.\n\n"
            "Ask the team's owner or an admin for the present key, and enter it in the settings.\n\n"
            "The server said: expired"
        )
    )
