"""Reads a story request out of what an app sends."""

from collections.abc import Callable
from dataclasses import dataclass

from conteur.domain.fields import (
    check_shape,
    read_choice,
    read_integer,
    read_list,
    read_object,
    read_text,
    read_uuid,
    read_visible_text,
    unknown_fields,
)
from conteur.domain.languages import PRIMARY_TAGS, normalise_tag
from conteur.domain.paths import child
from conteur.domain.story_request import (
    Audience,
    Character,
    Genre,
    Objective,
    StoryRequest,
    Tone,
)
from conteur.errors import InvalidFieldError

PROMPT_LENGTH = 2_000
NAME_LENGTH = 60
TRAITS_LENGTH = 200
MOST_CHARACTERS = 8
FEWEST_WORDS, MOST_WORDS, DEFAULT_WORDS = 50, 1_200, 400

_REQUEST = frozenset(
    {"requestId", "prompt", "language", "audience", "genre", "objective", "tone", "length"}
    | {"characters", "continueFrom"}
)
_LENGTH = frozenset({"words"})
_CHARACTER = frozenset({"name", "traits"})


@dataclass(frozen=True, slots=True)
class ParsedRequest:
    """A valid request, and what the app should know about how it was read.

    `given` has the names of the members that the app sent: the others are the contract's usual.
    """

    request: StoryRequest
    warnings: tuple[str, ...]
    given: frozenset[str] = frozenset()


def parse_story_request(
    data: object, *, default_language: str, new_request_id: Callable[[], str]
) -> ParsedRequest:
    """Return the request that `data` holds: any value of json.loads, Int64 wrappers decoded.

    Members that the contract does not know are ignored and named in the warnings, so that a
    newer app works on an older service. `default_language` is a tag of `normalise_tag`.
    Raises InvalidFieldError, and nothing else.
    """
    check_shape(data)
    top = read_object(data, "", _REQUEST)
    known = top.known
    length = read_object(known.get("length", {}), "length", _LENGTH)
    characters, unknown_in_characters = _characters(known.get("characters", []))
    request = StoryRequest(
        request_id=read_uuid(known.get("requestId"), "requestId") or new_request_id(),
        prompt=read_visible_text(known.get("prompt"), "prompt", PROMPT_LENGTH),
        language=_language(known.get("language")) or default_language,
        audience=read_choice(known.get("audience"), "audience", Audience) or Audience.CHILDREN,
        genre=read_choice(known.get("genre"), "genre", Genre),
        objective=read_choice(known.get("objective"), "objective", Objective),
        tone=read_choice(known.get("tone"), "tone", Tone),
        words=_words(length.known.get("words", DEFAULT_WORDS)),
        characters=characters,
        continue_from=read_uuid(known.get("continueFrom"), "continueFrom"),
    )
    warnings = unknown_fields((*top.unknown, *length.unknown, *unknown_in_characters))
    return ParsedRequest(request, warnings, frozenset(known))


def _language(value: object) -> str | None:
    if value is None:
        return None
    tag = normalise_tag(value) if isinstance(value, str) else None
    if tag is None:
        raise InvalidFieldError(
            "language",
            f"must be one of {', '.join(PRIMARY_TAGS)}, and may add a script or a region "
            "(zh-Hant, fr-CA)",
        )
    return tag


def _words(value: object) -> int:
    return read_integer(value, "length.words", FEWEST_WORDS, MOST_WORDS)


def _characters(value: object) -> tuple[tuple[Character, ...], tuple[str, ...]]:
    characters: list[Character] = []
    unknown: tuple[str, ...] = ()
    for index, item in enumerate(read_list(value, "characters", MOST_CHARACTERS)):
        path = child("characters", index)
        members = read_object(item, path, _CHARACTER)
        name = read_visible_text(members.known.get("name"), f"{path}.name", NAME_LENGTH)
        traits = read_text(members.known.get("traits", ""), f"{path}.traits", TRAITS_LENGTH)
        characters.append(Character(name, traits))
        unknown += members.unknown
    return tuple(characters), unknown
