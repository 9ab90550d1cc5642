"""An author publishes a store with the deployment guide's own curl, through the local Hosting."""

from collections.abc import Iterator

import pytest

from tests.integration.api.running_store import RunningStore, running_store

pytestmark = pytest.mark.server

AT_ONCE = 10


@pytest.fixture(scope="module")
def store() -> Iterator[RunningStore]:
    with running_store() as running:
        yield running


@pytest.fixture
def token(store: RunningStore) -> str:
    """A token of the synthetic author, whose shop is not published."""
    token = store.token()
    status, body = store.unpublish(token)
    assert status == 200, body
    return token


def test_a_confirmed_request_publishes(store: RunningStore, token: str) -> None:
    """The guide's curl publishes the store, and says where it is."""
    status, body = store.publish(token)
    assert (status, body["success"], body["alreadyPublished"]) == (200, True, False)
    assert body["storeUrl"] == f"{store.hosting}/api/stores/synthetic-shop"


def test_a_published_store_stays_as_it_is(store: RunningStore, token: str) -> None:
    """Who publishes again is told so, with the time of the first publication."""
    _, first = store.publish(token)
    status, again = store.publish(token)
    assert (status, again["alreadyPublished"]) == (200, True)
    assert again["publishedAt"] == first["publishedAt"]


@pytest.mark.parametrize("body", ["{}", '{"confirmPublish": false}'])
def test_nothing_is_published_unconfirmed(store: RunningStore, token: str, body: str) -> None:
    """A request that does not confirm is refused, and publishes nothing."""
    before = store.publications()
    status, problem = store.publish(token, body)
    assert (status, problem["error"]) == (400, "CONFIRMATION_REQUIRED")
    assert store.publications() == before


@pytest.mark.usefixtures("token")
def test_nothing_is_published_without_a_token(store: RunningStore) -> None:
    """A request without a token is refused, and publishes nothing."""
    before = store.publications()
    status, problem = store.publish("")
    assert (status, problem["status"]) == (401, 401)
    assert store.publications() == before


def test_ten_requests_at_once_are_one_publication(store: RunningStore, token: str) -> None:
    """Of ten curls at once one publishes, with one event, and nine are told that it is done."""
    before = store.publications()
    answers = store.publish_at_once(token, AT_ONCE)
    assert [status for status, _ in answers] == [200] * AT_ONCE
    assert sorted(body["alreadyPublished"] for _, body in answers) == [False] + [True] * 9
    assert len({body["publishedAt"] for _, body in answers}) == 1
    assert store.publications() - before == 1
