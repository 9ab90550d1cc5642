"""What an app asks for: the values of the contract, whole and checked."""

from dataclasses import dataclass
from enum import StrEnum


class Audience(StrEnum):
    """Whom the story is for."""

    TODDLERS = "3-5"
    CHILDREN = "6-8"
    PRETEENS = "9-12"
    TEENS = "teen"
    ADULTS = "adult"


class Genre(StrEnum):
    """What kind of story it is."""

    ADVENTURE = "adventure"
    FAIRY_TALE = "fairy-tale"
    FANTASY = "fantasy"
    SCIENCE_FICTION = "science-fiction"
    MYSTERY = "mystery"
    ANIMALS = "animals"
    FRIENDSHIP = "friendship"
    HUMOR = "humor"
    BEDTIME = "bedtime"
    HISTORICAL = "historical"


class Objective(StrEnum):
    """What the story should do for its listener."""

    SLEEP = "sleep"
    FOCUS = "focus"
    RELAX = "relax"
    FUN = "fun"


class Tone(StrEnum):
    """How the story sounds."""

    GENTLE = "gentle"
    FUNNY = "funny"
    EXCITING = "exciting"
    POETIC = "poetic"


@dataclass(frozen=True, slots=True)
class Character:
    """Somebody who must appear in the story."""

    name: str
    traits: str = ""


@dataclass(frozen=True, slots=True)
class StoryRequest:
    """A valid request. `language` is a BCP 47 tag (`fr`, `zh-Hant`); `words` is the length.

    `continue_from` is the id of the story that this one goes on from.
    """

    request_id: str
    prompt: str
    language: str
    audience: Audience = Audience.CHILDREN
    genre: Genre | None = None
    objective: Objective | None = None
    tone: Tone | None = None
    words: int = 400
    characters: tuple[Character, ...] = ()
    continue_from: str | None = None
