"""Real texts in all languages of the contract, and what is made of them."""

import tomllib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from conteur.domain.model_events import Finish
from conteur.domain.quality import Quality, assess
from conteur.domain.story_request import Audience, Character, Objective, StoryRequest
from tests.domain.counting import count_words

_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Told:
    """A story, and the request that it was told for; as long as it was asked to be."""

    name: str
    text: str
    request: StoryRequest


def _table(name: str) -> dict[str, Any]:
    return tomllib.loads((_HERE / name).read_text())


def request(language: str, words: int, *names: str) -> StoryRequest:
    characters = tuple(Character(name) for name in names)
    return StoryRequest("r", "A fox", language, words=words, characters=characters)


def _told(entry: dict[str, Any]) -> Told:
    text, language = entry["text"].strip(), entry["language"]
    asked = replace(
        request(language, count_words(text, language), *entry.get("characters", ())),
        audience=Audience(entry.get("audience", "6-8")),
        objective=Objective(entry["objective"]) if "objective" in entry else None,
    )
    return Told(entry["name"], text, asked)


STORIES = [_told(entry) for entry in _table("stories.toml")["story"]]
DECLARATION = {tag: text.strip() for tag, text in _table("declaration.toml").items()}
# One text a language, for what is told in each: the stories, which nothing was fitted to.
BY_LANGUAGE = {story.request.language: story for story in STORIES}


def story(name: str) -> Told:
    return next(each for each in STORIES if each.name == name)


def judged(text: str, asked: StoryRequest, finish: Finish = Finish.STOP) -> Quality:
    return assess(text, count_words(text, asked.language), finish, asked)


def of_its_length(text: str, language: str) -> Quality:
    """Return the quality of `text` told for a request of as many words."""
    return judged(text, request(language, count_words(text, language)))
