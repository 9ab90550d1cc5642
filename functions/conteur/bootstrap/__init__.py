"""The composition root: the only place that builds adapters.

    Services              what entry points are given
    ├── process.py        clock, threads, metrics, memory: what all services of a process share
    ├── clients.py        the adapters over the outside systems
    ├── guards.py         knobs, accounts, networks, moderation
    ├── storytelling.py   the use cases that tell stories
    └── storefront.py     what authors need: database, tokens, limits, mail

Nothing heavy is built here. Each service is a `Lazy`, built in the worker by whoever needs it
first; a thread that starts with the worker builds what the first story will need. A call that
is refused before a token is checked (a malformed one, or one without a token) waits for none of
it; one with a token waits for what checks tokens, which is built first.
"""

import atexit
import gc
import os
import threading
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from conteur.bootstrap.clients import Clients
from conteur.bootstrap.guards import Guards
from conteur.bootstrap.lazy import Lazy
from conteur.bootstrap.process import Process
from conteur.settings import Settings
from conteur.telemetry import logs

if TYPE_CHECKING:
    from conteur.bootstrap.storefront import Storefront
    from conteur.domain.story import UnsavedStory
    from conteur.use_cases.check_health import CheckHealth
    from conteur.use_cases.generate_story import GenerateStory
    from conteur.use_cases.prepare_order import PrepareOrder
    from conteur.use_cases.save_story import SaveStory
    from conteur.use_cases.sweep_stories import SweepStories

__all__ = ["Lazy", "Services"]

KEY_SECONDS = 3.0
WORKER_BOOT_ERROR = 3  # the exit code at which gunicorn's master ends as well


class Services:
    """Everything that the entry points need, over one process's settings."""

    def __init__(self, settings: Settings) -> None:
        process = self._process = Process(settings)
        self.clock, self.timers = process.clock, process.timers
        self.meter, self.flusher = process.meter, process.flusher
        self.memory = process.memory
        self.clients = Clients(process)
        self.guards = Guards(process, self.clients)
        self.tokens = self.clients.tokens
        self.prepare_order = Lazy(self._prepare_order)
        self.generate_story = Lazy(self._generate_story)
        self.sweep_stories = Lazy(self._sweep_stories)
        self.save_story = Lazy(self._save_story)
        self.check_health = Lazy(self._check_health)
        self.storefront = Lazy(self._storefront)
        atexit.register(self.flusher.close)

    def warm_up_after_fork(self, handler: Callable[[], object]) -> None:
        """Have each worker build what its first story needs, beside its first calls."""
        _after_fork(lambda: self.warm_up(handler))

    def start_store_after_fork(self, handlers: Callable[[], object]) -> None:
        """Have each worker see that the store can work, or end, and build what it needs first."""
        _after_fork(lambda: self.start_store(handlers))

    def warm_up(self, handler: Callable[[], object]) -> None:
        """Build what a first story needs, and read the key once; a step that fails is logged."""
        self._build(
            {
                "tokens": self.tokens,
                "generate_story": handler,
                "knobs": lambda: self.guards.knobs().refresh(),
                "api_key": lambda: self.clients.api_key().get(KEY_SECONDS),
            }
        )

    def start_store(self, handlers: Callable[[], object]) -> None:
        """Build what a first author needs; a store that lacks something ends its process."""
        self._build(
            {
                "start": self._check_store,
                "store_tokens": self.storefront().tokens,
                "store": handlers,
                "knobs": lambda: self.guards.knobs().refresh(),
            }
        )

    def _check_store(self) -> None:
        problems = self.storefront().start_problems()
        if problems.none_there:
            logs.warning("store.closed", problem=str(problems))
        elif problems:
            logs.error("start.failed", problem=str(problems))
            os._exit(WORKER_BOOT_ERROR)

    def _build(self, steps: Mapping[str, Callable[[], object]]) -> None:
        """Take each step.

        All that is made here stays, so the garbage collector need not look at it, now or ever.
        """
        gc.disable()
        try:
            for step, take in steps.items():
                self._warm_up(step, take)
        finally:
            gc.freeze()
            gc.enable()

    def _warm_up(self, step: str, take: Callable[[], object]) -> None:
        try:
            take()
        except Exception as error:  # noqa: BLE001 - the call that needs it meets and reports it
            logs.warning("warm_up.failed", error, step=step)

    def _storefront(self) -> "Storefront":
        from conteur.bootstrap.storefront import Storefront

        return Storefront(self._process, self.clients)

    def read_task(self) -> "Callable[[bytes], UnsavedStory]":
        """Return what reads a task's body."""
        from conteur.adapters.unsaved_stories import unsaved_story_in

        return unsaved_story_in

    def _prepare_order(self) -> "PrepareOrder":
        from conteur.bootstrap.storytelling import prepare_order

        return prepare_order(self._process, self.clients, self.guards)

    def _generate_story(self) -> "GenerateStory":
        from conteur.bootstrap.storytelling import generate_story

        return generate_story(self._process, self.clients, self.guards)

    def _sweep_stories(self) -> "SweepStories":
        import random

        from conteur.use_cases.sweep_stories import SweepStories

        stories, leases = self.clients.stories(), self.clients.leases()
        return SweepStories(stories, leases, self.clock, self.meter, random.shuffle)

    def _save_story(self) -> "SaveStory":
        from conteur.use_cases.save_story import SaveStory

        return SaveStory(self.clients.stories(), self.clock, self.meter)

    def _check_health(self) -> "CheckHealth":
        from conteur.adapters.probes import FirestoreProbe, ModelProbe, SecretProbe
        from conteur.use_cases.check_health import CheckHealth

        clients = self.clients
        probes = (
            FirestoreProbe(clients.firestore),
            SecretProbe(clients.api_key),
            ModelProbe(lambda: clients.models()[0]),
        )
        return CheckHealth(probes, self.clock)


def _after_fork(action: Callable[[], None]) -> None:
    os.register_at_fork(
        after_in_child=lambda: threading.Thread(target=action, name="warm-up", daemon=True).start()
    )
