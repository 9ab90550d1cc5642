"""Memory that is short, a network that has had its stories, and a token that was used before."""

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from urllib.parse import urlsplit

import pytest

from tests.clients.app import App
from tests.faults.conftest import MakeWorld
from tests.faults.endings import Error, refused, told
from tests.faults.proxy import Proxy
from tests.faults.rows import LATEST_SECONDS, SCENARIOS
from tests.faults.world import World
from tests.issuer import Issuer

pytestmark = pytest.mark.server

DAY_SECONDS = 24 * 3600
MOST_CALLS = 50  # until the instance knows of a network's total
SHORT = Error("resource-exhausted", "MEMORY_ERROR", {"retryAfterSec": 5})
SHED = replace(refused(SHORT), counts={**refused(SHORT).counts, "memory/shed": 1})
FULL = Error("resource-exhausted", "NETWORK_QUOTA", ours=False)
REPLAYED = Error("permission-denied", "APP_CHECK_REPLAYED", ours=False, retryable=False)
UNAVAILABLE = Error("unavailable", "AUTH_UNAVAILABLE", {"retryAfterSec": 5})


def addresses() -> tuple[str, str]:
    """Return the addresses of a client and of a neighbour, in a network of no other test."""
    network = f"8.{random.randrange(1, 255)}.{random.randrange(1, 255)}"  # noqa: S311 - no secret
    return f"{network}.7", f"{network}.8"


def call_until(world: World, scenario: str, reason: str | None) -> None:
    """Call until a call ends for this reason."""
    for _ in range(MOST_CALLS):
        if world.play(scenario).ending.reason == reason:
            return
    raise AssertionError(f"no call of {MOST_CALLS} ended for {reason}")


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_memory_is_short(shared_world: World, scenario: str) -> None:
    """Over 80 % a call is told when to come back, and below it stories are told again."""
    shared_world.mend()
    shared_world.change(memory=0.9)
    shared_world.play(scenario)  # which may drop the caches, and log it
    assert shared_world.play(scenario).ending == SHED
    shared_world.change(memory=0.5)
    assert shared_world.play(scenario).ending == told()


@pytest.fixture(scope="module")
def limited_world(make_world: MakeWorld) -> Iterator[World]:
    with make_world(QUOTA_NETWORK_STORIES_PER_DAY="1") as made:
        made.warm_up()
        yield made


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_network_has_had_its_stories(limited_world: World, scenario: str) -> None:
    """Everybody in it is told when to come back, and nobody in another one."""
    limited_world.mend()
    client, neighbour = addresses()
    limited_world.change(address=client)
    call_until(limited_world, scenario, FULL.reason)
    limited_world.change(address=neighbour)
    ending = limited_world.play(scenario).ending
    assert 0 < int(str(ending.facts["retryAfterSec"])) <= DAY_SECONDS
    assert ending == refused(replace(FULL, facts={"retryAfterSec": ending.facts["retryAfterSec"]}))
    limited_world.change(address=addresses()[0])
    assert limited_world.play(scenario).ending == told()


@pytest.fixture(scope="module")
def consumption(issuer: Issuer) -> Iterator[Proxy]:
    with Proxy(urlsplit(issuer.app_check_url).netloc).serve() as proxy:
        yield proxy


@pytest.fixture(scope="module")
def made_consuming_world(
    make_world: MakeWorld, issuer: Issuer, consumption: Proxy
) -> Iterator[World]:
    with make_world(
        APP_CHECK="consumed", APP_CHECK_ENDPOINT=f"http://{consumption.address}"
    ) as made:
        made.mend()
        made.play("whole", become=_with(issuer.app_check_token(jti="warm-up")))
        yield made


@pytest.fixture
def consuming_world(made_consuming_world: World, consumption: Proxy) -> World:
    consumption.mend()
    made_consuming_world.mend()
    return made_consuming_world


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_token_is_used_twice(consuming_world: World, issuer: Issuer, scenario: str) -> None:
    """The first call with it is served, and no other, whoever makes it."""
    become = _with(issuer.app_check_token(jti=f"twice {scenario}"))
    assert consuming_world.play(scenario, become=become).ending == told()
    assert consuming_world.play(scenario, become=become).ending == refused(REPLAYED)


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_nobody_knows_whether_a_token_was_used(
    consuming_world: World, issuer: Issuer, consumption: Proxy, scenario: str
) -> None:
    """A token of which that is unknown lets nobody in, and says when to try again."""
    consumption.refuse()
    become = _with(issuer.app_check_token(jti=f"unknown {scenario}"))
    played = consuming_world.play(scenario, become=become)
    assert played.ending == refused(UNAVAILABLE, "WARNING app_check.unavailable")
    assert played.seconds <= LATEST_SECONDS


def _with(token: str) -> Callable[[App], App]:
    """Make an app send this App Check token."""
    return lambda app: app.connected(appCheckToken=token)
