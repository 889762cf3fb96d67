"""What is known of the server's call for one project: whether there is one, and what it leaves out. No clock."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from heatpunk_desktop.api.error_messages import is_page, unreadable
from heatpunk_desktop.api.project_reader import read_project_data
from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.sync.comparing import is_empty
from heatpunk_desktop.sync.learning import NO, YES, Learnt

if TYPE_CHECKING:
    from heatpunk_desktop.api.exchange import Exchange
    from heatpunk_desktop.api.project_reader import ProjectData
    from heatpunk_desktop.domain.fields import FieldValues
    from heatpunk_desktop.store.outbox_delivery import Dispatch
    from heatpunk_desktop.sync.learning import Learning
    from heatpunk_desktop.sync.long_known import LongKnown

#: The statuses by which a server that has the call says that there is no such project.
GONE: Final = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})

#: The statuses by which a server without the call for one project may answer it.
NO_SUCH_CALL: Final = frozenset({400, 403, 404, 405, 406, 410, 415, 422, 501})
_SURELY_NO_CALL: Final = frozenset({HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.NOT_IMPLEMENTED})
_ASKED_IN_VAIN: Final = 2


class DataCall:
    """The call for one project, `GET projects/data`. Methods that learn may raise StorageError."""

    def __init__(self, dispatch: Dispatch, learning: Learning, long_known: LongKnown) -> None:
        self._dispatch = dispatch
        self._learning = learning
        self._long_known = long_known
        self._may_exist = True
        #: Projects that were asked for in vain since the call last told of any, with what the server said.
        self._untold: dict[int, int | None] = {}
        self._untold_since: dict[int, float] = {}

    @property
    def exists(self) -> bool:
        """Whether the server may be asked about one project."""
        return self._may_exist

    @property
    def is_proved(self) -> bool:
        """Whether it told of a project once."""
        return self._learning.get(Learnt.DATA_CALL) == YES

    @property
    def is_unsure(self) -> bool:
        """Whether nothing but answers that may be about single projects has come so far."""
        return self._may_exist and not self.is_proved

    def is_gone(self, exchange: Exchange) -> bool:
        """Whether an answer says that there is no such project, rather than no such call."""
        return exchange.status in GONE and self.is_proved

    @staticmethod
    def is_no_such_call(exchange: Exchange) -> bool:
        """Whether an answer may come from a server that has no call for one project.

        An answer of success that cannot be read is trouble, and so is a detour.
        """
        return exchange.status in NO_SUCH_CALL

    def failed(self, project_id: int, exchange: Exchange) -> None:
        """A server without the call for one project is not asked again before the next start.

        Some answers say that there is no such call. Others may be about the project (one that is too new to be known
        everywhere, or deleted since), and have to be the same for two that have long been there, without any that
        tells something between them.
        """
        if self.is_proved:
            return
        is_page_for_it = exchange.status == HTTPStatus.NOT_FOUND and is_page(exchange.body, exchange.content_type)
        self._untold[project_id] = exchange.status
        alike = [one for one, status in self._untold.items() if status == exchange.status]
        are_many = self._long_known.count(alike) >= _ASKED_IN_VAIN
        if exchange.status in _SURELY_NO_CALL or is_page_for_it or are_many:
            self._may_exist = False
            self._learning.keep(Learnt.DATA_CALL, NO)

    def in_vain_since(self, project_id: int, at: float) -> float:
        """Since when a project has been asked for in vain; from a moment on, where it was not before."""
        return self._untold_since.setdefault(project_id, at)

    def read(self, project_id: int, exchange: Exchange) -> ProjectData:
        """Reads an answer about a project, and learns from it. Raises KnownError where the server did not tell."""
        data = read_project_data(exchange)
        if data.project_id not in (None, project_id):
            raise unreadable("another project than the one asked for")
        self.learn_from(project_id, data)
        return data

    def learn_from(self, project_id: int, data: ProjectData) -> None:
        """Learns from an answer about one project."""
        self._may_exist = True
        self._untold.clear()
        self._untold_since.clear()
        self._learning.keep(Learnt.DATA_CALL, YES)
        sent = self._dispatch.own_reference(project_id)
        if sent:
            told = data.values.get(Field.CRM_REFERENCE)
            if told == sent:
                self._learning.keep(Learnt.REFERENCES, YES)
            elif is_empty(told) and self._learning.get(Learnt.REFERENCES) != YES:
                # Another reference, or one that is gone where others came back, was somebody's doing.
                self._learning.keep(Learnt.REFERENCES, NO)

    def telling(self, told: FieldValues | None) -> FieldValues | None:
        """What an answer told, without an empty reference where the server is known to keep them to itself."""
        if told is None or self._learning.get(Learnt.REFERENCES) != NO or not is_empty(told.get(Field.CRM_REFERENCE)):
            return told
        return {field: value for field, value in told.items() if field is not Field.CRM_REFERENCE}
