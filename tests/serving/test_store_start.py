"""What the store does not start without."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from itertools import combinations

import grpc
import pytest

from scripts.local.errors import ProcessError
from scripts.local.readiness import printed
from scripts.local.standins.secret_manager import SecretManagerStandIn
from scripts.local.standins.server import Fault
from tests import store_rows
from tests.served_store import API_URL, PATIENCE_SECONDS, ServedStore, secrets_for, served_store

pytestmark = pytest.mark.server

NAMES = ("NEXT_PUBLIC_API_URL", "DATABASE_URL", "JWT_SECRET")
SOME = [(name,) for name in NAMES] + list(combinations(NAMES, 2))
SHORT = "31-bytes-are-one-too-few-for-it"
OUT_OF_REACH = Fault(code=grpc.StatusCode.UNAVAILABLE)

Start = Callable[..., AbstractContextManager[ServedStore]]


@pytest.fixture
def start(tmp_path_factory: pytest.TempPathFactory, firestore_host: str, database: str) -> Start:
    """Start the store without some of what it needs, and with secrets that differ."""

    def begin(
        *missing: str, fault: Fault | None = None, **secrets: str
    ) -> AbstractContextManager[ServedStore]:
        there = {**secrets_for(database), **secrets}
        manager = SecretManagerStandIn(
            {name: text for name, text in there.items() if name not in missing}
        )
        manager.fault = fault
        url = "" if NAMES[0] in missing else API_URL
        folder = tmp_path_factory.mktemp("start")
        return served_store(folder, manager, firestore_host, NEXT_PUBLIC_API_URL=url)

    return begin


@pytest.fixture
def author(database: str) -> str:
    store_rows.add_authors(database, "author-1")
    return "author-1"


def refusal(starting: AbstractContextManager[ServedStore]) -> str:
    """Return what a start logs that ends the process as gunicorn's own failures to start do."""
    with pytest.raises(ProcessError, match="ended with code 3 ") as caught, starting as store:
        store.process.wait_for(lambda: None, "over", PATIENCE_SECONDS)
    return str(caught.value)


@pytest.mark.parametrize("missing", SOME, ids="+".join)
def test_a_start_names_what_is_missing(start: Start, missing: tuple[str, ...]) -> None:
    """The process ends, and its log names each setting that is missing and no other."""
    log = refusal(start(*missing))
    assert {name for name in NAMES if f"- {name}" in log} == set(missing)


def test_a_short_key_is_refused(start: Start) -> None:
    """A JWT_SECRET of 31 bytes ends the process, and is not in its log."""
    assert len(SHORT) == 31
    log = refusal(start(JWT_SECRET=SHORT))
    assert "its key has fewer than 32 bytes" in log
    assert SHORT not in log


def test_a_store_that_nobody_has_set_up_is_closed(start: Start) -> None:
    """Without any of them it serves, says so in the log, and answers that it is closed."""
    with start(*NAMES) as store:
        store.process.wait_for(printed(store.process, "store.closed"), "closed", PATIENCE_SECONDS)
        [line] = store.log("store.closed")
        assert all(f"- {name}" in line["problem"] for name in NAMES)
        reply = store.publish("author-1")
        assert (reply.status, reply.body["error"]) == (503, "STORE_DISABLED")
        assert reply.retry_after > 0
        assert store.get("/api/health").status == 200


def test_a_start_without_secret_manager_waits_for_it(start: Start, author: str) -> None:
    """While Secret Manager is out of reach authors are to come again; then they publish."""
    with start(fault=OUT_OF_REACH) as store:
        reply = store.publish(author)
        assert (reply.status, reply.body["error"]) == (503, "SECRET_UNAVAILABLE")
        assert reply.retry_after > 0
        store.secrets.fault = None
        assert store.publish(author).is_new
