"""docs/procedures/store-errors.md, followed for each of its causes."""

from collections.abc import Iterator
from contextlib import contextmanager

import grpc
import pytest

from conteur.adapters.firestore_config import DOCUMENT
from scripts.local.postgres import Postgres
from scripts.local.standins.server import Fault as Refusal
from tests.clients.kept_stories import firestore_client
from tests.issuer import PROJECT
from tests.procedures.runbook import CURE, Runbook
from tests.procedures.store_stack import (
    ROLE,
    Complaint,
    Fault,
    Replay,
    Shop,
    first_that_fits,
    shop,
)

pytestmark = pytest.mark.server

PAGE = Runbook.named("store-errors")
GATE = "The gate"
QUICKLY = {"STORE_INITIAL_DELAY_MS": "10", "STORE_MAX_ATTEMPTS": "2"}
IN_FORCE_SECONDS = 10.0  # after a knob was turned, as docs/runtime.md promises


@contextmanager
def secret(shop: Shop) -> Iterator[Complaint]:
    """Secret Manager does not answer; then it does again."""
    shop.deploy(**QUICKLY)
    shop.store.secrets.fault = Refusal(code=grpc.StatusCode.PERMISSION_DENIED)
    yield shop.complaint(shop.new_author())
    shop.store.secrets.fault = None


@contextmanager
def down(shop: Shop) -> Iterator[Complaint]:
    """PostgreSQL is stopped, and started again."""
    shop.deploy(**QUICKLY)
    author = shop.new_author()
    shop.server.stop()
    try:
        yield shop.complaint(author)
    finally:
        shop.server.start()


@contextmanager
def password(shop: Shop) -> Iterator[Complaint]:
    """The role has another password; then the secret has it too, and instances read it."""
    shop.deploy(**QUICKLY)
    shop.run(f"ALTER ROLE {ROLE} PASSWORD 'another'")
    try:
        yield shop.complaint(shop.new_author())
        shop.store.secrets.add_version("DATABASE_URL", shop.as_service("another"))
        other = shop.new_author()
        shop.wait_for(lambda it: it.store.publish(other).is_new)
    finally:
        shop.run(f"ALTER ROLE {ROLE} PASSWORD '{shop.server.password}'")


@contextmanager
def connections(shop: Shop) -> Iterator[Complaint]:
    """The role may have no connection more, until it may."""
    shop.deploy(**QUICKLY)
    shop.run(f"ALTER ROLE {ROLE} CONNECTION LIMIT 0")
    try:
        yield shop.complaint(shop.new_author())
    finally:
        shop.run(f"ALTER ROLE {ROLE} CONNECTION LIMIT -1")


@contextmanager
def no_steps(shop: Shop) -> Iterator[Complaint]:
    """Somebody has ended all steps; the page's statement brings them back."""
    shop.deploy(**QUICKLY)
    shop.run("UPDATE onboarding_step_definitions SET active_to = now()")
    yield shop.complaint(shop.new_author())
    [listed] = PAGE.cause("The gate has lost its steps").commands
    assert "payments" not in shop.desk.do(listed).text
    assert shop.ask(GATE, "UPDATE") == "UPDATE 8"
    assert "payments" in shop.desk.do(listed).text


@contextmanager
def unreadable(shop: Shop) -> Iterator[Complaint]:
    """The service may not read the steps; the page's statement lets it."""
    shop.deploy(**QUICKLY)
    shop.run("REVOKE SELECT ON onboarding_step_definitions FROM store_service")
    yield shop.complaint(shop.new_author())
    assert shop.ask(GATE, "GRANT") == "GRANT"


@contextmanager
def unfit(shop: Shop) -> Iterator[Complaint]:
    """A column is not there that the code asks for, until it is."""
    shop.deploy(**QUICKLY)
    author = shop.new_author()
    shop.run("ALTER TABLE stores RENAME COLUMN publication_id TO publication")
    yield shop.complaint(author)
    status, _ = PAGE.cause("Code and tables do not fit").commands
    assert "0001" in shop.desk.do(status).text
    shop.run("ALTER TABLE stores RENAME COLUMN publication TO publication_id")


FAULTS: dict[str, Fault] = {
    "A secret cannot be read": secret,
    "PostgreSQL is down": down,
    "The password is wrong": password,
    "No connection is left": connections,
    "The gate has lost its steps": no_steps,
    "The gate's steps cannot be read": unreadable,
    "Code and tables do not fit": unfit,
}


@pytest.fixture
def open_shop(
    two_users: Postgres, firestore_host: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Shop]:
    """Give a shop that serves, and leave its knobs to the settings afterwards."""
    folder = tmp_path_factory.mktemp("door")
    with (
        shop(two_users, firestore_host, folder, PAGE) as made,
        firestore_client(firestore_host, PROJECT) as firestore,
    ):
        made.deploy()
        yield made
        firestore.recursive_delete(firestore.document(DOCUMENT))


def test_every_cause_is_replayed() -> None:
    """No row of the page is there that nobody has followed."""
    assert [cause.name for cause in PAGE.causes] == [*FAULTS]


def test_it_counts_as_ours(replayed: Replay) -> None:
    """The author is told of a failure, not of something that they have done."""
    assert replayed.complaint.reply.status in {500, 503}
    assert f'"{replayed.complaint.reply.body["error"]}"' in replayed.complaint.seen


def test_the_cause_is_found(replayed: Replay) -> None:
    """The first row that fits what the page's commands print is that of the fault."""
    assert first_that_fits(PAGE, replayed.complaint.seen) == replayed.cause


def test_the_password_is_not_shown(replayed: Replay) -> None:
    """What an operator reads has no key and no address of the database."""
    assert "postgresql://" not in replayed.complaint.seen


def test_it_is_cured(replayed: Replay) -> None:
    """Once what the page says has been done, the same author publishes."""
    assert replayed.after.is_new


def test_the_door_is_closed_and_opened(open_shop: Shop) -> None:
    """The page's two commands close publishing within ten seconds, and open it again."""
    commands = open_shop.page.section(CURE).ours
    close, reopen = (each for each in commands if each.startswith("scripts/config"))
    author = open_shop.new_author()
    open_shop.desk.do(close, REASON="errors of unknown cause")
    is_closed_soon(open_shop, expected=True)
    reply = open_shop.store.publish(author)
    assert (reply.status, reply.body["error"]) == (503, "STORE_DISABLED")
    assert reply.retry_after > 0
    open_shop.desk.do(reopen, REASON="mended")
    is_closed_soon(open_shop, expected=False)
    assert open_shop.store.publish(author).is_new


def is_closed_soon(shop: Shop, *, expected: bool) -> None:
    """Ask, and fail unless the answers are as expected as soon as promised."""

    def probe() -> bool | None:
        error = shop.store.get("/api/stores/nobody-has-it").body.get("error")
        return (error == "STORE_DISABLED") is expected or None

    shop.store.process.wait_for(probe, "closed" if expected else "open", IN_FORCE_SECONDS)
