"""The fields for an account, with `Test connection`, and for a proxy, shared by the first start and the settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QComboBox, QGridLayout, QHBoxLayout, QLabel, QLineEdit, QPushButton, QWidget

from heatpunk_desktop.config.credentials import check_key
from heatpunk_desktop.domain.account import Account
from heatpunk_desktop.domain.emails import check_member_email
from heatpunk_desktop.domain.hosts import (
    NO_PROXY,
    SYSTEM_PROXY,
    VENDOR_DOMAINS,
    check_domain,
    check_proxy,
    is_loopback,
    is_vendor_domain,
)
from heatpunk_desktop.domain.problem import error
from heatpunk_desktop.errors import IN_SETTINGS, TRIES_ITSELF, BadInputError, KnownError
from heatpunk_desktop.gui.dialogs.message import ask, show_error
from heatpunk_desktop.gui.project_form.form_fields import FormField, TextField, TypedChoiceField
from heatpunk_desktop.gui.text.translation import translated
from heatpunk_desktop.gui.widgets.labels import PlainLabel, Tone, announce
from heatpunk_desktop.texts import joined

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import SignalInstance
    from PySide6.QtWidgets import QMessageBox

    from heatpunk_desktop.config.settings import Settings
    from heatpunk_desktop.domain.problem import Problem
    from heatpunk_desktop.services.sync.facts import ConnectionTest

#: The offered domains; the vendor gives out others on request.
_OFFERED: Final = VENDOR_DOMAINS[:4]
_DOMAIN, _EMAIL, _KEY = "domain", "email", "key"
#: The choice of a given proxy; its value is in the field.
_NAMED: Final = "named"
_ADDRESS: Final = "proxy"


class Tester(Protocol):
    """The interface of `services.tasks.connection_tester.ConnectionTester`, which tries an account and a key."""

    @property
    def tested(self) -> SignalInstance:
        """Emits `ConnectionTest`: the result of the last test."""

    def test(self, account: Account, api_key: str) -> None:
        """Start a test."""

    def cancel(self) -> None:
        """Cancel the running test."""


class AccountFields(QWidget):
    """A form for an account and its key, which asks once before it sends a key to a domain that is not the vendor's.

    Args:
        tester: Tries the account.
        settings: Has the domains that the user agreed to.
        account: The account shown at first.
        keeps_key: Whether an empty key means the stored one, which the tester then uses.
        tests_first: Whether an account is only given after its test succeeded, unless the user saves it all the same.
        parent: The window.
        prepare: Called when the fields are valid, before the server is asked or the account is given. If it returns
            False, something else on the page is invalid, and nothing follows.
    """

    #: Account, str: a valid account and its key; an empty key means the stored one.
    account_given = Signal(object, str)

    def __init__(
        self,
        tester: Tester,
        settings: Settings,
        account: Account | None,
        *,
        keeps_key: bool,
        tests_first: bool = False,
        parent: QWidget | None = None,
        prepare: Callable[[], bool] = lambda: True,
    ) -> None:
        super().__init__(parent)
        self._tester = tester
        self._prepare = prepare
        self._settings = settings
        self._keeps_key = keeps_key
        self._tests_first = tests_first
        self._is_asking = False
        self._found_wrong: list[str] = []
        #: Whether the account is given when the running test succeeds.
        self._gives_after_test = False
        self._question: QMessageBox | None = None
        self._go_on: Callable[[Account, str], None] | None = None
        domain = TypedChoiceField(_DOMAIN, self.tr("Domain"), self)
        domain.offer(_OFFERED)
        domain.show_text(account.domain if account else _OFFERED[0])
        email = TextField(_EMAIL, self.tr("Your email"), self, self.tr("the address you log in with"))
        email.show_text(account.email if account else "")
        key = TextField(_KEY, self.tr("API key"), self, self.tr("leave empty to keep the key") if keeps_key else "")
        self._fields: dict[str, FormField] = {_DOMAIN: domain, _EMAIL: email, _KEY: key}
        self._key_line = key.editor
        self._show_key = QCheckBox(self.tr("Show the key"), self)
        self._show_key.toggled.connect(self._on_show_key_toggled)
        self._on_show_key_toggled(is_shown=False)
        self._test_button = QPushButton(self.tr("Test connection"), self)
        self._test_button.clicked.connect(self.test)
        self._result = PlainLabel(parent=self)
        self._save_anyway = QPushButton(self.tr("Save anyway"), self)
        self._save_anyway.clicked.connect(self._on_save_anyway_clicked)
        self._save_anyway.hide()
        self._lay_out()
        for field in self._fields.values():
            field.edited.connect(self.forget_test)
            field.edited.connect(self._check_again)
        tester.tested.connect(self._on_tested)

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(7)
        grid.setColumnStretch(1, 1)
        for row, field in enumerate(self._fields.values()):
            alignment = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            grid.addWidget(field.label, row * 2, 0, alignment)
            grid.addWidget(field.editor, row * 2, 1)
            grid.addWidget(field.note, row * 2 + 1, 1)
        under = QHBoxLayout()
        under.addWidget(self._show_key)
        under.addStretch(1)
        under.addWidget(self._test_button)
        grid.addLayout(under, len(self._fields) * 2, 1)
        grid.addWidget(self._result, len(self._fields) * 2 + 1, 1)
        grid.addWidget(self._save_anyway, len(self._fields) * 2 + 2, 1, Qt.AlignmentFlag.AlignLeft)
        self._result.hide()

    @property
    def is_touched(self) -> bool:
        """Whether anything differs from what was shown at first."""
        return any(field.is_touched for field in self._fields.values())

    @Slot()
    def test(self) -> None:
        """Test the account in the fields and show the result, unless a test is running."""
        if not self._is_asking:
            self._with_consent(self._test)

    @Slot()
    def give(self) -> None:
        """Validate the fields, and test the account first where that is required.

        Either `account_given` follows, or messages beside the invalid fields.
        """
        if not self._tests_first:
            self._with_consent(self.account_given.emit)
        elif self._is_asking:
            self._gives_after_test = True
        else:
            self._with_consent(self._test_and_give)

    def focus_first(self) -> None:
        """Focus the first required field that is empty."""
        needed = [field for key, field in self._fields.items() if key != _KEY or not self._keeps_key]
        next((field for field in needed if not field.text()), self._fields[_DOMAIN]).editor.setFocus()

    def focus_key(self) -> None:
        """Focus the key, for when another one is needed."""
        self._key_line.setFocus()

    def _test(self, account: Account, api_key: str) -> None:
        self._is_asking = True  # the button stays enabled: a disabled one passes the focus on
        self._save_anyway.hide()
        self._result.say(self.tr("Asking {0}…").format(account.host), Tone.MUTED)
        self._tester.test(account, api_key)

    def _test_and_give(self, account: Account, api_key: str) -> None:
        self._gives_after_test = True
        self._test(account, api_key)

    def _checked(self, key: str) -> tuple[str, Problem | None]:
        """Return the normalised content of a field, and what is wrong with it."""
        typed = self._fields[key].text()
        if key == _EMAIL:
            return typed.strip(), check_member_email(typed).problem
        if key == _KEY and self._keeps_key and not typed.strip():
            return "", None
        try:
            return (check_domain if key == _DOMAIN else check_key)(typed), None
        except BadInputError as bad:
            return "", error(joined((bad.message, bad.what_to_do), " "))

    def _read(self) -> tuple[Account, str] | None:
        """Return the account and key in the fields, or None after showing what is wrong."""
        checked = {key: self._checked(key) for key in self._fields}
        for key, field in self._fields.items():
            field.set_problem(checked[key][1])
        self._found_wrong = [key for key, (_, problem) in checked.items() if problem]
        if self._found_wrong:
            self._fields[self._found_wrong[0]].editor.setFocus()
            return None
        return Account(checked[_DOMAIN][0], checked[_EMAIL][0]), checked[_KEY][0]

    @Slot()
    def _check_again(self) -> None:
        """Validate the fields with errors again as they are edited; others are validated when they are used."""
        for key in self._found_wrong:
            self._fields[key].set_problem(self._checked(key)[1])

    def _with_consent(self, go_on: Callable[[Account, str], None]) -> None:
        given = self._read()
        if given is None or self._question or not self._prepare():
            return
        domain = given[0].domain
        if is_vendor_domain(domain) or is_loopback(domain) or domain in self._settings.allowed_domains:
            go_on(*given)
            return
        self._go_on = go_on
        self._question = ask(
            self,
            self.tr("Send the API key to {0}?").format(domain),
            self.tr(
                "This is not one of the vendor’s domains. Whoever runs this server can read and change all of your "
                "team’s projects with the key. Go on only if you know that it is right."
            ),
            yes=self.tr("Send it there"),
            no=self.tr("Cancel"),
        )
        self._question.accepted.connect(self._on_domain_allowed)
        self._question.rejected.connect(self._on_domain_refused)

    @Slot()
    def _on_domain_allowed(self) -> None:
        self._question = None
        given = self._read()
        if given is None or self._go_on is None:
            return
        self._settings.allowed_domains.append(given[0].domain)
        try:
            self._settings.save()
        except KnownError as trouble:
            show_error(self, trouble)
        self._go_on(*given)

    @Slot()
    def _on_domain_refused(self) -> None:
        self._question = None
        self._fields[_DOMAIN].editor.setFocus()

    @Slot(object)
    def _on_tested(self, found: ConnectionTest) -> None:
        self._is_asking = False
        trouble, gives = found.error, self._gives_after_test
        self._gives_after_test = False
        words = self._words_on(trouble) if trouble else translated(found.words)
        self._result.say(words, Tone.ERROR if trouble else Tone.PLAIN)
        self._save_anyway.setVisible(self._tests_first and trouble is not None)
        announce(self, words)
        if gives and trouble is None:
            self._with_consent(self.account_given.emit)

    def _words_on(self, trouble: KnownError) -> str:
        """Return the text of an error about these fields or a test."""
        text = (
            translated(trouble.text())
            .replace(translated(TRIES_ITSELF), self.tr("Try again in a moment."))
            .replace(translated(IN_SETTINGS), "")
        )
        return f"{translated(trouble.title)}. {' '.join(text.split())}"

    @Slot()
    def _on_save_anyway_clicked(self) -> None:
        self._with_consent(self.account_given.emit)

    @Slot()
    def forget_test(self) -> None:
        """Discard the result of a test, as the fields have changed since."""
        self._tester.cancel()
        self._is_asking = self._gives_after_test = False
        self._result.say("", Tone.MUTED)
        self._save_anyway.hide()

    @Slot(bool)
    def _on_show_key_toggled(self, is_shown: bool) -> None:
        if isinstance(self._key_line, QLineEdit):
            self._key_line.setEchoMode(QLineEdit.EchoMode.Normal if is_shown else QLineEdit.EchoMode.Password)


class ProxyFields(QWidget):
    """A form for the proxy.

    Args:
        setting: `system`, `none` or `host:port`.
        words: Describes the proxy now in use; called once, when it is shown. It returns an empty text while there is no
            account.
        parent: The window.
    """

    #: The user changed the choice or the address.
    edited = Signal()

    def __init__(self, setting: str, words: Callable[[], str] = str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kind = QComboBox(self)
        for value, name in (
            (SYSTEM_PROXY, self.tr("The system’s")),
            (NO_PROXY, self.tr("None")),
            (_NAMED, self.tr("This one")),
        ):
            self._kind.addItem(name, value)
        named = setting not in {SYSTEM_PROXY, NO_PROXY}
        self._kind.setCurrentIndex(self._kind.findData(_NAMED if named else setting))
        label = QLabel(self.tr("Proxy"), self)
        label.setBuddy(self._kind)
        self._kind.setAccessibleName(label.text())
        self._kind.currentIndexChanged.connect(self._on_kind_changed)
        self._address = TextField(_ADDRESS, self.tr("Proxy address"), self, self.tr("host:port"))
        self._address.show_text(setting if named else "")
        self._address.edited.connect(self.edited)
        in_use = words()
        now = PlainLabel(self.tr("In use now: {0}").format(in_use), Tone.MUTED, self)
        now.setVisible(bool(in_use))
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(7)
        grid.setColumnStretch(1, 1)
        alignment = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        grid.addWidget(label, 0, 0, alignment)
        grid.addWidget(self._kind, 0, 1, Qt.AlignmentFlag.AlignLeft)
        grid.addWidget(self._address.label, 1, 0, alignment)
        grid.addWidget(self._address.editor, 1, 1)
        grid.addWidget(self._address.note, 2, 1)
        grid.addWidget(now, 3, 1)
        self._on_kind_changed()

    def read(self) -> str | None:
        """Return the chosen setting, or None after showing that the address is invalid."""
        kind = str(self._kind.currentData())
        if kind != _NAMED:
            self._address.set_problem(None)
            return kind
        try:
            address = check_proxy(self._address.text())
        except BadInputError as bad:
            self._address.set_problem(error(joined((bad.message, bad.what_to_do), " ")))
            self.focus_address()
            return None
        self._address.set_problem(None)
        return address

    def focus_address(self) -> None:
        """Focus the address."""
        self._address.editor.setFocus()

    @Slot()
    def _on_kind_changed(self) -> None:
        is_named = self._kind.currentData() == _NAMED
        self._address.label.setVisible(is_named)
        self._address.editor.setVisible(is_named)
        if not is_named:
            self._address.set_problem(None)
        self.edited.emit()
