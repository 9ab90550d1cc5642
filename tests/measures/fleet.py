"""Some instances of the product over one database, and apps that have stories told by them."""

import asyncio
import itertools
import random
import uuid
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from conteur.telemetry.registry import EXECUTIONS, STORY_WORDS
from tests.bench.figures import figures
from tests.clients.backends import Gunicorn, gunicorn
from tests.crashes.ledger import Ledger
from tests.crashes.world import Database
from tests.issuer import Issuer
from tests.measures.apps import APPS, TOLD, Ending, exchange, user_token
from tests.measures.failing_model import FailingModel
from tests.measures.served import SETTINGS, server_pid

USERS, AT_ONCE = 50, 32
TWICE_EVERY = 10
STREAMING = APPS[0]


@dataclass
class Instance:
    """A served product, the calls that it was sent, and those that it has not answered yet."""

    backend: Gunicorn
    calls: int = 0
    open: int = 0

    @property
    def cpu_seconds(self) -> float:
        return figures(server_pid(self.backend.url)).cpu_seconds

    async def call(self, request: bytes) -> Ending:
        """Send a request, and return how its answer ends."""
        port = urlsplit(self.backend.url).port
        assert port
        self.calls += 1
        self.open += 1
        try:
            return await exchange(port, request)
        finally:
            self.open -= 1


@dataclass
class Fleet:
    """The instances, their database, and the stories that they were asked for."""

    instances: Sequence[Instance]
    data: Database
    issuer: Issuer
    model: FailingModel
    stories: int = 0
    endings: Counter[Ending] = field(default_factory=Counter)

    async def tell(self, stories: int) -> None:
        """Have so many more stories told, AT_ONCE at a time, by whoever has least to do."""
        numbers = iter(range(stories))

        async def app() -> None:
            for number in numbers:
                request = self._request(number)
                chosen = sorted(self.instances, key=lambda each: (each.open, random.random()))  # noqa: S311 - no secret
                doubles = itertools.islice(itertools.cycle(chosen), 2 if _is_twice(number) else 1)
                endings = await asyncio.gather(*(one.call(request) for one in doubles))
                self.endings.update(endings)
                self.stories += TOLD in endings

        async with asyncio.TaskGroup() as apps:
            for _ in range(AT_ONCE):
                apps.create_task(app())

    def faults(self) -> Iterator[str]:
        """Yield what is not exact once all instances have ended."""
        ledger = Ledger.of(self.data.store.client)
        yield from ledger.faults()
        told = sum(one.backend.monitoring.total(STORY_WORDS.type) for one in self.instances)
        answered = sum(
            one.backend.monitoring.total(EXECUTIONS.type, outcome="completed")
            for one in self.instances
        )
        found = {
            "requests to the model": (self.model.asked, self.stories),
            "completed documents": (ledger.states["COMPLETED"], self.stories),
            "stories by their words": (told, self.stories),
            "completed executions": (answered, self.endings[TOLD]),
        }
        for number, one in enumerate(self.instances):
            counted = one.backend.monitoring.total(EXECUTIONS.type)
            found[f"executions of instance {number}"] = counted, one.calls
        for what, (count, right) in found.items():
            if count != right:
                yield f"{what}: {count}, and not {right}"

    def _request(self, number: int) -> bytes:
        uid = f"user-{number % USERS}"
        token = user_token(self.issuer, self.data.project, uid)
        return STREAMING.request(token, str(uuid.uuid4()))


@contextmanager
def fleet(
    folder: Path, issuer: Issuer, data: Database, relayed: str, url: str, size: int
) -> Iterator[list[Instance]]:
    """Serve the product `size` times over the database, reached at `relayed`."""
    settings = {**SETTINGS, "GOOGLE_CLOUD_PROJECT": data.project, "OPENAI_BASE_URL": url}
    with ExitStack() as running:
        instances = []
        for number in range(size):
            home = folder / f"{size}-{number}"
            home.mkdir()
            backend = running.enter_context(gunicorn(home, issuer, relayed, **settings))
            instances.append(Instance(backend))
        yield instances


def _is_twice(number: int) -> bool:
    return number % TWICE_EVERY == 0
