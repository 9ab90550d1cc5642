"""Stories as apps get them, whole and streamed."""

from unittest.mock import ANY

import pytest

from tests.clients.app import App
from tests.clients.story_model import NAME, TITLE

pytestmark = pytest.mark.server

PIECES = ("A fox", " was afraid", " of the dark", " – until it met a star 🌟.")
TEXT = "".join(PIECES)


def test_a_whole_story_is_the_contracts_result(app: App, prompt: str) -> None:
    """An app that asks for the whole story gets it with all that the contract promises."""
    app.model.tells(prompt, *PIECES)
    result = app.play("whole", {"prompt": prompt, "language": "en"})["result"]["value"]
    assert result["story"] == {"title": TITLE, "text": TEXT, "language": "en", "wordCount": 12}
    assert result["usage"] == {"inputTokens": 7, "outputTokens": 9, "costMicros": 25}
    assert (result["status"], result["finish"], result["model"]) == ("completed", "stop", NAME)
    assert (result["apiVersion"], result["warnings"], result["replayed"]) == (1, [], False)


def test_a_stream_is_a_start_and_deltas_that_make_the_result(app: App, prompt: str) -> None:
    """A stream shows the story's id, then pieces that are together the text of its result."""
    app.model.tells(prompt, *PIECES)
    record = app.play("stream", {"prompt": prompt})
    first, *deltas = [seen["chunk"] for seen in record["chunks"]]
    result = record["result"]["value"]
    assert first == {"seq": 0, "type": "start", "storyId": result["storyId"]}
    assert [delta["seq"] for delta in deltas] == list(range(1, len(deltas) + 1))
    assert "".join(delta["text"] for delta in deltas) == result["story"]["text"] == TEXT
    assert record["iteration"]["status"] == "fulfilled"


def test_each_piece_is_shown_before_the_model_says_the_next(app: App, prompt: str) -> None:
    """No part of the way from the model to the app holds a piece of the story back."""
    telling = app.model.telling(prompt).titles()
    call = app.start("stream", {"prompt": prompt})
    assert call.reported()["type"] == "start"
    for piece in PIECES:
        telling.says(piece)
        assert call.delta() == piece
    telling.ends()
    assert call.record()["result"]["value"]["story"]["text"] == TEXT


@pytest.mark.parametrize("scenario", ["whole", "stream"])
def test_a_result_says_what_the_story_cost_and_what_is_left(
    app: App, prompt: str, scenario: str
) -> None:
    """A result has the cost at the model's price, and the user's stories left of the day."""
    app.model.tells(prompt, *PIECES)
    result = app.play(scenario, {"prompt": prompt})["result"]["value"]
    assert result["usage"] == {"inputTokens": 7, "outputTokens": 9, "costMicros": 25}
    assert result["quota"] == {"remaining": ANY, "resetAt": ANY}
    app.model.tells(f"{prompt} again", *PIECES)
    following = app.play(scenario, {"prompt": f"{prompt} again"})["result"]["value"]
    assert following["quota"]["remaining"] == result["quota"]["remaining"] - 1


@pytest.mark.parametrize("scenario", ["whole", "stream"])
def test_a_story_is_kept_as_it_was_told(app: App, prompt: str, scenario: str) -> None:
    """Firestore keeps the story that the app got, under its user and the id in its result."""
    app.model.tells(prompt, *PIECES)
    result = app.play(scenario, {"prompt": prompt})["result"]["value"]
    [(story_id, kept)] = app.stories.all().items()
    assert story_id == result["storyId"]
    assert kept["status"]["state"] == "COMPLETED"
    assert (kept["title"], kept["text"]) == (TITLE, TEXT)


def test_the_same_request_twice_is_one_story(app: App, prompt: str) -> None:
    """A request that is sent again gives the same story, and the model is asked once."""
    app.model.tells(prompt, *PIECES)
    request = {"prompt": prompt, "requestId": "0f8fad5b-d9cb-469f-a165-70867728950e"}
    first = app.play("stream", request)["result"]["value"]
    again = app.play("whole", request)["result"]["value"]
    assert (first["replayed"], again["replayed"]) == (False, True)
    assert (again["storyId"], again["story"]) == (first["storyId"], first["story"])
    assert (again["usage"], again["quota"]) == (first["usage"], first["quota"])
    assert app.model.times_asked(prompt) == 1


def test_a_story_that_broke_off_is_told_again(app: App, prompt: str) -> None:
    """An app that saw a broken attempt hears a reset, and after it exactly the story it gets."""
    app.model.telling(prompt).titles().says("A bear").breaks_off()
    app.model.tells(prompt, *PIECES)
    record = app.play("stream", {"prompt": prompt})
    chunks = [seen["chunk"] for seen in record["chunks"]]
    reset = next(chunk for chunk in chunks if chunk["type"] == "reset")
    after = chunks[chunks.index(reset) + 1 :]
    assert reset == {"seq": reset["seq"], "type": "reset", "reason": "retry"}
    assert "".join(chunk["text"] for chunk in after) == TEXT
    assert record["result"]["value"]["story"]["text"] == TEXT
