"""Imports that need no Qt, done before Qt's, and the removal of Qt's import hook.

PySide reads the source text of each module that is imported after it, to see whether that uses its switchable features.
With some hundred modules this takes a third of the time until the window is painted. So what needs no Qt comes first,
and afterwards Python's own import is restored: this app uses none of these features.
"""

import builtins
import gc

# Nothing that the start makes is garbage: looking for some takes a tenth of the time that the start takes. From the
# first window on, `services.desktop.gui_thread_gc` says when to look.
gc.disable()

import json
import logging
import zoneinfo

import apsw

import heatpunk_desktop.config.settings
import heatpunk_desktop.domain.choices
import heatpunk_desktop.domain.dates
import heatpunk_desktop.domain.display
import heatpunk_desktop.domain.folding
import heatpunk_desktop.domain.hosts
import heatpunk_desktop.domain.problem
import heatpunk_desktop.domain.undo
import heatpunk_desktop.filters.saved_view
import heatpunk_desktop.models.project_filter
import heatpunk_desktop.models.project_index
import heatpunk_desktop.models.search_text
import heatpunk_desktop.models.table_columns
import heatpunk_desktop.services.sync.facts
import heatpunk_desktop.store.reader
import heatpunk_desktop.system.compat
import heatpunk_desktop.system.logs
import heatpunk_desktop.system.resources

_pythons_own = builtins.__import__

# Each of these puts PySide's import in place of Python's: all that the start needs, so that none comes later.
import PySide6.QtCore
import PySide6.QtGui
import PySide6.QtWidgets

builtins.__import__ = _pythons_own
