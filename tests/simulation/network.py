"""What becomes of a request on its way: when the server does it, if ever, and what the client hears of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from heatpunk_desktop.api.exchange import Exchange, FailureKind
from heatpunk_desktop.api.protocol import Endpoint
from tests.simulation.model_server import JSON_TYPE, PAGE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from heatpunk_desktop.api.protocol import ApiRequest
    from tests.simulation.model_server import Answer
    from tests.simulation.story import Fate

_UNSENT: Final = (FailureKind.REFUSED, FailureKind.DNS, FailureKind.NO_NETWORK, FailureKind.TIMEOUT, FailureKind.TLS)
_REFUSALS: Final = (400, 403, 404, 409, 410, 422)
_ERRORS: Final = (500, 502, 503, 504)

#: When the server carries a request out: never, before it answers, or when the client has gone.
_NEVER: Final = frozenset({"unsent", "lost_before", "error_before", "page", "busy", "refused", "moved"})
_LATE: Final = frozenset({"lost_late", "error_late"})


class Course(NamedTuple):
    """The course that a request takes.

    Attributes:
        done_after: Seconds until the server carries it out; None for never.
        heard_after: Seconds until the client knows what there is to know.
    """

    done_after: float | None
    heard_after: float


def course_of(request: ApiRequest, fate: Fate, longest_late: float) -> Course:
    """When what happens to a request."""
    late = fate.late * longest_late
    if fate.kind == "slow":
        deadline = min(request.deadline, 30.0)
        return Course(deadline * fate.late if fate.number % 2 else deadline + late, deadline)
    if fate.kind in _NEVER:
        return Course(None, fate.latency)
    if fate.kind in _LATE:
        return Course(fate.latency + late, fate.latency)
    return Course(fate.latency / 2, fate.latency)


def unsent(fate: Fate) -> Exchange:
    """No byte of the request left."""
    return Exchange(None, bytes_sent=False, failure=_UNSENT[fate.number % len(_UNSENT)])


def broken() -> Exchange:
    """The connection broke after the first byte."""
    return Exchange(None, bytes_sent=True, failure=FailureKind.RESET)


def key_refused() -> Exchange:
    """The server does not take the key."""
    return _whole(401, b'{"status":"error","message":"unknown key"}')


def heard(request: ApiRequest, fate: Fate, answer: Answer | None) -> Exchange:
    """What the client hears; `answer` is the server's, where it carried the request out by then."""
    if fate.kind in _WITHOUT_ANSWER:
        return _WITHOUT_ANSWER[fate.kind](fate)
    if answer is None:
        return broken()
    if fate.kind == "cut" and len(answer.body) > 1:
        half = answer.body[: len(answer.body) // 2]
        return Exchange(
            answer.status, bytes_sent=True, failure=FailureKind.TRUNCATED, content_type=JSON_TYPE, body=half
        )
    if fate.kind == "odd" and answer.status < 300:
        return _odd(request, fate)
    if fate.kind == "answered":
        return _whole(answer.status, answer.body, answer.content_type)
    return broken()


def _error(fate: Fate) -> Exchange:
    return _whole(_ERRORS[fate.number % len(_ERRORS)], PAGE, "text/html")


def _page(_: Fate) -> Exchange:
    return _whole(200, PAGE, "text/html")


def _refusal(fate: Fate) -> Exchange:
    return _whole(_REFUSALS[fate.number % len(_REFUSALS)], b'{"status":"error","message":"no"}')


def _odd(request: ApiRequest, fate: Fate) -> Exchange:
    """A success by its status that is none by its body, or the other way round."""
    if request.endpoint is Endpoint.CREATE:
        bodies = (b'{"status":"success"}', b'{"status":"success","projectId":null}', b"", b"[]")
        return _whole(200, bodies[fate.number % len(bodies)])
    if request.endpoint.is_write:
        return _whole(200, b'{"status":"success"}')
    return _whole(200, (b'{"status":"error"}', b"", b"null")[fate.number % 3])


def _whole(status: int, body: bytes, content_type: str = JSON_TYPE, retry_after: str = "") -> Exchange:
    return Exchange(status, bytes_sent=True, content_type=content_type, retry_after=retry_after, body=body)


#: Where the client hears the same whatever the server did.
_WITHOUT_ANSWER: Final[Mapping[str, Callable[[Fate], Exchange]]] = {
    "unsent": unsent,
    "slow": lambda _: Exchange(None, bytes_sent=True, failure=FailureKind.TIMEOUT),
    "error_before": _error,
    "error_after": _error,
    "error_late": _error,
    "page": _page,
    "page_after": _page,
    "busy": lambda fate: _whole(429, b"{}", retry_after=str(fate.number % 90)),
    "refused": _refusal,
    "moved": lambda _: Exchange(307, bytes_sent=True, location="https://elsewhere.test/"),
}
