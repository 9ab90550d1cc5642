"""docs/procedures/store-timeouts.md, followed for each of its causes."""

import re
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from io import StringIO

import pytest
from dotenv import dotenv_values

from tests import store_rows
from tests.cut_proxy import CutProxy
from tests.procedures.runbook import CURE, Runbook
from tests.procedures.store_stack import (
    Complaint,
    Fault,
    Replay,
    Shop,
    first_that_fits,
)

pytestmark = pytest.mark.server

PAGE = Runbook.named("store-timeouts")
SHORT = {"STORE_DEADLINE_SECONDS": "5"}
QUICKLY = {"STORE_INITIAL_DELAY_MS": "10"}
# Longer than others wait for a connection and shorter than a request may take; or longer.
A_WHILE, TOO_LONG = 4, 60
SLOWLY = """
CREATE FUNCTION slowly() RETURNS trigger LANGUAGE plpgsql
AS 'BEGIN PERFORM pg_sleep({seconds}); RETURN new; END';
CREATE TRIGGER slowly BEFORE UPDATE ON stores FOR EACH ROW
WHEN (new.user_id LIKE 'slow-%') EXECUTE FUNCTION slowly()
"""
SLEEPING = "SELECT pid FROM pg_stat_activity WHERE wait_event = 'PgSleep'"
BLOCKED_BY = re.compile(r"\[(\d+)\]")


def advised() -> Mapping[str, str]:
    """Return the settings that the page advises."""
    [block] = re.findall(r"```ini\n(.*?)```", PAGE.text, re.DOTALL)
    return {name: value or "" for name, value in dotenv_values(stream=StringIO(block)).items()}


@contextmanager
def silent(shop: Shop) -> Iterator[Complaint]:
    """The network swallows what the server says, until it passes it on again."""
    network = shop.open.enter_context(CutProxy(shop.service).serve())
    shop.deploy({"DATABASE_URL": network.url}, **QUICKLY)
    network.fall_silent(for_good=True)
    yield shop.complaint(shop.new_author())
    network.speak()


@contextmanager
def locked(shop: Shop) -> Iterator[Complaint]:
    """Somebody has forgotten to commit; the page's statement shows who, and ends the session.

    With the settings that the page advises the author waits for the lock twice, not three times.
    """
    shop.deploy(**QUICKLY, **advised())
    author = shop.new_author()
    shop.open.enter_context(shop.held(author))
    yield (complaint := shop.complaint(author, during=waits))
    assert complaint.reply.body["error"] == "DATABASE_UNAVAILABLE"
    [line] = shop.store.log("Retry attempt")
    assert (line["attempt"], line["of"], line["reason"]) == (2, 2, "55P03")
    [pid] = set(BLOCKED_BY.findall(complaint.seen))
    assert "True" in shop.ask(CURE, "SELECT", PID=pid)


def waits(shop: Shop) -> bool:
    return store_rows.waiting(shop.owner) == 1


@contextmanager
def slow(shop: Shop) -> Iterator[Complaint]:
    """A new trigger takes longer than a request may, until it is taken back."""
    shop.deploy(**SHORT)
    shop.run(SLOWLY.format(seconds=TOO_LONG))
    yield shop.complaint(shop.new_author("slow"), during=sleeps)
    shop.run("DROP TRIGGER slowly ON stores")


def sleeps(shop: Shop) -> bool:
    return any(row.isdecimal() for row in shop.run(SLEEPING).splitlines())


@contextmanager
def full(shop: Shop) -> Iterator[Complaint]:
    """Another author has the only connection; then there are as many as are deployed."""
    shop.run(SLOWLY.format(seconds=A_WHILE))
    shop.deploy(STORE_POOL_SIZE="1")
    publishes_slowly(shop)
    yield shop.complaint(shop.new_author(), during=sleeps)
    shop.deploy()
    publishes_slowly(shop)


def publishes_slowly(shop: Shop) -> None:
    """Have an author begin to publish who takes a while."""
    pool = shop.open.enter_context(ThreadPoolExecutor(1))
    pool.submit(shop.store.publish, shop.new_author("slow"))
    shop.wait_for(sleeps)


FAULTS: dict[str, Fault] = {
    "The database cannot be reached": silent,
    "Somebody holds a lock": locked,
    "A statement is slow": slow,
    "All connections are in use": full,
}


def test_every_cause_is_replayed() -> None:
    """No row of the page is there that nobody has followed."""
    assert [cause.name for cause in PAGE.causes] == [*FAULTS]


def test_the_author_is_to_come_again(replayed: Replay) -> None:
    """Whatever it is, the author is told that it may pass, and when."""
    reply = replayed.complaint.reply
    assert (reply.status, reply.retry_after > 0) == (503, True)
    assert reply.body["error"] in PAGE.text


def test_the_cause_is_found(replayed: Replay) -> None:
    """The first row that fits what the page's commands print is that of the fault."""
    assert first_that_fits(PAGE, replayed.complaint.seen) == replayed.cause


def test_it_is_cured(replayed: Replay) -> None:
    """Once what the page says has been done, the same author publishes."""
    assert replayed.after.is_new
