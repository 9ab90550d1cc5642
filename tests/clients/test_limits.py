"""Apps of users who have had what they may have."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from scripts.local.demo_user import sign_up
from scripts.local.firebase_project import PROJECT
from tests.clients.app import App, new_app
from tests.clients.backends import Emulators, Gunicorn, gunicorn
from tests.clients.client import Call, Client
from tests.clients.story_model import Telling
from tests.issuer import Issuer

pytestmark = pytest.mark.server

LIMITS = {
    "QUOTA_STORIES_PER_DAY": "3",
    "QUOTA_STORIES_AT_ONCE": "2",
    "QUOTA_ANONYMOUS_STORIES_PER_DAY": "2",
    "QUOTA_ANONYMOUS_STORIES_AT_ONCE": "1",
}
DAY_SECONDS = 24 * 3600
ANONYMOUS = {"sign_in_provider": "anonymous"}


@dataclass(frozen=True)
class Running:
    """A story that is being told."""

    call: Call
    telling: Telling

    def ends(self) -> None:
        """Tell it to its end, and wait until its app has it."""
        self.telling.says(" slept.").ends()
        assert self.call.record()["result"]["status"] == "fulfilled"


@dataclass(frozen=True)
class User:
    """An app, and what its user may have."""

    app: App
    a_day: int
    at_once: int

    def tells(self, request: dict[str, str]) -> dict[str, Any]:
        """Return the result of a story, which the model tells at once."""
        self.app.model.tells(request["prompt"], "A fox slept.")
        result: dict[str, Any] = self.app.play("whole", request)["result"]["value"]
        return result

    def begins(self, request: dict[str, str]) -> Running:
        """Begin a story, which the test ends."""
        telling = self.app.model.telling(request["prompt"]).titles().says("A fox")
        call = self.app.start("stream", request)
        assert call.delta() == "A fox"
        return Running(call, telling)

    def is_refused(self, request: dict[str, str], scenario: str = "stream") -> dict[str, Any]:
        """Return the details of the error that refuses a story."""
        error = self.app.play(scenario, request)["result"]["error"]
        assert error["code"] == "functions/resource-exhausted"
        assert self.app.model.times_asked(request["prompt"]) == 0
        details: dict[str, Any] = error["details"]
        return details


def requests(count: int) -> list[dict[str, str]]:
    """Return requests for stories that nobody has asked for yet."""
    ids = [str(uuid.uuid4()) for _ in range(count)]
    return [{"prompt": f"A fox who counts to {each}", "requestId": each} for each in ids]


@pytest.fixture(scope="module")
def limited(
    tmp_path_factory: pytest.TempPathFactory, issuer: Issuer, firestore_host: str
) -> Iterator[Gunicorn]:
    with gunicorn(tmp_path_factory.mktemp("limits"), issuer, firestore_host, **LIMITS) as backend:
        yield backend


@pytest.fixture(params=["signed in", "anonymous"])
def user(request: pytest.FixtureRequest, client: Client, limited: Gunicorn, issuer: Issuer) -> User:
    app = new_app(client, limited)
    if request.param == "signed in":
        return User(app, a_day=3, at_once=2)
    token = issuer.id_token(app.uid, firebase=ANONYMOUS)
    return User(app.connected(token=token), a_day=2, at_once=1)


@pytest.fixture
def stranger(client: Client, emulators_backend: Emulators) -> User:
    """Be somebody whom the Auth emulator signed in anonymously, under functions/.env's limits."""
    addresses = emulators_backend.stack.addresses
    token = sign_up(addresses)
    connection = {"project": PROJECT, "url": addresses.generate_story, "token": token}
    return User(App(client, emulators_backend, "", connection), a_day=3, at_once=1)


def test_each_story_says_what_is_left_of_the_day(user: User) -> None:
    """A result tells how many stories are left until the next midnight, UTC's."""
    quotas = [user.tells(request)["quota"] for request in requests(2)]
    assert [quota["remaining"] for quota in quotas] == [user.a_day - 1, user.a_day - 2]
    assert quotas[0]["resetAt"].endswith("T00:00:00Z")


@pytest.mark.parametrize("scenario", ["whole", "stream"])
def test_a_user_who_had_the_days_stories_is_told_when_to_come_back(
    user: User, scenario: str
) -> None:
    """A story too many is refused until the next day, and leaves no document behind."""
    *told, one_too_many = requests(user.a_day + 1)
    for request in told:
        user.tells(request)
    details = user.is_refused(one_too_many, scenario)
    assert (details["reason"], details["retryable"]) == ("USER_QUOTA", True)
    assert 0 < details["retryAfterSec"] <= DAY_SECONDS
    assert set(user.app.stories.all()) == {request["requestId"] for request in told}


def test_a_user_whose_stories_are_being_told_waits_for_one_to_end(user: User) -> None:
    """A story too many at once is refused for two seconds, and told once another has ended."""
    *told, one_too_many = requests(user.at_once + 1)
    running = [user.begins(request) for request in told]
    details = user.is_refused(one_too_many)
    assert (details["reason"], details["retryable"]) == ("CONCURRENCY", True)
    assert details["retryAfterSec"] == 2
    for story in running:
        story.ends()
    assert user.tells(one_too_many)["quota"]["remaining"] == user.a_day - user.at_once - 1


def test_a_story_that_is_kept_is_replayed_to_who_has_had_the_days(user: User) -> None:
    """A request that was told before is answered again, also to a user who was just refused."""
    *told, one_too_many = requests(user.a_day + 1)
    results = [user.tells(request) for request in told]
    user.is_refused(one_too_many)
    again = user.app.play("whole", told[0])["result"]["value"]
    assert (again["replayed"], again["quota"]["remaining"]) == (True, 0)
    assert again["usage"] == results[0]["usage"]


def test_a_stranger_has_the_limits_of_strangers(stranger: User) -> None:
    """Who has signed in without a name has one story at once, and few a day."""
    first, second, one_too_many = requests(3)
    assert stranger.tells(first)["quota"]["remaining"] == stranger.a_day - 1
    running = stranger.begins(second)
    assert stranger.is_refused(one_too_many)["reason"] == "CONCURRENCY"
    running.ends()


def test_a_spent_budget_is_the_same_for_everybody(
    client: Client, tmp_path: Path, issuer: Issuer, firestore_host: str
) -> None:
    """Once all stories of a day have cost what they may, every app is told when to come back."""
    [request] = requests(1)
    with gunicorn(tmp_path, issuer, firestore_host, BUDGET_USD_PER_DAY="0") as backend:
        details = User(new_app(client, backend), a_day=0, at_once=0).is_refused(request)
    assert (details["reason"], details["retryable"]) == ("GLOBAL_BUDGET", True)
    assert 0 < details["retryAfterSec"] <= DAY_SECONDS
