"""Apps that lose the connection to their story, and find it again in Firestore."""

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from conteur.domain.retry import RetryPolicy
from scripts.local.ports import HOST
from tests.clients.app import App, new_app
from tests.clients.backends import Emulators
from tests.clients.client import Call, Client
from tests.clients.story_model import TITLE
from tests.faults.proxy import Proxy

pytestmark = pytest.mark.server

ROOT = Path(__file__).parents[2]
TEXT = "A fox met a star."


@pytest.fixture
def proxy(emulators_backend: Emulators) -> Iterator[Proxy]:
    """Stand on the app's way to the functions; its listener has another way, to Firestore."""
    port = emulators_backend.stack.addresses.emulators.functions
    with Proxy(f"{HOST}:{port}").serve() as proxy:
        yield proxy


@pytest.fixture
def app(client: Client, emulators_backend: Emulators, proxy: Proxy) -> App:
    """Be a new user's app behind the proxy, on the emulators, which hold the security rules."""
    way = {"host": HOST, "port": proxy.port}
    return new_app(client, emulators_backend).connected(functions=way)


def request_for(prompt: str) -> dict[str, str]:
    return {"prompt": prompt, "requestId": str(uuid.uuid4())}


def kept(call: Call, text: str) -> str:
    """Wait until the app sees `text` in the story's document, and return the story's state."""
    seen = call.reported()
    while (seen["type"], seen.get("text")) != ("kept", text):
        assert seen.get("state") in (None, "PROCESSING"), f"it ended, without {text!r}: {seen}"
        seen = call.reported()
    return str(seen["state"])


def test_an_app_that_was_cut_off_sees_its_story_grow_to_its_end(
    app: App, proxy: Proxy, prompt: str
) -> None:
    """A listener on the story's document shows each checkpoint's text, and the whole story."""
    telling = app.model.telling(prompt).titles().says("A fox")
    call = app.start("follow", request_for(prompt))
    assert call.delta() == "A fox"
    proxy.refuse()
    assert kept(call, "A fox") == "PROCESSING"
    telling.says(" met")
    assert kept(call, "A fox met") == "PROCESSING"
    telling.says(" a star.").ends()
    assert kept(call, TEXT) == "COMPLETED"
    record = call.record()
    story = record["kept"]["value"]
    assert (story["title"], story["text"], record["again"]) == (TITLE, TEXT, False)


def test_an_app_that_was_cut_off_is_told_so(app: App, proxy: Proxy, prompt: str) -> None:
    """A cut stream rejects, with no `details`: nothing that the backend has said."""
    telling = app.model.telling(prompt).titles().says("A fox")
    call = app.start("follow", request_for(prompt))
    assert call.delta() == "A fox"
    proxy.refuse()
    telling.says(" met a star.").ends()
    stream = call.record()["stream"]
    assert stream["iteration"]["status"] == stream["result"]["status"] == "rejected"
    assert stream["result"]["error"]["code"] == "functions/internal"
    assert "details" not in stream["result"]["error"]


def test_an_app_that_was_cut_off_sees_its_story_fail(app: App, proxy: Proxy, prompt: str) -> None:
    """A story that fails while nobody listens ends FAILED, with its error and its text so far."""
    telling = app.model.telling(prompt).titles().says("A fox")
    call = app.start("follow", request_for(prompt))
    assert call.delta() == "A fox"
    proxy.refuse()
    telling.breaks_off()
    record = call.record()
    story = record["kept"]["value"]
    assert (story["status"]["state"], story["text"]) == ("FAILED", "A fox")
    assert story["status"]["error"]["reason"] == "OPENAI_ERROR"
    assert record["again"] is True


def test_an_app_that_hung_up_follows_its_story(app: App, prompt: str) -> None:
    """An app that aborted its stream by itself can still read the story as it is told."""
    telling = app.model.telling(prompt).titles().says("A fox")
    call = app.start("follow", request_for(prompt), abortAfter=1)
    assert kept(call, "") == "PROCESSING"
    telling.says(" met a star.").ends()
    assert call.record()["kept"]["value"]["text"] == TEXT


def test_a_story_that_ended_meanwhile_is_replayed(app: App, proxy: Proxy, prompt: str) -> None:
    """The same request, sent again after the story has ended, gives all of it at once."""
    telling = app.model.telling(prompt).titles().says("A fox")
    request = request_for(prompt)
    call = app.start("follow", request)
    assert call.delta() == "A fox"
    proxy.refuse()
    telling.says(" met a star.").ends()
    assert call.record()["kept"]["value"]["status"]["state"] == "COMPLETED"
    proxy.mend()
    again = app.play("stream", request)["result"]["value"]
    assert (again["replayed"], again["story"]["text"]) == (True, TEXT)


def test_a_request_that_never_arrived_has_no_document(app: App, proxy: Proxy, prompt: str) -> None:
    """An app whose call reached nobody learns from Firestore that it has to call again."""
    proxy.refuse()
    record = app.play("follow", request_for(prompt))
    assert (record["kept"], record["again"]) == ({"status": "fulfilled", "value": None}, True)
    assert app.model.times_asked(prompt) == 0


def test_an_app_that_lost_the_network_waits_for_the_servers_word(app: App, prompt: str) -> None:
    """An app that begins to follow offline learns, once it is back, that its request got lost."""
    record = app.play("followOffline", request_for(prompt))
    assert record == {"kept": {"status": "fulfilled", "value": None}, "again": True}


def test_an_app_follows_the_attempt_that_is_told(app: App, proxy: Proxy, prompt: str) -> None:
    """The end of an earlier attempt, which the app's cache still holds, is not this one's."""
    for _ in range(RetryPolicy().max_attempts):
        app.model.telling(prompt).breaks_off()
    telling = app.model.telling(prompt).titles().says("A fox")
    call = app.start("followTwice", request_for(prompt))
    assert call.delta() == "A fox"
    proxy.refuse()
    assert kept(call, "") == "FAILED"
    assert kept(call, "A fox") == "PROCESSING"
    telling.says(" met a star.").ends()
    record = call.record()
    assert (record["first"]["again"], record["second"]["again"]) == (True, False)
    assert record["second"]["kept"]["value"]["text"] == TEXT


def test_an_app_does_not_follow_for_ever(app: App, proxy: Proxy, prompt: str) -> None:
    """A story that does not end while an app has patience is asked for again."""
    telling = app.model.telling(prompt).titles().says("A fox")
    call = app.start("follow", request_for(prompt), patienceMs=1)
    assert call.delta() == "A fox"
    proxy.refuse()
    record = call.record()
    telling.ends()
    assert (record["kept"], record["again"]) == ({"status": "fulfilled", "value": None}, True)


def test_the_pages_sample_is_what_these_tests_run() -> None:
    """docs/api.md shows the app's code line for line, after the first one that names the page."""
    code = (ROOT / "tests/clients/following.mjs").read_text().split("\n", 1)[1]
    assert code in (ROOT / "docs/api.md").read_text()
