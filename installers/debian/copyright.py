"""Whose work is in the Debian package, and under which licences."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from heatpunk_desktop.gui.dialogs.licences import components
from installers.names import NAME, PUBLISHER, ROOT, TITLE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from heatpunk_desktop.gui.dialogs.licences import Component

#: Licences that every Debian holds, so that a package only names them: how each text begins, and its file.
_COMMON: Final = {
    r"Apache License\s+Version 2\.0": "Apache-2.0",
    r"GNU LESSER GENERAL PUBLIC LICENSE\s+Version 3": "LGPL-3",
    r"GNU GENERAL PUBLIC LICENSE\s+Version 3": "GPL-3",
    r"GNU GENERAL PUBLIC LICENSE\s+Version 2": "GPL-2",
    r"Mozilla Public License,? [Vv]ersion 2\.0": "MPL-2.0",
}
#: How far into a text its title may stand.
_TITLE_WITHIN: Final = 300


_WHOLE: Final = """{title}

The program itself is in /opt/{name}, and under this licence:

{licence}

It was packaged by {publisher}. With it come the libraries below, each under
its own licence, in /opt/{name}/_internal. Those of Qt and PySide6
are used under the GNU Lesser General Public License, version 3
(/usr/share/common-licenses/LGPL-3), and may be replaced by versions of your own.
"""


def copyright_file() -> str:
    """The text that Debian keeps for it."""
    own = (ROOT / "LICENSE").read_text("utf-8").strip()
    whole = _WHOLE.format(title=TITLE, name=NAME, licence=own, publisher=PUBLISHER).strip()
    return f"\n\n{'-' * 78}\n\n".join([whole, *_of(components())]) + "\n"


def _of(found: tuple[Component, ...]) -> Iterator[str]:
    told: dict[str, str] = {}
    for item in found:
        lines = [" ".join(part for part in (item.name, item.version) if part), f"License: {item.licence}"]
        for text in item.texts:
            words = shortened(text)
            # Several of them hold the same text to the letter.
            lines.append(f"Its text is that of {told[words]}, above." if words in told else words)
            told.setdefault(words, item.name)
        yield "\n\n".join(lines)


def shortened(text: str) -> str:
    """A licence's text; where Debian holds it, what says so instead."""
    for title, name in _COMMON.items():
        if re.search(title, text[:_TITLE_WITHIN]):
            return f"Debian holds this licence in /usr/share/common-licenses/{name}."
    return text.strip()
