"""What needs no Qt, imported before Qt.

PySide reads the source text of each module that is imported after it, to see whether that uses its switchable features.
With some hundred modules this takes a third of the time until the window is painted, so they come first.
"""

import argparse  # noqa: F401
import hashlib  # noqa: F401
import json  # noqa: F401
import logging  # noqa: F401
import zoneinfo  # noqa: F401

import apsw  # noqa: F401

import heatpunk_desktop.domain.domains
import heatpunk_desktop.models.folding
import heatpunk_desktop.models.project_filter
import heatpunk_desktop.models.project_index
import heatpunk_desktop.services.commands
import heatpunk_desktop.services.facts
import heatpunk_desktop.settings
import heatpunk_desktop.store.reader  # noqa: F401
