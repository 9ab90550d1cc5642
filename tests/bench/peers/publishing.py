"""What publishes stores: the product's routes, and the least program that does the same."""

import os
from pathlib import Path

from scripts.local.ports import HOST
from scripts.local.processes import Command
from scripts.local.serving import MAIN
from tests.bench.peers.conteur import SETTINGS as CONTEUR_SETTINGS
from tests.bench.peers.functions_framework import framework
from tests.bench.peers.interpreter import interpreter
from tests.bench.peers.peer import Call, Peer
from tests.bench.services import Services

AT_ONCE = 10
SETTINGS = {
    **CONTEUR_SETTINGS,
    "NEXT_PUBLIC_API_URL": "https://shops.example",
}
PROGRAM = Path(__file__).parent / "bare_publish" / "main.py"
BODY = b'{"confirmPublish": true}'


def publish_call(token: str, key: str | None, stream: bool) -> Call:  # noqa: FBT001 - as Peer.call
    """Return an author's request to publish, with an Idempotency-Key if there is a `key`."""
    head = {
        "Authorization": f"Bearer {token}",
        **({"Idempotency-Key": key} if key else {}),
    }
    request = _post("/api/store/publish", head, BODY)
    return Call(request, stream, lambda answer: answer["alreadyPublished"] is False)


def batch_call(token: str, authors: str | None, stream: bool) -> Call:  # noqa: FBT001 - as Peer.call
    """Return a request that has the stores of `authors` published, a JSON array of their ids."""
    del token
    return Call(_post("/", {}, (authors or "[]").encode()), stream, lambda answer: answer == {})


def _post(path: str, head: dict[str, str], body: bytes) -> bytes:
    more = {"Content-Type": "application/json", "Content-Length": str(len(body)), **head}
    lines = [f"POST {path} HTTP/1.1", f"Host: {HOST}", *(f"{k}: {v}" for k, v in more.items())]
    return "\r\n".join([*lines, "", ""]).encode() + body


def _store_api(port: int, services: Services) -> Command:
    return framework(MAIN, "store_api", port, services, SETTINGS)


def _bare(port: int, services: Services) -> Command:
    return Command(
        name="The bare program",
        argv=(str(interpreter()), PROGRAM.name, str(port)),
        env={
            "PATH": os.environ["PATH"],
            "PYTHONDONTWRITEBYTECODE": "1",
            "CONNECTIONS": SETTINGS["STORE_POOL_SIZE"],
            "AT_ONCE": str(AT_ONCE),
            **services.environment(),
        },
        cwd=PROGRAM.parent,
    )


STORE_API = Peer("conteur", "conteur", _store_api, publish_call)
BARE = Peer("bare", "bare psycopg", _bare, batch_call)
