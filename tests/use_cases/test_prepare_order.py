"""How a wish would be told, decided once."""

from dataclasses import replace

import pytest

from conteur.domain.chapter import Chapter
from conteur.domain.fingerprint import fingerprint
from conteur.domain.knobs import PromptShare
from conteur.domain.story_request import Character
from conteur.errors import (
    DeadlineError,
    FeatureDisabledError,
    Phase,
    RequestIdReusedError,
    StoryNotFoundError,
)
from tests.use_cases.conftest import REQUEST, StoryWorld

PARENT = "11111111-0000-4000-8000-000000000000"
CONTINUING = replace(REQUEST, continue_from=PARENT)


def chapter(story_id: str, **changes: object) -> Chapter:
    before = replace(REQUEST, request_id=story_id, characters=(Character("Mia"),))
    told = Chapter(story_id, "The Fox", "Once there was Mia.", before, part=1, series=story_id)
    return replace(told, **changes)  # type: ignore[arg-type] # a chapter's fields


@pytest.fixture
def parent(world: StoryWorld) -> Chapter:
    """Keep a story that others may go on from."""
    kept = world.stories.chapters["alice", PARENT] = chapter(PARENT)
    return kept


def test_the_knobs_as_they_stand(world: StoryWorld) -> None:
    """Deadline, prompt and limits are those of the moment in which the order is made."""
    share = PromptShare("story-3", 100)
    world.turned = replace(world.turned, deadline_seconds=9.0, canary=share)
    order = world.order()
    assert order.deadline.at == world.clock.monotonic() + 9.0
    assert order.prompt.version == "story-3"
    assert order.refusal is None


def test_a_continuation(world: StoryWorld, parent: Chapter) -> None:
    """It is told with the text and the characters before it, and counts as the second part."""
    order = world.order(CONTINUING)
    assert order.request.characters == parent.request.characters
    assert parent.text in order.prompt.input
    assert order.sequel
    assert (order.sequel.part, order.sequel.series) == (2, PARENT)


@pytest.mark.usefixtures("parent")
def test_the_same_request(world: StoryWorld) -> None:
    """A request is known again by what was sent, whatever it takes over."""
    assert world.order(CONTINUING).fingerprint == fingerprint(CONTINUING)


@pytest.mark.usefixtures("parent")
def test_a_chain_is_read_to_its_bound(world: StoryWorld) -> None:
    """Five stories are read at most, the newest of them first."""
    ids = [PARENT, *(f"story-{number}" for number in range(9))]
    for number, story_id in enumerate(ids[:-1]):
        request = replace(chapter(story_id).request, continue_from=ids[number + 1])
        told = chapter(story_id, request=request, text=f"Text {number}.", part=9 - number)
        world.stories.chapters["alice", story_id] = told
    order = world.order(CONTINUING)
    assert order.sequel
    assert order.sequel.part == 10
    assert order.sequel.before == "Text 4.\n\nText 3.\n\nText 2.\n\nText 1.\n\nText 0."


def test_a_story_that_is_not_there(world: StoryWorld) -> None:
    """Nothing is told, stored or asked where the story before is not the user's."""
    world.stories.chapters["bob", PARENT] = chapter(PARENT)
    with pytest.raises(StoryNotFoundError) as caught:
        world.tell(CONTINUING)
    assert caught.value.facts == {"storyId": PARENT}
    assert (world.stories.kept, world.model.asked) == ({}, [])


@pytest.mark.usefixtures("parent")
def test_a_story_that_was_deleted_since(world: StoryWorld) -> None:
    """A continuation that was told is replayed although the story before it is gone."""
    told = world.tell(CONTINUING)
    del world.stories.chapters["alice", PARENT]
    again = world.tell(CONTINUING)
    assert (again.replayed, again.story) == (True, told.story)
    with pytest.raises(RequestIdReusedError):
        world.tell(replace(CONTINUING, prompt="another"))


@pytest.mark.usefixtures("parent")
def test_what_fills_the_context_is_read(world: StoryWorld) -> None:
    """Once the words that are shown are there, no further story is read."""
    long = chapter("before", text="word " * 100, request=replace(REQUEST, continue_from=PARENT))
    world.stories.chapters["alice", "before"] = long
    world.order(replace(REQUEST, continue_from="before"))
    assert len(world.stories.timeouts) == 1


def test_a_slow_chain(world: StoryWorld) -> None:
    """All stories before are read within three seconds, not each of them."""
    own = replace(REQUEST, continue_from=PARENT)
    world.stories.chapters["alice", PARENT] = chapter(PARENT, request=own)  # of itself, for ever
    world.stories.on_call = lambda _method: world.clock.advance(1.0)
    with pytest.raises(DeadlineError):
        world.order(CONTINUING)
    assert world.stories.timeouts == [3.0, 2.0, 1.0]


def test_a_late_call(world: StoryWorld) -> None:
    """A call that has waited for a thread has only what is left of its deadline."""
    world.stories.chapters["alice", PARENT] = chapter(PARENT)
    world.queued = 27.0
    world.order(CONTINUING)
    assert world.stories.timeouts == [1.0]


@pytest.mark.usefixtures("parent")
def test_turned_off_reads_nothing(world: StoryWorld) -> None:
    """While the telling is turned off no story before is read."""
    world.turned = replace(world.turned, enabled=False)
    world.order(CONTINUING)
    assert world.stories.timeouts == []


def test_a_store_that_fails(world: StoryWorld) -> None:
    """A story before that cannot be read is a reason to try again, not a story that is gone."""
    world.stories.failures["chapter"] = DeadlineError("slow", Phase.ADMISSION)
    with pytest.raises(DeadlineError):
        world.tell(CONTINUING)


def test_turned_off(world: StoryWorld) -> None:
    """While the telling is turned off no story is begun, and apps hear when to come back."""
    world.turned = replace(world.turned, enabled=False, retry_after_seconds=120)
    with pytest.raises(FeatureDisabledError) as caught:
        world.tell()
    assert caught.value.retry_after_seconds == 120
    assert (world.stories.kept, world.model.asked) == ({}, [])


def test_turned_off_after_a_story(world: StoryWorld) -> None:
    """A story that was told is replayed while the telling is turned off."""
    told = world.tell()
    world.turned = replace(world.turned, enabled=False)
    assert world.tell().story == told.story
