"""The callables of a user's stories, from the call to the answer."""

import json
from typing import Any, cast

import pytest
from flask import Flask, request

from conteur.domain.data_page import page_token
from conteur.domain.quota import Tier
from conteur.entrypoints.callable import Call, Edge, Heartbeat, ReadingLimit
from conteur.entrypoints.gate import Gate
from conteur.entrypoints.library_application import LibraryApplication
from conteur.errors import ConteurError, NoTokenError, ShortMemoryError, UserBlockedError
from conteur.telemetry.aggregate import Aggregate
from conteur.telemetry.registry import Function
from tests.domain.test_library_requests import BAD, PARSERS, STORY_ID
from tests.fake_library import FakeLibrary
from tests.fakes import FakeAuthenticator, FakeClock, FakeTimers, RecordingObserver
from tests.use_cases.conftest import DAY, REQUEST, StoryWorld

NAMES = tuple(PARSERS)
REQUEST_ID = "7b0ac0e2-6f0c-4a8e-9a35-6a1f3c1d2e3f"
SENT = [case for case in BAD if "NaN" not in json.dumps(case)]  # which is no JSON
Answer = dict[str, Any]


class Callables:
    """All four, over a store in which alice and bob have a story each."""

    def __init__(self) -> None:
        self.library = FakeLibrary()
        self.clock = FakeClock()
        self.authenticator = FakeAuthenticator()
        self.refusal: ConteurError | None = None
        self.functions: list[Function] = []
        self.gated: list[str] = []
        self.world = StoryWorld(self.clock, self.library)
        for self.world.uid in ("bob", "alice"):
            self.world.tell()
        self.calls: list[str] = []
        self.own: list[str] = []
        self.library.on_call = self.calls.append
        self._client = self._app().test_client()

    def _app(self) -> Flask:
        application = LibraryApplication(
            self._edge,
            lambda: cast("Gate", self._gate),
            lambda: cast("Gate", self._own_gate),
            self._store,
            self.clock,
            Aggregate(),
        )
        app = Flask("library")
        for name in NAMES:
            entrypoint = getattr(application, name)
            app.add_url_rule(
                f"/{name}", name, lambda it=entrypoint: it.answer(request), methods=["POST"]
            )
        return app

    def _edge(self, function: Function) -> Edge:
        self.functions.append(function)
        timers, now = FakeTimers(self.clock), self.clock.monotonic
        limit = ReadingLimit(timers, now)
        return Edge(self.authenticator, RecordingObserver(), Heartbeat(timers, now), limit, now)

    def _gate(self, call: Call) -> Tier:
        self.gated.append(call.caller.uid)
        if self.refusal:
            raise self.refusal
        return Tier.SIGNED_IN

    def _own_gate(self, call: Call) -> Tier:
        self.own.append(call.caller.uid)
        return self._gate(call)

    def asking(self, name: str) -> dict[str, object]:
        """Return good input of the callable; of what is about a story, about one that is told."""
        data = dict(PARSERS[name][1])
        return data | ({"storyId": REQUEST.request_id} if "storyId" in data else {})

    def _store(self) -> FakeLibrary:
        self.calls.append("built")
        return self.library

    def post(self, name: str, data: object) -> Answer:
        body = json.dumps({"data": data})
        answer = self._client.post(f"/{name}", data=body, content_type="application/json")
        return cast("Answer", answer.get_json())

    def result(self, name: str, **data: object) -> Answer:
        return cast("Answer", self.post(name, data)["result"])

    def error(self, name: str, data: object) -> Answer:
        return cast("Answer", self.post(name, data)["error"])


@pytest.fixture
def callables() -> Callables:
    return Callables()


def test_each_counts_as_itself(callables: Callables) -> None:
    """Each callable's executions are counted under the name that it is deployed by."""
    assert callables.functions == list(NAMES)


def test_rate_story(callables: Callables) -> None:
    """The answer says what is kept now, and whether that is a change."""
    first = callables.result("rate_story", storyId=REQUEST.request_id, rating=4, reason="a fox")
    assert first == {
        "storyId": REQUEST.request_id,
        "rating": 4,
        "changed": False,
        "warnings": [],
        "apiVersion": 1,
    }
    again = callables.result("rate_story", storyId=REQUEST.request_id, rating=5)
    assert (again["rating"], again["changed"]) == (5, True)
    assert {key: kept.stars for key, kept in callables.library.ratings.items()} == {
        ("alice", REQUEST.request_id): 5
    }


def test_rating_what_is_not_there(callables: Callables) -> None:
    """A story that the caller has not is not found, by its id, under the call's own id."""
    error = callables.error(
        "rate_story", {"storyId": STORY_ID, "rating": 1, "requestId": REQUEST_ID}
    )
    assert error["status"] == "NOT_FOUND"
    assert error["details"] == {
        "reason": "STORY_NOT_FOUND",
        "retryable": False,
        "storyId": STORY_ID,
        "requestId": REQUEST_ID,
    }


def test_delete_story(callables: Callables) -> None:
    """The answer says whether there was one; the other user's of the same id stays."""
    answers = [callables.result("delete_story", storyId=REQUEST.request_id) for _ in range(2)]
    assert [answer["deleted"] for answer in answers] == [True, False]
    assert answers[0] == {
        "storyId": REQUEST.request_id,
        "deleted": True,
        "warnings": [],
        "apiVersion": 1,
    }
    assert list(callables.library.kept) == [("bob", REQUEST.request_id)]


def test_export_my_data(callables: Callables) -> None:
    """Stories and counters come apart; a page says where the next one begins."""
    callables.library.notes["alice"] = {"reason": "spam"}
    first = callables.result("export_my_data", pageSize=1)
    counters = [{"path": f"quota/{DAY}", "data": {}}]
    assert first == {
        "stories": [],
        "counters": counters,
        "blocked": {"reason": "spam"},
        "nextPageToken": page_token(f"quota/{DAY}"),
        "warnings": [],
        "apiVersion": 1,
    }
    second = callables.result("export_my_data", pageToken=first["nextPageToken"])
    stories = [{"path": f"stories/{REQUEST.request_id}", "data": {}}]
    assert second == {"stories": stories, "counters": [], "warnings": [], "apiVersion": 1}


def test_an_export_without_a_word(callables: Callables) -> None:
    """An app that calls with nothing at all gets the first page."""
    assert len(callables.post("export_my_data", None)["result"]["stories"]) == 1


def test_a_document_of_another_kind(callables: Callables, monkeypatch: pytest.MonkeyPatch) -> None:
    """What lies in no collection that this version knows is shown too."""
    monkeypatch.setattr(callables.library, "_paths", lambda _uid: ["drafts/d"])
    shown = callables.result("export_my_data")
    assert shown["others"] == [{"path": "drafts/d", "data": {}}]


def test_a_token_of_anothers_page(callables: Callables) -> None:
    """A page always has the caller's own, whoever was given its token."""
    callables.library.kept["bob", STORY_ID] = callables.library.kept["bob", REQUEST.request_id]
    shown = callables.result("export_my_data", pageToken=page_token("quota/0"))
    assert [story["path"] for story in shown["stories"]] == [f"stories/{REQUEST.request_id}"]


def test_delete_my_data(callables: Callables) -> None:
    """The answer counts, and says whether the app need call again."""
    assert callables.result("delete_my_data", confirm=True) == {
        "deleted": 1,
        "complete": True,
        "warnings": [],
        "apiVersion": 1,
    }
    assert list(callables.library.kept) == [("bob", REQUEST.request_id)]


@pytest.mark.parametrize("name", NAMES)
def test_unknown_fields(callables: Callables, name: str) -> None:
    """What this version does not know is ignored, and named."""
    data = {**PARSERS[name][1], "mood": 1}
    data |= {"storyId": REQUEST.request_id} if "storyId" in data else {}
    assert callables.result(name, **data)["warnings"] == ["unknown field ignored: mood"]


@pytest.mark.parametrize(("name", "change", "field"), SENT)
def test_bad_input_touches_nothing(
    callables: Callables, name: str, change: Answer, field: str
) -> None:
    """A bad field is refused by its name before anything is read or written."""
    data = {**PARSERS[name][1], **change, "requestId": REQUEST_ID}
    details = callables.error(name, data)["details"]
    assert (details["reason"], details["field"]) == ("INVALID_FIELD", field)
    assert details["requestId"] == REQUEST_ID
    assert callables.calls in ([], ["built"])


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("data", ["x", 7, [], {"__proto__": 1}, {"confirm": {"constructor": 1}}])
def test_bad_shapes_touch_nothing(callables: Callables, name: str, data: object) -> None:
    """So is what is no object, or has a name that no request may use."""
    assert callables.error(name, data)["details"]["reason"] == "INVALID_FIELD"
    assert callables.calls in ([], ["built"])


@pytest.mark.parametrize("name", NAMES)
def test_wrapped_integers(callables: Callables, name: str) -> None:
    """A number may come as the Android and iOS SDKs wrap it, and a bad one names its field."""
    wrapper = {"@type": "type.googleapis.com/google.protobuf.Int64Value", "value": "5"}
    rated = callables.result("rate_story", storyId=REQUEST.request_id, rating=wrapper)
    assert rated["rating"] == 5
    bad = callables.error(name, {"rating": {**wrapper, "value": "five"}})
    assert bad["details"]["field"] == "rating"


@pytest.mark.parametrize("name", NAMES)
def test_nobody_in_particular(callables: Callables, name: str) -> None:
    """Without a token nothing is built, nor looked at."""
    callables.authenticator.error = NoTokenError("sign in")
    assert callables.error(name, PARSERS[name][1])["details"]["reason"] == "NO_TOKEN"
    assert (callables.calls, callables.gated) == ([], [])


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("refusal", [UserBlockedError("blocked"), ShortMemoryError("full")])
def test_the_gate_comes_first(callables: Callables, name: str, refusal: ConteurError) -> None:
    """Whom the gate does not let through is told why, whatever they sent, and nothing is done."""
    callables.refusal = refusal
    assert callables.error(name, {"storyId": 7})["details"]["reason"] == refusal.reason
    assert callables.gated == ["alice"]
    assert callables.calls == ["built"]


@pytest.mark.parametrize("name", NAMES)
def test_blocked_users_and_what_is_theirs(callables: Callables, name: str) -> None:
    """A call about a user's own data goes through the gate that lets blocked users in."""
    callables.result(name, **callables.asking(name))
    assert callables.own == ([] if name == "rate_story" else ["alice"])


@pytest.mark.parametrize("name", NAMES)
def test_all_calls_have_twenty_seconds(callables: Callables, name: str) -> None:
    """No wait is longer than what is left of twenty seconds from the call's arrival."""
    del callables.library.timeouts[:]
    callables.result(name, **callables.asking(name))
    assert set(callables.library.timeouts) == {20.0 if name == "delete_my_data" else 10.0}
