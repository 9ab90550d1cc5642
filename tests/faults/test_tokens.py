"""The public keys, against which ID tokens are checked, cannot be fetched."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from tests.faults.conftest import MakeWorld
from tests.faults.endings import Error, refused, told
from tests.faults.lines import Ending, Line
from tests.faults.proxy import Proxy
from tests.faults.rows import LATEST_SECONDS, SCENARIOS
from tests.faults.world import World
from tests.issuer import Issuer

pytestmark = pytest.mark.server

UNAVAILABLE = refused(Error("unavailable", "AUTH_UNAVAILABLE", {"retryAfterSec": 5}))
CASES = ("down", "slow", "cut", "failing")


def break_keys(keys: Proxy, case: str) -> None:
    keys.mend()
    if case == "down":
        keys.refuse()
    elif case == "slow":
        keys.always(Line(says=b"", ending=Ending.SILENT))
    elif case == "cut":
        keys.always(Line(cut_after=40))
    else:
        keys.always(Line(says=b"HTTP/1.1 500 Bad\r\nContent-Length: 0\r\n\r\n"))


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


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_known_keys_outlive_their_server(
    shared_world: World, issuer: Issuer, make_world: MakeWorld, scenario: str
) -> None:
    """Once the public keys are known, their server may go down: they are kept for a while."""
    with (
        Proxy(urlsplit(issuer.certs_url).netloc).serve() as keys,
        make_world(ID_TOKEN_CERTS_URL=f"http://{keys.address}/certs") as made,
    ):
        made.warm_up()
        keys.refuse()
        assert made.play(scenario).ending == told()
