"""What a prompt tells of the person who asks: nothing but their own words."""

from dataclasses import fields, replace

from hypothesis import given
from hypothesis import strategies as st

from conteur.adapters.prompt_files import load_prompt_shelf
from conteur.domain.chapter import Chapter, sequel_of
from conteur.domain.knobs import PromptShare
from conteur.domain.prompt import Prompt
from conteur.domain.story_request import Character, StoryRequest

SHELF = load_prompt_shelf("story-2", watermark="0123456789abcdef")
WISH, NAME, TRAITS = "A fox in the dark", "Mia", "curious"
REQUEST = StoryRequest("one", WISH, "en", characters=(Character(NAME, TRAITS),))
PERSONAL = ("alice@example.com", "uid-of-alice", "Alice Martin", "12 rue des Lilas, Lyon")
CANARIES = [None, *(PromptShare(version, 100) for version in SHELF.books)]


def composed(request: StoryRequest, *before: Chapter) -> Prompt:
    sequel = sequel_of(before, "en", 2000) if before else None
    return SHELF.compose(request, None, sequel)


def texts(prompt: Prompt) -> str:
    """Return all of a prompt that a model reads."""
    return f"{prompt.instructions}\n{prompt.input}"


def test_a_request_has_no_place_for_a_person() -> None:
    """What a prompt is made of is the story that is asked for, and ids that tell requests apart."""
    assert {field.name for field in fields(StoryRequest)} == {
        *("request_id", "continue_from"),
        *("prompt", "language", "audience", "genre", "objective", "tone", "words", "characters"),
    }


@given(st.sampled_from(PERSONAL) | st.text())
def test_ids_stay_here(identifier: str) -> None:
    """An app that makes ids of personal data does not thereby send them to the model."""
    request = replace(REQUEST, request_id=identifier, continue_from=identifier)
    for canary in CANARIES:
        assert SHELF.compose(request, canary, None) == SHELF.compose(REQUEST, canary, None)


def test_ids_of_earlier_parts_stay_here() -> None:
    """Of the story before it a sequel shows the title and the text, not where they are kept."""
    before = Chapter(PERSONAL[0], "The Fox", "It slept.", REQUEST, 1, PERSONAL[1])
    prompt = texts(composed(REQUEST, before))
    assert "The Fox" in prompt
    assert "It slept." in prompt
    assert [each for each in PERSONAL if each in prompt] == []


@given(st.sampled_from(PERSONAL))
def test_only_what_a_person_wrote_is_of_them(words: str) -> None:
    """Names and addresses are in a prompt if the person wrote them, and as often as they did."""
    wish = texts(composed(replace(REQUEST, prompt=words)))
    assert wish.replace(words, WISH) == texts(composed(REQUEST))
    assert texts(composed(replace(REQUEST, characters=(Character(words),)))).count(words) == 1
