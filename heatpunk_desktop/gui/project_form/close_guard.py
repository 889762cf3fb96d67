"""The prompt about unsaved forms when the app is closed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from heatpunk_desktop.gui.dialogs.message import ask
from heatpunk_desktop.gui.text.translation import translated

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QMessageBox, QWidget

    from heatpunk_desktop.gui.project_form.project_form import ProjectForm

#: Milliseconds that the disk has to store the drafts before the question says that it did not.
_ASK_AFTER_MS: Final = 1500


class CloseGuard(QObject):
    """Autosave of all open forms, then the question whether to close over them.

    What it claims about a draft is only what the disk has confirmed.

    Args:
        forms: The forms with something typed in them.
        window: The window that is being closed.
    """

    #: The user closes the app, with the drafts stored.
    leave_chosen = Signal()
    #: The user keeps the app open.
    stay_chosen = Signal()

    def __init__(self, forms: Sequence[ProjectForm], window: QWidget) -> None:
        super().__init__(window)
        self._forms = forms
        self._window = window
        self._question: QMessageBox | None = None
        self._timer = QTimer(self, singleShot=True, interval=_ASK_AFTER_MS)
        self._timer.timeout.connect(self._ask)
        for form in forms:
            form.keeper.state_changed.connect(self._on_state_changed)

    def begin(self) -> None:
        """Save every draft that is not on the disk yet; the question follows as soon as the disk has answered."""
        self._timer.start()
        for form in self._forms:
            form.keeper.flush()
        self._on_state_changed()

    def to_front(self) -> None:
        """Bring the question to the front when the user closes the window again."""
        if self._question is not None:
            self._question.raise_()
            self._question.activateWindow()

    @Slot()
    def _on_state_changed(self) -> None:
        if self._question is None and all(
            form.keeper.is_settled or form.keeper.error is not None for form in self._forms
        ):
            self._ask()

    @Slot()
    def _ask(self) -> None:
        self._timer.stop()
        count = len(self._forms)
        lost = [form for form in self._forms if not form.keeper.is_settled]
        if lost:
            error = next((form.keeper.error for form in lost if form.keeper.error is not None), None)
            why = (
                f"{translated(error.title)}. {translated(error.what_to_do)}".strip()
                if error
                else self.tr("The disk has not answered yet.")
            )
            title = self.tr("What you typed could not be kept")
            words = self.tr("{0} If you close the program now, what you typed last is lost.").format(why)
            yes = self.tr("Close and lose it")
        else:
            title = (
                self.tr("Close with a form open?") if count == 1 else self.tr("Close with {0} forms open?")
            ).format(count)
            words = self.tr(
                "What you typed is kept on this computer and offered when the program starts next. It is not sent until"
                " you open it then and save it."
            )
            yes = self.tr("Close the program")
        self._question = ask(self._window, title, words, yes=yes, no=self.tr("Go back"))
        self._question.accepted.connect(self.leave_chosen)
        self._question.rejected.connect(self.stay_chosen)
