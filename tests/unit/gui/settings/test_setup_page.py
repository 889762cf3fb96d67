from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QPushButton, QToolButton

from heatpunk_desktop.config.settings import Settings
from heatpunk_desktop.domain.account import Account
from heatpunk_desktop.errors import IN_SETTINGS, TRIES_ITSELF, KeyRefusedError
from heatpunk_desktop.gui.settings.setup_page import SetupPage
from heatpunk_desktop.services.sync.facts import ConnectionTest
from tests.unit.gui.fake_tester import FakeTester
from tests.unit.gui.hands import button, control, question, type_in, words_on

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

EMAIL = "office@acme-heat.test"
KEY = "sandbox-key-1"


@pytest.fixture
def tester() -> FakeTester:
    return FakeTester()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.load(tmp_path)


@pytest.fixture
def page(qtbot: QtBot, tester: FakeTester, settings: Settings) -> SetupPage:
    page = SetupPage(tester, settings)
    qtbot.addWidget(page)
    with qtbot.waitActive(page):
        page.show()
        page.activateWindow()
    return page


def fill(page: SetupPage, domain: str = "heatpunk.co.uk", email: str = EMAIL, key: str = KEY) -> None:
    combo = control(page, QComboBox, "Domain")
    combo.setEditText(domain)
    type_in(page, "Your email", email)
    type_in(page, "API key", key)


def test_it_says_what_the_key_can_do_where_to_find_it_and_where_it_is_kept(page: SetupPage) -> None:
    words = words_on(page)
    assert "It can read and change all of your team’s projects" in words
    assert "on the tab CRM connections, under Generate key. The owner of the team or an admin has to do that." in words
    assert "In this computer’s keyring, and never in a file." in words


def test_the_vendors_domains_are_offered(page: SetupPage) -> None:
    domain = control(page, QComboBox, "Domain")
    offered = [domain.itemText(index) for index in range(domain.count())]
    assert offered == ["heatpunk.co.uk", "easy-pv.co.uk", "easy-pv.ie", "easy-pv.com"]


def test_the_tab_key_goes_from_top_to_bottom(page: SetupPage) -> None:
    control(page, QComboBox, "Domain").setFocus()
    order = []
    for _ in range(8):
        focused = page.focusWidget()
        order.append(focused.accessibleName() or focused.property("text"))
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    assert order == [
        "Domain",
        "Your email",
        "API key",
        "Show the key",
        "Test connection",
        "Network",
        "Try with sample data",
        "Save",
    ]


def test_the_key_is_hidden_until_the_user_wants_to_see_it(page: SetupPage) -> None:
    line = control(page, QLineEdit, "API key")
    assert line.echoMode() is QLineEdit.EchoMode.Password
    page.findChildren(QCheckBox)[0].click()
    assert line.echoMode() is QLineEdit.EchoMode.Normal


def test_what_is_filled_in_is_tested(page: SetupPage, tester: FakeTester) -> None:
    fill(page, " HTTPS://Heatpunk.co.uk/ ", f" {EMAIL} ", f" {KEY} ")
    test = button(page, "Test connection")
    test.setFocus()
    test.click()
    assert tester.asked == [(Account("heatpunk.co.uk", EMAIL), KEY)]
    assert "Asking heatpunk.co.uk…" in words_on(page)
    assert page.focusWidget() is test, "the keyboard does not go on to the sample data"
    test.click()
    assert len(tester.asked) == 1, "it is asked once"
    tester.tested.emit(ConnectionTest(f"Connected as {EMAIL}."))
    assert f"Connected as {EMAIL}." in words_on(page)
    test.click()
    assert len(tester.asked) == 2


def test_a_refused_key_is_told_and_nothing_typed_is_lost(page: SetupPage, tester: FakeTester) -> None:
    fill(page)
    button(page, "Test connection").click()
    refused = KeyRefusedError(
        "The key is refused", "It may have been replaced.", "Copy it again.", server_words="<b>no</b>"
    )
    tester.tested.emit(ConnectionTest("The key is refused", refused))
    assert "The key is refused. It may have been replaced. Copy it again. The server said: <b>no</b>" in words_on(page)
    assert control(page, QLineEdit, "API key").text() == KEY


def test_typing_on_gives_up_a_test_of_what_was_there(page: SetupPage, tester: FakeTester) -> None:
    fill(page)
    button(page, "Test connection").click()
    before = tester.cancelled
    type_in(page, "API key", "another")
    assert tester.cancelled > before
    assert "Asking" not in words_on(page)
    button(page, "Test connection").click()
    assert tester.asked[-1][1] == "another"


def save(page: SetupPage, tester: FakeTester, press: str = "Save") -> None:
    """Save what is filled in, and let the test that comes first succeed."""
    asked = len(tester.asked)
    if press == "Save":
        button(page, "Save").click()
    else:
        QTest.keyClick(control(page, QLineEdit, "API key"), Qt.Key.Key_Return)
    assert len(tester.asked) == asked + 1, "it is tested first"
    tester.tested.emit(ConnectionTest("Connected."))


@pytest.mark.parametrize("press", ["Save", "Enter"])
def test_saving_tests_the_account_and_then_gives_it(
    qtbot: QtBot, page: SetupPage, tester: FakeTester, press: str
) -> None:
    fill(page)
    with qtbot.waitSignal(page.account_given) as given:
        save(page, tester, press)
    assert given.args == [Account("heatpunk.co.uk", EMAIL), KEY]


def visible_buttons(page: SetupPage) -> set[str]:
    return {push_button.text() for push_button in page.findChildren(QPushButton) if push_button.isVisible()}


def test_saving_while_it_is_being_tested_waits_for_that_test(qtbot: QtBot, page: SetupPage, tester: FakeTester) -> None:
    fill(page)
    button(page, "Test connection").click()
    button(page, "Save").click()
    assert len(tester.asked) == 1
    with qtbot.waitSignal(page.account_given):
        tester.tested.emit(ConnectionTest("Connected."))


def test_an_account_that_fails_its_test_stays_and_can_be_saved_anyway(
    qtbot: QtBot, page: SetupPage, tester: FakeTester
) -> None:
    fill(page)
    assert "Save anyway" not in visible_buttons(page)
    refused = KeyRefusedError("The key is refused", "It may be old.", f"Check the domain{IN_SETTINGS}. {TRIES_ITSELF}")
    with qtbot.assertNotEmitted(page.account_given):
        button(page, "Save").click()
        tester.tested.emit(ConnectionTest("", refused))
    assert "The key is refused. It may be old. Check the domain. Try again in a moment." in words_on(page)
    with qtbot.waitSignal(page.account_given) as given:
        button(page, "Save anyway").click()
    assert given.args == [Account("heatpunk.co.uk", EMAIL), KEY]
    type_in(page, "API key", "another")
    assert "Save anyway" not in visible_buttons(page), "that test was about another key"


def test_what_was_found_wrong_is_checked_again_at_each_edit(page: SetupPage) -> None:
    fill(page, email="", key="")
    button(page, "Save").click()
    assert "The field for the API key is empty." in words_on(page)
    type_in(page, "Your email", EMAIL)
    type_in(page, "API key", KEY)
    assert "The field for the API key is empty." not in words_on(page)
    assert "email address" not in words_on(page).replace("the address you log in with", "")


@pytest.mark.parametrize(
    ("name", "wrong", "words"),
    [
        ("Domain", {"domain": "heatpunk.co.uk/api"}, "there is more than the domain in it."),
        ("Domain", {"domain": "http://heatpunk.co.uk"}, "others could read the API key"),
        ("Your email", {"email": "office"}, "not a complete email address"),
        ("API key", {"key": ""}, "The field for the API key is empty."),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(
    qtbot: QtBot, page: SetupPage, tester: FakeTester, name: str, wrong: dict[str, str], words: str
) -> None:
    fill(page, **wrong)
    with qtbot.assertNotEmitted(page.account_given):
        button(page, "Save").click()
        button(page, "Test connection").click()
    assert not tester.asked
    assert words in words_on(page)
    assert words in page.focusWidget().accessibleDescription()
    assert page.focusWidget().accessibleName() == name


def test_a_domain_off_the_vendors_list_is_asked_about_once(
    qtbot: QtBot, page: SetupPage, tester: FakeTester, settings: Settings, tmp_path: Path
) -> None:
    fill(page, "heatpunk.example")
    button(page, "Test connection").click()
    assert not tester.asked
    assert "Send the API key to heatpunk.example?" in words_on(question(page))
    button(question(page), "Cancel").click()
    assert not tester.asked
    button(page, "Test connection").click()
    button(question(page), "Send it there").click()
    assert tester.asked == [(Account("heatpunk.example", EMAIL), KEY)]
    tester.tested.emit(ConnectionTest("Connected."))
    with qtbot.waitSignal(page.account_given):
        save(page, tester)
    assert settings.allowed_domains == ["heatpunk.example"]
    assert Settings.load(tmp_path).allowed_domains == ["heatpunk.example"]


def test_this_computer_is_not_asked_about(page: SetupPage, tester: FakeTester) -> None:
    fill(page, "http://127.0.0.1:8000")
    button(page, "Test connection").click()
    assert tester.asked == [(Account("http://127.0.0.1:8000", EMAIL), KEY)]


def test_sample_data_need_nothing(qtbot: QtBot, page: SetupPage) -> None:
    with qtbot.waitSignal(page.sample_data_requested):
        button(page, "Try with sample data").click()


def name_proxy(page: SetupPage, address: str) -> None:
    """Open the part that few users need, and name a proxy in it."""
    control(page, QToolButton, "Network").click()
    control(page, QComboBox, "Proxy").setCurrentText("This one")
    type_in(page, "Proxy address", address)


def test_the_proxy_is_out_of_the_way_until_it_is_wanted(page: SetupPage, settings: Settings, qtbot: QtBot) -> None:
    assert "Proxy" not in words_on(page)
    network = control(page, QToolButton, "Network")
    assert "proxy" in network.accessibleDescription()
    network.setFocus()
    QTest.keyClick(network, Qt.Key.Key_Space)
    assert control(page, QComboBox, "Proxy").currentText() == "The system’s"
    assert "In use now" not in words_on(page), "there is no account yet whose way could be told"
    QTest.keyClick(network, Qt.Key.Key_Space)
    assert "Proxy" not in words_on(page)
    settings.proxy = "proxy.firm.example:3128"
    other = SetupPage(FakeTester(), settings)
    qtbot.addWidget(other)
    other.show()
    assert control(other, QLineEdit, "Proxy address").text() == "proxy.firm.example:3128"


@pytest.mark.parametrize("press", ["Test connection", "Save"])
def test_the_proxy_that_is_named_is_the_one_from_there_on(
    page: SetupPage, tester: FakeTester, settings: Settings, press: str
) -> None:
    seen: list[str] = []
    page.account_given.connect(lambda *_: seen.append(settings.proxy))
    tester.on_test = lambda: seen.append(settings.proxy)
    fill(page)
    name_proxy(page, " http://Proxy.firm.example:3128/ ")
    button(page, press).click()
    assert seen == ["proxy.firm.example:3128"]


def test_an_address_that_is_none_is_said_beside_it_and_nothing_goes_out(
    qtbot: QtBot, page: SetupPage, tester: FakeTester, settings: Settings
) -> None:
    fill(page)
    name_proxy(page, "sam:hush@proxy:3128")
    control(page, QToolButton, "Network").click()
    with qtbot.assertNotEmitted(page.account_given):
        button(page, "Test connection").click()
        button(page, "Save").click()
    assert not tester.asked
    assert "a name and a password are not kept here" in words_on(page)
    assert page.focusWidget() is control(page, QLineEdit, "Proxy address")
    assert settings.proxy == "system"


def test_another_proxy_gives_up_a_test_of_the_one_before(page: SetupPage, tester: FakeTester) -> None:
    fill(page)
    button(page, "Test connection").click()
    before = tester.cancelled
    name_proxy(page, "proxy:3128")
    assert tester.cancelled > before
    assert "Asking" not in words_on(page)
