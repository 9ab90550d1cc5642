"""docs/procedures/gating-blocks.md, followed for each of its causes."""

import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.procedures.runbook import CURE, Runbook
from tests.procedures.store_stack import (
    Complaint,
    Fault,
    Replay,
    Shop,
    first_that_fits,
)
from tests.served_store import PROVIDERS_KEY, Reply

pytestmark = pytest.mark.server

PAGE = Runbook.named("gating-blocks")
STEP, LAST_STEP = "payments", "mentions_legales"
NEW_KEY = "another-key-of-the-providers-with-enough-bytes"
UNDO = "DELETE FROM user_onboarding WHERE user_id = '{author}' AND step_id = '{step}'"
NEW_VERSION = """
INSERT INTO onboarding_step_definitions
    (id, version, title, required, weight, position, completed_by, action)
SELECT id, version + 1, title, required, weight, position, completed_by, action
FROM onboarding_step_definitions WHERE id = 'payments'
"""


@contextmanager
def refused_calls(shop: Shop) -> Iterator[Complaint]:
    """The provider signs with a new secret, which then is set; it calls again."""
    shop.deploy()
    author = without(shop, STEP)
    assert says(shop, author, "done", NEW_KEY).status == 401
    yield shop.complaint(author)
    shop.deploy({"PROVIDER_SECRETS": json.dumps({STEP: NEW_KEY})})
    assert says(shop, author, "done", NEW_KEY).status == 200


@contextmanager
def no_calls(shop: Shop) -> Iterator[Complaint]:
    """The provider is away; its step is relaxed."""
    shop.deploy()
    yield shop.complaint(without(shop, STEP))
    relax(shop, STEP)


@contextmanager
def refuses(shop: Shop) -> Iterator[Complaint]:
    """The provider says of an author who was done that they are not; its step is relaxed."""
    shop.deploy()
    author = shop.new_author()
    assert says(shop, author, "failed", PROVIDERS_KEY).status == 200
    yield shop.complaint(author)
    relax(shop, STEP)


@contextmanager
def new_version(shop: Shop) -> Iterator[Complaint]:
    """A step has a new version, which is then ended by the page's statement."""
    shop.deploy()
    author = shop.new_author()
    shop.run(NEW_VERSION)
    yield shop.complaint(author)
    assert "payments | 2" in shop.ask(CURE, "UPDATE", STEP=STEP)


@contextmanager
def required(shop: Shop) -> Iterator[Complaint]:
    """An operator requires a step that nobody has done, and relaxes it again."""
    shop.deploy()
    author = shop.new_author()
    shop.desk.do('scripts/steps require theme --reason "all shops look alike" --by bob')
    yield (complaint := shop.complaint(author))
    assert "all shops look alike" in complaint.seen
    relax(shop, "theme")


@contextmanager
def too_early(shop: Shop) -> Iterator[Complaint]:
    """An author has not done a step yet; the answer says which, and the author does it."""
    shop.deploy()
    yield (complaint := shop.complaint(without(shop, LAST_STEP)))
    bearer = shop.store.token(complaint.author)
    assert not shop.store.get("/api/store/status", bearer).body["canPublish"]
    [step] = complaint.reply.body["missingSteps"]
    path = f"/api/onboarding/{step['id']}/complete"
    assert shop.store.post(path, bearer, b"{}").status == 200
    assert shop.store.get("/api/store/status", bearer).body["canPublish"]


def without(shop: Shop, step: str) -> str:
    """Return an author who has done all but a step."""
    author = shop.new_author()
    shop.run(UNDO.format(author=author, step=step))
    return author


def relax(shop: Shop, step: str) -> None:
    """Give the page's command."""
    [command] = shop.page.section(CURE).ours
    shop.desk.do(command, STEP=step, REASON="until it is mended")


def says(shop: Shop, author: str, status: str, key: str) -> Reply:
    """Have the provider call."""
    said = {"eventId": f"{author}-{status}", "userId": author, "status": status, "reason": "no"}
    body, now = json.dumps(said).encode(), int(time.time())
    digest = hmac.new(key.encode(), f"{now}.".encode() + body, hashlib.sha256).hexdigest()
    headers = {"Content-Type": "application/json", "Conteur-Signature": f"t={now},v1={digest}"}
    return shop.store.ask("POST", f"/api/onboarding/{STEP}/verification", headers, body)


FAULTS: dict[str, Fault] = {
    "A provider's calls are refused": refused_calls,
    "A provider does not call": no_calls,
    "A provider refuses": refuses,
    "A step has a new version": new_version,
    "A step was made required": required,
    "The app offers it too early": too_early,
}


def test_every_cause_is_replayed() -> None:
    """No row of the page is there that nobody has followed."""
    assert [cause.name for cause in PAGE.causes] == [*FAULTS]


def test_the_gate_blocks(replayed: Replay) -> None:
    """The author is told which step is missing, and so is the operator."""
    reply = replayed.complaint.reply
    assert (reply.status, reply.body["error"]) == (409, "PRECONDITION_REQUIRED")
    assert f'1 "{reply.body["missingStep"]}"' in replayed.complaint.seen


def test_the_cause_is_found(replayed: Replay) -> None:
    """The first row that fits what the page's commands print is that of the fault."""
    assert first_that_fits(PAGE, replayed.complaint.seen) == replayed.cause


def test_it_is_cured(replayed: Replay) -> None:
    """Once what the page says has been done, the same author publishes."""
    assert replayed.after.is_new
