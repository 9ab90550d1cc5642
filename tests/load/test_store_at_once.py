"""Many requests to publish one store at the same time, as production serves them."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from conteur.telemetry.registry import EXECUTIONS
from conteur.telemetry.store_metrics import PUBLISHES
from scripts.local.postgres import Postgres
from tests import store_rows
from tests.postgres import fresh_database
from tests.served_store import Reply, ServedStore, at_once, secrets_for, served_store

pytestmark = pytest.mark.server

TEN, EIGHTY = 10, 80
# The deployment guide's load test, but for the address and the token.
TEN_CURLS = """
for i in {{1..10}}; do
  curl -sS -X POST {url}/api/store/publish \
    -H "Authorization: Bearer {token}" \
    -H "Content-Type: application/json" \
    -d '{{"confirmPublish": true}}' &
done
wait
"""
AGAIN = {"Idempotency_Key": "one-and-the-same"}


@dataclass(frozen=True)
class Storm:
    """What became of ten curls, of eighty requests, and of eighty with the same key."""

    store: ServedStore
    database: str
    curled: list[dict[str, Any]]
    eighty: list[Reply]
    keyed: list[Reply]
    afterwards: Reply


@pytest.fixture(scope="module")
def storm(
    tmp_path_factory: pytest.TempPathFactory, postgres_server: Postgres, firestore_host: str
) -> Iterator[Storm]:
    """Let all come, until SIGTERM has ended the instance."""
    with (
        fresh_database(postgres_server) as database,
        served_store(
            tmp_path_factory.mktemp("storm"), secrets_for(database), firestore_host
        ) as store,
    ):
        store_rows.add_authors(database, "ten", "eighty", "keyed")
        printed = store.shell(TEN_CURLS.format(url=store.url, token=store.token("ten")))
        eighty = at_once(store, ["eighty"] * EIGHTY)
        keyed = at_once(store, ["keyed"] * EIGHTY, **AGAIN)
        afterwards = store.publish("keyed", **AGAIN)
        store.process.stop()
        yield Storm(store, database, _documents(printed), eighty, keyed, afterwards)


def _documents(text: str) -> list[dict[str, Any]]:
    """Return the JSON documents that were printed one after the other."""
    documents, decoder, at = [], json.JSONDecoder(), 0
    while at < len(text):
        document, at = decoder.raw_decode(text, at)
        documents.append(document)
    return documents


def test_ten_curls_are_one_publication(storm: Storm) -> None:
    """Of the guide's ten curls one publishes, and nine are told when that was."""
    assert sorted(body["alreadyPublished"] for body in storm.curled) == [False] + [True] * 9
    assert len({body["publishedAt"] for body in storm.curled}) == 1
    assert store_rows.events(storm.database, "ten") == 1


def test_eighty_requests_are_one_publication(storm: Storm) -> None:
    """Of eighty one publishes; the others are told so, or when to come again."""
    assert sum(reply.is_new for reply in storm.eighty) == 1
    assert store_rows.events(storm.database, "eighty") == 1
    others = [reply for reply in storm.eighty if reply.status != 200]
    assert all(reply.status == 503 and reply.retry_after > 0 for reply in others)
    told = [reply.body for reply in storm.eighty if reply.status == 200]
    assert len({body["publishedAt"] for body in told}) == 1


def test_nobody_is_tried_again(storm: Storm) -> None:
    """They wait for each other in the database, so that no transaction has to be repeated."""
    assert storm.store.log("Store Publish")
    assert storm.store.log("Retry attempt") == []


def test_eighty_with_one_key_are_one_publication(storm: Storm) -> None:
    """Of eighty with one key one publishes; the others hear its answer, or are to wait for it."""
    first = [reply for reply in storm.keyed if "Idempotent-Replayed" not in reply.headers]
    [publishing] = [reply for reply in first if reply.status == 200]
    replayed = [reply for reply in storm.keyed if "Idempotent-Replayed" in reply.headers]
    assert all(reply.body == publishing.body for reply in replayed)
    in_flight = [reply for reply in first if reply is not publishing]
    assert all(reply.status == 409 and reply.retry_after == 1 for reply in in_flight)
    assert {reply.body["error"] for reply in in_flight} <= {"IDEMPOTENCY_IN_FLIGHT"}
    assert store_rows.events(storm.database, "keyed") == 1


def test_who_repeats_the_key_hears_the_answer(storm: Storm) -> None:
    """The same request once more is answered as the one that has published."""
    assert storm.afterwards.headers["Idempotent-Replayed"] == "true"
    assert storm.afterwards.is_new


def test_every_request_is_counted(storm: Storm) -> None:
    """After SIGTERM, Cloud Monitoring has counted each request to publish, and how it ended."""
    total = storm.store.monitoring.total
    requests = len(storm.curled) + len(storm.eighty) + len(storm.keyed) + 1
    assert len(storm.curled) == TEN
    assert total(EXECUTIONS.type, function="store_api") == requests
    assert total(PUBLISHES.type) == requests
    refused = sum(reply.status == 409 for reply in storm.keyed)
    assert total(PUBLISHES.type, result="refused") == refused
    assert storm.store.monitoring.rejections == []


def test_each_publication_is_counted(storm: Storm) -> None:
    """Three publications are three in the metrics: an answer that is repeated is none."""
    assert storm.store.monitoring.total(PUBLISHES.type, result="published") == 3
    assert store_rows.unsound(storm.database) == []
