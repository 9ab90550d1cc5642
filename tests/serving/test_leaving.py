"""Clients that hang up on a function whose stories end with their clients."""

import http.client
import json
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from tests.clients.app import App, new_app
from tests.clients.backends import Gunicorn
from tests.clients.client import Client
from tests.clients.kept_stories import Document
from tests.serving.conftest import Serve

pytestmark = pytest.mark.server


@pytest.fixture(scope="module")
def backend(serve: Serve) -> Iterator[Gunicorn]:
    with serve(CLIENT_GONE="cancel") as served:
        yield served


@pytest.fixture
def app(client: Client, backend: Gunicorn) -> App:
    return new_app(client, backend)


def test_a_stream_is_aborted(app: App) -> None:
    """The model is given up when an app aborts its stream, though it says nothing just then."""
    telling = app.model.telling("A fox who streams").titles().says("A fox met a star. Then")
    app.play("stream", {"prompt": telling.prompt}, abortAfter=1)
    telling.wait_until_given_up()
    assert _how_it_ended(app.stories.ended()) == ("FAILED", "CLIENT_GONE", "A fox met a star. Then")
    telling.breaks_off()


def test_a_whole_call_is_hung_up_on(app: App) -> None:
    """The model is given up when a client that waits for the whole story hangs up."""
    telling = app.model.telling("A fox who waits").titles().says("A fox met a star. Then")
    connection = _call(app, telling.prompt)
    telling.wait_until_asked()
    connection.close()
    telling.wait_until_given_up()
    state, reason, _ = _how_it_ended(app.stories.ended())
    assert (state, reason) == ("FAILED", "CLIENT_GONE")
    telling.breaks_off()


def test_a_client_that_waits(app: App) -> None:
    """A client that waits gets its story, whole and streamed."""
    for scenario in ("whole", "stream"):
        app.model.tells(f"A fox in a {scenario} hurry", "A fox met a star.")
        record = app.play(scenario, {"prompt": f"A fox in a {scenario} hurry"})
        assert record["result"]["value"]["story"]["text"] == "A fox met a star."


def _call(app: App, prompt: str) -> http.client.HTTPConnection:
    """Call whole, without waiting for the answer."""
    connection = http.client.HTTPConnection(urlsplit(app.connection["url"]).netloc)
    token = app.connection["token"]
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
    connection.request("POST", "/", json.dumps({"data": {"prompt": prompt}}), headers)
    return connection


def _how_it_ended(story: Document) -> tuple[str, str, str]:
    status = story["status"]
    return status["state"], status["error"]["reason"], story["text"]
