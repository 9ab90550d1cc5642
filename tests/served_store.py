"""A served `store_api`, or `tend_store`, with the world around it in a test's hands."""

import json
import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from email.message import Message
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from scripts.local.processes import Process
from scripts.local.serving import served
from scripts.local.standins.cloud_monitoring.metrics import MonitoringStandIn
from scripts.local.standins.secret_manager import SecretManagerStandIn
from tests.adapters.author_tokens import KEY, token
from tests.issuer import Issuer

PUBLISH, STATUS = "/api/store/publish", "/api/store/status"
CONFIRMED = b'{"confirmPublish": true}'
API_URL = "https://shops.example"
PATIENCE_SECONDS = 60.0
PROVIDERS_KEY = "a-key-of-the-providers-with-enough-bytes"
DEADLINE_SECONDS = 20
"""STORE_DEADLINE_SECONDS as it is deployed."""
LATEST_MS = 1000 * (DEADLINE_SECONDS + 1)
NOTHING: Mapping[str, str] = {}
_BOOTED = re.compile(r"Booting worker with pid: (\d+)")


@dataclass(frozen=True)
class Reply:
    """What was answered."""

    status: int
    headers: Message
    body: dict[str, Any]

    @property
    def retry_after(self) -> int:
        """Return the seconds of Retry-After, 0 where there is none."""
        return int(self.headers.get("Retry-After", "0"))

    @property
    def published_at(self) -> datetime:
        """Return since when the store is public."""
        return datetime.fromisoformat(self.body["publishedAt"])

    @property
    def is_new(self) -> bool:
        """Tell whether this very request has published."""
        return self.status == 200 and self.body["alreadyPublished"] is False


@dataclass(frozen=True)
class ServedStore:
    """One served function. `secrets` and `monitoring` stand in for Google's services."""

    url: str
    process: Process
    secrets: SecretManagerStandIn
    monitoring: MonitoringStandIn
    tokens: list[str] = field(default_factory=list)

    def token(self, author: str, **claims: object) -> str:
        """Return a token of the author, and remember it."""
        made = token(sub=author, **claims)
        self.tokens.append(made)
        return made

    def publish(self, author: str, **headers: str) -> Reply:
        """Have the author publish."""
        return self.post(PUBLISH, self.token(author), **headers)

    def post(self, path: str, bearer: str, body: bytes = CONFIRMED, /, **headers: str) -> Reply:
        """POST a body; `_` in a header's name stands for `-`."""
        more = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.ask("POST", path, {**_signed_in(bearer), **more}, body)

    def get(self, path: str, bearer: str = "") -> Reply:
        return self.ask("GET", path, _signed_in(bearer) if bearer else {})

    def ask(
        self, method: str, path: str, headers: Mapping[str, str] = NOTHING, body: bytes = b""
    ) -> Reply:
        """Send a request on a connection of its own, and return the answer."""
        address = urlsplit(self.url).netloc
        with closing(HTTPConnection(address, timeout=PATIENCE_SECONDS)) as connection:
            connection.request(method, path, body or None, dict(headers))
            reply = connection.getresponse()
            text = reply.read()
        return Reply(reply.status, reply.headers, json.loads(text or b"{}"))

    def kill_worker(self) -> None:
        """Kill the worker, and wait until gunicorn has made another: it must log what it does.

        The setting is GUNICORN_LOG_LEVEL=info.
        """
        before = self._workers()
        os.kill(before[-1], signal.SIGKILL)
        self.process.wait_for(
            lambda: len(self._workers()) > len(before) or None, "serving again", PATIENCE_SECONDS
        )

    def _workers(self) -> list[int]:
        """Return the worker's process id, after those of the workers before it."""
        return [int(found) for found in _BOOTED.findall(self.process.output())]

    def shell(self, script: str) -> str:
        """Run a script of the guide's with bash, and return what it printed."""
        command = ["bash", "-o", "pipefail", "-c", script]
        done = subprocess.run(command, capture_output=True, check=True, text=True)
        return done.stdout

    def log(self, event: str = "") -> list[dict[str, Any]]:
        """Return the lines of the log, or those of one event."""
        texts = self.process.output().splitlines()
        lines = [json.loads(text) for text in texts if text.startswith("{")]
        return [line for line in lines if event in ("", line["event"])]


def at_once(store: ServedStore, authors: Sequence[str], **headers: str) -> list[Reply]:
    """Have each of the authors publish, all at the same time."""
    with ThreadPoolExecutor(len(authors)) as pool:
        return list(pool.map(lambda author: store.publish(author, **headers), authors))


@contextmanager
def served_store(
    folder: Path,
    secrets: Mapping[str, str] | SecretManagerStandIn,
    firestore_host: str,
    issuer: Issuer | None = None,
    function: str = "store_api",
    /,
    **settings: str,
) -> Iterator[ServedStore]:
    """Serve a function of the store; `settings` are added to its environment, or taken out of it.

    A setting that is empty counts as absent.
    """
    manager = SecretManagerStandIn(secrets) if isinstance(secrets, Mapping) else secrets
    monitoring = MonitoringStandIn()
    with ExitStack() as running:
        environment = {
            "FIRESTORE_EMULATOR_HOST": firestore_host,
            "SECRET_MANAGER_ENDPOINT": running.enter_context(manager.serve()),
            "MONITORING_ENDPOINT": running.enter_context(monitoring.serve()),
            "NEXT_PUBLIC_API_URL": API_URL,
            **({} if issuer is None else {"ID_TOKEN_CERTS_URL": issuer.certs_url}),
            **settings,
        }
        log = folder / f"{function}-{time.monotonic_ns()}.log"
        url, process = running.enter_context(served(function, environment, log))
        yield ServedStore(url, process, manager, monitoring)


def secrets_for(database: str) -> dict[str, str]:
    """Return the secrets of a store with this database."""
    return {
        "DATABASE_URL": database,
        "JWT_SECRET": KEY,
        "PROVIDER_SECRETS": json.dumps({"payments": PROVIDERS_KEY}),
    }


def _signed_in(bearer: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {bearer}", "Content-Type": "application/json"}
