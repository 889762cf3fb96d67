"""Actions to call or email a customer, and to show the house on a map."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QGuiApplication

from heatpunk_desktop import domain
from heatpunk_desktop.domain.display import one_line
from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.errors import KnownError
from heatpunk_desktop.gui.actions.actions import CONTACT_ACTS, Act, explain
from heatpunk_desktop.gui.text.translation import translate
from heatpunk_desktop.services import desktop

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtGui import QAction

    from heatpunk_desktop.domain.fields import FieldValues
    from heatpunk_desktop.domain.project import ProjectDetail
    from heatpunk_desktop.services.desktop.link_opener import LinkOpener

_LONGEST: Final = 200
_FIELDS: Final = {
    Act.CALL: Field.CUSTOMER_PHONE,
    Act.COPY_PHONE: Field.CUSTOMER_PHONE,
    Act.EMAIL: Field.CUSTOMER_EMAIL,
    Act.COPY_EMAIL: Field.CUSTOMER_EMAIL,
    Act.SHOW_ON_MAP: Field.ADDRESS,
    Act.COPY_ADDRESS: Field.ADDRESS,
}


class ContactTarget(NamedTuple):
    """What an action would do with a customer's details.

    Attributes:
        content: The link to open or the text to copy; empty if the action is unavailable.
        reason: Why it is unavailable.
    """

    content: str = ""
    reason: str = ""


def target_of(act: Act, values: FieldValues) -> ContactTarget:
    """Return what one of `CONTACT_ACTS` would do for a project.

    Args:
        act: The action.
        values: The project's fields; a missing one is not loaded.
    """
    field = _FIELDS[act]
    texts = {part: str(values.get(part) or "").strip() for part in (field, Field.ADDRESS, Field.POSTCODE)}
    content: str | None
    match act:
        case Act.CALL:
            content = domain.phone_link(texts[field])
        case Act.EMAIL:
            content = domain.email_link(texts[field])
        case Act.SHOW_ON_MAP:
            content = domain.map_link(texts[Field.ADDRESS], texts[Field.POSTCODE], _position(values))
        case Act.COPY_ADDRESS:
            content = ", ".join(filter(None, (texts[Field.ADDRESS], texts[Field.POSTCODE])))
        case _:
            content = texts[field]
    return (
        ContactTarget(content)
        if content
        else ContactTarget(reason=_why_not(act, is_known=field in values, is_empty=not texts[field]))
    )


def shown_of(act: Act, values: FieldValues) -> str:
    """Return the text behind a link, as a user would copy it: the phone number, email address or postal address."""
    if act is Act.SHOW_ON_MAP:
        return target_of(Act.COPY_ADDRESS, values).content
    return str(values.get(_FIELDS[act]) or "").strip()


def _position(values: FieldValues) -> tuple[float, float] | None:
    latitude, longitude = values.get(Field.LATITUDE), values.get(Field.LONGITUDE)
    return (latitude, longitude) if isinstance(latitude, float) and isinstance(longitude, float) else None


def _why_not(act: Act, *, is_known: bool, is_empty: bool) -> str:
    match _FIELDS[act]:
        case Field.CUSTOMER_PHONE:
            words = (
                translate("contacting", "The phone number isn’t loaded yet"),
                translate("contacting", "No phone number"),
                translate("contacting", "This isn’t a number that can be called"),
            )
        case Field.CUSTOMER_EMAIL:
            words = (
                translate("contacting", "The email address isn’t loaded yet"),
                translate("contacting", "No email address"),
                translate("contacting", "This isn’t a complete email address"),
            )
        case _:
            words = (
                translate("contacting", "The address isn’t loaded yet"),
                translate("contacting", "No address"),
                translate("contacting", "This isn’t an address that a map can show"),
            )
    return words[0] if not is_known else words[1] if is_empty else words[2]


class LinkController(QObject):
    """A controller that opens links, or reports what to copy if the system cannot open them."""

    #: KnownError: why a link was not opened, with the text to copy.
    troubled = Signal(object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._opener: LinkOpener | None = None
        self._shown: dict[str, str] = {}

    def open(self, link: str, shown: str) -> None:
        """Open a link.

        Args:
            link: One of `contact_links`.
            shown: The text behind it, to be copied if it cannot be opened.
        """
        if self._opener is None:
            self._opener = desktop.LinkOpener(self)
            self._opener.not_opened.connect(self._on_not_opened)
        self._shown[link] = shown
        self._opener.open(link)

    @Slot(str)
    def _on_not_opened(self, link: str) -> None:
        shown = one_line(self._shown.get(link, ""), _LONGEST)
        title, words = {
            "tel": (
                self.tr("No program for phone calls"),
                self.tr("Dial {0}, or choose a program for calls in the system’s settings."),
            ),
            "mailto": (
                self.tr("No program for email"),
                self.tr("Write to {0}, or choose a program for email in the system’s settings."),
            ),
        }.get(
            link.partition(":")[0],
            (self.tr("The map did not open"), self.tr("Look up {0}, or choose a browser in the system’s settings.")),
        )
        self.troubled.emit(KnownError(title, words.format(shown)))


class ContactActions(QObject):
    """A controller that keeps the actions of `CONTACT_ACTS` in step with the shown project, and runs them.

    Args:
        actions: Every declared action.
        links: Opens the links.
        parent: Owner.
    """

    #: str: what was done.
    said = Signal(str)

    def __init__(self, actions: Mapping[Act, QAction], links: LinkController, parent: QObject) -> None:
        super().__init__(parent)
        self._actions = actions
        self._links = links
        self._detail: ProjectDetail | None = None
        self._aside = ""
        for act in CONTACT_ACTS:
            actions[act].triggered.connect(self._on_triggered)
        self._update()

    @property
    def _values(self) -> FieldValues:
        return {} if self._detail is None else self._detail.values

    @Slot(object)
    def show_project(self, detail: ProjectDetail | None) -> None:
        """Set the project of the actions; None for none or several."""
        self._detail = detail
        self._update()

    @Slot(str)
    def set_aside(self, reason: str) -> None:
        """Disable the actions for a reason, while the project is out of sight; an empty reason ends that."""
        self._aside = reason
        self._update()

    def _update(self) -> None:
        nothing = self._aside or (self.tr("Select one project first") if self._detail is None else "")
        for act in CONTACT_ACTS:
            explain(self._actions[act], nothing or target_of(act, self._values).reason)

    @Slot()
    def _on_triggered(self) -> None:
        act = next((act for act in CONTACT_ACTS if self._actions[act] is self.sender()), None)
        target = ContactTarget() if act is None else target_of(act, self._values)
        if act is None or not target.content:
            return
        if act in (Act.CALL, Act.EMAIL, Act.SHOW_ON_MAP):
            self._links.open(target.content, shown_of(act, self._values))
            return
        QGuiApplication.clipboard().setText(target.content)
        self.said.emit(self.tr("Copied: {0}").format(one_line(target.content, _LONGEST)))
