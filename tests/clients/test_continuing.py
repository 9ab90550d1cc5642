"""Apps whose stories go on from one another."""

import json
import uuid
from typing import Any

import pytest

from tests.clients.app import App, new_app
from tests.clients.backends import Backend, Emulators
from tests.clients.client import Client

pytestmark = pytest.mark.server

CHAPTERS = (
    "Mia the fox found a lamp in the snow.",
    "The lamp led her to a hollow oak.",
    "In the oak slept a small owl.",
)
FIRST = {
    "language": "en",
    "genre": "animals",
    "characters": [{"name": "Mia", "traits": "a curious fox"}],
}


def prompts() -> list[str]:
    """Return a prompt that nobody has used for each chapter."""
    return [f"Mia goes on, number {uuid.uuid4()}" for _ in CHAPTERS]


def series_of(app: App) -> tuple[list[dict[str, Any]], list[str]]:
    """Have a story told and continued twice; return the results, and what the model was sent."""
    told: list[dict[str, Any]] = []
    sent: list[str] = []
    for prompt, text in zip(prompts(), CHAPTERS, strict=True):
        before = {"continueFrom": told[-1]["storyId"]} if told else FIRST
        told.append(app.tells({"prompt": prompt, **before}, text))
        sent += [message for message in app.model.asked if prompt in message]
    return told, sent


def test_a_chain_of_stories_reads_as_one(app: App) -> None:
    """Each chapter is asked for with the text of all before it, in their order."""
    told, sent = series_of(app)
    assert [each["story"]["text"] for each in told] == list(CHAPTERS)
    assert len(sent) == len(CHAPTERS)
    for number, request in enumerate(sent):
        places = [request.find(text) for text in CHAPTERS]
        assert all(place >= 0 for place in places[:number])
        assert places[:number] == sorted(places[:number])
        assert all(place == -1 for place in places[number:])


def test_a_chapter_takes_over_what_it_does_not_say(app: App) -> None:
    """Language, genre and characters of the first chapter are those of the later ones."""
    told, sent = series_of(app)
    kept = app.stories.all()
    assert [each["story"]["language"] for each in told] == ["en"] * 3
    assert {kept[each["storyId"]]["request"]["genre"] for each in told} == {"animals"}
    assert all("a curious fox" in request for request in sent)


def test_chapters_know_their_series(app: App) -> None:
    """The documents of later chapters have the first one's id, and count on from it."""
    told, _ = series_of(app)
    kept = app.stories.all()
    first, *later = [kept[each["storyId"]] for each in told]
    assert "series" not in first
    assert [each["series"] for each in later] == [told[0]["storyId"]] * 2
    assert [each["part"] for each in later] == [2, 3]


def test_an_app_lists_a_series(client: Client, emulators_backend: Emulators) -> None:
    """The SDK's query for a series passes the rules, and gives its parts in their order."""
    app = new_app(client, emulators_backend)
    told, _ = series_of(app)
    first, *later = [each["storyId"] for each in told]
    found = app.play("series", {"series": first})["parts"]["value"]
    assert found == [[later[0], 2], [later[1], 3]]


def test_nobody_continues_another_users_story(
    app: App, client: Client, backend: Backend, prompt: str
) -> None:
    """A story of somebody else's cannot be continued: it is not there."""
    stranger = new_app(client, backend)
    theirs = stranger.tells({"prompt": f"{prompt}, theirs"}, CHAPTERS[0])
    asked = len(app.model.asked)
    error = app.error("generate_story", {"prompt": prompt, "continueFrom": theirs["storyId"]})
    assert error["code"] == "functions/not-found"
    assert error["details"]["reason"] == "STORY_NOT_FOUND"
    assert (len(app.model.asked), app.stories.all()) == (asked, {})


def test_a_deleted_story_is_not_continued(app: App, prompt: str) -> None:
    """What its user had deleted is shown to no model any more."""
    told = app.tells({"prompt": f"{prompt}, first"}, CHAPTERS[0])
    app.result("delete_story", {"storyId": told["storyId"]})
    error = app.error("generate_story", {"prompt": prompt, "continueFrom": told["storyId"]})
    assert error["details"]["reason"] == "STORY_NOT_FOUND"
    assert CHAPTERS[0] not in json.dumps(app.model.asked[-1:])


def test_a_chapter_that_is_sent_again_is_replayed(app: App, prompt: str) -> None:
    """The same continuation sent twice is one chapter, also once the story before is deleted."""
    told = app.tells({"prompt": f"{prompt}, first"}, CHAPTERS[0])
    request = {
        "prompt": prompt,
        "requestId": str(uuid.uuid4()),
        "continueFrom": told["storyId"],
    }
    first = app.tells(request, CHAPTERS[1])
    app.result("delete_story", {"storyId": told["storyId"]})
    again = app.result("generate_story", request)
    assert (again["replayed"], again["story"]) == (True, first["story"])
    assert app.model.times_asked(prompt) == 2  # the first chapter's has the same words
