"""The operating system: files, the process, logs, resources, the build. No Qt."""

from typing import TYPE_CHECKING

from heatpunk_desktop.lazy import lazy_names

if TYPE_CHECKING:
    from heatpunk_desktop.system.crash_report import bug_report as bug_report
    from heatpunk_desktop.system.redaction import RedactingFormatter as RedactingFormatter
else:
    __getattr__ = lazy_names(__name__, bug_report="crash_report", RedactingFormatter="redaction")
