"""What an answer about one project means for the store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from heatpunk_desktop.store.server_cache import LoadedDetail

if TYPE_CHECKING:
    from heatpunk_desktop.api.project_reader import ProjectData


def detail_of(project_id: int, data: ProjectData) -> LoadedDetail:
    """An answer about a project as the store keeps it."""
    return LoadedDetail(project_id, data.values, data.extra_json or "{}", data.owner_id, data.created, data.modified)
