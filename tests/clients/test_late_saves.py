"""A story that its call could not store is stored by the function that empties the queue."""

import json
from typing import Any

import pytest

from conteur.adapters.task_outbox import TaskOutbox
from conteur.domain.story import Lease, UnsavedStory
from scripts.local.addresses import REGION
from scripts.local.firebase_project import PROJECT
from tests.adapters.stored import Store, new_story
from tests.clients.backends import Emulators
from tests.stories import FINISHED

pytestmark = pytest.mark.server

AMPLE = 30.0


@pytest.fixture
def outbox(emulators_backend: Emulators, monkeypatch: pytest.MonkeyPatch) -> TaskOutbox:
    tasks = emulators_backend.stack.addresses.tasks
    monkeypatch.setenv("CLOUD_TASKS_EMULATOR_HOST", tasks)
    return TaskOutbox(PROJECT, REGION)


@pytest.fixture
def lease(emulators_backend: Emulators) -> Lease:
    """Claim a story whose call dies before its end."""
    return Store(emulators_backend.firestore).claimed(new_story())


def _ended(backend: Emulators, story_id: str) -> dict[str, Any] | None:
    """Return the line with which a job of the story has ended, once it has."""
    for line in backend.stack.emulators.output().splitlines():
        if '"event": "job.ended"' in line and story_id in line:
            logged: dict[str, Any] = json.loads(line[line.index("{") :])
            return logged
    return None


def test_a_queued_story_is_stored(
    emulators_backend: Emulators, outbox: TaskOutbox, lease: Lease
) -> None:
    """What the outbox takes reaches the function, which completes the story's document."""
    outbox.put(UnsavedStory(lease.uid, lease.story_id, lease.holder, FINISHED), AMPLE)
    ended = emulators_backend.stack.emulators.wait_for(
        lambda: _ended(emulators_backend, lease.story_id), "done with the task", AMPLE
    )
    kept = emulators_backend.stories(lease.uid).all()[lease.story_id]
    assert (ended["function"], ended["result"]) == ("savestory", "done")
    assert (kept["status"]["state"], kept["text"]) == ("COMPLETED", FINISHED.story.text)


def test_a_story_is_queued_once(
    emulators_backend: Emulators, outbox: TaskOutbox, lease: Lease
) -> None:
    """The emulator, too, knows a claim's task again, and the outbox takes that for success."""
    unsaved = UnsavedStory(lease.uid, lease.story_id, lease.holder, FINISHED)
    outbox.put(unsaved, AMPLE)
    outbox.put(unsaved, AMPLE)
    emulators_backend.stack.emulators.wait_for(
        lambda: _ended(emulators_backend, lease.story_id), "done with the task", AMPLE
    )
