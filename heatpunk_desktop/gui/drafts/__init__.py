"""Autosave of open forms, and their recovery after a crash."""

from typing import TYPE_CHECKING

from heatpunk_desktop.lazy import lazy_names

if TYPE_CHECKING:
    from heatpunk_desktop.gui.drafts.autosave import DroppedDraft as DroppedDraft
    from heatpunk_desktop.gui.drafts.autosave import try_all_now as try_all_now
    from heatpunk_desktop.gui.drafts.recovery_banner import DraftOffer as DraftOffer
    from heatpunk_desktop.gui.drafts.recovery_banner import draft_words as draft_words
else:
    __getattr__ = lazy_names(
        __name__,
        DroppedDraft="autosave",
        try_all_now="autosave",
        DraftOffer="recovery_banner",
        draft_words="recovery_banner",
    )
