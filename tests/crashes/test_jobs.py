"""SIGKILL of the jobs at every step of theirs: the next run does what the killed one did not."""

import uuid
from collections.abc import Iterator
from dataclasses import replace

import pytest

from conteur.adapters.unsaved_stories import task_of
from conteur.domain.lease import lease_shard
from conteur.domain.story import NewStory, UnsavedStory
from conteur.use_cases import ports
from tests.adapters.stored import CHECKPOINT, FAILURE, SECONDS, new_story, sweeping
from tests.crashes.orders import DIE, SAVE, SWEEP
from tests.crashes.steps import steps
from tests.crashes.world import Database, World, world
from tests.issuer import Issuer
from tests.stories import FINISHED

pytestmark = pytest.mark.server

DEAD = 40  # in one shard: more than the sweep ends at once
SWEEP_STEPS = (*steps(ports.Leases, "expired"), *steps(ports.Stories, "fail"))
SAVE_STEPS = (*steps(ports.Stories, "read"), *steps(ports.Stories, "complete_late"))


@pytest.fixture(scope="module")
def served(
    tmp_path_factory: pytest.TempPathFactory, issuer: Issuer, data: Database
) -> Iterator[World]:
    with world(tmp_path_factory.mktemp("jobs"), issuer, data) as mortal:
        yield mortal


@pytest.fixture
def mortal(served: World) -> World:
    served.orders.clear()
    served.database.wipe()
    return served


@pytest.mark.parametrize("step", SWEEP_STEPS)
def test_a_sweep_is_killed(mortal: World, step: str) -> None:
    """The next sweep ends what the killed one has left, and keeps each story's text."""
    for _ in range(DEAD):
        abandon(mortal)
    mortal.orders.give(f"{DIE} {step}")
    dies(mortal, SWEEP)
    left = mortal.database.ledger().states["PROCESSING"]
    assert left > 0
    assert mortal.post(SWEEP) == left
    after = mortal.database.ledger()
    assert after.faults() == []
    assert {story["text"] for story in after.stories.values()} == {CHECKPOINT.text}
    assert mortal.post(SWEEP) == 0
    assert mortal.database.ledger() == after


@pytest.mark.parametrize("swept", [False, True])
@pytest.mark.parametrize("step", SAVE_STEPS)
def test_a_save_is_killed(mortal: World, step: str, swept: bool) -> None:  # noqa: FBT001 - a case
    """However often a task is run again, its story is stored once, and charged once."""
    task = unsaved(mortal, swept=swept)
    mortal.orders.give(f"{DIE} {step}")
    dies(mortal, SAVE, task)
    mortal.post(SAVE, task)
    after = mortal.database.ledger()
    assert (after.faults(), after.states) == ([], {"COMPLETED": 1})
    assert after.total("settledMicros") == FINISHED.cost_micros
    mortal.post(SAVE, task)
    assert mortal.post(SWEEP) == 0
    assert mortal.database.ledger() == after


def abandon(mortal: World) -> NewStory:
    """Leave a story as a dead attempt does: with a checkpoint's text, and a lease that is over."""
    story = replace(new_story(story_id()), uid=f"user-{uuid.uuid4()}")
    stories = mortal.database.store.stories
    stories.checkpoint(mortal.database.store.claimed(story), CHECKPOINT, SECONDS)
    return story


def story_id() -> str:
    """Return the id of a story whose lease is in the first shard."""
    return next(each for each in iter(lambda: str(uuid.uuid4()), None) if not lease_shard(each))


def unsaved(mortal: World, *, swept: bool) -> object:
    """Return the task of a story that its call could not store."""
    store, story = mortal.database.store, abandon(mortal)
    if swept:
        store.stories.fail(sweeping(store.kept(story)), FAILURE, SECONDS)
    return task_of(UnsavedStory(story.uid, story.request.request_id, story.holder, FINISHED))


def dies(mortal: World, job: str, body: object = None) -> None:
    """Run a job that is killed."""
    with pytest.raises(ConnectionError):
        mortal.post(job, body)
    assert mortal.orders.left() == []
