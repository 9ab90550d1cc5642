"""A proxy through which the real Firebase CLI reaches stand-ins only, by Google's own host names.

    with rest.serve(CloudFunctions(...), ...) as url, FirebaseDoor(url).serve() as proxy:
        subprocess.run([firebase, "deploy"], env={**os.environ, **deploy_environment(proxy, home)})

The CLI tunnels every request through the proxy that HTTPS_PROXY names (lib/apiv2.js of
firebase-tools 15.34.2). A tunnel to port 80 of a host ends in the stand-in of that host; any other
one, so all that would be encrypted, is refused. Nothing leaves this machine, and the hosts keep
their names, from which the CLI derives the APIs that have to be enabled.
"""

import http.client
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from http.server import ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import ClassVar
from urllib.parse import urlsplit

from scripts.local.emulators import PRELOAD
from scripts.local.ports import HOST
from scripts.local.standins.google_rest.server import MAX_BODY, EveryMethodHandler

_PORT = ":80"
_TOKEN = "nobody"  # noqa: S105 - opens nothing
_DISCOVERY_SECONDS = "60"  # ten, the CLI's own, are few where several tests run at once
_SECONDS = 120.0  # until an answer of a stand-in, which may be late on purpose
_OWN = {"connection", "transfer-encoding", "content-length", "host"}
"""Headers of one connection only, and those that are written anew."""

_APIS = {
    "FIREBASE_API_URL": "firebase",
    "FIREBASE_TOKEN_URL": "www",
    "FIREBASE_RESOURCEMANAGER_URL": "cloudresourcemanager",
    "FIREBASE_SERVICE_USAGE_URL": "serviceusage",
    "FIREBASE_IAM_URL": "iam",
    "FIREBASE_FUNCTIONS_URL": "cloudfunctions",
    "FIREBASE_FUNCTIONS_V2_URL": "cloudfunctions",
    "FIREBASE_CLOUDBUILD_URL": "cloudbuild",
    "FIREBASE_RUNTIMECONFIG_URL": "runtimeconfig",
    "FIREBASE_STORAGE_URL": "storage",
    "CLOUD_RUN_URL": "run",
    "CLOUD_RUN_API_URL": "run",
    "COMPUTE_URL": "compute",
    "EVENTARC_URL": "eventarc",
    "FIREBASE_PUBSUB_URL": "pubsub",
    "FIREBASE_CLOUDSCHEDULER_URL": "cloudscheduler",
    "FIREBASE_CLOUD_TAKS_URL": "cloudtasks",
    "ARTIFACT_REGISTRY_DOMAIN": "artifactregistry",
    "CLOUD_SECRET_MANAGER_URL": "secretmanager",
    "FIREBASE_RULES_URL": "firebaserules",
    "FIRESTORE_URL": "firestore",
    "FIREBASE_HOSTING_API_URL": "firebasehosting",
}
"""What a deploy calls, by https://github.com/firebase/firebase-tools/blob/master/src/api.ts."""


def deploy_environment(proxy: str, home: Path) -> Mapping[str, str]:
    """Return what has the Firebase CLI reach the proxy only, and keep its own files in `home`.

    In the project's folder it writes all the same: `.firebase/`, and firebase-debug.log.
    """
    return {
        **{name: f"http://{api}.googleapis.com" for name, api in _APIS.items()},
        **dict.fromkeys(("HTTPS_PROXY", "HTTP_PROXY", "https_proxy", "http_proxy"), proxy),
        "FIREBASE_TOKEN": _TOKEN,
        "FUNCTIONS_DISCOVERY_TIMEOUT": _DISCOVERY_SECONDS,
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home),
        "TMPDIR": str(home),
        "NODE_OPTIONS": f"--require {PRELOAD}",  # deploys at once discover on several ports
        "CI": "1",
        "NO_UPDATE_NOTIFIER": "1",
    }


class FirebaseDoor:
    """Leads to the stand-ins that are served at `url`, each below its host's name.

    `refused` are the `HOST:PORT` to which no tunnel was opened.
    """

    def __init__(self, url: str) -> None:
        self._url = urlsplit(url).netloc
        self.refused: list[str] = []

    @contextmanager
    def serve(self) -> Generator[str]:
        """Serve until the block ends, and give the proxy's URL."""

        class Handler(_Handler):
            refused = self.refused
            behind = self._url

        with ThreadingHTTPServer((HOST, 0), Handler) as server:
            thread = Thread(target=server.serve_forever, args=(0.01,), name="firebase-door")
            thread.start()
            try:
                yield f"http://{HOST}:{server.server_port}"
            finally:
                server.shutdown()
                thread.join()


class _Handler(EveryMethodHandler):
    """One tunnel; `tunnel` is the host that the client believes to talk to."""

    refused: ClassVar[list[str]]
    behind: ClassVar[str]
    tunnel = ""

    def do_CONNECT(self) -> None:  # noqa: N802 - the name that http.server looks for
        """Open a tunnel that ends here, or refuse it."""
        if not self.path.endswith(_PORT):
            self.refused.append(self.path)
            self.send_error(HTTPStatus.FORBIDDEN, f"Nothing stands in for {self.path}")
            return
        self.tunnel = self.path.removesuffix(_PORT)
        self.send_response_only(HTTPStatus.OK, "Connection established")
        self.end_headers()
        self.close_connection = False

    def serve(self) -> None:
        """Hand the request on."""
        self._forward()

    def _forward(self) -> None:
        sent = {name: value for name, value in self.headers.items() if name.lower() not in _OWN}
        connection = http.client.HTTPConnection(self.behind, timeout=_SECONDS)
        try:
            connection.request(self.command, f"/{self.tunnel}{self.path}", self._body(), sent)
            reply = connection.getresponse()
            self._answer(reply.status, reply.read())
        finally:
            connection.close()

    def _answer(self, status: int, data: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=UTF-8")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _body(self) -> bytes:
        if "chunked" not in self.headers.get("Transfer-Encoding", ""):
            return self.rfile.read(min(int(self.headers.get("Content-Length", 0)), MAX_BODY))
        read = b""
        while size := int(self.rfile.readline(), 16):
            read += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return read

    def log_message(self, *_: object) -> None:
        """Print nothing: the stand-ins have what was asked."""
