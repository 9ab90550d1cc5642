"""The operator closes the store, and opens it again, without a deploy."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from conteur.adapters.firestore_config import DOCUMENT
from scripts.local.postgres import Postgres
from tests import store_rows
from tests.clients.kept_stories import firestore_client
from tests.issuer import PROJECT
from tests.postgres import fresh_database
from tests.served_store import PATIENCE_SECONDS, Reply, ServedStore, secrets_for, served_store

pytestmark = pytest.mark.server

IN_FORCE_SECONDS = 10.0  # after a change, as docs/runtime.md promises
RETRY_AFTER = 77
CLOSED = {"store": {"enabled": False, "retryAfterSec": RETRY_AFTER}}
AUTHOR = "author-1"
ANY_STORE = "/api/stores/nobody-has-it"


@dataclass(frozen=True)
class Closing:
    """What was answered while the store was closed, and afterwards."""

    closed: Reply
    meanwhile: dict[str, Reply]
    afterwards: Reply
    database: str


@pytest.fixture(scope="module")
def closing(
    tmp_path_factory: pytest.TempPathFactory, postgres_server: Postgres, firestore_host: str
) -> Iterator[Closing]:
    """Close the store, ask until it is closed, ask for all else, and open it again."""
    folder = tmp_path_factory.mktemp("switch")
    with (
        fresh_database(postgres_server) as database,
        served_store(folder, secrets_for(database), firestore_host) as store,
        firestore_client(firestore_host, PROJECT) as firestore,
    ):
        store_rows.add_authors(database, AUTHOR)
        is_closed_after(store, PATIENCE_SECONDS, expected=False)
        knobs = firestore.document(DOCUMENT)
        knobs.set(CLOSED)
        try:
            is_closed_after(store, IN_FORCE_SECONDS, expected=True)
            closed, meanwhile = store.publish(AUTHOR), _all_else(store)
        finally:
            knobs.delete()
        is_closed_after(store, IN_FORCE_SECONDS, expected=False)
        yield Closing(closed, meanwhile, store.publish(AUTHOR), database)


def is_closed_after(store: ServedStore, seconds: float, *, expected: bool) -> None:
    """Ask for a store, and fail unless the answers are soon as expected."""

    def probe() -> bool | None:
        is_closed = store.get(ANY_STORE).body.get("error") == "STORE_DISABLED"
        return is_closed is expected or None

    store.process.wait_for(probe, "closed" if expected else "open", seconds)


def _all_else(store: ServedStore) -> dict[str, Reply]:
    bearer = store.token(AUTHOR)
    ask: Callable[[str], Reply] = lambda path: store.get(path, bearer)  # noqa: E731
    paths = ("/api/store/status", "/api/onboarding", "/api/openapi.json", "/api/health")
    return {path: ask(path) for path in paths}


def test_publishing_is_closed(closing: Closing) -> None:
    """Ten seconds after the change at most, authors are told when to come again."""
    assert (closing.closed.status, closing.closed.body["error"]) == (503, "STORE_DISABLED")
    assert closing.closed.retry_after == RETRY_AFTER


def test_reading_is_closed_too(closing: Closing) -> None:
    """The other routes of authors answer likewise."""
    for path in ("/api/store/status", "/api/onboarding"):
        assert closing.meanwhile[path].body["error"] == "STORE_DISABLED"


@pytest.mark.parametrize("path", ["/api/openapi.json", "/api/health"])
def test_the_contract_and_the_health_are_open(closing: Closing, path: str) -> None:
    """What says how the service is to be used, and how it does, answers meanwhile."""
    assert closing.meanwhile[path].status == 200


def test_publishing_is_open_again(closing: Closing) -> None:
    """Ten seconds after the change back authors publish, and only then anything was published."""
    assert closing.afterwards.is_new
    assert store_rows.events(closing.database, AUTHOR) == 1
