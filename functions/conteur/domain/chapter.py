"""Stories that go on from one another, and what is shown to the model of those before."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from conteur.domain.languages import primary_tag
from conteur.domain.story_request import Character, StoryRequest
from conteur.domain.words import WordCount, characters_for

MOST_CHARACTERS = 8  # of a request

_PARAGRAPHS = re.compile(r"\n\n+")
_WORD = re.compile(r"[^\s\u2013-\u2015]+")  # as conteur.domain.words counts them
_OMISSION = "[…]"


@dataclass(frozen=True, slots=True)
class Chapter:
    """A kept story with a text: one part of a series, whose first part is `series`.

    `request` is what it was told for, with all that it took over from the part before.
    """

    story_id: str
    title: str
    text: str
    request: StoryRequest
    part: int
    series: str


@dataclass(frozen=True, slots=True)
class Sequel:
    """Where a story stands in its series, and the text before it, as far as it is shown."""

    part: int
    series: str
    title: str
    before: str


def continued(request: StoryRequest, given: frozenset[str], before: Chapter) -> StoryRequest:
    """Return `request` with what it does not say taken over from the story before it."""
    last = before.request
    return replace(
        request,
        language=request.language if "language" in given else last.language,
        audience=request.audience if "audience" in given else last.audience,
        genre=request.genre or last.genre,
        objective=request.objective or last.objective,
        tone=request.tone or last.tone,
        words=request.words if "length" in given else last.words,
        characters=_together(last.characters, request.characters),
    )


def sequel_of(before: Sequence[Chapter], language: str, words: int) -> Sequel:
    """Return the sequel of these chapters, the newest first: `words` of their text are shown.

    The end of the text comes first to mind, so what there is no room for is left out at the
    beginning, by whole paragraphs; of a single paragraph that is too long, by characters.
    """
    newest = before[0]
    text = "\n\n".join(chapter.text for chapter in reversed(before))
    return Sequel(newest.part + 1, newest.series, newest.title, _end_of(text, language, words))


def _together(known: tuple[Character, ...], new: tuple[Character, ...]) -> tuple[Character, ...]:
    """Return the known characters, changed by new ones of the same name or joined by others.

    Where there are too many, those who came first stay: the story is theirs.
    """
    by_name = {character.name: character for character in (*known, *new)}
    return tuple(by_name.values())[:MOST_CHARACTERS]


def _end_of(text: str, language: str, words: int) -> str:
    count, paragraphs = WordCount(primary_tag(language)), _PARAGRAPHS.split(text)
    shown: list[str] = []
    for paragraph in reversed(paragraphs):
        room = words - count.words
        count = count.plus(paragraph + "\n")
        if count.words > words:
            return "\n\n".join(
                [_OMISSION, *([] if shown else [_cut(paragraph, room, language)]), *shown]
            )
        shown.insert(0, paragraph)
    return "\n\n".join(shown)


def _cut(paragraph: str, words: int, language: str) -> str:
    """Return the last `words` of a paragraph; where words are not spaced, the characters of them.

    Three characters that are not spaced count as two words at most.
    """
    if characters_for(words, language) is not None:
        return paragraph[len(paragraph) - words :]
    starts = [match.start() for match in _WORD.finditer(paragraph)]
    return paragraph[starts[-words] :] if 0 < words <= len(starts) else ""
