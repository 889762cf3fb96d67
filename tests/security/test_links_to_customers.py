"""What customers typed as phone, email or address becomes no more than one number, one address or one question.

What a link is handed to gets that one argument, and neither the key nor anything else of this program's.
"""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from PySide6.QtCore import QUrl

from heatpunk_desktop.domain.contact_links import email_link, map_link, phone_link
from heatpunk_desktop.services.desktop.link_opener import LinkOpener
from heatpunk_desktop.system.process import clean_environment

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

KEY = "zQ7+recognisable/key=&000"

HOSTILE = [
    "victim@x.co.uk?cc=all@x.co.uk",
    "victim@x.co.uk?subject=Hi&body=Pay",
    "victim@x.co.uk%3Fcc=all@x.co.uk",
    "victim%0ABcc:all@x.co.uk",
    "victim@x.co.uk\nBcc: all@x.co.uk",
    "a@x.co.uk,b@x.co.uk",
    "a%2Cb@x.co.uk",
    "a&b?c=d%25@x.co.uk",
    "javascript:alert(1)",
    "file:///etc/passwd",
    "--help",
    "-e@x.co.uk",
    "07700 900123;ext=1;phone-context=x",
    "tel:*#06#",
    "*21*07700900123#",
    "07700 900123?x=1&y=2",
    "+44+44+44 1392 258258",
    "1 High St&query=Elsewhere&api=2",
    "1 High St#fragment",
    "../../maps",
    "a\x00b@x.co.uk",
    "\ud800@x.co.uk",
    '"a b"@x.co.uk',
    "`id`@x.co.uk $(id)",
    "\u202e07700 900123",
]

TEXTS = st.one_of(st.text(max_size=60), st.sampled_from(HOSTILE), st.text("0123456789+()-. ext/,;@%?&=#:\n\r\x00a.x"))


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_in_all_places(text: str) -> None:
    for link in (phone_link(text), email_link(text), map_link(text, text)):
        assert link is None or QUrl(link, QUrl.ParsingMode.StrictMode).isValid()
        assert link is None or link.isascii()
        assert link is None or link.isprintable()


@given(TEXTS)
def test_a_phone_link_holds_digits_and_at_most_one_plus_before_them(text: str) -> None:
    link = phone_link(text)
    if link is not None:
        scheme, _, number = link.partition(":")
        assert scheme == "tel"
        assert number.removeprefix("+").isascii()
        assert number.removeprefix("+").isdigit()
        assert bytes(QUrl(link).toEncoded().data()).decode() == link


@given(TEXTS)
@example("a?b&c%d@x.co.uk")
def test_an_email_link_holds_one_address_and_nothing_else(text: str) -> None:
    link = email_link(text)
    if link is None:
        return
    parts = urlsplit(link)
    assert (parts.scheme, parts.netloc, parts.query, parts.fragment) == ("mailto", "", "", "")
    assert parts.path.count("@") == 1
    assert not set(parts.path) & set("?&,;<>\"' \n\r#=:")
    address = unquote(parts.path)
    assert address in text, "no other address than the one that is written there"
    assert address.count("@") == 1
    assert not set(address) & set(" \t\r\n,;<>\x00")
    # Qt hands on what it was given.
    assert bytes(QUrl(link, QUrl.ParsingMode.StrictMode).toEncoded().data()).decode() == link


@given(TEXTS, TEXTS, st.none() | st.tuples(st.floats(), st.floats()))
def test_a_map_link_asks_one_question(address: str, postcode: str, position: tuple[float, float] | None) -> None:
    link = map_link(address, postcode, position)
    if link is None:
        return
    parts = urlsplit(link)
    assert (parts.scheme, parts.netloc, parts.path, parts.fragment) == ("https", "www.google.com", "/maps/search/", "")
    asked = parse_qsl(parts.query, keep_blank_values=True)
    assert [name for name, _ in asked] == ["api", "query"]
    assert asked[0][1] == "1"
    assert "nan" not in asked[1][1] or "nan" in f"{address}{postcode}"
    assert QUrl(link, QUrl.ParsingMode.StrictMode).isValid()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Linux opens links by a program that can be replaced")
class TestTheOpener:
    def test_it_gets_one_argument_and_no_key(self, qtbot: QtBot, opener: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("HEATPUNK_API_KEY", KEY)
        clean_environment()
        # Even if somebody put it back.
        monkeypatch.setenv("HEATPUNK_API_KEY", KEY)
        link = email_link("a&b?c=d%25@x.co.uk")
        assert link == "mailto:a%26b%3Fc%3Dd%2525@x.co.uk"
        links = LinkOpener()
        with qtbot.assertNotEmitted(links.not_opened):
            links.open(link)
            qtbot.waitUntil(opener.exists)
            qtbot.wait(50)
        arguments, environment = json.loads(opener.read_text("utf-8"))
        assert arguments == [link]
        assert KEY not in str(environment)
        assert not [name for name in environment if name.startswith("HEATPUNK_")]
        assert environment["PATH"] == os.environ["PATH"]

    def test_where_nothing_opens_it_that_is_told(self, qtbot: QtBot, opener: Path) -> None:
        links = LinkOpener()
        with qtbot.waitSignal(links.not_opened) as told:
            links.open("tel:01392258258")
        assert told.args == ["tel:01392258258"]
        assert json.loads(opener.read_text("utf-8"))[0] == ["tel:01392258258"]

    def test_where_there_is_no_opener_that_is_told(
        self, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("PATH", str(tmp_path))
        links = LinkOpener()
        with qtbot.waitSignal(links.not_opened):
            links.open("tel:01392258258")
