"""The store's routes over one process's services; handlers are built for the first request."""

from collections.abc import Mapping
from functools import partial

from conteur.bootstrap import Lazy, Services
from conteur.domain.store.links import store_url
from conteur.entrypoints.callable.reading_limit import ReadingLimit
from conteur.entrypoints.health import HealthReport
from conteur.entrypoints.http.calls import HttpHandler
from conteur.entrypoints.http.edge import HttpEdge, Surroundings
from conteur.entrypoints.observation import CallObserver
from conteur.entrypoints.provider_signatures import ProviderSignatures
from conteur.entrypoints.store_contract import contract
from conteur.entrypoints.store_guards import StoreGuards
from conteur.entrypoints.store_handlers import StoreHandlers, StoreUseCases
from conteur.entrypoints.store_observation import StoreObserver
from conteur.entrypoints.store_routes import store_routes
from conteur.settings import Settings
from conteur.telemetry.registry import Function
from conteur.use_cases.store.change_step import ChangeStep
from conteur.use_cases.store.complete_step import CompleteStep
from conteur.use_cases.store.list_onboarding import ListOnboarding
from conteur.use_cases.store.publish_store import PublishStore
from conteur.use_cases.store.read_public_store import ReadPublicStore
from conteur.use_cases.store.read_status import ReadStatus
from conteur.use_cases.store.record_verification import RecordVerification
from conteur.use_cases.store.snooze_step import SnoozeStep
from conteur.use_cases.store.unpublish_store import UnpublishStore
from conteur.use_cases.store.watch_publishing import WatchPublishing


class StoreApplication:
    """What `main.py` deploys of the store."""

    def __init__(self, settings: Settings, services: Services) -> None:
        self._settings = settings
        self._services = services
        self._storefront = services.storefront()
        self.handlers = Lazy(self._handlers)

    def edge(self) -> HttpEdge:
        """Return what answers authors, providers and anybody."""
        settings, services = self._settings, self._services
        calls = CallObserver(Function.STORE_API, settings.project, services.meter, services.flusher)
        return HttpEdge(
            store_routes(),
            self.handlers,
            self._guards(),
            StoreObserver(calls, services.meter),
            ReadingLimit(services.timers, services.clock.monotonic),
            Surroundings(
                settings.store.api_url, settings.store.deadline_seconds, services.clock.monotonic
            ),
        )

    def _guards(self) -> StoreGuards:
        services, storefront = self._services, self._storefront
        clock = services.clock
        return StoreGuards(
            is_set_up=bool(self._settings.store.api_url),
            knobs=lambda: services.guards.knobs().current(),
            check_memory=services.memory.check,
            tokens=storefront.tokens,
            limiter=storefront.limiter,
            signatures=ProviderSignatures(
                storefront.provider_secrets, lambda: clock.now().timestamp()
            ),
            clock=clock,
        )

    def _handlers(self) -> Mapping[str, HttpHandler]:
        api_url, storefront = self._settings.store.api_url, self._storefront
        health = HealthReport(self._settings, storefront.check_health)
        return StoreHandlers(
            api_url=api_url,
            use_cases=self._use_cases(),
            contract=partial(contract, api_url),
            health=lambda deep: health(deep=deep),
            now=self._services.clock.now,
        ).by_route()

    def _use_cases(self) -> StoreUseCases:
        settings, clock, meter = self._settings.store, self._services.clock, self._services.meter
        transactions = self._storefront.transactions()
        change = ChangeStep(transactions, clock)
        return StoreUseCases(
            publish=PublishStore(
                transactions,
                clock,
                meter,
                partial(store_url, settings.api_url),
                mailing=settings.smtp is not None,
            ),
            watch=WatchPublishing(clock, meter),
            unpublish=UnpublishStore(transactions, clock),
            status=ReadStatus(transactions, clock),
            public_store=ReadPublicStore(transactions),
            onboarding=ListOnboarding(transactions, clock),
            complete=CompleteStep(change),
            snooze=SnoozeStep(change),
            verify=RecordVerification(transactions),
        )
