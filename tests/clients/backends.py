"""The product, served in the two ways that an app can reach it here."""

import json
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from conteur.adapters.firestore_client import ReconnectingClient as Firestore
from scripts.local.addresses import REGION
from scripts.local.firebase_project import PROJECT
from scripts.local.model_choice import ModelChoice
from scripts.local.ports import HOST
from scripts.local.processes import Process
from scripts.local.progress import Progress
from scripts.local.serving import FUNCTIONS, MAIN, served
from scripts.local.stack import Stack, local_stack
from scripts.local.standins.cloud_monitoring.metrics import MonitoringStandIn
from scripts.local.standins.secret_manager import SecretManagerStandIn
from tests.clients.kept_stories import KeptStories, firestore_client
from tests.clients.story_model import NAME, StoryModel
from tests.clients.task_queue import TaskQueue
from tests.issuer import Issuer
from tests.private_texts import keep_log

FUNCTION = "generate_story"
EVERY_FUNCTION = Path(__file__).with_name("every_function.py")
IMPORTING_MAIN = {"PYTHONPATH": str(FUNCTIONS)}
KEY = "sk-test-key-of-nobody"
MODEL_SETTINGS = {
    "OPENAI_INITIAL_DELAY_MS": "10",
    "OPENAI_CIRCUIT_FAILURES": "1000",  # tests that fail on purpose must not stop each other
    "OPENAI_PRICES": f"{NAME}:1/2@2026-01-01",
    "QUOTA_STORIES_AT_ONCE": "100",
    "QUOTA_STORIES_PER_DAY": "1000",
}

Connection = dict[str, Any]
"""How an app of one user reaches the product: sdk.mjs says what it holds."""


class Backend(Protocol):
    """A served product and the model behind it."""

    @property
    def model(self) -> StoryModel: ...

    def connection(self, uid: str) -> Connection: ...

    def stories(self, uid: str) -> KeptStories: ...


@dataclass(frozen=True)
class Gunicorn:
    """A process under functions-framework and gunicorn, as production runs each function."""

    url: str
    process: Process
    issuer: Issuer
    model: StoryModel
    secrets: SecretManagerStandIn
    monitoring: MonitoringStandIn
    tasks: TaskQueue
    firestore: Firestore

    def connection(self, uid: str) -> Connection:
        return {"project": PROJECT, "url": self.url, "token": self.issuer.id_token(uid)}

    def stories(self, uid: str) -> KeptStories:
        return KeptStories(self.firestore, uid, self.process)

    def log(self) -> list[dict[str, Any]]:
        """Return what the function has logged so far."""
        return [json.loads(line) for line in self.process.output().splitlines()]


@dataclass(frozen=True)
class Emulators:
    """All functions on the whole local stack."""

    stack: Stack
    model: StoryModel
    firestore: Firestore

    def connection(self, uid: str) -> Connection:
        addresses = self.stack.addresses
        ports = addresses.emulators
        return {
            "project": PROJECT,
            "region": REGION,
            "url": addresses.generate_story,
            "auth": addresses.auth,
            "functions": {"host": HOST, "port": ports.functions},
            "firestore": {"host": HOST, "port": ports.firestore},
            "uid": uid,
        }

    def stories(self, uid: str) -> KeptStories:
        return KeptStories(self.firestore, uid, self.stack.emulators)


@contextmanager
def gunicorn(
    folder: Path, issuer: Issuer, firestore_host: str, source: Path = MAIN, /, **settings: str
) -> Iterator[Gunicorn]:
    """Serve `generate_story` with stand-ins of its own; `settings` are added to its environment.

    FUNCTION_TARGET among them names another function. `source` may stand before the product, such
    as EVERY_FUNCTION.
    """
    function = settings.get("FUNCTION_TARGET", FUNCTION)
    secrets, monitoring = SecretManagerStandIn({"OPENAI_API_KEY": KEY}), MonitoringStandIn()
    with ExitStack() as running:
        model = running.enter_context(StoryModel().serve())
        tasks = running.enter_context(TaskQueue().serve())
        environment = {
            "FIRESTORE_EMULATOR_HOST": firestore_host,
            "SECRET_MANAGER_ENDPOINT": running.enter_context(secrets.serve()),
            "MONITORING_ENDPOINT": running.enter_context(monitoring.serve()),
            "ID_TOKEN_CERTS_URL": issuer.certs_url,
            "APP_CHECK_JWKS_URL": issuer.jwks_url,
            "CLOUD_TASKS_EMULATOR_HOST": tasks.address,
            **({} if source == MAIN else IMPORTING_MAIN),
            "OPENAI_BASE_URL": model.url,
            "OPENAI_MODEL": NAME,
            **MODEL_SETTINGS,
            **settings,
        }
        firestore = running.enter_context(firestore_client(firestore_host, PROJECT))
        url, process = running.enter_context(
            served(function, environment, folder / f"{function}.log", source)
        )
        yield Gunicorn(url, process, issuer, model, secrets, monitoring, tasks, firestore)


@contextmanager
def emulators() -> Iterator[Emulators]:
    """Run the whole local stack over a model of its own."""
    with ExitStack() as running:
        model = running.enter_context(StoryModel().serve())
        choice = ModelChoice(KEY, model.url, NAME, settings=MODEL_SETTINGS)
        stack = running.enter_context(local_stack(choice, Progress(sys.stderr)))
        running.callback(lambda: keep_log("emulators", stack.emulators.output()))
        firestore = running.enter_context(firestore_client(stack.addresses.firestore, PROJECT))
        yield Emulators(stack, model, firestore)
