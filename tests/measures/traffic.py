"""What an operation costs in Firestore, whatever machine or emulator it is measured on."""

import json
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from google.cloud.firestore_v1.services.firestore import FirestoreClient

from scripts.local.environment import base_environment
from scripts.local.firebase_project import ROOT
from scripts.local.loopback import open_local
from scripts.local.ports import HOST, reserved_ports
from scripts.local.processes import Command, running
from scripts.local.readiness import listens
from scripts.local.standins.server import Message, Method
from tests.adapters.firestore_relay import FirestoreRelay, store_at
from tests.adapters.stored import Store
from tests.bench import relay

Costs = Mapping[str, int]
"""How many calls of each method, writes in the commits, and documents in the answers."""

START_SECONDS = 30.0
DOCUMENTS = {"BatchGetDocuments": "found", "RunQuery": "document"}
"""The field of a read's answer that holds a document; some answers tell the time only."""


class CountingRelay(FirestoreRelay):
    """Passes calls on to the emulator, and counts what they write and read."""

    def __init__(self, upstream: FirestoreClient) -> None:
        super().__init__(upstream)
        self._counted: Counter[str] = Counter()
        self._counting = threading.Lock()

    def methods(self) -> Mapping[str, Method]:
        """Return the methods that the adapters call."""
        return {name: self._counts(name, method) for name, method in super().methods().items()}

    def taken(self) -> Costs:
        """Return what was counted since the last time."""
        with self._counting:
            counted, self._counted = self._counted, Counter()
        return dict(sorted(counted.items()))

    def _counts(self, name: str, method: Method) -> Method:
        def answer(request: Message) -> Message:
            answered = method.answer(request)
            costs = Counter({name: 1})
            if name in DOCUMENTS:
                answered = list(answered)
                costs["documents"] = sum(DOCUMENTS[name] in each for each in answered)
            else:
                costs["writes"] = len(request.writes)
            with self._counting:
                self._counted.update(costs)
            return answered

        return replace(method, answer=answer)


@contextmanager
def counted_store(host: str, project: str) -> Iterator[tuple[Store, Callable[[], Costs]]]:
    """Yield the adapters over a counting relay, and what tells the costs since the last time."""
    with (
        CountingRelay.to(host) as relay,
        relay.serve() as address,
        store_at(address, project) as store,
    ):
        yield store, relay.taken


@contextmanager
def counting_process(folder: Path, host: str) -> Iterator[tuple[str, Callable[[], Counter[str]]]]:
    """Relay Firestore by a process; yield where it is reached, and what tells the costs so far."""
    with reserved_ports(2) as (port, control):
        route = f"{port}:{host.rpartition(':')[2]}"
        command = Command(
            name="The relay",
            argv=(sys.executable, "-m", relay.__name__, "--control", str(control), route),
            env=base_environment(),
            cwd=ROOT,
        )
        with running(command, folder / "relay.log") as process:
            process.wait_for(listens(control), "listening", START_SECONDS)

            def costs() -> Counter[str]:
                with open_local(f"http://{HOST}:{control}/", START_SECONDS) as reply:
                    told = json.load(reply)
                return Counter({what.removeprefix(relay.FIRESTORE): told[what] for what in told})

            process.wait_for(listens(port), "relaying", START_SECONDS)
            yield f"{HOST}:{port}", costs
