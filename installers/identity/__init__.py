"""The icon, drawn once as SVG, in the formats and sizes of each system; and what tells one build from another."""

from installers.identity.build import VARIABLE, write_build
from installers.identity.icons import make_icons, picture

__all__ = ["VARIABLE", "make_icons", "picture", "write_build"]
