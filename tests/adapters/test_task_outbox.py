"""The outbox, against a scripted Cloud Tasks; tests/clients has it with the emulator."""

import json
import re
import socket
import threading
from base64 import b64decode
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from conteur.adapters.task_outbox import FUNCTION, TaskOutbox
from conteur.adapters.unsaved_stories import unsaved_story_in
from conteur.domain.story import UnsavedStory
from conteur.errors import DeadlineError, Phase
from conteur.settings import REGION
from scripts.ops import plan
from tests.adapters.scripted_server import Reply, ScriptedServer, answer, hang_up
from tests.unsaved import UNSAVED

PATH = f"projects/demo-conteur/locations/{REGION}/queues/{FUNCTION}/tasks"
AMPLE = 30.0
CLOSE = "Connection: close\r\n"  # the server waits at its end for the connections
TAKEN = answer(200, {"task": {"name": f"/{PATH}/1"}}, CLOSE)
THERE = {"error": {"code": 409, "status": "ALREADY_EXISTS", "message": "It exists."}}
DENIED = answer(403, {"error": {"code": 403, "status": "PERMISSION_DENIED"}}, CLOSE)
MISSING = answer(404, b"no such queue", CLOSE)
DISABLED = answer(400, {"error": "invalid_grant", "error_description": "disabled"}, CLOSE)


@pytest.fixture
def outbox(server: ScriptedServer, monkeypatch: pytest.MonkeyPatch) -> TaskOutbox:
    monkeypatch.setenv("CLOUD_TASKS_EMULATOR_HOST", urlsplit(server.url).netloc)
    return TaskOutbox("demo-conteur", REGION)


@pytest.fixture
def disabled_account(
    server: ScriptedServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Have the library ask the server for an account's credentials."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    account = {"type": "service_account", "client_email": "a@b.example", "private_key": pem}
    file = tmp_path / "account.json"
    file.write_text(json.dumps({**account, "token_uri": f"{server.url}/token"}))
    monkeypatch.delenv("CLOUD_TASKS_EMULATOR_HOST", raising=False)
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(file))


def _task_name(server: ScriptedServer, outbox: TaskOutbox, unsaved: UnsavedStory) -> str:
    server.will(TAKEN)
    outbox.put(unsaved, AMPLE)
    return str(server.received[-1].body["task"]["name"])


def test_the_task_holds_the_story(server: ScriptedServer, outbox: TaskOutbox) -> None:
    """The story goes to the queue of the function that reads it, in a form that it reads."""
    server.will(TAKEN)
    outbox.put(UNSAVED, AMPLE)
    (request,) = server.received
    assert request.path == f"/{PATH}"
    body = b64decode(request.body["task"]["httpRequest"]["body"])
    assert unsaved_story_in(body) == UNSAVED


def test_each_claim_has_one_task(server: ScriptedServer, outbox: TaskOutbox) -> None:
    """A claim's task has always the same name, and another claim's, or story's, another one."""
    first = _task_name(server, outbox, UNSAVED)
    assert re.fullmatch(f"{PATH}/[0-9a-f]{{64}}", first)
    assert _task_name(server, outbox, UNSAVED) == first
    assert _task_name(server, outbox, replace(UNSAVED, holder="another")) != first
    assert _task_name(server, outbox, replace(UNSAVED, story_id="another")) != first


@pytest.mark.parametrize("reply", [answer(409, THERE, CLOSE), answer(409, b"the same name", CLOSE)])
def test_a_story_that_is_queued_already_is_taken(
    server: ScriptedServer, outbox: TaskOutbox, reply: Reply
) -> None:
    """To queue a claim again is no failure, in the words of Cloud Tasks and of its emulator."""
    server.will(reply)
    outbox.put(UNSAVED, AMPLE)
    assert len(server.received) == 1


def test_the_emulators_answer_is_success(server: ScriptedServer, outbox: TaskOutbox) -> None:
    """The emulator names a task as it was named to it, which the library cannot read."""
    server.will(answer(200, {"task": {"name": f"{PATH}/1"}}, CLOSE), answer(409, b"same", CLOSE))
    outbox.put(UNSAVED, AMPLE)
    assert len(server.received) == 2


def test_a_passing_failure_is_tried_again(server: ScriptedServer, outbox: TaskOutbox) -> None:
    """A queue that is away for a moment takes the story all the same."""
    server.will(answer(503, {}, CLOSE), TAKEN)
    outbox.put(UNSAVED, AMPLE)
    assert len(server.received) == 2


@pytest.mark.parametrize("reply", [DENIED, MISSING, answer(200, b"<html>", CLOSE), hang_up])
def test_a_refusal_is_logged_without_the_story(
    server: ScriptedServer,
    outbox: TaskOutbox,
    capsys: pytest.CaptureFixture[str],
    reply: Reply,
) -> None:
    """Whatever the queue answers, the caller hears of the store, and the log of what to do."""
    server.will(reply, reply)
    with pytest.raises(DeadlineError) as failed:
        outbox.put(UNSAVED, AMPLE)
    assert failed.value.phase is Phase.STORE
    logged = capsys.readouterr().out
    line = json.loads(logged)
    assert (line["event"], line["story_id"]) == ("outbox.failed", UNSAVED.story_id)
    assert line["mend"]
    assert UNSAVED.story.story.title not in logged


def test_a_refusal_names_its_mend(
    server: ScriptedServer, outbox: TaskOutbox, capsys: pytest.CaptureFixture[str]
) -> None:
    """An account that may not enqueue is told from a queue that is not there."""
    server.will(DENIED, MISSING)
    for _ in range(2):
        with pytest.raises(DeadlineError):
            outbox.put(UNSAVED, AMPLE)
    denied, missing = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert (denied["code"], missing["code"]) == ("PERMISSION_DENIED", "NOT_FOUND")
    assert "enqueue" in denied["mend"]
    assert FUNCTION in missing["mend"]


@pytest.mark.usefixtures("disabled_account")
def test_an_account_without_credentials_is_asked_about_once(
    server: ScriptedServer, capsys: pytest.CaptureFixture[str]
) -> None:
    """An account that is disabled costs one request, and the log says what to check."""
    server.will(DISABLED, DISABLED)
    with pytest.raises(DeadlineError):
        TaskOutbox("demo-conteur", REGION).put(UNSAVED, AMPLE)
    assert [request.path for request in server.received] == ["/v1/token"]
    assert "service account" in json.loads(capsys.readouterr().out)["mend"]


def test_the_caller_waits_no_longer_than_it_said(
    server: ScriptedServer, outbox: TaskOutbox, capsys: pytest.CaptureFixture[str]
) -> None:
    """A queue that is slow to answer leaves the caller with its own time, and the log says so."""
    given_up = threading.Event()

    def answer_late(line: socket.socket) -> None:
        given_up.wait(AMPLE)
        TAKEN(line)

    server.will(answer_late)
    with pytest.raises(DeadlineError) as late:
        outbox.put(UNSAVED, 0.01)
    given_up.set()
    assert late.value.phase is Phase.STORE
    assert json.loads(capsys.readouterr().out)["event"] == "outbox.late"


def test_the_queue_is_the_deployed_functions() -> None:
    """Every deploy has one queue, and it is this one."""
    for bodies in plan.read(plan.ROOT / plan.REVIEWED).values():
        assert [name for name, body in bodies.items() if "taskQueueTrigger" in body] == [FUNCTION]
