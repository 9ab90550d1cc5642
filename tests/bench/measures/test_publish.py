"""The product and the bare program do the same to the database, so that their times compare."""

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from tests.bench.measures.measure import Stage
from tests.bench.measures.publish import PUBLISH, WAYS, trial
from tests.bench.peers import BARE, STORE_API, Peer
from tests.bench.services import Services
from tests.bench.shops import Shops, shops

pytestmark = pytest.mark.server

LOG_ALL = "ALTER DATABASE postgres SET log_statement = 'all'"
LOGGED = re.compile(
    r"LOG:  (?:statement|execute \S+): (.*?)(?=^\d{4}-|\Z)", re.MULTILINE | re.DOTALL
)
CHANGED = """
SELECT count(*), (SELECT count(*) FROM onboarding_events WHERE event_type = 'store.published')
FROM stores WHERE published_at IS NOT NULL AND NOT synthetic
"""


@pytest.fixture
def stage(surroundings: Services, tmp_path: Path) -> Stage:
    return Stage(surroundings, tmp_path, tmp_path / "sources")


def publish(there: Shops, peer: Peer, way: str = "", count: int = 1) -> None:
    with there.stage.serving(peer) as server:
        server.wait_bound()
        WAYS[peer.name][way](there, server, count)


def statements(stage: Stage, peer: Peer) -> Sequence[str]:
    """Return what the server was sent of the last transaction, with all numbers in it alike."""
    with shops(stage, 1) as there:
        with psycopg.connect(there.url, autocommit=True) as connection:
            connection.execute(LOG_ALL)
        publish(there, peer)
        logged = [" ".join(each.split()) for each in LOGGED.findall(there.log.read_text())]
    begins = [number for number, each in enumerate(logged) if each.startswith("BEGIN ")]
    return [re.sub(r"'\d+'", "'0'", each) for each in logged[begins[-1] :]]


def test_the_same_statements(stage: Stage) -> None:
    """The bare program sends what the product sends for a publication, in the same order."""
    sent = statements(stage, STORE_API)
    assert sent == statements(stage, BARE)
    assert (len(sent), sent[-1]) == (7, "COMMIT")


@pytest.mark.parametrize(("peer", "way"), [(STORE_API, ""), (STORE_API, "keyed-"), (BARE, "")])
def test_every_store_is_published(stage: Stage, peer: Peer, way: str) -> None:
    """Each author's store is public afterwards, with its event."""
    with shops(stage, 3) as there:
        publish(there, peer, way, count=3)
        with psycopg.connect(there.url) as connection:
            assert connection.execute(CHANGED).fetchone() == (3, 3)


def test_the_figures(stage: Stage) -> None:
    """A trial of the product has every metric, one of the bare program those without a key."""
    quick = replace(stage, share=0.01)
    names = {metric.name for metric in PUBLISH.metrics}
    assert names <= trial(quick, STORE_API).keys()
    assert {name for name in names if "keyed" not in name} == trial(quick, BARE).keys()
