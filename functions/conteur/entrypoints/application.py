"""Every entry point, over one set of services."""

from conteur.bootstrap import Services
from conteur.entrypoints.authentication import HeaderAuthenticator
from conteur.entrypoints.callable import ClientWatch, Edge, Heartbeat, ReadingLimit
from conteur.entrypoints.generate_story import StoryEntrypoint
from conteur.entrypoints.health import HealthEntrypoint
from conteur.entrypoints.job import Job
from conteur.entrypoints.observation import CallObserver
from conteur.entrypoints.save_story import SaveEntrypoint
from conteur.entrypoints.sweep_stories import SweepEntrypoint
from conteur.settings import AppCheckMode, ClientGone, Settings
from conteur.telemetry.registry import Function


class Application:
    """What `main.py` deploys. It is made in gunicorn's master; its services in the worker."""

    def __init__(self, settings: Settings) -> None:
        self.services = services = Services(settings)
        timers, monotonic = services.timers, services.clock.monotonic
        authenticator = HeaderAuthenticator(
            services.tokens, enforce_app_check=settings.app_check is AppCheckMode.ENFORCED
        )
        function = Function.GENERATE_STORY
        observer = CallObserver(function, settings.project, services.meter, services.flusher)
        watched = settings.client_gone is ClientGone.CANCEL
        edge = Edge(
            authenticator,
            observer,
            Heartbeat(timers, monotonic),
            ReadingLimit(timers, monotonic),
            monotonic,
            ClientWatch(timers, monotonic) if watched else None,
        )
        self.story = StoryEntrypoint(edge, settings, services.generate_story)
        if settings.function == function:
            services.warm_up_after_fork()
        job = Job(settings.function, settings.project, services.flusher, monotonic)
        self.save = SaveEntrypoint(job, services.read_task, services.save_story)
        self.sweep = SweepEntrypoint(job, services.sweep_stories)
        self.health = HealthEntrypoint(settings, services.check_health)
