"""The composition root: the only place that builds adapters.

Nothing heavy is built here. Each service is a `Lazy`, built in the worker by whoever needs it
first; a thread that starts with the worker builds what the first story will need. A call that
is refused before a token is checked (a malformed one, or one without a token) waits for none of
it; one with a token waits for what checks tokens, which is built first.
"""

import atexit
import gc
import os
import random
import secrets
import threading
import uuid
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Generic, TypeVar

from conteur.adapters.background import BackgroundThreads
from conteur.adapters.clock import SystemClock
from conteur.adapters.instance_load import InstanceLoad
from conteur.adapters.timers import Timers
from conteur.settings import Settings
from conteur.telemetry import logs
from conteur.telemetry.aggregate import Aggregate, Snapshot
from conteur.telemetry.flushing import Flusher, MetricSink
from conteur.use_cases.memory_guard import MemoryGuard

if TYPE_CHECKING:
    from conteur.adapters.api_key import ApiKey
    from conteur.adapters.firestore_client import ReconnectingClient
    from conteur.adapters.firestore_library import FirestoreLibrary
    from conteur.adapters.openai_api.model import OpenAIModel
    from conteur.domain.prompt_shelf import PromptShelf
    from conteur.domain.story import UnsavedStory
    from conteur.use_cases.admit_story import AdmitStory
    from conteur.use_cases.check_account import CheckAccount
    from conteur.use_cases.check_health import CheckHealth
    from conteur.use_cases.generate_story import GenerateStory
    from conteur.use_cases.knobs_watch import KnobsWatch
    from conteur.use_cases.ports import Outbox, Stories, Tokens
    from conteur.use_cases.prepare_order import PrepareOrder
    from conteur.use_cases.save_story import SaveStory
    from conteur.use_cases.sweep_stories import SweepStories
    from conteur.use_cases.write_story import WriteStory

KEY_SECONDS = 3.0

_Service = TypeVar("_Service")


class Lazy(Generic[_Service]):
    """A service that is built once, by its first user; later users wait for it.

    One lock serves all of them: two threads that import packages which import each other can
    see half-made modules.
    """

    _building = threading.RLock()

    def __init__(self, build: Callable[[], _Service]) -> None:
        self._build = build
        self._built: _Service | None = None

    def __call__(self) -> _Service:
        """Return the service."""
        if self._built is None:
            with Lazy._building:
                if self._built is None:
                    self._built = self._build()
        return self._built


class Services:
    """Everything that the entry points need, over one process's settings."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.clock = SystemClock()
        self.timers = Timers(self.clock, lambda error: logs.error("timers.failed", error))
        self.background = BackgroundThreads()
        self.meter = Aggregate(function=settings.function)
        self.flusher = Flusher(self.meter, _DeferredSink(Lazy(self._metric_sink)))
        self.tokens = Lazy(self._tokens)
        self.generate_story = Lazy(self._generate_story)
        self.prepare_order = Lazy(self._prepare_order)
        self.check_account = Lazy(self._check_account)
        self.load = InstanceLoad()
        self.memory = MemoryGuard(self.load)
        self.sweep_stories = Lazy(self._sweep_stories)
        self.save_story = Lazy(self._save_story)
        self.check_health = Lazy(self._check_health)
        self._api_key = Lazy(self._make_api_key)
        self._firestore = Lazy(self._connect_firestore)
        self._models = Lazy(self._connect_models)
        self._knobs = Lazy(self._make_knobs)
        self._prompts = Lazy(self._load_prompts)
        atexit.register(self.flusher.close)

    def warm_up_after_fork(self, handler: Callable[[], object]) -> None:
        """Have each worker build what its first story needs, beside its first calls."""
        os.register_at_fork(
            after_in_child=lambda: threading.Thread(
                target=self.warm_up, args=[handler], name="warm-up", daemon=True
            ).start()
        )

    def warm_up(self, handler: Callable[[], object]) -> None:
        """Build what a first story needs, and read the key once; a step that fails is logged.

        All that is made here stays, so the garbage collector need not look at it, now or ever.
        """
        steps: tuple[tuple[str, Callable[[], object]], ...] = (
            ("tokens", self.tokens),
            ("generate_story", handler),
            ("api_key", lambda: self._api_key().get(KEY_SECONDS)),
        )
        gc.disable()
        try:
            for step, take in steps:
                self._warm_up(step, take)
        finally:
            gc.freeze()
            gc.enable()

    def _warm_up(self, step: str, take: Callable[[], object]) -> None:
        try:
            take()
        except Exception as error:  # noqa: BLE001 - the call that needs it meets and reports it
            logs.warning("warm_up.failed", error, step=step)

    def read_task(self) -> "Callable[[bytes], UnsavedStory]":
        """Return what reads a task's body."""
        from conteur.adapters.unsaved_stories import unsaved_story_in

        return unsaved_story_in

    def _generate_story(self) -> "GenerateStory":
        from conteur.use_cases.custody import Custody
        from conteur.use_cases.generate_story import GenerateStory
        from conteur.use_cases.network_watch import NetworkWatch

        stories = self._stories()
        return GenerateStory(
            admit=self._admit_story(stories),
            networks=NetworkWatch(),
            write=self._write_story(),
            custody=Custody(
                stories, self._outbox(), self.clock, self.timers, self.background, self.meter
            ),
            clock=self.clock,
            load=self.load,
            meter=self.meter,
        )

    def _prepare_order(self) -> "PrepareOrder":
        from conteur.use_cases.prepare_order import PrepareOrder

        return PrepareOrder(
            self._knobs().current, self._prompts(), self._library(), self._settings.context_words
        )

    def _make_knobs(self) -> "KnobsWatch":
        from conteur.use_cases.knobs_watch import KnobsWatch

        return KnobsWatch(self._settings.knobs)

    def _load_prompts(self) -> "PromptShelf":
        from conteur.adapters.prompt_files import load_prompt_shelf

        return load_prompt_shelf(self._settings.prompt_version, secrets.token_hex(8))

    def _check_account(self) -> "CheckAccount":
        from conteur.use_cases.check_account import CheckAccount

        return CheckAccount()

    def _library(self) -> "FirestoreLibrary":
        from conteur.adapters.firestore_library import FirestoreLibrary

        return FirestoreLibrary(self._firestore())

    def _admit_story(self, stories: "Stories") -> "AdmitStory":
        from conteur.adapters.firestore_budgets import FirestoreBudgets
        from conteur.use_cases.admit_story import AdmitStory
        from conteur.use_cases.budget_watch import BudgetWatch
        from conteur.use_cases.door import Door

        rule, model = self._settings.budget, self._settings.model
        budgets = FirestoreBudgets(self._firestore())
        return AdmitStory(
            stories,
            Door(self.clock),
            BudgetWatch(budgets, rule.micros_a_day, self.clock, BackgroundThreads(1), self.meter),
            quote=lambda order: model.prices.most(order.knobs.models, order.prompt),
            shard=partial(random.randrange, rule.shards),
            clock=self.clock,
        )

    def _write_story(self) -> "WriteStory":
        from conteur.use_cases.guarded_model import GuardedModel
        from conteur.use_cases.moderation import Moderation
        from conteur.use_cases.write_story import WriteStory

        settings = self._settings.model
        return WriteStory(
            models={
                model.name: GuardedModel(model, settings.circuit, self.clock, self.meter)
                for model in self._models()
            },
            moderation=Moderation(),
            prices=settings.prices,
            policy=settings.retry,
            clock=self.clock,
            meter=self.meter,
            jitter=random.random,
        )

    def _sweep_stories(self) -> "SweepStories":
        from conteur.adapters.firestore_leases import FirestoreLeases
        from conteur.use_cases.sweep_stories import SweepStories

        leases = FirestoreLeases(self._firestore())
        return SweepStories(self._stories(), leases, self.clock, self.meter, random.shuffle)

    def _save_story(self) -> "SaveStory":
        from conteur.use_cases.save_story import SaveStory

        return SaveStory(self._stories(), self.clock, self.meter)

    def _stories(self) -> "Stories":
        from conteur.adapters.firestore_stories import FirestoreStories

        return FirestoreStories(self._firestore())

    def _outbox(self) -> "Outbox":
        from conteur.adapters.task_outbox import TaskOutbox

        return TaskOutbox(self._settings.project, self._settings.region)

    def _connect_firestore(self) -> "ReconnectingClient":
        from conteur.adapters.firestore_client import ReconnectingClient

        return ReconnectingClient(project=self._settings.project)

    def _connect_models(self) -> Sequence["OpenAIModel"]:
        from conteur.adapters.openai_api.bounds import ModelLimits
        from conteur.adapters.openai_api.client import connect_models

        model = self._settings.model
        limits = ModelLimits(model.connect_seconds, model.first_token_seconds, model.idle_seconds)
        names = (*model.names, *sorted(model.prices.prices.keys() - set(model.names)))
        return connect_models(names, model.base_url, self._api_key(), self.clock, limits)

    def _make_api_key(self) -> "ApiKey":
        from conteur.adapters.api_key import ApiKey
        from conteur.adapters.secret_manager import SecretManager

        store = SecretManager(self._settings.project, self._settings.endpoints.secret_manager)
        model = self._settings.model
        return ApiKey(store, model.secret_name, model.secret_version, self.clock)

    def _tokens(self) -> "Tokens":
        from conteur.adapters.firebase_tokens import FirebaseTokens

        endpoints = self._settings.endpoints
        return FirebaseTokens(
            self._settings.project,
            certs_url=endpoints.id_token_certs_url,
            jwks_url=endpoints.app_check_jwks_url,
        )

    def _check_health(self) -> "CheckHealth":
        from conteur.adapters.probes import FirestoreProbe, ModelProbe, SecretProbe
        from conteur.use_cases.check_health import CheckHealth

        probes = (
            FirestoreProbe(self._firestore),
            SecretProbe(self._api_key),
            ModelProbe(lambda: self._models()[0]),
        )
        return CheckHealth(probes, self.clock)

    def _metric_sink(self) -> MetricSink:
        from conteur.adapters.cloud_monitoring import CloudMonitoring, Instance

        settings = self._settings
        instance = Instance(
            project=settings.project,
            region=settings.region,
            environment=settings.environment,
            service=settings.service,
            revision=settings.revision,
            id=uuid.uuid4().hex,  # made in the worker: a second worker is a second instance
        )
        return CloudMonitoring(instance, settings.endpoints.monitoring)


class _DeferredSink:
    """A sink that is built by its first flush, on the flush's own thread."""

    def __init__(self, sink: Lazy[MetricSink]) -> None:
        self._sink = sink

    def send(self, snapshot: Snapshot, timeout: float) -> None:
        self._sink().send(snapshot, timeout)
