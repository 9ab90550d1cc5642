"""Every entry point, over one set of services.

A process serves one function, so each entry point is made when it is first asked for. What tells
stories is imported in the worker: a port is bound, and a call without a token refused, before.
"""

from functools import cached_property, partial
from typing import TYPE_CHECKING

from conteur.bootstrap import Lazy, Services
from conteur.entrypoints.authentication import HeaderAuthenticator
from conteur.entrypoints.callable import ClientWatch, Edge, Heartbeat, ReadingLimit
from conteur.entrypoints.callable_entrypoint import CallableEntrypoint
from conteur.entrypoints.observation import CallObserver
from conteur.settings import AppCheckMode, ClientGone, Settings
from conteur.telemetry.registry import Function

if TYPE_CHECKING:
    from conteur.entrypoints.gate import Gate
    from conteur.entrypoints.health import HealthEntrypoint
    from conteur.entrypoints.http.edge import HttpEdge
    from conteur.entrypoints.job import Job
    from conteur.entrypoints.library_application import LibraryApplication
    from conteur.entrypoints.save_story import SaveEntrypoint
    from conteur.entrypoints.store_application import StoreApplication
    from conteur.entrypoints.story_handler import StoryHandler
    from conteur.entrypoints.sweep_stories import SweepEntrypoint
    from conteur.entrypoints.tend_store import TendEntrypoint


class Application:
    """What `main.py` deploys. It is made in gunicorn's master; its services in the worker."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.services = Services(settings)
        self._story_handler = Lazy(self._make_story_handler)
        self._store_application = Lazy(self._make_store_application)
        if settings.function == Function.GENERATE_STORY:
            self.services.warm_up_after_fork(self._story_handler)
        if settings.function == Function.STORE_API:
            self.services.start_store_after_fork(lambda: self._store_application().handlers())

    @cached_property
    def story(self) -> CallableEntrypoint:
        """Return what answers apps."""
        return CallableEntrypoint(self._edge(Function.GENERATE_STORY), self._story_handler)

    @cached_property
    def library(self) -> "LibraryApplication":
        """Return what answers apps about stories that were told."""
        from conteur.entrypoints.library_application import LibraryApplication

        services = self.services
        return LibraryApplication(
            self._edge,
            self._gate,
            partial(self._gate, lets_blocked_in=True),
            services.clients.library,
            services.clock,
            services.meter,
        )

    @cached_property
    def save(self) -> "SaveEntrypoint":
        """Return what answers Cloud Tasks."""
        from conteur.entrypoints.save_story import SaveEntrypoint

        services = self.services
        return SaveEntrypoint(self._job(), services.read_task(), services.save_story)

    @cached_property
    def sweep(self) -> "SweepEntrypoint":
        """Return what answers Cloud Scheduler."""
        from conteur.entrypoints.sweep_stories import SweepEntrypoint

        return SweepEntrypoint(self._job(), self.services.sweep_stories)

    @cached_property
    def store(self) -> "HttpEdge":
        """Return what answers authors."""
        return self._store_application().edge()

    @cached_property
    def tend_store(self) -> "TendEntrypoint":
        """Return what answers Cloud Scheduler about the store."""
        from conteur.entrypoints.tend_store import TendEntrypoint

        services = self.services
        is_set_up = bool(self._settings.store.api_url)
        tend = (lambda: services.storefront().deliver_mail()) if is_set_up else None
        return TendEntrypoint(self._job(), tend)

    @cached_property
    def health(self) -> "HealthEntrypoint":
        """Return what answers whoever asks how the instance does."""
        from conteur.entrypoints.health import HealthEntrypoint, HealthReport

        services = self.services
        report = HealthReport(self._settings, services.check_health)
        return HealthEntrypoint(report, services.flusher)

    def _make_store_application(self) -> "StoreApplication":
        from conteur.entrypoints.store_application import StoreApplication

        return StoreApplication(self._settings, self.services)

    def _make_story_handler(self) -> "StoryHandler":
        from conteur.entrypoints.story_handler import StoryHandler

        services = self.services
        return StoryHandler(
            self._settings, self._gate(), services.prepare_order(), services.generate_story()
        )

    def _gate(self, *, lets_blocked_in: bool = False) -> "Gate":
        from conteur.entrypoints.gate import Gate

        services = self.services
        return Gate(services.memory.check, services.guards.check_account(), lets_blocked_in)

    def _edge(self, function: Function) -> Edge:
        settings, services = self._settings, self.services
        timers, monotonic = services.timers, services.clock.monotonic
        authenticator = HeaderAuthenticator(
            services.tokens, enforce_app_check=settings.access.app_check is not AppCheckMode.OFF
        )
        watched = settings.client_gone is ClientGone.CANCEL
        return Edge(
            authenticator,
            CallObserver(function, settings.project, services.meter, services.flusher),
            Heartbeat(timers, monotonic),
            ReadingLimit(timers, monotonic),
            monotonic,
            ClientWatch(timers, monotonic) if watched else None,
        )

    def _job(self) -> "Job":
        from conteur.entrypoints.job import Job

        services, settings = self.services, self._settings
        meter, flusher = services.meter, services.flusher
        return Job(settings.function, settings.project, meter, flusher, services.clock.monotonic)
