"""Stories told by a served product that counts what it does for them."""

import json
import sys
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import urlsplit

from scripts.local.environment import base_environment
from scripts.local.firebase_project import ROOT
from scripts.local.loopback import open_local
from scripts.local.ports import HOST, reserved_ports
from scripts.local.processes import Command, running
from scripts.local.readiness import listens
from tests.bench import load, upstream
from tests.bench.peers.peer import story_call
from tests.bench.services import Pace
from tests.clients.backends import Gunicorn, gunicorn
from tests.issuer import Issuer
from tests.performance.counting import ask

SOURCE = Path(__file__).with_name("observed.py")
START_SECONDS = 30.0


@dataclass(frozen=True)
class Calls:
    """Calls of Python functions by name: in the threads of requests, and in all threads."""

    requests: Counter[str]
    everywhere: Counter[str]


@dataclass(frozen=True)
class Held:
    """Bytes held of what was allocated since they were first asked for; our objects by class."""

    size: int
    objects: Counter[str]


@dataclass(frozen=True)
class Observed:
    """The served product and its model."""

    backend: Gunicorn
    model_port: int

    @property
    def port(self) -> int:
        """Where stories are told."""
        return urlsplit(self.backend.url).port or 0

    def tell(self, stories: int, pace: Pace) -> None:
        """Stream stories at a pace, one after the other, each to a user of its own."""
        told = json.dumps(asdict(pace)).encode()
        open_local(f"http://{HOST}:{self.model_port}{upstream.PACE}", START_SECONDS, told).close()
        users = (uuid.uuid4().hex for _ in range(stories))
        sign = self.backend.issuer.id_token
        requests = [story_call(sign(uid), None, stream=True) for uid in users]
        assert all(answer.ok for answer in load.calls(self, requests, at_once=1))

    def count(self) -> None:
        """Forget the calls so far, and count those from now on."""
        ask(self.backend.url, "GET", "/count")

    def calls(self) -> Calls:
        """Return the calls so far, and count none any more."""
        requests, everywhere = json.loads(ask(self.backend.url, "GET", "/calls"))
        return Calls(Counter(requests), Counter(everywhere))

    def held(self) -> Held:
        """Return what is held; counts no calls any more."""
        size, objects = json.loads(ask(self.backend.url, "GET", "/held"))
        return Held(size, Counter(objects))


@contextmanager
def observed(folder: Path, issuer: Issuer, firestore_host: str) -> Iterator[Observed]:
    """Serve the product until the block ends."""
    with ExitStack() as running_:
        [port] = running_.enter_context(reserved_ports(1))
        running_.enter_context(_model(folder, port))
        settings = {
            "PYTHONPATH": str(ROOT / "functions"),
            "OPENAI_BASE_URL": f"http://{HOST}:{port}/v1",
        }
        backend = running_.enter_context(
            gunicorn(folder, issuer, firestore_host, SOURCE, **settings)
        )
        yield Observed(backend, port)


@contextmanager
def _model(folder: Path, port: int) -> Iterator[None]:
    command = Command(
        name="The model",
        argv=(sys.executable, "-m", "tests.bench.upstream", "--port", str(port)),
        env=base_environment(),
        cwd=ROOT,
        grace_seconds=1.0,
    )
    with running(command, folder / "model.log") as process:
        process.wait_for(listens(port), "listening", START_SECONDS)
        yield
