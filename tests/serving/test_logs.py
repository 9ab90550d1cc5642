"""What a served function logs of calls that go well, are refused and fail."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.clients.app import App, new_app
from tests.clients.backends import KEY
from tests.clients.client import Client
from tests.issuer import Issuer
from tests.serving.conftest import Serve

pytestmark = pytest.mark.server

PROMPT = "A fox who keeps to itself"
TEXT = "Nobody else may hear of this fox."
NAME, TRAITS = "Zéphyrine", "afraid of her brother"
ADDRESS = "203.0.113.77"  # RFC 5737: nobody's


@dataclass(frozen=True)
class Logged:
    """All that was printed, and the tokens that were sent."""

    text: str
    tokens: tuple[str, ...]
    uid: str

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text.splitlines()]

    @property
    def events(self) -> list[str]:
        return [line["event"] for line in self.lines]


@pytest.fixture(scope="module")
def logged(serve: Serve, client: Client) -> Iterator[Logged]:
    forged = Issuer().id_token()
    with serve() as backend:
        app = new_app(client, backend)
        _tell(app)
        _tell_from(app, ADDRESS)
        _break_off(app)
        app.play("whole", {"prompt": PROMPT, "language": PROMPT, PROMPT: PROMPT})
        app.connected(token=forged).play("stream", {"prompt": PROMPT})
        app.play("fetched", method="POST", headers={}, body=PROMPT)
        backend.process.stop()
        yield Logged(backend.process.output(), (app.connection["token"], forged), app.uid)


def _tell(app: App) -> None:
    app.model.tells(f"{PROMPT} in a den", TEXT)
    characters = [{"name": NAME, "traits": TRAITS}]
    app.play("stream", {"prompt": f"{PROMPT} in a den", "characters": characters})


def _tell_from(app: App, address: str) -> None:
    """Call as Google's front end does, which adds the client's address."""
    app.model.tells(f"{PROMPT} in a wood", TEXT)
    headers = {"Content-Type": "application/json", "X-Forwarded-For": address}
    body = json.dumps({"data": {"prompt": f"{PROMPT} in a wood"}})
    app.play("fetched", token=app.connection["token"], method="POST", headers=headers, body=body)


def _break_off(app: App) -> None:
    app.model.telling(f"{PROMPT} on a hill").titles().says(TEXT).breaks_off()
    app.play("whole", {"prompt": f"{PROMPT} on a hill"})


def test_each_line_is_json(logged: Logged) -> None:
    """Cloud Logging can read every line, and each call left its end in the log."""
    assert logged.events.count("call.ended") == 6
    assert logged.events.count("call.refused") == 3
    assert logged.events.count("call.failed") == 1


def test_each_story_is_admitted_and_completed(logged: Logged) -> None:
    """A story that was told has both lines, and one that broke off only the first."""
    admitted = [line for line in logged.lines if line["event"] == "story.admitted"]
    completed = [line for line in logged.lines if line["event"] == "story.completed"]
    assert (len(admitted), len(completed)) == (3, 2)
    assert {line["kept"] for line in completed} == {"completed"}
    assert all(line["request_id"] and line["stories"] for line in admitted)


def test_each_line_of_a_request_has_its_ids(logged: Logged) -> None:
    """Every line names its request and how to find all of it; those of nobody's name none."""
    ended = [line["request_id"] for line in logged.lines if line["event"] == "call.ended"]
    of_requests = [line for line in logged.lines if "function" in line]
    assert {line["request_id"] for line in of_requests} == set(ended)
    assert all(line["correlationId"] == line["request_id"] for line in of_requests)
    others = {line["event"].partition(".")[0] for line in logged.lines if "function" not in line}
    assert others <= {"secret", "config", "metrics", "budget", "networks"}


def test_refused_tokens_are_told_apart(logged: Logged) -> None:
    """A forged token's line says which check it failed."""
    refusals = [line for line in logged.lines if line["event"] == "call.refused"]
    [line] = [line for line in refusals if line["reason"] == "TOKEN_INVALID"]
    assert line["check"] in ("kid", "signature")


@pytest.mark.parametrize(
    "private",
    [PROMPT, TEXT, KEY, NAME, json.dumps(NAME).strip('"'), TRAITS, ADDRESS, ADDRESS[:-3]],
    ids=["prompt", "story", "key", "name", "escaped name", "traits", "address", "network"],
)
def test_what_is_private_is_not_logged(logged: Logged, private: str) -> None:
    """No line holds what a person wrote or read, where they called from, or the model's key."""
    assert private not in logged.text


def test_no_user_is_logged(logged: Logged) -> None:
    """No line tells whose story it was."""
    assert logged.uid not in logged.text


def test_no_token_is_logged(logged: Logged) -> None:
    """No line holds a token or its signature, be it good or forged."""
    assert [token for token in logged.tokens if token.rpartition(".")[2] in logged.text] == []
