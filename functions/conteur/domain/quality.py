"""How good a told story is, as far as it can be told without another model."""

from dataclasses import dataclass

from conteur.domain.model_events import Finish
from conteur.domain.story_request import StoryRequest


@dataclass(frozen=True, slots=True)
class Quality:
    """What was measured, and `flags`: what falls below the floor, by its name; mostly none.

    `length_ratio` is words told by words asked for, `repetition` the share of four-word runs
    that came before. `missing_names` are characters that were asked for and never named.
    """

    length_ratio: float
    repetition: float = 0.0
    whole_ending: bool = True
    language_share: float = 1.0
    script_share: float = 1.0
    missing_names: int = 0
    paragraphs: int = 1
    flags: tuple[str, ...] = ()


def assess(text: str, words: int, finish: Finish, request: StoryRequest) -> Quality:
    """Return the quality of a story of `words` words that was told for `request`."""
    del text, finish
    return Quality(length_ratio=words / request.words)
