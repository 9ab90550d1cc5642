"""The product with everything around it breakable, and what one call leaves behind there."""

import json
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from scripts.local.loopback import open_local
from scripts.local.standins.moderation import ModerationStandIn
from tests.clients.app import App, new_app
from tests.clients.backends import Gunicorn, gunicorn
from tests.clients.client import Client, Record
from tests.faults import seen
from tests.faults.answers import STORY
from tests.faults.endings import MODEL, OTHER_MODEL, Counts, Ending
from tests.faults.lines import Line
from tests.faults.mock_model import MockModel
from tests.faults.proxy import Proxy
from tests.issuer import Issuer

PROBE = Path(__file__).with_name("probe.py")
PATIENCE_SECONDS = 20.0
REQUEST: Mapping[str, object] = {
    "prompt": "A fox in the dark",
    "language": "en",
    "length": {"words": 50},  # about as long as STORY
}
FREE = "0/0@2026-01-01"  # so that no ending depends on how llmock counts tokens
NOTHING: Mapping[str, object] = {}

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
    """One call as it went: how it ended, how long that took, and what the app saw."""

    ending: Ending
    seconds: float
    record: Record


@dataclass(frozen=True)
class World:
    """A served product; `way` leads to the model's server, `store` to Firestore.

    `judges` leads to `moderation`, where the product's settings have texts moderated.
    """

    client: Client
    backend: Gunicorn
    model: MockModel
    way: Proxy
    store: Proxy
    moderation: ModerationStandIn
    judges: Proxy

    def mend(self) -> None:
        """Make everything whole."""
        self.way.mend()
        self.store.mend()
        self.judges.mend()
        vars(self.moderation).update(vars(ModerationStandIn()))
        self.backend.tasks.down = False
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
        while seen.REPEATED in self.play("whole").ending.events:
            pass

    def warm_up(self) -> Played:
        """Have the worker build what its first story needs.

        That takes a good part of a call, and on a busy machine more than a row's deadline leaves.
        """
        self.mend()
        return self.play("whole")

    def play(
        self,
        scenario: str,
        meanwhile: Callable[[], object] | None = None,
        more: Mapping[str, object] = NOTHING,
        become: Callable[[App], App] = lambda app: app,
    ) -> Played:
        """Call for a story as a new user's app, and wait until the product has done with it.

        Do `meanwhile` between the model's being asked and its answer. `more` is what is asked for
        besides the prompt; `become` makes the new user's app the one that calls.
        """
        app = become(self.new_app())
        request = {**REQUEST, "requestId": str(uuid.uuid4()), **more}
        before = self.counts()
        self.way.asked = 0
        started = time.monotonic()
        record = self._call(app, scenario, request, meanwhile)
        seconds = time.monotonic() - started
        lines = self.lines(str(request["requestId"]))
        kept = seen.document(self.backend.stories(app.uid))
        ending = Ending(
            **seen.answer(record, kept),
            kept=kept,
            asked=self.way.asked,
            events=seen.events(lines),
            counts=seen.rise(before, self.counts()),
        )
        return Played(ending, seconds, record)

    def ask(self, app: App, function: str, request: Mapping[str, object], scenario: str) -> Played:
        """Call another function than the one that tells stories, and wait for its end."""
        request_id = str(uuid.uuid4())
        before = self.counts()
        self.way.asked = 0
        started = time.monotonic()
        record = app.play(scenario, {**request, "requestId": request_id}, function=function)
        seconds = time.monotonic() - started
        lines = self.lines(request_id)
        ending = Ending(
            **seen.plain_answer(record),
            kept=None,
            asked=self.way.asked,
            events=seen.events(lines),
            counts=seen.rise(before, self.counts()),
        )
        return Played(ending, seconds, record)

    def new_app(self) -> App:
        """Return the app of a user who never called before."""
        return new_app(self.client, self.backend)

    def _call(
        self,
        app: App,
        scenario: str,
        request: Mapping[str, object],
        meanwhile: Callable[[], object] | None,
    ) -> Record:
        if meanwhile is None:
            return app.play(scenario, request)
        with self._held_answer():
            call = app.start(scenario, request)
            self.way.wait_until_asked()
            meanwhile()
        return call.record()

    @contextmanager
    def _held_answer(self) -> Iterator[None]:
        opened = threading.Event()
        self.way.will(Line(opened=opened))
        try:
            yield
        finally:
            opened.set()

    def lines(self, request_id: str) -> list[dict[str, Any]]:
        """Wait until a call is over, and return what was logged of it until then."""
        process = self.backend.process

        def over() -> list[dict[str, Any]] | None:
            lines = [
                json.loads(line)
                for line in process.output().splitlines()
                if request_id in line and line.startswith("{") and line.endswith("}")
            ]
            ends = [n for n, line in enumerate(lines, 1) if line["event"] == "call.ended"]
            return lines[: ends[0]] if ends else None

        return process.wait_for(over, "done with the call", PATIENCE_SECONDS)


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
        moderation = ModerationStandIn()
        judging = urlsplit(open_.enter_context(moderation.serve())).netloc
        judges = open_.enter_context(Proxy(judging).serve())
        environment = {
            **LIMITS,
            "FIRESTORE_EMULATOR_HOST": store.address,
            "OPENAI_BASE_URL": f"http://model.test:{way.port}/v1",
            "OPENAI_MODEL": MODEL,
            "MODERATION_BASE_URL": f"http://{judges.address}/v1",
            "OPENAI_PRICES": f"{MODEL}:{FREE},{OTHER_MODEL}:{FREE}",
            **settings,
        }
        backend = open_.enter_context(
            gunicorn(folder, issuer, firestore_host, PROBE, **environment)
        )
        yield World(client, backend, model, way, store, moderation, judges)
