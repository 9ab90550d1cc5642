"""Input that is wrong in every way we know: none gets as far as a use case."""

import json

import pytest

from tests.entrypoints.http.test_reading import MALFORMED
from tests.entrypoints.store_world import AUTHORIZED, CONFIRMED, GOOD, PUBLISH, VERDICT, World

SQL = "x'; DROP TABLE stores; --"
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "TRACE")
OTHERS = [
    (name, method)
    for name, (own, _, _) in GOOD.items()
    for method in METHODS
    if method != own and (own, method) != ("GET", "HEAD")
]
POSTS = [name for name, good in GOOD.items() if good[0] == "POST"]


def _verdict(**members: object) -> bytes:
    return json.dumps({**json.loads(VERDICT), **members}).encode()


FIELDS: dict[str, tuple[str, bytes, str]] = {
    "SQL for a confirmation": (
        "publish",
        json.dumps({"confirmPublish": SQL}).encode(),
        "confirmPublish",
    ),
    "SQL for days": ("snooze_step", json.dumps({"days": SQL}).encode(), "days"),
    "no days": ("snooze_step", b'{"days": 0}', "days"),
    "31 days": ("snooze_step", b'{"days": 31}', "days"),
    "half a day": ("snooze_step", b'{"days": 0.5}', "days"),
    "true for days": ("snooze_step", b'{"days": true}', "days"),
    "SQL for a user": ("verify_step", _verdict(userId=SQL), "userId"),
    "no user": ("verify_step", _verdict(userId=None), "userId"),
    "an empty user": ("verify_step", _verdict(userId=""), "userId"),
    "a user of 129 characters": ("verify_step", _verdict(userId="u" * 129), "userId"),
    "a line end in a user": ("verify_step", _verdict(userId="u\n"), "userId"),
    "SQL for a status": ("verify_step", _verdict(status=SQL), "status"),
    "todo for a status": ("verify_step", _verdict(status="todo"), "status"),
    "skipped for a status": ("verify_step", _verdict(status="skipped"), "status"),
    "a list for a status": ("verify_step", _verdict(status=["done"]), "status"),
    "an object for a status": ("verify_step", _verdict(status={"a": 1}), "status"),
    "SQL for an event": ("verify_step", _verdict(eventId=SQL), "eventId"),
    "a number for an event": ("verify_step", _verdict(eventId=7), "eventId"),
    "an event of 256 characters": ("verify_step", _verdict(eventId="e" * 256), "eventId"),
    "a reason of 501 characters": ("verify_step", _verdict(reason="r" * 501), "reason"),
    "a control character in a reason": ("verify_step", _verdict(reason="a\x1bb"), "reason"),
    "an empty reason": ("verify_step", _verdict(reason=" "), "reason"),
    "a name that attacks": ("publish", b'{"confirmPublish": true, "__proto__": 1}', "__proto__"),
}


@pytest.mark.parametrize(("route", "body", "field"), FIELDS.values(), ids=FIELDS)
def test_fields(world: World, route: str, body: bytes, field: str) -> None:
    """A bad value is refused by its field's name."""
    answer = world.send(route, body)
    problem = answer.get_json()
    assert (answer.status_code, problem["error"]) == (400, "INVALID_FIELD")
    assert problem["field"] == field
    assert world.did == []


@pytest.mark.parametrize("route", POSTS)
@pytest.mark.parametrize("body", MALFORMED.values(), ids=MALFORMED)
def test_malformed(world: World, route: str, body: bytes) -> None:
    """No route that takes a body takes one that is malformed."""
    answer = world.send(route, body)
    assert (answer.status_code, answer.get_json()["error"]) == (400, "MALFORMED_JSON")
    assert world.did == []


@pytest.mark.parametrize("route", POSTS)
@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Content_Type": "text/plain"}, 415),
        ({"Content_Type": "application/json; charset=latin-1"}, 415),
        ({"Content_Type": ""}, 415),
        ({"Content_Encoding": "gzip"}, 415),
    ],
)
def test_media(world: World, route: str, headers: dict[str, str], status: int) -> None:
    """No route takes a body of another type."""
    assert world.send_with(route, headers, VERDICT).status_code == status
    assert world.did == []


@pytest.mark.parametrize(("route", "method"), OTHERS)
def test_methods(world: World, route: str, method: str) -> None:
    """A route answers its own method, HEAD where that is GET, and no other."""
    own, path, body = GOOD[route]
    answer = world.call(method, path, body, AUTHORIZED)
    assert (answer.status_code, world.did) == (405, [])
    assert own in answer.headers["Allow"].split(", ")


@pytest.mark.parametrize(
    "path",
    [
        *("/api/onboarding/a%2Fb/complete", "/api/onboarding/%00/complete", "/api/store/publish/"),
        *("/api/store//publish", "/api/store/../store/publish", "/api/store/publish%0dX:1"),
        *(
            "/api/onboarding/x'--/complete",
            "/api/onboarding/%27%3B/complete",
            "/api/store%2fpublish",
        ),
    ],
)
def test_paths(world: World, path: str) -> None:
    """A path that only resembles a route's is no route's."""
    headers = {**AUTHORIZED, "Content-Type": "application/json"}
    answer = world.call("POST", path, CONFIRMED, headers)
    assert (answer.status_code, answer.get_json()["error"]) == (404, "ROUTE_NOT_FOUND")
    assert world.did == []


@pytest.mark.parametrize("name", ["X-Correlation-Id", "traceparent", "X-Cloud-Trace-Context"])
def test_injection(world: World, capsys: pytest.CaptureFixture[str], name: str) -> None:
    """What is no id goes neither into a header of the answer nor into the log."""
    headers = {**AUTHORIZED, "Content-Type": "application/json", name: f"evil {SQL}"}
    answer = world.call("POST", PUBLISH, CONFIRMED, headers)
    assert answer.status_code == 200
    assert "evil" not in str(answer.headers)
    assert "evil" not in capsys.readouterr().out
