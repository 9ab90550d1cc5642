"""What reaches the use cases, and what becomes of their outcomes."""

import hashlib

import pytest

from conteur.domain.store.answer import Answer
from conteur.domain.store.author import Subject, SubjectKind
from conteur.domain.store.onboarding import StepStatus, Verification
from conteur.domain.store.publication import Blocked, Published
from conteur.errors import StepNotFoundError
from tests.entrypoints.store_world import (
    CONFIRMED,
    CORRELATION,
    DUE,
    PRIVATE,
    PUBLIC,
    World,
)

STORE_URL = "https://shops.example/api/stores/foxes"


def test_ask(world: World) -> None:
    """A use case hears who asks, for how long, under which key and version, and by which ids."""
    world.send("publish", Idempotency_Key='"k"', If_Match='"3"', X_Correlation_Id=CORRELATION)
    ((ask,),) = world.did
    assert ask.subject == Subject(SubjectKind.AUTHOR, "author-1")
    assert (ask.route, str(ask.correlation), ask.if_match) == ("publish", CORRELATION, {'"3"'})
    assert ask.idempotency.key == "k"
    assert ask.idempotency.fingerprint == hashlib.sha256(CONFIRMED).hexdigest()
    assert ask.deadline.at == world.clock.seconds + 20
    assert ask.request != ask.correlation


def test_question(world: World) -> None:
    """A GET has no use for a key or a version, good or bad."""
    assert world.send("status", Idempotency_Key="a b", If_Match="x").status_code == 200
    assert world.did[0][0].idempotency is world.did[0][0].if_match is None


def _is_refused(world: World, route: str, name: str) -> bool:
    answer = world.send_with(route, {name: "a b"})
    return (answer.status_code, answer.get_json().get("field")) == (400, name.replace("_", "-"))


@pytest.mark.parametrize("route", ["publish", "unpublish", "complete_step", "snooze_step"])
def test_a_bad_key(world: World, route: str) -> None:
    """A malformed key is refused by its name."""
    assert _is_refused(world, route, "Idempotency_Key")
    assert world.did == []


@pytest.mark.parametrize("route", ["publish", "unpublish"])
def test_a_bad_version(world: World, route: str) -> None:
    """A malformed version is refused by its name, where the store's version counts."""
    assert _is_refused(world, route, "If_Match")
    assert world.did == []
    assert not _is_refused(world, "complete_step", "If_Match")


@pytest.mark.parametrize("already", [False, True])
def test_published(world: World, *, already: bool) -> None:
    """A publication says where the store is and since when; a second one, that it was before."""
    world.publication = Published(PUBLIC, already)
    answer = world.send("publish", X_Correlation_Id=CORRELATION)
    assert answer.get_json() == {
        "success": True,
        "message": f"Your store is public {'already' if already else 'now'}.",
        "storeUrl": STORE_URL,
        "publishedAt": "2026-11-22T14:00:00.000Z",
        "alreadyPublished": already,
        "warnings": [],
        "correlationId": CORRELATION,
    }
    assert (answer.headers["ETag"], answer.content_type) == ('"4"', "application/json")


def test_blocked(world: World) -> None:
    """The gate says which step is first, what to do for it, and all else that is missing."""
    world.publication = Blocked(PRIVATE, DUE)
    answer = world.send("publish")
    body = answer.get_json()
    action = {"type": "redirect", "url": "/onboarding/payments"}
    assert (answer.status_code, answer.content_type) == (409, "application/problem+json")
    assert (body["error"], body["missingStep"]) == ("PRECONDITION_REQUIRED", "payments")
    assert body["action"] == action
    assert body["missingSteps"] == [
        {"id": "payments", "version": 2, "title": "Set up payments", "action": action}
    ]
    assert body["requirements"] == {
        "currently_due": ["payments"],
        "pending_verification": ["payments"],
        "errors": [{"requirement": "payments", "reason": "no such account"}],
    }


def test_replayed(world: World) -> None:
    """An answer that was kept is given again, and says so."""
    world.kept = Answer(200, '{"first": true}', '"9"', replayed=True)
    answer = world.send("publish")
    assert (answer.get_json(), answer.headers["ETag"]) == ({"first": True}, '"9"')
    assert answer.headers["Idempotent-Replayed"] == "true"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "CONFIRMATION_REQUIRED"),
        (b"{}", "CONFIRMATION_REQUIRED"),
        (b'{"confirmPublish": false}', "CONFIRMATION_REQUIRED"),
        (b'{"confirmPublish": null}', "CONFIRMATION_REQUIRED"),
        (b'{"confirmPublish": "true"}', "INVALID_FIELD"),
        (b'{"confirmPublish": 1}', "INVALID_FIELD"),
        (b'{"confirmPublish": [true]}', "INVALID_FIELD"),
    ],
)
def test_unconfirmed(world: World, body: bytes, reason: str) -> None:
    """Nothing but `true` confirms."""
    answer = world.send("publish", body)
    assert (answer.status_code, answer.get_json()["error"]) == (400, reason)
    assert world.did == []


def test_unknown_field(world: World) -> None:
    """A field that is unknown here is ignored, and the answer says so."""
    answer = world.send("publish", b'{"confirmPublish": true, "theme": 1}')
    assert answer.get_json()["warnings"] == ["unknown field ignored: theme"]


def test_unpublished(world: World) -> None:
    """An author hears that the store is private, with its version."""
    answer = world.send("unpublish")
    assert answer.get_json()["alreadyUnpublished"] is False
    assert answer.headers["ETag"] == '"3"'


def test_status(world: World) -> None:
    """The status has the store, what it needs, and its version."""
    answer = world.send("status")
    body = answer.get_json()
    assert body["store"] == {
        "slug": "foxes",
        "name": "Foxes & co.",
        "published": False,
        "publishedAt": None,
        "storeUrl": STORE_URL,
    }
    assert (body["requirements"]["currently_due"], body["canPublish"]) == (["payments"], False)
    assert answer.headers["ETag"] == '"3"'


def test_public_store(world: World) -> None:
    """Everybody sees a public store's name and address, and no more."""
    shown = world.call("GET", "/api/stores/foxes").get_json()
    assert shown.keys() == {"slug", "name", "publishedAt", "correlationId"}
    assert world.did[0][:2] == ("foxes", "public_store")


def test_onboarding(world: World) -> None:
    """The list has each step as it stands, and how much is done."""
    body = world.send("onboarding").get_json()
    payments, theme = body["steps"]
    assert (payments["status"], payments["completedBy"]) == ("todo", "provider")
    assert (payments["verification"], payments["snoozeUntil"]) == ("pending", None)
    assert (theme["status"], theme["action"]) == ("done", {"type": "open_modal", "modal": "theme"})
    assert (body["progress"], body["requirements"]["currently_due"]) == (33, ["payments"])


def test_complete(world: World) -> None:
    """A step is completed by its path alone, without a body or a type of one."""
    path = "/api/onboarding/theme/complete"
    answer = world.call("POST", path, headers={"Authorization": "Bearer good"})
    assert answer.get_json()["step"]["status"] == "done"
    assert world.did[0][1:] == ("theme",)


@pytest.mark.parametrize(("body", "days"), [(b"", 7), (b'{"days": 30}', 30), (b'{"days": 1.0}', 1)])
def test_snooze(world: World, body: bytes, days: int) -> None:
    """A step is put off for as many days as are asked for, or for a week."""
    assert world.send("snooze_step", body).status_code == 200
    assert world.did[0][1:] == ("theme", days)


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("done", (StepStatus.DONE, None)),
        ("pending", (StepStatus.TODO, Verification.PENDING)),
        ("failed", (StepStatus.TODO, Verification.FAILED)),
    ],
)
def test_verify(
    world: World, status: str, expected: tuple[StepStatus, Verification | None]
) -> None:
    """A provider's word reaches the use case as it was signed."""
    body = f'{{"eventId": "e", "userId": "u", "status": "{status}", "reason": "why"}}'
    assert world.send("verify_step", body.encode()).get_json()["alreadyTaken"] is False
    ((call, route),) = world.did
    assert (call.step, call.id, call.author_id, call.reason) == ("payments", "e", "u", "why")
    assert ((call.status, call.verification), route) == (expected, "verify_step")


def test_refused(world: World) -> None:
    """What a use case raises is the answer."""
    world.error = StepNotFoundError("your onboarding has no such step")
    answer = world.send("complete_step")
    assert (answer.status_code, answer.get_json()["error"]) == (404, "STEP_NOT_FOUND")


def test_health(world: World) -> None:
    """`?deep=1`, and nothing else, asks for the dependencies."""
    assert "dependencies" in world.call("GET", "/api/health?deep=1").get_json()
    assert "dependencies" not in world.call("GET", "/api/health?deep=2").get_json()
