"""Cloud Logging's REST, in front of the stand-in, as `firebase functions:log` calls it.

    with serve(LoggingStandIn()) as url:
        subprocess.run([firebase, "functions:log"], env=environment(url, home))

Beside it are the two other services that firebase-tools asks first: who the caller is, and what
that caller may do.
"""

import json
import re
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, ClassVar

import grpc
from google.cloud.logging_v2.types import ListLogEntriesRequest, ListLogEntriesResponse
from google.protobuf import json_format

from scripts.local.ports import HOST
from scripts.local.standins.logging_service import LoggingStandIn
from scripts.local.standins.server import RefusalError

Body = dict[str, Any]

PERMISSIONS = re.compile(r"/v1/projects/[a-z0-9-]+:testIamPermissions")
STATUS = {
    grpc.StatusCode.INVALID_ARGUMENT: HTTPStatus.BAD_REQUEST,
    grpc.StatusCode.PERMISSION_DENIED: HTTPStatus.FORBIDDEN,
    grpc.StatusCode.NOT_FOUND: HTTPStatus.NOT_FOUND,
    grpc.StatusCode.RESOURCE_EXHAUSTED: HTTPStatus.TOO_MANY_REQUESTS,
    grpc.StatusCode.UNAVAILABLE: HTTPStatus.SERVICE_UNAVAILABLE,
}
"""https://github.com/googleapis/googleapis/blob/master/google/rpc/code.proto; else it is 500."""


@contextmanager
def serve(standin: LoggingStandIn) -> Generator[str]:
    """Serve until the block ends, and give the base URL."""

    class Handler(_Handler):
        logging = standin

    with ThreadingHTTPServer((HOST, 0), Handler) as server:
        thread = Thread(target=server.serve_forever, name="logging-rest")
        thread.start()
        try:
            yield f"http://{HOST}:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def environment(url: str, home: Path) -> Mapping[str, str]:
    """Return what has firebase-tools call `url` only, with files of its own in `home` only.

    The names are those of https://github.com/firebase/firebase-tools/blob/master/src/api.ts
    """
    origins = ("CLOUDLOGGING", "RESOURCEMANAGER", "TOKEN", "AUTH", "GOOGLE", "API")
    return {
        **{f"FIREBASE_{name}_URL": url for name in origins},
        "FIREBASE_TOKEN": "nobody",
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home),
        "CI": "1",
        "NO_UPDATE_NOTIFIER": "1",
    }


class _Handler(BaseHTTPRequestHandler):
    logging: ClassVar[LoggingStandIn]

    def do_POST(self) -> None:
        """Answer a call."""
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path == "/v2/entries:list":
            self._answer(*_listed(self.logging, body))
        elif self.path == "/oauth2/v3/token":
            self._answer(HTTPStatus.OK, {"access_token": "nobody", "expires_in": 3600})
        elif PERMISSIONS.fullmatch(self.path):
            self._answer(HTTPStatus.OK, {"permissions": json.loads(body)["permissions"]})
        else:
            self._answer(*_refused(HTTPStatus.NOT_FOUND, "NOT_FOUND", f"No such URL: {self.path}"))

    def _answer(self, status: HTTPStatus, answer: Body) -> None:
        data = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=UTF-8")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        """Print nothing: whoever serves has the list of calls."""


def _listed(standin: LoggingStandIn, body: bytes) -> tuple[HTTPStatus, Body]:
    """Answer in JSON what is asked in JSON.

    Source: https://cloud.google.com/logging/docs/reference/v2/rest/v2/entries/list
    """
    asked = ListLogEntriesRequest.pb(ListLogEntriesRequest())
    try:
        json_format.Parse(body, asked)
        found = standin.call("ListLogEntries", ListLogEntriesRequest.wrap(asked))
    except json_format.ParseError as error:
        return _refused(HTTPStatus.BAD_REQUEST, "INVALID_ARGUMENT", str(error))
    except RefusalError as refusal:
        status = STATUS.get(refusal.code, HTTPStatus.INTERNAL_SERVER_ERROR)
        return _refused(status, refusal.code.name, refusal.message)
    return HTTPStatus.OK, json_format.MessageToDict(ListLogEntriesResponse.pb(found))


def _refused(status: HTTPStatus, name: str, message: str) -> tuple[HTTPStatus, Body]:
    """Answer an error. Source: https://google.aip.dev/193#http11json-representation."""
    return status, {"error": {"code": int(status), "message": message, "status": name}}
