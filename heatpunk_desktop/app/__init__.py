"""Builds every object, wires them together and runs the program. The one place that knows all of them."""

from heatpunk_desktop.app.program import Program
from heatpunk_desktop.app.running import run
from heatpunk_desktop.application import make_application

__all__ = ["Program", "make_application", "run"]
