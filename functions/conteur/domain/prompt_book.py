"""Composes what is sent to the model from templates, which an adapter reads from files."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from string import Formatter

from conteur.domain.chapter import Sequel
from conteur.domain.languages import primary_tag
from conteur.domain.prompt import Prompt
from conteur.domain.story_request import (
    Audience,
    Character,
    Genre,
    Objective,
    StoryRequest,
    Tone,
)
from conteur.domain.words import characters_for

# The person's words stand between <tags>: without these two characters they cannot close one.
_NO_TAGS = str.maketrans("<>", "‹›")


@dataclass(frozen=True, slots=True)
class Templates:
    """The texts with `{names}` to fill in, as `prompts/v1/story.toml` explains them."""

    version: str
    margin: float
    title_tokens: int
    instructions: str
    watermark: str
    before: str
    sequel: str
    wish: str
    characters: str
    ask: str
    character: str
    character_without_traits: str
    objective: str
    words: str
    characters_of_script: str
    variety: str


@dataclass(frozen=True, slots=True)
class AudienceGuide:
    """Who reads (completes "for ..."), what that means for the story, and the usual tone."""

    reader: str
    tone: Tone
    guidance: str


@dataclass(frozen=True, slots=True)
class LanguageGuide:
    """A language's names, its conventions in prose, and what its scripts and regions add."""

    name: str
    native_name: str
    tokens_per_word: float
    conventions: str
    varieties: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class PromptBook:
    """All templates, complete: every value of the contract has its entry."""

    templates: Templates
    audiences: Mapping[Audience, AudienceGuide]
    genres: Mapping[Genre, str]
    objectives: Mapping[Objective, str]
    tones: Mapping[Tone, str]
    languages: Mapping[str, LanguageGuide]

    def compose(
        self, request: StoryRequest, sequel: Sequel | None = None, watermark: str = ""
    ) -> Prompt:
        """Return the prompt for `request`; the same request gives the same prompt."""
        language = self.languages[primary_tag(request.language)]
        audience = self.audiences[request.audience]
        length = self._length(request)
        return Prompt(
            instructions=self._watermark(watermark)
            + self.templates.instructions.format(
                language=language.name,
                native_name=language.native_name,
                reader=audience.reader,
                audience=audience.guidance,
                aims=self._aims(request, audience),
                conventions=self._conventions(request.language, language),
                length=length,
            ),
            input=self._input(request, sequel, language, audience, length),
            max_output_tokens=self._max_output_tokens(request.words, language),
            version=self.templates.version,
            watermark=watermark,
            guarded=_fixed_parts(self.templates.watermark, self.templates.instructions),
        )

    def _watermark(self, watermark: str) -> str:
        return self.templates.watermark.format(watermark=watermark) + "\n\n" if watermark else ""

    def _input(
        self,
        request: StoryRequest,
        sequel: Sequel | None,
        language: LanguageGuide,
        audience: AudienceGuide,
        length: str,
    ) -> str:
        ask = self.templates.ask.format(
            language=language.name, reader=audience.reader, length=length
        )
        wish = self.templates.wish.format(wish=_without_tags(request.prompt))
        characters = self._characters(request.characters)
        return "\n\n".join(filter(None, (self._before(sequel), wish, characters, ask)))

    def _before(self, sequel: Sequel | None) -> str:
        if sequel is None:
            return ""
        title, text = _in_a_line(sequel.title), _without_tags(sequel.before)
        before = self.templates.before.format(title=title, text=text)
        return f"{before}\n\n{self.templates.sequel.format(part=sequel.part)}"

    def _length(self, request: StoryRequest) -> str:
        characters = characters_for(request.words, request.language)
        if characters is None:
            return self.templates.words.format(amount=request.words)
        return self.templates.characters_of_script.format(amount=characters)

    def _aims(self, request: StoryRequest, audience: AudienceGuide) -> str:
        aims = [self.genres[request.genre]] if request.genre else []
        aims.append(self.tones[request.tone or audience.tone])
        if request.objective:
            objective = self.objectives[request.objective]
            aims.append(self.templates.objective.format(objective=objective))
        return " ".join(aims)

    def _conventions(self, tag: str, language: LanguageGuide) -> str:
        subtags = tag.split("-")[1:]
        known = [language.varieties[s] for s in subtags or ["default"] if s in language.varieties]
        # `zh-Hans-HK`: the script is the stronger wish, and the tag says the rest.
        variety = known[:1]
        if len(subtags) > len(variety):
            variety.append(self.templates.variety.format(tag=tag))
        return " ".join([language.conventions, *variety])

    def _characters(self, characters: tuple[Character, ...]) -> str:
        if not characters:
            return ""
        entries = [
            (
                self.templates.character
                if character.traits
                else self.templates.character_without_traits
            ).format(name=_in_a_line(character.name), traits=_in_a_line(character.traits))
            for character in characters
        ]
        return self.templates.characters.format(list="\n".join(entries))

    def _max_output_tokens(self, words: int, language: LanguageGuide) -> int:
        story = words * language.tokens_per_word * self.templates.margin
        return math.ceil(story) + self.templates.title_tokens


@lru_cache(maxsize=64)
def _fixed_parts(*templates: str) -> tuple[str, ...]:
    """Return the texts between the places to fill in."""
    return tuple(part for each in templates for part, *_ in Formatter().parse(each) if part)


def _without_tags(text: str) -> str:
    return text.translate(_NO_TAGS)


def _in_a_line(text: str) -> str:
    return " ".join(_without_tags(text).split())
