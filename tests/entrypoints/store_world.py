"""The store's routes in a Flask application, over use cases that do as the test says."""

import json
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar
from uuid import UUID

import werkzeug.routing
from flask import Flask, request
from werkzeug.test import TestResponse

from conteur.domain.knobs import Knobs
from conteur.domain.secret import Secret
from conteur.domain.store.answer import Answer
from conteur.domain.store.author import Store, Subject, SubjectKind
from conteur.domain.store.onboarding import (
    Action,
    Completer,
    Progress,
    Requirements,
    Step,
    StepDefinition,
    StepError,
    StepStatus,
    Verification,
)
from conteur.domain.store.publication import Published, Unpublished
from conteur.domain.store.rate_limit import Allowance, RateRule
from conteur.domain.store.signature import sign
from conteur.entrypoints.callable import ReadingLimit
from conteur.entrypoints.http.edge import HttpEdge, Surroundings
from conteur.entrypoints.observation import CallObserver
from conteur.entrypoints.provider_signatures import ProviderSignatures
from conteur.entrypoints.store_contract import contract
from conteur.entrypoints.store_guards import StoreGuards
from conteur.entrypoints.store_handlers import StoreHandlers, StoreUseCases
from conteur.entrypoints.store_observation import StoreObserver
from conteur.entrypoints.store_routes import store_routes
from conteur.errors import ConteurError, TokenExpiredError, TokenInvalidError
from conteur.telemetry.aggregate import Aggregate, Snapshot
from conteur.telemetry.flushing import Flusher
from conteur.telemetry.instance_state import InstanceState
from conteur.telemetry.metric import Counter
from conteur.telemetry.registry import Function
from conteur.use_cases.store.answer_once import Answered
from conteur.use_cases.store.asks import Ask, ProviderCall, Render
from conteur.use_cases.store.list_onboarding import Onboarding
from conteur.use_cases.store.publish_store import Publication
from conteur.use_cases.store.read_status import StoreStatus
from conteur.use_cases.store.watch_publishing import WatchPublishing
from tests.fakes import FakeClock, FakeLoad, FakeTimer, FakeTimers

API_URL = "https://shops.example"
CORRELATION = "0b9cf1c2-7f0e-4c9b-9a55-5d3f8f1f2a10"
SECRET = "a secret of the payments provider"  # noqa: S105 - nobody's
PUBLISH = "/api/store/publish"
CONFIRMED = b'{"confirmPublish": true}'
VERDICT = b'{"eventId": "evt_1", "userId": "author-1", "status": "done"}'
AUTHORIZED = {"Authorization": "Bearer good"}
PUBLISHED_AT = datetime(2026, 11, 22, 14, tzinfo=UTC)

_Outcome = TypeVar("_Outcome")

PAYMENTS = StepDefinition(
    *("payments", 2, "Set up payments", "Say where your earnings go.", True, 30, 20),
    Completer.PROVIDER,
    Action("redirect", "/onboarding/payments"),
)
THEME = StepDefinition(
    *("theme", 1, "Choose a theme", "", False, 15, 30),
    Completer.PERSON,
    Action("open_modal", "theme"),
)
DUE = Requirements((PAYMENTS,), (PAYMENTS,), (StepError("payments", "no such account"),))
DONE = Step(THEME, Progress(1, StepStatus.DONE, completed_by="person", completed_at=PUBLISHED_AT))
WAITING = Step(PAYMENTS, Progress(2, verification=Verification.PENDING))
PRIVATE = Store(1, "author-1", "foxes", "Foxes & co.", 3)
PUBLIC = Store(
    *(1, "author-1", "foxes", "Foxes & co.", 4, False, PUBLISHED_AT),
    UUID("11111111-1111-4111-8111-111111111111"),
)

# A request that each route answers with 200: its method, path and body.
GOOD: dict[str, tuple[str, str, bytes]] = {
    "publish": ("POST", PUBLISH, CONFIRMED),
    "unpublish": ("POST", "/api/store/unpublish", b""),
    "status": ("GET", "/api/store/status", b""),
    "public_store": ("GET", "/api/stores/foxes", b""),
    "onboarding": ("GET", "/api/onboarding", b""),
    "complete_step": ("POST", "/api/onboarding/theme/complete", b"{}"),
    "snooze_step": ("POST", "/api/onboarding/theme/snooze", b'{"days": 3}'),
    "verify_step": ("POST", "/api/onboarding/payments/verification", VERDICT),
    "openapi": ("GET", "/api/openapi.json", b""),
    "health": ("GET", "/api/health", b""),
}


HEALTH = {"status": "ok", "version": "1", "revision": "r", "environment": "local"}


class NoSink:
    """Takes every snapshot."""

    def send(self, snapshot: Snapshot, timeout: float) -> None:
        del snapshot, timeout


class Tokens:
    """Knows the token `good` of the author `author-1`, and `expired`."""

    def identify(self, token: str) -> Subject:
        if token == "expired":  # noqa: S105 - the token that tells so
            raise TokenExpiredError("expired")
        if token != "good":  # noqa: S105 - the token that is
            raise TokenInvalidError("invalid")
        return Subject(SubjectKind.AUTHOR, "author-1")


class NotingTimers(FakeTimers):
    """Timers that tell when a first one is there."""

    def __init__(self, clock: FakeClock) -> None:
        super().__init__(clock)
        self.begun = threading.Event()

    def call_at(self, when: float, action: Callable[[], None]) -> FakeTimer:
        timer = super().call_at(when, action)
        self.begun.set()
        return timer


class Limiter:
    """Answers as the test says, and remembers who was counted."""

    def __init__(self) -> None:
        self.used = 1
        self.callers: list[str] = []

    def take(self, caller: str, now: datetime) -> Allowance:
        del now
        self.callers.append(caller)
        return Allowance(RateRule(120), self.used, 42)


class World:
    """Set what the use cases answer, or raise; `did` has what reached them."""

    def __init__(self, *, is_set_up: bool = True) -> None:
        self.is_set_up = is_set_up
        self.clock = FakeClock()
        self.timers = NotingTimers(self.clock)
        self.knobs = Knobs(models=("m",))
        self.short_memory: ConteurError | None = None
        self.limiter = Limiter()
        self.secrets = json.dumps({"payments": SECRET})
        self.error: BaseException | None = None
        self.publication: Publication = Published(PUBLIC, already=False)
        self.kept: Answer | None = None
        self.takes = True
        self.did: list[tuple[Any, ...]] = []
        self.meter = Aggregate()
        app = Flask("store")
        for rule in ("/", "/<path:path>"):  # as functions-framework has it
            app.url_map.add(werkzeug.routing.Rule(rule, endpoint="run"))
        self.edge = self._edge()
        app.view_functions["run"] = lambda **_path: self.edge.answer(request)
        self.client = app.test_client()

    def _edge(self) -> HttpEdge:
        state = InstanceState(self.meter, Function.STORE_API, FakeLoad())
        flusher = Flusher(self.meter, NoSink(), state, self.clock.monotonic)
        calls = CallObserver(Function.STORE_API, "demo-conteur", self.meter, flusher)
        guards = StoreGuards(
            knobs=lambda: self.knobs,
            check_memory=self._check_memory,
            tokens=Tokens,
            limiter=lambda: self.limiter,
            signatures=ProviderSignatures(
                lambda _seconds: Secret(self.secrets, "1"), lambda: self.clock.now().timestamp()
            ),
            clock=self.clock,
            is_set_up=self.is_set_up,
        )
        handlers = StoreHandlers(
            API_URL,
            self._use_cases(),
            lambda: self._do(contract(API_URL)),
            lambda deep: self._do({**HEALTH, **({"dependencies": {}} if deep else {})}),
            self.clock.now,
        )
        return HttpEdge(
            store_routes(),
            handlers.by_route,
            guards,
            StoreObserver(calls, self.meter),
            ReadingLimit(self.timers, self.clock.monotonic),
            Surroundings(API_URL, 20, self.clock.monotonic),
        )

    def _check_memory(self) -> None:
        if self.short_memory:
            raise self.short_memory

    def _use_cases(self) -> StoreUseCases:
        return StoreUseCases(
            publish=self._publish,
            watch=WatchPublishing(self.clock, self.meter),
            unpublish=self._unpublish,
            status=lambda ask: self._do(StoreStatus(PRIVATE, DUE), ask),
            public_store=lambda *asked: self._do(PUBLIC, *asked),
            onboarding=lambda ask: self._do(Onboarding((WAITING, DONE), 33, DUE), ask),
            complete=self._complete,
            snooze=self._snooze,
            verify=self._verify,
        )

    def _do(self, outcome: _Outcome, *asked: object) -> _Outcome:
        self.did.append(asked)
        if self.error:
            raise self.error
        return outcome

    def _publish(self, ask: Ask, render: Render[Publication]) -> Answered[Publication]:
        outcome = self._do(self.publication, ask)
        if self.kept is not None:
            return Answered(self.kept, None)
        return Answered(render(outcome), outcome)

    def _unpublish(self, ask: Ask, render: Render[Unpublished]) -> Answer:
        return render(self._do(Unpublished(PRIVATE, already=False), ask))

    def _complete(self, ask: Ask, step: str, render: Render[Step]) -> Answer:
        return render(self._do(DONE, ask, step))

    def _snooze(self, ask: Ask, step: str, days: int, render: Render[Step]) -> Answer:
        return render(self._do(WAITING, ask, step, days))

    def _verify(self, call: ProviderCall, route: str) -> bool:
        return self._do(self.takes, call, route)

    def call(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        environ: Mapping[str, Any] | None = None,
    ) -> TestResponse:
        """Send a request as it is."""
        return self.client.open(
            path, method=method, data=body, headers=headers, environ_overrides=environ
        )

    def send(self, route: str, body: bytes | None = None, **headers: str) -> TestResponse:
        """Send a good request to a route, with whatever it needs, or with another `body`."""
        return self.send_with(route, headers, body)

    def send_with(
        self, route: str, headers: Mapping[str, str], body: bytes | None = None
    ) -> TestResponse:
        """Send as `send` does."""
        method, path, good = GOOD[route]
        sent = good if body is None else body
        known = self.signed(sent) if route == "verify_step" else AUTHORIZED
        media = {"Content-Type": "application/json"} if method == "POST" else {}
        more = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.call(method, path, sent, {**known, **media, **more})

    def signed(self, body: bytes) -> dict[str, str]:
        """Return the signature of the payments provider."""
        at = int(self.clock.now().timestamp())
        return {"Conteur-Signature": f"t={at},v1={sign(body, SECRET.encode(), at)}"}

    def counted(self, metric: Counter) -> dict[tuple[str, ...], int]:
        """Return what was counted, by its labels."""
        return {
            series.labels: series.value
            for series in self.meter.snapshot().series
            if series.metric is metric and isinstance(series.value, int) and series.value
        }
