"""Apps that do not wait for the end of their story."""

import pytest

from tests.clients.app import App

pytestmark = pytest.mark.server

TEXT = "A fox met a star."


def test_a_story_outlives_the_clients_time_out(app: App, prompt: str) -> None:
    """An app whose own time-out is over is told so, and the story is told to its end and kept."""
    telling = app.model.telling(prompt)
    record = app.play("whole", {"prompt": prompt}, timeoutMs=300)
    assert record["result"]["error"]["code"] == "functions/deadline-exceeded"
    telling.wait_until_asked()
    telling.titles().says(TEXT).ends()
    kept = app.stories.ended()
    assert (kept["status"]["state"], kept["text"]) == ("COMPLETED", TEXT)


def test_a_story_outlives_the_clients_abort(app: App, prompt: str) -> None:
    """An app that aborts its stream is free at once, and the story is told to its end and kept."""
    telling = app.model.telling(prompt).titles().says("A fox")
    record = app.play("stream", {"prompt": prompt}, abortAfter=1)
    assert record["result"]["error"]["code"] == "functions/cancelled"
    assert record["iteration"]["status"] == "rejected"
    telling.says(" met", " a star.").ends()
    kept = app.stories.ended()
    assert (kept["status"]["state"], kept["text"]) == ("COMPLETED", TEXT)
