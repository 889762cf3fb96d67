"""A server that follows the vendor's guide and resembles our sandbox in nothing that the guide leaves open."""

from __future__ import annotations

import json
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from types import TracebackType

KEY: Final = "stranger/key+with=signs"
EMAIL: Final = "matt.agnes+pro@stranger.test"
ROOT: Final = "/api/v1/projects"

_NOT_FOUND: Final = "<!DOCTYPE html><html><title>404</title><body><h1>Not Found</h1></body></html>"

#: What the server has at first: every way to write a thing that the guide and the help pages do not rule out.
PROJECTS: Final[list[dict[str, Any]]] = [
    {
        "ID": "501",
        "owner": "77",
        "dateCreated": "2026-03-01 10:48:44",
        "dateModified": "0000-00-00 00:00:00",
        "projectName": "Zoneless barn",
        "customerName": None,
        "address": "1 High Street",
        "postcode": "ab123cd",
        "lat": "52.5",
        "lng": "-1.25",
        "status": "Lead",
    },
    {
        "ID": 7,
        "owner": 78,
        "dateCreated": None,
        "dateModified": None,
        "projectName": "Undated <b>lodge</b>",
        "lat": "",
        "lng": "",
        "status": "On hold",
        "team": {"nested": [1, 2, {"deep": None}]},
    },
    {
        "status": "Sale",
        "lng": None,
        "lat": None,
        "postcode": 12345,
        "address": "",
        "customerName": "Turned round",
        "projectName": "Keys in another order",
        "dateModified": "2026-11-01T00:00:00+02:00",
        "dateCreated": "2026-02-03T09:14:30Z",
        "owner": None,
        "ID": 9007199254740,
    },
    {"ID": 12, "dateCreated": "0000-00-00 00:00:00", "projectName": "", "customerName": "No name at all"},
]


class _Quiet(ThreadingHTTPServer):
    """Says nothing of clients that hang up."""

    def handle_error(self, request: object, client_address: object) -> None:
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


class StrangersServer:
    """Runs in threads of its own. HTTP/1.0: each connection carries one exchange.

    Attributes:
        projects: What there is.
        requests: Method, path, headers and body of what came in.
        says_length: Whether answers have a Content-Length; without one they end with the connection.
        status_of_create: 200 or 201.
        cut: Endpoints whose next answer is lost: what was asked is done, and the connection is cut.
    """

    def __init__(self, *, says_length: bool, status_of_create: int = 201) -> None:
        self.projects = {int(project["ID"]): dict(project) for project in PROJECTS}
        self.requests: list[tuple[str, str, dict[str, str], bytes]] = []
        self.came = threading.Event()
        self.says_length = says_length
        self.status_of_create = status_of_create
        self.cut: set[str] = set()
        self._server = _Quiet(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = False
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def bodies_to(self, endpoint: str) -> list[Any]:
        """What was sent to an endpoint, read as JSON."""
        return [json.loads(body) for _, path, _, body in self.requests if path == f"{ROOT}/{endpoint}"]

    def __enter__(self) -> StrangersServer:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def answer(self, method: str, path: str, headers: dict[str, str], body: bytes) -> tuple[int, str, str]:
        """Status, content type and body of the answer."""
        self.requests.append((method, path, headers, body))
        self.came.set()
        if headers.get("x-api-key") != KEY:
            return 401, "text/plain", "Who are you?"
        try:
            told = json.loads(body or b"null")
        except ValueError:
            return 400, "text/plain", "That is no JSON"
        match method, path.removeprefix(ROOT):
            case "POST", "/list":
                return self._list(told)
            case "POST", "/create":
                number = max(self.projects) + 1
                # Without a status and dates of its own: the guide promises neither.
                self.projects[number] = {"ID": str(number), "dateCreated": "2026-11-20 09:00:00", **told["meta"]}
                return self.status_of_create, "text/json", json.dumps({"ok": True, "projectId": str(number)})
            case "PATCH", "/update":
                return self._change(told, lambda project: project.update(told["data"]["meta"]))
            case "DELETE", "/softDelete" | "/hardDelete":
                return self._change(told, lambda project: self.projects.pop(int(project["ID"])))
        return 404, "text/html", _NOT_FOUND

    def _list(self, told: dict[str, Any]) -> tuple[int, str, str]:
        if told.get("userEmail", told.get("ownerEmail")) != EMAIL:
            return 403, "text/plain", "Not a member of this team"
        listed = [
            project
            for project in self.projects.values()
            if not (project.get("dateCreated") or "").startswith("2")
            or told["start"] <= project["dateCreated"][:10] <= told["end"]
        ]
        # No ownerID, nothing but the guide's word and the projects, in no order.
        return 200, "application/json", json.dumps({"projects": listed[::-1], "status": "success"}, indent=1)

    def _change(self, told: dict[str, Any], change: Any) -> tuple[int, str, str]:
        one = self.projects.get(told["projectId"])
        if one is None:
            return 404, "text/plain", "No such project\n"
        if told["userEmail"] != EMAIL:
            return 403, "text/plain", "Not yours"
        change(one)
        return 204, "", ""

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.0"
            server_version = "Stranger"

            def handle_any(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                headers = {name.lower(): value for name, value in self.headers.items()}
                path = self.path.partition("?")[0]
                status, kind, text = server.answer(self.command, path, headers, body)
                if path.removeprefix(f"{ROOT}/") in server.cut:
                    server.cut.discard(path.removeprefix(f"{ROOT}/"))
                    return
                self.send_response(status)
                if kind:
                    self.send_header("Content-Type", kind)
                if server.says_length and status != 204:
                    self.send_header("Content-Length", str(len(text.encode())))
                self.end_headers()
                self.wfile.write(text.encode())

            do_GET = do_POST = do_PATCH = do_DELETE = handle_any  # noqa: N815 - the base class's names

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        return Handler
