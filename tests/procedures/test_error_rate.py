"""docs/procedures/error-rate.md, followed for each of its causes."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from scripts.local.addresses import REGION
from scripts.local.firebase_project import PROJECT
from scripts.local.standins.secret_manager import SecretManagerStandIn
from tests.faults.conftest import MakeWorld
from tests.faults.proxy import Proxy
from tests.faults.rows import Break, answers, slow_first_token
from tests.faults.world import World
from tests.issuer import Issuer
from tests.procedures.following import (
    SERVICE,
    complaint,
    desk_of,
    found,
    story_told,
    ten_seconds_later,
)
from tests.procedures.runbook import CURE, FIND, Runbook
from tests.procedures.stack import Desk

pytestmark = pytest.mark.server

PAGE = Runbook.named("error-rate")
ELSEWHERE = {"the key", "Google"}
DEPLOYED = f"projects/{PROJECT}/locations/{REGION}/services/{SERVICE}"
LONG = {"STORY_DEADLINE_SECONDS": "12"}  # the key's own bound comes first


def short_of_memory(world: World) -> None:
    world.change(memory=0.9)


def bug(world: World) -> None:
    """Have something come that nobody foresaw."""
    world.change(memory="much")


FAULTS: dict[str, Break] = {
    "the provider": answers(401),
    "time-outs": slow_first_token(1.5),
    "memory": short_of_memory,
    "a bug of ours": bug,
}


@pytest.fixture(scope="module")
def failing_world(make_world: MakeWorld) -> Iterator[World]:
    with make_world() as made:
        made.warm_up()
        yield made


@pytest.fixture
def desk(failing_world: World) -> Iterator[Desk]:
    with desk_of(failing_world) as made:
        yield made


def test_every_cause_is_replayed() -> None:
    """No row of the page is there that nobody has followed."""
    assert {cause.name for cause in PAGE.causes} == {*FAULTS} | ELSEWHERE


@pytest.mark.parametrize("cause", FAULTS)
def test_the_cause_is_found(failing_world: World, desk: Desk, cause: str) -> None:
    """The page's commands print what its row says, and of no other row."""
    FAULTS[cause](failing_world)
    assert found(PAGE, desk.follow(PAGE, REQUEST_ID=complaint(failing_world))) == [cause]


def test_a_key_that_is_not_there_is_found(make_world: MakeWorld) -> None:
    """Without a secret the log says so, and once there is one stories are told."""
    secrets = SecretManagerStandIn()
    with (
        secrets.serve() as address,
        make_world(SECRET_MANAGER_ENDPOINT=address, **LONG) as world,
        desk_of(world) as desk,
    ):
        said = desk.follow(PAGE, REQUEST_ID=complaint(world))
        assert found(PAGE, said) == ["the key"]
        assert "secret.unavailable" in desk.do("scripts/logs -P production").text
        secrets.add_version("OPENAI_API_KEY", "a-key")
        assert story_told(world)


def test_keys_of_google_that_are_not_there_are_found(make_world: MakeWorld, issuer: Issuer) -> None:
    """Where no token can be checked the page says that it is Google."""
    with (
        Proxy(urlsplit(issuer.certs_url).netloc).serve() as keys,
        make_world(ID_TOKEN_CERTS_URL=f"http://{keys.address}/certs", **LONG) as world,
        desk_of(world) as desk,
    ):
        keys.refuse()
        assert found(PAGE, desk.follow(PAGE, REQUEST_ID=complaint(world))) == ["Google"]
        keys.mend()
        assert story_told(world)


def test_what_was_changed_before_is_shown(failing_world: World, desk: Desk) -> None:
    """The diagnosis of a request has the deploy and the knob that came before it."""
    desk.google.run.deploy(DEPLOYED, "ada@example.com")
    desk.do(PAGE.section(CURE).ours[0])
    ten_seconds_later(failing_world)
    said = desk.do(PAGE.section(FIND).ours[-1], REQUEST_ID=complaint(failing_world)).text
    assert f"{SERVICE}-00002-loc deployed by ada@example.com" in said
    assert f"{SERVICE}-00001-loc deployed by deployer@example.com; it served the request" in said
    assert "generation.enabled from the default to False" in said


def test_stories_are_off_meanwhile(failing_world: World, desk: Desk) -> None:
    """The page's switch turns stories off within ten seconds, and on again."""
    off, on = PAGE.section(CURE).ours
    desk.do(off)
    ten_seconds_later(failing_world)
    assert not story_told(failing_world)
    desk.do(on)
    ten_seconds_later(failing_world)
    assert story_told(failing_world)
