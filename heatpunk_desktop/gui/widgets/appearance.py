"""The light or dark theme, as chosen by the user or the system."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QColor, QGuiApplication, QPalette

from heatpunk_desktop.gui.widgets.buttons import OWN_STYLES
from heatpunk_desktop.gui.widgets.theme import field_edge, is_dark, muted_text

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

_SCHEMES: Final = {
    "system": Qt.ColorScheme.Unknown,
    "light": Qt.ColorScheme.Light,
    "dark": Qt.ColorScheme.Dark,
}

_Role = QPalette.ColorRole

#: Dark colours for systems without a dark theme that Qt supports.
_DARK: Final = {
    _Role.Window: "#1F2226",
    _Role.WindowText: "#E6E8EB",
    _Role.Base: "#24272C",
    _Role.AlternateBase: "#292D33",
    _Role.Text: "#E6E8EB",
    _Role.PlaceholderText: "#969CA5",
    _Role.Button: "#2E3238",
    _Role.ButtonText: "#E6E8EB",
    _Role.BrightText: "#FFFFFF",
    _Role.ToolTipBase: "#33383F",
    _Role.ToolTipText: "#E6E8EB",
    _Role.Light: "#3D424A",
    _Role.Midlight: "#363B42",
    _Role.Mid: "#191B1F",
    _Role.Dark: "#15171A",
    _Role.Shadow: "#0C0D0F",
    _Role.Highlight: "#3D8BD9",
    _Role.HighlightedText: "#FFFFFF",
    _Role.Link: "#85BFEB",
    _Role.LinkVisited: "#A2B1FF",
    _Role.Accent: "#3D8BD9",
}
_DISABLED: Final = "#7B828C"

#: Widgets to type in and to choose from.
_FIELDS: Final = (
    "QLineEdit",
    "QComboBox",
    "QAbstractSpinBox",
    "QPlainTextEdit",
    "QListWidget",
)
#: Widgets to tick.
_BOXES: Final = ("QCheckBox", "QRadioButton")
#: How much darker than windows Fusion draws the edges, in per cent.
_EDGES_ARE_DARKER: Final = 140
#: How much lighter than these it draws the edges of check boxes and radio buttons, in per cent.
_BOXES_ARE_LIGHTER: Final = 110


def apply_appearance(application: QApplication, appearance: str) -> None:
    """Make the application light, dark, or as the system is.

    Args:
        application: The application.
        appearance: `light` or `dark`; anything else follows the system.
    """
    scheme = _SCHEMES.get(appearance, Qt.ColorScheme.Unknown)
    # First without our palette, which would hide a theme that supports the appearance.
    application.setPalette(QPalette())
    application.styleHints().setColorScheme(scheme)
    if scheme is Qt.ColorScheme.Dark and not is_dark(application.palette()):
        application.setPalette(dark_palette())
    if QGuiApplication.platformName() not in OWN_STYLES:
        _Edges.of(application).draw()


#: The object name of the single instance.
_EDGES: Final = "edges"


class _Edges(QObject):
    """Visible edges of fields and boxes in Qt's Fusion style, which draws them in the colour of windows."""

    def __init__(self, application: QApplication) -> None:
        super().__init__(application)
        self.setObjectName(_EDGES)
        self._application = application
        application.styleHints().colorSchemeChanged.connect(self.draw)

    @classmethod
    def of(cls, application: QApplication) -> _Edges:
        """Return the instance of an application."""
        # By name: otherwise PySide creates a type for each child that it looks at, such as the style.
        return application.findChild(cls, _EDGES) or cls(application)

    @Slot()
    def draw(self) -> None:
        """Give fields and boxes the application's palette, except for the colour of their edges."""
        palette = self._application.palette()
        edge = field_edge(palette).toHsv()
        palette.setColor(_Role.PlaceholderText, muted_text(palette))
        palette.setColor(_Role.Window, edge.lighter(_EDGES_ARE_DARKER))
        for kind in _FIELDS:
            self._application.setPalette(palette, kind)  # type: ignore[arg-type]  # the stub is wrong: no bytes are taken
        palette.setColor(_Role.Window, edge.lighter(_EDGES_ARE_DARKER).darker(_BOXES_ARE_LIGHTER))
        for kind in _BOXES:
            self._application.setPalette(palette, kind)  # type: ignore[arg-type]  # as above


def dark_palette() -> QPalette:
    """Return a dark palette for Qt's Fusion style."""
    palette = QPalette()
    for role, colour in _DARK.items():
        palette.setColor(role, QColor(colour))
    for role in (_Role.WindowText, _Role.Text, _Role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(_DISABLED))
    return palette
