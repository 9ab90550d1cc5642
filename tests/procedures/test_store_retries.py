"""docs/procedures/store-publish.md, followed for each of its causes."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from scripts.local.postgres import Postgres
from tests import store_rows
from tests.cut_proxy import CutProxy
from tests.procedures.runbook import FIND, Runbook
from tests.procedures.store_stack import Shop, first_that_fits, shop

pytestmark = pytest.mark.server

PAGE = Runbook.named("store-publish")
QUICKLY = {"STORE_INITIAL_DELAY_MS": "10"}


def cut(shop: Shop) -> None:
    """The connection breaks while the publication is committed."""
    with CutProxy(shop.service).serve() as network:
        shop.deploy({"DATABASE_URL": network.url}, **QUICKLY)
        network.cut_next_commit()
        assert shop.store.publish(shop.new_author()).is_new


def ended(shop: Shop) -> None:
    """The server ends the session of an author who waits."""
    shop.deploy(**QUICKLY)
    while_locked(shop, shop.end_sessions)


def waited(shop: Shop) -> None:
    """An author waits for a lock until the next attempt."""
    shop.deploy(**QUICKLY)
    while_locked(shop, lambda: shop.wait_for(lambda it: bool(it.store.log("Retry attempt"))))


def while_locked(shop: Shop, act: Callable[[], object]) -> None:
    """Have an author publish whose store is locked until `act` has returned."""
    author = shop.new_author()
    with ThreadPoolExecutor(1) as pool, shop.held(author):
        publishing = pool.submit(shop.store.publish, author)
        shop.wait_for(lambda it: store_rows.waiting(it.owner) == 1)
        act()
    assert publishing.result().is_new


FAULTS = {
    "The database cannot be reached": cut,
    "The server ends sessions": ended,
    "Authors wait for a lock": waited,
}


@pytest.fixture
def own_shop(
    two_users: Postgres, firestore_host: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Shop]:
    with shop(two_users, firestore_host, tmp_path_factory.mktemp("retries"), PAGE) as made:
        yield made


def test_every_cause_is_replayed() -> None:
    """No row of the page is there that nobody has followed."""
    assert [cause.name for cause in PAGE.causes] == [*FAULTS]


@pytest.mark.parametrize("cause", FAULTS)
def test_the_cause_is_found(own_shop: Shop, cause: str) -> None:
    """The author publishes all the same, and the page's commands print why it took two attempts."""
    FAULTS[cause](own_shop)
    seen = own_shop.desk.follow(PAGE, FIND)
    assert first_that_fits(PAGE, seen) == cause
