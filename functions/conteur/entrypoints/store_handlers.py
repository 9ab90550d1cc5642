"""Requests about stores: parse, do it, answer with what became of it."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from conteur.domain.deadline import Deadline
from conteur.domain.store.answer import Answer
from conteur.domain.store.author import Store
from conteur.domain.store.onboarding import Step
from conteur.domain.store.publication import Unpublished
from conteur.domain.store.requests import (
    parse_confirmation,
    parse_nothing,
    parse_snooze,
    parse_verdict,
)
from conteur.entrypoints import store_routes as routes
from conteur.entrypoints.http.calls import Arrival, HttpCall, HttpHandler
from conteur.entrypoints.http.headers import idempotency_key, if_match, nobody
from conteur.entrypoints.store_rendering import Renderer
from conteur.use_cases.store.answer_once import Answered
from conteur.use_cases.store.asks import Ask, Idempotency, ProviderCall, Render
from conteur.use_cases.store.list_onboarding import Onboarding
from conteur.use_cases.store.publish_store import Publication
from conteur.use_cases.store.read_status import StoreStatus

VERSIONED = (routes.PUBLISH, routes.UNPUBLISH)


@dataclass(frozen=True, slots=True)
class StoreUseCases:
    """What the routes do; `watch` goes around all that is done for one request to publish."""

    publish: Callable[[Ask, Render[Publication]], Answered[Publication]]
    watch: Callable[[float, Callable[[], Answered[Publication]]], Answer]
    unpublish: Callable[[Ask, Render[Unpublished]], Answer]
    status: Callable[[Ask], StoreStatus]
    public_store: Callable[[str, str, Deadline], Store]
    onboarding: Callable[[Ask], Onboarding]
    complete: Callable[[Ask, str, Render[Step]], Answer]
    snooze: Callable[[Ask, str, int, Render[Step]], Answer]
    verify: Callable[[ProviderCall, str], bool]


@dataclass(frozen=True, slots=True)
class StoreHandlers:
    """One method a route. `contract` and `health` give bodies; `health` is told whether deep."""

    api_url: str
    use_cases: StoreUseCases
    contract: Callable[[], Mapping[str, Any]]
    health: Callable[[bool], Mapping[str, Any]]
    now: Callable[[], datetime]

    def by_route(self) -> dict[str, HttpHandler]:
        """Return the handlers by their routes' names."""
        admitted = {
            routes.UNPUBLISH: self.unpublish,
            routes.STATUS: self.status,
            routes.PUBLIC_STORE: self.public_store,
            routes.ONBOARDING: self.onboarding,
            routes.COMPLETE: self.complete,
            routes.SNOOZE: self.snooze,
            routes.VERIFY: self.verify,
            routes.CONTRACT: self.openapi,
            routes.HEALTH: self.say_health,
        }
        return {
            routes.PUBLISH: self.publish,
            **{name: partial(_admitted, answer) for name, answer in admitted.items()},
        }

    def publish(self, arrival: Arrival) -> Answer:
        """Publish the author's store."""
        return self.use_cases.watch(arrival.received, lambda: self._published(arrival.admit()))

    def _published(self, call: HttpCall) -> Answered[Publication]:
        ask = _ask(call)
        renderer = self._renderer(call, parse_confirmation(call.data))
        return self.use_cases.publish(ask, renderer.publication)

    def unpublish(self, call: HttpCall) -> Answer:
        """Make the author's store private."""
        ask = _ask(call)
        renderer = self._renderer(call, parse_nothing(call.data))
        return self.use_cases.unpublish(ask, renderer.unpublication)

    def status(self, call: HttpCall) -> Answer:
        """Tell how the author's store stands."""
        status = self.use_cases.status(_ask(call))
        return self._renderer(call).status(status.store, status.requirements)

    def public_store(self, call: HttpCall) -> Answer:
        """Tell anybody about a public store."""
        slug = call.parameters[routes.SLUG]
        store = self.use_cases.public_store(slug, call.route.name, call.deadline)
        return self._renderer(call).public_store(store)

    def onboarding(self, call: HttpCall) -> Answer:
        """List the author's steps."""
        found = self.use_cases.onboarding(_ask(call))
        return self._renderer(call).onboarding(found.steps, found.percent, found.requirements)

    def complete(self, call: HttpCall) -> Answer:
        """Note that the author has done a step."""
        ask = _ask(call)
        renderer = self._renderer(call, parse_nothing(call.data))
        return self.use_cases.complete(ask, call.parameters[routes.STEP], renderer.completed)

    def snooze(self, call: HttpCall) -> Answer:
        """Put a step off."""
        ask, asked = _ask(call), parse_snooze(call.data)
        renderer = self._renderer(call, asked.warnings)
        step = call.parameters[routes.STEP]
        return self.use_cases.snooze(ask, step, asked.days, renderer.snoozed)

    def verify(self, call: HttpCall) -> Answer:
        """Take a provider's word."""
        verdict = parse_verdict(call.data)
        said = ProviderCall(
            step=call.parameters[routes.STEP],
            id=verdict.event_id,
            author_id=verdict.user_id,
            status=verdict.status,
            verification=verdict.verification,
            reason=verdict.reason,
            at=self.now(),
            correlation=call.correlation,
            deadline=call.deadline,
        )
        taken = self.use_cases.verify(said, call.route.name)
        return self._renderer(call, verdict.warnings).verdict(taken=taken)

    def openapi(self, call: HttpCall) -> Answer:
        """Show the contract."""
        return self._renderer(call).plain(self.contract())

    def say_health(self, call: HttpCall) -> Answer:
        """Say which version runs; with `?deep=1`, how its dependencies do."""
        return self._renderer(call).plain(self.health(call.query.get("deep") == "1"))

    def _renderer(self, call: HttpCall, warnings: tuple[str, ...] = ()) -> Renderer:
        return Renderer(self.api_url, call.correlation, warnings)


def _admitted(answer: Callable[[HttpCall], Answer], arrival: Arrival) -> Answer:
    return answer(arrival.admit())


def _ask(call: HttpCall) -> Ask:
    if call.subject is None:
        raise nobody("missing")
    changes = call.route.method == "POST"
    return Ask(
        subject=call.subject,
        route=call.route.name,
        correlation=call.correlation,
        request=call.request,
        deadline=call.deadline,
        idempotency=_idempotency(call) if changes else None,
        if_match=if_match(call.headers) if call.route.name in VERSIONED else None,
    )


def _idempotency(call: HttpCall) -> Idempotency | None:
    key = idempotency_key(call.headers)
    return None if key is None else Idempotency(key, hashlib.sha256(call.body).hexdigest())
