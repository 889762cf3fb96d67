"""Light or dark, as the user or the system has it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QColor, QGuiApplication, QPalette

from heatpunk_desktop.gui.widgets.icon_button import OWN_STYLES
from heatpunk_desktop.gui.widgets.theme import field_edge, is_dark, muted_text

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

_SCHEMES: Final = {
    "system": Qt.ColorScheme.Unknown,
    "light": Qt.ColorScheme.Light,
    "dark": Qt.ColorScheme.Dark,
}

_Role = QPalette.ColorRole

#: Dark colours for systems that have no theme that Qt knows; the others bring their own.
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

#: What the user types in and choose from.
_FIELDS: Final = (
    "QLineEdit",
    "QComboBox",
    "QAbstractSpinBox",
    "QPlainTextEdit",
    "QListWidget",
)
#: What people tick.
_BOXES: Final = ("QCheckBox", "QRadioButton")
#: How much darker than windows Qt's own style draws the edges, in hundredths.
_EDGES_ARE_DARKER: Final = 140
#: How much lighter than the edges of fields it draws those of what is ticked.
_BOXES_ARE_LIGHTER: Final = 110


def apply_appearance(application: QApplication, appearance: str) -> None:
    """Make the program light, dark, or as the system has it.

    Args:
        application: The application.
        appearance: `light`, `dark`, or `system` (anything else too).
    """
    scheme = _SCHEMES.get(appearance, Qt.ColorScheme.Unknown)
    # First without a palette of ours, or a theme that can do it would be hidden by it.
    application.setPalette(QPalette())
    application.styleHints().setColorScheme(scheme)
    if scheme is Qt.ColorScheme.Dark and not is_dark(application.palette()):
        application.setPalette(dark_palette())
    if QGuiApplication.platformName() not in OWN_STYLES:
        _Edges.of(application).draw()


#: The name of the one object that keeps the edges.
_EDGES: Final = "edges"


class _Edges(QObject):
    """Keeps the edges of fields and boxes to be seen in Qt's own style, which makes them of the colour of windows."""

    def __init__(self, application: QApplication) -> None:
        super().__init__(application)
        self.setObjectName(_EDGES)
        self._application = application
        application.styleHints().colorSchemeChanged.connect(self.draw)

    @classmethod
    def of(cls, application: QApplication) -> _Edges:
        """Return the one of an application."""
        # By its name: PySide makes a type for each child that it has to look at, of which the style is one.
        return application.findChild(cls, _EDGES) or cls(application)

    @Slot()
    def draw(self) -> None:
        """Return fields and boxes the colours of the application, but for what their edges are made of."""
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
    """Dark colours that go with Qt's own style."""
    palette = QPalette()
    for role, colour in _DARK.items():
        palette.setColor(role, QColor(colour))
    for role in (_Role.WindowText, _Role.Text, _Role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(_DISABLED))
    return palette
