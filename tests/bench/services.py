"""What all peers talk to, on the load's core: a model, Firestore, Secret Manager, Monitoring."""

import json
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from scripts.local.environment import base_environment
from scripts.local.errors import LocalStackError
from scripts.local.firebase_project import PROJECT, ROOT
from scripts.local.firestore import firestore_emulator
from scripts.local.loopback import open_local
from scripts.local.ports import HOST, reserved_ports
from scripts.local.processes import Command, Process, running
from scripts.local.readiness import listens
from tests.bench import relay, upstream
from tests.bench.cores import LOAD_CORE, on_core
from tests.issuer import Issuer

SECRET, KEY = "OPENAI_API_KEY", "sk-bench-key-of-nobody"
START_SECONDS, ANSWER_SECONDS = 30.0, 10.0
TOKEN_SECONDS = 6 * 3600
MONITORING = "/google.monitoring.v3.MetricService/"
SECRET_MANAGER = "/google.cloud.secretmanager.v1.SecretManagerService/"  # noqa: S105 - a path


@dataclass(frozen=True)
class Pace:
    """When a story's tokens come: the first, each later one, and how many there are."""

    first_ms: float
    gap_ms: float
    tokens: int


UNPACED = Pace(0, 0, 40)
PACED = Pace(300, 20, 40)


@dataclass(frozen=True)
class Counts:
    """What was asked of the services: calls, and documents written and read.

    `firestore` has the gRPC calls by method, `writes` are those inside their commits.
    """

    upstream: int
    firestore: Mapping[str, int]
    writes: int
    reads: int
    monitoring: int
    secrets: int

    def __sub__(self, before: "Counts") -> "Counts":
        """Return what was asked since then."""
        return Counts(
            self.upstream - before.upstream,
            dict(Counter(self.firestore) - Counter(before.firestore)),
            self.writes - before.writes,
            self.reads - before.reads,
            self.monitoring - before.monitoring,
            self.secrets - before.secrets,
        )


@dataclass(frozen=True)
class Addresses:
    """The ports of the services as the peers reach them; `relay` is 0 where there is none."""

    firestore: int
    secret_manager: int
    monitoring: int
    model: int
    tasks: int
    relay: int = 0


@dataclass(frozen=True)
class Services:
    """The running services; `more` are variables of a measure's own, which win."""

    addresses: Addresses
    issuer: Issuer
    more: Mapping[str, str] = field(default_factory=dict, repr=False)
    _tokens: dict[str, str] = field(default_factory=dict, repr=False)

    def token(self, uid: str) -> str:
        """Return a really signed ID token of a user, the same one each time."""
        if uid not in self._tokens:
            expires = int(time.time()) + TOKEN_SECONDS
            self._tokens[uid] = self.issuer.id_token(uid, exp=expires)
        return self._tokens[uid]

    def environment(self) -> dict[str, str]:
        """Return the variables that tell every peer where the services are."""
        at = self.addresses
        return {
            "GOOGLE_CLOUD_PROJECT": PROJECT,
            "FIRESTORE_EMULATOR_HOST": f"{HOST}:{at.firestore}",
            "SECRET_MANAGER_ENDPOINT": f"{HOST}:{at.secret_manager}",
            "MONITORING_ENDPOINT": f"{HOST}:{at.monitoring}",
            "CLOUD_TASKS_EMULATOR_HOST": f"{HOST}:{at.tasks}",
            "ID_TOKEN_CERTS_URL": self.issuer.certs_url,
            "APP_CHECK_JWKS_URL": self.issuer.jwks_url,
            "OPENAI_BASE_URL": f"http://{HOST}:{at.model}/v1",
            "OPENAI_MODEL": upstream.MODEL,
            **self.more,
        }

    def pace(self, pace: Pace) -> None:
        """Set the pace of each story that is begun from now on."""
        self._ask(self.addresses.model, upstream.PACE, asdict(pace))

    def counts(self) -> Counts:
        """Return what was asked so far. Raises LocalStackError where nothing is relayed."""
        if not self.addresses.relay:
            raise LocalStackError("Only relayed services are counted: services(..., counted=True)")
        counted = Counter[str](self._ask(self.addresses.relay, "/"))
        return Counts(
            upstream=self._ask(self.addresses.model, upstream.COUNT),
            firestore=_calls(counted, relay.FIRESTORE),
            writes=counted[relay.WRITES],
            reads=counted[relay.READS],
            monitoring=sum(_calls(counted, MONITORING).values()),
            secrets=sum(_calls(counted, SECRET_MANAGER).values()),
        )

    def _ask(self, port: int, path: str, told: object = None) -> Any:  # noqa: ANN401 - it is JSON
        body = None if told is None else json.dumps(told).encode()
        with open_local(f"http://{HOST}:{port}{path}", ANSWER_SECONDS, body) as reply:
            return json.load(reply)


@contextmanager
def services(
    folder: Path, round_trip_ms: float = 0.0, *, counted: bool = False
) -> Iterator[Services]:
    """Run the services until the block ends; `folder` gets their logs.

    They, and the calling thread, stay on LOAD_CORE meanwhile. With a delay, or to be counted,
    all but the model are reached through a relay. Raises LocalStackError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        stack.enter_context(on_core(LOAD_CORE))
        issuer = stack.enter_context(Issuer().serve())
        secrets, monitoring, model, tasks, *spare = stack.enter_context(reserved_ports(8))
        host = stack.enter_context(firestore_emulator(folder))
        direct = Addresses(int(host.partition(":")[2]), secrets, monitoring, model, tasks)
        stack.enter_context(_parts(folder, direct))
        addresses = direct
        if counted or round_trip_ms:
            addresses = stack.enter_context(_relayed(folder, direct, spare, round_trip_ms))
        yield Services(addresses, issuer)


@contextmanager
def _parts(folder: Path, at: Addresses) -> Iterator[None]:
    """Run the stand-ins and the model, all started at the same time."""
    standin = ("-m", "scripts.local.standins")
    parts = {
        at.secret_manager: ("secret-manager", *standin, "secret-manager", "--secrets", SECRET),
        at.monitoring: ("monitoring", *standin, "monitoring"),
        at.model: ("upstream", "-m", "tests.bench.upstream"),
    }
    with ExitStack() as stack:
        started = {
            port: stack.enter_context(_part(folder, *part, "--port", str(port)))
            for port, part in parts.items()
        }
        for port, process in started.items():
            process.wait_for(listens(port), "listening", START_SECONDS)
        yield


@contextmanager
def _relayed(
    folder: Path, direct: Addresses, ports: list[int], round_trip_ms: float
) -> Iterator[Addresses]:
    """Run the relay before the services, and yield the addresses with its own ones in them."""
    control, firestore, secret_manager, monitoring = ports
    ends = (firestore, secret_manager, monitoring)
    targets = (direct.firestore, direct.secret_manager, direct.monitoring)
    routes = [f"{port}:{target}" for port, target in zip(ends, targets, strict=True)]
    told = ("--control", str(control), "--round-trip-ms", str(round_trip_ms), *routes)
    with _part(folder, "relay", "-m", "tests.bench.relay", *told) as process:
        process.wait_for(listens(ends[-1]), "listening", START_SECONDS)
        yield Addresses(*ends, direct.model, direct.tasks, control)


def _part(folder: Path, name: str, *arguments: str) -> AbstractContextManager[Process]:
    command = Command(
        name=f"The bench's {name}",
        argv=(sys.executable, *arguments),
        env={**base_environment(), SECRET: KEY},
        cwd=ROOT,
        grace_seconds=1.0,
    )
    return running(command, folder / f"{name}.log")


def _calls(counted: Mapping[str, int], service: str) -> dict[str, int]:
    return {
        path.removeprefix(service): count
        for path, count in counted.items()
        if path.startswith(service)
    }
