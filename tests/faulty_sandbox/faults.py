"""What the faulty sandbox does wrong on request: a `Fault` says what, and `plan` when."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from enum import StrEnum
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

import h11

if TYPE_CHECKING:
    from collections.abc import Mapping


class FaultKind(StrEnum):
    """What goes wrong; each has a constructor of the same name on `Fault`, which says what it does."""

    DELAY = "delay"
    STALE = "stale"
    CAPPED = "capped"
    COLLEAGUE_EDIT = "colleague_edit"
    COLLEAGUE_DELETE = "colleague_delete"
    DROP = "drop"
    LATE = "late"
    ANSWER = "answer"
    TRUNCATED = "truncated"
    ODD_TYPES = "odd_types"
    DRIP = "drip"
    GZIP_BOMB = "gzip_bomb"
    ENDLESS = "endless"
    INFORMATIONAL = "informational"


#: These change what happens and let the rest of the plan have its say; any other kind decides the answer.
MODIFIERS: Final = frozenset(
    {FaultKind.DELAY, FaultKind.STALE, FaultKind.CAPPED, FaultKind.COLLEAGUE_EDIT, FaultKind.COLLEAGUE_DELETE}
)

_INFORMATIONAL: Final = frozenset(range(100, 200)) - {HTTPStatus.SWITCHING_PROTOCOLS}
_FINAL: Final = range(200, 600)
#: Seconds: a day.
_LONGEST: Final = 86_400

_HTML: Final = (
    "<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head>"
    "<body><h1>Bad Gateway</h1><p>nginx</p></body></html>"
)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing to do wrong. Make one with the constructors below; over HTTP, send the fields as JSON.

    Attributes:
        kind: What is done.
        applied: Whether the request is carried out (where it is valid) before the answer goes wrong.
        seconds: How long: a delay, a pause between drips, an age, or a wait before late application.
        status: Status code of the answer; 0 is 200, or 103 for a 1xx one.
        body: Body of the answer as text.
        content_type: Type of that body.
        headers: Further headers of the answer.
        reset: The connection ends with RST, not with FIN.
        count: Bytes kept, bytes a drop (at least 1), projects of a capped list, MiB of a compressed body.
        framed: A truncated body has a Content-Length that fits it, so that only its JSON tells.
        on_headers: A slow drip begins with the status line, not with the body.
        hang: A late request's connection stays open until the client goes.
        final: A real answer follows the 1xx one.
        project_id: Whose project the colleague changes; None is the request's own.
        changes: What the colleague changes: names of `meta` with their values.
    """

    kind: FaultKind
    applied: bool = False
    seconds: float = 0
    status: int = 0
    body: str = ""
    content_type: str = "application/json; charset=utf-8"
    headers: tuple[tuple[str, str], ...] = ()
    reset: bool = False
    count: int = 0
    framed: bool = False
    on_headers: bool = False
    hang: bool = False
    final: bool = False
    project_id: int | None = None
    changes: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        informational = self.kind is FaultKind.INFORMATIONAL
        if not self.status:
            object.__setattr__(self, "status", HTTPStatus.EARLY_HINTS if informational else HTTPStatus.OK)
        # 101 is an agreement with the client, not an answer to it.
        if self.status not in (_INFORMATIONAL if informational else _FINAL):
            raise ValueError(f"status must not be {self.status}")
        if not 0 <= self.seconds <= _LONGEST:
            raise ValueError(f"seconds must be from 0 to {_LONGEST}")
        if self.count < 0:
            raise ValueError("count must not be negative")
        try:
            h11.Response(status_code=HTTPStatus.OK, headers=[*self.headers, ("Content-Type", self.content_type)])
        except (h11.LocalProtocolError, UnicodeEncodeError) as error:
            raise ValueError(f"headers or content_type cannot be sent: {error}") from None

    @classmethod
    def delay(cls, seconds: float) -> Fault:
        """Wait before the request is carried out, which it is even if the client goes in the meantime."""
        return cls(FaultKind.DELAY, seconds=seconds)

    @classmethod
    def stale(cls, seconds: float) -> Fault:
        """List and `data` answer as of so many seconds ago."""
        return cls(FaultKind.STALE, seconds=seconds)

    @classmethod
    def capped(cls, count: int) -> Fault:
        """The list holds its first `count` projects and does not say so."""
        return cls(FaultKind.CAPPED, count=count)

    @classmethod
    def colleague_edit(cls, project_id: int | None = None, **changes: str | float) -> Fault:
        """Just before the request is carried out, a colleague changes fields of `meta` of a project.

        Put on `update`, it falls between a program's look at the project and its PATCH.
        """
        return cls(FaultKind.COLLEAGUE_EDIT, project_id=project_id, changes=changes)

    @classmethod
    def colleague_delete(cls, project_id: int | None = None) -> Fault:
        """Just before the request is carried out, a colleague deletes a project for good."""
        return cls(FaultKind.COLLEAGUE_DELETE, project_id=project_id)

    @classmethod
    def drop_before(cls, *, reset: bool = False) -> Fault:
        """End the connection once the request is read; nothing was done."""
        return cls(FaultKind.DROP, reset=reset)

    @classmethod
    def drop_after(cls, *, reset: bool = False) -> Fault:
        """Carry the request out and end the connection instead of an answer."""
        return cls(FaultKind.DROP, applied=True, reset=reset)

    @classmethod
    def late(cls, seconds: float, *, hang: bool = False, reset: bool = False) -> Fault:
        """Carry the request out `seconds` after the client has gone.

        With `hang` it is the client that goes, by its own time-out; without, the server ends the connection at once.
        """
        return cls(FaultKind.LATE, applied=True, seconds=seconds, hang=hang, reset=reset)

    @classmethod
    def answer(
        cls,
        status: int,
        body: str = "",
        *,
        content_type: str = "application/json; charset=utf-8",
        headers: tuple[tuple[str, str], ...] = (),
        retry_after: str | int | None = None,
        applied: bool = False,
    ) -> Fault:
        """Answers with this status code and body."""
        if retry_after is not None:
            headers = (*headers, ("Retry-After", str(retry_after)))
        return cls(
            FaultKind.ANSWER, applied=applied, status=status, body=body, content_type=content_type, headers=headers
        )

    @classmethod
    def html(cls, status: int = 200, *, applied: bool = False) -> Fault:
        """A gateway's page instead of JSON."""
        return cls.answer(status, _HTML, content_type="text/html; charset=utf-8", applied=applied)

    @classmethod
    def wrong_json(cls, *, applied: bool = True) -> Fault:
        """Status 200 and JSON in which everything has a type that nobody can read anything into."""
        body = '{"status":17,"projectId":{"no":"id"},"projects":{"0":"none"},"projectData":["nothing"],"ownerID":[]}'
        return cls.answer(200, body, applied=applied)

    @classmethod
    def odd_types(cls) -> Fault:
        """The true answer in types that can be read all the same.

        IDs become text in lists and numbers in `data`; coordinates turn to text, dates lose their zone or become
        `0000-00-00 00:00:00`, texts become null, a status and a field that nobody knows come in.
        """
        return cls(FaultKind.ODD_TYPES, applied=True)

    @classmethod
    def truncated(cls, keep: int = 40, *, framed: bool = False, applied: bool = True) -> Fault:
        """The true answer, of whose body only `keep` bytes come before the connection ends.

        With `framed` the length fits and the connection stays: the JSON alone is cut off.
        """
        return cls(FaultKind.TRUNCATED, applied=applied, count=keep, framed=framed)

    @classmethod
    def redirect(cls, url: str, status: int = 307) -> Fault:
        """Send the client elsewhere."""
        return cls.answer(status, headers=(("Location", url),))

    @classmethod
    def drip(cls, seconds: float, count: int = 1, *, on_headers: bool = False) -> Fault:
        """The true answer in drops of `count` bytes, `seconds` apart: each read is quick, the whole is not."""
        return cls(FaultKind.DRIP, applied=True, seconds=seconds, count=count, on_headers=on_headers)

    @classmethod
    def gzip_bomb(cls, mebibytes: int = 1024) -> Fault:
        """A JSON list that is some KiB on the wire and `mebibytes` MiB when unpacked."""
        return cls(FaultKind.GZIP_BOMB, applied=True, count=mebibytes)

    @classmethod
    def endless(cls) -> Fault:
        """A JSON list that never ends, as fast as the client reads."""
        return cls(FaultKind.ENDLESS, applied=True)

    @classmethod
    def informational(cls, status: int = 103, *, final: bool = False, applied: bool = False) -> Fault:
        """A 1xx answer; with `final` the true answer comes after it, else the connection ends there."""
        return cls(FaultKind.INFORMATIONAL, applied=applied or final, status=status, final=final)

    def as_json(self) -> dict[str, Any]:
        """The fields, for the control path."""
        return asdict(self)
