"""Firebase Auth's accounts, as the look-up of one of them meets them: good, or as a test has them.

https://cloud.google.com/identity-platform/docs/reference/rest/v1/projects.accounts/lookup
"""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from scripts.local.firebase_project import PROJECT

PATH = f"/v1/projects/{PROJECT}/accounts:lookup"
LONG_AGO = "1700000000000"  # milliseconds

Account = dict[str, Any] | None
"""What is told of an account beside its id; None for one that was deleted."""


class Identity:
    """The service; `accounts` has what is told of each user, by uid."""

    def __init__(self) -> None:
        self.address = ""
        self.accounts: dict[str, Account] = {}

    def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        """Return the accounts of the asked-for ids; without any it says nothing of users."""
        found = [self._account(uid) for uid in request["localId"]]
        users = [account for account in found if account]
        return {"kind": "identitytoolkit#GetAccountInfoResponse"} | (
            {"users": users} if users else {}
        )

    def _account(self, uid: str) -> Account:
        told = self.accounts.get(uid, {})
        return None if told is None else {"localId": uid, "createdAt": LONG_AGO, **told}

    @contextmanager
    def serve(self) -> Iterator["Identity"]:
        """Serve until the block ends."""
        with ThreadingHTTPServer(("127.0.0.1", 0), _handler(self)) as server:
            server.daemon_threads = True
            server.block_on_close = False
            self.address = f"127.0.0.1:{server.server_port}"
            thread = threading.Thread(target=server.serve_forever, args=(0.01,))
            thread.start()
            try:
                yield self
            finally:
                server.shutdown()
                thread.join()


def now_in_milliseconds() -> str:
    """Return the moment as `createdAt` has it."""
    return str(round(1000 * time.time()))


def _handler(identity: Identity) -> type[BaseHTTPRequestHandler]:
    class Accounts(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            known = self.path == PATH
            body = json.dumps(identity.answer(request) if known else {}).encode()
            self.send_response(200 if known else 404)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Print nothing."""

    return Accounts
