"""docs/procedures/unauthorized.md, followed for each of its causes, and unauthenticated.md."""

import time
from collections.abc import Callable, Iterator

import pytest

from scripts.local.postgres import Postgres
from tests.adapters.author_tokens import KEY, OTHER_KEY, token
from tests.procedures.following import found
from tests.procedures.runbook import FIND, Runbook
from tests.procedures.store_stack import Shop, first_that_fits, shop
from tests.served_store import PUBLISH, Reply

pytestmark = pytest.mark.server

PAGE = Runbook.named("unauthorized")
OF_ONE_CALLER = Runbook.named("unauthenticated")
VERIFICATION = "/api/onboarding/payments/verification"
JSON = {"Content-Type": "application/json"}

Call = Callable[[Shop, str], Reply]


def expired(shop: Shop, author: str) -> Reply:
    now = int(time.time())
    return shop.store.post(PUBLISH, token(sub=author, iat=now - 900, exp=now - 300))


def signed_with_another_key(shop: Shop, author: str) -> Reply:
    return shop.store.post(PUBLISH, token(OTHER_KEY, sub=author))


def signed_by_nobody(shop: Shop, _: str) -> Reply:
    return shop.store.ask("POST", VERIFICATION, JSON, b"{}")


def without_a_token(shop: Shop, _: str) -> Reply:
    return shop.store.ask("POST", PUBLISH, JSON, b"{}")


REASONS: dict[str, Call] = {
    "no token": without_a_token,
    "expired token": expired,
    "forged token": signed_with_another_key,
}
CALLS: dict[str, Call] = {
    "Tokens run out": expired,
    "A key was changed": signed_with_another_key,
    "A provider signs with another secret": signed_by_nobody,
    "Somebody tries": without_a_token,
}


@pytest.fixture(scope="module")
def open_shop(
    two_users: Postgres, firestore_host: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Shop]:
    """Give a shop that serves, and that no test changes."""
    folder = tmp_path_factory.mktemp("unauthorized")
    with shop(two_users, firestore_host, folder, PAGE) as made:
        made.deploy()
        yield made


@pytest.fixture
def own_shop(
    two_users: Postgres, firestore_host: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Shop]:
    with shop(two_users, firestore_host, tmp_path_factory.mktemp("keys"), PAGE) as made:
        yield made


def test_every_cause_is_replayed() -> None:
    """No row of the page is there that nobody has followed."""
    assert [cause.name for cause in PAGE.causes] == [*CALLS]


@pytest.mark.parametrize("cause", CALLS)
def test_the_cause_is_found(open_shop: Shop, cause: str) -> None:
    """The call is refused, and the page's commands print why, with its correlation id."""
    open_shop.desk.forget()
    reply = CALLS[cause](open_shop, open_shop.new_author())
    assert reply.status == 401
    seen = open_shop.desk.follow(PAGE)
    assert first_that_fits(PAGE, seen) == cause
    assert reply.body["correlationId"] in open_shop.desk.run("scripts/logs --local --json").text


@pytest.mark.parametrize("cause", REASONS)
def test_an_authors_complaint_is_found(open_shop: Shop, cause: str) -> None:
    """The page of one caller says that it is the store's, and why, and counts it."""
    open_shop.desk.forget()
    reply = REASONS[cause](open_shop, open_shop.new_author())
    seen = open_shop.desk.follow(OF_ONE_CALLER, REQUEST_ID=reply.body["correlationId"])
    assert found(OF_ONE_CALLER, seen) == [cause, "a token for the store"]
    counted = open_shop.desk.do(OF_ONE_CALLER.section(FIND).ours[-1]).text
    assert counted.split() == ["1", "store_api", reply.body["error"]]


def test_who_renews_a_token_publishes(open_shop: Shop) -> None:
    """An author whose token has run out publishes with a new one."""
    author = open_shop.new_author()
    assert expired(open_shop, author).body["error"] == "TOKEN_EXPIRED"
    assert open_shop.store.post(PUBLISH, token(KEY, sub=author)).is_new


def test_the_new_key_is_good_once_the_secret_has_it(own_shop: Shop) -> None:
    """What was refused before the secret was changed publishes afterwards."""
    author = own_shop.new_author()
    own_shop.deploy()
    assert signed_with_another_key(own_shop, author).status == 401
    own_shop.deploy({"JWT_SECRET": OTHER_KEY})
    assert signed_with_another_key(own_shop, author).is_new
