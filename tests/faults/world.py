"""The product with everything around it breakable, and what one call leaves behind there."""

import json
import math
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.local.loopback import open_local
from scripts.local.serving import FUNCTIONS
from tests.clients.app import new_app
from tests.clients.backends import Gunicorn, gunicorn
from tests.clients.client import Client, Record
from tests.clients.kept_stories import KeptStories
from tests.faults.answers import STORY
from tests.faults.endings import MODEL, OK, Counts, Ending, Kept
from tests.faults.lines import Line
from tests.faults.mock_model import MockModel
from tests.faults.proxy import Proxy
from tests.issuer import Issuer

PROBE = Path(__file__).with_name("probe.py")
PATIENCE_SECONDS = 20.0
REPEATED = "google.call_failed"
KNOWN_DETAILS = {"reason", "retryable", "requestId", "storyId"}

LIMITS = {
    "STORY_DEADLINE_SECONDS": "5",  # the shortest; 2 s of it are kept for the write
    "OPENAI_CONNECT_SECONDS": "1",
    "OPENAI_FIRST_TOKEN_SECONDS": "1",
    "OPENAI_IDLE_SECONDS": "1",
    "OPENAI_INITIAL_DELAY_MS": "10",
    "OPENAI_MAX_DELAY_MS": "50",
    "OPENAI_CIRCUIT_FAILURES": "1000",  # no row opens the circuit for another one
}


@dataclass(frozen=True)
class Played:
    """One call as it went: how it ended, how long that took, what the app and the log saw."""

    ending: Ending
    seconds: float
    record: Record
    lines: list[dict[str, Any]]


@dataclass(frozen=True)
class World:
    """A served product; `way` leads to the model's server, `store` to Firestore."""

    client: Client
    backend: Gunicorn
    model: MockModel
    way: Proxy
    store: Proxy

    def mend(self) -> None:
        """Make everything whole."""
        self.way.mend()
        self.store.mend()
        self.model.forget()
        self.model.tells(STORY)
        self.change()

    def counts(self) -> Counts:
        """Return what the worker has counted."""
        return self._door(None)

    def change(self, **changes: object) -> None:
        """Change what the worker finds around it; probe.py names what can be changed."""
        self._door(json.dumps(changes).encode())

    def _door(self, body: bytes | None) -> Counts:
        url = f"{self.backend.url}/back-door"
        with open_local(url, PATIENCE_SECONDS, body) as reply:
            counts: dict[str, int] = json.load(reply)
        return counts

    def settle(self) -> None:
        """Mend all, and call until Firestore's client has found its way back: it waits first."""
        self.mend()
        while REPEATED in self.play("whole").ending.events:
            pass

    def warm_up(self) -> None:
        """Have the worker build what its first story needs, which takes a good part of a call."""
        self.mend()
        self.play("whole")

    def play(self, scenario: str, meanwhile: Callable[[], object] | None = None) -> Played:
        """Call for a story as a new user's app, and wait until the product has done with it.

        Do `meanwhile` between the model's being asked and its answer.
        """
        app = new_app(self.client, self.backend)
        request_id = str(uuid.uuid4())
        before = self.counts()
        started = time.monotonic()
        request = {"prompt": "A fox in the dark", "requestId": request_id}
        if meanwhile:
            with self._held_answer():
                call = app.start(scenario, request)
                self.way.wait_until_asked()
                meanwhile()
            record = call.record()
        else:
            record = app.play(scenario, request)
        seconds = time.monotonic() - started
        lines = self._lines(request_id)
        kept = _kept(self.backend.stories(app.uid))
        ending = Ending(
            **_answer(record, kept),
            kept=kept,
            asked=self.way.asked,
            events=_events(lines),
            counts=_rise(before, self.counts()),
        )
        return Played(ending, seconds, record, lines)

    @contextmanager
    def _held_answer(self) -> Iterator[None]:
        opened = threading.Event()
        self.way.will(Line(opened=opened))
        try:
            yield
        finally:
            opened.set()

    def _lines(self, request_id: str) -> list[dict[str, Any]]:
        process = self.backend.process

        def over() -> list[dict[str, Any]] | None:
            lines = [
                json.loads(line)
                for line in process.output().splitlines()
                if request_id in line and line.startswith("{") and line.endswith("}")
            ]
            return lines if lines and lines[-1]["event"] == "call.ended" else None

        return process.wait_for(over, "done with the call", PATIENCE_SECONDS)


def _events(lines: list[dict[str, Any]]) -> tuple[str, ...]:
    """Return the events, without what a service's failed calls repeat at random intervals."""
    names = [line["event"] for line in lines]
    pairs = zip([None, *names], names, strict=False)
    return tuple(name for before, name in pairs if name != before or name != REPEATED)


def _answer(record: Record, kept: Kept | None) -> dict[str, Any]:
    """Return what the app was told. Both promises of a stream must have settled alike."""
    result = record["result"]
    assert result["status"] != "pending", "the client is left waiting"
    assert "iteration" not in record or record["iteration"]["status"] == result["status"]
    chunks = [each["chunk"] for each in record.get("chunks", ())]
    assert [chunk["seq"] for chunk in chunks] == list(range(len(chunks)))
    if result["status"] == "fulfilled":
        return _success(result["value"], chunks)
    return _failure(result["error"], _shown(chunks), kept)


def _success(value: Record, chunks: list[Record]) -> dict[str, Any]:
    text = value["story"]["text"]
    assert not chunks or _shown(chunks) == text
    return {
        "code": OK,
        "reason": None,
        "facts": {},
        "status": value["status"],
        "text": text,
        "resets": sum(chunk["type"] == "reset" for chunk in chunks),
    }


def _failure(error: Record, shown: str, kept: Kept | None) -> dict[str, Any]:
    """Return what the error says. The SDK drops chunks that the app has not read when it comes."""
    details = error["details"]
    facts = {name: value for name, value in details.items() if name not in KNOWN_DETAILS}
    if "retryAfterSec" in facts:
        facts["retryAfterSec"] = math.ceil(facts["retryAfterSec"])
    text = str(kept.text) if kept else ""
    return {
        "code": error["code"].removeprefix("functions/"),
        "reason": details["reason"],
        "facts": facts,
        "status": None,
        "text": text if text.startswith(shown) else shown,
        "resets": 0,
    }


def _shown(chunks: list[Record]) -> str:
    """Return the text that an app shows in the end: after a reset, only what followed it."""
    shown = ""
    for chunk in chunks:
        if chunk["type"] == "reset":
            assert chunk["reason"] == "retry"
            shown = ""
        shown += chunk.get("text", "")
    return shown


def _kept(stories: KeptStories) -> Kept | None:
    documents = list(stories.all().values())
    if not documents:
        return None
    [document] = documents
    status = document["status"]
    reason = status["error"]["reason"] if "error" in status else None
    return Kept(status["state"], reason, document.get("text", ""))


def _rise(before: Counts, after: Counts) -> Mapping[str, int]:
    rises = {name: count - before.get(name, 0) for name, count in after.items()}
    return {name: rise for name, rise in rises.items() if rise}


@contextmanager
def world(
    folder: Path,
    issuer: Issuer,
    firestore_host: str,
    client: Client,
    model: MockModel,
    **settings: str,
) -> Iterator[World]:
    """Serve the product in a breakable world."""
    with ExitStack() as open_:
        way = open_.enter_context(Proxy(model.address).serve())
        store = open_.enter_context(Proxy(firestore_host).serve())
        environment = {
            **LIMITS,
            "PYTHONPATH": str(FUNCTIONS),  # the probe imports the product's `main`
            "FIRESTORE_EMULATOR_HOST": store.address,
            "OPENAI_BASE_URL": f"http://model.test:{way.port}/v1",
            "OPENAI_MODEL": MODEL,
            **settings,
        }
        backend = open_.enter_context(
            gunicorn(folder, issuer, firestore_host, PROBE, **environment)
        )
        yield World(client, backend, model, way, store)
