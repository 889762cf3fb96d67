"""Projects, operations, dates and validation: pure values and rules without Qt and without input or output."""

from typing import TYPE_CHECKING

from heatpunk_desktop.lazy import lazy_names

if TYPE_CHECKING:
    from heatpunk_desktop.domain.contact_links import email_link as email_link
    from heatpunk_desktop.domain.contact_links import map_link as map_link
    from heatpunk_desktop.domain.contact_links import phone_link as phone_link
    from heatpunk_desktop.domain.validation import format_value as format_value
else:
    __getattr__ = lazy_names(
        __name__,
        email_link="contact_links",
        map_link="contact_links",
        phone_link="contact_links",
        format_value="validation",
    )
