"""A served product that dies where a test says, in a database of its own."""

import json
import os
import signal
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.request import ProxyHandler, Request, build_opener

from conteur.adapters.clock import SystemClock
from conteur.adapters.firestore_leases import FirestoreLeases
from conteur.adapters.unsaved_stories import unsaved_story_in
from conteur.domain.deadline import Deadline
from conteur.telemetry.aggregate import Aggregate
from conteur.use_cases.save_story import SaveStory
from conteur.use_cases.sweep_stories import SweepStories, Swept
from scripts.local.loopback import open_local
from scripts.local.serving import FUNCTIONS
from tests.adapters.firestore_relay import new_project, store_at
from tests.adapters.stored import Store
from tests.clients.backends import Gunicorn, gunicorn
from tests.crashes.calls import Call, token_for
from tests.crashes.ledger import Document, Ledger
from tests.crashes.orders import FOLDER, GROUP, Orders
from tests.issuer import Issuer

ROOT = Path(__file__).parents[2]
MORTAL = Path(__file__).with_name("mortal.py")
PATIENCE_SECONDS = 30.0
MUCH_LATER = timedelta(minutes=10)  # every lease is over by then
COST_MICROS = 25  # of the model stand-in's every story, at the price of backends.MODEL_SETTINGS


class LaterClock(SystemClock):
    """The system's clock, with the wall clock ten minutes ahead."""

    def now(self) -> datetime:
        return datetime.now(UTC) + MUCH_LATER


@dataclass(frozen=True)
class Database:
    """One project's database in the emulator at `host`, and the jobs that mend it."""

    host: str
    project: str
    store: Store

    def sweep(self) -> Swept:
        """End all stories that are PROCESSING: no attempt renews a lease for ten minutes."""
        clock, leases = LaterClock(), FirestoreLeases(self.store.client)
        sweeping = SweepStories(self.store.stories, leases, clock, Aggregate(), list.reverse)
        return sweeping(Deadline(clock.monotonic() + PATIENCE_SECONDS))

    def save(self, task: object) -> None:
        """Do what the task queue's function does with a task."""
        saving = SaveStory(self.store.stories, SystemClock(), Aggregate())
        saving(unsaved_story_in(json.dumps(task).encode()))

    def ledger(self) -> Ledger:
        return Ledger.of(self.store.client)

    def wipe(self) -> None:
        """Delete every document."""
        place = f"emulator/v1/projects/{self.project}/databases/(default)/documents"
        request = Request(f"http://{self.host}/{place}", method="DELETE")
        build_opener(ProxyHandler({})).open(request, timeout=PATIENCE_SECONDS).close()


@dataclass(frozen=True)
class World:
    """A served product and its database."""

    backend: Gunicorn
    database: Database
    orders: Orders

    def new_call(self, uid: str | None = None) -> Call:
        """Return a call for a story that nobody has asked for, by a new user if none is named."""
        uid = uid or f"user-{uuid.uuid4()}"
        token = token_for(self.backend.issuer, self.database.project, uid)
        return Call(uid, token, f"A fox {uuid.uuid4()}")

    def ask(self, call: Call) -> dict[str, Any]:
        """Return what a call is answered by a model that tells it a story."""
        self.backend.model.tells(call.prompt, "A fox slept.")
        answer = call.ask(self.backend.url)
        assert answer, self.backend.process.last_words()
        return answer

    def post(self, path: str, body: object = None) -> Any:  # noqa: ANN401 - a value of JSON
        """Run a job in the served process."""
        sent = json.dumps(body).encode()
        with open_local(f"{self.backend.url}{path}", PATIENCE_SECONDS, sent) as reply:
            return json.load(reply)

    def story(self, call: Call) -> Document:
        """Return what is kept of a story; nothing where it is not there."""
        place = f"users/{call.uid}/stories/{call.request_id}"
        return self.database.store.client.document(place).get().to_dict() or {}

    def wait_for(self, found: Callable[[], bool], what: str) -> None:
        self.backend.process.wait_for(lambda: found() or None, what, PATIENCE_SECONDS)

    def deliver(self) -> None:
        """Have everything stored that the outbox took."""
        for task in self.backend.tasks.tasks.values():
            self.database.save(task)

    def kill(self) -> None:
        """End the whole instance at once, with all its threads and processes."""
        group = int(self.orders.folder.with_name(GROUP).read_text())
        with suppress(ProcessLookupError):  # it is dead already
            os.killpg(group, signal.SIGKILL)


@contextmanager
def database(host: str) -> Iterator[Database]:
    """Yield an empty database."""
    project = new_project()
    with store_at(host, project) as store:
        yield Database(host, project, store)


@contextmanager
def world(folder: Path, issuer: Issuer, data: Database, **settings: str) -> Iterator[World]:
    """Serve the product over `data`."""
    orders = Orders(folder / "orders")
    orders.folder.mkdir(parents=True)
    environment = {
        "GOOGLE_CLOUD_PROJECT": data.project,
        "PYTHONPATH": f"{FUNCTIONS}:{ROOT}",
        FOLDER: str(orders.folder),
        "OPENAI_MAX_ATTEMPTS": "1",
        **settings,
    }
    with ExitStack() as open_:
        backend = open_.enter_context(gunicorn(folder, issuer, data.host, MORTAL, **environment))
        served = World(backend, data, orders)
        open_.callback(served.kill)  # else it would send its last metrics first
        yield served
