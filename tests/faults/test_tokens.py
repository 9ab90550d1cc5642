"""The public keys, against which ID tokens are checked, cannot be fetched."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from tests.faults.answers import response
from tests.faults.conftest import MakeWorld
from tests.faults.endings import Error, refused, told
from tests.faults.lines import Ending, Line
from tests.faults.proxy import Proxy
from tests.faults.rows import LATEST_SECONDS, SCENARIOS
from tests.faults.world import World
from tests.issuer import Issuer

pytestmark = pytest.mark.server

UNAVAILABLE = refused(Error("unavailable", "AUTH_UNAVAILABLE", {"retryAfterSec": 5}))
CASES = ("down", "slow", "cut", "failing", "no JSON")


def break_keys(keys: Proxy, case: str) -> None:
    keys.mend()
    if case == "down":
        keys.refuse()
    elif case == "slow":
        keys.always(Line(says=b"", ending=Ending.SILENT))
    elif case == "cut":
        keys.always(Line(cut_after=40))
    else:
        status = "500 Bad" if case == "failing" else "200 OK"
        keys.always(Line(says=response(b"<h1>Hello</h1>", status=status, kind="text/html")))


@pytest.fixture(scope="module")
def keys(issuer: Issuer) -> Iterator[Proxy]:
    with Proxy(urlsplit(issuer.certs_url).netloc).serve() as proxy:
        proxy.refuse()
        yield proxy


@pytest.fixture(scope="module")
def doubting_world(make_world: MakeWorld, keys: Proxy) -> Iterator[World]:
    """Serve a worker that has never seen a public key."""
    with make_world(ID_TOKEN_CERTS_URL=f"http://{keys.address}/certs") as made:
        yield made


@pytest.mark.parametrize("scenario", SCENARIOS)
@pytest.mark.parametrize("case", CASES)
def test_no_token_can_be_checked(
    doubting_world: World, keys: Proxy, case: str, scenario: str
) -> None:
    """A call is refused in time, with a wait to try again after, and leaves no document."""
    doubting_world.mend()
    break_keys(keys, case)
    played = doubting_world.play(scenario)
    assert played.ending == UNAVAILABLE
    assert played.seconds <= LATEST_SECONDS


@pytest.fixture(scope="module")
def certain_world(make_world: MakeWorld, issuer: Issuer) -> Iterator[World]:
    """Serve a worker that has seen the public keys before their server went down."""
    with (
        Proxy(urlsplit(issuer.certs_url).netloc).serve() as keys,
        make_world(ID_TOKEN_CERTS_URL=f"http://{keys.address}/certs") as made,
    ):
        made.warm_up()
        keys.refuse()
        yield made


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_known_keys_outlive_their_server(certain_world: World, scenario: str) -> None:
    """Once the public keys are known, their server may go down: they are kept for a while."""
    certain_world.mend()
    assert certain_world.play(scenario).ending == told()
