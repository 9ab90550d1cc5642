"""From the call to the order, and from the told story to the answer."""

import json
from datetime import UTC, datetime
from typing import Any, cast

import pytest
from flask import Flask, request

from conteur.adapters.prompt_files import load_prompt_shelf
from conteur.domain.deadline import Deadline
from conteur.domain.quota import Allowance, Tier
from conteur.entrypoints.callable import Caller, Edge, Heartbeat, ReadingLimit
from conteur.entrypoints.callable_entrypoint import CallableEntrypoint
from conteur.entrypoints.gate import Gate
from conteur.entrypoints.story_handler import StoryHandler
from conteur.settings import parse_settings
from conteur.telemetry.aggregate import Aggregate
from conteur.use_cases.check_account import CheckAccount
from conteur.use_cases.generate_story import GenerateStory
from conteur.use_cases.orders import Listener, StoryOrder, ToldStory
from conteur.use_cases.prepare_order import PrepareOrder
from tests.fake_store import FakeStore
from tests.fakes import FakeAuthenticator, FakeClock, FakeTimers, RecordingObserver
from tests.stories import FINISHED

SETTINGS = parse_settings({"GOOGLE_CLOUD_PROJECT": "demo-conteur"})
PROMPTS = load_prompt_shelf("story-2", "mark-of-tests")
REQUEST_ID = "4b0ac0e2-6f0c-4a8e-9a35-6a1f3c1d2e3f"
ALLOWANCE = Allowance(remaining=4, resets=datetime(2026, 1, 2, tzinfo=UTC))


class Entrypoint:
    """The callable over a use case that notes its orders."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.authenticator = FakeAuthenticator()
        self.orders: list[StoryOrder] = []
        timers, now = FakeTimers(self.clock), self.clock.monotonic
        edge = Edge(
            self.authenticator,
            RecordingObserver(),
            Heartbeat(timers, now),
            ReadingLimit(timers, now),
            now,
        )
        handler = StoryHandler(
            SETTINGS,
            Gate(lambda: None, CheckAccount(None, 0, self.clock, lambda run: run(), Aggregate())),
            PrepareOrder(lambda: SETTINGS.knobs, PROMPTS, FakeStore, self.clock, context_words=0),
            cast("GenerateStory", self._tell),
        )
        entrypoint = CallableEntrypoint(edge, lambda: handler)
        self._app = Flask("generate_story")
        self._app.add_url_rule("/", "call", lambda: entrypoint.answer(request), methods=["POST"])

    def call(self, **data: object) -> dict[str, Any]:
        body = json.dumps({"data": data})
        answer = self._app.test_client().post("/", data=body, content_type="application/json")
        return cast("dict[str, Any]", answer.get_json())

    def _tell(self, order: StoryOrder, listener: Listener) -> ToldStory:
        self.orders.append(order)
        listener.heard("Once ")
        return ToldStory(order.request.request_id, FINISHED, ALLOWANCE)


@pytest.fixture
def entrypoint() -> Entrypoint:
    return Entrypoint()


def test_the_order(entrypoint: Entrypoint) -> None:
    """The order holds who asks, for what, and until when."""
    entrypoint.call(requestId=REQUEST_ID, prompt="a fox", language="en")
    (order,) = entrypoint.orders
    assert (order.uid, order.request.request_id, order.request.prompt) == (
        "alice",
        REQUEST_ID,
        "a fox",
    )
    assert order.deadline == Deadline(order.wish.received + SETTINGS.deadline_seconds)


@pytest.mark.parametrize(
    ("provider", "tier"), [("anonymous", Tier.ANONYMOUS), ("password", Tier.SIGNED_IN)]
)
def test_who_gave_no_name(
    entrypoint: Entrypoint,
    monkeypatch: pytest.MonkeyPatch,
    provider: str,
    tier: Tier,
) -> None:
    """A user who has signed in as nobody in particular has the limits of anonymous users."""
    monkeypatch.setattr(
        entrypoint.authenticator, "authenticate", lambda _headers: Caller("alice", provider)
    )
    entrypoint.call(prompt="a fox")
    assert entrypoint.orders[0].wish.tier is tier


def test_the_answer(entrypoint: Entrypoint) -> None:
    """The answer is the told story's, with a warning of each field that is not known."""
    result = entrypoint.call(requestId=REQUEST_ID, prompt="a fox", mood="bright")["result"]
    assert (result["storyId"], result["requestId"]) == (REQUEST_ID, REQUEST_ID)
    assert result["story"]["title"] == "The Fox"
    assert result["quota"] == {"remaining": 4, "resetAt": "2026-01-02T00:00:00Z"}
    assert any("mood" in warning for warning in result["warnings"])


def test_an_id_of_our_own(entrypoint: Entrypoint) -> None:
    """A request without an id gets one, which its answer names."""
    result = entrypoint.call(prompt="a fox")["result"]
    assert result["requestId"] == entrypoint.orders[0].request.request_id


def test_a_bad_request_tells_nothing(entrypoint: Entrypoint) -> None:
    """A request that cannot be used is refused before anything is built for it."""
    assert entrypoint.call(prompt=7)["error"]["details"]["reason"] == "INVALID_FIELD"
    assert entrypoint.orders == []
