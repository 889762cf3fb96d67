"""Contact details of a project: email, phone, build date and CRM reference, which only `GET /projects/data` returns."""

from __future__ import annotations

from typing import Final, NamedTuple

from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.domain.folding import fold
from heatpunk_desktop.domain.phones import searched_digits

#: The fields of a contact, in the order of `Contact`.
CONTACT_FIELDS: Final = (Field.CUSTOMER_EMAIL, Field.CUSTOMER_PHONE, Field.BUILD_DATE, Field.CRM_REFERENCE)
_PLACES: Final = {field: place for place, field in enumerate(CONTACT_FIELDS)}

#: Separates the parts of a packed contact; in the texts themselves it is replaced by a space.
_BETWEEN: Final = "\x1f"
#: In place of a value that is not known.
_UNKNOWN: Final = "\x1e"
_ASKED: Final = "1"


class Contact(NamedTuple):
    """The values of a project that only `GET /projects/data` returns.

    A text is None where it is not known, and empty where it is known that there is none.

    Attributes:
        email: The customer's email address.
        phone: The customer's phone number.
        build_date: The age band as the server writes it, such as `pre2000`.
        reference: The CRM reference.
        is_asked: Whether the server was asked; what is not known then is not shared by it.
    """

    email: str | None = None
    phone: str | None = None
    build_date: str | None = None
    reference: str | None = None
    is_asked: bool = False

    def value(self, field: Field) -> str | None:
        """Return the value of one of `CONTACT_FIELDS`: empty where there is none, None where it is not known."""
        return self[:-1][_PLACES[field]]

    def packed(self) -> PackedContact:
        """Return the compact form, for keeping 100,000 of them in memory."""
        texts = [
            _UNKNOWN if value is None else value.replace(_BETWEEN, " ").replace(_UNKNOWN, " ") for value in self[:-1]
        ]
        text = _BETWEEN.join((*texts, _ASKED if self.is_asked else ""))
        found_by = (searched_digits(self.phone or ""), fold(self.email or ""), fold(self.reference or ""))
        return PackedContact(text, " ".join(" ".join(found_by).split()))

    @classmethod
    def unpacked(cls, text: str) -> Contact:
        """Return the contact of a packed text; an empty text is one of which nothing is known."""
        if not text:
            return NOTHING_KNOWN
        *texts, asked = text.split(_BETWEEN)
        return cls._make((*(None if part == _UNKNOWN else part for part in texts), asked == _ASKED))


class PackedContact(NamedTuple):
    """A contact in its compact form.

    Attributes:
        text: All of it, for `Contact.unpacked`; empty where nothing is known.
        found_by: The folded text, on one line, that a search looks in.
    """

    text: str = ""
    found_by: str = ""


NOTHING_KNOWN: Final = Contact()
