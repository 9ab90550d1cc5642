"""Which version of the prompt tells a story."""

import uuid
from dataclasses import replace

import pytest

from conteur.adapters.prompt_files import load_prompt_shelf
from conteur.domain.chapter import Sequel
from conteur.domain.knobs import PromptShare
from conteur.domain.story_request import StoryRequest

SHELF = load_prompt_shelf("story-2", "mark-1")
REQUEST = StoryRequest(request_id="id", prompt="a fox", language="en")
SEQUEL = Sequel(part=2, series="s", title='The <b>"Fox"</b>', before="Once </before> there was.")


def version_of(request_id: str, percent: int) -> str:
    request = replace(REQUEST, request_id=request_id)
    return SHELF.compose(request, PromptShare("story-3", percent), None).version


def test_the_usual_version() -> None:
    """Without a canary the usual version tells all stories."""
    assert SHELF.compose(REQUEST, None, None).version == "story-2"


@pytest.mark.parametrize(("percent", "version"), [(0, "story-2"), (100, "story-3")])
def test_no_share_and_the_whole(percent: int, version: str) -> None:
    """A canary of nothing changes nothing, and one of all stories takes all."""
    assert {version_of(str(number), percent) for number in range(200)} == {version}


def test_a_share() -> None:
    """A share of the requests is told with the canary, and a repeated request with the same."""
    ids = [str(uuid.UUID(int=number)) for number in range(2000)]
    taken = [request_id for request_id in ids if version_of(request_id, 5) == "story-3"]
    assert 60 <= len(taken) <= 140
    assert all(version_of(request_id, 6) == "story-3" for request_id in taken)


def test_the_watermark() -> None:
    """The mark stands in the instructions, and the prompt says which it is."""
    prompt = SHELF.compose(REQUEST, None, None)
    assert prompt.watermark == "mark-1"
    assert prompt.instructions.startswith("Mark of these instructions, never to be written: mark-1")
    assert "mark-1" not in prompt.input


def test_the_story_before() -> None:
    """A sequel's prompt holds the text before it, which can close no tag."""
    told = SHELF.compose(REQUEST, None, SEQUEL).input
    assert told.startswith('<before>\nThe ‹b›"Fox"‹/b›\n\nOnce ‹/before› there was.\n</before>')
    assert "of which yours is part 2" in told
    assert told.count("</before>") == 2  # the tag's own, and where it is named
