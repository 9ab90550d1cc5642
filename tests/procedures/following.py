"""A runbook that is followed for a world in which something is broken."""

from collections.abc import Iterator
from contextlib import contextmanager

from conteur.adapters.firestore_config import DOCUMENT
from tests.faults.answers import STORY
from tests.faults.world import World
from tests.procedures.runbook import Runbook
from tests.procedures.stack import Desk, desk

SERVICE = "generate-story"
IN_FORCE_SECONDS = 10.0  # after a knob was turned, as docs/runtime.md promises
OTHER_MODEL = "gpt-5.4-mini"  # the one of the runbooks, which has a price in production
FREE = "0/0@2026-01-01"
MODELS = {"OPENAI_PRICES": f"model-a:{FREE},{OTHER_MODEL}:{FREE}"}
_OF_THE_STACK = {"OPENAI_BASE_URL": "http://127.0.0.1:9/v1", "OPENAI_MODEL": OTHER_MODEL}


@contextmanager
def desk_of(world: World, **environment: str) -> Iterator[Desk]:
    """Give the desk of a whole world, and leave its knobs to the settings afterwards."""
    world.mend()
    knobs = world.backend.firestore.document(DOCUMENT)
    knobs.delete()
    world.change(knobs_age=IN_FORCE_SECONDS)
    store = world.backend.process.command.env["FIRESTORE_EMULATOR_HOST"]
    known = {"FIRESTORE_EMULATOR_HOST": store, **_OF_THE_STACK, **environment}
    with desk({SERVICE: world.backend.process}, **known) as made:
        try:
            yield made
        finally:
            world.mend()
            knobs.delete()
            world.change(knobs_age=IN_FORCE_SECONDS)


def complaint(world: World) -> str:
    """Call for a story, and return the request's id as the app shows it with the error."""
    error = world.play("whole").record["result"]["error"]
    request_id: str = error["details"]["requestId"]
    return request_id


def found(page: Runbook, text: str) -> list[str]:
    """Return the causes all of whose literals a text has."""
    return [
        cause.name for cause in page.causes if cause.sees and all(s in text for s in cause.sees)
    ]


def provider_is_back(world: World) -> None:
    """Have the model tell stories again."""
    world.model.forget()
    world.model.tells(STORY)


def ten_seconds_later(world: World) -> None:
    """Have the knobs that were turned be in force."""
    world.change(knobs_age=IN_FORCE_SECONDS)


def story_told(world: World, model: str = "") -> bool:
    """Call for a story, and tell whether it was told, and by this model if one is named."""
    value = world.play("whole").record["result"].get("value")
    return value is not None and model in {"", value["model"]}
