"""A running local stack with a store: the one that scripts/dev keeps up, or one of the tests'."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from scripts.local.firebase_project import ROOT
from scripts.local.model_choice import ModelChoice
from scripts.local.ports import HOST
from scripts.local.progress import Progress
from scripts.local.stack import local_stack
from scripts.local.store import SECRETS_FILE, left_secrets
from scripts.ops.place import FIRESTORE, PlaceError, stack_folder

NO_MODEL = ModelChoice("test-key", f"http://{HOST}:9/v1")
LIMIT = 60.0
"""Seconds."""
CONFIRMED = '{"confirmPublish": true}'
JSON = "Content-Type: application/json"
EVENTS = "SELECT count(*) FROM onboarding_events WHERE event_type = 'store.published'"

Body = dict[str, Any]


@dataclass(frozen=True, slots=True)
class RunningStore:
    """A stack's Hosting, the URL of its database, and its Firestore, by which it is known."""

    hosting: str
    database: str = field(repr=False)
    firestore: str

    def token(self, *arguments: str) -> str:
        """Return what scripts/token prints for this stack."""
        command = [sys.executable, "-m", "scripts.ops.token", *arguments]
        environment = {**os.environ, "PYTHONPATH": "functions", FIRESTORE: self.firestore}
        made = subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True
        )
        return made.stdout.strip()

    def publish(self, token: str, body: str = CONFIRMED) -> tuple[int, Body]:
        """Publish as the deployment guide's curl does; the status and the body."""
        bearer = ["-H", f"Authorization: Bearer {token}"] if token else []
        return self.curl("/api/store/publish", *bearer, "-H", JSON, "-d", body)

    def unpublish(self, token: str) -> tuple[int, Body]:
        """Unpublish the author's store; the status and the body."""
        bearer = ("-H", f"Authorization: Bearer {token}")
        return self.curl("/api/store/unpublish", *bearer, "-H", JSON, "-d", "{}")

    def publish_at_once(self, token: str, times: int) -> list[tuple[int, Body]]:
        """Run so many of the curls side by side, as the guide's load test does."""
        with ThreadPoolExecutor(times) as pool:
            return list(pool.map(self.publish, [token] * times))

    def publications(self) -> int:
        """Return how many publications were recorded so far."""
        with psycopg.connect(self.database) as connection:
            row = connection.execute(EVENTS).fetchone()
        return int(row[0]) if row else 0

    def curl(self, path: str, *options: str) -> tuple[int, Body]:
        """POST with curl; the status and the body."""
        command = ["curl", "-sS", "--max-time", str(LIMIT), "-w", "\n%{http_code}", "-X", "POST"]
        made = subprocess.run(
            [*command, self.hosting + path, *options], capture_output=True, text=True, check=True
        )
        text, _, status = made.stdout.rpartition("\n")
        body: Body = json.loads(text) if text.startswith("{") else {"text": text}
        return int(status), body


@contextmanager
def running_store() -> Iterator[RunningStore]:
    """Yield this checkout's stack that runs, or one that runs as long as the block."""
    if folder := _running_folder():
        yield _store_of(folder)
        return
    with local_stack(NO_MODEL, Progress(sys.stderr), with_store=True) as stack:
        yield _store_of(stack.folder)


def _running_folder() -> Path | None:
    try:
        folder = stack_folder(os.environ, SECRETS_FILE)
    except PlaceError:
        return None
    return folder if (folder / "functions").resolve() == ROOT / "functions" else None


def _store_of(folder: Path) -> RunningStore:
    emulators: Mapping[str, Any] = json.loads((folder / "firebase.json").read_text())["emulators"]
    hosts = {name: f"{HOST}:{emulators[name]['port']}" for name in ("hosting", "firestore")}
    url = left_secrets(folder)["DATABASE_URL"]
    return RunningStore(f"http://{hosts['hosting']}", url, hosts["firestore"])
