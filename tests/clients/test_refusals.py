"""Calls that fail, before the story starts and in the middle of it."""

import time
from typing import Any

import jwt
import pytest

from tests.clients.app import App
from tests.clients.backends import Gunicorn
from tests.issuer import Issuer

pytestmark = pytest.mark.server

SCENARIOS = ("whole", "stream")


def refusal(app: App, scenario: str, request: object) -> dict[str, Any]:
    """Return the error that the app saw: of a stream, both by its result and by its chunks."""
    record = app.play(scenario, request)
    error: dict[str, Any] = record["result"]["error"]
    if scenario == "stream":
        assert record["iteration"] == record["result"]
        assert record["chunks"] == []
    return error


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_refused_field_is_named(app: App, scenario: str) -> None:
    """A request with a bad field is refused with the field's name, a reason and a request id."""
    error = refusal(app, scenario, {"prompt": "A fox", "language": "tlh"})
    assert error["code"] == "functions/invalid-argument"
    assert error["message"].startswith("language: must be one of")
    assert error["details"]["reason"] == "INVALID_FIELD"
    assert error["details"]["field"] == "language"
    assert error["details"]["retryable"] is False
    assert error["details"]["requestId"]


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_call_without_a_user_is_refused(app: App, scenario: str) -> None:
    """An app that is signed out is told so."""
    error = refusal(app.connected(token=None, uid=None), scenario, {"prompt": "A fox"})
    assert error["code"] == "functions/unauthenticated"
    assert error["details"]["reason"] == "NO_TOKEN"


def _claims(token: str) -> dict[str, Any]:
    claims: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return claims


def bad_tokens(issuer: Issuer) -> dict[str, str]:
    now = int(time.time())
    return {
        "expired": issuer.id_token("alice", iat=now - 7200, exp=now - 3600),
        "forged": Issuer().id_token("alice"),
        "of another project": issuer.id_token("alice", aud="demo-other"),
        "unsigned": jwt.encode(_claims(issuer.id_token("alice")), "", algorithm="none"),
        "no token at all": "let me in",
    }


@pytest.mark.parametrize("scenario", SCENARIOS)
@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("expired", "TOKEN_EXPIRED"),
        ("forged", "TOKEN_INVALID"),
        ("of another project", "TOKEN_INVALID"),
        ("unsigned", "TOKEN_INVALID"),
        ("no token at all", "TOKEN_INVALID"),
    ],
)
def test_a_bad_token_is_refused(
    gunicorn_app: App, issuer: Issuer, scenario: str, kind: str, reason: str
) -> None:
    """A token that is expired is told from one that never was good."""
    impostor = gunicorn_app.connected(token=bad_tokens(issuer)[kind])
    error = refusal(impostor, scenario, {"prompt": "A fox"})
    assert error["code"] == "functions/unauthenticated"
    assert error["details"]["reason"] == reason


def test_a_model_that_breaks_off_ends_the_stream_with_an_error(app: App, prompt: str) -> None:
    """An app keeps the pieces it has, hears of the failure, and finds both in Firestore."""
    telling = app.model.telling(prompt).titles().says("A fox was")
    call = app.start("stream", {"prompt": prompt})
    assert call.delta() == "A fox was"
    telling.breaks_off()
    record = call.record()
    assert record["iteration"] == record["result"]
    error = record["result"]["error"]
    assert error["code"] == "functions/unavailable"
    assert (error["details"]["reason"], error["details"]["kind"]) == ("OPENAI_ERROR", "outage")
    kept = app.stories.ended()
    assert (kept["status"]["state"], kept["text"]) == ("FAILED", "A fox was")


def test_a_model_that_breaks_off_fails_a_whole_call(app: App, prompt: str) -> None:
    """An app that waits for the whole story gets the error and no part of the text."""
    app.model.telling(prompt).titles().says("A fox was").breaks_off()
    error = refusal(app, "whole", {"prompt": prompt})
    assert error["code"] == "functions/unavailable"
    assert error["details"]["reason"] == "OPENAI_ERROR"


def test_a_refusal_is_logged_once(gunicorn_app: App, gunicorn_backend: Gunicorn) -> None:
    """One line of the log says why a call was refused, under the id that the app was told."""
    error = refusal(gunicorn_app, "stream", {"prompt": "A fox", "length": {"words": 0}})
    request_id = error["details"]["requestId"]
    lines = [line for line in gunicorn_backend.log() if line.get("request_id") == request_id]
    [line] = [line for line in lines if line["event"] == "call.refused"]
    assert (line["reason"], line["field"]) == ("INVALID_FIELD", "length.words")
