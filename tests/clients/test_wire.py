"""The wire itself, where the SDK would hide it or could not send it: plain fetches."""

import json
from typing import Any

import pytest

from tests.clients.app import App, new_app
from tests.clients.backends import Backend, Gunicorn
from tests.clients.client import Client

pytestmark = pytest.mark.server

JSON = {"Content-Type": "application/json"}
STREAM = {**JSON, "Accept": "text/event-stream"}
ORIGIN = "https://app.example"
SENT_HEADERS = ("authorization", "content-type", "x-firebase-appcheck")

MALFORMED = {
    "no JSON": "{prompt: fox}",
    "an empty body": "",
    "no data": '{"prompt": "A fox"}',
    "an array": "[]",
    "a number that JSON has not": '{"data": {"prompt": "A fox", "length": {"words": NaN}}}',
}


def post(app: App, headers: dict[str, str], body: str) -> dict[str, Any]:
    record = app.play("fetched", method="POST", headers=headers, body=body)
    assert "value" in record["response"], record["response"]
    response: dict[str, Any] = record["response"]["value"]
    return response


def only_event(body: str) -> dict[str, Any]:
    """Return the one event of a stream that has no other."""
    name, _, content = body.removesuffix("\n\n").partition(": ")
    assert name == "data"
    event: dict[str, Any] = json.loads(content)
    return event


@pytest.mark.parametrize("kind", MALFORMED)
def test_a_malformed_call_is_a_bad_request(app: App, kind: str) -> None:
    """What is no callable's call is answered 400, with a reason, as a JSON body."""
    response = post(app, JSON, MALFORMED[kind])
    error = json.loads(response["body"])["error"]
    assert (response["status"], error["status"]) == (400, "INVALID_ARGUMENT")
    assert (error["details"]["reason"], error["details"]["field"]) == ("MALFORMED_JSON", "data")


@pytest.mark.parametrize("kind", MALFORMED)
def test_a_malformed_call_for_a_stream_is_answered_in_one(app: App, kind: str) -> None:
    """Who asks for a stream gets one, of one event: the SDK's `.stream()` hangs on all else."""
    response = post(app, STREAM, MALFORMED[kind])
    error = only_event(response["body"])["error"]
    assert response["status"] == 200
    assert response["headers"]["content-type"].startswith("text/event-stream")
    assert (error["status"], error["details"]["reason"]) == ("INVALID_ARGUMENT", "MALFORMED_JSON")


@pytest.mark.parametrize("name", ["__proto__", "constructor", "prototype"])
def test_a_name_that_attacks_javascript_is_refused(app: App, name: str) -> None:
    """A request that names an object's prototype is refused, and nothing is kept or asked for."""
    asked = len(app.model.asked)
    # by a plain fetch, for the SDK leaves `__proto__` out of what it sends
    response = post(app, JSON, json.dumps({"data": {"prompt": "A fox", name: {"spoilt": True}}}))
    error = json.loads(response["body"])["error"]
    assert (error["status"], error["details"]["reason"]) == ("INVALID_ARGUMENT", "INVALID_FIELD")
    assert error["details"]["field"] == name
    assert len(app.model.asked) == asked
    assert app.stories.all() == {}


def test_a_preflight_allows_what_the_sdks_send(node_client: Client, backend: Backend) -> None:
    """A page of any origin may POST with the headers of Auth, App Check and JSON."""
    asking = {
        "Origin": ORIGIN,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": ", ".join(SENT_HEADERS),
    }
    record = new_app(node_client, backend).play("fetched", method="OPTIONS", headers=asking)
    response = record["response"]["value"]
    assert response["status"] in (200, 204)
    assert response["headers"]["access-control-allow-origin"] in ("*", ORIGIN)
    assert "POST" in response["headers"]["access-control-allow-methods"]
    allowed = response["headers"]["access-control-allow-headers"].lower()
    assert [name for name in SENT_HEADERS if name not in allowed] == []


def test_chromium_does_refuse_what_has_no_cors_headers(
    chromium_client: Client, gunicorn_backend: Gunicorn
) -> None:
    """A page may not read a server without CORS headers, so it is ours that let it read ours."""
    elsewhere = gunicorn_backend.issuer.certs_url
    app = new_app(chromium_client, gunicorn_backend).connected(url=elsewhere, token=None)
    record = app.play("fetched", method="GET")
    assert record["response"]["error"]["message"] == "Failed to fetch"


def test_a_quiet_stream_is_kept_alive(
    node_client: Client, chromium_client: Client, gunicorn_backend: Gunicorn, prompt: str
) -> None:
    """While the model thinks, a comment line keeps the stream open, and the SDK skips it."""
    tellings = [gunicorn_backend.model.telling(f"{prompt}, {n}") for n in range(3)]
    apps = [new_app(client, gunicorn_backend) for client in (node_client, chromium_client)]
    streams = [
        app.start("stream", {"prompt": telling.prompt})
        for app, telling in zip(apps, tellings[:2], strict=True)
    ]
    body = json.dumps({"data": {"prompt": tellings[2].prompt}})
    wire = apps[0].start("fetched", method="POST", headers=STREAM, body=body)
    assert wire.reported().startswith("data: ")
    assert wire.reported() == ": ping\n"
    for telling in tellings:
        telling.titles().says("A fox slept.").ends()
    results = [stream.record()["result"]["value"] for stream in streams]
    assert [result["story"]["text"] for result in results] == ["A fox slept."] * 2
