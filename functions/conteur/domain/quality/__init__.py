"""How good a told story is, as far as it can be told without another model: docs/quality.md."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from conteur.domain.model_events import Finish
from conteur.domain.quality.form import ends_whole, is_no_story, paragraphs_of
from conteur.domain.quality.language import language_share
from conteur.domain.quality.names import missing_names
from conteur.domain.quality.repetition import repetition
from conteur.domain.quality.writing import letters_by_script, script_share
from conteur.domain.story_request import Audience, Objective, StoryRequest

LEAST_LENGTH, MOST_LENGTH = 0.5, 1.6  # times the words asked for
MOST_REPETITION = 0.2
# The youngest love refrains, and a story to fall asleep by is asked to come back to its words.
MOST_REFRAIN = 0.5
LEAST_LANGUAGE = 0.6
LEAST_SCRIPT = 0.7
LONG_STORY = 250  # words, which nobody reads in one block


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
    """Return the quality of a story of `words` words that was told for `request`.

    The shares are 1 where the text is too short to tell, or what was asked for is not known.
    """
    letters, tag = letters_by_script(text), request.language
    quality = Quality(
        length_ratio=words / request.words,
        repetition=repetition(text, tag),
        whole_ending=ends_whole(text, tag),
        language_share=language_share(text, letters, tag),
        script_share=script_share(text, letters, tag),
        missing_names=missing_names(text, letters, [who.name for who in request.characters], tag),
        paragraphs=paragraphs_of(text),
    )
    flags = [*_flags(quality, finish, request)]
    if quality.paragraphs == 1 and words >= LONG_STORY:
        flags.append("one_paragraph")
    if is_no_story(text, words, tag):
        flags.append("no_story")
    return replace(quality, flags=tuple(flags))


def _flags(quality: Quality, finish: Finish, request: StoryRequest) -> Iterator[str]:
    below = {
        "short": quality.length_ratio < LEAST_LENGTH,
        "long": quality.length_ratio > MOST_LENGTH,
        "unfinished": not quality.whole_ending or finish is Finish.LENGTH,
        "repetitive": quality.repetition > _most_repetition(request),
        "other_language": quality.language_share < LEAST_LANGUAGE,
        "other_script": quality.script_share < LEAST_SCRIPT,
        "missing_character": quality.missing_names > 0,
    }
    return (flag for flag, is_below in below.items() if is_below)


def _most_repetition(request: StoryRequest) -> float:
    refrains = request.audience is Audience.TODDLERS or request.objective is Objective.SLEEP
    return MOST_REFRAIN if refrains else MOST_REPETITION
