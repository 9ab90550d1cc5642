"""Apps that call for stories: how each call is to end is known before it is made."""

import asyncio
import json
import time
import uuid
from dataclasses import dataclass
from typing import Any

from scripts.local.ports import HOST
from tests.bench.story import is_whole
from tests.issuer import Issuer
from tests.measures.failing_model import CUT, DOWN, LIMITED, RECOVERING, WELL

ANSWER_SECONDS = 60.0
FIRST_DELTA = b'"type":"delta"'
TOKEN_SECONDS = 600

Ending = tuple[str, str, str]
"""Outcome, reason and kind, as the metric `executions` has them."""

TOLD: Ending = ("completed", "NONE", "NONE")
OUTAGE: Ending = ("failed", "OPENAI_ERROR", "outage")
BUSY: Ending = ("refused", "IN_PROGRESS", "NONE")
BROKEN: Ending = ("broken", "NONE", "NONE")
"""No answer, or one that is neither a story nor an error: the product never ends a call so."""


@dataclass(frozen=True)
class App:
    """One way to call: what the model does, how the call ends, and how often it asks the model.

    Of each hundred calls, `share` are made so.
    """

    name: str
    share: int
    ending: Ending
    asks: int = 1
    model: str = WELL
    stream: bool = True
    leaves: bool = False

    def token(self, issuer: Issuer, project: str) -> str:
        """Return the token of a user who has never called before."""
        lasts = -TOKEN_SECONDS if self.name == "expired token" else TOKEN_SECONDS
        token = user_token(issuer, project, f"user-{uuid.uuid4()}", lasts)
        return f"{token[:-8]}AAAAAAAA" if self.name == "forged token" else token

    def request(self, token: str, request_id: str) -> bytes:
        """Return the whole HTTP request."""
        data = {"prompt": f"Tell it {self.model}: {request_id}", "requestId": request_id}
        if self.name == "wrong field":
            data["prompt"] = ""
        body = json.dumps({"data": data}).encode()
        head = (
            f"POST / HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
            f"Accept: {'text/event-stream' if self.stream else '*/*'}\r\n"
        )
        signed_in = "" if self.name == "no token" else f"Authorization: Bearer {token}\r\n"
        return f"{head}{signed_in}\r\n".encode() + body

    async def call(self, port: int, issuer: Issuer, project: str) -> Ending:
        """Call for a story of a new user's, and return how it ended."""
        request = self.request(self.token(issuer, project), str(uuid.uuid4()))
        return await exchange(port, request, leaves=self.leaves)


APPS = (
    App("streams", 72, TOLD),
    App("waits for the whole", 8, TOLD, stream=False),
    App("leaves", 5, TOLD, leaves=True),
    App("model recovers", 3, TOLD, asks=2, model=RECOVERING),
    App("model limits", 2, ("failed", "OPENAI_RATE_LIMIT", "NONE"), asks=3, model=LIMITED),
    App("model is down", 2, OUTAGE, asks=3, model=DOWN),
    App("model is cut", 2, OUTAGE, asks=3, model=CUT),
    App("no token", 2, ("refused", "NO_TOKEN", "NONE"), asks=0),
    App("forged token", 2, ("refused", "TOKEN_INVALID", "NONE"), asks=0),
    App("expired token", 1, ("refused", "TOKEN_EXPIRED", "NONE"), asks=0),
    App("wrong field", 1, ("refused", "INVALID_FIELD", "NONE"), asks=0),
)


def user_token(issuer: Issuer, project: str, uid: str, seconds: int = TOKEN_SECONDS) -> str:
    """Return an ID token of a user of `project` that is valid for `seconds` from now on."""
    source = f"https://securetoken.google.com/{project}"
    return issuer.id_token(uid, iss=source, aud=project, exp=int(time.time()) + seconds)


async def exchange(port: int, request: bytes, *, leaves: bool = False) -> Ending:
    """Send a request, and return how its answer ends; one who leaves hears the first words."""
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            reader, writer = await asyncio.open_connection(HOST, port)
            writer.write(request)
            try:
                if leaves:
                    await reader.readuntil(FIRST_DELTA)
                    return TOLD
                return _ending(await reader.read())
            finally:
                writer.close()
    except (OSError, TimeoutError, asyncio.IncompleteReadError):
        return BROKEN


def _ending(received: bytes) -> Ending:
    """Return how an answer ends: its last JSON object, of a stream or of a whole answer."""
    answer = _last_object(received)
    if "result" in answer and is_whole(answer["result"]["story"]["text"]):
        return TOLD
    if "error" not in answer:
        return BROKEN
    details = answer["error"]["details"]
    reason, kind = details["reason"], details.get("kind") or details.get("phase") or "NONE"
    known = (BUSY, *(app.ending for app in APPS))
    return next((one for one in known if one[1:] == (reason, kind)), ("other", reason, kind))


def _last_object(received: bytes) -> dict[str, Any]:
    body = received.partition(b"\r\n\r\n")[2].decode(errors="replace")
    at = max(body.rfind('data: {"'), body.find('{"')) if "data: " in body else body.find('{"')
    try:
        found = json.JSONDecoder().raw_decode(body, body.index("{", at))[0]
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
