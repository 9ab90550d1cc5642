"""How an instance ends."""

import pytest

from scripts.local.readiness import printed
from tests.clients.app import new_app
from tests.clients.client import Client
from tests.serving.conftest import Serve

pytestmark = pytest.mark.server

PROMPT = "A fox who stays to the end"
PATIENCE_SECONDS = 10.0


def test_sigterm_lets_a_running_stream_end(serve: Serve, client: Client) -> None:
    """A story that is being told when its instance is ended is told to its terminal event."""
    with serve(GUNICORN_LOG_LEVEL="info") as backend:
        app = new_app(client, backend)
        telling = backend.model.telling(PROMPT).titles().says("A fox")
        call = app.start("stream", {"prompt": PROMPT})
        assert call.delta() == "A fox"
        backend.process.ask_to_stop()
        handled = printed(backend.process, "Handling signal: term")
        backend.process.wait_for(handled, "ending", PATIENCE_SECONDS)
        telling.says(" met a star.").ends()
        assert call.delta() == " met a star."
        assert call.record()["result"]["value"]["status"] == "completed"
