"""Heatpunk Desktop: a desktop program for firms that keep their heat pump projects in Heatpunk."""

__version__ = "0.1.0"
